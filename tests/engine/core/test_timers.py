"""Timers: fired once when due, cancelled with their activity, set aside when they fail."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import Advanced, errors
from engine.models import incident, instance, task, timer
from tests.engine.core.house import MONDAY, House


def reach_wait(house: House) -> str:
    instance_id = house.start("parcel_return")
    house.complete(house.task())
    return instance_id


def advance(house: House) -> Advanced:
    with house.transaction() as connection:
        return house.engine.advance(connection, house.now)


def timers(house: House) -> dict[str, str]:
    return {row.element: row.state for row in house.rows(timer)}


def test_timers_are_rows_with_their_due_moments(house: House) -> None:
    reach_wait(house)
    due = {row.element: row.due_at for row in house.rows(timer)}
    assert due == {"bt_remind": MONDAY + timedelta(hours=24), "bt_lost": MONDAY + timedelta(days=10)}


def test_nothing_fires_before_it_is_due(house: House) -> None:
    reach_wait(house)
    house.later(hours=23)
    assert advance(house) == Advanced(0, 0)


def test_a_due_timer_fires_once(house: House) -> None:
    reach_wait(house)
    house.later(hours=24)
    assert advance(house) == Advanced(1, 0)
    assert advance(house) == Advanced(0, 0)
    assert timers(house) == {"bt_remind": "fired", "bt_lost": "waiting"}
    assert house.task().element == "ut_call"


def test_timers_due_together_fire_in_their_order(house: House) -> None:
    instance_id = reach_wait(house)
    house.later(days=30)
    assert advance(house) == Advanced(2, 0)
    fired = [element for kind, element in house.told(instance_id) if kind == "timer_fired"]
    assert fired == ["bt_remind", "bt_lost"]


def test_completing_first_cancels_the_timer(house: House) -> None:
    reach_wait(house)
    house.send("MSG_ARRIVED")
    assert timers(house) == {"bt_remind": "cancelled", "bt_lost": "cancelled"}
    house.later(days=30)
    assert advance(house) == Advanced(0, 0)


def test_an_interrupting_timer_takes_the_wait_away(house: House) -> None:
    reach_wait(house)
    house.later(days=10)
    advance(house)
    assert house.send("MSG_ARRIVED").stored


def test_an_undue_or_fired_timer_cannot_be_fired_by_its_id(house: House) -> None:
    reach_wait(house)
    (remind,) = house.rows(timer, element="bt_remind")
    with house.transaction() as connection:
        assert not house.engine.fire(connection, remind.id, house.now)
    house.later(days=1)
    with house.transaction() as connection:
        assert house.engine.fire(connection, remind.id, house.now)
        assert not house.engine.fire(connection, remind.id, house.now)
        with pytest.raises(errors.NotFound):
            house.engine.fire(connection, "nothing", house.now)


def test_a_failing_instance_becomes_an_incident_and_the_others_go_on(house: House) -> None:
    broken, healthy = reach_wait(house), house.start("parcel_return")
    house.complete(house.task(instance_id=healthy))
    blob = house.rows(instance, id=broken)[0].blob
    with house.transaction() as connection:
        connection.execute(instance.update().where(instance.c.id == broken).values(blob=b"broken"))
    house.later(days=1)
    assert advance(house) == Advanced(1, 1)
    (found,) = house.rows(incident)
    assert (found.kind, found.instance_id, found.element) == ("timer", broken, "bt_remind")
    assert house.rows(instance, id=broken)[0].rev == 2, "the last good state stays"
    with house.transaction() as connection:
        connection.execute(instance.update().where(instance.c.id == broken).values(blob=blob))
        house.engine.retry(connection, found.id, actor="admin", now=house.now)
    assert advance(house) == Advanced(1, 0)
    assert len(house.rows(task, state="open", element="ut_call")) == 2


def test_a_failed_timer_can_be_left_out_with_a_reason(house: House) -> None:
    reach_wait(house)
    with house.transaction() as connection:
        connection.execute(instance.update().values(blob=b"broken"))
    house.later(days=1)
    advance(house)
    (found,) = house.rows(incident)
    with house.transaction() as connection:
        house.engine.skip(connection, found.id, reason="没有意义", actor="admin", now=house.now)
    assert timers(house)["bt_remind"] == "cancelled"
    (closed,) = house.rows(incident)
    assert (closed.resolution, closed.reason, closed.resolved_by) == ("skipped", "没有意义", "admin")


def test_a_moment_without_a_zone_is_refused(house: House) -> None:
    with house.transaction() as connection, pytest.raises(ValueError, match="no time zone"):
        house.engine.advance(connection, house.now.replace(tzinfo=None))
