"""The clock of one process: timers, notices, escalation; and only one process at a time on SQLite."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from engine.calendars import current
from tests.web.conftest import World
from web import almanac
from web.clock import Clock
from web.notify.channels import NotDelivered
from web.notify.outbox import Notice


class Recorder:
    """A channel that keeps what it was given, or refuses it."""

    def __init__(self) -> None:
        self.sent: list[Notice] = []
        self.broken = False

    def send(self, notice: Notice) -> None:
        if self.broken:
            raise NotDelivered("the line is dead")
        self.sent.append(notice)


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    found = Recorder()
    monkeypatch.setattr("web.notify.channels.channels", lambda _settings: {"sms": found, "mail": found, "staff": found})
    return found


def tick(world: World, clock: Clock) -> int:
    with world.app.app_context():
        return clock.tick()


def test_a_due_timer_fires_once_and_the_case_lapses(world: World, recorder: Recorder) -> None:
    case = world.hand_in(world.customer())
    desk = world.signed_in("desk")
    world.complete(desk, world.task(desk, case), outcome="receipt")
    clock = Clock(world.app)
    world.clock.pass_(days=6)
    tick(world, clock)
    assert world.signed_in("lead").get("/api/cases").json["cases"][0]["state"] == "running"

    world.clock.pass_(days=1, seconds=1)
    tick(world, clock)
    tick(world, clock)

    assert world.signed_in("lead").get("/api/cases").json["cases"][0]["state"] == "ended"


def test_a_notice_is_sent_once_and_a_refused_one_again_later(world: World, recorder: Recorder) -> None:
    clock = Clock(world.app)
    recorder.broken = True
    world.browser().post("/api/session/code", {"phone": "13800136021"})
    tick(world, clock)
    assert recorder.sent == []

    recorder.broken = False
    tick(world, clock)
    assert recorder.sent == []
    world.clock.pass_(seconds=30)
    tick(world, clock)
    tick(world, clock)

    assert [notice.receiver for notice in recorder.sent] == ["13800136021"]


def test_a_second_process_rests_until_the_first_falls_silent(small_world: World, recorder: Recorder) -> None:
    first, second = Clock(small_world.app), Clock(small_world.app)
    with small_world.app.app_context():
        assert (first.leads(), second.leads()) == (True, False)
        small_world.clock.pass_(seconds=15)
        assert (first.leads(), second.leads()) == (True, False)
        small_world.clock.pass_(seconds=21)
        assert (second.leads(), first.leads()) == (True, False)


def test_tidying_forgets_ended_sessions_and_old_counts(world: World, recorder: Recorder) -> None:
    world.signed_in("desk")
    world.clock.pass_(days=2)
    with world.app.app_context():
        Clock(world.app).tidy()
        tables = world.house.database.flask.metadata.tables
        with world.house.database.snapshot() as connection:
            left = [connection.execute(tables[name].select()).all() for name in ("session", "attempt")]

    assert left == [[], []]


def test_tidying_forgets_old_requests_and_files_that_no_row_names(world: World, recorder: Recorder) -> None:
    world.hand_in(world.customer())
    folder = world.house.settings.documents / "ab"
    folder.mkdir(parents=True)
    for name, age in (("ab" * 16, 2), ("ab" * 15 + "cd", 0)):
        (folder / name).write_bytes(b"left over")
        moment = (world.clock.now - timedelta(days=age)).timestamp()
        os.utime(folder / name, (moment, moment))
    request = world.house.database.flask.metadata.tables["request"]

    def rows() -> int:
        with world.house.database.snapshot() as connection:
            return len(connection.execute(request.select()).all())

    with world.app.app_context():
        Clock(world.app).tidy()
        assert rows() == 1
        assert [path.name for path in folder.iterdir()] == ["ab" * 15 + "cd"]
        world.clock.pass_(days=31)
        Clock(world.app).tidy()
        assert rows() == 0


def test_an_installation_begins_with_the_published_calendar(world: World) -> None:
    with world.app.app_context(), world.house.database.transaction() as connection:
        first, again = (almanac.seed(connection, world.clock()) for _turn in range(2))
        calendar = current(connection)

    assert first == again == calendar.version != "built-in"
    assert not calendar.is_workday(date(2026, 10, 1)) and calendar.is_workday(date(2026, 10, 10))


def test_a_missing_holiday_notice_is_told_from_december_on(world: World, recorder: Recorder) -> None:
    with world.app.app_context(), world.house.database.transaction() as connection:
        almanac.seed(connection, world.clock())
    clock, browser = Clock(world.app), world.browser()
    assert browser.get("/healthz").json["calendar_guessed_from"] is None

    world.clock.now = datetime(2026, 11, 30, 16, 30, tzinfo=UTC)
    with world.app.app_context(), capture_logs() as told:
        clock.tidy()
        clock.tidy()

    assert [line["first_day"] for line in told if line["event"] == "calendar is guessed"] == ["2027-01-01"]
    assert browser.get("/healthz").json["calendar_guessed_from"] == "2027-01-01"
    assert "yekuo_calendar_guessed 1.0" in browser.get("/metrics").text


def test_late_work_is_told_to_monitors(small_world: World, recorder: Recorder) -> None:
    case = small_world.hand_in(small_world.customer())
    desk = small_world.signed_in("desk")
    small_world.complete(desk, small_world.task(desk, case), outcome="receipt")
    assert small_world.browser().get("/healthz").json["status"] == "ok"

    small_world.clock.pass_(days=7, minutes=2)

    assert small_world.browser().get("/healthz").json["status"] == "late"
    figures = small_world.browser().get("/metrics").text
    assert 'yekuo_oldest_due_seconds{kind="timer"} 120.0' in figures


def test_figures_are_for_this_machine_or_for_the_token(small_world: World) -> None:
    client = small_world.browser().client

    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "10.0.0.9"}).status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "10.0.0.9"}).status_code == 403
