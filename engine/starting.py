"""How an instance begins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from engine import generations
from engine.binding import active_definition
from engine.command import Command
from engine.errors import UnknownProcess, UnknownStartMessage
from engine.generations import TooManyGenerations
from engine.halting import carry_out
from engine.history import Scene
from engine.library import library
from engine.models import definition, deployment
from engine.requests import Asked, answer_once
from engine.rows import new_id
from engine.turn import Turn


@dataclass(frozen=True)
class Beginning:
    """What is to begin: a process of a case, at its start event or at the one of a message, signal or timer."""

    process_id: str
    variables: Mapping[str, Any]
    business_key: str
    region: str = ""
    message: str | None = None
    signal: str | None = None
    #: Timer start event, and the version in which it came due.
    timer: str | None = None
    deployment_id: str = ""
    #: How many instances began one another before this one, see `engine.generations`.
    generation: int = 0

    @property
    def content(self) -> tuple[object, ...]:
        """What makes two requests the same."""
        started_by = self.message if self.signal is None else f"signal {self.signal}"
        return self.process_id, self.business_key, self.region, started_by, self.variables

    @property
    def first_region(self) -> str:
        """The region of the first tasks: the given one, or the variable `region`."""
        region = self.region or self.variables.get("region")
        return region if isinstance(region, str) else ""


def start(command: Command, beginning: Beginning, request_id: str | None = None) -> str:
    """Begin an instance of the active version of a process and return its id; the same request id begins one.

    Raises `TooManyGenerations` at the end of a chain of instances that begin one another.
    """
    if beginning.generation > generations.MOST:
        raise TooManyGenerations(beginning.process_id, generations.MOST)
    instance_id = new_id()
    if request_id is not None:
        asked = Asked.of(command.by, request_id, "start", *beginning.content)
        # Remembered first: whoever sends the same at the same time waits here for our commit and gets our answer.
        before = answer_once(command, asked, {"instance_id": instance_id})
        if before is not None:
            return str(before["instance_id"])
    row = _definition_of(command, beginning)
    carry_out(
        lambda: _fresh(command, beginning, row, instance_id),
        _beginning(beginning, row),
        lambda turn: _insert(turn, beginning, row),
    )
    return instance_id


def started_by(connection: Connection, message: str) -> str | None:
    """Id of the active process that begins with a message."""
    active = definition.join(deployment, deployment.c.id == definition.c.deployment_id)
    columns = select(definition.c.process_id, definition.c.start_messages).select_from(active)
    rows = connection.execute(columns.where(deployment.c.state == "active").order_by(deployment.c.approved_at.desc()))
    return next((row.process_id for row in rows if message in row.start_messages), None)


def _definition_of(command: Command, beginning: Beginning) -> Row[Any]:
    """The definition in which something begins: that of a certain version, or the one for such a case."""
    connection = command.connection
    if not beginning.deployment_id:
        key, region = beginning.business_key, beginning.first_region
        return active_definition(connection, beginning.process_id, region, key, command.now)
    own = (definition.c.process_id == beginning.process_id, definition.c.deployment_id == beginning.deployment_id)
    row = connection.execute(select(definition).where(*own)).one_or_none()
    if row is None:
        raise UnknownProcess(beginning.process_id)
    return row


def _fresh(command: Command, beginning: Beginning, row: Row[Any], instance_id: str) -> Turn:
    shelf = library(command.connection, row.deployment_id)
    key, region = beginning.business_key, beginning.first_region
    return Turn(command, Scene(instance_id, row.deployment_id, key, region, 1, command.now, command.by), shelf, None)


def _beginning(beginning: Beginning, row: Row[Any]) -> Callable[[Turn, bool], None]:
    """The act of beginning."""

    def act(turn: Turn, halting: bool) -> None:
        found = turn.library.definition(row.process_id)
        element = beginning.timer or _start_element(row, beginning.message)
        if beginning.signal is not None:
            element = found.start_signals.get(beginning.signal)
        turn.projection.note("started", element or "", process_id=row.process_id, message=beginning.message or "")
        turn.begin(found, beginning.variables, element, halting)
        turn.instance.generation = beginning.generation

    return act


def _insert(turn: Turn, beginning: Beginning, row: Row[Any]) -> None:
    turn.insert(
        {
            "id": turn.scene.instance_id,
            "deployment_id": row.deployment_id,
            "definition_id": row.id,
            "process_id": row.process_id,
            "business_key": beginning.business_key,
            "started_at": turn.command.now,
            "started_by": turn.command.by,
        }
    )


def _start_element(row: Row[Any], message: str | None) -> str | None:
    if message is None:
        return None
    if message not in row.start_messages:
        raise UnknownStartMessage(row.process_id, message)
    return str(row.start_messages[message])
