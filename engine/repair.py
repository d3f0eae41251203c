"""What a person does by hand: try what failed again, skip it with a reason, correct variables, end an instance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, select, update

from engine import incidents, jobs, start_timers
from engine.command import Command
from engine.errors import WrongState
from engine.mailbox import find_message
from engine.messages import deliver
from engine.models import job, message, timer
from engine.spiff import TooFarBehind
from engine.turn import Turn, must_lock
from engine.values import from_column


def retry(command: Command, id: str, variables: Mapping[str, Any] | None = None) -> None:
    """Let what failed be tried again; `id` is that of the incident or of its job, timer or message.

    `variables` replace the input of a job.
    """
    row = _locked_incident(command, id)
    incidents.resolve(command, row, "retried")
    if row.kind == "job":
        _need(jobs.reset(command.connection, row.subject_id, command.now, variables), "job", row.subject_id)
    elif row.kind == "timer":
        _need(_set_timer(command, row.subject_id, "waiting"), "timer", row.subject_id)
    else:
        deliver(command, _message(command, row.subject_id))


def skip(command: Command, id: str, *, reason: str, variables: Mapping[str, Any] | None = None) -> None:
    """Go on without what failed: a job counts as done with the given results, a timer as never set.

    A cycle that is too far behind leaves out what it missed and goes on with the occurrence that comes next.
    """
    row = _locked_incident(command, id)
    incidents.resolve(command, row, "skipped", reason)
    if row.kind == "job":
        _skip_job(command, row, variables or {})
    elif row.kind == "timer":
        _need(_set_timer(command, row.subject_id, "cancelled"), "timer", row.subject_id)
        if row.error == TooFarBehind.__name__:
            _pass_over(command, row)
    else:
        command.connection.execute(update(message).where(message.c.id == row.subject_id).values(state="skipped"))


def change_variables(command: Command, instance_id: str, variables: Mapping[str, Any], *, reason: str) -> None:
    """Correct process variables by hand; the history tells which, by whom and why, but not the values."""
    turn = Turn.restore(command, must_lock(command.connection, instance_id))
    turn.projection.note("variables_changed", names=sorted(variables), reason=reason)
    turn.change(variables)
    turn.save()


def cancel(command: Command, instance_id: str, *, reason: str) -> None:
    """End an instance by hand: tasks, jobs, timers and waits are withdrawn."""
    turn = Turn.restore(command, must_lock(command.connection, instance_id))
    turn.projection.note("cancelled", reason=reason)
    turn.cancel()
    turn.save()


def _locked_incident(command: Command, id: str) -> Row[Any]:
    """The incident, locked after its instance: turns lock in this order, too."""
    row = incidents.find_open(command.connection, id)
    if row.instance_id:
        must_lock(command.connection, row.instance_id)
    return incidents.find_open(command.connection, row.id, lock=True)


def _skip_job(command: Command, row: Row[Any], variables: Mapping[str, Any]) -> None:
    found = command.connection.execute(select(job).where(job.c.id == row.subject_id)).one()
    _need(found.state == "failed", "job", found.id)
    values = {"state": "skipped", "closed_at": command.now}
    command.connection.execute(update(job).where(job.c.id == found.id).values(**values))
    if found.topic == start_timers.DUE:
        start_timers.pass_over(command, from_column(found.variables))
    if found.instance_id and found.token:
        turn = Turn.restore(command, must_lock(command.connection, found.instance_id))
        turn.complete(found.token, variables)
        turn.save()


def _pass_over(command: Command, row: Row[Any]) -> None:
    found = command.connection.execute(select(timer).where(timer.c.id == row.subject_id)).one()
    turn = Turn.restore(command, must_lock(command.connection, found.instance_id))
    turn.pass_over(found)
    turn.save()


def _set_timer(command: Command, id: str, state: str) -> bool:
    found = update(timer).where(timer.c.id == id, timer.c.state == "failed")
    return command.connection.execute(found.values(state=state, closed_at=None)).rowcount == 1


def _message(command: Command, id: str) -> Row[Any]:
    message_id = command.connection.scalar(select(message.c.message_id).where(message.c.id == id))
    return find_message(command.connection, str(message_id))


def _need(held: bool, kind: str, id: str) -> None:
    if not held:
        raise WrongState(kind, id, "no longer failed", "failed")
