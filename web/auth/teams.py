"""Teams: the groups of people that the tables of a pack give cases to, kept by administrators."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection, delete, insert, select, update

from web.auth.models import team, team_member, team_region, user
from web.errors import Invalid, Missing, TakenAlready


@dataclass(frozen=True, slots=True)
class Team:
    """One team; `regions` is its district."""

    id: str
    title: str
    phone: str
    regions: frozenset[str] = field(default_factory=frozenset)
    #: Ids of its members, those who left not among them.
    members: frozenset[str] = field(default_factory=frozenset)


def teams(connection: Connection, only: str | None = None) -> list[Team]:
    """All teams by title, or the one of this id."""
    query = select(team).order_by(team.c.title, team.c.id)
    rows = connection.execute(query if only is None else query.where(team.c.id == only)).all()
    regions = _grouped(connection.execute(select(team_region.c.team_id, team_region.c.region)).all())
    present = select(team_member.c.team_id, team_member.c.user_id).join(user, user.c.id == team_member.c.user_id)
    members = _grouped(connection.execute(present.where(user.c.state != "left")).all())
    nothing: frozenset[str] = frozenset()
    return [
        Team(row.id, row.title, row.phone, regions.get(row.id, nothing), members.get(row.id, nothing)) for row in rows
    ]


def team_of(connection: Connection, team_id: str) -> Team:
    """One team; Missing if there is none."""
    found = teams(connection, team_id)
    if not found:
        raise Missing(_("没有这个班组。"), _("从班组列表里打开。"))
    return found[0]


def title_of(connection: Connection, team_id: str) -> str:
    """What a team is called; its word when nobody keeps it."""
    return connection.scalar(select(team.c.title).where(team.c.id == team_id)) or team_id


def create(connection: Connection, values: Mapping[str, Any], now: datetime) -> None:
    """Make a team.

    Raises:
        TakenAlready: Its word is used by another one.
        Invalid: It has no district, or a member is no member of staff.
    """
    team_id = values["id"]
    if connection.execute(select(team.c.id).where(team.c.id == team_id)).first():
        raise TakenAlready(_("班组 %(id)s 已经有了。", id=team_id), _("从列表里打开它来改。"))
    row = {"id": team_id, "title": values["title"], "phone": values.get("phone", ""), "created_at": now}
    connection.execute(insert(team).values(row))
    _set_words(connection, team_id, values.get("regions", ()), values.get("members", ()))


def change(connection: Connection, team_id: str, values: Mapping[str, Any]) -> None:
    """Change title, phone, district and members as given."""
    before = team_of(connection, team_id)
    plain = {key: values[key] for key in ("title", "phone") if key in values}
    if plain:
        connection.execute(update(team).where(team.c.id == team_id).values(plain))
    _set_words(connection, team_id, values.get("regions", before.regions), values.get("members", before.members))


def remove(connection: Connection, team_id: str) -> None:
    """Dissolve a team; its open tasks stay with whoever holds them, new ones go to the role in the region."""
    team_of(connection, team_id)
    connection.execute(delete(team).where(team.c.id == team_id))


def _set_words(connection: Connection, team_id: str, regions: Collection[str], members: Collection[str]) -> None:
    if not regions:
        text = _("至少选一个区域，否则没有案件会派给这个班组。")
        raise Invalid(_("班组没有片区。"), text, {"regions": [text]})
    known = set(connection.scalars(select(user.c.id).where(user.c.id.in_(list(members)), user.c.kind == "staff")))
    if set(members) - known:
        text = _("成员里有不认识的账号。")
        raise Invalid(text, _("从名单里选。"), {"members": [text]})
    for table, column, words in ((team_region, "region", set(regions)), (team_member, "user_id", known)):
        connection.execute(delete(table).where(table.c.team_id == team_id))
        if words:
            connection.execute(insert(table), [{"team_id": team_id, column: word} for word in sorted(words)])


def _grouped(rows: Collection[Any]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row[0], set()).add(row[1])
    return {key: frozenset(words) for key, words in found.items()}
