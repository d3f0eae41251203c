"""Signals: one goes to every instance that waits for it and begins every process that starts with it.

Nothing is kept for later waits. Each receiver hears the signal in a turn of its own, by a job, so that one that fails
becomes an incident and the others go on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, select

from engine import incidents, jobs
from engine.columns import state_is
from engine.command import Command
from engine.library import library
from engine.models import deployment, instance, job, wait
from engine.rows import insert_once, new_id
from engine.starting import Beginning, start
from engine.values import to_column

#: Topic of the job by which one instance hears a signal.
HEARD: Final = "engine.signal.heard"
#: Topic of the job that begins an instance because of a signal.
BEGIN: Final = "engine.signal.begin"


def broadcast(
    command: Command,
    name: str,
    variables: Mapping[str, Any],
    *,
    key: str,
    business_key: str = "",
    sender: str = "",
    generation: int | None = None,
) -> int:
    """Write a job for each receiver but the sending instance; the same key tells each of them once.

    `generation` is that of the sending instance (see `engine.generations`), None for a signal from outside.
    """
    told, common = 0, {"signal": name, "variables": dict(variables), "generation": generation}
    for instance_id, tokens in _listening(command.connection, name, sender).items():
        content = {**common, "tokens": tokens}
        told += insert_once(command.connection, job, _job(command, instance_id, content, f"{key}:{instance_id}"))
    more: dict[str, Any] = {"now": command.now, "business_key": business_key, "actor": command.by}
    for process_id in _started_by(command.connection, name):
        content = {**common, "process": process_id}
        told += jobs.enqueue(command.connection, BEGIN, content, key=f"{key}:{process_id}", **more)
    return told


def begin(command: Command, told: Mapping[str, Any], business_key: str, key: str) -> str:
    """Begin the instance that the job of that idempotency key tells of at its start event, and return its id."""
    sender = told.get("generation")
    afresh = sender is None or incidents.job_was_retried(command.connection, key)
    generation = 0 if afresh else int(sender or 0) + 1
    more = {"signal": told["signal"], "generation": generation}
    return start(command, Beginning(told["process"], told["variables"], business_key, **more))


def _listening(connection: Connection, name: str, sender: str) -> dict[str, list[str]]:
    """Waiting tokens by running instance."""
    found = (
        select(wait.c.instance_id, wait.c.token)
        .join(instance, instance.c.id == wait.c.instance_id)
        .where(wait.c.message == name, wait.c.kind == "signal", instance.c.state == "running", instance.c.id != sender)
        .order_by(wait.c.opened_at, wait.c.id)
    )
    receivers: dict[str, list[str]] = {}
    for row in connection.execute(found):
        receivers.setdefault(row.instance_id, []).append(row.token)
    return receivers


def _started_by(connection: Connection, name: str) -> list[str]:
    """Processes of the active deployments that begin with a signal, each once."""
    active = select(deployment.c.id).where(state_is(deployment, "active")).order_by(deployment.c.approved_at.desc())
    shelves = [library(connection, id) for id in connection.scalars(active).all()]
    definitions = (item for shelf in shelves for item in shelf.definitions.values())
    return list(dict.fromkeys(item.id for item in definitions if name in item.start_signals))


def _job(command: Command, instance_id: str, content: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {
        "id": new_id(),
        "instance_id": instance_id,
        "token": "",
        "topic": HEARD,
        "variables": to_column(content),
        "idempotency_key": key,
        "state": "waiting",
        "next_at": command.now,
        "created_at": command.now,
        "created_by": command.by,
    }
