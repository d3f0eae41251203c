"""Messages that have come and wait until a process wants them; each is taken once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, or_, select, update

from engine.columns import state_is
from engine.models import instance, message, wait
from engine.rows import insert_once, new_id
from engine.spiff.effects import WaitOpened
from engine.values import digest, from_column, to_column

if TYPE_CHECKING:
    from engine.turn import Turn


def store(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep a message; False if its message id has come before."""
    return insert_once(connection, message, {"id": new_id(), "state": "stored", **row})


def message_row(
    name: str,
    business_key: str,
    variables: Mapping[str, Any],
    message_id: str,
    now: datetime,
    sender: str,
    ttl: timedelta | None = None,
) -> dict[str, Any]:
    """The columns of a message that has just come and is kept for its time to live."""
    return {
        "expires_at": None if ttl is None else _end_of(ttl, now),
        "message_id": message_id,
        "name": name,
        "business_key": business_key,
        "digest": digest(name, business_key, variables),
        "variables": to_column(variables),
        "received_at": now,
        "sender": sender,
    }


def _end_of(ttl: timedelta, now: datetime) -> datetime:
    if ttl < timedelta():
        raise ValueError(f"The time to live {ttl} is over before the message comes. Pass a duration of nought or more.")
    try:
        return now + ttl
    except OverflowError:
        raise ValueError(
            f"The time to live {ttl} ends after the year 9999. Leave it out to keep it for ever."
        ) from None


def find_message(connection: Connection, message_id: str) -> Row[Any]:
    """The message of that id, locked."""
    return connection.execute(select(message).where(message.c.message_id == message_id).with_for_update()).one()


def mark_taken(connection: Connection, id: str, instance_id: str, now: datetime) -> None:
    """Note which instance has taken a message."""
    values = {"state": "taken", "taken_at": now, "instance_id": instance_id}
    connection.execute(update(message).where(message.c.id == id).values(**values))


def find_wait(connection: Connection, name: str, key: str) -> Row[Any] | None:
    """The oldest open wait of a running instance for a message with that correlation key."""
    found = (
        select(wait)
        .join(instance, instance.c.id == wait.c.instance_id)
        .where(wait.c.message == name, wait.c.key == key, wait.c.kind == "message", instance.c.state == "running")
        .order_by(wait.c.opened_at, wait.c.id)
        .limit(1)
    )
    return connection.execute(found).one_or_none()


def wait_is_open(connection: Connection, wait_id: str) -> bool:
    """True if the wait still stands; ask only while its instance is locked."""
    return connection.scalar(select(wait.c.id).where(wait.c.id == wait_id)) is not None


def take_stored(turn: Turn, opened: Sequence[WaitOpened]) -> None:
    """Give waits that a turn has just opened the messages that came before them, the oldest first."""
    connection, scene = turn.command.connection, turn.scene
    keys = [scene.business_key if effect.key is None else effect.key for effect in opened]
    stored = _stored_for(connection, set(keys), {effect.message for effect in opened}, scene.now)
    for row in stored:
        # An earlier message may have closed a wait, as behind an event-based gateway; one that does not interrupt
        # stays open for the next.
        still = (
            (effect, key) for effect, key in zip(opened, keys, strict=True) if effect.token in turn.projection.waits
        )
        taker = next((effect for effect, key in still if _fits(row, effect, key, scene.now)), None)
        if taker is None:
            continue
        turn.before_writing()
        mark_taken(connection, row.id, scene.instance_id, scene.now)
        turn.receive(taker.token, taker.element, row.name, row.message_id, from_column(row.variables))


def _fits(row: Row[Any], effect: WaitOpened, key: str, now: datetime) -> bool:
    fresh = effect.ttl is None or row.received_at >= now - effect.ttl
    return row.name == effect.message and row.business_key == key and fresh


def _stored_for(connection: Connection, keys: set[str], names: set[str], now: datetime) -> list[Row[Any]]:
    found = (
        select(message)
        .where(state_is(message, "stored"), message.c.business_key.in_(keys), message.c.name.in_(names))
        .where(or_(message.c.expires_at.is_(None), message.c.expires_at > now))
        .order_by(message.c.received_at, message.c.id)
        .with_for_update(skip_locked=True)
    )
    return list(connection.execute(found))


def expire(connection: Connection, now: datetime, limit: int) -> list[Row[Any]]:
    """Set aside stored messages whose time to live is over, and return them."""
    over = select(message).where(state_is(message, "stored"), message.c.expires_at <= now)
    rows = connection.execute(over.order_by(message.c.expires_at).limit(limit).with_for_update(skip_locked=True)).all()
    for row in rows:
        connection.execute(update(message).where(message.c.id == row.id).values(state="expired"))
    return list(rows)
