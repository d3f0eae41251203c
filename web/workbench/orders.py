"""Orders that have to be answered, as the pages of a case and of their receivers show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import profiles, queries, supervision
from engine.supervision import Order
from web.api.supervision import shown
from web.asked import instances_of
from web.auth.person import Person
from web.packs import Pack, pack_of, role_title
from web.people import names


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One order in words."""

    id: str
    case: str
    step: str
    text: str
    by: str
    whom_title: str
    opened_at: datetime
    due_at: datetime | None
    late: bool
    state: str
    answer: str
    answered_by: str
    answered_at: datetime | None
    #: True if the reader is to answer it.
    mine: bool


def orders_of(connection: Connection, who: Person, business_key: str, now: datetime) -> list[OrderLine]:
    """The orders about a case."""
    return _lines(connection, who, supervision.orders_of_case(connection, business_key), now)


def orders_for(connection: Connection, who: Person, now: datetime) -> list[OrderLine]:
    """The open orders that somebody has to answer."""
    return _lines(connection, who, supervision.open_orders(connection, who.actor()), now)


def roles_to_order(connection: Connection, who: Person, business_key: str) -> list[tuple[str, str]]:
    """Roles of which an answer may be wanted: those that give work to others; none without the right."""
    if not who.may("supervise"):
        return []
    rows = instances_of(connection, business_key)
    row = next((row for row in rows if row.state == "running"), None)
    if row is None:
        return []
    pack = pack_of(connection, row.deployment_id)
    leads = [role for role in pack.roles.values() if "assign" in role.rights]
    return [(role.id, role_title([pack], role.id)) for role in leads]


def _lines(connection: Connection, who: Person, orders: Iterable[Order], now: datetime) -> list[OrderLine]:
    found = list(orders)
    people = names(connection, [name for order in found for name in (order.opened_by, order.answered_by)])
    actor = who.actor()
    deployments = {order.id: queries.instance(connection, order.instance_id).deployment_id for order in found}
    steps = {id: profiles.titles(connection, id) for id in set(deployments.values())}
    return [
        _line(
            order,
            pack_of(connection, deployments[order.id]),
            steps[deployments[order.id]].get(order.element, ""),
            people,
            order.whom in actor.identities and actor.covers(order.region),
            now,
        )
        for order in found
    ]


def _line(order: Order, pack: Pack, step: str, people: Mapping[str, str], mine: bool, now: datetime) -> OrderLine:
    told = shown(order)
    kind, _colon, name = order.whom.partition(":")
    return OrderLine(
        id=order.id,
        case=order.business_key,
        step=step or _("全程"),
        text=told["text"],
        by=people.get(order.opened_by, ""),
        whom_title=role_title([pack], name) if kind == "g" else people.get(name, name),
        opened_at=order.opened_at,
        due_at=order.due_at,
        late=order.state == "open" and order.due_at is not None and order.due_at < now,
        state=order.state,
        answer=told["answer"],
        answered_by=people.get(order.answered_by, ""),
        answered_at=order.answered_at,
        mine=mine and order.state == "open",
    )
