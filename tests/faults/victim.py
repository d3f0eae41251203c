"""Gives commands to the engine in forked processes that kill themselves with SIGKILL at a chosen point.

Reads one JSON object per line ({url, command, argument, point}) and answers "killed" or "finished" for each. Points are
counted from 1: before each statement, before the commit, and after it, when the answer was not yet given. At point 0
the command is given whole and in this process.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine as Database
from sqlalchemy import event

from engine import Engine, errors
from tests.engine.core.house import BOSS, LI, House, open_database, parcel_handlers


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


def claim(house: House, task_id: str) -> None:
    with house.transaction() as connection:
        house.engine.claim(connection, task_id, actor=LI, now=house.now)


def finish(house: House, task_id: str) -> None:
    with house.transaction() as connection:
        more = {"rev": 1, "request_id": f"r-{task_id}", "actor": BOSS, "now": house.now}
        house.engine.complete(connection, task_id, {"outcome": "fine"}, **more)


def skip(house: House, job_id: str) -> None:
    """Go on without a failed job; refused when that has happened before."""
    with contextlib.suppress(errors.IncidentNotFound), house.transaction() as connection:
        house.engine.skip(connection, job_id, reason="by hand", actor=BOSS, now=house.now)


def cancel(house: House, instance_id: str) -> None:
    """Cancel an instance; refused when that has happened before."""
    with contextlib.suppress(errors.InstanceEnded), house.transaction() as connection:
        house.engine.cancel(connection, instance_id, reason="withdrawn", actor=BOSS, now=house.now)


def work(house: House, job_id: str) -> None:
    house.engine.run_job(house.transaction, job_id, house.now)


def work_later(house: House, job_id: str) -> None:
    house.later(minutes=2)
    house.engine.run_job(house.transaction, job_id, house.now)


COMMANDS: dict[str, Callable[[House, str], None]] = {
    "complete": complete,
    "claim": claim,
    "finish": finish,
    "skip": skip,
    "cancel": cancel,
    "start": start,
    "fire": fire,
    "send": send,
    "work": work,
    "work_later": work_later,
}


def run(house: House, command: str, argument: str, fuse: Fuse) -> None:
    """Give one command with a fuse; ends this process."""
    event.listen(house.database, "before_cursor_execute", fuse.burn)
    event.listen(house.database, "commit", fuse.burn)
    COMMANDS[command](house, argument)
    fuse.burn()
    os._exit(0)


def fork_and_run(house: House, command: str, argument: str, point: int) -> str:
    """Give one command in a child that dies at the point; tell how the child ended."""
    child = os.fork()
    if child == 0:
        run(house, command, argument, Fuse(point))
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return "killed" if killed else "finished" if status == 0 else f"status {status}"


def main() -> None:
    handlers = parcel_handlers()
    # One object per database, for its compiled statements; its connections are never shared with a child.
    databases: dict[str, Database] = {}
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        url = asked.pop("url")
        if url not in databases:
            databases[url] = open_database(url)
        house = House(databases[url], Engine(handlers), handlers)
        if asked["point"]:
            answer = fork_and_run(house, **asked)
        else:
            COMMANDS[asked["command"]](house, asked["argument"])
            house.database.dispose()
            answer = "finished"
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
