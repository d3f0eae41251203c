"""A new version of the calendar on its way: changed day by day, handed in, switched on by another person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from engine import calendars
from engine.calendars import Calendar, DayChange, DayKind
from engine.errors import Conflict, NotFound, SameActor, WrongState
from engine.models import calendar_draft
from engine.rows import new_id

OPEN: Final = ("editing", "submitted")
#: More days than a draft of several years and regions can need.
MOST_CHANGES: Final = 5_000


@dataclass(frozen=True, slots=True)
class Step:
    """Days that somebody changed at once."""

    by: str
    at: datetime
    days: tuple[DayChange, ...]


@dataclass(frozen=True)
class Draft:
    """A draft with its steps; undoing takes the last one back."""

    id: str
    #: The version in force when it was begun.
    base: str
    #: editing | submitted | active | discarded
    state: str
    rev: int
    steps: tuple[Step, ...]
    note: str
    #: Why it came back, as the reviewer says.
    answer: str
    author: str
    created_at: datetime
    changed_at: datetime
    decided_by: str
    decided_at: datetime | None
    #: The version that it became.
    version: str

    @property
    def days(self) -> dict[tuple[str, date], DayKind | None]:
        """What the draft says about days, the last word of each; None takes a region's own day back."""
        return {(change.region, change.day): change.kind for step in self.steps for change in step.days}

    @property
    def authors(self) -> frozenset[str]:
        """Everybody who has a part in it; none of them can switch it on."""
        return frozenset({self.author, *(step.by for step in self.steps)})


def current(connection: Connection) -> Draft | None:
    """The draft that is being changed or waits for its review; there is one at most."""
    rows = select(calendar_draft).where(calendar_draft.c.state.in_(OPEN)).order_by(calendar_draft.c.created_at)
    row = connection.execute(rows.limit(1)).one_or_none()
    return None if row is None else _draft(row)


def put(connection: Connection, days: Iterable[DayChange], *, rev: int, actor: str, now: datetime) -> Draft:
    """Change days in the open draft, or begin one (`rev` 0); days that stay as they are in force are left out.

    Raises:
        Conflict: Somebody else has changed the draft since `rev`, or it holds too many days.
        WrongState: It waits for its review.
    """
    draft = current(connection) or _begin(connection, actor, now, rev)
    _check(draft, rev, "editing")
    said = {**calendars.days_of_version(connection, draft.base), **draft.days}
    fresh = tuple(change for change in days if said.get((change.region, change.day)) != change.kind)
    if not fresh:
        return draft
    if sum(len(step.days) for step in draft.steps) + len(fresh) > MOST_CHANGES:
        raise Conflict(f"A draft holds at most {MOST_CHANGES} changed days. Hand this one in, then begin another.")
    return _save(connection, draft, actor, now, steps=(*draft.steps, Step(actor, now, fresh)))


def undo(connection: Connection, *, rev: int, actor: str, now: datetime) -> Draft:
    """Take the last step of the open draft back; nothing happens without one."""
    draft = _opened(connection, rev, "editing")
    return _save(connection, draft, actor, now, steps=draft.steps[:-1]) if draft.steps else draft


def submit(connection: Connection, note: str, *, rev: int, actor: str, now: datetime) -> Draft:
    """Hand the draft in for its review, saying why the days change."""
    draft = _opened(connection, rev, "editing")
    if not changes(connection, draft):
        raise Conflict("The draft changes no day. Change one, or discard the draft.")
    return _save(connection, draft, actor, now, state="submitted", note=note.strip(), answer="")


def send_back(connection: Connection, answer: str, *, rev: int, actor: str, now: datetime) -> Draft:
    """Let a draft that was handed in be changed again: by its reviewer with a reason, or by its author."""
    draft = _opened(connection, rev, "submitted")
    return _save(connection, draft, actor, now, state="editing", answer=answer.strip())


def discard(connection: Connection, *, rev: int, actor: str, now: datetime) -> Draft:
    """Give the draft up; it stays readable."""
    draft = _opened(connection, rev, *OPEN)
    decided = {"decided_by": actor, "decided_at": now}
    return _save(connection, draft, actor, now, state="discarded", **decided)


def switch_on(connection: Connection, *, rev: int, actor: str, now: datetime) -> str:
    """Make the draft the version in force, by somebody who had no part in it; the name of the version.

    Open deadlines follow afterwards, by `deadline_changes.recalculate`.
    """
    draft = _opened(connection, rev, "submitted")
    if actor in draft.authors:
        raise SameActor(actor, "activate calendar", draft.id)
    for region in {"", *(region for region, _ in draft.days)}:
        _check_worked(calendar_of(connection, draft, region), draft)
    listed = [DayChange(region, day, kind) for (region, day), kind in draft.days.items()]
    version = calendars.draft(connection, listed, note=draft.note, actor=draft.author, now=now)
    calendars.activate(connection, version, actor=actor, now=now)
    decided = {"decided_by": actor, "decided_at": now, "version": version}
    _save(connection, draft, actor, now, state="active", **decided)
    return version


