"""People, partners, clock and workers on the same cases at the same moment: every effect happens once."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from engine import EngineError
from engine.models import incident, instance, job, task
from tests.engine.core.house import BOSS, LI, House, check_whole, parcel_house

CASES = 6


@pytest.fixture
def house(tables_url: str) -> Iterator[House]:
    found = parcel_house(tables_url)
    yield found
    found.database.dispose()


def attempt(act: Callable[[], object]) -> str:
    """What came of an act that may meet others: its refusal must be one of ours, never a broken transaction."""
    try:
        act()
    except EngineError as refused:
        return type(refused).__name__
    return "done"


def at_once(acts: list[Callable[[], object]]) -> list[str]:
    random.Random(7).shuffle(acts)
    with ThreadPoolExecutor(12) as people:
        return list(people.map(attempt, acts))


def advance(house: House) -> None:
    with house.transaction() as connection:
        found = house.engine.due_instances(connection, house.now)
    for instance_id in found:
        with house.transaction() as connection:
            house.engine.advance_instance(connection, instance_id, house.now)


def send(house: House, key: str) -> None:
    with house.transaction() as connection:
        more = {"message_id": f"m-{key}", "actor": "partner", "now": house.now}
        house.engine.send(connection, "MSG_ARRIVED", key, {}, **more)


def claim(house: House, task_id: str) -> None:
    with house.transaction() as connection:
        house.engine.claim(connection, task_id, actor=LI, now=house.now)


def reach_wait(house: House, key: str) -> None:
    instance_id = house.start("parcel_return", business_key=key)
    house.complete(house.task(instance_id=instance_id))


def test_a_message_and_a_due_timer_at_the_same_moment_take_one_way(house: House) -> None:
    keys = [f"R-{number}" for number in range(CASES)]
    for key in keys:
        reach_wait(house, key)
    house.later(days=10)
    acts: list[Callable[[], object]] = [partial(send, house, key) for key in keys for _ in range(2)]
    acts += [partial(advance, house) for _ in range(4)]
    assert set(at_once(acts)) == {"done"}
    check_whole(house)
    for row in house.rows(instance):
        ways = [element for kind, element in house.told(row.id) if kind in ("message_taken", "timer_fired")]
        assert ("rt_arrival" in ways) + ("bt_lost" in ways) == 1
        assert len(house.rows(job, instance_id=row.id, topic="parcel.label")) == ways.count("rt_arrival")
    assert house.rows(incident) == []


def test_clicks_claims_and_a_cancellation_at_the_same_moment_leave_whole_cases(house: House) -> None:
    acts: list[Callable[[], object]] = []
    for number in range(CASES):
        instance_id = house.start("linear", business_key=f"C-{number}")
        row = house.task(instance_id=instance_id)
        acts += [partial(house.complete, row, request_id=f"{row.id}-{click}") for click in range(4)]
        acts += [partial(claim, house, row.id) for _ in range(2)]
        if number % 2:
            acts.append(partial(cancel, house, instance_id))
    answers = at_once(acts)
    assert set(answers) <= {"done", "TaskAlreadyCompleted", "StaleTask"}
    check_whole(house)
    assert [row.state for row in house.rows(instance)].count("cancelled") == CASES // 2


def cancel(house: House, instance_id: str) -> None:
    with house.transaction() as connection:
        house.engine.cancel(connection, instance_id, reason="-", actor=BOSS, now=house.now)


def test_many_workers_do_each_job_once(house: House) -> None:
    done: list[str] = []
    house.handlers.add("parcel.label", lambda call: done.append(call.idempotency_key))
    for number in range(CASES):
        reach_wait(house, f"J-{number}")
        send(house, f"J-{number}")
    ids = [row.id for row in house.rows(job)]
    acts: list[Callable[[], object]] = [
        partial(house.engine.run_job, house.transaction, job_id, house.now) for job_id in ids for _ in range(4)
    ]
    assert set(at_once(acts)) == {"done"}
    assert len(done) == len(set(done)) == CASES
    assert len(house.rows(task, state="open", element="ut_refund")) == CASES
    check_whole(house)
