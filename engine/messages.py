"""Messages from outside and between processes: handed to the wait of a case, or kept until one opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, select
from sqlalchemy.exc import OperationalError

from engine import generations, incidents
from engine.columns import state_is
from engine.command import Command
from engine.errors import RequestReused
from engine.mailbox import expire, find_message, find_wait, mark_taken, message_row, store, wait_is_open
from engine.models import instance, message, wait
from engine.starting import Beginning, start, started_by
from engine.turn import Turn, must_lock
from engine.values import from_column

#: A message and a wait can only miss each other while both are being written, so only fresh ones are looked at again.
FRESH: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Sent:
    """What became of a message."""

    #: An instance has taken it (or was started by it).
    taken: bool
    #: It is kept until a wait opens.
    stored: bool
    #: The same message id had come before; nothing happened again.
    replayed: bool
    instance_id: str = ""


def send(
    command: Command,
    name: str,
    business_key: str,
    variables: Mapping[str, Any],
    message_id: str,
    ttl: timedelta | None = None,
) -> Sent:
    """Hand a message to the process exactly once by its id; what nobody takes is kept for its time to live."""
    row = message_row(name, business_key, variables, message_id, command.now, command.by, ttl)
    if not store(command.connection, row):
        return _replay(command.connection, row)
    return deliver(command, find_message(command.connection, message_id))


def deliver(command: Command, row: Row[Any]) -> Sent:
    """Give a stored message to a wait, or to the process it starts; a failure leaves it stored with an incident."""
    try:
        with command.connection.begin_nested():
            taker = _to_wait(command, row) or _to_start(command, row)
    except OperationalError:
        raise
    except Exception as error:
        incidents.open_incident(command, "message", row.id, error, element=row.name)
        taker = None
    return Sent(taken=taker is not None, stored=taker is None, replayed=False, instance_id=taker or "")


def deliver_fresh(command: Command, limit: int = 100) -> int:
    """Bring together messages and waits that were written at the same moment; how many were taken.

    Messages whose time to live is over are set aside first.
    """
    for row in expire(command.connection, command.now, limit):
        _tell_expired(command, row)
    same = (wait.c.key == message.c.business_key) & (wait.c.message == message.c.name) & (wait.c.kind == "message")
    found = (
        select(message)
        .where(state_is(message, "stored"), message.c.received_at >= command.now - FRESH)
        .where(select(wait.c.id).join(instance, instance.c.id == wait.c.instance_id).where(same).exists())
        .order_by(message.c.received_at, message.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return sum(deliver(command, row).taken for row in command.connection.execute(found).all())


def _tell_expired(command: Command, row: Row[Any]) -> None:
    """Write into the history of the case that nobody took a message in time."""
    running = (instance.c.business_key == row.business_key, state_is(instance, "running"))
    for instance_id in command.connection.scalars(select(instance.c.id).where(*running)).all():
        incidents.tell(command, instance_id, "message_expired", message=row.name, message_id=row.message_id)


def stored_since(connection: Connection, moment: datetime) -> int:
    """How many messages wait for a taker since that moment or longer."""
    found = select(message.c.id).where(state_is(message, "stored"), message.c.received_at <= moment)
    return len(connection.execute(found).all())


def _replay(connection: Connection, row: Mapping[str, Any]) -> Sent:
    before = find_message(connection, row["message_id"])
    if before.digest != row["digest"]:
        raise RequestReused(row["message_id"])
    taken, stored = (before.state == word for word in ("taken", "stored"))
    return Sent(taken=taken, stored=stored, replayed=True, instance_id=before.instance_id)


def _to_wait(command: Command, row: Row[Any]) -> str | None:
    found = find_wait(command.connection, row.name, row.business_key)
    if found is None:
        return None
    locked = must_lock(command.connection, found.instance_id)
    # Whoever held the instance until now may have closed the wait; the message then stays for the next one.
    if not wait_is_open(command.connection, found.id):
        return None
    # Marked first: a loop may come back to the same wait in this turn, which then must not find the message again.
    mark_taken(command.connection, row.id, found.instance_id, command.now)
    turn = Turn.restore(command, locked, afresh=generations.thrower(command.connection, row.message_id) is None)
    turn.receive(found.token, found.element, row.name, row.message_id, from_column(row.variables))
    turn.save()
    return str(found.instance_id)


def _to_start(command: Command, row: Row[Any]) -> str | None:
    process_id = started_by(command.connection, row.name)
    if process_id is None:
        return None
    told = {"message": row.name, "generation": _generation(command.connection, row)}
    beginning = Beginning(process_id, from_column(row.variables), row.business_key, **told)
    # The process may wait for the same message before its first turn ends; only afterwards is its id known.
    mark_taken(command.connection, row.id, "", command.now)
    instance_id = start(command, beginning)
    mark_taken(command.connection, row.id, instance_id, command.now)
    return instance_id


def _generation(connection: Connection, row: Row[Any]) -> int:
    """That of the instance that a message begins; nought if somebody let it be tried again."""
    thrower = generations.thrower(connection, row.message_id)
    return 0 if thrower is None or incidents.was_retried(connection, row.id) else thrower + 1
