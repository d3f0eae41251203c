"""Asking people to hurry: written into the history, and not again too soon without a reason."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from engine import history
from engine.command import Command
from engine.errors import RemindedAlready
from engine.models import history as history_table
from engine.tasks import open_task, scene_of

KIND: Final = "reminded"
#: Within this time a reminder needs a reason.
QUIET: Final = timedelta(hours=4)


def remind(command: Command, task_id: str, reason: str) -> None:
    """Write down that whoever is to do an open task was asked to hurry.

    Raises:
        RemindedAlready: They were asked less than four hours ago, and no reason is given.
    """
    row = open_task(command.connection, task_id)
    last = _last(command.connection, row)
    if last is not None and command.now - last < QUIET and not reason.strip():
        raise RemindedAlready(task_id, last)
    told = {"task": task_id, "reason": reason.strip()}
    entry = scene_of(command, row).entry(KIND, row.element, token=row.token, process_id=row.process_id, **told)
    history.write(command.connection, [entry])


def _last(connection: Connection, row: Row[Any]) -> datetime | None:
    """When the task was reminded of before; a token stands for one task."""
    same = (history_table.c.instance_id == row.instance_id, history_table.c.token == row.token)
    query = select(history_table.c.at).where(*same, history_table.c.kind == KIND)
    found: datetime | None = connection.scalar(query.order_by(history_table.c.seq.desc()).limit(1))
    return found
