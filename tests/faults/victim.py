"""Gives commands to the engine in forked processes that kill themselves with SIGKILL at a chosen point.

Reads one JSON object per line ({url, command, arguments, point}) and answers "killed" or "finished" for each. Points
are counted from 1: before each statement, before the commit, and after it, when the answer was not yet given.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from engine import Engine, queries
from engine.library import library
from tests.engine.core.house import LI, House, open_database, parcel_handlers


class Fuse:
    """Counts points and kills this process at one of them."""

    def __init__(self, point: int) -> None:
        self._left = point

    def burn(self, *_anything: object) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def complete(house: House, task_id: str) -> None:
    with house.transaction() as connection:
        more = {"rev": 1, "request_id": f"r-{task_id}", "actor": LI, "now": house.now}
        house.engine.complete(connection, task_id, {"weight": 3}, **more)


def start(house: House, business_key: str) -> None:
    house.start("parcel_return", {"weight": 3}, business_key=business_key, request_id=business_key)


def fire(house: House, instance_id: str) -> None:
    house.later(days=1)
    with house.transaction() as connection:
        house.engine.advance_instance(connection, instance_id, house.now)


def send(house: House, business_key: str) -> None:
    with house.transaction() as connection:
        more = {"message_id": f"m-{business_key}", "actor": "partner", "now": house.now}
        house.engine.send(connection, "MSG_ARRIVED", business_key, {}, **more)


def work(house: House, job_id: str) -> None:
    house.engine.run_job(house.transaction, job_id, house.now)


def work_later(house: House, job_id: str) -> None:
    house.later(minutes=2)
    house.engine.run_job(house.transaction, job_id, house.now)


COMMANDS: dict[str, Callable[[House, str], None]] = {
    "complete": complete,
    "start": start,
    "fire": fire,
    "send": send,
    "work": work,
    "work_later": work_later,
}


def run(url: str, command: str, argument: str, point: int) -> None:
    """Give one command with a fuse; ends this process."""
    handlers = parcel_handlers()
    house = House(open_database(url), Engine(handlers), handlers)
    fuse = Fuse(point)
    event.listen(house.database, "before_cursor_execute", fuse.burn)
    event.listen(house.database, "commit", fuse.burn)
    COMMANDS[command](house, argument)
    fuse.burn()
    os._exit(0)


def warm_up(url: str) -> None:
    """Parse the pack before the first fork, so that no victim spends its time on it."""
    database = open_database(url)
    with database.begin() as connection:
        for found in queries.deployments(connection):
            library(connection, found.id)
    database.dispose()


def main() -> None:
    warm_up(sys.argv[1])
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        child = os.fork()
        if child == 0:
            run(**asked)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        answer = "killed" if killed else "finished" if status == 0 else f"status {status}"
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
