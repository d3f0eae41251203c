"""Which version of a pack new cases use: the base everywhere, or another one from a day on, in regions, for a share.

Every switch is a row that stays for ever. Of the rows in force the one that began last and fits a case decides; a row
for everybody that has begun makes its version the base. Ending a row brings what was before back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from engine.errors import EngineError
from engine.models import activation
from engine.rows import new_id


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


def end(connection: Connection, deployment_id: str, *, actor: str, now: datetime) -> None:
    """End every switch to a version that is open."""
    open_ones = (activation.c.deployment_id == deployment_id, activation.c.ended_at.is_(None))
    connection.execute(update(activation).where(*open_ones).values(ended_at=now, ended_by=actor))


def in_force(connection: Connection, packs: Iterable[str], now: datetime) -> tuple[Activation, ...]:
    """The switches that count at a moment, the one that began last first."""
    table = activation.c
    found = select(activation).where(table.pack.in_(list(packs)), table.ended_at.is_(None), table.starts_at <= now)
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
    found = select(activation).where(table.ended_at.is_(None), table.starts_at <= now, table.share == 100)
    rows = connection.execute(found.order_by(table.starts_at, table.at, table.id))
    return tuple(found for found in map(from_row, rows) if found.scope.everybody)


def before(connection: Connection, pack: str, deployment_id: str) -> str | None:
    """The version that was the base before this one; None for the first."""
    switches = [one for one in of_pack(connection, pack) if one.scope.everybody]
    began = next((place for place, one in enumerate(switches) if one.deployment_id == deployment_id), len(switches))
    return next((one.deployment_id for one in switches[began:] if one.deployment_id != deployment_id), None)


def from_row(row: Row[Any]) -> Activation:
    """A row of the table as a value."""
    scope = Scope(tuple(row.regions), row.share, row.starts_at)
    return Activation(row.id, row.deployment_id, row.pack, scope, row.by, row.at, row.note, row.ended_at, row.ended_by)
