"""人员负荷: what the people of one's regions hold, who is away, whose certificates run out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.people import Load, open_cases, workload
from web.auth import absences, certificates, users
from web.auth.models import team, team_member, user, user_region, user_role
from web.auth.person import ADMIN, ANALYST, EVERYWHERE, Person
from web.people import names

#: More people than this are narrowed by a filter first.
MOST = 300


@dataclass(frozen=True, slots=True)
class Filters:
    """What stands in the address."""

    region: str = ""
    role: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One person."""

    account: users.Account
    load: Load
    #: Open cases that they look after.
    cases: int
    #: Titles of their teams.
    teams: tuple[str, ...]
    absence: absences.Absence | None
    #: Name of who acts in their place now.
    deputy: str
    certificates: tuple[certificates.Certificate, ...]


def rows(connection: Connection, who: Person, filters: Filters, now: datetime, only: str = "") -> list[Row]:
    """Active and suspended people in the reader's regions who can have tasks, the most overdue first."""
    people = {one.id: one for one in _people(connection, who, filters, only)}
    loads, cases = workload(connection, people, now), open_cases(connection, people)
    away = absences.of_people(connection, people, now)
    deputies = names(connection, [one.deputy_id for one in away.values()])
    papers = certificates.of_people(connection, people, now)
    in_teams = _teams(connection, people)
    found = [
        Row(
            account,
            loads.get(id, Load()),
            cases.get(id, 0),
            in_teams.get(id, ()),
            away.get(id),
            deputies[away[id].deputy_id] if id in away else "",
            tuple(papers.get(id, ())),
        )
        for id, account in people.items()
    ]
    return sorted(found, key=lambda row: (-row.load.overdue, -row.load.due_soon, -row.load.open, row.account.name))


def visible(connection: Connection, who: Person, user_id: str) -> users.Account | None:
    """The account of somebody in the reader's regions; None otherwise."""
    return next(iter(_people(connection, who, Filters(), user_id)), None)


def departments(connection: Connection) -> list[str]:
    """Departments of those who can have tasks."""
    query = select(user.c.department).where(user.c.kind == "staff", user.c.state != "left", user.c.department != "")
    return sorted(set(connection.scalars(query)))


def _people(connection: Connection, who: Person, filters: Filters, only: str) -> list[users.Account]:
    working = select(user_role.c.user_id).where(user_role.c.role.not_in([ADMIN, ANALYST]))
    if filters.role:
        working = working.where(user_role.c.role == filters.role)
    where = user.c.id.in_(working) & (user.c.state != "left")
    if only:
        where &= user.c.id == only
    if filters.department:
        where &= user.c.department == filters.department
    regions = {filters.region, EVERYWHERE} if filters.region else {*who.regions, EVERYWHERE}
    if filters.region and not (who.everywhere or filters.region in who.regions):
        return []
    if filters.region or not who.everywhere:
        where &= user.c.id.in_(select(user_region.c.user_id).where(user_region.c.region.in_(regions)))
    return users.accounts(connection, where=where, limit=MOST)


def _teams(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    joined = select(team_member.c.user_id, team.c.title).join(team, team.c.id == team_member.c.team_id)
    found: dict[str, tuple[str, ...]] = {}
    for row in connection.execute(joined.where(team_member.c.user_id.in_(list(ids))).order_by(team.c.title)):
        found[row.user_id] = (*found.get(row.user_id, ()), row.title)
    return found
