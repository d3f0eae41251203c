"""What people do with tasks: claim, release, assign, complete, keep a draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, bindparam, delete, select, update

from engine import fitness, history, keepers, rights
from engine.command import Command
from engine.errors import NotAllowed, StaleTask, TaskAlreadyCompleted, TaskNotFound
from engine.halting import carry_out
from engine.history import Scene
from engine.library import library
from engine.models import draft, instance, request, task
from engine.requests import Asked, remember
from engine.rights import Actor, actor_of
from engine.rows import insert_once
from engine.submission import to_keep
from engine.turn import Turn, must_lock
from engine.values import to_column

#: Keys of form data that say how a task went; their values may stand in the history.
_TOLD: Final = ("outcome", "reason_code")

# Statements of the hot path are made once: building one costs more than running it.
_INSTANCE_OF: Final = select(task.c.instance_id).where(task.c.id == bindparam("task_id"))
_SAME_REQUEST: Final = and_(request.c.actor == bindparam("b_actor"), request.c.request_id == bindparam("b_request_id"))
_TASK_AND_REQUEST: Final = (
    select(task, request.c.response.label("answered"), request.c.digest.label("answered_digest"))
    .select_from(task.outerjoin(request, _SAME_REQUEST))
    .where(task.c.id == bindparam("task_id"))
)


@dataclass(frozen=True)
class Completed:
    """The answer to a completion."""

    instance_id: str
    #: Tasks that this completion has opened.
    next_tasks: tuple[str, ...]
    #: True if the same request had been answered before; nothing happened again.
    replayed: bool
    #: True if the process could not go on behind the task: the work is kept, an incident says what is to be done.
    halted: bool = False


def complete(command: Command, task_id: str, data: Mapping[str, Any], rev: int, request_id: str) -> Completed:
    """Complete a task once, whatever comes twice or at the same time."""
    asked = Asked.of(command.by, request_id, "complete", task_id, data)
    row = must_lock(command.connection, _instance_of(command.connection, task_id))
    found = _task_and_request(command.connection, task_id, asked)
    if found.answered is not None:
        asked.check(found.answered_digest)
        answered = found.answered
        return Completed(row.id, tuple(answered["next_tasks"]), replayed=True, halted=answered.get("halted", False))
    _check_open(found, rev)
    behalf = rights.check_complete(command.actor, found)
    _check_fit(command, found, command.actor, behalf)
    acting = replace(command, behalf=behalf)
    turn = carry_out(lambda: Turn.restore(acting, row), _completing(command, found, data), Turn.save)
    next_tasks = turn.projection.open_tasks()
    remember(command, asked, {"next_tasks": list(next_tasks), "halted": turn.halted})
    return Completed(row.id, next_tasks, replayed=False, halted=turn.halted)


def _completing(command: Command, found: Row[Any], data: Mapping[str, Any]) -> Callable[[Turn, bool], None]:
    """The act of completing a task with data."""
    told = {key: data[key] for key in _TOLD if isinstance(data.get(key), str)}
    place = {"token": found.token, "process_id": found.process_id, "task": found.id}

    def act(turn: Turn, halting: bool) -> None:
        turn.projection.note("completed", found.element, **place, **told)
        turn.projection.given = frozenset(data)
        shelf = library(command.connection, found.deployment_id)
        seen = turn.instance.variables_of(found.token)
        turn.projection.submitted[found.token] = to_keep(shelf, found.form_ref, seen, data)
        turn.complete(found.token, data, halting)

    return act


def claim(command: Command, task_id: str) -> int:
    """Take an open task; the new revision of the task. Taking one's own task again changes nothing."""
    row = open_task(command.connection, task_id)
    behalf = rights.check_claim(command.actor, row)
    _check_fit(command, row, command.actor, behalf)
    if row.assignee:
        return int(row.rev)
    # A deputy takes the task for the absent person, so that it is theirs again when they come back.
    command = replace(command, behalf=behalf)
    return _change(command, row, "claimed", assignee=behalf or command.by, claimed_at=command.now)


def release(command: Command, task_id: str) -> int:
    """Give a task back to its candidates; the new revision."""
    row = open_task(command.connection, task_id)
    behalf = rights.check_release(command.actor, row)
    return _change(replace(command, behalf=behalf), row, "released", assignee="", claimed_at=None)


def assign(command: Command, task_id: str, assignee: Actor | str, reason: str = "") -> int:
    """Hand a task to somebody who may do it; the new revision."""
    row = open_task(command.connection, task_id)
    behalf = rights.check_assign(command.actor, row)
    receiver = actor_of(assignee)
    _check_fit(command, row, receiver)
    told = {"reason": reason.strip(), "before": row.assignee}
    values = {"assignee": receiver.id, "claimed_at": command.now}
    return _change(replace(command, behalf=behalf), row, "assigned", told, **values)


