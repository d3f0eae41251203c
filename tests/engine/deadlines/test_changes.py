"""Deadlines moved by people and by calendars."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from engine import calendars, deadline_changes
from engine.calendar import DayKind
from engine.calendars import DayChange
from engine.deadline_changes import DaysOutOfRange, NoReason
from engine.errors import NotFound, SameActor, WrongState
from engine.models import calendar, deadline, history, timer
from tests.engine.core.house import House

WEDNESDAY_OFF = DayChange("", date(2026, 11, 18), DayKind("rest", name="临时放假"))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text + "+08:00").astimezone(UTC)


def seeded(house: House) -> str:
    with house.transaction() as connection:
        return calendars.seed(connection, 2026, 2027, actor="admin", now=house.now)


def drafted(house: House, *changes: DayChange) -> str:
    with house.transaction() as connection:
        return calendars.draft(connection, changes, note="通知", actor="admin", now=house.now)


def switched_on(house: House, version: str) -> int:
    with house.transaction() as connection:
        calendars.activate(connection, version, actor="second", now=house.now)
        return deadline_changes.recalculate(connection, actor="second", now=house.now)


def id_of(house: House, key: str) -> str:
    (row,) = house.rows(deadline, key=key)
    return str(row.id)


def test_seeding_happens_once_and_is_used(house: House) -> None:
    version = seeded(house)
    assert seeded(house) == version
    house.start("repair")
    assert {row.calendar_version for row in house.rows(deadline)} == {version}
    with house.transaction() as connection:
        assert calendars.current(connection).is_workday(date(2026, 2, 14))
        assert calendars.provisional_from(connection) == date(2027, 1, 1)


def test_a_draft_changes_nothing_until_another_person_activates_it(house: House) -> None:
    first = seeded(house)
    version = drafted(house, WEDNESDAY_OFF)
    with house.transaction() as connection:
        assert calendars.current(connection).version == first
    with house.transaction() as connection, pytest.raises(SameActor):
        calendars.activate(connection, version, actor="admin", now=house.now)
    switched_on(house, version)
    assert [row.state for row in house.rows(calendar, version=first)] == ["retired"]
    with house.transaction() as connection, pytest.raises(WrongState):
        calendars.activate(connection, version, actor="third", now=house.now)
    with house.transaction() as connection, pytest.raises(NotFound):
        calendars.activate(connection, "none", actor="third", now=house.now)


def test_a_preview_shows_what_would_move(house: House) -> None:
    seeded(house)
    house.start("repair")
    version = drafted(house, WEDNESDAY_OFF)
    with house.transaction() as connection:
        found = {move.key: (move.before, move.after) for move in deadline_changes.moves(connection, version, house.now)}
    assert found["look"] == (at("2026-11-18T18:00"), at("2026-11-19T18:00"))
    assert "ut_look" not in found


@pytest.mark.parametrize(
    ("first", "then", "now", "late"),
    [
        # Due on Thursday evening; with Wednesday a working day again it would have been due on Wednesday evening.
        ("rest", "work", "2026-11-18T17:59", False),
        ("rest", "work", "2026-11-18T18:00", True),
        ("rest", "work", "2026-11-19T18:00", False),
        # Late since Wednesday evening; with Wednesday off it would be due on Thursday evening.
        ("work", "rest", "2026-11-18T19:00", False),
    ],
)
def test_a_preview_says_what_would_become_late(house: House, first: str, then: str, now: str, late: bool) -> None:
    seeded(house)
    wednesday = {kind: DayChange("", date(2026, 11, 18), DayKind(kind, name="通知")) for kind in ("rest", "work")}
    switched_on(house, drafted(house, wednesday[first]))
    house.start("repair")
    version = drafted(house, wednesday[then])
    house.now = at(now)
    with house.transaction() as connection:
        found = {move.key: move.becomes_late for move in deadline_changes.moves(connection, version, house.now)}
    assert found["look"] is late


def test_switching_on_moves_deadlines_tasks_and_timers_and_tells_it(house: House) -> None:
    seeded(house)
    house.start("repair")
    assert switched_on(house, drafted(house, WEDNESDAY_OFF)) == 4
    (stage,) = house.rows(deadline, key="look")
    (drawn,) = house.rows(timer, element="very_late_look")
    assert stage.due_at == at("2026-11-19T18:00") and drawn.due_at == at("2026-11-19T20:00")
    assert house.task(element="ut_bill").due_at == at("2026-11-24T18:00")
    assert {row.payload["key"] for row in house.rows(history, kind="deadline_moved")} == {"look", "ut_bill", "case"}
    with house.transaction() as connection:
        assert deadline_changes.recalculate(connection, actor="second", now=house.now) == 0


def test_a_region_overlay_moves_only_its_region(house: House) -> None:
    seeded(house)
    house.start("repair")
    house.start("repair", business_key="P-2", region="west")
    switched_on(house, drafted(house, DayChange("west", date(2026, 11, 18), DayKind("rest", name="停电"))))
    dues = {row.region: row.due_at for row in house.rows(deadline, key="look")}
    assert dues == {"east": at("2026-11-18T18:00"), "west": at("2026-11-19T18:00")}


def test_pauses_and_calendar_changes_in_any_order_end_at_the_same_moment(house: House) -> None:
    seeded(house)
    house.start("repair")
    house.now = at("2026-11-17T10:00")
    house.complete(house.task(element="ut_look"))
    version = drafted(house, WEDNESDAY_OFF)
    switched_on(house, version)
    house.now = at("2026-11-20T10:00")
    house.send("MSG_PARTS")
    (after,) = house.rows(deadline, key="look")
    assert after.due_at == at("2026-11-23T18:00") and after.calendar_version == version


def test_a_person_can_extend_a_deadline_with_a_reason(house: House) -> None:
    house.start("repair")
    chosen = id_of(house, "look")
    with house.transaction() as connection:
        deadline_changes.extend(connection, chosen, Decimal(4), reason="台风停工", actor="head", now=house.now)
    (stage,) = house.rows(deadline, key="look")
    assert stage.due_at == at("2026-11-20T18:00") and stage.rule["source"] == "台风停工"
    (entry,) = house.rows(history, kind="deadline_extended")
    assert entry.payload["reason"] == "台风停工" and entry.actor == "head"


def test_time_taken_out_by_hand_does_not_count(house: House) -> None:
    house.start("repair")
    chosen = id_of(house, "ut_look")
    with house.transaction() as connection:
        deadline_changes.exclude(connection, chosen, reason="系统故障", actor="head", now=house.now)
    assert house.task(element="ut_look").due_at is None
    house.now = at("2026-11-18T09:00")
    with house.transaction() as connection:
        deadline_changes.resume(connection, chosen, reason="已恢复", actor="head", now=house.now)
    assert house.task(element="ut_look").due_at == at("2026-11-19T18:00")
    (row,) = house.rows(deadline, key="ut_look")
    assert row.segments[0]["kind"] == "excluded" and row.segments[0]["cause"] == "系统故障"


def test_no_change_without_reason_or_after_the_end(house: House) -> None:
    house.start("repair")
    chosen = id_of(house, "ut_look")
    more = {"actor": "head", "now": house.now}
    with house.transaction() as connection, pytest.raises(NoReason):
        deadline_changes.exclude(connection, chosen, reason=" ", **more)
    house.complete(house.task(element="ut_look"))
    with house.transaction() as connection, pytest.raises(WrongState):
        deadline_changes.exclude(connection, chosen, reason="x", **more)
    with house.transaction() as connection, pytest.raises(NotFound):
        deadline_changes.exclude(connection, "none", reason="x", **more)


def test_after_a_hand_lets_go_the_wait_of_the_customer_is_a_pause_again(house: House) -> None:
    house.start("repair")
    house.now = at("2026-11-17T10:00")
    house.complete(house.task(element="ut_look"))
    id = id_of(house, "case")
    for change in (deadline_changes.exclude, deadline_changes.resume):
        house.now += timedelta(hours=1)
        with house.transaction() as connection:
            after = change(connection, id, reason="台风", actor="head", now=house.now)
    kinds = [(segment.kind, segment.cause) for segment in after.segments]
    assert kinds == [
        ("running", ""),
        ("paused", "等客户送件"),
        ("excluded", "等客户送件、台风"),
        ("paused", "等客户送件"),
    ]


def test_a_clock_is_stopped_and_released_by_hand_once(house: House) -> None:
    house.start("repair")
    id = id_of(house, "case")
    more = {"reason": "台风", "actor": "head", "now": house.now}
    with house.transaction() as connection:
        with pytest.raises(WrongState):
            deadline_changes.resume(connection, id, **more)
        deadline_changes.exclude(connection, id, **more)
        with pytest.raises(WrongState):
            deadline_changes.exclude(connection, id, **more)
        deadline_changes.resume(connection, id, **more)
    told = [row.kind for row in house.rows(history) if row.kind.startswith("deadline_")]
    assert told == ["deadline_excluded", "deadline_resumed"]


@pytest.mark.parametrize("days", ["-3", "0", "400.5", "100000"])
def test_a_limit_by_hand_is_a_number_of_days_that_can_be_meant(house: House, days: str) -> None:
    house.start("repair")
    id, more = id_of(house, "case"), {"reason": "台风", "actor": "head", "now": house.now}
    with house.transaction() as connection, pytest.raises(DaysOutOfRange):
        deadline_changes.extend(connection, id, Decimal(days), **more)
