"""The desk of the connection pack: how its handlers open seals, tell customers, keep papers and read files here."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from bpmn.connection import Desk, Notice, Paper
from engine import documents, metadata, queries, seals
from engine.seals import Sealer
from web.notify import outbox

_SEAL: Final = metadata.tables["seal"]
_INSTANCE: Final = metadata.tables["instance"]
_DOCUMENT: Final = metadata.tables["document"]
#: Who has made the papers that no person uploaded.
MAKER: Final = "system"


def make_desk(sealer: Sealer, folder: Path) -> Desk:
    """The real desk, with the keys and the document folder of the installation."""
    return Desk(
        opened=lambda connection, seal_id: seals.reveal(connection, sealer, [seal_id]).get(seal_id, ""),
        notify=lambda connection, notice: _notify(connection, sealer, notice),
        keep=lambda connection, paper: _keep(connection, sealer, folder, paper),
        file=queries.file,
        twins=lambda connection, seal_id: _twins(connection, sealer, seal_id),
    )


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


def _twins(connection: Connection, sealer: Sealer, seal_id: str) -> tuple[str, ...]:
    """Other running cases whose sealed identity is the same."""
    row = connection.execute(select(_SEAL.c.kind, _SEAL.c.business_key).where(_SEAL.c.id == seal_id)).one_or_none()
    plain = seals.reveal(connection, sealer, [seal_id]).get(seal_id, "")
    if row is None or not plain:
        return ()
    keys = [key for key in seals.find(connection, sealer, row.kind, plain) if key != row.business_key]
    running = select(_INSTANCE.c.business_key).where(_INSTANCE.c.business_key.in_(keys), _INSTANCE.c.state == "running")
    return tuple(dict.fromkeys(connection.scalars(running.order_by(_INSTANCE.c.business_key))))
