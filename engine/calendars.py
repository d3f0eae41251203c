"""Calendar versions as rows: seeding, drafts of changes, activation by a second person, loading."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, ScalarSelect, func, insert, select, update

from engine.calendar import Calendar, DayKind
from engine.errors import NotFound, SameActor, WrongState
from engine.holidays import built_in, days_of
from engine.models import calendar, calendar_day, deadline

__all__ = [
    "Calendar",
    "DayChange",
    "DayKind",
    "activate",
    "active_version",
    "current",
    "days_of_version",
    "draft",
    "load",
    "provisional_from",
    "seed",
    "versions",
]

#: Days of a whole country and of regions: ("" or region, date) -> kind.
Days = Mapping[tuple[str, date], DayKind]

#: Versions never change once they are active and carry a digest of their days, so they can be kept for good.
_LOADED: Final[dict[tuple[str, str], Calendar]] = {}
KEPT = 64


@dataclass(frozen=True, slots=True)
class DayChange:
    """One day of a draft; `kind` None takes a region's own day back."""

    region: str
    day: date
    kind: DayKind | None


def active_version() -> ScalarSelect[str]:
    """The version in force, as a part of other statements; null before the first activation."""
    return select(calendar.c.version).where(calendar.c.state == "active").scalar_subquery()


def seed(connection: Connection, first_year: int, last_year: int, *, actor: str, now: datetime) -> str:
    """Activate a first version with the published notices; return its name. A version in force is left alone."""
    present: str | None = connection.scalar(select(active_version()))
    if present is not None:
        return present
    days = {("", day): kind for day, kind in days_of(first_year, last_year).items()}
    version = _store(connection, days, note="chinesecalendar", actor=actor, now=now)
    _switch_on(connection, version, actor, now)
    return version


def draft(connection: Connection, changes: Iterable[DayChange], *, note: str, actor: str, now: datetime) -> str:
    """A new version: the one in force with the changes; it waits for activation by another person."""
    active = connection.scalar(select(active_version()))
    days = dict(days_of_version(connection, active)) if active else {("", d): k for d, k in built_in().days.items()}
    for change in changes:
        if change.kind is None:
            days.pop((change.region, change.day), None)
        else:
            days[change.region, change.day] = change.kind
    return _store(connection, days, note=note, actor=actor, now=now)


def activate(connection: Connection, version: str, *, actor: str, now: datetime) -> None:
    """Put a draft in force and note how many open deadlines are to follow, by `deadline_changes.recalculate`."""
    row = connection.execute(select(calendar).where(calendar.c.version == version).with_for_update()).one_or_none()
    if row is None:
        raise NotFound("calendar version", version)
    if row.state != "draft":
        raise WrongState("calendar version", version, row.state, "draft")
    if row.created_by == actor:
        raise SameActor(actor, "activate calendar", version)
    connection.execute(update(calendar).where(calendar.c.state == "active").values(state="retired"))
    _switch_on(connection, version, actor, now)
    behind = select(func.count()).select_from(deadline).where(deadline.c.state != "closed")
    connection.execute(update(calendar).where(calendar.c.version == version).values(behind=behind.scalar_subquery()))


def load(connection: Connection, version: str | None, region: str = "") -> Calendar:
    """The calendar of a region in a version (the built-in one for None), read once per process."""
    if version is None or version == built_in().version:
        return built_in()
    key = version, region
    if key not in _LOADED:
        if len(_LOADED) >= KEPT:
            _LOADED.clear()
        _LOADED[key] = _read(connection, version, region)
    return _LOADED[key]


def current(connection: Connection, region: str = "") -> Calendar:
    """The calendar in force in a region."""
    return load(connection, connection.scalar(select(active_version())), region)


def days_of_version(connection: Connection, version: str) -> dict[tuple[str, date], DayKind]:
    """Every stored day of a version, of the country and of all regions."""
    rows = connection.execute(select(calendar_day).where(calendar_day.c.version == version))
    return {(row.region, row.date): _kind(row) for row in rows}


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the calendar, as the history of the calendar shows it."""

    version: str
    #: draft | active | retired
    state: str
    note: str
    created_by: str
    created_at: datetime
    activated_by: str
    activated_at: datetime | None
    #: Open deadlines that had to follow, and when the last one had; None for versions that nothing followed.
    behind: int | None
    caught_up_at: datetime | None

    @property
    def number(self) -> int:
        """1 for the first version."""
        return int(self.version.partition("-")[0])


def versions(connection: Connection) -> tuple[Version, ...]:
    """Every version, the newest first."""
    rows = connection.execute(select(calendar).order_by(calendar.c.created_at.desc()))
    found = [Version(**row._asdict()) for row in rows]
    return tuple(sorted(found, key=lambda version: -version.number))


def provisional_from(connection: Connection) -> date | None:
    """The first day of the version in force whose notice is not published; None when all are."""
    day = calendar_day.c
    found = select(func.min(day.date)).where(day.version == active_version(), day.confirmed.is_(False))
    first: date | None = connection.scalar(found)
    return first


def _read(connection: Connection, version: str, region: str) -> Calendar:
    days = days_of_version(connection, version)
    if not days:
        raise NotFound("calendar version", version, "Seed a calendar or activate another version.")
    country = {day: kind for (place, day), kind in days.items() if not place}
    return Calendar(country | {day: kind for (place, day), kind in days.items() if region and place == region}, version)


def _kind(row: Any) -> DayKind:
    return DayKind(row.kind, row.half, row.confirmed, row.source)


def _store(connection: Connection, days: Days, *, note: str, actor: str, now: datetime) -> str:
    count = connection.scalar(select(func.count()).select_from(calendar)) or 0
    digest = hashlib.sha256(repr(sorted(days.items(), key=lambda item: item[0])).encode()).hexdigest()
    version = f"{count + 1}-{digest[:8]}"
    connection.execute(insert(calendar).values(version=version, note=note, created_by=actor, created_at=now))
    connection.execute(insert(calendar_day), [_row(version, place, day, kind) for (place, day), kind in days.items()])
    return version


def _row(version: str, region: str, day: date, kind: DayKind) -> dict[str, Any]:
    facts = {"kind": kind.kind, "half": kind.half, "confirmed": kind.confirmed, "source": kind.name}
    return {"version": version, "region": region, "date": day, **facts}


def _switch_on(connection: Connection, version: str, actor: str, now: datetime) -> None:
    values = {"state": "active", "activated_by": actor, "activated_at": now}
    connection.execute(update(calendar).where(calendar.c.version == version).values(**values))
