"""Workspaces: a pack being drawn. It holds what differs from the deployment it is based on, until it is submitted.

Every change names the revision it was made from, so that nobody overwrites anybody; a lock tells others who is drawing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, delete, insert, select, update

from engine.checks.files import check_file
from engine.errors import FileHeld, NotFound, ProblemsFound, StaleFile, WrongState
from engine.library import stored_files
from engine.models import deployment, deployment_file, workspace, workspace_file, workspace_lock
from engine.rows import new_id
from engine.trial import Trial, tried
from engine.uses import Use, used, uses
from engine.vocabulary import Vocabulary, Word, vocabulary

__all__ = [
    "LEASE",
    "Entry",
    "Lock",
    "Text",
    "Trial",
    "Use",
    "Vocabulary",
    "Word",
    "Workspace",
    "discard",
    "entries",
    "files",
    "find",
    "give_back",
    "listing",
    "newer",
    "open_on",
    "origin",
    "read",
    "remove",
    "reopen",
    "reopen_of",
    "restore",
    "submitted",
    "take",
    "tried",
    "used",
    "uses",
    "vocabulary",
    "write",
]

#: How long a lock lives without being renewed; an open editor renews it three times in that span.
LEASE: Final = timedelta(seconds=90)
State = Literal["same", "changed", "added", "removed"]


@dataclass(frozen=True)
class Workspace:
    """A pack being drawn."""

    id: str
    pack: str
    #: The deployment it began from; None for a pack that is new.
    base_id: str | None
    title: str
    #: open | submitted | discarded
    state: str
    created_by: str
    created_at: datetime
    changed_at: datetime
    #: The version that it became.
    deployment_id: str | None


@dataclass(frozen=True)
class Lock:
    """Who has a file open."""

    holder: str
    until: datetime


@dataclass(frozen=True)
class Entry:
    """One file of a workspace against its base; `size` in bytes."""

    path: str
    state: State
    size: int
    rev: int
    changed_by: str
    changed_at: datetime | None
    lock: Lock | None


@dataclass(frozen=True)
class Text:
    """The content of a file and the revision that a change of it must name."""

    path: str
    content: bytes
    rev: int


def open_on(
    connection: Connection, *, title: str, actor: str, now: datetime, base_id: str | None = None, pack: str = ""
) -> str:
    """Begin a workspace on a deployment (or, without one, for a new pack) and return its id."""
    if base_id is not None:
        found = connection.scalar(select(deployment.c.pack).where(deployment.c.id == base_id))
        if found is None:
            raise NotFound("deployment", base_id)
        pack = found
    row = {"id": new_id(), "pack": pack, "base_id": base_id, "title": title, "state": "open"}
    connection.execute(insert(workspace).values(**row, created_by=actor, created_at=now, changed_at=now))
    return str(row["id"])


def find(connection: Connection, id: str) -> Workspace:
    """The workspace with that id."""
    row = connection.execute(select(workspace).where(workspace.c.id == id)).one_or_none()
    if row is None:
        raise NotFound("workspace", id)
    return Workspace(**row._asdict())


def listing(connection: Connection, *, state: str = "open", limit: int = 200) -> tuple[Workspace, ...]:
    """Workspaces in a state, the one changed last first."""
    rows = select(workspace).where(workspace.c.state == state).order_by(workspace.c.changed_at.desc(), workspace.c.id)
    return tuple(Workspace(**row._asdict()) for row in connection.execute(rows.limit(limit)))


def newer(connection: Connection, id: str) -> str | None:
    """The newest version in use that was made after the one the workspace began from; it holds nothing of it."""
    found = find(connection, id)
    base = select(deployment.c.version).where(deployment.c.id == found.base_id).scalar_subquery()
    later = (deployment.c.pack == found.pack, deployment.c.version > base, deployment.c.state.in_(("active", "trial")))
    rows = select(deployment.c.id).where(*later).order_by(deployment.c.version.desc())
    return connection.scalar(rows.limit(1))


def origin(connection: Connection, deployment_id: str) -> str | None:
    """The version that another one was drawn on; None for one that was uploaded or begins a pack."""
    rows = select(workspace.c.base_id).where(workspace.c.deployment_id == deployment_id)
    return connection.scalar(rows.order_by(workspace.c.changed_at.desc()).limit(1))


def entries(connection: Connection, id: str, now: datetime) -> tuple[Entry, ...]:
    """Every file of the base and of the workspace, by path, with who has it open at this moment."""
    base, own, locks = _base(connection, find(connection, id)), _own(connection, id), _locks(connection, id, now)
    found = (_entry(path, base.get(path), own.get(path), locks.get(path)) for path in sorted({*base, *own}))
    return tuple(entry for entry in found if entry is not None)


def files(connection: Connection, id: str) -> dict[str, bytes]:
    """The pack as it would be deployed: the base with everything that was changed, added and taken out."""
    base = find(connection, id).base_id
    found = stored_files(connection, base) if base else {}
    columns = select(workspace_file.c.path, workspace_file.c.content).where(workspace_file.c.workspace_id == id)
    for path, content in connection.execute(columns):
        if content is None:
            found.pop(path, None)
        else:
            found[path] = bytes(content)
    return found


def read(connection: Connection, id: str, path: str) -> Text:
    """One file as it is now."""
    row = connection.execute(_own_file(id, path)).one_or_none()
    content = row.content if row is not None else _base_content(connection, find(connection, id), path)
    if content is None:
        raise NotFound("file", path, "It may have been taken out of the workspace; reload the list of files.")
    return Text(path, bytes(content), row.rev if row is not None else 0)


def write(connection: Connection, id: str, path: str, content: bytes, *, rev: int, actor: str, now: datetime) -> int:
    """Keep a file and return its new revision.

    Raises `ProblemsFound` for a path, kind or size that no pack may have, `StaleFile` if it was changed since `rev`,
    `FileHeld` if another person is drawing it. A content equal to the present one changes nothing.
    """
    problems = list(check_file(path, content))
    if problems:
        raise ProblemsFound(problems)
    _opened(connection, id)
    present = connection.execute(_own_file(id, path)).one_or_none()
    if present is not None and present.content is not None and bytes(present.content) == content:
        return int(present.rev)
    return _put(connection, id, path, content, _ready(connection, id, path, rev, actor, now), actor, now)


def remove(connection: Connection, id: str, path: str, *, rev: int, actor: str, now: datetime) -> int:
    """Take a file out; `restore` brings that of the base back."""
    read(connection, id, path)
    return _put(connection, id, path, None, _ready(connection, id, path, rev, actor, now), actor, now)


def restore(connection: Connection, id: str, path: str, *, rev: int, actor: str, now: datetime) -> None:
    """Make a file as it is in the base again; a file that the base does not have is gone then."""
    present = _ready(connection, id, path, rev, actor, now)
    if present is not None:
        content = _base_content(connection, find(connection, id), path)
        _put(connection, id, path, content, present, actor, now)


def take(connection: Connection, id: str, path: str, *, actor: str, now: datetime) -> Lock:
    """Open a file for drawing, or renew that; `FileHeld` names who has it."""
    _opened(connection, id)
    held = _locks(connection, id, now).get(path)
    if held is not None and held.holder != actor:
        raise FileHeld(path, held.holder, held.until)
    own = (workspace_lock.c.workspace_id == id, workspace_lock.c.path == path)
    connection.execute(delete(workspace_lock).where(*own))
    lock = Lock(actor, now + LEASE)
    row = {"workspace_id": id, "path": path, "holder": lock.holder, "until": lock.until}
    connection.execute(insert(workspace_lock).values(**row))
    return lock


def give_back(connection: Connection, id: str, path: str, *, actor: str) -> None:
    """Close a file; the lock of another person stays."""
    own = (workspace_lock.c.workspace_id == id, workspace_lock.c.path == path, workspace_lock.c.holder == actor)
    connection.execute(delete(workspace_lock).where(*own))


def submitted(connection: Connection, id: str, deployment_id: str, *, actor: str, now: datetime) -> None:
    """Close the workspace over the version that it became; nothing can be changed until it is sent back.

    Raises `FileHeld` while another person is drawing in it.
    """
    _opened(connection, id)
    _undrawn(connection, id, actor, now)
    _move(connection, id, state="submitted", deployment_id=deployment_id, changed_at=now)


def reopen(connection: Connection, id: str, *, now: datetime) -> None:
    """Let a submitted workspace be changed again."""
    if _locked(connection, id).state != "submitted":
        raise WrongState("workspace", id, find(connection, id).state, "submitted")
    _move(connection, id, state="open", changed_at=now)


def reopen_of(connection: Connection, deployment_id: str, *, now: datetime) -> None:
    """Let the workspaces be changed again that became a version; there are none for an uploaded one."""
    own = (workspace.c.deployment_id == deployment_id, workspace.c.state == "submitted")
    for id in connection.scalars(select(workspace.c.id).where(*own)).all():
        reopen(connection, id, now=now)


def discard(connection: Connection, id: str, *, actor: str, now: datetime) -> None:
    """Give a workspace up; its files are kept and `listing(state="discarded")` shows it.

    Raises `FileHeld` while another person is drawing in it.
    """
    _opened(connection, id)
    _undrawn(connection, id, actor, now)
    _move(connection, id, state="discarded", changed_at=now)


def _undrawn(connection: Connection, id: str, actor: str, now: datetime) -> None:
    """Refuse to close a workspace over what somebody else is drawing at this moment."""
    for path, lock in sorted(_locks(connection, id, now).items()):
        if lock.holder != actor:
            raise FileHeld(path, lock.holder, lock.until)


def _ready(connection: Connection, id: str, path: str, rev: int, actor: str, now: datetime) -> Row[Any] | None:
    """The row that a change may replace, after asking whether this actor may change it from this revision."""
    _opened(connection, id)
    held = _locks(connection, id, now).get(path)
    if held is not None and held.holder != actor:
        raise FileHeld(path, held.holder, held.until)
    row = connection.execute(_own_file(id, path)).one_or_none()
    present = row.rev if row is not None else 0
    if present != rev and not (rev == 0 and _gone(connection, id, row)):
        raise StaleFile(path, present, row.changed_by if row is not None else "", row.changed_at if row else None)
    return row


def _gone(connection: Connection, id: str, row: Row[Any] | None) -> bool:
    """Whether a file was added and taken out again: a new one of that name overwrites nothing."""
    return row is not None and row.content is None and not _base_content(connection, find(connection, id), row.path)


def _put(
    connection: Connection, id: str, path: str, content: bytes | None, row: Row[Any] | None, actor: str, now: datetime
) -> int:
    rev = 1 if row is None else row.rev + 1
    about = {"content": content, "size": len(content or b""), "checksum": _checksum(content)}
    values = {**about, "rev": rev, "changed_by": actor, "changed_at": now}
    if row is None:
        connection.execute(insert(workspace_file).values(workspace_id=id, path=path, **values))
    else:
        own = (workspace_file.c.workspace_id == id, workspace_file.c.path == path)
        connection.execute(update(workspace_file).where(*own).values(**values))
    _touch(connection, id, now)
    return rev


def _locked(connection: Connection, id: str) -> Row[Any]:
    """The row of the workspace, held until the end of the transaction: changes come one after the other."""
    row = connection.execute(select(workspace).where(workspace.c.id == id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound("workspace", id)
    return row


def _opened(connection: Connection, id: str) -> None:
    row = _locked(connection, id)
    if row.state != "open":
        raise WrongState("workspace", id, row.state, "open")


def _move(connection: Connection, id: str, **values: Any) -> None:
    connection.execute(update(workspace).where(workspace.c.id == id).values(**values))
    connection.execute(delete(workspace_lock).where(workspace_lock.c.workspace_id == id))


def _touch(connection: Connection, id: str, now: datetime) -> None:
    connection.execute(update(workspace).where(workspace.c.id == id).values(changed_at=now))


def _own_file(id: str, path: str) -> Any:
    return select(workspace_file).where(workspace_file.c.workspace_id == id, workspace_file.c.path == path)


def _own(connection: Connection, id: str) -> dict[str, Row[Any]]:
    table = workspace_file.c
    columns = [table.path, table.size, table.checksum, table.rev, table.changed_by, table.changed_at]
    return {row.path: row for row in connection.execute(select(*columns).where(table.workspace_id == id))}


def _locks(connection: Connection, id: str, now: datetime) -> dict[str, Lock]:
    found = select(workspace_lock).where(workspace_lock.c.workspace_id == id, workspace_lock.c.until > now)
    return {row.path: Lock(row.holder, row.until) for row in connection.execute(found)}


def _base(connection: Connection, found: Workspace) -> dict[str, Row[Any]]:
    own = deployment_file.c.deployment_id == found.base_id
    columns = [deployment_file.c.path, deployment_file.c.size, deployment_file.c.checksum]
    return {row.path: row for row in connection.execute(select(*columns).where(own))}


def _base_content(connection: Connection, found: Workspace, path: str) -> bytes | None:
    own = (deployment_file.c.deployment_id == found.base_id, deployment_file.c.path == path)
    content = connection.scalar(select(deployment_file.c.content).where(*own))
    return None if content is None else bytes(content)


def _entry(path: str, base: Row[Any] | None, own: Row[Any] | None, lock: Lock | None) -> Entry | None:
    """The file, or None when it was added and taken out again."""
    if own is None:
        return Entry(path, "same", base.size if base else 0, 0, "", None, lock)
    if base is None and not own.checksum:
        return None
    state: State = "removed" if not own.checksum else "added" if base is None else "changed"
    if base is not None and base.checksum == own.checksum:
        state = "same"
    return Entry(path, state, own.size, own.rev, own.changed_by, own.changed_at, lock)


def _checksum(content: bytes | None) -> str:
    """Empty for a file that is taken out."""
    return "" if content is None else hashlib.sha256(content).hexdigest()
