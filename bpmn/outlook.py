"""Where an instance stands and when something will happen to it by itself: small questions, asked very often."""

from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, func, select, union_all

from engine import metadata

_TABLES = metadata.tables
_INSTANCE, _TASK, _WAIT, _JOB, _TIMER, _DEADLINE = (
    _TABLES[name] for name in ("instance", "task", "wait", "job", "timer", "deadline")
)
_ID: BindParameter[str] = bindparam("instance_id")
#: A job that has failed keeps its step open as well; an incident tells of it.
_JOBS = _JOB.c.state.in_(("waiting", "running", "failed"))


def _earliest(column: str, table: str, state: str) -> Select[Any]:
    found = _TABLES[table]
    return select(func.min(found.c[column])).where(found.c.state == state)


_RUNNING = select(_INSTANCE.c.state).where(_INSTANCE.c.id == _ID)
_OPEN = union_all(
    select(_TASK.c.element).where(_TASK.c.instance_id == _ID, _TASK.c.state == "open"),
    select(_WAIT.c.element).where(_WAIT.c.instance_id == _ID),
    select(_JOB.c.element).where(_JOB.c.instance_id == _ID, _JOBS),
)
_NEXT = union_all(
    _earliest("due_at", "timer", "waiting").where(_TIMER.c.instance_id == _ID),
    _earliest("next_step_at", "deadline", "open").where(_DEADLINE.c.instance_id == _ID),
    # Notices of an escalation are jobs outside of an instance.
    _earliest("next_at", "job", "waiting"),
)


def is_running(connection: Connection, instance_id: str) -> bool:
    return connection.scalar(_RUNNING, {"instance_id": instance_id}) == "running"


def open_elements(connection: Connection, instance_id: str) -> frozenset[str]:
    """Elements at which the instance waits for a person, a message or a job."""
    return frozenset(connection.scalars(_OPEN, {"instance_id": instance_id}))


def next_happening(connection: Connection, instance_id: str) -> datetime | None:
    """When the next timer, step of a deadline or job is due, maybe in the past; None if nothing is to come."""
    found = connection.scalars(_NEXT, {"instance_id": instance_id})
    moments: list[datetime] = [moment for moment in found if moment is not None]
    return min(moments, default=None)
