"""Messages: taken by the wait of their case, or kept until one opens, exactly once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import Sent, errors, queries
from engine.models import incident, instance, message, wait
from tests.engine.core.house import BOSS, PARCEL, House, deploy, files_of


def reach_wait(house: House) -> str:
    """A return whose parcel is awaited."""
    instance_id = house.start("parcel_return")
    house.complete(house.task())
    return instance_id


def test_a_message_is_taken_by_the_wait_of_its_case(house: House) -> None:
    instance_id = reach_wait(house)
    sent = house.send("MSG_ARRIVED", variables={"weight": 2})
    assert sent == Sent(taken=True, stored=False, replayed=False, instance_id=instance_id)
    assert house.rows(wait) == []
    assert house.rows(message)[0].state == "taken"


def test_a_message_before_its_wait_is_kept_and_taken_in_the_turn_that_opens_the_wait(house: House) -> None:
    house.start("parcel_return")
    assert house.send("MSG_ARRIVED").stored
    house.complete(house.task())
    assert house.rows(wait) == []
    assert ("message_taken", "rt_arrival") in house.told(house.instance().id)
    assert house.rows(message)[0].state == "taken"


def test_the_same_message_id_is_taken_once(house: House) -> None:
    instance_id = reach_wait(house)
    house.send("MSG_ARRIVED")
    again = house.send("MSG_ARRIVED")
    assert again == Sent(taken=True, stored=False, replayed=True, instance_id=instance_id)
    assert [kind for kind, _ in house.told(instance_id)].count("message_taken") == 1


def test_the_same_message_id_with_other_content_is_refused(house: House) -> None:
    reach_wait(house)
    house.send("MSG_ARRIVED", variables={"weight": 1})
    with pytest.raises(errors.RequestReused):
        house.send("MSG_ARRIVED", variables={"weight": 2})


def test_a_message_of_another_case_is_not_taken(house: House) -> None:
    reach_wait(house)
    with house.transaction() as connection:
        more = {"message_id": "m", "actor": "partner", "now": house.now}
        assert house.engine.send(connection, "MSG_ARRIVED", "P-2", {}, **more).stored


def test_one_message_goes_to_one_of_two_waiting_instances(house: House) -> None:
    first = reach_wait(house)
    house.later(minutes=1)
    second = house.start("parcel_return")
    house.complete(house.task(instance_id=second))
    assert house.send("MSG_ARRIVED").instance_id == first
    assert house.send("MSG_ARRIVED", "m-2").instance_id == second


def test_a_message_starts_the_process_that_begins_with_it(house: House) -> None:
    sent = house.send("MSG_RETURN", variables={"parcel": "9"})
    assert sent.taken
    started = house.instance()
    assert (started.id, started.process_id, started.business_key) == (sent.instance_id, "parcel_return", "P-1")
    assert started.title == "包裹 9"


def test_a_process_can_be_started_at_its_message_start(house: House) -> None:
    house.start("parcel_return", {"parcel": "9"}, message="MSG_RETURN")
    assert ("passed", "asked") in house.told(house.instance().id)
    with pytest.raises(errors.UnknownStartMessage):
        house.start("parcel_return", message="MSG_ARRIVED")


def test_a_message_that_missed_its_wait_is_brought_to_it_by_the_clock(house: House) -> None:
    reach_wait(house)
    row = {"message_id": "m", "name": "MSG_ARRIVED", "business_key": "P-1", "digest": "-", "variables": {}}
    with house.transaction() as connection:
        # As if it had been written at the same moment as the wait, each unseen by the other.
        connection.execute(message.insert().values(id="x", state="stored", received_at=house.now, sender="p", **row))
    house.later(seconds=1)
    with house.transaction() as connection:
        assert house.engine.deliver(connection, house.now) == 1
        assert house.engine.deliver(connection, house.now) == 0
    assert house.rows(wait) == []


def test_a_message_thrown_by_a_process_reaches_whoever_waits_for_it(house: House) -> None:
    reach_wait(house)
    house.send("MSG_ARRIVED")
    house.work()
    refund = house.task(element="ut_refund")
    with house.transaction() as connection:
        house.engine.assign(connection, refund.id, "zhao", actor=BOSS, now=house.now)
    house.complete(house.task(), actor=BOSS)
    assert house.instance().state == "ended"
    assert house.work() == ["done"]
    (thrown,) = house.rows(message, name="MSG_RETURNED")
    assert (thrown.state, thrown.business_key) == ("stored", "P-1")


LOOP = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">
  <message id="m" name="MSG_AGAIN" />
  <process id="again" isExecutable="true">
    <startEvent id="begin">%s</startEvent>
    <receiveTask id="wait" messageRef="m" />
    <sequenceFlow id="f1" sourceRef="begin" targetRef="wait" />
    <sequenceFlow id="f2" sourceRef="wait" targetRef="wait" />
  </process>
</definitions>"""


@pytest.mark.parametrize("begins", ["by hand", "by the message"])
def test_a_process_that_comes_back_to_the_same_wait_takes_a_message_once(house: House, begins: str) -> None:
    event = b'<messageEventDefinition messageRef="m" />' if begins == "by the message" else b""
    deploy(house, {**files_of(PARCEL), "again.bpmn": LOOP % event})
    if begins == "by hand":
        house.start("again")
    sent = house.send("MSG_AGAIN")
    assert sent.taken
    taken = [kind for kind, _ in house.told(sent.instance_id)].count("message_taken")
    assert (taken, len(house.rows(wait))) == (0 if begins == "by the message" else 1, 1)
    assert house.rows(message)[0].instance_id == sent.instance_id


def test_a_message_that_fails_stays_with_an_incident_and_can_be_retried(house: House) -> None:
    reach_wait(house)
    broken = house.rows(instance)[0].blob
    with house.transaction() as connection:
        connection.execute(instance.update().values(blob=b"broken"))
    assert house.send("MSG_ARRIVED").stored
    (found,) = house.rows(incident)
    assert (found.kind, found.state) == ("message", "open")
    with house.transaction() as connection:
        connection.execute(instance.update().values(blob=broken))
        house.engine.retry(connection, found.id, actor="admin", now=house.now)
    assert house.rows(message)[0].state == "taken"
    assert house.rows(incident)[0].resolution == "retried"


def test_the_page_is_told_which_messages_can_be_sent_now(house: House) -> None:
    instance_id = reach_wait(house)
    with house.transaction() as connection:
        (open_wait,) = queries.waits(connection, "P-1")
    assert (open_wait.message, open_wait.instance_id) == ("MSG_ARRIVED", instance_id)
    assert house.now - open_wait.opened_at == timedelta()
