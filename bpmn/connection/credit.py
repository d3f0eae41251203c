"""The credit record (R17): who may not defer papers or commit instead of proving, why and until when.

An entry belongs to an identity, not to a person's name: it is found by the blind index of the sealed identity number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Date,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)

from bpmn.connection.letters import ZONE
from engine import Moment, metadata

entry = Table(
    "credit_entry",
    metadata,
    #: The instance of the process `credit` that lives as long as the entry.
    Column("id", String(64), primary_key=True),
    Column("case_number", String(32), nullable=False, index=True),
    #: Blind index of the sealed identity; empty when the application named none, and then nobody is found by it.
    Column("identity_index", String(64), nullable=False),
    Column("reason_code", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    #: Ids of documents.
    Column("evidence", JSON, nullable=False),
    Column("entered_at", Moment, nullable=False),
    Column("entered_by", String(64), nullable=False),
    #: The last day on which the entry counts, on which the customer can object, and the first for an early repair.
    Column("until", Date, nullable=False),
    Column("objection_until", Date, nullable=False),
    Column("repair_from", Date, nullable=False),
    #: active, lifted (entered wrongly), repaired (made good) or expired.
    Column("state", String(16), nullable=False, default="active"),
    Column("ended_at", Moment),
    Index("ix_credit_entry_identity", "identity_index", "state"),
    Index("ix_credit_entry_state", "state", "entered_at"),
)

event = Table(
    "credit_event",
    metadata,
    Column("entry_id", String(64), primary_key=True),
    #: From 1, in the order in which things happened.
    Column("no", Integer, primary_key=True, autoincrement=False),
    #: entered, objected, kept, lifted, repair_asked, refused, repaired or expired.
    Column("kind", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("note", Text, nullable=False, default=""),
)

#: What ends an entry; everything else is only written down.
ENDS = frozenset({"lifted", "repaired", "expired"})
#: How many entries a list shows.
MOST = 200


@dataclass(frozen=True)
class Entry:
    """One entry of the credit record."""

    id: str
    case_number: str
    reason_code: str
    reason: str
    evidence: tuple[str, ...]
    entered_at: datetime
    entered_by: str
    until: date
    objection_until: date
    repair_from: date
    state: str
    ended_at: datetime | None


@dataclass(frozen=True)
class Event:
    """One thing that happened to an entry."""

    kind: str
    at: datetime
    actor: str
    note: str


def enter(connection: Connection, values: dict[str, Any], now: datetime, actor: str) -> None:
    """Write an entry and its first event; `values` are the columns of the table without who and when."""
    connection.execute(insert(entry).values(**values, entered_at=now, entered_by=actor, state="active"))
    _log(connection, values["id"], "entered", now, actor, str(values["reason"]))


def change(connection: Connection, id: str, kind: str, now: datetime, actor: str, note: str = "") -> None:
    """Write down what happened to an entry; the kinds of `ENDS` end it, and an entry ends once."""
    if kind in ENDS:
        own = (entry.c.id == id, entry.c.state == "active")
        if not connection.execute(update(entry).where(*own).values(state=kind, ended_at=now)).rowcount:
            return
    _log(connection, id, kind, now, actor, note)


def standing(connection: Connection, identity_index: str, today: date) -> Entry | None:
    """The entry that counts for an identity on a day, the one that counts longest; None if there is none."""
    if not identity_index:
        return None
    own = (entry.c.identity_index == identity_index, entry.c.state == "active", entry.c.until >= today)
    row = connection.execute(select(entry).where(*own).order_by(entry.c.until.desc(), entry.c.id).limit(1)).first()
    return _entry(row) if row else None


def checked(connection: Connection, identity_index: str, now: datetime) -> dict[str, Any]:
    """What a new case knows of the credit of its applicant: `blacklisted`, `credit_result` and `credit_until`."""
    found = standing(connection, identity_index, now.astimezone(ZONE).date())
    if found is None:
        return {"blacklisted": False, "credit_result": "good", "credit_until": None}
    return {"blacklisted": True, "credit_result": "blacklisted", "credit_until": found.until}


def entries(connection: Connection, state: str = "", cases: Sequence[str] | None = None) -> tuple[Entry, ...]:
    """Entries of a state or of all, of some cases or of all, the newest first."""
    found = select(entry).order_by(entry.c.entered_at.desc(), entry.c.id).limit(MOST)
    if state:
        found = found.where(entry.c.state == state)
    if cases is not None:
        found = found.where(entry.c.case_number.in_(cases))
    return tuple(_entry(row) for row in connection.execute(found))


def entry_of(connection: Connection, id: str) -> Entry | None:
    row = connection.execute(select(entry).where(entry.c.id == id)).one_or_none()
    return _entry(row) if row else None


def events(connection: Connection, id: str) -> tuple[Event, ...]:
    """What happened to an entry, in order."""
    rows = connection.execute(select(event).where(event.c.entry_id == id).order_by(event.c.no))
    return tuple(Event(row.kind, row.at, row.actor, row.note) for row in rows)


def _log(connection: Connection, id: str, kind: str, now: datetime, actor: str, note: str) -> None:
    before = connection.scalar(select(func.count()).select_from(event).where(event.c.entry_id == id)) or 0
    row = {"entry_id": id, "no": before + 1, "kind": kind, "at": now, "actor": actor, "note": note}
    connection.execute(insert(event).values(**row))


def _entry(row: Row[Any]) -> Entry:
    values = {name: getattr(row, name) for name in Entry.__annotations__}
    return Entry(**{**values, "evidence": tuple(values["evidence"])})
