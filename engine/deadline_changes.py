"""Deadlines changed from outside their process: by a person with a reason, or by another calendar version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, select

from engine import history, ledger
from engine.calendars import active_version, load
from engine.deadline import Deadline, from_row, write
from engine.deadline_marks import follow_due
from engine.errors import EngineError, NotFound, WrongState
from engine.history import Scene
from engine.ledger import Segments
from engine.models import deadline, instance
from engine.turn import must_lock

#: Holder of a clock that a person has stopped.
BY_HAND: Final = "manual"


class NoReason(EngineError):
    """A deadline is changed by hand only with a reason."""

    def __init__(self) -> None:
        super().__init__("No reason was given. Say why the deadline changes; it stands in the record of the case.")


@dataclass(frozen=True)
class Move:
    """What another calendar version does to one deadline."""

    deadline_id: str
    instance_id: str
    business_key: str
    key: str
    before: datetime | None
    after: datetime | None
    #: True if the new moment lies in the past and the old one did not.
    becomes_late: bool


def extend(
    connection: Connection, deadline_id: str, working_days: Decimal, *, reason: str, actor: str, now: datetime
) -> Deadline:
    """Give a deadline another number of working days; clock-time limits become working days."""

    def change(found: Deadline) -> Deadline:
        limit = replace(found.limit, working_days=working_days, clock=None, rule_version=BY_HAND, source=reason.strip())
        return replace(found, limit=limit)

    return _by_hand(connection, deadline_id, change, "deadline_extended", reason=reason, actor=actor, now=now)


def exclude(connection: Connection, deadline_id: str, *, reason: str, actor: str, now: datetime) -> Deadline:
    """Stop the clock by hand from now on; the time until `resume` does not count."""

    def change(found: Deadline) -> Deadline:
        segments = ledger.paused(found.segments, BY_HAND, reason.strip(), now=now, actor=actor, kind="excluded")
        return replace(found, segments=segments)

    return _by_hand(connection, deadline_id, change, "deadline_excluded", reason=reason, actor=actor, now=now)


def resume(connection: Connection, deadline_id: str, *, reason: str, actor: str, now: datetime) -> Deadline:
    """Let a clock that was stopped by hand run again; what the process stopped stays so."""

    def change(found: Deadline) -> Deadline:
        segments: Segments = ledger.resumed(found.segments, BY_HAND, now=now, actor=actor)
        return replace(found, segments=segments)

    return _by_hand(connection, deadline_id, change, "deadline_resumed", reason=reason, actor=actor, now=now)


def moves(connection: Connection, version: str, now: datetime) -> tuple[Move, ...]:
    """What a calendar version would move if it were switched on now; nothing is written."""
    rows = connection.execute(_open().order_by(deadline.c.due_at, deadline.c.id)).all()
    found = ((row, from_row(row), load(connection, version, row.region)) for row in rows)
    pairs = ((row.business_key, entry, entry.computed(calendar)) for row, entry, calendar in found)
    return tuple(_move(key, entry, after, now) for key, entry, after in pairs if entry.due_at != after.due_at)


def recalculate(connection: Connection, *, actor: str, now: datetime, limit: int = 200) -> int:
    """Bring some deadlines of an older calendar version to the one in force; how many, 0 when all are done."""
    version = connection.scalar(select(active_version()))
    if version is None:
        return 0
    behind = _open().where(deadline.c.calendar_version != version).order_by(deadline.c.id).limit(limit)
    instances = dict.fromkeys(row.instance_id for row in connection.execute(behind))
    return sum(_bring_up(connection, instance_id, version, actor, now) for instance_id in instances)


def _bring_up(connection: Connection, instance_id: str, version: str, actor: str, now: datetime) -> int:
    scene = _scene(connection, instance_id, actor, now)
    rows = connection.execute(_open().where(deadline.c.instance_id == instance_id)).all()
    old = [found for found in map(from_row, rows) if found.calendar_version != version]
    calendars = {found.region: load(connection, version, found.region) for found in old}
    fresh = [_marked(connection, found, found.computed(calendars[found.region]), rows) for found in old]
    write(connection, fresh)
    pairs = [(before, after) for before, after in zip(old, fresh, strict=True) if before.due_at != after.due_at]
    history.write(connection, [_told(scene, "deadline_moved", before, after, "") for before, after in pairs])
    return len(fresh)


def _by_hand(
    connection: Connection,
    deadline_id: str,
    change: Callable[[Deadline], Deadline],
    kind: str,
    *,
    reason: str,
    actor: str,
    now: datetime,
) -> Deadline:
    if not reason.strip():
        raise NoReason
    instance_id = connection.scalar(select(deadline.c.instance_id).where(deadline.c.id == deadline_id))
    if instance_id is None:
        raise NotFound("deadline", deadline_id)
    scene = _scene(connection, instance_id, actor, now)
    rows = connection.execute(_open().where(deadline.c.instance_id == instance_id)).all()
    before = next((from_row(row) for row in rows if row.id == deadline_id), None)
    if before is None:
        raise WrongState("deadline", deadline_id, "closed", "open")
    calendar = load(connection, connection.scalar(select(active_version())), before.region)
    after = _marked(connection, before, change(before).computed(calendar), rows)
    write(connection, [after])
    history.write(connection, [_told(scene, kind, before, after, reason.strip())])
    return after


def _marked(connection: Connection, before: Deadline, after: Deadline, rows: Any) -> Deadline:
    rivals = {row.subject_token for row in rows if row.key == before.key and row.id != before.id}
    return follow_due(connection, before, after, rivals)


def _open() -> Any:
    joined = deadline.join(instance, instance.c.id == deadline.c.instance_id)
    rows = select(deadline, instance.c.business_key).select_from(joined)
    return rows.where(deadline.c.state != "closed")


def _scene(connection: Connection, instance_id: str, actor: str, now: datetime) -> Scene:
    row = must_lock(connection, instance_id)
    return Scene(row.id, row.deployment_id, row.business_key, row.region, row.rev, now, actor)


def _told(scene: Scene, kind: str, before: Deadline, after: Deadline, reason: str) -> dict[str, Any]:
    told: dict[str, Any] = {"deadline": after.id, "key": after.key, "reason": reason}
    told |= {"old": _text(before.due_at), "new": _text(after.due_at)}
    told |= {"calendar_old": before.calendar_version, "calendar_new": after.calendar_version}
    return scene.entry(kind, after.key, **told)


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _move(business_key: str, before: Deadline, after: Deadline, now: datetime) -> Move:
    late = after.due_at is not None and after.due_at <= now and not (before.due_at and before.due_at <= now)
    return Move(before.id, before.instance_id, business_key, before.key, before.due_at, after.due_at, late)
