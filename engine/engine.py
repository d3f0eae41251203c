"""The commands of the engine. Each takes a connection and leaves the commit to the caller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, insert

from engine import deployment, jobs, messages, reminders, repair, reviews, signals, tasks, timers
from engine.activation import Scope
from engine.checks import Check, check
from engine.checks.content import Held
from engine.checks.holders import OF_PEOPLE
from engine.command import Command
from engine.deployment import EVERYBODY, Deployment
from engine.findings import Problem
from engine.handlers import HANDLERS, Handlers
from engine.jobs import Transaction
from engine.messages import Sent
from engine.models import note
from engine.requests import forget
from engine.rights import Actor, actor_of
from engine.rows import new_id
from engine.starting import Beginning, start
from engine.tasks import Completed
from engine.timers import Advanced
from engine.work import Outcome, Worker

CLOCK: Final = "clock"
#: After this no client sends the same request again.
KEEP_REQUESTS: Final = timedelta(days=30)


class Engine:
    """The commands, with the handlers and the additional checks of one installation.

    `now` is an aware moment; `actor` is an `Actor` where rights are checked and may be a bare id elsewhere.
    """

    def __init__(self, handlers: Handlers = HANDLERS, checks: Sequence[Check] = ()) -> None:
        self.handlers = handlers
        self.checks = tuple(checks)

    # --- packs -----------------------------------------------------------------------------------

    def check(self, files: Mapping[str, bytes], held: Held | None = None) -> tuple[Problem, ...]:
        """Every problem and warning of the files, storing nothing; with `held`, roles that nobody holds too."""
        return check(files, self.checks, self.handlers, held).problems

    def said_today(self, files: Mapping[str, bytes], held: Held | None) -> tuple[Problem, ...]:
        """The roles of a version that nobody holds today, and what would be refused today; other findings are kept."""
        found = self.check(files, held)
        return tuple(problem for problem in found if problem.code in OF_PEOPLE or problem.severity == "error")

    def deploy(
        self,
        connection: Connection,
        files: Mapping[str, bytes],
        *,
        actor: str,
        now: datetime,
        note: str = "",
        held: Held | None = None,
    ) -> Deployment:
        """Store files as the next draft of their pack; `ProblemsFound` names everything wrong with them."""
        checked = check(files, self.checks, self.handlers, held)
        return deployment.deploy(connection, files, checked, actor=actor, now=now, note=note)

    def approve(
        self,
        connection: Connection,
        deployment_id: str,
        *,
        actor: str,
        now: datetime,
        scope: Scope = EVERYBODY,
        note: str = "",
    ) -> Deployment:
        """Let new cases use a version: all of them, or those of a scope; `SameActor` if its author tries."""
        return deployment.approve(connection, deployment_id, actor=actor, now=now, scope=scope, note=note)

    def roll_back(
        self, connection: Connection, deployment_id: str, *, actor: str, now: datetime, note: str = ""
    ) -> Deployment:
        """Take a version away from new cases and return the one that they use then."""
        return deployment.roll_back(connection, deployment_id, actor=actor, now=now, note=note)

    def send_back(
        self, connection: Connection, deployment_id: str, *, actor: str, now: datetime, text: str
    ) -> Deployment:
        """Refuse a draft with what is to be done."""
        return deployment.send_back(connection, deployment_id, actor=actor, now=now, text=text)

    def comment(self, connection: Connection, deployment_id: str, text: str, *, actor: str, now: datetime) -> str:
        """Say something about a version and return the id of the remark."""
        found = deployment.find(connection, deployment_id)
        return reviews.comment(connection, found.id, text, actor=actor, now=now)

    def settle(self, connection: Connection, now: datetime) -> int:
        """Make versions the base whose day has come; how many there were."""
        return deployment.settle(connection, now)

    # --- instances -------------------------------------------------------------------------------

    def start(
        self,
        connection: Connection,
        process_id: str,
        variables: Mapping[str, Any],
        *,
        business_key: str,
        actor: Actor | str,
        now: datetime,
        request_id: str | None = None,
        message: str | None = None,
        region: str = "",
    ) -> str:
        """Begin an instance of the active version and return its id; the same request id begins nothing twice."""
        beginning = Beginning(process_id, variables, business_key, region, message)
        return start(self._command(connection, actor, now), beginning, request_id)

    def cancel(
        self, connection: Connection, instance_id: str, *, reason: str, actor: Actor | str, now: datetime
    ) -> None:
        """End an instance by hand."""
        repair.cancel(self._command(connection, actor, now), instance_id, reason=reason)

    def change_variables(
        self,
        connection: Connection,
        instance_id: str,
        variables: Mapping[str, Any],
        *,
        reason: str,
        actor: Actor | str,
        now: datetime,
    ) -> None:
        """Correct process variables by hand."""
        repair.change_variables(self._command(connection, actor, now), instance_id, variables, reason=reason)

    def add_note(
        self,
        connection: Connection,
        business_key: str,
        text: str,
        *,
        actor: Actor | str,
        now: datetime,
        instance_id: str = "",
    ) -> str:
        """Write a note about a case and return its id."""
        row = {"id": new_id(), "business_key": business_key, "instance_id": instance_id, "text": text}
        connection.execute(insert(note).values(**row, author=actor_of(actor).id, at=now))
        return row["id"]

    # --- tasks -----------------------------------------------------------------------------------

    def claim(self, connection: Connection, task_id: str, *, actor: Actor, now: datetime) -> int:
        """Take a task; returns its new revision."""
        return tasks.claim(self._command(connection, actor, now), task_id)

    def release(self, connection: Connection, task_id: str, *, actor: Actor, now: datetime) -> int:
        """Give a task back to its candidates; returns its new revision."""
        return tasks.release(self._command(connection, actor, now), task_id)

    def assign(
        self,
        connection: Connection,
        task_id: str,
        assignee: Actor | str,
        *,
        reason: str = "",
        actor: Actor,
        now: datetime,
    ) -> int:
        """Hand a task to somebody; returns its new revision. Four eyes and certificates hold for the receiver."""
        return tasks.assign(self._command(connection, actor, now), task_id, assignee, reason)

    def hand_case(
        self,
        connection: Connection,
        instance_id: str,
        role: str,
        receiver: Actor,
        *,
        reason: str,
        actor: Actor | str,
        now: datetime,
    ) -> int:
        """Let somebody else look after the case in a role from now on; how many open tasks went with it."""
        return tasks.hand_case(self._command(connection, actor, now), instance_id, role, receiver, reason)

    def complete(
        self,
        connection: Connection,
        task_id: str,
        data: Mapping[str, Any],
        *,
        rev: int,
        request_id: str,
        actor: Actor,
        now: datetime,
    ) -> Completed:
        """Complete a task with validated and sealed form data; the same request id completes nothing twice."""
        return tasks.complete(self._command(connection, actor, now), task_id, data, rev, request_id)

    def save_draft(
        self, connection: Connection, task_id: str, data: Mapping[str, Any], *, actor: Actor, now: datetime
    ) -> None:
        """Keep what a person has entered so far, with sensitive values sealed."""
        tasks.save_draft(self._command(connection, actor, now), task_id, data)

    def remind(
        self, connection: Connection, task_id: str, *, reason: str = "", actor: Actor | str, now: datetime
    ) -> None:
        """Write down a request to hurry; `RemindedAlready` within four hours of the last one without a reason."""
        reminders.remind(self._command(connection, actor, now), task_id, reason)

    # --- messages --------------------------------------------------------------------------------

    def send(
        self,
        connection: Connection,
        message: str,
        business_key: str,
        variables: Mapping[str, Any],
        *,
        message_id: str,
        actor: Actor | str,
        now: datetime,
        ttl: timedelta | None = None,
    ) -> Sent:
        """Hand a message to the case, or keep it until a wait opens; exactly once by `message_id`.

        A wait with a correlation key takes messages whose business key is that key. With `ttl` it is kept that long.
        """
        return messages.send(self._command(connection, actor, now), message, business_key, variables, message_id, ttl)

    def signal(
        self,
        connection: Connection,
        signal: str,
        variables: Mapping[str, Any],
        *,
        signal_id: str,
        actor: Actor | str,
        now: datetime,
    ) -> int:
        """Tell a signal to everything that waits for it or begins with it; how many receivers were written down.

        Each hears it by a job of its own, once by `signal_id`; nothing is kept for later waits.
        """
        return signals.broadcast(self._command(connection, actor, now), signal, variables, key=f"signal:{signal_id}")

    def deliver(self, connection: Connection, now: datetime, limit: int = 100) -> int:
        """Bring together messages and waits that were written at the same moment."""
        return messages.deliver_fresh(self._command(connection, CLOCK, now), limit)

    # --- clock -----------------------------------------------------------------------------------

    def due_instances(self, connection: Connection, now: datetime, limit: int = 100) -> tuple[str, ...]:
        """Ids of instances with due timers, the most overdue first."""
        return timers.due_instances(connection, now, limit)

    def advance_instance(self, connection: Connection, instance_id: str, now: datetime) -> Advanced:
        """Fire the due timers of one instance; nothing if another node is doing it."""
        return timers.advance_instance(self._command(connection, CLOCK, now), instance_id)

    def advance(self, connection: Connection, now: datetime, limit: int = 100) -> Advanced:
        """Fire due timers of many instances in one transaction; a failing one becomes an incident."""
        return timers.advance(self._command(connection, CLOCK, now), limit)

    def fire(self, connection: Connection, timer_id: str, now: datetime) -> bool:
        """Fire one timer; False if it is not due any more."""
        return timers.fire(self._command(connection, CLOCK, now), timer_id)

    def tidy(self, connection: Connection, now: datetime) -> int:
        """Delete the answers to requests older than 30 days; how many there were."""
        return forget(connection, now - KEEP_REQUESTS)

    # --- jobs and incidents ----------------------------------------------------------------------

    def due_jobs(self, connection: Connection, now: datetime, limit: int = 100) -> tuple[str, ...]:
        """Ids of jobs that are due or abandoned."""
        return jobs.due_jobs(connection, now, limit)

    def run_job(self, transaction: Transaction, job_id: str, now: datetime) -> Outcome:
        """Do one job in transactions of its own: claim, handler, result."""
        return Worker(transaction, self.handlers).run(job_id, now)

    def retry(
        self,
        connection: Connection,
        id: str,
        *,
        actor: Actor | str,
        now: datetime,
        variables: Mapping[str, Any] | None = None,
    ) -> None:
        """Try again what an incident (or its job, timer, message) is about, with other input if given."""
        repair.retry(self._command(connection, actor, now), id, variables)

    def skip(
        self,
        connection: Connection,
        id: str,
        *,
        reason: str,
        actor: Actor | str,
        now: datetime,
        variables: Mapping[str, Any] | None = None,
    ) -> None:
        """Go on without what failed, as if it had given these results."""
        repair.skip(self._command(connection, actor, now), id, reason=reason, variables=variables)

    def _command(self, connection: Connection, actor: Actor | str, now: datetime) -> Command:
        return Command(connection, now, actor_of(actor), self.handlers)
