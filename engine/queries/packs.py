"""Deployments and their files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from engine.deployment import Deployment, from_row
from engine.errors import NotFound
from engine.library import library
from engine.models import definition, deployment, deployment_file


@dataclass(frozen=True)
class Definition:
    """One version of one process."""

    id: str
    deployment_id: str
    process_id: str
    name: str
    version: int
    version_tag: str
    file: str
    has_none_start: bool
    start_messages: Mapping[str, str]
    #: State of its deployment.
    state: str


def deployments(
    connection: Connection, *, pack: str | None = None, state: str | None = None, states: Collection[str] = ()
) -> tuple[Deployment, ...]:
    """Deployments, the youngest first; of one state, or of several."""
    rows = select(deployment).order_by(deployment.c.created_at.desc(), deployment.c.version.desc())
    if states:
        rows = rows.where(deployment.c.state.in_(states))
    for column, value in ((deployment.c.pack, pack), (deployment.c.state, state)):
        rows = rows if value is None else rows.where(column == value)
    return tuple(from_row(row) for row in connection.execute(rows))


def definitions(
    connection: Connection, *, deployment_id: str | None = None, process_id: str | None = None
) -> tuple[Definition, ...]:
    """Definitions by process and version, the youngest version first."""
    rows = _definitions().order_by(definition.c.process_id, definition.c.version.desc())
    for column, value in ((definition.c.deployment_id, deployment_id), (definition.c.process_id, process_id)):
        rows = rows if value is None else rows.where(column == value)
    return tuple(Definition(**row._asdict()) for row in connection.execute(rows))


def definition_xml(connection: Connection, definition_id: str) -> bytes:
    """The diagram of a definition as it was deployed."""
    row = connection.execute(_definitions(definition.c.id == definition_id)).one_or_none()
    if row is None:
        raise NotFound("definition", definition_id)
    return file(connection, row.deployment_id, row.file)


def file(connection: Connection, deployment_id: str, path: str) -> bytes:
    """A file of a deployment."""
    own = (deployment_file.c.deployment_id == deployment_id, deployment_file.c.path == path)
    content = connection.scalar(select(deployment_file.c.content).where(*own))
    if content is None:
        raise NotFound("file", path, f"Deployment {deployment_id!r} does not hold it.")
    return bytes(content)


def form(connection: Connection, deployment_id: str, form_ref: str) -> Mapping[str, Any]:
    """The form of a deployment with that id; do not change it, it is shared."""
    return library(connection, deployment_id).form(form_ref)


def documentation(connection: Connection, deployment_id: str, process_id: str, element: str) -> str:
    """What the analyst wrote into the documentation of an element; empty for none."""
    found = library(connection, deployment_id).definition(process_id).elements.get(element)
    return (found.documentation or "") if found is not None else ""


def _definitions(*where: ColumnElement[bool]) -> Any:
    joined = definition.join(deployment, deployment.c.id == definition.c.deployment_id)
    return select(definition, deployment.c.state).select_from(joined).where(*where)
