"""Instances: begun once, changed by hand, cancelled, guarded by their revision."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from engine import errors, queries
from engine.command import Command
from engine.models import history, incident, instance, job, request, task, timer, wait
from engine.rights import actor_of
from engine.turn import Turn, must_lock
from tests.engine.core.house import LI, PARCEL, House, deploy, files_of


def test_the_same_request_begins_one_instance(house: House) -> None:
    ids = {house.start("linear", {"weight": 1}, request_id="r") for _ in range(2)}
    assert ids == {house.instance().id}


def test_simultaneous_requests_begin_one_instance(house: House) -> None:
    with ThreadPoolExecutor(8) as people:
        ids = set(people.map(lambda _: house.start("linear", {"weight": 1}, request_id="r"), range(8)))
    assert ids == {house.instance().id}


def test_the_same_request_id_for_another_case_is_refused(house: House) -> None:
    house.start("linear", request_id="r")
    with pytest.raises(errors.RequestReused):
        house.start("linear", request_id="r", business_key="P-2")


def test_an_unknown_process_is_refused(house: House) -> None:
    with pytest.raises(errors.UnknownProcess):
        house.start("nothing")


def test_every_turn_raises_the_revision_by_one(house: House) -> None:
    house.start("linear")
    for rev in (1, 2, 3):
        assert house.instance().rev == rev
        house.complete(house.task())
    ended = house.instance()
    assert (ended.rev, ended.state, ended.end_event, ended.ended_at) == (4, "ended", "E_DONE", house.now)


def test_a_turn_that_finds_another_revision_saves_nothing(house: House) -> None:
    instance_id = house.start("linear")
    with house.transaction() as connection, pytest.raises(errors.StaleInstance):
        command = Command(connection, house.now, actor_of("li"), house.handlers)
        turn = Turn.restore(command, must_lock(connection, instance_id))
        connection.execute(instance.update().values(rev=7))
        turn.complete(house_token(connection), {})
        turn.save()


def house_token(connection: object) -> str:
    (found,) = queries.tasks(connection, state="open")  # type: ignore[arg-type]  # any connection will do
    return found.token


def test_cancelling_withdraws_everything_that_is_open(house: House) -> None:
    instance_id = house.start("parcel_return")
    house.complete(house.task())
    house.later(days=1)
    with house.transaction() as connection:
        house.engine.advance(connection, house.now)
        house.engine.cancel(connection, instance_id, reason="客户撤回", actor="boss", now=house.now)
    assert house.instance().state == "cancelled"
    assert house.rows(task, state="open") == house.rows(timer, state="waiting") == house.rows(wait) == []
    assert house.rows(job, state="waiting") == []
    told = [row for row in house.rows(history) if row.kind == "cancelled"]
    assert [(row.actor, row.payload) for row in told] == [("boss", {"reason": "客户撤回"})]


def test_nothing_can_be_done_in_an_instance_that_is_over(house: House) -> None:
    instance_id = house.start("linear")
    first = house.task()
    with house.transaction() as connection:
        house.engine.cancel(connection, instance_id, reason="-", actor="boss", now=house.now)
    with pytest.raises(errors.TaskAlreadyCompleted) as withdrawn:
        house.complete(first)
    assert withdrawn.value.cancelled
    with house.transaction() as connection, pytest.raises(errors.InstanceEnded):
        house.engine.cancel(connection, instance_id, reason="-", actor="boss", now=house.now)


def test_changing_variables_tells_their_names_and_not_their_values(house: House) -> None:
    instance_id = house.start("linear", {"weight": 1})
    with house.transaction() as connection:
        more = {"reason": "称错了", "actor": "boss", "now": house.now}
        house.engine.change_variables(connection, instance_id, {"weight": 2}, **more)
        assert queries.variables(connection, instance_id, now=house.now) == {"weight": Decimal(2)}
    (told,) = [row for row in house.rows(history) if row.kind == "variables_changed"]
    assert told.payload == {"names": ["weight"], "reason": "称错了"}


def test_a_state_that_cannot_be_read_is_left_untouched(house: House) -> None:
    house.start("linear")
    with house.transaction() as connection:
        connection.execute(instance.update().values(blob=b"broken"))
    with pytest.raises(errors.StateUnreadable, match="left untouched"):
        house.complete(house.task(), actor=LI)
    assert house.instance().blob == b"broken"
    assert house.task().state == "open"


def test_a_state_that_grows_without_end_is_not_saved(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.start("linear")
    monkeypatch.setattr("engine.turn.MAX_STATE", 200)
    noise = [f"{number:x}" for number in range(2_000)]
    with pytest.raises(errors.StateTooLarge, match="shorten it"):
        house.complete(house.task(), {"list": noise})
    assert house.instance().rev == 1


def test_a_circle_without_a_waiting_state_is_stopped(house: House) -> None:
    files = files_of(PARCEL)
    # The checks cannot see it: what the script works out might end the circle.
    script = b'<scriptTask id="again" scriptFormat="feel" camunda:resultVariable="n"><script>1</script></scriptTask>'
    start = b'<startEvent id="start" />\n    <exclusiveGateway id="gate" default="f8" />' + script
    files["linear.bpmn"] = (
        files["linear.bpmn"]
        .replace(b'<startEvent id="start" />', start)
        .replace(
            b'targetRef="ut_one" />',
            b'targetRef="again" />\n    <sequenceFlow id="f9" sourceRef="again" targetRef="gate" />'
            b'<sequenceFlow id="f8" sourceRef="gate" targetRef="again" /><sequenceFlow id="f7" sourceRef="gate"'
            b' targetRef="ut_one"><conditionExpression>n = 2</conditionExpression></sequenceFlow>',
        )
    )
    deploy(house, files)
    house.start("linear")
    assert house.instance().state == "running", "who hands in an application does not lose it"
    (found,) = house.rows(incident)
    assert (found.error, found.instance_id) == ("StepLimitExceeded", house.instance().id)
    assert "loop" in found.message


def test_old_answers_to_requests_are_forgotten(house: House) -> None:
    house.start("linear", request_id="old")
    house.later(days=31)
    house.start("linear", request_id="new")
    with house.transaction() as connection:
        assert house.engine.tidy(connection, house.now) == 1
    assert [row.request_id for row in house.rows(request)] == ["new"]
