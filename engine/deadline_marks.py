"""Due moments of tasks and timers in the database follow their deadline when it stands, runs again or moves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection, bindparam, select, update

from engine.deadline import Deadline
from engine.models import LAST_MOMENT, task, timer


def follow_due(connection: Connection, before: Deadline, after: Deadline, rivals: Collection[str] = ()) -> Deadline:
    """Write the new due moment to the task and timers of a deadline; the deadline with the offsets of standing timers.

    Timers that hang on the activity of a rival (another open deadline with the same key) are left alone.
    """
    if before.due_at == after.due_at:
        return after
    _move_task(connection, before, after)
    return replace(after, offsets=_move_timers(connection, before, after, rivals))


def _move_task(connection: Connection, before: Deadline, after: Deadline) -> None:
    if not after.task_id:
        return
    # A task with a due date of its own keeps it: only the date that came from the deadline moves.
    own = (task.c.id == after.task_id, task.c.due_at.is_not_distinct_from(before.due_at))
    values = {"due_at": after.due_at, "order_at": after.due_at or LAST_MOMENT}
    connection.execute(update(task).where(*own).values(**values))


def _move_timers(
    connection: Connection, before: Deadline, after: Deadline, rivals: Collection[str]
) -> dict[str, timedelta]:
    """Set the timers of the deadline; offsets of those that stand."""
    mine = (
        timer.c.instance_id == after.instance_id,
        timer.c.deadline == after.key,
        timer.c.state == "waiting",
        timer.c.host.not_in([token for token in rivals if token]),
    )
    rows = connection.execute(select(timer.c.id, timer.c.token, timer.c.due_at).where(*mine)).all()
    offsets = {row.token: row.due_at - before.due_at if row.due_at and before.due_at else timedelta() for row in rows}
    offsets |= {**before.offsets, **after.offsets}
    due = after.due_at
    moves = [{"b_id": row.id, "b_due": None if due is None else due + offsets[row.token]} for row in rows]
    if moves:
        moved = update(timer).where(timer.c.id == bindparam("b_id")).values(due_at=bindparam("b_due"))
        connection.execute(moved, moves)
    return dict(offsets) if due is None else {}
