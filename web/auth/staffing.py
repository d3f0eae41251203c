"""People as the engine knows them, loaded from their accounts: roles, regions, teams, certificates, absences."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Table, and_, select

from engine import ALL, Actor
from web.auth.models import absence, certificate, team, team_member, team_region, user, user_region, user_role
from web.auth.person import EVERYWHERE


class People:
    """The accounts of this installation, as the engine asks for them when it dispatches tasks."""

    def people(self, connection: Connection, role: str, region: str, team: str, now: datetime) -> Sequence[Actor]:
        """Active holders of the role who work for the region, in the team if one is named; see `engine.directory`."""
        return actors(connection, _ids(connection, role, region, team), now)

    def find(self, connection: Connection, number: str, now: datetime) -> Actor | None:
        """The active member of staff with this number."""
        query = select(user.c.id).where(user.c.number == number.strip(), user.c.number != "", user.c.state == "active")
        found = connection.scalar(query.where(user.c.kind == "staff").order_by(user.c.id).limit(1))
        return actor(connection, found, now) if found else None


PEOPLE: Final = People()


def _ids(connection: Connection, role: str, region: str, team: str) -> list[str]:
    query = select(user.c.id).join(user_role, user_role.c.user_id == user.c.id)
    query = query.where(user_role.c.role == role, user.c.state == "active", user.c.kind == "staff")
    if region:
        here = select(user_region.c.user_id).where(user_region.c.region.in_([region, EVERYWHERE]))
        query = query.where(user.c.id.in_(here))
    if team:
        query = query.where(user.c.id.in_(select(team_member.c.user_id).where(team_member.c.team_id == team)))
        if region:
            serves = team_region.c.region.in_([region, EVERYWHERE])
            query = query.where(select(team_region.c.team_id).where(team_region.c.team_id == team, serves).exists())
    return list(connection.scalars(query.order_by(user.c.number, user.c.id)))


def actors(connection: Connection, ids: Collection[str], now: datetime) -> list[Actor]:
    """Active staff of these ids in their order, each with teams, certificates and those they stand in for."""
    away = _absent(connection, ids, now)
    states = _states(connection, {*ids, *(one for absents in away.values() for one in absents)})
    plain = _plain(connection, states)
    return [_standing(plain, plain[id], away.get(id, ())) for id in ids if states.get(id) == "active"]


def _standing(plain: Mapping[str, Actor], deputy: Actor, absents: Iterable[str]) -> Actor:
    places = (deputy.in_place_of(plain[absent]) for absent in absents if absent in plain)
    # A deputy who shares no role with the absent person cannot act for them.
    return replace(deputy, stands_for=tuple(place for place in places if place.groups))


def actor(connection: Connection, user_id: str, now: datetime) -> Actor | None:
    """One of them; None unless the account is active."""
    return next(iter(actors(connection, [user_id], now)), None)


def office_phone(connection: Connection, user_id: str) -> str:
    """The phone of the office in which somebody works: that of a team of theirs; empty if none is known."""
    query = select(team.c.phone).join(team_member, team_member.c.team_id == team.c.id)
    own = (team_member.c.user_id == user_id, team.c.phone != "")
    return connection.scalar(query.where(*own).order_by(team.c.id).limit(1)) or ""


def _absent(connection: Connection, deputies: Collection[str], now: datetime) -> dict[str, list[str]]:
    """Deputy -> who is absent now."""
    during = and_(absence.c.starts_at <= now, absence.c.ends_at > now)
    query = select(absence.c.deputy_id, absence.c.user_id).where(absence.c.deputy_id.in_(list(deputies)), during)
    found: dict[str, list[str]] = {}
    for row in connection.execute(query.order_by(absence.c.starts_at, absence.c.id)):
        found.setdefault(row.deputy_id, []).append(row.user_id)
    return found


def _states(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """Staff by id with their state, without those who left."""
    here = (user.c.id.in_(list(ids)), user.c.kind == "staff", user.c.state != "left")
    return {row.id: row.state for row in connection.execute(select(user.c.id, user.c.state).where(*here))}


def _plain(connection: Connection, ids: Collection[str]) -> dict[str, Actor]:
    roles = _words(connection, user_role, "role", ids)
    regions = _words(connection, user_region, "region", ids)
    teams = _words(connection, team_member, "team_id", ids)
    papers = _certificates(connection, ids)
    return {id: _actor(id, *(one.get(id, ()) for one in (roles, regions, teams, papers))) for id in ids}


def _actor(
    id: str, roles: Iterable[str], regions: Collection[str], teams: Iterable[str], papers: Iterable[Any]
) -> Actor:
    where = ALL if EVERYWHERE in regions else frozenset(regions)
    return Actor(id, frozenset(roles), where, teams=frozenset(teams), certificates=frozenset(papers))


def _words(connection: Connection, table: Table, column: str, ids: Collection[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in connection.execute(select(table.c.user_id, table.c[column]).where(table.c.user_id.in_(list(ids)))):
        found.setdefault(row[0], []).append(row[1])
    return found


def _certificates(connection: Connection, ids: Collection[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    columns = select(certificate.c.user_id, certificate.c.kind, certificate.c.valid_until)
    for row in connection.execute(columns.where(certificate.c.user_id.in_(list(ids)))):
        found.setdefault(row.user_id, []).append((row.kind, row.valid_until))
    return found
