"""One deadline as a value and as a row of the table `deadline`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Literal

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from engine import ledger
from engine.calendar import Calendar
from engine.ledger import Limit, Segment, Segments
from engine.models import deadline
from engine.time_limits import next_rung

Subject = Literal["case", "stage", "task"]
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Deadline:
    """A time limit that runs, stands or is over, with everything needed to compute it again."""

    id: str
    instance_id: str
    subject: Subject
    #: Token of the task or activity; empty for the case.
    token: str
    task_id: str
    key: str
    stage: str
    customer_class: str
    region: str
    limit: Limit
    segments: Segments
    opened_at: datetime
    #: Tokens of the enclosing activities, outermost first.
    parents: tuple[str, ...] = ()
    #: Percentages at which something may happen, rising.
    rungs: tuple[Decimal, ...] = ()
    #: The highest of them that has been acted on.
    reached: Decimal = Decimal(0)
    #: Limits that were changed by hand, the first one first; undoing takes the last one back.
    prior: tuple[Limit, ...] = ()
    #: Timers that stand with the clock: token -> how much after the due moment they fire.
    offsets: Mapping[str, timedelta] = field(default_factory=dict)
    calendar_version: str = ""
    due_at: datetime | None = None
    provisional: bool = False
    next_step_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def state(self) -> str:
        """open, paused or closed."""
        if self.closed_at is not None:
            return "closed"
        return "paused" if ledger.is_paused(self.segments) else "open"

    def computed(self, calendar: Calendar) -> Deadline:
        """The same deadline with due moment and next step computed afresh; a closed one keeps its moments."""
        if self.closed_at is not None:
            return self
        found = ledger.due(self.limit, self.segments, calendar)
        rung = next_rung(self.rungs, self.reached)
        step = None if rung is None else ledger.at_percent(self.limit, self.segments, calendar, rung)
        return replace(
            self,
            due_at=found.moment,
            provisional=found.provisional,
            calendar_version=calendar.version,
            next_step_at=step,
        )

    def if_resumed(self, calendar: Calendar, now: datetime) -> datetime | None:
        """The due moment if the clock ran again from now on; the due moment when it runs."""
        segments = self.segments
        for holder, _ in segments[-1].holders:
            segments = ledger.resumed(segments, holder, now=now)
        return ledger.due(self.limit, segments, calendar).moment

    def closed(self, now: datetime) -> Deadline:
        """The deadline ends now; its last due moment stays for the record."""
        return replace(self, segments=ledger.closed(self.segments, now=now), closed_at=now, next_step_at=None)


def from_row(row: Any) -> Deadline:
    """A deadline out of a row of its table."""
    values, rule = row._mapping, row._mapping["rule"]
    return Deadline(
        id=values["id"],
        instance_id=values["instance_id"],
        subject=values["subject"],
        token=values["subject_token"],
        task_id=values["task_id"],
        key=values["key"],
        stage=values["stage"],
        customer_class=values["class"],
        region=values["region"],
        limit=_limit(values["key"], rule),
        segments=tuple(_segment(entry) for entry in values["segments"]),
        opened_at=values["opened_at"],
        parents=tuple(values["parents"]),
        rungs=tuple(Decimal(percent) for percent in rule["rungs"]),
        reached=Decimal(values["percent_reached"]),
        prior=tuple(_limit(values["key"], earlier) for earlier in rule.get("prior", ())),
        offsets=_offsets(rule),
        calendar_version=values["calendar_version"],
        due_at=values["due_at"],
        **{name: values[name] for name in ("provisional", "next_step_at", "closed_at")},
    )


def write(connection: Connection, deadlines: Iterable[Deadline]) -> None:
    """Insert new and update known deadlines in one statement."""
    rows = [_row(entry) for entry in deadlines]
    if rows:
        connection.execute(_UPSERTS[connection.dialect.name], rows)


def _upsert(insert: Any) -> Any:
    """The statement of `write`, made once: building it costs more than running it."""
    statement = insert(deadline)
    fresh = {column.name: statement.excluded[column.name] for column in deadline.c if column.name != "id"}
    return statement.on_conflict_do_update(index_elements=["id"], set_=fresh)


_UPSERTS: Final = {"postgresql": _upsert(postgresql.insert), "sqlite": _upsert(sqlite.insert)}


def _row(entry: Deadline) -> dict[str, Any]:
    return {
        "id": entry.id,
        "instance_id": entry.instance_id,
        "subject": entry.subject,
        "subject_token": entry.token,
        "task_id": entry.task_id,
        "key": entry.key,
        "stage": entry.stage,
        "class": entry.customer_class,
        "region": entry.region,
        "segments": [_segment_json(segment) for segment in entry.segments],
        "rule": _rule_json(entry),
        "calendar_version": entry.calendar_version,
        "opened_at": entry.opened_at,
        "due_at": entry.due_at,
        "provisional": entry.provisional,
        "state": entry.state,
        "percent_reached": entry.reached,
        "next_step_at": entry.next_step_at,
        "closed_at": entry.closed_at,
        "parents": list(entry.parents),
    }


def _rule_json(entry: Deadline) -> dict[str, Any]:
    limit = entry.limit
    return {
        **_limit_json(limit),
        "prior": [_limit_json(earlier) for earlier in entry.prior],
        "rungs": [str(percent) for percent in entry.rungs],
        "offsets": {token: offset.total_seconds() for token, offset in entry.offsets.items()},
    }


def _limit_json(limit: Limit) -> dict[str, Any]:
    return {
        "days": None if limit.working_days is None else str(limit.working_days),
        "clock_minutes": None if limit.clock is None else limit.clock / MINUTE,
        "warn_percent": str(limit.warn_percent),
        "version": limit.rule_version,
        "source": limit.source,
        "status": limit.status,
        "row": limit.row,
        "profile": limit.profile,
    }


def _offsets(rule: Mapping[str, Any]) -> dict[str, timedelta]:
    return {token: timedelta(seconds=seconds) for token, seconds in rule["offsets"].items()}


def _limit(key: str, rule: Mapping[str, Any]) -> Limit:
    days, minutes = rule["days"], rule["clock_minutes"]
    return Limit(
        key,
        None if days is None else Decimal(days),
        None if minutes is None else MINUTE * minutes,
        Decimal(rule["warn_percent"]),
        rule["version"],
        rule["source"],
        rule["status"],
        # Limits of earlier releases know neither row nor profile.
        rule.get("row", 0),
        rule.get("profile", ""),
    )


def _segment_json(segment: Segment) -> dict[str, Any]:
    return {
        "start": segment.start.astimezone(UTC).isoformat(),
        "end": None if segment.end is None else segment.end.astimezone(UTC).isoformat(),
        "kind": segment.kind,
        "cause": segment.cause,
        "actor": segment.actor,
        "holders": [list(pair) for pair in segment.holders],
    }


def _segment(entry: Mapping[str, Any]) -> Segment:
    end = entry["end"]
    return Segment(
        datetime.fromisoformat(entry["start"]),
        None if end is None else datetime.fromisoformat(end),
        entry["kind"],
        entry["cause"],
        entry["actor"],
        tuple((holder, cause) for holder, cause in entry["holders"]),
    )
