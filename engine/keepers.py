"""Who looks after a case in a role: one person from beginning to end, chosen by load, changed only with a reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from engine.models import keeper
from engine.pack import Pack
from engine.rights import Actor


def of_case(connection: Connection, business_key: str) -> Mapping[str, str]:
    """Role -> user id of those who look after a case."""
    rows = connection.execute(select(keeper.c.role, keeper.c.user_id).where(keeper.c.business_key == business_key))
    return {row.role: row.user_id for row in rows}


def open_cases(connection: Connection, people: Iterable[str]) -> Mapping[str, int]:
    """How many open cases each of these people looks after; those without any are left out."""
    own = (keeper.c.user_id.in_(list(people)), keeper.c.closed_at.is_(None))
    rows = connection.execute(select(keeper.c.user_id, func.count()).where(*own).group_by(keeper.c.user_id))
    return {row[0]: row[1] for row in rows}


def least_busy(connection: Connection, people: Collection[Actor]) -> Actor | None:
    """The one with the fewest open cases; among equals the order of their ids decides."""
    load = open_cases(connection, [person.id for person in people])
    return min(people, key=lambda person: (load.get(person.id, 0), person.id), default=None)


def appoint(connection: Connection, business_key: str, role: str, user_id: str, team: str, now: datetime) -> None:
    """Write down who looks after the case from now on in place of anybody before."""
    own = (keeper.c.business_key == business_key, keeper.c.role == role)
    values = {"user_id": user_id, "team": team, "since": now}
    if connection.execute(update(keeper).where(*own).values(**values)).rowcount == 0:
        connection.execute(insert(keeper).values(business_key=business_key, role=role, **values))


def close(connection: Connection, business_key: str, pack: Pack, now: datetime) -> None:
    """A case that has ended is no load any more."""
    if pack.keepers:
        own = (keeper.c.business_key == business_key, keeper.c.closed_at.is_(None))
        connection.execute(update(keeper).where(*own).values(closed_at=now))
