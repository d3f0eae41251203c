"""The calendar is changed in a draft by one administrator and switched on by another; running deadlines follow."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from flask import get_template_attribute
from sqlalchemy import Table

from engine.calendar import OFFICE_HOURS
from tests.web.conftest import PASSWORD, Browser, World
from web import almanac
from web.clock import Clock
from web.wording import hours_text

NOTICE = """国务院办公厅关于2027年部分节假日安排的通知
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（农历除夕、周五）至12日（周五）放假调休，共8天。1月31日（周日）、2月20日（周六）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。"""


def with_calendar(world: World) -> World:
    with world.app.app_context(), world.house.database.transaction() as connection:
        almanac.seed(connection, world.clock())
    return world


@pytest.fixture
def seeded(small_world: World) -> World:
    return with_calendar(small_world)


@pytest.fixture
def both(world: World) -> World:
    """On both databases: what locks rows and compares revisions."""
    return with_calendar(world)


def put(browser: Browser, rev: int, *days: str, kind: str = "rest", **more: Any) -> Any:
    return browser.post("/api/calendar/days", {"rev": rev, "days": days, "kind": kind, **more})


def rows(world: World, name: str) -> list[Any]:
    table: Table = world.house.database.flask.metadata.tables[name]
    with world.app.app_context(), world.house.database.snapshot() as connection:
        return list(connection.execute(table.select()))


def proved(world: World, login: str) -> Browser:
    browser = world.signed_in(login)
    assert browser.post("/api/session/proof", {"password": PASSWORD}).status_code == 200
    return browser


def ready(world: World, *days: str, **more: Any) -> int:
    """A draft that waits for its review; its revision."""
    first = world.signed_in("admin")
    rev = put(first, 0, *days, **more).json["rev"]
    answer = first.post("/api/calendar/submit", {"rev": rev, "note": "台风停工"})
    assert answer.status_code == 200, answer.text
    return int(answer.json["rev"])


def test_a_change_is_a_draft_that_touches_nothing_until_another_person_switches_it_on(both: World) -> None:
    case = both.hand_in(both.customer())
    before = [(row.id, row.due_at) for row in rows(both, "deadline")]
    rev = ready(both, "2026-11-19", name="台风")

    own = proved(both, "admin").post("/api/calendar/switch-on", {"rev": rev})
    assert own.status_code == 403 and "另一位" in own.json["remedy"]
    assert [(row.id, row.due_at) for row in rows(both, "deadline")] == before

    other = proved(both, "admin2")
    assert other.get("/api/calendar/preview").json["moved"] == len([due for _id, due in before if due])
    assert other.post("/api/calendar/switch-on", {"rev": rev}).status_code == 200
    clock = Clock(both.app)
    with both.app.app_context():
        assert clock.follow_calendar() == len(before)
        assert clock.follow_calendar() == 0
    after = {row.id: row for row in rows(both, "deadline")}
    assert all(after[id].due_at > due for id, due in before if due)
    assert {row.calendar_version[:2] for row in after.values()} == {"2-"}
    assert "日历 v1 → v2" in both.signed_in("lead").get(f"/cases/{case}/record").text
    with both.app.app_context():
        clock.tick()
    told = [text for receiver, text in both.notices() if receiver == "13800136021" and "承诺办结日改为" in text]
    assert len(told) == 1 and case in told[0]


def test_a_trial_goes_part_by_part_and_finds_what_one_look_finds(
    seeded: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = seeded.customer()
    for _round in range(3):
        seeded.hand_in(customer)
    ready(seeded, "2026-11-19")
    admin = seeded.signed_in("admin2")
    whole = admin.get("/api/calendar/preview").json
    assert (whole["examined"], whole["rest"]) == (whole["of"], "") and whole["moved"] >= 3
    monkeypatch.setattr("web.calendar_days.PART", 2)
    moves, rest, examined = [], "", 0
    while True:
        part = admin.get(f"/api/calendar/preview?after={rest}").json
        assert part["examined"] <= 2 and part["of"] == whole["of"]
        moves, rest, examined = [*moves, *part["moves"]], part["rest"], examined + part["examined"]
        if not rest:
            break
    assert examined == whole["of"]
    assert sorted(map(str, moves)) == sorted(map(str, whole["moves"]))


def test_a_trial_on_the_page_says_how_far_it_is_and_can_be_stopped_and_gone_on_with(
    seeded: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = seeded.customer()
    for _round in range(2):
        seeded.hand_in(customer)
    ready(seeded, "2026-11-19")
    monkeypatch.setattr("web.calendar_days.PART", 2)
    admin = seeded.signed_in("admin2")
    page = admin.get("/admin/calendar/effect").text
    assert "正在试算 2 / " in page
    onward, stop = (unescape(path) for path in re.findall(r'hx-get="([^"]+)"', page))
    stopped = admin.get(stop).text
    assert "已停止：试算了 2 / " in stopped and "load delay" not in stopped
    (again,) = (unescape(path) for path in re.findall(r'hx-get="([^"]+)"', stopped))
    for path in (onward, again):
        assert "4 / " in admin.get(path).text or "正在试算" not in admin.get(path).text
    assert admin.get("/admin/calendar/effect?done=x&moved=-1&after=").status_code == 200


def test_switching_on_needs_a_fresh_proof(seeded: World) -> None:
    rev = ready(seeded, "2026-11-19")
    other = seeded.signed_in("admin2")
    seeded.clock.pass_(minutes=16)
    refused = other.post("/api/calendar/switch-on", {"rev": rev})
    assert refused.status_code == 403 and "密码" in refused.json["title"]


def test_finished_deadlines_stay_as_they_were(seeded: World) -> None:
    case = seeded.hand_in(seeded.customer())
    desk = seeded.signed_in("desk")
    seeded.complete(desk, seeded.task(desk, case), outcome="receipt")
    closed = {row.id: (row.due_at, row.calendar_version) for row in rows(seeded, "deadline") if row.state == "closed"}
    rev = ready(seeded, "2026-11-19")
    proved(seeded, "admin2").post("/api/calendar/switch-on", {"rev": rev})
    with seeded.app.app_context():
        Clock(seeded.app).follow_calendar()
    now = {row.id: (row.due_at, row.calendar_version) for row in rows(seeded, "deadline") if row.id in closed}
    assert closed and now == closed


def test_two_administrators_do_not_overwrite_one_another(both: World) -> None:
    first, second = both.signed_in("admin"), both.signed_in("admin2")
    rev = put(first, 0, "2026-11-19").json["rev"]
    assert put(second, 0, "2026-11-20").status_code == 409
    assert put(second, rev, "2026-11-20").status_code == 200
    draft = first.get("/api/calendar").json["draft"]
    assert [change["day"] for change in draft["changes"]] == ["2026-11-19", "2026-11-20"]
    rev = first.post("/api/calendar/submit", {"rev": draft["rev"], "note": "停电检修"}).json["rev"]
    assert proved(both, "admin2").post("/api/calendar/switch-on", {"rev": rev}).status_code == 403


def test_steps_are_undone_one_by_one_and_a_draft_can_be_given_up(seeded: World) -> None:
    admin = seeded.signed_in("admin")
    rev = put(admin, 0, "2026-11-19").json["rev"]
    rev = put(admin, rev, "2026-11-21", kind="work").json["rev"]
    rev = admin.post("/api/calendar/undo", {"rev": rev}).json["rev"]
    assert [change["day"] for change in admin.get("/api/calendar").json["draft"]["changes"]] == ["2026-11-19"]
    assert admin.post("/api/calendar/discard", {"rev": rev}).status_code == 200
    assert admin.get("/api/calendar").json["draft"] is None


def test_a_draft_that_comes_back_says_why_and_can_be_handed_in_again(seeded: World) -> None:
    rev = ready(seeded, "2026-11-19")
    back = seeded.signed_in("admin2").post("/api/calendar/send-back", {"rev": rev, "answer": "少了 11-20"})
    assert back.status_code == 200
    admin = seeded.signed_in("admin")
    assert "少了 11-20" in admin.get("/admin/calendar").text
    assert put(admin, back.json["rev"], "2026-11-20").status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"rev": 0, "days": [], "kind": "rest"}, 422),
        ({"rev": 0, "days": ["2026-02-30"], "kind": "rest"}, 422),
        ({"rev": 0, "days": ["2026-11-19"], "kind": "holiday"}, 422),
        ({"rev": 0, "days": ["2026-11-19"], "kind": "rest", "region": "moon"}, 422),
        ({"rev": 0, "days": ["2026-11-19"], "kind": "base"}, 422),
        ({"rev": 7, "days": ["2026-11-19"], "kind": "rest"}, 409),
    ],
)
def test_wrong_changes_are_refused_and_begin_no_draft(seeded: World, body: dict[str, Any], status: int) -> None:
    admin = seeded.signed_in("admin")
    assert admin.post("/api/calendar/days", body).status_code == status
    assert admin.get("/api/calendar").json["draft"] is None


def test_a_year_without_a_working_day_is_not_switched_on(seeded: World) -> None:
    days = [f"2026-{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 29)]
    admin, rev = seeded.signed_in("admin"), 0
    everything = [*days, *(f"2026-{m:02d}-{d}" for m, d in ((1, 29), (1, 30), (3, 30), (3, 31), (4, 29), (4, 30)))]
    for year in (2026, 2027):
        rev = put(admin, rev, *(day.replace("2026", str(year)) for day in everything)).json["rev"]
    whole = [f"{y}-{m:02d}-{d:02d}" for y in (2026, 2027) for m in range(1, 13) for d in (29, 30, 31)]
    real = [day for day in whole if _exists(day)]
    rev = put(admin, rev, *real).json["rev"]
    rev = admin.post("/api/calendar/submit", {"rev": rev, "note": "全年停工"}).json["rev"]
    refused = proved(seeded, "admin2").post("/api/calendar/switch-on", {"rev": rev})
    assert refused.status_code == 422 and "no working day" in refused.json["detail"]


def _exists(day: str) -> bool:
    try:
        datetime.fromisoformat(day)
    except ValueError:
        return False
    return True


def test_a_region_has_days_of_its_own_and_can_take_them_back(seeded: World) -> None:
    admin = seeded.signed_in("admin")
    rev = put(admin, 0, "2026-11-19", region="south", kind="am", name="店庆").json["rev"]
    page = admin.get("/admin/calendar?year=2026&region=south").text
    assert "上午" in page and "店庆" in page
    rev = put(admin, rev, "2026-11-19", region="south", kind="base").json["rev"]
    assert admin.get("/api/calendar").json["draft"]["changes"] == []


def test_a_notice_shows_its_days_before_they_are_taken(seeded: World) -> None:
    admin = seeded.signed_in("admin")
    found = admin.post("/api/calendar/notice", {"text": NOTICE}).json
    assert (found["year"], found["doubts"]) == (2027, [])
    assert admin.get("/api/calendar").json["draft"] is None
    taken = admin.post("/api/calendar/notice/take", {"text": NOTICE, "rev": 0})
    assert taken.status_code == 200
    changed = {change["day"]: change for change in admin.get("/api/calendar").json["draft"]["changes"]}
    assert (changed["2027-02-11"]["kind"], changed["2027-02-11"]["before"]) == ("rest", "work")
    assert (changed["2027-01-31"]["kind"], changed["2027-01-31"]["name"]) == ("work", "春节调休上班")
    assert all(change["confirmed"] for change in changed.values()) and len(changed) == 365
    page = admin.get("/admin/calendar?year=2027").text
    assert "2027 年：确认 365 天" in page and "1 月" in page


@pytest.mark.parametrize("text", ["没有日子的话", "2月30日放假"])
def test_a_text_without_days_is_refused_with_an_example(seeded: World, text: str) -> None:
    answer = seeded.signed_in("admin").post("/api/calendar/notice", {"text": text, "year": 2027})
    assert answer.status_code == 422 and "春节" in answer.json["remedy"]


def test_the_page_shows_a_year_with_working_days_and_its_provisional_marks(seeded: World) -> None:
    page = seeded.signed_in("admin").get("/admin/calendar?year=2026").text
    assert page.count('class="days"') == 12 and "个工作日" in page and "暂定" in page
    assert 'value="2026-10-01"' in page and "国庆" in page


def test_plain_forms_go_on_to_the_month_that_was_changed(seeded: World) -> None:
    admin = seeded.signed_in("admin")
    data = {"csrf_token": admin.token(), "rev": 0, "days": ["2026-11-19", "2026-11-20"], "kind": "rest"}
    answer = admin.client.post("/api/calendar/days", data=data, headers={"Accept": "text/html"})
    assert answer.status_code == 303 and answer.location.endswith("/admin/calendar?year=2026#m11")


@pytest.mark.parametrize("login", ["desk", "lead", "analyst", "nobody"])
def test_only_those_who_keep_calendars_may_do_so(seeded: World, login: str) -> None:
    browser = seeded.signed_in(login)
    assert browser.get("/admin/calendar").status_code == 403
    assert put(browser, 0, "2026-11-19").status_code == 403


@pytest.fixture
def december(seeded: World) -> World:
    seeded.clock.now = datetime(2026, 12, 1, 1, tzinfo=UTC)
    return seeded


def test_from_december_a_missing_year_is_told_to_every_administrator_once_a_week(december: World) -> None:
    with december.app.app_context():
        clock = Clock(december.app)
        clock.tidy()
        clock.tidy()
        december.clock.pass_(days=7)
        clock.tidy()
    told = [receiver for receiver, text in december.notices() if "2027 年的日历还没有确认" in text]
    assert sorted(told) == sorted([december.ids["admin"], december.ids["admin2"]] * 2)
    page = december.signed_in("admin").get("/admin/calendar").text
    assert "放假通知应该已经公布" in page and 'class="count alarm"' in page


def test_the_customer_reads_the_office_hours_of_the_calendar(small_world: World) -> None:
    hours = OFFICE_HOURS
    with small_world.app.test_request_context():
        assert hours_text(hours) == "8:30 至 12:00、14:30 至 18:00"
        part = get_template_attribute("portal/parts.html", "manager")
        journey = {"manager": "李敏", "manager_role": "客户经理", "manager_phone": "8600-2102"}
        assert "工作日 8:30 至 12:00、14:30 至 18:00" in part({**journey, "manager_hours": hours_text(hours)})


@pytest.mark.parametrize("far", ["0", "99999", "1" + "0" * 20])
def test_a_year_without_a_calendar_shows_the_present_one(seeded: World, far: str) -> None:
    admin = seeded.signed_in("admin")

    assert admin.get(f"/admin/calendar?year={far}").text == admin.get("/admin/calendar").text
    assert list(admin.get(f"/api/calendar?year={far}").json["errors"]) == ["year"]
