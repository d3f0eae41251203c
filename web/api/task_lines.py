"""Tasks as lists of the API show them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from engine import queries
from web.people import names


def task_lines(connection: Connection, tasks: Iterable[queries.Task]) -> list[dict[str, Any]]:
    """One line of each task, with the name of who has it."""
    tasks = tuple(tasks)
    people = names(connection, [task.assignee for task in tasks if task.assignee])
    return [
        {
            "id": task.id,
            "name": task.name,
            "element": task.element,
            "case": task.business_key,
            "title": task.title,
            "region": task.region,
            "state": task.state,
            "rev": task.rev,
            "assignee_name": people[task.assignee] if task.assignee else "",
            "due_at": task.due_at,
            "closed_at": task.closed_at,
        }
        for task in tasks
    ]


def open_lines(connection: Connection, business_key: str) -> list[dict[str, Any]]:
    """The open tasks of a case."""
    return task_lines(connection, queries.tasks(connection, business_key=business_key, state="open"))
