"""Orders that have to be answered (督办): given by the escalation or by a person, seen on the case, answered once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from engine import history
from engine.calendars import current
from engine.columns import state_is
from engine.errors import NotAllowed, NotFound, WrongState
from engine.history import Scene
from engine.models import supervision
from engine.profiles import limit_in_force
from engine.rights import Actor
from engine.rows import new_id
from engine.turn import must_lock

#: Key of the time limit within which an order is answered.
LIMIT: Final = "supervision_answer"


@dataclass(frozen=True, slots=True)
class Order:
    """One order; `text` and `answer` are as sealed as whoever wrote them left them."""

    id: str
    instance_id: str
    business_key: str
    region: str
    deadline_id: str
    element: str
    #: Who answers: an identity such as g:HEAD or u:li.
    whom: str
    text: str
    opened_by: str
    opened_at: datetime
    due_at: datetime | None
    state: str
    answer: str
    answered_by: str
    answered_at: datetime | None

    @classmethod
    def of(cls, row: Row[Any]) -> Order:
        return cls(**row._asdict())


def give(
    connection: Connection,
    scene: Scene,
    *,
    whom: str,
    element: str,
    customer_class: str = "",
    deadline_id: str = "",
    text: str = "",
) -> str:
    """Write an order to be answered within the limit `supervision_answer`; its id."""
    limit = limit_in_force(connection, scene.deployment_id, LIMIT, customer_class, scene.region)
    days: Decimal | None = None if limit is None else limit.working_days
    due = None if days is None else current(connection, scene.region).add_working_days(scene.now, days)
    id = new_id()
    row = {"id": id, "instance_id": scene.instance_id, "business_key": scene.business_key, "region": scene.region}
    row |= {"deadline_id": deadline_id, "element": element, "whom": whom, "text": text}
    times: dict[str, Any] = {"opened_by": scene.by, "opened_at": scene.now, "due_at": due}
    connection.execute(insert(supervision).values(**row, **times))
    told = {"order": id, "whom": whom, "deadline": deadline_id}
    history.write(connection, [scene.entry("supervised", element, **told)])
    return id


def order(
    connection: Connection, instance_id: str, *, whom: str, element: str, text: str, actor: str, now: datetime
) -> str:
    """Write an order by hand about a running instance; its id."""
    row = must_lock(connection, instance_id)
    scene = Scene(row.id, row.deployment_id, row.business_key, row.region, row.rev, now, actor)
    return give(connection, scene, whom=whom, element=element, text=text)


def answer(connection: Connection, id: str, text: str, *, actor: Actor, now: datetime) -> Order:
    """Answer an order once, by somebody it is meant for."""
    row = connection.execute(select(supervision).where(supervision.c.id == id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound("order", id)
    if row.state != "open":
        raise WrongState("order", id, row.state, "open")
    if not (actor.admin or (row.whom in actor.identities and actor.covers(row.region))):
        raise NotAllowed(actor.id, "answer", id)
    values = {"state": "answered", "answer": text, "answered_by": actor.id, "answered_at": now}
    connection.execute(update(supervision).where(supervision.c.id == id).values(**values))
    locked = must_lock(connection, row.instance_id)
    scene = Scene(locked.id, locked.deployment_id, locked.business_key, locked.region, locked.rev, now, actor.id)
    history.write(connection, [scene.entry("supervision_answered", row.element, order=id)])
    return find(connection, id)


def orders(connection: Connection, *where: ColumnElement[bool]) -> tuple[Order, ...]:
    """Orders, the open ones that are due first at the head."""
    rows = select(supervision).where(*where)
    ordered = rows.order_by(supervision.c.state.desc(), supervision.c.due_at, supervision.c.opened_at, supervision.c.id)
    return tuple(Order.of(row) for row in connection.execute(ordered))


def find(connection: Connection, id: str) -> Order:
    """One order; `NotFound` if there is none with that id."""
    found = orders(connection, supervision.c.id == id)
    if not found:
        raise NotFound("order", id)
    return found[0]


def orders_of_case(connection: Connection, business_key: str) -> tuple[Order, ...]:
    """Every order about a case."""
    return orders(connection, supervision.c.business_key == business_key)


def open_orders(connection: Connection, actor: Actor) -> tuple[Order, ...]:
    """The orders that this person has to answer."""
    mine = orders(connection, state_is(supervision, "open"), supervision.c.whom.in_(actor.identities))
    return tuple(found for found in mine if actor.covers(found.region))
