"""People as the engine knows them, loaded from their accounts: roles, regions, teams, certificates, absences."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, String, Table, cast, literal_column, null, select, union_all

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


@dataclass(frozen=True, slots=True)
class Words:
    """What an account is said to be and to hold."""

    roles: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    certificates: frozenset[tuple[str, date]] = frozenset()


def actors(connection: Connection, ids: Collection[str], now: datetime) -> list[Actor]:
    """Active staff of these ids in their order, each with teams, certificates and those they stand in for."""
    return list(_acting(connection, ids, now)[0].values())


def loaded(connection: Connection, user_id: str, now: datetime) -> tuple[Actor | None, Words]:
    """One account in two queries: how the engine knows it, None unless it is active staff, and its words."""
    found, words = _acting(connection, [user_id], now)
    return found.get(user_id), words.get(user_id, Words())


def _acting(
    connection: Connection, ids: Collection[str], now: datetime
) -> tuple[dict[str, Actor], Mapping[str, Words]]:
    states, away = _present(connection, ids, now)
    words = _words(connection, {*ids, *states})
    plain = {id: _actor(id, words.get(id, Words())) for id in states}
    active = [id for id in ids if states.get(id) == "active"]
    return {id: _standing(plain, plain[id], away.get(id, ())) for id in active}, words


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


def _present(
    connection: Connection, ids: Collection[str], now: datetime
) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Staff by id with their state, those for whom they stand in now among them, and deputy -> who is absent."""
    during = (absence.c.starts_at <= now, absence.c.ends_at > now)
    here = (user.c.kind == "staff", user.c.state != "left")
    own = select(user.c.id, user.c.state, _NOBODY, _NEVER_BEGAN).where(user.c.id.in_(list(ids)), *here)
    absent = (
        select(user.c.id, user.c.state, absence.c.deputy_id, absence.c.starts_at)
        .join(absence, absence.c.user_id == user.c.id)
        .where(absence.c.deputy_id.in_(list(ids)), *during, *here)
    )
    states: dict[str, str] = {}
    away: dict[str, list[str]] = {}
    for row in connection.execute(union_all(own, absent).order_by("began", "id")):
        states[row.id] = row.state
        if row.deputy:
            away.setdefault(row.deputy, []).append(row.id)
    return states, away


def _actor(id: str, words: Words) -> Actor:
    where = ALL if EVERYWHERE in words.regions else words.regions
    return Actor(id, words.roles, where, teams=words.teams, certificates=words.certificates)


def _words(connection: Connection, ids: Collection[str]) -> dict[str, Words]:
    """Roles, regions, teams and certificates of people, in one query."""
    parts = (
        select(literal_column(f"'{kind}'").label("kind"), table.c.user_id, table.c[column].label("word"), until).where(
            table.c.user_id.in_(list(ids))
        )
        for kind, table, column, until in _KINDS
    )
    found: dict[str, dict[str, set[Any]]] = {}
    for row in connection.execute(union_all(*parts)):
        word = row.word if row.valid_until is None else (row.word, row.valid_until)
        found.setdefault(row.user_id, {}).setdefault(row.kind, set()).add(word)
    return {id: Words(**{kind: frozenset(one) for kind, one in kinds.items()}) for id, kinds in found.items()}


_NOBODY: Final = literal_column("''", String).label("deputy")
_NEVER_BEGAN: Final = cast(null(), absence.c.starts_at.type).label("began")
_NEVER: Final = cast(null(), certificate.c.valid_until.type).label("valid_until")
#: Field of `Words` -> where its words stand, and until when they hold.
_KINDS: Final[tuple[tuple[str, Table, str, ColumnElement[Any]], ...]] = (
    ("roles", user_role, "role", _NEVER),
    ("regions", user_region, "region", _NEVER),
    ("teams", team_member, "team_id", _NEVER),
    ("certificates", certificate, "kind", certificate.c.valid_until.label("valid_until")),
)
