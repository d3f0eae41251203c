"""Notices wait in a table of the same transaction that causes them and are sent afterwards, once per key."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import Connection, Row, insert, or_, select, update

from engine.seals import Sealer
from web.notify.models import notice

log = structlog.get_logger("yekuo.notify")

TRIES: Final = 8
_LEASE: Final = timedelta(minutes=2)
_FIRST_WAIT: Final = timedelta(seconds=2)
_LONGEST_WAIT: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Notice:
    """One text to one receiver."""

    key: str
    channel: str
    #: Phone or mailbox; for the channels of `ON_SCREEN` a user id.
    receiver: str
    text: str
    subject: str = ""
    business_key: str | None = None
    #: The same in English, for the screen of a reader who has chosen it.
    subject_en: str = ""
    text_en: str = ""


#: Channels that are read on the screen: "staff" also tells the configured groups, "inbox" nobody else.
ON_SCREEN: Final = ("staff", "inbox")

Deliver = Callable[[Notice], None]


def post(connection: Connection, new: Notice, now: datetime, sealer: Sealer) -> bool:
    """Put a notice into the outbox; False if one with this key is there already."""
    if connection.execute(select(notice.c.id).where(notice.c.key == new.key)).first():
        return False
    row = uuid.uuid4().hex
    staff = new.channel in ON_SCREEN
    values = {
        "id": row,
        "key": new.key,
        "channel": new.channel,
        "receiver": new.receiver if staff else sealer.seal(new.receiver, table="notice", column="receiver", row=row),
        "subject": new.subject,
        "text": sealer.seal(new.text, table="notice", column="text", row=row),
        "subject_en": new.subject_en,
        "text_en": sealer.seal(new.text_en, table="notice", column="text_en", row=row) if new.text_en else "",
        "business_key": new.business_key,
        "next_at": now,
        "created_at": now,
    }
    connection.execute(insert(notice).values(values))
    return True


def claim(connection: Connection, now: datetime, sealer: Sealer, limit: int = 20) -> list[tuple[str, Notice]]:
    """Lease due notices; somebody else may have them again when the lease is over."""
    query = (
        select(notice)
        .where(notice.c.state == "waiting", notice.c.next_at <= now)
        .where(or_(notice.c.lease_until.is_(None), notice.c.lease_until < now))
        .order_by(notice.c.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = connection.execute(query).all()
    ids = [row.id for row in rows]
    connection.execute(update(notice).where(notice.c.id.in_(ids)).values(lease_until=now + _LEASE))
    return [(row.id, _opened(row, sealer)) for row in rows]


def settle(connection: Connection, notice_id: str, now: datetime, error: str = "") -> None:
    """Note that a notice was sent, or when to try again; the eighth failure is the last."""
    if not error:
        done = {"state": "sent", "sent_at": now, "lease_until": None, "error": ""}
        connection.execute(update(notice).where(notice.c.id == notice_id).values(done))
        return
    tries = connection.execute(select(notice.c.tries).where(notice.c.id == notice_id)).scalar_one() + 1
    state = "failed" if tries >= TRIES else "waiting"
    wait = min(_FIRST_WAIT * 2**tries, _LONGEST_WAIT)
    values = {"tries": tries, "state": state, "next_at": now + wait, "lease_until": None, "error": error[:200]}
    connection.execute(update(notice).where(notice.c.id == notice_id).values(values))
    log.warning("notice not sent", notice=notice_id, tries=tries, state=state)


def open_notice(row: Row[tuple[object, ...]], sealer: Sealer) -> str:
    """The text of a notice, for its receiver's screen."""
    return sealer.open(row.text, table="notice", column="text", row=row.id)


def on_screen(row: Row[tuple[object, ...]], sealer: Sealer, *, english: bool) -> tuple[str, str]:
    """Subject and text of a notice for its reader; Chinese where it was never said in English."""
    if english and row.text_en:
        return row.subject_en, sealer.open(row.text_en, table="notice", column="text_en", row=row.id)
    return row.subject, open_notice(row, sealer)


def _opened(row: Row[tuple[object, ...]], sealer: Sealer) -> Notice:
    receiver = row.receiver
    if row.channel not in ON_SCREEN:
        receiver = sealer.open(receiver, table="notice", column="receiver", row=row.id)
    return Notice(row.key, row.channel, receiver, open_notice(row, sealer), row.subject, row.business_key)
