"""Between instances: correlation keys, times to live, signals, steps in a transaction of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from engine import generations
from engine.models import incident, instance, job, message, wait
from engine.queries import waits
from tests.engine.core.house import PARCEL, House, deploy, files_of

ACROSS = Path(__file__).parent / "across"


@pytest.fixture
def orders(house: House) -> House:
    deploy(house, {**files_of(PARCEL), **files_of(ACROSS)})
    return house


def send(house: House, key: str, message_id: str = "m", **more: object) -> object:
    with house.transaction() as connection:
        chosen = {"message_id": message_id, "actor": "partner", "now": house.now, **more}
        return house.engine.send(connection, "MSG_REPLY", key, {}, **chosen)


def sweep(house: House) -> int:
    with house.transaction() as connection:
        return house.engine.deliver(connection, house.now)


def state(house: House, instance_id: str) -> tuple[str, str]:
    (row,) = house.rows(instance, id=instance_id)
    return row.state, row.end_event


def test_a_correlation_key_tells_the_waits_of_one_case_apart(orders: House) -> None:
    first = orders.start("order", {"number": "A-1"}, business_key="P-1")
    second = orders.start("order", {"number": "A-2"}, business_key="P-1")
    sent = send(orders, "A-2")
    assert (sent.taken, sent.instance_id) == (True, second)
    assert state(orders, second) == ("ended", "E_REPLIED")
    assert state(orders, first) == ("running", "")
    with orders.transaction() as connection:
        assert [item.message for item in waits(connection, "P-1")] == ["MSG_REPLY"], "signals are no messages"


def test_a_stored_message_is_taken_by_its_key_once(orders: House) -> None:
    assert send(orders, "A-7").stored
    first = orders.start("order", {"number": "A-7"})
    second = orders.start("order", {"number": "A-7"})
    assert [state(orders, id)[0] for id in (first, second)] == ["ended", "running"]
    assert send(orders, "A-7").replayed
    assert state(orders, second)[0] == "running"


def test_a_wait_takes_no_message_older_than_its_time_to_live(orders: House) -> None:
    send(orders, "A-1")
    orders.later(minutes=61)
    assert state(orders, orders.start("order", {"number": "A-1"}))[0] == "running"
    send(orders, "B-1", "m2")
    orders.later(minutes=59)
    assert state(orders, orders.start("order", {"number": "B-1"}))[0] == "ended"


def test_a_message_expires_and_the_history_of_its_case_tells_it(orders: House) -> None:
    waiting = orders.start("order", {"number": "elsewhere"}, business_key="A-1")
    assert send(orders, "A-1", ttl=timedelta(minutes=30)).stored
    orders.later(minutes=29)
    assert sweep(orders) == 0
    assert orders.rows(message)[0].state == "stored"
    orders.later(minutes=1)
    assert state(orders, orders.start("order", {"number": "A-1"}))[0] == "running", "over before it was swept"
    sweep(orders)
    assert orders.rows(message)[0].state == "expired"
    assert ("message_expired", "") in orders.told(waiting)
    assert send(orders, "A-1").replayed


@pytest.mark.parametrize("ttl", [timedelta(seconds=-1), timedelta.max])
def test_a_time_to_live_that_is_none_is_refused_with_what_to_pass(orders: House, ttl: timedelta) -> None:
    with pytest.raises(ValueError, match=r"time to live .* (Pass|Leave)"):
        send(orders, "A-1", ttl=ttl)
    assert orders.rows(message) == []


def test_a_process_sends_to_a_key_with_a_time_to_live(orders: House) -> None:
    receiver = orders.start("order", {"number": "A-1"}, business_key="Q-1")
    orders.start("sender", {"number": "A-1"}, business_key="Q-2")
    orders.start("sender", {"number": "A-2"}, business_key="Q-2")
    assert orders.work() == ["done", "done"]
    assert state(orders, receiver) == ("ended", "E_REPLIED")
    (kept,) = orders.rows(message, state="stored")
    assert (kept.business_key, kept.expires_at) == ("A-2", orders.now + timedelta(hours=2))


def test_a_signal_reaches_every_waiting_instance_in_a_turn_of_its_own(orders: House) -> None:
    receivers = [orders.start("order", {"number": str(number)}) for number in range(3)]
    orders.start("alarm", {"cause": "fire"})
    assert orders.work() == ["done"], "the broadcast only writes down who is to hear it"
    assert [state(orders, id)[0] for id in receivers] == ["running"] * 3
    late = orders.start("order", {"number": "late"})
    assert orders.work() == ["done"] * 4, "three instances hear it and one process begins"
    assert {state(orders, id) for id in receivers} == {("ended", "E_HALTED")}
    assert state(orders, late)[0] == "running", "a signal is not kept"
    assert [row.state for row in orders.rows(instance, process_id="clean_up")] == ["ended"]
    assert orders.work() == []


def test_whoever_throws_a_signal_hears_it_once(orders: House) -> None:
    orders.start("crier")
    work_off(orders)
    assert sorted(row.element for row in orders.rows(wait, kind="message")) == ["hear", "react"]


def test_a_signal_from_outside_is_heard_once_by_its_id(orders: House) -> None:
    receiver = orders.start("order", {"number": "1"})
    with orders.transaction() as connection:
        told = [
            orders.engine.signal(connection, "SIG_HALT", {"cause": "law"}, signal_id=id, actor="law", now=orders.now)
            for id in ("s-1", "s-1")
        ]
    assert told == [2, 0]
    assert orders.work() == ["done", "done"]
    assert state(orders, receiver) == ("ended", "E_HALTED")


def test_a_receiver_that_fails_does_not_keep_the_others_from_hearing(orders: House) -> None:
    broken, sound = (orders.start("order", {"number": str(number)}) for number in range(2))
    with orders.transaction() as connection:
        connection.execute(instance.update().where(instance.c.id == broken).values(blob=b"broken"))
    orders.start("alarm", {"cause": "fire"})
    orders.work()
    orders.work()
    assert state(orders, sound) == ("ended", "E_HALTED")
    for _ in range(9):
        orders.later(days=2)
        orders.work()
    (found,) = orders.rows(incident)
    assert (found.instance_id, found.kind, found.state) == (broken, "job", "open")


def test_an_instance_that_ends_before_it_hears_a_signal_is_left_alone(orders: House) -> None:
    receiver = orders.start("order", {"number": "A-1"})
    orders.start("alarm", {"cause": "fire"})
    orders.work()
    send(orders, "A-1")
    assert set(orders.work()) == {"done"}
    assert state(orders, receiver) == ("ended", "E_REPLIED")
    assert orders.rows(incident) == []


def test_an_asynchronous_step_runs_in_the_transaction_of_its_job(orders: House) -> None:
    id = orders.start("slow", {"n": 1})
    assert state(orders, id)[0] == "running"
    (row,) = orders.rows(job)
    assert (row.topic, row.max_attempts) == ("engine.continue", 2)
    assert orders.work() == ["done"]
    assert state(orders, id) == ("ended", "E_SLOW")


@pytest.mark.parametrize("again", [False, True])
def test_an_endless_loop_ends_in_an_incident_that_corrected_variables_resolve(orders: House, again: bool) -> None:
    id = orders.start("slow", {"n": 1_000})
    assert orders.work() == ["failed"], "a second attempt would go the same way"
    (found,) = orders.rows(incident)
    assert (found.error, found.element, found.state) == ("StepLimitExceeded", "count", "open")
    with orders.transaction() as connection:
        if not again:
            more = {"reason": "typed wrongly", "actor": "admin", "now": orders.now}
            orders.engine.change_variables(connection, id, {"n": 1}, **more)
        orders.engine.retry(connection, found.id, actor="admin", now=orders.now)
    assert orders.work() == ["failed" if again else "done"]
    assert state(orders, id)[0] == ("running" if again else "ended")


@pytest.mark.parametrize(
    ("process", "variables", "error"),
    [("many", {"n": 1_001}, "TooManyItems"), ("deep", {}, "CallTooDeep")],
)
def test_limits_of_a_turn_become_incidents_and_others_go_on(
    orders: House, process: str, variables: dict[str, int], error: str
) -> None:
    stuck = orders.start(process, variables)
    fine = orders.start("many", {"n": 1})
    orders.later(hours=2)
    with orders.transaction() as connection:
        advanced = orders.engine.advance(connection, orders.now)
    assert (advanced.fired, advanced.failed) == (1, 1)
    (found,) = orders.rows(incident)
    assert (found.instance_id, found.error, found.kind) == (stuck, error, "timer")
    assert [row.element for row in orders.rows(wait, instance_id=fine)] == ["each"]


def work_off(house: House) -> None:
    while house.work():
        pass


def settle_by(house: House, act: Callable[..., None], **more: object) -> None:
    (found,) = house.rows(incident, state="open")
    assert found.error == "TooManyGenerations"
    with house.transaction() as connection:
        act(connection, found.id, actor="admin", now=house.now, **more)
    work_off(house)


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_instances_that_begin_one_another_on_and_on_end_in_an_incident(
    orders: House, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generations, "MOST", 3)
    if kind == "message":
        orders.send("MSG_AGAIN")
    else:
        with orders.transaction() as connection:
            orders.engine.signal(connection, "SIG_ECHO", {}, signal_id="s", actor="law", now=orders.now)
    work_off(orders)
    assert len(orders.rows(instance)) == 4, "the first, and three generations after it"
    settle_by(orders, orders.engine.retry)
    assert len(orders.rows(instance)) == 8
    settle_by(orders, orders.engine.skip, reason="enough")
    assert len(orders.rows(instance)) == 8
    assert orders.rows(incident, state="open") == []


def test_time_between_two_generations_lets_the_count_begin_again(
    orders: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generations, "MOST", 1)
    orders.send("MSG_DAILY")
    for _ in range(3):
        orders.later(days=1)
        with orders.transaction() as connection:
            orders.engine.advance(connection, orders.now)
        work_off(orders)
    assert [row.state for row in orders.rows(instance)].count("ended") == 3
    assert orders.rows(incident) == []


def test_a_large_state_is_told_once_and_a_too_large_one_is_not_saved(orders: House) -> None:
    id = orders.start("grow", {})

    def grow(megabytes: int) -> bool:
        with orders.transaction() as connection:
            more = {"message_id": str(megabytes), "actor": "partner", "now": orders.now}
            content = {f"text{megabytes}": "x" * (megabytes << 20)}
            return orders.engine.send(connection, "MSG_ORDER", "P-1", content, **more).taken

    assert grow(4)
    assert "state_large" not in dict(orders.told(id))
    assert grow(2)
    assert grow(3)
    assert [kind for kind, _ in orders.told(id)].count("state_large") == 1
    before = orders.rows(instance, id=id)[0]
    assert not grow(12)
    after = orders.rows(instance, id=id)[0]
    assert (after.rev, after.blob) == (before.rev, before.blob), "the last good state is kept"
    (found,) = orders.rows(incident)
    assert (found.error, found.kind) == ("StateTooLarge", "message")


def test_a_thousand_items_are_allowed(orders: House) -> None:
    id = orders.start("many", {"n": 1_000})
    orders.later(hours=2)
    with orders.transaction() as connection:
        assert orders.engine.advance(connection, orders.now).failed == 0
    assert len(orders.rows(wait, instance_id=id)) == 1_000
