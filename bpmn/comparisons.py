"""Comparisons: for a comparison, cases of a region and a group begin in a way that somebody has chosen for them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Index, Row, String, Table, case, insert, select, update

from engine import Moment, metadata

#: In place of a region or a group: each of them.
EVERY = ""

comparison = Table(
    "comparison",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("pack", String(64), nullable=False),
    Column("region", String(64), nullable=False),
    #: What the pack tells its cases apart by, such as a class of customers.
    Column("kind", String(64), nullable=False),
    Column("process", String(64), nullable=False),
    Column("reason", String(500), nullable=False),
    Column("begun_by", String(64), nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("ended_by", String(64), nullable=False, default=""),
    Column("ended_at", Moment),
    Index("ix_comparison_pack_ended_at", "pack", "ended_at"),
)


@dataclass(frozen=True)
class Scope:
    """The cases a comparison is for."""

    pack: str
    region: str = EVERY
    kind: str = EVERY


@dataclass(frozen=True)
class Comparison:
    """One comparison; rows are never removed, so that they tell who had which way run from when to when, and why."""

    id: str
    pack: str
    region: str
    kind: str
    process: str
    reason: str
    begun_by: str
    begun_at: datetime
    #: Empty while it runs.
    ended_by: str
    ended_at: datetime | None


def forced(connection: Connection, scope: Scope) -> str:
    """The process that a comparison in force chooses for such a case; empty without one.

    The narrowest comparison counts: region and kind before kind before region before all.
    """
    narrow = case((comparison.c.kind != EVERY, 2), else_=0) + case((comparison.c.region != EVERY, 1), else_=0)
    found = (
        select(comparison.c.process)
        .where(
            comparison.c.pack == scope.pack,
            comparison.c.ended_at.is_(None),
            comparison.c.region.in_((scope.region, EVERY)),
            comparison.c.kind.in_((scope.kind, EVERY)),
        )
        .order_by(narrow.desc(), comparison.c.begun_at.desc())
    )
    return connection.scalars(found.limit(1)).first() or ""


def begin(connection: Connection, scope: Scope, process: str, *, reason: str, actor: str, now: datetime) -> str:
    """Begin a comparison and return its id; the one for the same cases ends with it."""
    same = (comparison.c.pack == scope.pack, comparison.c.region == scope.region, comparison.c.kind == scope.kind)
    connection.execute(
        update(comparison).where(*same, comparison.c.ended_at.is_(None)).values(ended_by=actor, ended_at=now)
    )
    made = {"id": secrets.token_hex(12), "pack": scope.pack, "region": scope.region, "kind": scope.kind}
    made |= {"process": process, "reason": reason, "begun_by": actor}
    connection.execute(insert(comparison).values(**made, begun_at=now))
    return made["id"]


def end(connection: Connection, comparison_id: str, *, actor: str, now: datetime) -> bool:
    """End a comparison; cases that have begun go on as they are. False if it does not run (any more)."""
    running = update(comparison).where(comparison.c.id == comparison_id, comparison.c.ended_at.is_(None))
    return connection.execute(running.values(ended_by=actor, ended_at=now)).rowcount == 1


def comparisons(connection: Connection, limit: int = 200) -> Sequence[Comparison]:
    """Running comparisons, then ended ones, the youngest first."""
    order = (comparison.c.ended_at.is_not(None), comparison.c.begun_at.desc())
    return [_comparison(row) for row in connection.execute(select(comparison).order_by(*order).limit(limit))]


def _comparison(row: Row[Any]) -> Comparison:
    return Comparison(**{name: getattr(row, name) for name in Comparison.__annotations__})
