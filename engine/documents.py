"""Uploaded documents: encrypted files under a random name in a folder of the caller, facts in rows of `document`."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Row, func, insert, select, update

from engine.errors import NotFound
from engine.models import document
from engine.rows import new_id
from engine.sealer import SealBroken, Sealer
from engine.uploads import MAX_BYTES, Upload, UploadRefused, examine

__all__ = [
    "MAX_BYTES",
    "DocumentLost",
    "StoredDocument",
    "UploadRefused",
    "adopt",
    "name_of",
    "read",
    "rekey",
    "remove",
    "store",
    "sweep",
]

TABLE: Final = "document"
NAME: Final = re.compile(r"[0-9a-f]{32}")
#: Files without a row are kept this long: the transaction that will write the row may still be open.
ORPHAN_AGE: Final = timedelta(days=1)


class DocumentLost(NotFound):
    """The row is there, the file is not."""

    def __init__(self, document_id: str) -> None:
        super().__init__("file of document", document_id, "Restore the folder of documents from the same backup.")


@dataclass(frozen=True)
class StoredDocument:
    """A document ready to be served, as attachment only."""

    id: str
    name: str
    mime: str
    data: bytes


def store(
    connection: Connection,
    sealer: Sealer,
    folder: Path,
    *,
    name: str,
    data: bytes,
    type: str,
    business_key: str,
    actor: str,
    now: datetime,
) -> str:
    """Check, clean, encrypt and store an upload; its id. `UploadRefused` says why not.

    The file is complete on disk before the row is written; if the transaction is rolled back, `sweep` removes it.
    """
    upload = examine(name, data)
    id = new_id()
    _write(_path(folder, id), sealer.seal_bytes(upload.data, table=TABLE, row=id))
    facts = {"business_key": business_key, "type": type, "uploaded_by": actor, "uploaded_at": now}
    own = {"id": id, "key_id": sealer.active, "version": _next_version(connection, business_key, type)}
    own |= {"name": sealer.seal(upload.name, table=TABLE, column="name", row=id)}
    connection.execute(insert(document).values(**own, **facts, **_facts(upload)))
    return id


def read(connection: Connection, sealer: Sealer, folder: Path, document_id: str) -> StoredDocument:
    """A document with its content; `NotFound`, `DocumentLost`, or `SealBroken` when the file was changed."""
    row = _row(connection, document_id)
    data = _content(sealer, folder, row)
    return StoredDocument(row.id, name_of(sealer, row.id, row.name), row.mime, data)


def name_of(sealer: Sealer, document_id: str, sealed: str) -> str:
    """The name given by the uploader, which often names a person, from its column; empty for a removed document."""
    return sealer.open(sealed, table=TABLE, column="name", row=document_id) if sealed else ""


def adopt(connection: Connection, ids: Collection[str], business_key: str, *, actor: str) -> int:
    """Give documents that the actor uploaded before there was a case to that case; how many there were."""
    free = (document.c.id.in_(ids), document.c.business_key == "", document.c.uploaded_by == actor)
    return connection.execute(update(document).where(*free).values(business_key=business_key)).rowcount


def remove(connection: Connection, folder: Path, business_key: str) -> int:
    """Delete the documents of a case whose retention has ended; rows stay as record, without name and content."""
    rows = connection.execute(select(document.c.id).where(document.c.business_key == business_key)).all()
    for row in rows:
        _path(folder, row.id).unlink(missing_ok=True)
    gone = update(document).where(document.c.business_key == business_key)
    connection.execute(gone.values(state="removed", name="", size=0))
    return len(rows)


def rekey(connection: Connection, sealer: Sealer, folder: Path, limit: int = 20) -> int:
    """Encrypt some files with the active key anew; how many. 0 means that old keys are no longer needed here."""
    old = (document.c.key_id != sealer.active, document.c.state == "stored")
    rows = connection.execute(select(document).where(*old).limit(limit).with_for_update(skip_locked=True)).all()
    for row in rows:
        data = _content(sealer, folder, row)
        # The file names its own key, so it can be read whether or not the transaction with the row is kept.
        _write(_path(folder, row.id), sealer.seal_bytes(data, table=TABLE, row=row.id))
        name = sealer.seal(name_of(sealer, row.id, row.name), table=TABLE, column="name", row=row.id)
        connection.execute(update(document).where(document.c.id == row.id).values(key_id=sealer.active, name=name))
    return len(rows)


def sweep(connection: Connection, folder: Path, *, now: datetime) -> int:
    """Delete unfinished files and files without a row that are older than a day; how many."""
    edge = (now - ORPHAN_AGE).timestamp()
    aged = [path for path in folder.glob("[0-9a-f][0-9a-f]/*") if path.is_file() and path.stat().st_mtime < edge]
    known = _known(connection, [path.name for path in aged if NAME.fullmatch(path.name)])
    orphans = [path for path in aged if path.name not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def _known(connection: Connection, names: list[str]) -> set[str]:
    """Those of the names that have a row, asked in portions that every database takes."""
    found: set[str] = set()
    for start in range(0, len(names), 500):
        part = names[start : start + 500]
        found |= set(connection.scalars(select(document.c.id).where(document.c.id.in_(part))))
    return found


def _facts(upload: Upload) -> dict[str, Any]:
    digest = hashlib.sha256(upload.data).hexdigest()
    return {"mime": upload.mime, "size": len(upload.data), "sha256": digest, "state": "stored"}


def _row(connection: Connection, document_id: str) -> Row[Any]:
    row = connection.execute(select(document).where(document.c.id == document_id)).one_or_none()
    if row is None or row.state == "removed":
        raise NotFound("document", document_id, "Reload the case; it may have been removed.")
    return row


def _content(sealer: Sealer, folder: Path, row: Row[Any]) -> bytes:
    try:
        sealed = _path(folder, row.id).read_bytes()
    except FileNotFoundError as error:
        raise DocumentLost(row.id) from error
    data = sealer.open_bytes(sealed, table=TABLE, row=row.id)
    if hashlib.sha256(data).hexdigest() != row.sha256:
        raise SealBroken(row.id)
    return data


def _next_version(connection: Connection, business_key: str, type: str) -> int:
    """1 for the first document of a type in a case; documents without a case have no versions yet."""
    if not business_key:
        return 1
    same = (document.c.business_key == business_key, document.c.type == type)
    return (connection.scalar(select(func.max(document.c.version)).where(*same)) or 0) + 1


def _path(folder: Path, id: str) -> Path:
    """Where the file of an id lies: 256 folders keep each of them small."""
    if not NAME.fullmatch(id):
        raise NotFound("document", id)
    return folder / id[:2] / id


def _write(path: Path, data: bytes) -> None:
    """Write a file so that after a crash it is there completely or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
