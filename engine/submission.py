"""What stood in the form of a task when it was completed, kept because variables go on changing, and who reads it;
and what the messages of a case brought."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.library import Library, library
from engine.models import message, task
from engine.properties import shows_of
from engine.values import from_column, to_column


@dataclass(frozen=True)
class Submission:
    """The content of a completed task; sealed values are references, as in the process itself."""

    #: What the person gave.
    data: Mapping[str, Any]
    #: The other variables that the form shows or asks about, as they were then.
    seen: Mapping[str, Any]

    @classmethod
    def of_column(cls, stored: Mapping[str, Any]) -> Submission:
        """A submission out of the column of its task."""
        return cls(from_column(stored["data"]), from_column(stored["seen"]))


@dataclass(frozen=True)
class Sent:
    """A message that a case took."""

    id: str
    name: str
    #: Who sent it: a user, or `partner:…`.
    sender: str
    at: datetime
    instance_id: str
    #: Sealed values are references.
    data: Mapping[str, Any]


def sent(connection: Connection, business_key: str) -> tuple[Sent, ...]:
    """The messages that a case took, in the order in which it took them."""
    rows = select(message).where(message.c.business_key == business_key, message.c.state == "taken")
    found = connection.execute(rows.order_by(message.c.taken_at, message.c.id))
    return tuple(
        Sent(row.id, row.name, row.sender, row.taken_at, row.instance_id, from_column(row.variables)) for row in found
    )


def materials(connection: Connection, deployment_id: str, process_id: str, element: str) -> tuple[str, ...]:
    """Ids of the forms and user tasks that a task names as its material."""
    found = library(connection, deployment_id).definition(process_id)
    return shows_of(found.elements.get(element))


def to_keep(
    shelf: Library, form_ref: str, variables: Mapping[str, Any], data: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """The submission as the column of its task has it: of the variables only those whose name stands in the form."""
    words = shelf.form_words.get(form_ref, frozenset())
    seen = {name: value for name, value in variables.items() if name in words and name not in data}
    return {"data": to_column(data), "seen": to_column(seen)}


def submissions(connection: Connection, task_ids: Collection[str]) -> dict[str, Submission]:
    """What stood in the forms of completed tasks, by task; those that kept nothing are left out."""
    rows = select(task.c.id, task.c.submitted).where(task.c.id.in_(task_ids), task.c.submitted.is_not(None))
    return {row.id: Submission.of_column(row.submitted) for row in connection.execute(rows)}
