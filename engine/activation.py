"""Which version of a pack new cases use: the base everywhere, or another one from a day on, in regions, for a share.

Every switch is a row that stays for ever. Of the rows in force the one that began last and fits a case decides; a row
for everybody that has begun makes its version the base. Ending a row brings what was before back. A row counts from
`starts_at` until `ended_at`, which may lie ahead; one that ended before it began was only planned.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, insert, or_, select, update

from engine.errors import EngineError
from engine.models import activation
from engine.rows import new_id

#: Ends what another version for everybody replaces; a person ends what is taken back.
ENGINE: Final = "engine"


class BadScope(EngineError):
    """The share or the regions of an activation make no sense."""

    def __init__(self, message: str) -> None:
        super().__init__(f"{message} A share is 1 to 100 percent; regions are those of the pack, none for all.")


@dataclass(frozen=True)
class Scope:
    """For which new cases a version is used."""

    #: Ids of regions; none for all.
    regions: tuple[str, ...] = ()
    #: Percent of the new cases, 1 to 100; always the same ones for the same numbers.
    share: int = 100
    #: None for at once.
    starts_at: datetime | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.share <= 100:
            raise BadScope(f"The share is {self.share} %.")

    @property
    def everybody(self) -> bool:
        return not self.regions and self.share == 100

    def begun(self, now: datetime) -> bool:
        """Whether it is in force at a moment."""
        return self.starts_at is None or self.starts_at <= now


@dataclass(frozen=True)
class Activation:
    """One switch of a version."""

    id: str
    deployment_id: str
    pack: str
    scope: Scope
    by: str
    at: datetime
    note: str
    ended_at: datetime | None
    ended_by: str

    @property
    def starts_at(self) -> datetime:
        return self.scope.starts_at or self.at

    def begun(self, now: datetime) -> bool:
        """Whether new cases have ever used it."""
        return self.starts_at <= now and (self.ended_at is None or self.ended_at >= self.starts_at)

    def taken_back(self, now: datetime) -> bool:
        """Whether a person ended it, rather than a version after it; of the oldest switches nobody is written down."""
        return self.ended_at is not None and self.ended_at <= now and self.ended_by not in ("", ENGINE)

    def fits(self, region: str, key: str) -> bool:
        """Whether a case of this region and number belongs to it."""
        inside = not self.scope.regions or region in self.scope.regions
        return inside and bucket(self.deployment_id, key) < self.scope.share


def bucket(deployment_id: str, key: str) -> int:
    """0 to 99, evenly spread over cases, the same for the same case and version."""
    digest = hashlib.sha256(f"{deployment_id}\0{key}".encode()).digest()
    return int.from_bytes(digest[:4]) % 100


def record(
    connection: Connection, deployment_id: str, pack: str, scope: Scope, *, actor: str, now: datetime, note: str
) -> None:
    """Write a switch down."""
    row = {"id": new_id(), "deployment_id": deployment_id, "pack": pack, "regions": list(scope.regions)}
    more = {"share": scope.share, "starts_at": scope.starts_at or now, "by": actor, "at": now, "note": note}
    connection.execute(insert(activation).values(**row, **more))


def stop(connection: Connection, deployment_id: str, *, actor: str, now: datetime, at: datetime | None = None) -> None:
    """End the switches to a version that have begun, now or when another takes their place; plans stay."""
    begun = (activation.c.deployment_id == deployment_id, _open(now), activation.c.starts_at <= now)
    connection.execute(update(activation).where(*begun).values(ended_at=at or now, ended_by=actor))


def cancel(connection: Connection, deployment_id: str, *, actor: str, now: datetime) -> None:
    """Give up the switches to a version that are planned; what has begun stays."""
    planned = (activation.c.deployment_id == deployment_id, _open(now), activation.c.starts_at > now)
    connection.execute(update(activation).where(*planned).values(ended_at=now, ended_by=actor))


def planned(connection: Connection, pack: str, now: datetime) -> frozenset[str]:
    """The versions of a pack that a switch to comes."""
    found = (activation.c.pack == pack, _open(now), activation.c.starts_at > now)
    return frozenset(connection.scalars(select(activation.c.deployment_id).where(*found)))


def _open(now: datetime) -> ColumnElement[bool]:
    return or_(activation.c.ended_at.is_(None), activation.c.ended_at > now)


def in_force(connection: Connection, packs: Iterable[str], now: datetime) -> tuple[Activation, ...]:
    """The switches that count at a moment, the one that began last first."""
    table = activation.c
    found = select(activation).where(table.pack.in_(list(packs)), _open(now), table.starts_at <= now)
    rows = map(from_row, connection.execute(found))
    # Of two that began at the same moment the narrower one counts.
    return tuple(sorted(rows, key=lambda one: (one.starts_at, one.at, not one.scope.everybody), reverse=True))


def of_pack(connection: Connection, pack: str) -> tuple[Activation, ...]:
    """Every switch of a pack that there ever was, the newest first."""
    rows = map(from_row, connection.execute(select(activation).where(activation.c.pack == pack)))
    return tuple(sorted(rows, key=lambda one: (one.at, not one.scope.everybody), reverse=True))


def due(connection: Connection, now: datetime) -> tuple[Activation, ...]:
    """Open switches for everybody that have begun, the oldest first: their versions are to be the base."""
    table = activation.c
    found = select(activation).where(_open(now), table.starts_at <= now, table.share == 100)
    rows = connection.execute(found.order_by(table.starts_at, table.at, table.id))
    return tuple(found for found in map(from_row, rows) if found.scope.everybody)


def before(connection: Connection, pack: str, deployment_id: str, now: datetime) -> str | None:
    """The version that new cases used before the base `deployment_id`, and that nobody took back; None without one."""
    begun = [one for one in of_pack(connection, pack) if one.scope.everybody and one.begun(now)]
    # The last time that a version was the base tells whether it was taken back.
    last = {one.deployment_id: one for one in sorted(begun, key=_began)}
    good = [one for one in last.values() if one.deployment_id != deployment_id and not one.taken_back(now)]
    return max(good, key=_began).deployment_id if good else None


def _began(one: Activation) -> tuple[datetime, datetime]:
    return one.starts_at, one.at


def from_row(row: Row[Any]) -> Activation:
    """A row of the table as a value."""
    scope = Scope(tuple(row.regions), row.share, row.starts_at)
    return Activation(row.id, row.deployment_id, row.pack, scope, row.by, row.at, row.note, row.ended_at, row.ended_by)
