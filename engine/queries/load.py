"""How much people have to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, literal_column, select

from engine.columns import state_is
from engine.models import task
from engine.queries.inbox import SOON


@dataclass(frozen=True)
class Load:
    """The open tasks that somebody holds; those due soon and overdue are parts of `open`."""

    open: int = 0
    due_soon: int = 0
    overdue: int = 0


def workload(connection: Connection, people: Iterable[str], now: datetime) -> Mapping[str, Load]:
    """The load of each of these people; those without an open task are left out."""
    place = task.c.order_at
    late = func.sum(case((place < now, 1), else_=0))
    soon = func.sum(case((place < now, 0), (place <= now + SOON, 1), else_=0))
    # Literal as in the condition of the index, see `state_is`.
    held = (state_is(task, "open"), task.c.assignee != literal_column("''"), task.c.assignee.in_(list(people)))
    rows = connection.execute(select(task.c.assignee, func.count(), soon, late).where(*held).group_by(task.c.assignee))
    return {row[0]: Load(row[1], int(row[2]), int(row[3])) for row in rows}
