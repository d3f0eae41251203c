"""Deployments: files become a draft version, another person approves it, new cases use it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, func, insert, select, update

from engine import activation, reviews, start_timers
from engine.activation import Scope
from engine.checks import Checked
from engine.errors import Conflict, DeploymentNotFound, ProblemsFound, SameActor, StartPassed, WrongState
from engine.findings import Problem
from engine.library import library
from engine.models import definition, deployment, deployment_file
from engine.pack import Pack
from engine.rows import insert_once, new_id
from engine.spiff import Definition

#: Every new case, at once.
EVERYBODY: Final = Scope()


@dataclass(frozen=True)
class Deployment:
    """One version of a pack."""

    id: str
    pack: str
    version: int
    checksum: str
    #: draft -> trial -> active -> retired, or returned
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
        return _again(connection, known)
    id = _insert(connection, checked, checked.pack, checksum, actor=actor, now=now, note=note)
    _insert_files(connection, id, files)
    _insert_definitions(connection, id, checked.definitions)
    return find(connection, id)


def approve(
    connection: Connection, deployment_id: str, *, actor: str, now: datetime, scope: Scope = EVERYBODY, note: str = ""
) -> Deployment:
    """Let new cases use a version: all of them at once (it is the base then), or those of a scope; never by its author.

    What was in force of the same version stays until the new scope begins.

    Raises `SameActor`, `WrongState` for the base itself and for what was sent back, `StartPassed` for a moment that is
    over, `BadScope` for a region that the pack does not have.
    """
    row = _locked(connection, deployment_id)
    if row.author == actor:
        raise SameActor(actor, "approve", deployment_id)
    _may_be_used(row, scope, now)
    _known(connection, deployment_id, scope)
    activation.cancel(connection, deployment_id, actor=actor, now=now)
    activation.stop(connection, deployment_id, actor=actor, now=now, at=scope.starts_at)
    activation.record(connection, deployment_id, row.pack, scope, actor=actor, now=now, note=note)
    values = {"state": "trial", "approved_by": actor, "approved_at": now}
    connection.execute(update(deployment).where(deployment.c.id == deployment_id).values(**values))
    if scope.everybody and scope.begun(now):
        _make_base(connection, row.pack, deployment_id, now)
    return find(connection, deployment_id)


def roll_back(connection: Connection, deployment_id: str, *, actor: str, now: datetime, note: str = "") -> Deployment:
    """Take a version away from new cases: a trial ends; before the base stands the one before it. Who wrote it may too.

    Returns the version that new cases use then. Running cases stay where they are.
    """
    row = _locked(connection, deployment_id)
    if row.state not in ("trial", "active"):
        raise WrongState("deployment", deployment_id, row.state, "on trial or active")
    of_base = row.state == "active"
    earlier = activation.before(connection, row.pack, row.id, now) if of_base else _base(connection, row)
    if of_base and earlier is None:
        raise WrongState("deployment", deployment_id, "without one before it", "after one that was not taken back")
    activation.cancel(connection, deployment_id, actor=actor, now=now)
    activation.stop(connection, deployment_id, actor=actor, now=now)
    connection.execute(update(deployment).where(deployment.c.id == deployment_id).values(state="retired"))
    if of_base and earlier is not None:
        activation.record(connection, earlier, row.pack, EVERYBODY, actor=actor, now=now, note=note)
        start_timers.disarm(connection, [deployment_id], now)
        _make_base(connection, row.pack, earlier, now)
    return find(connection, earlier or deployment_id)


def send_back(connection: Connection, deployment_id: str, *, actor: str, now: datetime, text: str) -> Deployment:
    """Refuse a draft with what is to be done; the same content can be submitted again later."""
    row = _locked(connection, deployment_id)
    if row.state != "draft":
        raise WrongState("deployment", deployment_id, row.state, "a draft")
    reviews.comment(connection, deployment_id, text, actor=actor, now=now)
    connection.execute(update(deployment).where(deployment.c.id == deployment_id).values(state="returned"))
    return find(connection, deployment_id)


def settle(connection: Connection, now: datetime) -> int:
    """Make versions the base whose day has come; how many there were."""
    count = 0
    for switch in activation.due(connection, now):
        row = _locked(connection, switch.deployment_id)
        if row.state == "trial":
            _make_base(connection, row.pack, row.id, now)
            count += 1
    return count


def _make_base(connection: Connection, pack: str, deployment_id: str, now: datetime) -> None:
    """All versions of the pack are locked already; the base before is retired, trials that began earlier are over.

    What is planned for a later day stays planned.
    """
    others = (deployment.c.pack == pack, deployment.c.state.in_(("active", "trial")), deployment.c.id != deployment_id)
    started = {one.deployment_id for one in activation.in_force(connection, [pack], now)}
    rows = connection.execute(select(deployment.c.id, deployment.c.state).where(*others))
    over = [row.id for row in rows if row.state == "active" or row.id in started]
    start_timers.disarm(connection, over, now)
    for id in over:
        activation.stop(connection, id, actor=activation.ENGINE, now=now)
    activation.cancel(connection, deployment_id, actor=activation.ENGINE, now=now)
    retired = set(over) - activation.planned(connection, pack, now)
    connection.execute(update(deployment).where(deployment.c.id.in_(retired)).values(state="retired"))
    connection.execute(update(deployment).where(deployment.c.id == deployment_id).values(state="active"))
    start_timers.arm(connection, library(connection, deployment_id), now)


def _base(connection: Connection, row: Row[Any]) -> str | None:
    own = (deployment.c.pack == row.pack, deployment.c.state == "active")
    found: str | None = connection.scalar(select(deployment.c.id).where(*own))
    return found


def _may_be_used(row: Row[Any], scope: Scope, now: datetime) -> None:
    if row.state == "returned":
        raise WrongState("deployment", row.id, "sent back", "submitted again")
    if row.state == "active":
        raise WrongState("deployment", row.id, row.state, "a draft, on trial or retired")
    if scope.starts_at is not None and scope.starts_at < now:
        raise StartPassed(scope.starts_at)


def _known(connection: Connection, deployment_id: str, scope: Scope) -> None:
    unknown = [region for region in scope.regions if region not in library(connection, deployment_id).pack.regions]
    if unknown:
        raise activation.BadScope(f"The pack has no region {unknown[0]!r}.")


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


def _again(connection: Connection, known: Deployment) -> Deployment:
    """A version that was sent back is up for review again when it is deployed again."""
    if known.state != "returned":
        return known
    connection.execute(update(deployment).where(deployment.c.id == known.id).values(state="draft"))
    return find(connection, known.id)


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
        # A version is never drawn on again, so nobody needs the cures.
        "warnings": [asdict(replace(problem, cure=None)) for problem in checked.kept],
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
