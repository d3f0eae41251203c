"""Deadlines changed from outside their process: by a person with a reason, or by another calendar version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, func, select, update

from engine import history, jobs, ledger
from engine.calendar import DAY
from engine.calendars import Calendar, active_version, load
from engine.deadline import Deadline, from_row, write
from engine.deadline_marks import follow_due
from engine.errors import EngineError, NotFound, WrongState
from engine.escalation import TOPIC
from engine.history import Scene
from engine.ledger import BY_HAND as BY_HAND
from engine.ledger import Segments
from engine.models import calendar as calendar_table
from engine.models import deadline, instance
from engine.turn import must_lock

#: The longest limit in working days that a person may give.
MOST_DAYS: Final = 400


class DaysOutOfRange(EngineError):
    """A limit given by hand is a number of working days above 0 and not beyond all reason."""

    def __init__(self, days: Decimal) -> None:
        self.days = days
        super().__init__(f"{days} working days are no limit. Give more than 0 and at most {MOST_DAYS}.")


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
    stage: str
    #: case | stage | task
    subject: str
    before: datetime | None
    after: datetime | None
    #: True if the new moment lies in the past and the old one did not.
    becomes_late: bool
    #: True if the customer was told the old day and has to be told the new one.
    tells_customer: bool


def extend(
    connection: Connection, deadline_id: str, working_days: Decimal, *, reason: str, actor: str, now: datetime
) -> Deadline:
    """Give a deadline another number of working days; clock-time limits become working days."""

    if not 0 < working_days <= MOST_DAYS:
        raise DaysOutOfRange(working_days)

    def change(found: Deadline) -> Deadline:
        return _extended(found, working_days, reason.strip())

    return _by_hand(connection, deadline_id, change, "deadline_extended", reason=reason, actor=actor, now=now)


def exclude(connection: Connection, deadline_id: str, *, reason: str, actor: str, now: datetime) -> Deadline:
    """Stop the clock by hand from now on; the time until `resume` does not count."""

    def change(found: Deadline) -> Deadline:
        _check_hand(found, held=False)
        segments = ledger.paused(found.segments, BY_HAND, reason.strip(), now=now, actor=actor)
        return replace(found, segments=segments)

    return _by_hand(connection, deadline_id, change, "deadline_excluded", reason=reason, actor=actor, now=now)


def undo(connection: Connection, deadline_id: str, *, reason: str, actor: str, now: datetime) -> Deadline:
    """Take the last limit that was given by hand back; `WrongState` if none was."""

    def change(found: Deadline) -> Deadline:
        if not found.prior:
            raise WrongState("deadline", deadline_id, "as its rule gives it", "changed by hand")
        return replace(found, limit=found.prior[-1], prior=found.prior[:-1])

    return _by_hand(connection, deadline_id, change, "deadline_restored", reason=reason, actor=actor, now=now)


def case_of(connection: Connection, deadline_id: str) -> str | None:
    """The business key of the case that a deadline belongs to; None if there is no such deadline."""
    joined = deadline.join(instance, instance.c.id == deadline.c.instance_id)
    key = select(instance.c.business_key).select_from(joined).where(deadline.c.id == deadline_id)
    found: str | None = connection.scalar(key)
    return found


def would_be(connection: Connection, deadline_id: str, working_days: Decimal) -> Deadline:
    """An open deadline as `extend` would leave it; nothing is written."""
    row = connection.execute(_open().where(deadline.c.id == deadline_id)).one_or_none()
    if row is None:
        raise NotFound("deadline", deadline_id)
    found = from_row(row)
    calendar = load(connection, connection.scalar(select(active_version())), found.region)
    return _extended(found, working_days, "").computed(calendar)


def resume(connection: Connection, deadline_id: str, *, reason: str, actor: str, now: datetime) -> Deadline:
    """Let a clock that was stopped by hand run again; what the process stopped stays so."""

    def change(found: Deadline) -> Deadline:
        _check_hand(found, held=True)
        segments: Segments = ledger.resumed(found.segments, BY_HAND, now=now, actor=actor)
        return replace(found, segments=segments)

    return _by_hand(connection, deadline_id, change, "deadline_resumed", reason=reason, actor=actor, now=now)


def moves(connection: Connection, version: str, now: datetime) -> tuple[Move, ...]:
    """What a calendar version would move if it were switched on now; nothing is written."""
    return moves_under(connection, lambda region: load(connection, version, region), now).moves


@dataclass(frozen=True, slots=True)
class Part:
    """What calendars would move among some of the open deadlines."""

    moves: tuple[Move, ...]
    #: How many deadlines were looked at.
    examined: int
    #: The last of them, after which the next part begins; empty when there are no more.
    rest: str = ""


def moves_under(
    connection: Connection,
    calendar_of: Callable[[str], Calendar],
    now: datetime,
    since: date | None = None,
    *,
    after: str = "",
    limit: int | None = None,
) -> Part:
    """What the calendars of the regions would move, of deadlines due on the day `since` or later (all for None).

    With a `limit` only so many are looked at, those behind the id `after`.
    """
    which = _due_since(_open(), since).where(deadline.c.id > after)
    rows = connection.execute(which.order_by(deadline.c.id).limit(limit)).all()
    calendars: dict[str, Calendar] = {region: calendar_of(region) for region in {row.region for row in rows}}
    pairs = ((row.business_key, entry := from_row(row), _due(entry, calendars[row.region])) for row in rows)
    found = tuple(_move(key, entry, due_at, now) for key, entry, due_at in pairs if entry.due_at != due_at)
    return Part(found, len(rows), rows[-1].id if limit is not None and len(rows) == limit else "")


def movable(connection: Connection, since: date | None) -> int:
    """How many open deadlines `moves_under` looks at."""
    counted = _due_since(select(func.count()).select_from(deadline).where(deadline.c.state != "closed"), since)
    return connection.scalar(counted) or 0


def _due_since(which: Any, since: date | None) -> Any:
    """A deadline that ends before the first changed day cannot move; one that stands has no due moment to move."""
    return which if since is None else which.where(deadline.c.due_at >= datetime.combine(since, time.min, UTC) - DAY)


def recalculate(connection: Connection, *, actor: str, now: datetime, limit: int = 200) -> int:
    """Bring some deadlines of an older calendar version to the one in force; how many, 0 when all have followed.

    One that the new version cannot compute keeps its moments; the record of the case says so.
    """
    version = connection.scalar(select(active_version()))
    if version is None:
        return 0
    behind = _open().where(deadline.c.calendar_version != version).order_by(deadline.c.id).limit(limit)
    instances = dict.fromkeys(row.instance_id for row in connection.execute(behind))
    done = sum(_bring_up(connection, instance_id, version, actor, now) for instance_id in instances)
    if not done:
        ready = (calendar_table.c.version == version, calendar_table.c.caught_up_at.is_(None))
        connection.execute(update(calendar_table).where(*ready).values(caught_up_at=now))
    return done


def left_behind(connection: Connection) -> int | None:
    """How many open deadlines have still to follow the version in force; None when none has to."""
    active = select(calendar_table.c.version, calendar_table.c.behind, calendar_table.c.caught_up_at)
    row = connection.execute(active.where(calendar_table.c.state == "active")).one_or_none()
    if row is None or row.behind is None or row.caught_up_at is not None:
        return None
    rows = select(func.count()).select_from(deadline).where(deadline.c.state != "closed")
    return connection.scalar(rows.where(deadline.c.calendar_version != row.version)) or 0


def _bring_up(connection: Connection, instance_id: str, version: str, actor: str, now: datetime) -> int:
    scene = _scene(connection, instance_id, actor, now)
    rows = connection.execute(_open().where(deadline.c.instance_id == instance_id)).all()
    old = [found for found in map(from_row, rows) if found.calendar_version != version]
    pairs = [(found, _followed(connection, found, version, rows, scene)) for found in old]
    write(connection, [after for _, after in pairs])
    moved = [(before, after) for before, after in pairs if before.due_at != after.due_at]
    history.write(connection, [_told(scene, "deadline_moved", before, after, "") for before, after in moved])
    tell_customer(connection, scene, [after for before, after in moved if is_promise(before, after)])
    return len(old)


def _followed(connection: Connection, found: Deadline, version: str, rows: Any, scene: Scene) -> Deadline:
    try:
        return _marked(connection, found, found.computed(load(connection, version, found.region)), rows)
    except EngineError as error:
        told = {"deadline": found.id, "key": found.key, "error": type(error).__name__}
        history.write(connection, [scene.entry("deadline_move_failed", found.key, **told)])
        return replace(found, calendar_version=version)


def is_promise(before: Deadline, after: Deadline) -> bool:
    """True if a date that the customer was told moves to another day: the end of the whole case."""
    if before.subject != "case" or before.due_at is None or after.due_at is None:
        return False
    zone = Calendar().tz
    return before.due_at.astimezone(zone).date() != after.due_at.astimezone(zone).date()


def tell_customer(connection: Connection, scene: Scene, moved: Sequence[Deadline]) -> None:
    """One job that tells the customer of a case its new date."""
    for found in moved:
        item = {"business_key": scene.business_key, "key": found.key, "due": _text(found.due_at), "action": "moved"}
        variables = {"whom": "customer", "action": "moved", "channel": "sms", "region": scene.region, "items": [item]}
        key = f"moved:{found.id}:{found.calendar_version}"
        more: dict[str, Any] = {"business_key": scene.business_key, "actor": scene.by}
        jobs.enqueue(connection, TOPIC, variables, key=key, now=scene.now, **more)


def _check_hand(found: Deadline, *, held: bool) -> None:
    """Refuse to stop a clock by hand twice, or to let go of one that no hand holds: nothing would be recorded."""
    if (BY_HAND in dict(found.segments[-1].holders)) is not held:
        states = ("not stopped by hand", "stopped by hand")
        raise WrongState("deadline", found.id, states[not held], states[held])


def _extended(found: Deadline, working_days: Decimal, reason: str) -> Deadline:
    limit = replace(found.limit, working_days=working_days, clock=None, rule_version=BY_HAND, source=reason, row=0)
    return replace(found, limit=limit, prior=(*found.prior, found.limit))


def _due(found: Deadline, calendar: Calendar) -> datetime | None:
    return ledger.at_percent(found.limit, found.segments, calendar, ledger.HUNDRED)


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


def _move(business_key: str, before: Deadline, due_at: datetime | None, now: datetime) -> Move:
    late = due_at is not None and due_at <= now and not (before.due_at and before.due_at <= now)
    told = is_promise(before, replace(before, due_at=due_at))
    known = (before.id, before.instance_id, business_key, before.key, before.stage, before.subject)
    return Move(*known, before.due_at, due_at, late, told)
