"""Due timers: found by the clock, fired one turn each, a failing one set aside as an incident."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.exc import OperationalError

from engine import incidents
from engine.columns import state_is
from engine.command import Command
from engine.errors import NotFound
from engine.models import instance, timer
from engine.turn import Turn, lock


@dataclass(frozen=True)
class Advanced:
    """How many timers one sweep has fired, and how many failed and became incidents."""

    fired: int
    failed: int

    def __add__(self, other: Advanced) -> Advanced:
        return Advanced(self.fired + other.fired, self.failed + other.failed)


NOTHING: Final = Advanced(0, 0)
#: One sweep fires no more timers of an instance than this; the rest is due in the next one.
MOST_FIRINGS: Final = 100


def due_instances(connection: Connection, now: datetime, limit: int = 100) -> tuple[str, ...]:
    """Ids of the instances that own the timers due first, each once."""
    due = select(timer.c.instance_id).where(state_is(timer, "waiting"), timer.c.due_at <= now)
    return tuple(dict.fromkeys(connection.scalars(due.order_by(timer.c.due_at, timer.c.id).limit(limit))))


def advance(command: Command, limit: int = 100) -> Advanced:
    """Fire up to `limit` due timers, all in the caller's transaction."""
    total = NOTHING
    for instance_id in due_instances(command.connection, command.now, limit):
        total += advance_instance(command, instance_id, limit - total.fired - total.failed)
    return total


def advance_instance(command: Command, instance_id: str, limit: int = MOST_FIRINGS) -> Advanced:
    """Fire what is due in one instance, the earliest first; nothing if another node is just doing it."""
    if lock(command.connection, instance_id, skip=True) is None:
        return NOTHING
    total = NOTHING
    # Asked again after each firing: it may have withdrawn the others, or armed one that is due already.
    for _ in range(min(limit, MOST_FIRINGS)):
        row = _next_due(command, instance_id)
        if row is None:
            break
        total += _attempt(command, row)
    return total


def fire(command: Command, timer_id: str) -> bool:
    """Fire one timer; False if it is not waiting or not due (any more)."""
    row = command.connection.execute(select(timer).where(timer.c.id == timer_id)).one_or_none()
    if row is None:
        raise NotFound("timer", timer_id)
    lock(command.connection, row.instance_id)
    row = command.connection.execute(select(timer).where(timer.c.id == timer_id)).one()
    if row.state != "waiting" or row.due_at is None or row.due_at > command.now:
        return False
    return _attempt(command, row).fired == 1


def _next_due(command: Command, instance_id: str) -> Row[Any] | None:
    own = (timer.c.instance_id == instance_id, state_is(timer, "waiting"), timer.c.due_at <= command.now)
    found = select(timer).where(*own).order_by(timer.c.due_at, timer.c.id).limit(1)
    return command.connection.execute(found).one_or_none()


def _attempt(command: Command, row: Row[Any]) -> Advanced:
    try:
        with command.connection.begin_nested():
            _fire(command, row)
    except OperationalError:
        # A lock that could not be had says nothing about the process: the caller rolls back and comes again.
        raise
    except Exception as error:
        _set_state(command, row, "failed")
        more = {"instance_id": row.instance_id, "element": row.element}
        incidents.open_incident(command, "timer", row.id, error, **more)
        return Advanced(0, 1)
    return Advanced(1, 0)


def _fire(command: Command, row: Row[Any]) -> None:
    locked = command.connection.execute(select(instance).where(instance.c.id == row.instance_id)).one()
    _set_state(command, row, "fired")
    turn = Turn.restore(command, locked)
    turn.fire(row, excused=incidents.was_retried(command.connection, row.id))
    turn.save()


def _set_state(command: Command, row: Row[Any], state: str) -> None:
    values = {"state": state, "closed_at": command.now}
    command.connection.execute(update(timer).where(timer.c.id == row.id).values(**values))
