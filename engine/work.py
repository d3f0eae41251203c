"""One job from claim to result: the handler runs outside any turn, its result comes back as one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Connection

from engine import incidents, jobs, start_timers
from engine.command import Command
from engine.errors import BpmnError, LeaseLost, LimitReached, UncaughtError, UnknownTopic
from engine.handlers import Call, Handlers, Result
from engine.jobs import Claimed, Transaction
from engine.messages import send
from engine.projection import SIGNAL, THROWN
from engine.rights import Actor
from engine.signals import BEGIN, HEARD, begin, broadcast
from engine.spiff import CONTINUE
from engine.turn import Turn, must_lock
from engine.values import from_column

Outcome = Literal["done", "again", "failed", "dropped", "busy"]

WORKER: Final = "worker"
#: Failures that no further attempt can mend.
_HOPELESS: Final = (UnknownTopic, UncaughtError, LimitReached)


@dataclass(frozen=True)
class Worker:
    """Does jobs with the handlers it knows, in transactions that it opens."""

    transaction: Transaction
    handlers: Handlers
    owner: str = WORKER

    def run(self, job_id: str, now: datetime) -> Outcome:
        """Do one job: `again` later, `failed` with an incident, `dropped` as withdrawn, `busy` elsewhere."""
        with self.transaction() as connection:
            claimed = jobs.claim(connection, job_id, now, self.owner)
        if claimed is None:
            return "busy"
        try:
            return self._attempt(claimed, now)
        except LeaseLost:
            return "dropped"
        except Exception as error:
            return self._failed(claimed, now, error)

    def _attempt(self, claimed: Claimed, now: datetime) -> Outcome:
        with ExitStack() as stack:
            lazy = _Lazy(lambda: stack.enter_context(self.transaction()))
            act = self._act(claimed, now, lazy)
            return self._finish(self._command(lazy(), now), claimed, act)

    def _act(self, claimed: Claimed, now: datetime, lazy: _Lazy) -> Callable[[Turn], None]:
        """Call the handler; what the process is to do with its answer."""
        if claimed.topic == HEARD:
            told = from_column(claimed.variables)
            return lambda turn: turn.hear(told["signal"], told["variables"], told["tokens"])
        call = Call(
            claimed.topic,
            claimed.instance_id or "",
            claimed.deployment_id,
            claimed.business_key,
            claimed.element,
            from_column(claimed.variables),
            claimed.idempotency_key,
            now,
            claimed.created_by,
            lazy,
            behalf=claimed.created_for,
        )
        try:
            result = self._function(claimed.topic)(call)
        except BpmnError as error:
            code, message = error.code, error.message
            return lambda turn: turn.fail(claimed.token, code, message)
        return lambda turn: turn.complete(claimed.token, result or {})

    def _function(self, topic: str) -> Callable[[Call], Result]:
        own = {
            THROWN: self._send_thrown,
            SIGNAL: self._broadcast,
            BEGIN: self._begin,
            CONTINUE: _go_on,
            start_timers.DUE: self._come_due,
            start_timers.BEGIN: self._begin_due,
        }
        if topic in own and topic not in self.handlers:
            return own[topic]
        return self.handlers.find(topic).function

    def _send_thrown(self, call: Call) -> Mapping[str, Any]:
        command = self._command(call.connection, call.now)
        variables: Mapping[str, Any] = call.variables["variables"]
        key, ttl = call.variables.get("key"), call.variables.get("ttl")
        receiver = call.business_key if key is None else str(key)
        send(command, call.variables["message"], receiver, variables, call.idempotency_key, ttl)
        return {}

    def _broadcast(self, call: Call) -> Mapping[str, Any]:
        name, variables = call.variables["signal"], call.variables["variables"]
        more = {"key": call.idempotency_key, "business_key": call.business_key, "sender": call.instance_id}
        # Jobs that were written before this was counted say nothing of it.
        generation = int(call.variables.get("generation", 0))
        broadcast(self._command(call.connection, call.now), name, variables, **more, generation=generation)
        return {}

    def _begin(self, call: Call) -> Mapping[str, Any]:
        begin(self._command(call.connection, call.now), call.variables, call.business_key, call.idempotency_key)
        return {}

    def _come_due(self, call: Call) -> Mapping[str, Any]:
        start_timers.come_due(self._command(call.connection, call.now), call.variables)
        return {}

    def _begin_due(self, call: Call) -> Mapping[str, Any]:
        start_timers.begin(self._command(call.connection, call.now), call.variables)
        return {}

    def _finish(self, command: Command, claimed: Claimed, act: Callable[[Turn], None]) -> Outcome:
        # The instance before the job, as every turn locks them.
        concerned = claimed.instance_id and (claimed.token or claimed.topic == HEARD)
        row = must_lock(command.connection, claimed.instance_id or "") if concerned else None
        if not jobs.holds(command.connection, claimed):
            return self._late(command, claimed)
        jobs.close(command.connection, claimed, "done", command.now)
        if row is not None and (claimed.topic != HEARD or row.state == "running"):
            turn = Turn.restore(command, row, afresh=_comes_from_outside(claimed))
            turn.projection.note("job_done", claimed.element, token=claimed.token, topic=claimed.topic)
            act(turn)
            turn.save()
        return "done"

    def _late(self, command: Command, claimed: Claimed) -> Outcome:
        if not jobs.is_cancelled(command.connection, claimed.id):
            raise LeaseLost(claimed.id)
        if claimed.instance_id:
            told = {"topic": claimed.topic, "job": claimed.id}
            incidents.tell(command, claimed.instance_id, "result_dropped", claimed.element, **told)
        return "dropped"

    def _failed(self, claimed: Claimed, now: datetime, error: Exception) -> Outcome:
        with self.transaction() as connection:
            # The instance before the job, as every turn locks them.
            if claimed.instance_id:
                must_lock(connection, claimed.instance_id)
            if not jobs.holds(connection, claimed):
                return "dropped"
            if not claimed.last and not isinstance(error, _HOPELESS):
                jobs.put_back(connection, claimed, now, incidents.describe(error))
                return "again"
            command = self._command(connection, now)
            jobs.close(connection, claimed, "failed", now, incidents.describe(error))
            more = {"instance_id": claimed.instance_id or "", "element": claimed.element}
            incidents.open_incident(command, "job", claimed.id, error, **more)
            return "failed"

    def _command(self, connection: Connection, now: datetime) -> Command:
        return Command(connection, now, Actor(self.owner), self.handlers)


def _comes_from_outside(claimed: Claimed) -> bool:
    """True for a signal that no process has thrown."""
    return claimed.topic == HEARD and from_column(claimed.variables).get("generation") is None


def _go_on(_call: Call) -> Mapping[str, Any]:
    """The job of a step that begins in a transaction of its own has nothing else to do."""
    return {}


class _Lazy:
    """Opens the transaction of a result at the first need, so that a network call holds none open."""

    def __init__(self, open: Callable[[], Connection]) -> None:
        self._open = open
        self._connection: Connection | None = None

    def __call__(self) -> Connection:
        if self._connection is None:
            self._connection = self._open()
        return self._connection
