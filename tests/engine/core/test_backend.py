"""The contract of a job backend; every implementation passes the same tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from engine import Call, JobBackend, LocalBackend
from engine.backend import Worked
from engine.jobs import claim
from engine.models import job
from tests.engine.core.house import House

BACKENDS: dict[str, Callable[[House], JobBackend]] = {
    "local": lambda house: LocalBackend(house.transaction, house.handlers),
}


@pytest.fixture(params=sorted(BACKENDS))
def backend(request: pytest.FixtureRequest, house: House) -> JobBackend:
    return BACKENDS[request.param](house)


@pytest.fixture
def done(house: House) -> list[Mapping[str, Any]]:
    """What the handler of topic `count` was called with."""
    calls: list[Mapping[str, Any]] = []

    def count(call: Call) -> None:
        calls.append(dict(call.variables))

    house.handlers.add("count", count)
    return calls


def enqueue(house: House, backend: JobBackend, key: str = "k", **more: Any) -> bool:
    with house.transaction() as connection:
        return backend.enqueue(connection, "count", {"key": key}, key=key, now=house.now, **more)


def test_a_job_is_done_once(house: House, backend: JobBackend, done: list[Mapping[str, Any]]) -> None:
    assert enqueue(house, backend)
    assert backend.run_worker(house.now) == Worked(done=1)
    assert backend.run_worker(house.now) == Worked()
    assert done == [{"key": "k"}]


def test_the_same_key_is_one_job(house: House, backend: JobBackend, done: list[Mapping[str, Any]]) -> None:
    assert [enqueue(house, backend) for _ in range(2)] == [True, False]
    backend.run_worker(house.now)
    assert not enqueue(house, backend), "not even after it was done"
    assert len(done) == 1


def test_a_job_of_a_rolled_back_transaction_never_was(
    house: House, backend: JobBackend, done: list[Mapping[str, Any]]
) -> None:
    with pytest.raises(ZeroDivisionError), house.transaction() as connection:
        backend.enqueue(connection, "count", {}, key="k", now=house.now)
        raise ZeroDivisionError
    assert backend.run_worker(house.now) == Worked()
    assert done == []


def test_a_job_for_later_waits(house: House, backend: JobBackend, done: list[Mapping[str, Any]]) -> None:
    enqueue(house, backend, run_at=house.now + timedelta(days=30))
    enqueue(house, backend, "urgent")
    backend.run_worker(house.now)
    assert done == [{"key": "urgent"}], "a job far ahead holds up nothing"
    house.later(days=30)
    backend.run_worker(house.now)
    assert len(done) == 2


def test_a_cancelled_job_is_not_done(house: House, backend: JobBackend, done: list[Mapping[str, Any]]) -> None:
    enqueue(house, backend)
    with house.transaction() as connection:
        assert backend.cancel(connection, "k", house.now)
        assert not backend.cancel(connection, "k", house.now)
        assert not backend.cancel(connection, "unknown", house.now)
    backend.run_worker(house.now)
    assert done == []


def test_a_job_whose_worker_died_is_done_by_another(
    house: House, backend: JobBackend, done: list[Mapping[str, Any]]
) -> None:
    enqueue(house, backend)
    (row,) = house.rows(job)
    with house.transaction() as connection:
        claim(connection, row.id, house.now, "dead")
    assert backend.run_worker(house.now) == Worked()
    house.later(minutes=2)
    assert backend.health(house.now).silent == 1
    assert backend.run_worker(house.now) == Worked(done=1)
    assert len(done) == 1


def test_health_tells_how_long_the_oldest_job_has_waited(house: House, backend: JobBackend) -> None:
    assert backend.health(house.now).is_well()
    enqueue(house, backend)
    house.later(minutes=5)
    health = backend.health(house.now)
    assert health.oldest_due == timedelta(minutes=5)
    assert not health.is_well()


@pytest.mark.usefixtures("done")
def test_stats_count_jobs_by_state(house: House, backend: JobBackend) -> None:
    for key in ("a", "b"):
        enqueue(house, backend, key)
    backend.run_worker(house.now, limit=1)
    assert backend.stats() == {"done": 1, "waiting": 1}
