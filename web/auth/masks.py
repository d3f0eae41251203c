"""Sealed values as a person may see them: open for kinds that a role of theirs sees, masked otherwise.

Customers see their own cases open. Opening a masked value needs the right in the pack (`unmask`) and a reason;
the engine writes who, what and why into the history of the case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import Connection, select

from engine import metadata, queries, seals
from engine.seals import mask
from web.auth.person import Person
from web.auth.rights import pack_roles
from web.errors import Forbidden, Missing
from web.seals import sealer
from web.wording import Told

_SEAL: Final = metadata.tables["seal"]
#: The field of a case that names its customer in lists.
PARTY: Final = "name"


@dataclass(frozen=True, slots=True)
class Lens:
    """What one person sees of sealed values."""

    sees: frozenset[str] = field(default_factory=frozenset)
    unmask: frozenset[str] = field(default_factory=frozenset)
    everything: bool = False

    def is_open(self, kind: str) -> bool:
        return self.everything or kind in self.sees


@dataclass(frozen=True, slots=True)
class Shown:
    """One sealed value on a page."""

    seal: str
    business_key: str
    field: str
    kind: str
    text: str
    open: bool
    #: The reader may open it with a reason.
    can_open: bool


def lens_of(connection: Connection, who: Person) -> Lens:
    """The lens of a person; whether they may see the case at all is asked elsewhere."""
    if not who.staff:
        return Lens(everything=True)
    roles = () if who.suspended else pack_roles(connection, who.roles)
    sees: frozenset[str] = frozenset().union(*(role.sees for role in roles))
    return Lens(sees, frozenset().union(*(role.unmask for role in roles)))


def shown(connection: Connection, lens: Lens, ids: Collection[str]) -> Mapping[str, Shown]:
    """Values by seal id, masked or open."""
    rows = connection.execute(select(_SEAL).where(_SEAL.c.id.in_(ids))).all() if ids else []
    plain = seals.reveal(connection, sealer(), [row.id for row in rows])
    return {row.id: _shown(lens, row.id, row.business_key, row.field, row.kind, plain[row.id]) for row in rows}


def of_case(connection: Connection, lens: Lens, business_key: str) -> list[Shown]:
    """Every sealed value of a case, the latest of each field, in the order in which they came."""
    rows = connection.execute(
        select(_SEAL.c.id, _SEAL.c.field).where(_SEAL.c.business_key == business_key).order_by(_SEAL.c.created_at)
    ).all()
    latest = {row.field: row.id for row in rows}
    found = shown(connection, lens, list(latest.values()))
    return [found[seal_id] for seal_id in latest.values()]


def parties(connection: Connection, lens: Lens, business_keys: Iterable[str]) -> Mapping[str, str]:
    """Names of the customers by case, for lists."""
    keys = set(business_keys)
    own = (_SEAL.c.business_key.in_(keys), _SEAL.c.field == PARTY)
    rows = connection.execute(select(_SEAL.c.id, _SEAL.c.business_key).where(*own).order_by(_SEAL.c.created_at)).all()
    found = shown(connection, lens, [row.id for row in rows])
    return {row.business_key: found[row.id].text for row in rows}


def open_with_reason(
    connection: Connection, who: Person, business_key: str, seal_id: str, reason: str, now: datetime
) -> str:
    """The plain value, told to the history.

    Raises:
        Missing: The case holds no such value.
        Forbidden: No role of the person may open this kind.
    """
    kind = connection.execute(
        select(_SEAL.c.kind).where(_SEAL.c.id == seal_id, _SEAL.c.business_key == business_key)
    ).scalar()
    if kind is None:
        raise Missing(_("没有这个值。"), _("重新载入案件。"))
    lens = lens_of(connection, who)
    if kind not in lens.unmask and not lens.is_open(kind):
        raise Forbidden(_("您的角色不能查看这一项。"), _("请有权限的同事核对。"))
    first = next(iter(queries.instances(connection, business_key=business_key, limit=1)))
    return seals.unseal(connection, sealer(), seal_id, instance_id=first.id, reason=reason, actor=who.id, now=now)


def _shown(lens: Lens, seal: str, business_key: str, field: str, kind: str, plain: str) -> Shown:
    opened, masked = lens.is_open(kind), mask(kind, plain)
    # Paper goes further than the screen: what staff see open is masked there, but for the name that says whose it is.
    text = Told(plain, plain if lens.everything or kind == PARTY else masked) if opened else masked
    return Shown(seal, business_key, field, kind, text, opened, not opened and kind in lens.unmask)
