"""Deployments: files become a draft version, another person approves it, new cases use it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from engine import start_timers
from engine.checks import Checked
from engine.errors import Conflict, DeploymentNotFound, Problem, ProblemsFound, SameActor, WrongState
from engine.library import library
from engine.models import definition, deployment, deployment_file
from engine.pack import Pack
from engine.rows import insert_once, new_id
from engine.spiff import Definition


@dataclass(frozen=True)
class Deployment:
    """One version of a pack."""

    id: str
    pack: str
    version: int
    checksum: str
    #: draft -> active -> retired
    state: str
    note: str
    author: str
    created_at: datetime
    approved_by: str
    approved_at: datetime | None
    warnings: tuple[Problem, ...] = ()


def deploy(
    connection: Connection,
    files: Mapping[str, bytes],
    checked: Checked,
    *,
    actor: str,
    now: datetime,
    note: str = "",
) -> Deployment:
    """Store checked files as the next draft of their pack; the same content answers the deployment that has it.

    Raises `ProblemsFound` with every problem of every file; nothing is stored then.
    """
    if checked.refused or checked.pack is None:
        raise ProblemsFound(checked.problems)
    checksum = checksum_of(files)
    known = _by_checksum(connection, checked.pack.id, checksum)
    if known is not None:
        return known
    id = _insert(connection, checked, checked.pack, checksum, actor=actor, now=now, note=note)
    _insert_files(connection, id, files)
    _insert_definitions(connection, id, checked.definitions)
    return find(connection, id)


def approve(connection: Connection, deployment_id: str, *, actor: str, now: datetime) -> Deployment:
    """Make a draft (or, going back, a retired version) the active one; its author cannot do it."""
    row = _locked(connection, deployment_id)
    if row.author == actor:
        raise SameActor(actor, "approve", deployment_id)
    if row.state == "active":
        raise WrongState("deployment", deployment_id, row.state, "a draft or retired")
    active = (deployment.c.pack == row.pack, deployment.c.state == "active")
    start_timers.disarm(connection, connection.scalars(select(deployment.c.id).where(*active)).all(), now)
    connection.execute(update(deployment).where(*active).values(state="retired"))
    values = {"state": "active", "approved_by": actor, "approved_at": now}
    connection.execute(update(deployment).where(deployment.c.id == deployment_id).values(**values))
    start_timers.arm(connection, library(connection, deployment_id), now)
    return find(connection, deployment_id)


def find(connection: Connection, deployment_id: str) -> Deployment:
    """The deployment with that id."""
    row = connection.execute(select(deployment).where(deployment.c.id == deployment_id)).one_or_none()
    if row is None:
        raise DeploymentNotFound(deployment_id)
    return from_row(row)


def from_row(row: Row[Any]) -> Deployment:
    """A row of the table as a value."""
    values = row._asdict()
    warnings = tuple(Problem(**entry) for entry in values.pop("warnings"))
    return Deployment(**values, warnings=warnings)


def checksum_of(files: Mapping[str, bytes]) -> str:
    """One SHA-256 over all paths and contents."""
    total = hashlib.sha256()
    for path, data in sorted(files.items()):
        total.update(f"{path}\0{hashlib.sha256(data).hexdigest()}\n".encode())
    return total.hexdigest()


def _by_checksum(connection: Connection, pack: str, checksum: str) -> Deployment | None:
    found = select(deployment).where(deployment.c.pack == pack, deployment.c.checksum == checksum)
    row = connection.execute(found).one_or_none()
    return None if row is None else from_row(row)


def _locked(connection: Connection, deployment_id: str) -> Row[Any]:
    pack = select(deployment.c.pack).where(deployment.c.id == deployment_id).scalar_subquery()
    # All versions of the pack are locked, in one order, so that two approvals come one after the other.
    found = select(deployment).where(deployment.c.pack == pack).order_by(deployment.c.version).with_for_update()
    rows = {row.id: row for row in connection.execute(found)}
    if deployment_id not in rows:
        raise DeploymentNotFound(deployment_id)
    return rows[deployment_id]


def _insert(
    connection: Connection, checked: Checked, pack: Pack, checksum: str, *, actor: str, now: datetime, note: str
) -> str:
    latest = connection.scalar(select(func.max(deployment.c.version)).where(deployment.c.pack == pack.id)) or 0
    id = new_id()
    row = {
        "id": id,
        "pack": pack.id,
        "version": latest + 1,
        "checksum": checksum,
        "state": "draft",
        "note": note,
        "author": actor,
        "created_at": now,
        "warnings": [asdict(problem) for problem in checked.problems],
    }
    if not insert_once(connection, deployment, row):
        raise Conflict(f"Pack {pack.id!r} was deployed by somebody else at the same moment. Deploy again.")
    return id


def _insert_files(connection: Connection, id: str, files: Mapping[str, bytes]) -> None:
    rows = [
        {
            "deployment_id": id,
            "path": path,
            "content": data,
            "size": len(data),
            "checksum": hashlib.sha256(data).hexdigest(),
        }
        for path, data in sorted(files.items())
    ]
    connection.execute(insert(deployment_file), rows)


def _insert_definitions(connection: Connection, id: str, definitions: Sequence[Definition]) -> None:
    version = connection.scalar(select(deployment.c.version).where(deployment.c.id == id))
    rows = [
        {
            "id": new_id(),
            "deployment_id": id,
            "process_id": found.id,
            "name": found.name or found.id,
            "version": version,
            "version_tag": found.version_tag or "",
            "file": found.file,
            "has_none_start": found.has_none_start,
            "start_messages": dict(found.start_messages),
        }
        for found in definitions
    ]
    connection.execute(insert(definition), rows)
