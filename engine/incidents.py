"""Failures that a person has to look at; the instance stays as it was before the failing step."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, or_, select, update

from engine import history
from engine.command import Command
from engine.errors import IncidentNotFound
from engine.history import Scene
from engine.models import incident, instance, job
from engine.rows import insert_once, new_id

_LONGEST: Final = 2_000


def describe(error: BaseException) -> str:
    """The kind and text of a failure, cut to a length that a page can show."""
    return f"{type(error).__name__}: {error}"[:_LONGEST]


def open_incident(
    command: Command, kind: str, subject_id: str, error: BaseException, *, instance_id: str = "", element: str = ""
) -> str:
    """Write an incident (kind job, timer or message) and its history entry; one is open per subject at a time."""
    id = new_id()
    row = {
        "id": id,
        "instance_id": instance_id or None,
        "kind": kind,
        "subject_id": subject_id,
        "element": element,
        "error": type(error).__name__,
        "message": str(error)[:_LONGEST],
        "state": "open",
        "opened_at": command.now,
    }
    if insert_once(command.connection, incident, row) and instance_id:
        tell(command, instance_id, "incident", element, incident=id, of=kind, error=type(error).__name__)
    return id


def find_open(connection: Connection, id: str, *, lock: bool = False) -> Row[Any]:
    """The open incident with that id, or of the job, timer or message with that id."""
    either = or_(incident.c.id == id, incident.c.subject_id == id)
    found = select(incident).where(either, incident.c.state == "open")
    row = connection.execute(found.with_for_update() if lock else found).one_or_none()
    if row is None:
        raise IncidentNotFound(id)
    return row


def was_retried(connection: Connection, subject_id: str) -> bool:
    """True if somebody let a job, timer or message be tried again."""
    found = select(incident.c.id).where(incident.c.subject_id == subject_id, incident.c.resolution == "retried")
    return connection.scalar(found.limit(1)) is not None


def job_was_retried(connection: Connection, key: str) -> bool:
    """True if somebody let the job of that idempotency key be tried again."""
    return was_retried(connection, str(connection.scalar(select(job.c.id).where(job.c.idempotency_key == key))))


def resolve(command: Command, row: Row[Any], resolution: str, reason: str = "") -> None:
    """Close an incident as retried or skipped."""
    values = {"state": "resolved", "resolved_at": command.now, "resolved_by": command.by, "resolution": resolution}
    found = update(incident).where(incident.c.id == row.id)
    command.connection.execute(found.values(reason=reason, **values))
    if row.instance_id:
        tell(command, row.instance_id, resolution, row.element, incident=row.id, reason=reason)


def close_all(command: Command, instance_id: str) -> None:
    """Close what is still open of an instance that is over."""
    _close(command, incident.c.instance_id == instance_id)


def close_cancelled(command: Command, instance_id: str) -> None:
    """Close the incidents of jobs that the process has withdrawn."""
    gone = select(job.c.id).where(job.c.instance_id == instance_id, job.c.state == "cancelled")
    _close(command, incident.c.instance_id == instance_id, incident.c.kind == "job", incident.c.subject_id.in_(gone))


def _close(command: Command, *which: ColumnElement[bool]) -> None:
    values = {"state": "resolved", "resolved_at": command.now, "resolved_by": command.by, "resolution": "done"}
    command.connection.execute(update(incident).where(incident.c.state == "open", *which).values(**values))


def tell(command: Command, instance_id: str, kind: str, element: str = "", **payload: Any) -> None:
    """Add a history entry outside a turn."""
    row = command.connection.execute(select(instance).where(instance.c.id == instance_id)).one()
    scene = Scene(row.id, row.deployment_id, row.business_key, row.region, row.rev, command.now, command.by)
    history.write(command.connection, [scene.entry(kind, element, **payload)])
