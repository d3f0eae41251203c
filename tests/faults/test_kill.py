"""A process killed at any statement of a command, then the same command once more: nothing is lost, nothing doubled."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select

from engine.models import history, incident, instance, job, message, request, task, timer, wait
from tests.engine.core.house import House, parcel_house
from tests.faults import victim

ROOT = Path(__file__).resolve().parents[2]
#: What the rows of an instance say, without random ids.
SHAPE: dict[Table, tuple[str, ...]] = {
    task: ("element", "state", "closed_by", "rev", "opened_rev"),
    timer: ("element", "state", "fire_no", "due_at"),
    wait: ("element", "message"),
    job: ("element", "topic", "state"),
    incident: ("kind", "state", "resolution"),
    history: ("kind", "element", "rev"),
}


class Driver:
    """One process that forks a victim per point."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.faults.victim"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, house: House, command: str, argument: str, point: int = 0) -> str:
        url = house.database.url.render_as_string(hide_password=False)
        asked = {"url": url, "command": command, "argument": argument, "point": point}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def stop(self) -> None:
        self._process.communicate()


@pytest.fixture
def house(tables_url: str) -> Iterator[House]:
    found = parcel_house(tables_url)
    yield found
    found.database.dispose()


@pytest.fixture(scope="module")
def driver() -> Iterator[Driver]:
    found = Driver()
    yield found
    found.stop()


def reach_task(house: House, key: str) -> str:
    instance_id = house.start("parcel_return", {"weight": 3}, business_key=key)
    return str(house.task(instance_id=instance_id).id)


def reach_wait(house: House, key: str) -> str:
    task_id = reach_task(house, key)
    victim.complete(house, task_id)
    return str(house.rows(task, id=task_id)[0].instance_id)


def reach_job(house: House, key: str) -> str:
    instance_id = reach_wait(house, key)
    victim.send(house, key)
    return str(house.rows(job, instance_id=instance_id)[0].id)


def reach_refund(house: House, key: str) -> str:
    victim.work(house, reach_job(house, key))
    (instance_row,) = house.rows(instance, business_key=key)
    return str(house.task(instance_id=instance_row.id).id)


def reach_failed_job(house: House, key: str) -> str:
    job_id = reach_job(house, key)
    with house.transaction() as connection:
        connection.execute(job.update().where(job.c.id == job_id).values(topic="nobody.knows"))
    victim.work(house, job_id)
    return job_id


def key_itself(_house: House, key: str) -> str:
    return key


def key_of_wait(house: House, key: str) -> str:
    reach_wait(house, key)
    return key


#: Command, what leads up to it (its argument comes back), and what is given again after the kill.
CASES: list[tuple[str, Callable[[House, str], str], str]] = [
    ("start", key_itself, "start"),
    ("complete", reach_task, "complete"),
    ("claim", reach_task, "claim"),
    ("finish", reach_refund, "finish"),
    ("skip", reach_failed_job, "skip"),
    ("cancel", reach_wait, "cancel"),
    ("fire", reach_wait, "fire"),
    ("send", key_of_wait, "send"),
    ("work", reach_job, "work_later"),
]


def shape_of(house: House, key: str) -> dict[str, Any]:
    """Everything the database holds of a case; fails unless there is exactly one instance."""
    (row,) = house.rows(instance, business_key=key)
    found: dict[str, Any] = {"rev": row.rev, "state": row.state, "end": row.end_event}
    with house.transaction() as connection:
        for table, names in SHAPE.items():
            columns = [table.c[name] for name in names]
            rows = connection.execute(select(*columns).where(table.c.instance_id == row.id))
            found[table.name] = sorted(map(repr, rows))
    found["requests"] = len(house.rows(request, request_id=key))
    found["messages"] = [one.state for one in house.rows(message, business_key=key)]
    return found


@pytest.mark.parametrize(("command", "prepare", "again"), CASES, ids=[case[0] for case in CASES])
def test_a_command_killed_at_any_point_and_given_again_happens_once(
    house: House, driver: Driver, command: str, prepare: Callable[[House, str], str], again: str
) -> None:
    argument = prepare(house, "whole")
    assert driver.ask(house, command, argument) == "finished"
    assert driver.ask(house, again, argument) == "finished"
    whole = shape_of(house, "whole")
    killed = 0
    for point in itertools.count(1):
        key = f"K-{point}"
        argument = prepare(house, key)
        if driver.ask(house, command, argument, point) != "killed":
            break
        killed += 1
        assert driver.ask(house, again, argument) == "finished", point
        assert shape_of(house, key) == whole, point
    assert killed >= 5


def test_a_killed_command_leaves_the_case_as_it_was(house: House, driver: Driver) -> None:
    task_id = reach_task(house, "K")
    before = shape_of(house, "K")
    for point in range(1, 9):
        assert driver.ask(house, "complete", task_id, point) == "killed"
        assert shape_of(house, "K") == before
