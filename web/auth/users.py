"""Keeping the accounts of staff."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from web.auth import passwords, sessions
from web.auth.models import user, user_region, user_role
from web.auth.person import ADMIN, EVERYWHERE
from web.errors import Invalid, Missing, TakenAlready

#: More holders of one role in one region than this are more than a list for people can show.
MOST: Final = 5_000


@dataclass(frozen=True, slots=True)
class Account:
    """One member of staff, as an administrator sees it."""

    id: str
    login: str
    name: str
    number: str
    department: str
    mail: str
    state: str
    state_reason: str
    roles: frozenset[str] = field(default_factory=frozenset)
    regions: frozenset[str] = field(default_factory=frozenset)

    def covers(self, region: str) -> bool:
        """True if the account works for the region."""
        return not region or EVERYWHERE in self.regions or region in self.regions


def create(connection: Connection, values: Mapping[str, Any], now: datetime, password: str | None = None) -> str:
    """Make an account and return its id.

    Without `password` the account gets one that must be changed; read it from `reset_password`.

    Raises:
        TakenAlready: The login exists.
    """
    login = values["login"].strip().lower()
    if connection.execute(select(user.c.id).where(user.c.login == login)).first():
        raise TakenAlready(_("账号 %(login)s 已经有了。", login=login), _("换一个账号名。"))
    user_id = uuid.uuid4().hex
    row = {
        "id": user_id,
        "kind": "staff",
        "login": login,
        "password": passwords.hash_password(password) if password else "",
        **{key: values.get(key, "") for key in ("name", "number", "department", "mail")},
        "created_at": now,
    }
    connection.execute(insert(user).values(row))
    set_words(connection, user_id, values.get("roles", ()), values.get("regions", ()))
    return user_id


def change(connection: Connection, user_id: str, values: Mapping[str, Any]) -> None:
    """Change what is given; leaving, suspending and other roles end the sessions of that person.

    Raises:
        Missing: There is no such account.
        Invalid: The last administrator would be lost.
    """
    before = account(connection, user_id)
    plain = {key: values[key] for key in ("name", "number", "department", "mail", "state") if key in values}
    if "state" in plain:
        plain["state_reason"] = values.get("reason", "")
    if plain:
        connection.execute(update(user).where(user.c.id == user_id).values(plain))
    roles, regions = values.get("roles", before.roles), values.get("regions", before.regions)
    set_words(connection, user_id, roles, regions)
    _keep_an_administrator(connection)
    if plain.get("state", before.state) != before.state or set(roles) != set(before.roles):
        sessions.close_all(connection, user_id)


def reset_password(connection: Connection, user_id: str) -> str:
    """A new random password, shown once and to be changed at the next sign-in."""
    account(connection, user_id)
    plain = passwords.random_password()
    values = {"password": passwords.hash_password(plain), "must_change": True}
    connection.execute(update(user).where(user.c.id == user_id).values(values))
    sessions.close_all(connection, user_id)
    return plain


def account(connection: Connection, user_id: str) -> Account:
    """One account; Missing if there is none."""
    found = accounts(connection, only=user_id)
    if not found:
        raise Missing(_("没有这个账号。"), _("从用户列表里打开。"))
    return found[0]


def id_of(connection: Connection, login: str) -> str:
    """The id of the account with this login, under which everything it does is recorded; Missing if there is none."""
    query = select(user.c.id).where(user.c.login == login.strip().lower(), user.c.kind == "staff")
    found = connection.scalar(query)
    if found is None:
        raise Missing(_("没有账号 %(login)s。", login=login), _("用 yekuo user list 看有哪些账号。"))
    return str(found)


def accounts(
    connection: Connection,
    *,
    search: str = "",
    only: str | None = None,
    where: ColumnElement[bool] | None = None,
    limit: int = 500,
) -> list[Account]:
    """Accounts of staff by name."""
    query = select(user).where(user.c.kind == "staff").order_by(user.c.state, user.c.name)
    if where is not None:
        query = query.where(where)
    if only is not None:
        query = query.where(user.c.id == only)
    if search:
        pattern = f"%{search}%"
        query = query.where(user.c.name.like(pattern) | user.c.login.like(pattern) | user.c.number.like(pattern))
    rows = connection.execute(query.limit(limit)).all()
    ids = [row.id for row in rows]
    roles = _words(connection.execute(select(user_role).where(user_role.c.user_id.in_(ids))).all())
    regions = _words(connection.execute(select(user_region).where(user_region.c.user_id.in_(ids))).all())
    return [_account(row, roles.get(row.id, set()), regions.get(row.id, set())) for row in rows]


def holders(connection: Connection, roles: Iterable[str], region: str) -> list[Account]:
    """Active staff with one of these roles who work for the region: to whom a task may be given."""
    able: ColumnElement[bool] = user.c.id.in_(select(user_role.c.user_id).where(user_role.c.role.in_(list(roles))))
    if region:
        able &= user.c.id.in_(select(user_region.c.user_id).where(user_region.c.region.in_([region, EVERYWHERE])))
    return accounts(connection, where=able & (user.c.state == "active"), limit=MOST)


def held(connection: Connection) -> frozenset[tuple[str, str]]:
    """Every role with a region in which an active member of staff holds it, `*` for all; each role with "" as well."""
    roles = select(user_role.c.role, user_region.c.region).join_from(user_role, user)
    query = roles.outerjoin(user_region, user_region.c.user_id == user.c.id)
    rows = connection.execute(query.where(user.c.state == "active", user.c.kind == "staff").distinct()).all()
    return frozenset((row.role, region) for row in rows for region in ("", row.region or ""))


def set_words(connection: Connection, user_id: str, roles: Iterable[str], regions: Iterable[str]) -> None:
    """Replace roles and regions."""
    for table, column, words in ((user_role, "role", set(roles)), (user_region, "region", set(regions))):
        connection.execute(delete(table).where(table.c.user_id == user_id))
        if words:
            connection.execute(insert(table), [{"user_id": user_id, column: word} for word in sorted(words)])


def nobody_yet(connection: Connection) -> bool:
    """True before the first account of staff exists."""
    return connection.execute(select(user.c.id).where(user.c.kind == "staff").limit(1)).first() is None


def _keep_an_administrator(connection: Connection) -> None:
    query = (
        select(func.count())
        .select_from(user.join(user_role, user_role.c.user_id == user.c.id))
        .where(user_role.c.role == ADMIN, user.c.state == "active")
    )
    if connection.execute(query).scalar_one() == 0:
        raise Invalid(_("这样就没有管理员了。"), _("先让另一位启用的人当管理员。"))


def _words(rows: Iterable[Sequence[Any]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row[0], set()).add(row[1])
    return found


def _account(row: Row[Any], roles: set[str], regions: set[str]) -> Account:
    plain = {name: getattr(row, name) for name in _PLAIN}
    return Account(**plain, roles=frozenset(roles), regions=frozenset(regions))


_PLAIN: Final = ("id", "login", "name", "number", "department", "mail", "state", "state_reason")
