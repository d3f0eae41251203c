"""Where a case stands and when something will happen to it by itself: small questions, asked very often.

A case is its own instance and those of its companions; all have its number.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, func, select, union_all

from engine import metadata

_TABLES = metadata.tables
_INSTANCE, _TASK, _WAIT, _JOB, _TIMER, _DEADLINE = (
    _TABLES[name] for name in ("instance", "task", "wait", "job", "timer", "deadline")
)
_KEY: BindParameter[str] = bindparam("number")
_OWN = select(_INSTANCE.c.id).where(_INSTANCE.c.business_key == _KEY, _INSTANCE.c.state == "running")
#: A job that has failed keeps its step open as well; an incident tells of it.
_JOBS = _JOB.c.state.in_(("waiting", "running", "failed"))


def _earliest(column: str, table: str, state: str) -> Select[Any]:
    found = _TABLES[table]
    return select(func.min(found.c[column])).where(found.c.state == state)


_RUNNING = _OWN.order_by(_INSTANCE.c.started_at, _INSTANCE.c.id)
_OPEN = union_all(
    select(_TASK.c.element).where(_TASK.c.instance_id.in_(_OWN), _TASK.c.state == "open"),
    select(_WAIT.c.element).where(_WAIT.c.instance_id.in_(_OWN)),
    select(_JOB.c.element).where(_JOB.c.instance_id.in_(_OWN), _JOBS),
)
_NEXT = union_all(
    _earliest("due_at", "timer", "waiting").where(_TIMER.c.instance_id.in_(_OWN)),
    _earliest("next_step_at", "deadline", "open").where(_DEADLINE.c.instance_id.in_(_OWN)),
    # Notices of an escalation are jobs outside of an instance.
    _earliest("next_at", "job", "waiting"),
)


def running(connection: Connection, number: str) -> tuple[str, ...]:
    """Ids of the running instances of a case, the oldest first."""
    return tuple(connection.scalars(_RUNNING, {"number": number}))


def open_elements(connection: Connection, number: str) -> frozenset[str]:
    """Elements at which a case waits for a person, a message or a job."""
    return frozenset(connection.scalars(_OPEN, {"number": number}))


def next_happening(connection: Connection, number: str) -> datetime | None:
    """When the next timer, step of a deadline or job is due, maybe in the past; None if nothing is to come."""
    found = connection.scalars(_NEXT, {"number": number})
    moments: list[datetime] = [moment for moment in found if moment is not None]
    return min(moments, default=None)
