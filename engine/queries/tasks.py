"""Tasks as pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, select

from engine.errors import TaskNotFound
from engine.models import instance as instance_table
from engine.models import task as task_table
from engine.rights import candidate_groups, candidate_teams, candidate_users


@dataclass(frozen=True)
class Task:
    """A task with what its pack shows of the instance."""

    id: str
    instance_id: str
    deployment_id: str
    process_id: str
    element: str
    token: str
    name: str
    stage: str
    business_key: str
    region: str
    #: open -> completed | cancelled
    state: str
    assignee: str
    #: Who looks after the case in the role of the task, and therefore got it; empty for tasks of nobody's own.
    owner: str
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    #: Group and team where only the members of a team are candidates.
    candidate_teams: tuple[tuple[str, str], ...]
    priority: int
    due_at: datetime | None
    follow_up_at: datetime | None
    form_ref: str
    rev: int
    created_at: datetime
    claimed_at: datetime | None
    closed_at: datetime | None
    closed_by: str
    #: For whom `closed_by` stood in; empty if for nobody.
    closed_for: str
    #: Texts of the instance by `pack.toml`.
    title: str
    subtitle: str
    columns: tuple[str, ...]


_SAME = tuple(name for name in Task.__annotations__ if name in task_table.c)
#: What a list needs of each task; what was submitted is asked for by itself.
_OWN = tuple(column for column in task_table.c if column is not task_table.c.submitted)


def task(connection: Connection, task_id: str) -> Task:
    """The task with that id, open or not; `TaskNotFound` if there is none."""
    row = connection.execute(select_tasks().where(task_table.c.id == task_id)).one_or_none()
    if row is None:
        raise TaskNotFound(task_id)
    return task_of(row)


def tasks(
    connection: Connection,
    *,
    instance_id: str | None = None,
    business_key: str | None = None,
    state: str | None = None,
    where: ColumnElement[bool] | None = None,
    limit: int = 200,
) -> tuple[Task, ...]:
    """Tasks of an instance or a case, the first to be due first."""
    found = select_tasks().order_by(task_table.c.order_at, task_table.c.created_at, task_table.c.id).limit(limit)
    for column, value in (("instance_id", instance_id), ("business_key", business_key), ("state", state)):
        found = found if value is None else found.where(task_table.c[column] == value)
    if where is not None:
        found = found.where(where)
    return tuple(task_of(row) for row in connection.execute(found))


def select_tasks() -> Select[Any]:
    """Tasks joined with the texts of their instances."""
    joined = task_table.join(instance_table, instance_table.c.id == task_table.c.instance_id)
    texts = (instance_table.c.title, instance_table.c.subtitle, instance_table.c.columns)
    return select(*_OWN, *texts).select_from(joined)


def task_of(row: Row[Any]) -> Task:
    """A row of `select_tasks` as a value."""
    values = row._mapping
    return Task(
        **{name: values[name] for name in _SAME},
        candidate_groups=candidate_groups(values["audience"]),
        candidate_users=candidate_users(values["audience"]),
        candidate_teams=candidate_teams(values["audience"]),
        title=values["title"],
        subtitle=values["subtitle"],
        columns=tuple(values["columns"]),
    )
