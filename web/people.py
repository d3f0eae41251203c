"""Names of people by id, as the reader of a page may see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import g
from flask_babel import gettext as _
from sqlalchemy import Connection, select

from web.auth.models import user
from web.database import read

#: Actors that are no people.
_MACHINES = {"": "流程", "system": "系统", "clock": "系统", "engine": "流程", "worker": "流程"}


def names(connection: Connection, ids: Iterable[str]) -> Mapping[str, str]:
    """Display names by id; a customer is 客户, somebody unknown keeps the id."""
    wanted = {id for id in ids if id}
    found = {}
    if wanted:
        rows = connection.execute(select(user.c.id, user.c.kind, user.c.name).where(user.c.id.in_(wanted)))
        found = {row.id: row.name if row.kind == "staff" else _("客户") for row in rows}
    return {id: found.get(id) or _spoken(id) for id in wanted | {""}}


def name_of(id: str) -> str:
    """One name, remembered for this request."""
    known: dict[str, str] = g.setdefault("people", {})
    if id not in known:
        known[id] = names(read(), [id])[id]
    return known[id]


def _spoken(id: str) -> str:
    if id.startswith("partner:"):
        return _("合作方 %(name)s", name=id.removeprefix("partner:"))
    return _(_MACHINES[id]) if id in _MACHINES else id