def hand_case(command: Command, instance_id: str, role: str, receiver: Actor, reason: str) -> int:
    """Make somebody else look after the case in a role, with all open tasks that the one before held as such.

    Tasks that the new person may not do (four eyes, certificate) go back to their candidates.
    Returns how many tasks moved.
    """
    place = must_lock(command.connection, instance_id)
    before = keepers.of_case(command.connection, place.business_key).get(role, "")
    if before == receiver.id:
        return 0
    keepers.appoint(command.connection, place.business_key, role, receiver.id, "", command.now)
    where = (place.id, place.deployment_id, place.business_key, place.region)
    scene = Scene(*where, place.rev, command.now, command.by)
    told = {"role": role, "keeper": receiver.id, "before": before, "reason": reason.strip()}
    history.write(command.connection, [scene.entry("keeper_changed", **told)])
    same_case = select(instance.c.id).where(instance.c.business_key == place.business_key)
    own = (task.c.instance_id.in_(same_case), task.c.state == "open", task.c.owner == before, task.c.owner != "")
    rows = command.connection.scalars(select(task.c.id).where(*own)).all()
    return sum(_pass_on(command, task_id, before, receiver, reason) for task_id in rows)


def _pass_on(command: Command, task_id: str, before: str, receiver: Actor, reason: str) -> bool:
    """Move one task of the keeper before; one that was handed to somebody else meanwhile stays there."""
    row = open_task(command.connection, task_id)
    if row.assignee not in ("", before):
        command.connection.execute(update(task).where(task.c.id == row.id).values(owner=receiver.id))
        return False
    try:
        _check_fit(command, row, receiver)
    except NotAllowed:
        _change(command, row, "released", assignee="", owner="", claimed_at=None)
        return True
    told = {"reason": reason.strip(), "before": row.assignee}
    values = {"assignee": receiver.id, "owner": receiver.id, "claimed_at": command.now}
    _change(command, row, "assigned", told, **values)
    return True


def save_draft(command: Command, task_id: str, data: Mapping[str, Any]) -> None:
    """Keep what a person has entered so far; sensitive values must have been sealed before."""
    row = open_task(command.connection, task_id)
    rights.check_complete(command.actor, row)
    own = {"task_id": task_id, "actor": command.by}
    values = {"data": to_column(data), "saved_at": command.now}
    if not insert_once(command.connection, draft, {**own, **values}):
        mine = (draft.c.task_id == task_id, draft.c.actor == command.by)
        command.connection.execute(update(draft).where(*mine).values(**values))


def drop_draft(command: Command, task_id: str) -> None:
    """Forget the draft of a person."""
    mine = (draft.c.task_id == task_id, draft.c.actor == command.by)
    command.connection.execute(delete(draft).where(*mine))


def _instance_of(connection: Connection, task_id: str) -> str:
    found = connection.scalar(_INSTANCE_OF, {"task_id": task_id})
    if found is None:
        raise TaskNotFound(task_id)
    return str(found)


def _task_and_request(connection: Connection, task_id: str, asked: Asked) -> Row[Any]:
    """The task, and the answer this request has got before, in one statement."""
    chosen = {"task_id": task_id, "b_actor": asked.actor, "b_request_id": asked.request_id}
    return connection.execute(_TASK_AND_REQUEST, chosen).one()


def open_task(connection: Connection, task_id: str) -> Row[Any]:
    """An open task with the revision of its instance, locked against others."""
    joined = task.join(instance, instance.c.id == task.c.instance_id)
    columns = select(task, instance.c.rev.label("instance_rev")).select_from(joined)
    row = connection.execute(columns.where(task.c.id == task_id).with_for_update(of=task, key_share=True)).one_or_none()
    if row is None:
        raise TaskNotFound(task_id)
    _check_open(row, row.rev)
    return row


def _check_open(row: Row[Any], rev: int) -> None:
    if row.state != "open":
        raise TaskAlreadyCompleted(row.id, row.closed_by, row.closed_at, cancelled=row.state == "cancelled")
    if row.rev != rev:
        raise StaleTask(row.id, row.rev)


def _check_fit(command: Command, row: Row[Any], actor: Actor, behalf: str = "") -> None:
    fitness.check(command.connection, row, actor, command.now, behalf)


def _change(command: Command, row: Row[Any], kind: str, told: Mapping[str, str] | None = None, **values: Any) -> int:
    guard = (task.c.id == row.id, task.c.rev == row.rev, task.c.state == "open")
    rev = int(row.rev) + 1
    if command.connection.execute(update(task).where(*guard).values(rev=rev, **values)).rowcount != 1:
        raise StaleTask(row.id, rev)
    said = {"task": row.id, "assignee": values["assignee"], **{key: text for key, text in (told or {}).items() if text}}
    entry = scene_of(command, row).entry(kind, row.element, token=row.token, process_id=row.process_id, **said)
    history.write(command.connection, [entry])
    return rev


def scene_of(command: Command, row: Row[Any]) -> Scene:
    """Where something happened to an open task between two turns."""
    place = (row.instance_id, row.deployment_id, row.business_key, row.region)
    return Scene(*place, row.instance_rev, command.now, command.by, command.behalf)
