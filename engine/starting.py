"""How an instance begins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from engine.command import Command
from engine.errors import UnknownProcess, UnknownStartMessage
from engine.history import Scene
from engine.library import library
from engine.models import definition, deployment
from engine.requests import Asked, answered, remember
from engine.rows import new_id
from engine.turn import Turn


def start(
    command: Command,
    process_id: str,
    variables: Mapping[str, Any],
    *,
    business_key: str,
    region: str = "",
    message: str | None = None,
    request_id: str | None = None,
) -> str:
    """Begin an instance of the active version of a process and return its id.

    With `message` it begins at that message start event. The same request id begins nothing twice.
    """
    if request_id is None:
        return _begin(command, process_id, variables, business_key, region, message, new_id())
    asked = Asked.of(command.by, request_id, "start", process_id, business_key, region, message, variables)
    before = answered(command, asked)
    if before is not None:
        return str(before["instance_id"])
    instance_id = new_id()
    # Remembered first: whoever sends the same request at the same time waits here for our commit.
    remember(command, asked, {"instance_id": instance_id})
    return _begin(command, process_id, variables, business_key, region, message, instance_id)


def active_definition(connection: Connection, process_id: str) -> Row[Any]:
    """The definition that new instances of a process use."""
    active = definition.join(deployment, deployment.c.id == definition.c.deployment_id)
    found = select(definition).select_from(active)
    found = found.where(definition.c.process_id == process_id, deployment.c.state == "active")
    # Several packs may hold a process of that id: the one approved last counts.
    row = connection.execute(found.order_by(deployment.c.approved_at.desc(), definition.c.id).limit(1)).one_or_none()
    if row is None:
        raise UnknownProcess(process_id)
    return row


def started_by(connection: Connection, message: str) -> str | None:
    """Id of the active process that begins with a message."""
    active = definition.join(deployment, deployment.c.id == definition.c.deployment_id)
    columns = select(definition.c.process_id, definition.c.start_messages).select_from(active)
    rows = connection.execute(columns.where(deployment.c.state == "active").order_by(deployment.c.approved_at.desc()))
    return next((row.process_id for row in rows if message in row.start_messages), None)


def _begin(
    command: Command,
    process_id: str,
    variables: Mapping[str, Any],
    business_key: str,
    region: str,
    message: str | None,
    instance_id: str,
) -> str:
    row = active_definition(command.connection, process_id)
    shelf = library(command.connection, row.deployment_id)
    element = _start_element(row, message)
    scene = Scene(
        instance_id, row.deployment_id, business_key, region or _region(variables), 1, command.now, command.by
    )
    turn = Turn(command, scene, shelf, None)
    turn.projection.note("started", element or "", process_id=process_id, message=message or "")
    turn.begin(shelf.definition(process_id), variables, element)
    turn.insert(
        {
            "id": instance_id,
            "deployment_id": row.deployment_id,
            "definition_id": row.id,
            "process_id": process_id,
            "business_key": business_key,
            "started_at": command.now,
            "started_by": command.by,
        }
    )
    return instance_id


def _region(variables: Mapping[str, Any]) -> str:
    region = variables.get("region")
    return region if isinstance(region, str) else ""


def _start_element(row: Row[Any], message: str | None) -> str | None:
    if message is None:
        return None
    if message not in row.start_messages:
        raise UnknownStartMessage(row.process_id, message)
    return str(row.start_messages[message])
