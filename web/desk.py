"""The desk of the connection pack: how its handlers open seals, tell customers, keep papers and read files here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from bpmn.connection import Desk, Earlier, Notice, Paper
from engine import documents, metadata, queries, seals
from engine.seals import Sealer
from web.auth.models import user
from web.notify import outbox

_SEAL: Final = metadata.tables["seal"]
_INSTANCE: Final = metadata.tables["instance"]
_DOCUMENT: Final = metadata.tables["document"]
#: Who has made the papers that no person uploaded.
MAKER: Final = "system"
#: How a case ends in which a paper was found false.
FALSE_END: Final = "E_TERMINATED"
#: Earlier cases of one customer that are looked through.
CASES: Final = 200


def make_desk(sealer: Sealer, folder: Path) -> Desk:
    """The real desk, with the keys and the document folder of the installation."""
    return Desk(
        opened=lambda connection, seal_id: seals.reveal(connection, sealer, [seal_id]).get(seal_id, ""),
        notify=lambda connection, notice: _notify(connection, sealer, notice),
        keep=lambda connection, paper: _keep(connection, sealer, folder, paper),
        file=queries.file,
        name=_name,
        twins=lambda connection, seal_id: _twins(connection, sealer, seal_id),
        earlier=lambda connection, seal_id, kinds: _earlier(connection, sealer, seal_id, kinds),
        copy=lambda connection, id, key, now: _copy(connection, sealer, folder, id, key, now),
        index=_index,
    )


def _name(connection: Connection, user_id: str) -> str:
    own = (user.c.id == user_id, user.c.kind == "staff")
    return connection.scalar(select(user.c.name).where(*own)) or ""


def _notify(connection: Connection, sealer: Sealer, notice: Notice) -> None:
    phone = seals.reveal(connection, sealer, [notice.phone_seal]).get(notice.phone_seal, "")
    if phone:
        told = outbox.Notice(notice.key, "sms", phone, notice.text, notice.subject, notice.business_key)
        outbox.post(connection, told, notice.now, sealer)


def _keep(connection: Connection, sealer: Sealer, folder: Path, paper: Paper) -> str:
    """The same paper of a case is kept once, so that a repeated job makes no second copy."""
    same = (_DOCUMENT.c.business_key == paper.business_key, _DOCUMENT.c.type == paper.kind)
    for row in connection.execute(select(_DOCUMENT.c.id).where(*same, _DOCUMENT.c.state != "removed")):
        if documents.read(connection, sealer, folder, row.id).data == paper.content:
            return str(row.id)
    return documents.store(
        connection,
        sealer,
        folder,
        name=paper.name,
        data=paper.content,
        type=paper.kind,
        business_key=paper.business_key,
        actor=MAKER,
        now=paper.now,
    )


def _index(connection: Connection, seal_id: str) -> str:
    return str(connection.scalar(select(_SEAL.c.blind_index).where(_SEAL.c.id == seal_id)) or "")


def _twins(connection: Connection, sealer: Sealer, seal_id: str) -> tuple[str, ...]:
    """Other running cases whose sealed identity is the same."""
    keys = _same_identity(connection, sealer, seal_id)
    running = select(_INSTANCE.c.business_key).where(_INSTANCE.c.business_key.in_(keys), _INSTANCE.c.state == "running")
    return tuple(dict.fromkeys(connection.scalars(running.order_by(_INSTANCE.c.business_key))))


def _earlier(connection: Connection, sealer: Sealer, seal_id: str, kinds: Sequence[str]) -> tuple[Earlier, ...]:
    """Papers of these kinds in other cases of the same identity, but in none that ended over a false paper."""
    found = earlier_papers(connection, _same_identity(connection, sealer, seal_id))
    return tuple(paper for paper in found if paper.kind in kinds)


def earlier_papers(connection: Connection, keys: Sequence[str]) -> tuple[Earlier, ...]:
    """The papers that people gave in these cases, but in none that ended over a false paper."""
    ended = select(_INSTANCE.c.business_key).where(
        _INSTANCE.c.business_key.in_(keys), _INSTANCE.c.end_event == FALSE_END
    )
    query = select(_DOCUMENT.c.type, _DOCUMENT.c.id, _DOCUMENT.c.business_key, _DOCUMENT.c.uploaded_at)
    wanted = (_DOCUMENT.c.business_key.in_(keys), _DOCUMENT.c.state == "stored")
    # What was itself taken over has the age of its first giving, which only its own case knows.
    own = (_DOCUMENT.c.uploaded_by != MAKER, _DOCUMENT.c.business_key.not_in(ended))
    return tuple(Earlier(*row) for row in connection.execute(query.where(*wanted, *own)))


def _same_identity(connection: Connection, sealer: Sealer, seal_id: str) -> list[str]:
    """The newest other cases with the same sealed value, as many as one customer may reasonably have."""
    row = connection.execute(select(_SEAL.c.kind, _SEAL.c.business_key).where(_SEAL.c.id == seal_id)).one_or_none()
    plain = seals.reveal(connection, sealer, [seal_id]).get(seal_id, "")
    if row is None or not plain:
        return []
    return [key for key in seals.find(connection, sealer, row.kind, plain) if key != row.business_key][-CASES:]


def _copy(connection: Connection, sealer: Sealer, folder: Path, id: str, business_key: str, now: datetime) -> str:
    found = documents.read(connection, sealer, folder, id)
    kind = str(connection.scalar(select(_DOCUMENT.c.type).where(_DOCUMENT.c.id == id)))
    return documents.store(
        connection,
        sealer,
        folder,
        name=found.name,
        data=found.data,
        type=kind,
        business_key=business_key,
        actor=MAKER,
        now=now,
    )
