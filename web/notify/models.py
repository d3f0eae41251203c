"""The outbox of notices: written with the command that causes them, sent afterwards by the clock."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Integer, String, Table, Text

from engine import Moment, metadata

notice: Final = Table(
    "notice",
    metadata,
    Column("id", String(32), primary_key=True),
    #: Same key, same notice: a repeated job sends once.
    Column("key", String(512), nullable=False, unique=True),
    #: "sms", "mail", "inbox" (screen) or "staff" (screen and the configured apprise channels).
    Column("channel", String(16), nullable=False),
    #: Receiver: a user id for staff, a sealed phone or mailbox for everybody else.
    Column("receiver", Text, nullable=False),
    Column("subject", String(200), nullable=False, default=""),
    #: Sealed text.
    Column("text", Text, nullable=False),
    #: The same in English, for readers who have chosen it; empty where the receiver gets it outside the house.
    Column("subject_en", String(200), nullable=False, default=""),
    #: Sealed text, or empty.
    Column("text_en", Text, nullable=False, default=""),
    Column("business_key", String(64), nullable=True, index=True),
    #: "waiting", "sent", "failed"
    Column("state", String(16), nullable=False, default="waiting"),
    Column("tries", Integer, nullable=False, default=0),
    Column("next_at", Moment, nullable=False),
    Column("lease_until", Moment, nullable=True),
    Column("created_at", Moment, nullable=False),
    Column("sent_at", Moment, nullable=True),
    Column("read_at", Moment, nullable=True),
    Column("error", String(200), nullable=False, default=""),
    Index("ix_notice_due", "state", "next_at"),
    Index("ix_notice_receiver", "channel", "receiver"),
)
