"""Turns the effects of a process step into rows of tasks, jobs, timers, waits and history, in few statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Executable, Table, bindparam, delete, insert, literal_column, or_, update

from engine import history, incidents
from engine.command import Command
from engine.history import Scene
from engine.models import LAST_MOMENT, audience, job, task, timer, wait
from engine.retry import parse_retries
from engine.rights import audience_key, members
from engine.rows import insert_once, new_id
from engine.spiff import effects, split
from engine.spiff.effects import Effect
from engine.values import to_column

Entry = dict[str, Any]

#: Topic of the job that hands a message thrown by a process to whoever waits for it.
THROWN: Final = "engine.message"
#: Topic of the job that tells a signal thrown by a process to all other instances.
SIGNAL: Final = "engine.signal"


class Projection:
    """The rows that one turn will write; nothing reaches the database before `write`."""

    def __init__(self, command: Command, scene: Scene) -> None:
        self._command = command
        self._scene = scene
        self.tasks: dict[str, Entry] = {}
        self.closed_tasks: dict[str, str] = {}
        #: Token -> what stands in the form, for the task that this turn completes.
        self.submitted: dict[str, Entry] = {}
        self.jobs: dict[str, Entry] = {}
        self.closed_jobs: dict[str, str] = {}
        self.timers: dict[str, Entry] = {}
        self.disarmed: list[str] = []
        #: Token -> number of the next firing, for the timer that this turn fires.
        self.fired: dict[str, int] = {}
        self.waits: dict[str, Entry] = {}
        self.closed_waits: list[str] = []
        self.thrown: list[Entry] = []
        self.entries: list[Entry] = []
        self.ended: effects.Ended | None = None
        #: Names of the variables that a person has given in this turn.
        self.given: frozenset[str] = frozenset()
        #: That of the instance (see `engine.generations`); it goes along with what is thrown.
        self.generation = 0

    def absorb(self, found: Iterable[Effect]) -> None:
        """Take over effects in the order in which they happened."""
        for effect in found:
            _ABSORB[type(effect)](self, effect)

    def note(self, kind: str, element: str = "", **more: Any) -> None:
        """Add a history entry at this place of the order."""
        self.entries.append(self._scene.entry(kind, element, **more))

    def open_tasks(self) -> tuple[str, ...]:
        """Ids of the tasks that this turn has opened and not closed again."""
        return tuple(row["id"] for row in self.tasks.values() if row["state"] == "open")

    def tell(self, topic: str, element: str, variables: Mapping[str, Any]) -> None:
        """Write a job for which no token waits: somebody is to be told."""
        self._beside(topic, element, variables)

    def move(self, region: str) -> None:
        """Put the open tasks of the instance into the region to which the turn has moved it."""
        if region == self._scene.region:
            return
        for row in self.tasks.values():
            row["region"] = region
        own = (task.c.instance_id == self._scene.instance_id, task.c.state == "open")
        self._command.connection.execute(update(task).where(*own).values(region=region))

    def fail_jobs(self, topic: str, error: str) -> None:
        """Let the new jobs of a topic be failed before anybody has tried them."""
        for row in self.jobs.values():
            if row["topic"] == topic:
                row.update(state="failed", closed_at=self._scene.now, error=error)

    def failed_jobs(self) -> list[Entry]:
        """The new jobs that are failed already."""
        return [row for row in self.jobs.values() if row["state"] == "failed"]

    # --- effects ---------------------------------------------------------------------------------

    def _task_opened(self, effect: effects.TaskOpened) -> None:
        scene = self._scene
        process_id, deployment_id = split(effect.scope_process)
        self.tasks[effect.token] = {
            "id": new_id(),
            "instance_id": scene.instance_id,
            "token": effect.token,
            "deployment_id": deployment_id or scene.deployment_id,
            "process_id": process_id,
            "element": effect.element,
            "name": effect.name or effect.element,
            "stage": effect.stage or "",
            "business_key": scene.business_key,
            "region": scene.region,
            "form_ref": effect.form_ref or "",
            "priority": effect.priority,
            "due_at": effect.due,
            "order_at": effect.due or LAST_MOMENT,
            "follow_up_at": effect.follow_up,
            **self._holding(effect),
        }

    def _holding(self, effect: effects.TaskOpened) -> Entry:
        """Who has the new task and who may take it."""
        return {
            "state": "open",
            "assignee": effect.assignee or "",
            "owner": "",
            "audience": audience_key(effect.candidate_groups, effect.candidate_users),
            "rev": 1,
            "opened_rev": self._scene.rev,
            "created_at": self._scene.now,
            "claimed_at": self._scene.now if effect.assignee else None,
            "closed_at": None,
            "closed_by": "",
            "closed_for": "",
            "submitted": None,
        }

    def _task_closed(self, effect: effects.TaskClosed) -> None:
        own = self.tasks.get(effect.token)
        if own is None:
            self.closed_tasks[effect.token] = effect.reason
        else:
            closed = {"closed_at": self._scene.now, "closed_by": self._scene.by, "closed_for": self._scene.behalf}
            own.update(state=effect.reason, **closed)

    def _job_opened(self, effect: effects.JobOpened) -> None:
        retries = parse_retries(effect.retries)
        row = self._job(effect.topic, effect.token, effect.element, effect.variables, str(effect.loop))
        row["max_attempts"] = retries.attempts
        row["interval_seconds"] = None if retries.interval is None else int(retries.interval.total_seconds())
        self.jobs[effect.token] = row

    def _job(self, topic: str, token: str, element: str, variables: Mapping[str, Any], loop: str) -> Entry:
        scene = self._scene
        return {
            "id": new_id(),
            "instance_id": scene.instance_id,
            "token": token,
            "element": element,
            "topic": topic,
            "business_key": scene.business_key,
            "variables": to_column(variables),
            "idempotency_key": f"{scene.instance_id}:{element}:{loop}",
            "state": "waiting",
            "max_attempts": parse_retries(None).attempts,
            "interval_seconds": None,
            "next_at": scene.now,
            "created_at": scene.now,
            "created_by": scene.by,
            "created_for": scene.behalf,
            "closed_at": None,
            "error": "",
        }

    def _job_closed(self, effect: effects.JobClosed) -> None:
        if self.jobs.pop(effect.token, None) is None:
            self.closed_jobs[effect.token] = "done" if effect.reason == "completed" else "cancelled"

    def _timer_armed(self, effect: effects.TimerArmed) -> None:
        self.timers[effect.token] = {
            "id": new_id(),
            "instance_id": self._scene.instance_id,
            "token": effect.token,
            "element": effect.element,
            "host": effect.host or "",
            "interrupting": effect.interrupting,
            "deadline": effect.deadline or "",
            "due_at": effect.due,
            "fire_no": self.fired.get(effect.token, 1),
            "state": "waiting",
            "created_at": self._scene.now,
        }

    def _timer_disarmed(self, effect: effects.TimerDisarmed) -> None:
        if self.timers.pop(effect.token, None) is None and effect.token not in self.fired:
            self.disarmed.append(effect.token)

    def _wait_opened(self, effect: effects.WaitOpened) -> None:
        self.waits[effect.token] = {
            "id": new_id(),
            "instance_id": self._scene.instance_id,
            "token": effect.token,
            "element": effect.element,
            "message": effect.message,
            "business_key": self._scene.business_key,
            "key": self._scene.business_key if effect.key is None else effect.key,
            "kind": effect.kind,
            "opened_at": self._scene.now,
        }

    def _wait_closed(self, effect: effects.WaitClosed) -> None:
        if self.waits.pop(effect.token, None) is None:
            self.closed_waits.append(effect.token)

    def _thrown(self, effect: effects.Thrown) -> None:
        variables = {"message": effect.message, "variables": dict(effect.variables), "generation": self.generation}
        self._beside(THROWN, effect.element, {**variables, "key": effect.key, "ttl": effect.ttl})
        self.note("thrown", effect.element, message=effect.message)

    def _signalled(self, effect: effects.Signalled) -> None:
        variables = {"signal": effect.signal, "variables": dict(effect.variables)}
        self._beside(SIGNAL, effect.element, {**variables, "generation": self.generation})
        self.note("signalled", effect.element, signal=effect.signal)

    def _told(self, effect: effects.Told) -> None:
        self._beside(effect.topic, effect.element, {**effect.variables, "listener": effect.event})

    def _beside(self, topic: str, element: str, variables: Mapping[str, Any]) -> None:
        """Write a job for which no token waits; its number in the turn tells two of them apart."""
        loop = f"{self._scene.rev}.{len(self.thrown)}"
        self.thrown.append(self._job(topic, "", element, variables, loop))

    def _entered(self, effect: effects.Entered) -> None:
        self.note("entered", effect.element, token=effect.token, process_id=effect.process_id)

    def _left(self, effect: effects.Left) -> None:
        last = self.entries[-1] if self.entries else None
        if last is not None and last["kind"] == "entered" and last["token"] == effect.token:
            last.update(kind="passed", payload={"reason": effect.reason})
            return
        more = {"token": effect.token, "process_id": effect.process_id}
        self.note("left", effect.element, **more, reason=effect.reason)

    def _ended(self, effect: effects.Ended) -> None:
        self.ended = effect
        self.note("end_reached", effect.end_element or "", end=effect.kind, code=effect.code or "")

    def _warned(self, effect: effects.Warned) -> None:
        self.note("warned", effect.element, message=effect.message)

    def _decided(self, effect: effects.Decided) -> None:
        deployment_id = split(effect.process_id)[1] or self._scene.deployment_id
        more = {"decision": effect.decision, "deployment": deployment_id, "grounds": [*effect.grounds]}
        self.note("decided", effect.element, **more)

    # --- rows ------------------------------------------------------------------------------------

    def write(self) -> None:
        """Write everything in few statements, tasks before timers as in every turn."""
        self._write_tasks()
        self._write_jobs()
        self._write_timers()
        self._write_waits()
        history.write(self._command.connection, self.entries)

    def _write_tasks(self) -> None:
        told = {"closed_at": self._scene.now, "closed_by": self._scene.by, "closed_for": self._scene.behalf}
        self._run(_CLOSE_TASKS, [{**self._closing(token, to), **told} for token, to in self.closed_tasks.items()])
        for key in {row["audience"] for row in self.tasks.values()}:
            self._write_audience(key)
        self._run(_INSERT[task], [*self.tasks.values()])

    def _closing(self, token: str, state: str) -> Entry:
        return {**self._own(token), "state": state, "submitted": self.submitted.get(token)}

    def _write_audience(self, key: str) -> None:
        identities = members(key)
        if len(identities) > 1:
            for identity in sorted(identities):
                insert_once(self._command.connection, audience, {"key": key, "identity": identity})

    def _write_jobs(self) -> None:
        told = {"closed_at": self._scene.now, "lease_owner": "", "lease_until": None}
        self._run(_CLOSE_JOBS, [{**self._own(token), "state": to, **told} for token, to in self.closed_jobs.items()])
        if "cancelled" in self.closed_jobs.values():
            incidents.close_cancelled(self._command, self._scene.instance_id)
        self._run(_INSERT[job], [*self.jobs.values(), *self.thrown])

    def _write_timers(self) -> None:
        told = {"state": "cancelled", "closed_at": self._scene.now}
        self._run(_CLOSE_TIMERS, [{**self._own(token), **told} for token in self.disarmed])
        self._run(_INSERT[timer], [*self.timers.values()])

    def _write_waits(self) -> None:
        self._run(_CLOSE_WAITS, [self._own(token) for token in self.closed_waits])
        self._run(_INSERT[wait], [*self.waits.values()])

    def _own(self, token: str) -> Entry:
        return {"b_instance": self._scene.instance_id, "b_token": token}

    def _run(self, statement: Executable, rows: list[Entry]) -> None:
        if rows:
            self._command.connection.execute(statement, rows)


def _in_states(table: Table, *states: str) -> tuple[ColumnElement[bool], ...]:
    """The rows of a token of an instance in one of the states; no IN, which cannot be run for many rows at once."""
    own = (table.c.instance_id == bindparam("b_instance"), table.c.token == bindparam("b_token"))
    return (*own, or_(*(table.c.state == literal_column(f"'{state}'") for state in states)))


# Statements of the hot path are made once: building one costs more than running it.
_CLOSE_TASKS: Final = update(task).where(*_in_states(task, "open")).values(rev=task.c.rev + 1)
_CLOSE_JOBS: Final = update(job).where(*_in_states(job, "waiting", "running", "failed"))
_CLOSE_TIMERS: Final = update(timer).where(*_in_states(timer, "waiting", "failed"))
_CLOSE_WAITS: Final = delete(wait).where(
    wait.c.instance_id == bindparam("b_instance"), wait.c.token == bindparam("b_token")
)
_INSERT: Final = {table: insert(table) for table in (task, job, timer, wait)}

_ABSORB: Final[Mapping[type, Callable[[Projection, Any], None]]] = {
    effects.TaskOpened: Projection._task_opened,
    effects.TaskClosed: Projection._task_closed,
    effects.JobOpened: Projection._job_opened,
    effects.JobClosed: Projection._job_closed,
    effects.Told: Projection._told,
    effects.TimerArmed: Projection._timer_armed,
    effects.TimerDisarmed: Projection._timer_disarmed,
    effects.WaitOpened: Projection._wait_opened,
    effects.WaitClosed: Projection._wait_closed,
    effects.Thrown: Projection._thrown,
    effects.Signalled: Projection._signalled,
    effects.Entered: Projection._entered,
    effects.Left: Projection._left,
    effects.Ended: Projection._ended,
    effects.Warned: Projection._warned,
    effects.Decided: Projection._decided,
}