def changes(connection: Connection, draft: Draft) -> tuple[tuple[DayChange, DayKind | None], ...]:
    """The days that the draft really changes, each with what is in force now, by day and region."""
    known = calendars.days_of_version(connection, draft.base)
    pairs = ((DayChange(region, day, kind), known.get((region, day))) for (region, day), kind in draft.days.items())
    return tuple(sorted((pair for pair in pairs if pair[0].kind != pair[1]), key=lambda p: (p[0].day, p[0].region)))


def calendar_of(connection: Connection, draft: Draft, region: str) -> Calendar:
    """The calendar of a region as it would be with the draft."""
    known: dict[tuple[str, date], DayKind] = calendars.days_of_version(connection, draft.base)
    for place, kind in draft.days.items():
        if kind is None:
            known.pop(place, None)
        else:
            known[place] = kind
    country = {day: kind for (place, day), kind in known.items() if not place}
    own = {day: kind for (place, day), kind in known.items() if region and place == region}
    return Calendar(country | own, f"draft-{draft.id}-{draft.rev}")


def _check_worked(calendar: Calendar, draft: Draft) -> None:
    """A year without a working day would leave deadlines without an end."""
    for year in sorted({day.year for _, day in draft.days}):
        calendar.workday_after(date(year, 1, 1))


def _begin(connection: Connection, actor: str, now: datetime, rev: int) -> Draft:
    base = connection.scalar(select(calendars.active_version()))
    if base is None:
        raise NotFound("calendar version", "active", "Seed a calendar first: `yekuo migrate` does it.")
    if rev:
        raise Conflict("The draft is gone: somebody discarded it or switched it on. Load the page again.")
    id, times = new_id(), {"created_at": now, "changed_at": now}
    connection.execute(insert(calendar_draft).values(id=id, base=base, rev=0, steps=[], author=actor, **times))
    return _draft(connection.execute(select(calendar_draft).where(calendar_draft.c.id == id)).one())


def _opened(connection: Connection, rev: int, *states: str) -> Draft:
    draft = current(connection)
    if draft is None:
        raise NotFound("calendar draft", "open")
    _check(draft, rev, *states)
    return draft


def _check(draft: Draft, rev: int, *states: str) -> None:
    if draft.state not in states:
        raise WrongState("calendar draft", draft.id, draft.state, " or ".join(states))
    if draft.rev != rev:
        raise Conflict("Somebody else has changed the draft. Load the page again; their days are shown there.")


def _save(connection: Connection, draft: Draft, actor: str, now: datetime, **fresh: Any) -> Draft:
    made = replace(draft, rev=draft.rev + 1, changed_at=now, **fresh)
    values = {**fresh, "rev": made.rev, "changed_at": now}
    if "steps" in fresh:
        values["steps"] = [_step_json(step) for step in made.steps]
    own = update(calendar_draft).where(calendar_draft.c.id == draft.id, calendar_draft.c.rev == draft.rev)
    if connection.execute(own.values(**values)).rowcount != 1:
        raise Conflict("Somebody else has changed the draft. Load the page again; their days are shown there.")
    return made


def _draft(row: Row[Any]) -> Draft:
    values = row._asdict()
    return Draft(**{**values, "steps": tuple(_step(entry) for entry in values["steps"])})


def _step_json(step: Step) -> dict[str, Any]:
    return {"by": step.by, "at": step.at.isoformat(), "days": [_day_json(change) for change in step.days]}


def _day_json(change: DayChange) -> dict[str, Any]:
    kind = change.kind
    where: dict[str, Any] = {"region": change.region, "date": change.day.isoformat()}
    if kind is None:
        return {**where, "kind": None}
    return {**where, "kind": kind.kind, "half": kind.half, "confirmed": kind.confirmed, "source": kind.name}


def _step(entry: Mapping[str, Any]) -> Step:
    days: Sequence[Mapping[str, Any]] = entry["days"]
    return Step(entry["by"], datetime.fromisoformat(entry["at"]), tuple(_day(day) for day in days))


def _day(entry: Mapping[str, Any]) -> DayChange:
    kind = entry["kind"]
    made = None if kind is None else DayKind(kind, entry["half"], entry["confirmed"], entry["source"])
    return DayChange(entry["region"], date.fromisoformat(entry["date"]), made)
