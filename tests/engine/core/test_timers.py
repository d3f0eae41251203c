"""Timers: fired once when due, cancelled with their activity, set aside when they fail."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import Advanced, errors
from engine.models import incident, instance, task, timer
from engine.spiff import MOST_AT_ONCE, MOST_MISSED
from engine.timers import MOST_FIRINGS
from tests.engine.core.house import MONDAY, PARCEL, House, deploy, files_of
from tests.engine.core.test_start_timers import HEAD, TASK

END = "</definitions>"


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


def every(text: str) -> bytes:
    """A process whose task opens another one beside itself whenever a cycle comes."""
    timer = f"<timerEventDefinition><timeCycle>{text}</timeCycle></timerEventDefinition>"
    event = f'<boundaryEvent id="b" attachedToRef="look" cancelActivity="false">{timer}</boundaryEvent>'
    flow = '<sequenceFlow id="f" sourceRef="s" targetRef="look"/><sequenceFlow id="g" sourceRef="b" targetRef="again"/>'
    tasks = TASK + TASK.replace('"look"', '"again"')
    return f'{HEAD}<process id="z" isExecutable="true"><startEvent id="s"/>{tasks}{event}{flow}</process>{END}'.encode()


def begin_cycle(house: House, text: str = "R/PT1H", **variables: str) -> None:
    deploy(house, {**files_of(PARCEL), "z.bpmn": every(text)})
    house.start("z", variables)


def made_up(house: House) -> int:
    return len(house.rows(task, element="again"))


def test_missed_occurrences_are_made_up_sweep_by_sweep_and_then_a_person_is_asked(house: House) -> None:
    begin_cycle(house)
    house.later(hours=3 * MOST_MISSED + 50)
    assert advance(house) == Advanced(MOST_FIRINGS, 0), "no sweep fires more at once"
    assert advance(house) == Advanced(0, 1)
    assert advance(house) == Advanced(0, 0), "it stands still"
    assert made_up(house) == MOST_MISSED
    (found,) = house.rows(incident)
    assert (found.error, found.element) == ("TooFarBehind", "b")
    assert "100 missed occurrences" in found.message
    with house.transaction() as connection:
        house.engine.retry(connection, found.id, actor="admin", now=house.now)
    assert advance(house) == Advanced(MOST_FIRINGS, 0)
    assert advance(house) == Advanced(0, 1)
    assert made_up(house) == 2 * MOST_MISSED


def test_a_cycle_that_is_too_far_behind_can_leave_out_what_it_missed(house: House) -> None:
    begin_cycle(house)
    house.later(hours=2 * MOST_MISSED, minutes=30)
    advance(house)
    advance(house)
    (found,) = house.rows(incident)
    with house.transaction() as connection:
        house.engine.skip(connection, found.id, reason="停电", actor="admin", now=house.now)
    (waiting,) = house.rows(timer, state="waiting")
    assert waiting.due_at == house.now + timedelta(minutes=30)
    assert advance(house) == Advanced(0, 0)
    house.later(minutes=30)
    assert advance(house) == Advanced(1, 0)
    assert made_up(house) == MOST_MISSED + 1


def test_a_cycle_that_caught_up_may_fall_behind_again(house: House) -> None:
    begin_cycle(house)
    for _ in range(3):
        house.later(hours=MOST_MISSED)
        assert advance(house) == Advanced(MOST_MISSED, 0)
    assert house.rows(incident) == []


def pause(house: House, items: str = "") -> None:
    """A process that waits for the duration `pause` again and again; with `items` so often side by side."""
    timer = "<timerEventDefinition><timeDuration>= pause</timeDuration></timerEventDefinition>"
    event = f'<intermediateCatchEvent id="wait">{timer}</intermediateCatchEvent>'
    flow = '<sequenceFlow id="f" sourceRef="s" targetRef="{0}"/><sequenceFlow id="g" sourceRef="{0}" targetRef="{1}"/>'
    count = f"<loopCardinality>{items}</loopCardinality>"
    each = f"<multiInstanceLoopCharacteristics>{count}</multiInstanceLoopCharacteristics>"
    many = f'<subProcess id="many">{each}{event}</subProcess>{TASK}{flow.format("many", "look")}'
    body = many if items else event + flow.format("wait", "wait")
    text = f'{HEAD}<process id="z" isExecutable="true"><startEvent id="s"/>{body}</process>{END}'
    deploy(house, {**files_of(PARCEL), "z.bpmn": text.encode()})
    house.start("z", {"pause": "PT0S"})


def test_a_loop_of_timers_that_wait_for_nothing_ends_in_an_incident_and_goes_on_with_some_time(house: House) -> None:
    pause(house)
    fired = advance(house) + advance(house) + advance(house)
    assert fired == Advanced(MOST_AT_ONCE - 1, 1)
    (found,) = house.rows(incident)
    assert (found.error, found.element) == ("NoTimeBetween", "wait")
    with house.transaction() as connection:
        house.engine.retry(connection, found.id, actor="admin", now=house.now)
    assert advance(house) + advance(house) == Advanced(MOST_AT_ONCE, 1), "as many again"
    (again,) = house.rows(incident, state="open")
    with house.transaction() as connection:
        reason = {"reason": "时长写错", "actor": "admin", "now": house.now}
        house.engine.change_variables(connection, found.instance_id, {"pause": "PT1H"}, **reason)
        house.engine.retry(connection, again.id, actor="admin", now=house.now)
    assert advance(house) == Advanced(1, 0)
    house.later(hours=1)
    assert advance(house) == Advanced(1, 0)


def test_many_timers_that_wait_for_nothing_side_by_side_are_no_chain(house: House) -> None:
    pause(house, "150")
    assert advance(house) + advance(house) == Advanced(150, 0)
    assert house.task().element == "look"


@pytest.mark.parametrize("cycle", ["R/PT0S", "R/2020-01-01T00:00:00Z/PT0.001S"])
def test_a_cycle_of_no_time_cannot_begin(house: House, cycle: str) -> None:
    """Only a variable says so: what stands in the diagram is refused at deployment."""
    with pytest.raises(errors.CannotRun, match="never comes to rest"):
        begin_cycle(house, "= cycle", cycle=cycle)


def test_a_cycle_that_began_long_ago_waits_for_its_next_occurrence(house: House) -> None:
    begin_cycle(house, "R/2020-01-01T00:30:00Z/PT1H")
    assert advance(house) == Advanced(0, 0)
    assert house.rows(timer)[0].due_at == house.now + timedelta(minutes=30)


def test_a_moment_without_a_zone_is_refused(house: House) -> None:
    with house.transaction() as connection, pytest.raises(ValueError, match="no time zone"):
        house.engine.advance(connection, house.now.replace(tzinfo=None))
