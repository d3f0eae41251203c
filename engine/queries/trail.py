"""What an instance or case has left in the other tables: active elements, history, deadlines, documents, notes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, case, func, select

from engine.columns import state_is
from engine.deadline import Deadline, from_row
from engine.errors import InstanceNotFound
from engine.library import library
from engine.models import deadline, document, note, wait
from engine.models import history as history_table
from engine.models import incident as incident_table
from engine.models import instance as instance_table
from engine.models import task as task_table
from engine.spiff import split


@dataclass(frozen=True)
class Active:
    """An element of a diagram in which tokens are."""

    deployment_id: str
    process_id: str
    element: str
    count: int
    #: True if a task or stage of it is past its due moment.
    overdue: bool


@dataclass(frozen=True)
class Entry:
    """One line of the history."""

    seq: int
    at: datetime
    actor: str
    #: started, passed, entered, left, completed, claimed, timer_fired, message_taken, job_done, incident, ended …
    kind: str
    #: The version of the process: that of the instance, or the one that a call is bound to.
    deployment_id: str
    process_id: str
    element: str
    #: Name of the element in the diagram, or its id.
    name: str
    token: str
    rev: int
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class Wait:
    """A message that a case can take now."""

    instance_id: str
    deployment_id: str
    element: str
    #: Where the wait stands; `variables(…, token=…)` gives what is visible there.
    token: str
    message: str
    opened_at: datetime
    business_key: str


@dataclass(frozen=True)
class Incident:
    """A failure and what has become of it."""

    id: str
    instance_id: str
    business_key: str
    kind: str
    subject_id: str
    element: str
    error: str
    message: str
    state: str
    opened_at: datetime
    resolved_at: datetime | None
    resolved_by: str
    resolution: str
    reason: str


@dataclass(frozen=True)
class Document:
    """A file of a case, without its content."""

    id: str
    business_key: str
    type: str
    #: Sealed; `engine.documents.name_of` opens it.
    name: str
    mime: str
    size: int
    sha256: str
    state: str
    version: int
    uploaded_by: str
    uploaded_at: datetime


@dataclass(frozen=True)
class Note:
    """What somebody wrote about a case."""

    id: str
    business_key: str
    instance_id: str
    text: str
    author: str
    at: datetime


def tokens(connection: Connection, instance_id: str, *, now: datetime) -> tuple[Active, ...]:
    """The elements in which the instance is now, those of called processes included."""
    step = case((history_table.c.kind == "entered", 1), else_=-1)
    live = (
        select(history_table.c.process_id, history_table.c.element, history_table.c.token)
        .where(history_table.c.instance_id == instance_id, history_table.c.kind.in_(("entered", "left")))
        .group_by(history_table.c.process_id, history_table.c.element, history_table.c.token)
        .having(func.sum(step) > 0)
    )
    home = _home(connection, instance_id)
    late = _late_tokens(connection, instance_id, now)
    found: dict[tuple[str, str], list[str]] = {}
    for row in connection.execute(live):
        found.setdefault((row.process_id, row.element), []).append(row.token)
    return tuple(
        Active(*_version(process, home), element, len(here), not late.isdisjoint(here))
        for (process, element), here in found.items()
    )


def history(
    connection: Connection, instance_id: str, *, limit: int = 1_000, kinds: Collection[str] = ()
) -> tuple[Entry, ...]:
    """The history of an instance in the order in which it happened: of some kinds or all, the last `limit` entries."""
    home = _home(connection, instance_id)
    rows = select(history_table).where(history_table.c.instance_id == instance_id)
    if kinds:
        rows = rows.where(history_table.c.kind.in_(kinds))
    latest = connection.execute(rows.order_by(history_table.c.seq.desc()).limit(limit)).all()
    names = {id: _names(connection, id) for id in {home, *(_version(row.process_id, home)[0] for row in latest)}}
    return tuple(_entry(row, home, names) for row in reversed(latest))


def deadlines(connection: Connection, instance_id: str) -> tuple[Deadline, ...]:
    """All deadlines of an instance, closed ones included, in the order of opening."""
    rows = select(deadline).where(deadline.c.instance_id == instance_id)
    return tuple(from_row(row) for row in connection.execute(rows.order_by(deadline.c.opened_at, deadline.c.id)))


def waits(connection: Connection, *business_keys: str) -> tuple[Wait, ...]:
    """The messages that the running instances of some cases can take now, the longest open first."""
    joined = wait.join(instance_table, instance_table.c.id == wait.c.instance_id)
    columns = (wait.c.instance_id, instance_table.c.deployment_id, wait.c.element, wait.c.token)
    rows = select(*columns, wait.c.message, wait.c.opened_at, wait.c.business_key).select_from(joined)
    rows = rows.where(wait.c.business_key.in_(business_keys), wait.c.kind == "message")
    rows = rows.where(state_is(instance_table, "running")).order_by(wait.c.opened_at, wait.c.id)
    return tuple(Wait(*row) for row in connection.execute(rows))


def incidents(
    connection: Connection,
    *,
    instance_id: str | None = None,
    state: str | None = "open",
    where: ColumnElement[bool] | None = None,
    limit: int = 200,
) -> tuple[Incident, ...]:
    """Incidents, the oldest first; open ones unless another state or None (all) is asked for."""
    joined = incident_table.outerjoin(instance_table, instance_table.c.id == incident_table.c.instance_id)
    rows = select(incident_table, instance_table.c.business_key).select_from(joined)
    if instance_id is not None:
        rows = rows.where(incident_table.c.instance_id == instance_id)
    if state is not None:
        rows = rows.where(state_is(incident_table, state) if state == "open" else incident_table.c.state == state)
    if where is not None:
        rows = rows.where(where)
    ordered = rows.order_by(incident_table.c.opened_at, incident_table.c.id).limit(limit)
    return tuple(_incident(row) for row in connection.execute(ordered))


def documents(connection: Connection, business_key: str) -> tuple[Document, ...]:
    """The files of a case, in the order of upload."""
    columns = [document.c[name] for name in Document.__annotations__]
    rows = select(*columns).where(document.c.business_key == business_key)
    return tuple(Document(*row) for row in connection.execute(rows.order_by(document.c.uploaded_at, document.c.id)))


def notes(connection: Connection, business_key: str) -> tuple[Note, ...]:
    """The notes of a case, the oldest first."""
    columns = [note.c[name] for name in Note.__annotations__]
    rows = select(*columns).where(note.c.business_key == business_key).order_by(note.c.at, note.c.id)
    return tuple(Note(*row) for row in connection.execute(rows))


def _late_tokens(connection: Connection, instance_id: str, now: datetime) -> frozenset[str]:
    own = (task_table.c.instance_id == instance_id, state_is(task_table, "open"), task_table.c.due_at < now)
    stages = (deadline.c.instance_id == instance_id, state_is(deadline, "open"), deadline.c.due_at < now)
    late = [*connection.scalars(select(task_table.c.token).where(*own))]
    return frozenset((*late, *connection.scalars(select(deadline.c.subject_token).where(*stages))))


def _home(connection: Connection, instance_id: str) -> str:
    """The deployment of an instance; `InstanceNotFound` if there is none."""
    found = connection.scalar(select(instance_table.c.deployment_id).where(instance_table.c.id == instance_id))
    if found is None:
        raise InstanceNotFound(instance_id)
    return str(found)


def _version(process: str, home: str) -> tuple[str, str]:
    """Deployment and id of a process as the history tells it."""
    plain, deployment_id = split(process)
    return deployment_id or home, plain


def _names(connection: Connection, deployment_id: str) -> Mapping[str, str]:
    """Names of all elements of a version."""
    definitions = library(connection, deployment_id).definitions
    return {element.id: element.name for found in definitions.values() for element in found.elements.values()}


def _entry(row: Row[Any], home: str, names: Mapping[str, Mapping[str, str]]) -> Entry:
    place = _version(row.process_id, home)
    name = names[place[0]].get(row.element) or row.element
    return Entry(row.seq, row.at, row.actor, row.kind, *place, row.element, name, row.token, row.rev, row.payload)


def _incident(row: Row[Any]) -> Incident:
    values = row._asdict()
    return Incident(**{**values, "instance_id": row.instance_id or "", "business_key": row.business_key or ""})
