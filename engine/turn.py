"""The one door for the state of an instance: lock, restore, act, advance, project, save."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, select, update

from engine import incidents, keepers, orders
from engine.binding import Versions
from engine.command import Command
from engine.deadlines import Deadlines
from engine.dispatch import dispatch
from engine.errors import (
    BpmnError,
    CannotRun,
    InstanceEnded,
    InstanceNotFound,
    StaleInstance,
    StateTooLarge,
    StateUnreadable,
    TurnTooLong,
)
from engine.feel import FeelError
from engine.handlers import Call
from engine.history import Scene
from engine.host import Host
from engine.library import Library, library
from engine.mailbox import take_stored
from engine.models import instance
from engine.projection import Projection
from engine.reading import restored
from engine.spiff import CONTINUE, Definition, Instance
from engine.spiff.effects import Effect, JobOpened, WaitOpened
from engine.summary import summary
from engine.values import from_column, to_domain

#: A state that has grown beyond this before compression (usually lists that a loop keeps appending to) is not saved.
MAX_STATE: Final = 20 * 1024 * 1024
#: A state that passes this is told in the history.
LARGE_STATE: Final = 5 * 1024 * 1024
#: A turn that causes more rounds of inline jobs and stored messages than this goes round in a circle.
MAX_ROUNDS: Final = 1_000

# Statements of the hot path are made once: building one costs more than running it.
_FIND: Final = select(instance).where(instance.c.id == bindparam("id"))
# Not FOR UPDATE: rows of others that refer to the instance (a claim's history, a note) need not wait for the turn.
_LOCK: Final = _FIND.with_for_update(key_share=True)
_LOCK_OR_SKIP: Final = _FIND.with_for_update(key_share=True, skip_locked=True)
_SAVE: Final = update(instance).where(instance.c.id == bindparam("b_id"), instance.c.rev == bindparam("b_rev"))


def lock(connection: Connection, instance_id: str, *, skip: bool = False) -> Row[Any] | None:
    """The row of an instance, locked until the transaction ends; None when `skip` and somebody else holds it.

    SQLite has no row locks: there the transaction has begun with BEGIN IMMEDIATE.
    """
    row = connection.execute(_LOCK_OR_SKIP if skip else _LOCK, {"id": instance_id}).one_or_none()
    if row is None and not skip:
        raise InstanceNotFound(instance_id)
    return row


def must_lock(connection: Connection, instance_id: str) -> Row[Any]:
    """The row of an instance, locked after waiting for whoever holds it."""
    row = lock(connection, instance_id)
    if row is None:
        raise InstanceNotFound(instance_id)
    return row


class Turn:
    """One locked instance between restore and save."""

    def __init__(self, command: Command, scene: Scene, shelf: Library, live: Instance | None) -> None:
        self.command = command
        self.scene = scene
        self.library = shelf
        self.projection = Projection(command, scene)
        self.deadlines = Deadlines(self)
        self.effects: list[Effect] = []
        #: Those that no round has looked at yet.
        self._fresh: list[Effect] = []
        versions = Versions(command.connection, scene.region, scene.business_key, command.now)
        self._host = Host(shelf, self.deadlines.functions, versions)
        self._live = live
        self._state = "running"
        #: What takes the turn back when a limit is reached (see `engine.halting`).
        self.tentative: ExitStack | None = None
        self._undoable = False
        self._halted_by: Exception | None = None

    @classmethod
    def restore(cls, command: Command, row: Row[Any], *, afresh: bool = True) -> Turn:
        """Take up a locked instance where its last turn left it; not `afresh`, another process or a job moves it."""
        if row.state != "running":
            raise InstanceEnded(row.id, row.state)
        shelf = library(command.connection, row.deployment_id)
        place = (row.id, row.deployment_id, row.business_key, row.region)
        scene = Scene(*place, row.rev + 1, command.now, command.by, command.behalf)
        turn = cls(command, scene, shelf, None)
        turn._live = restored(row, turn._host)
        if afresh:
            turn._live.generation = 0
        return turn

    def host(self) -> Host:
        """What the process may ask for during this turn."""
        return self._host

    @property
    def instance(self) -> Instance:
        """The live process."""
        if self._live is None:
            raise StateUnreadable(self.scene.instance_id, "it was not restored")
        return self._live

    @property
    def halted(self) -> bool:
        """Whether the process stops behind the act of this turn because of a limit."""
        return self._halted_by is not None

    def begin(
        self, definition: Definition, variables: Mapping[str, Any], element: str | None, halting: bool = False
    ) -> None:
        """Start the process, at the start event of a message, signal or timer when one is named."""
        with self._explained():
            self._live = Instance.start(definition, self._host, to_domain(variables), element, halting)

    # --- acts ------------------------------------------------------------------------------------

    def complete(self, token: str, variables: Mapping[str, Any], halting: bool = False) -> None:
        """A task or job is done with these results; with `halting` the process does not go on behind it."""
        with self._explained():
            self.instance.complete(token, to_domain(variables), halting=halting)

    def fail(self, token: str, code: str, message: str) -> None:
        """A task or job ends with a business error; `UncaughtError` if nothing in the diagram catches it."""
        with self._explained():
            self.instance.fail(token, code, message)

    def receive(self, token: str, element: str, name: str, message_id: str, variables: Mapping[str, Any]) -> None:
        """A wait gets its message."""
        self.projection.note("message_taken", element, token=token, message=name, message_id=message_id)
        with self._explained():
            self.instance.correlate(token, to_domain(variables))
        # Rival waits are closed by that, before another message is given to one of them.
        self._absorb()

    def hear(self, signal: str, variables: Mapping[str, Any], tokens: Sequence[str]) -> None:
        """A signal comes from outside to the waits that stood when it was thrown."""
        self.projection.note("signal_heard", signal=signal)
        with self._explained():
            self.instance.signal(signal, to_domain(variables), tokens)

    def fire(self, row: Row[Any], excused: bool = False) -> None:
        """A timer has come due; `excused`, it may be as far behind as it is."""
        self.projection.fired[row.token] = row.fire_no + 1
        self.projection.note("timer_fired", row.element, token=row.token, due=row.due_at.isoformat())
        with self._explained():
            self.instance.fire(row.token, excused)

    def pass_over(self, row: Row[Any]) -> None:
        """The occurrences that a repeated timer has missed are left out."""
        self.projection.fired[row.token] = row.fire_no + 1
        with self._explained():
            self.instance.pass_over(row.token)

    def change(self, variables: Mapping[str, Any], token: str | None = None) -> None:
        """A person changes variables by hand."""
        with self._explained():
            self.instance.set_variables(to_domain(variables), token)

    def halt(self, error: Exception) -> None:
        """The jobs by which a halted process would go on are failed from the start, because of this."""
        self.settle()
        self._halted_by = error
        self.projection.fail_jobs(CONTINUE, incidents.describe(error))

    def before_writing(self) -> None:
        """Make a tentative turn undoable; called before the first row that is written while the process still runs."""
        if self.tentative is not None and not self._undoable:
            self.tentative.enter_context(self.command.connection.begin_nested())
            self._undoable = True

    def cancel(self) -> None:
        """End everything that is open."""
        self.instance.cancel()
        self._state = "cancelled"

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except FeelError as error:
            raise CannotRun(self.scene.instance_id, str(error)) from error

    # --- advance ---------------------------------------------------------------------------------

    def settle(self) -> None:
        """Run on until only people, clocks, partners and workers can move the process."""
        for _ in range(MAX_ROUNDS):
            self._absorb()
            found, self._fresh = self._fresh, []
            if not found:
                return
            self._run_inline(found)
            self._receive(found)
        raise TurnTooLong(f"Instance {self.scene.instance_id!r} runs in a circle. Draw a waiting state into the loop.")

    def _absorb(self) -> None:
        """Let the projection know what has just happened; the next round looks at what it opens."""
        found = self.instance.take_effects()
        self.effects.extend(found)
        self.projection.generation = self.instance.generation
        self.projection.absorb(found)
        self._fresh.extend(found)

    def _run_inline(self, found: Iterable[Effect]) -> None:
        inline = self.command.handlers.is_inline
        for effect in found:
            # An earlier job of this list may have interrupted a later one.
            if isinstance(effect, JobOpened) and inline(effect.topic) and effect.token in self.projection.jobs:
                self._call(effect)

    def _call(self, effect: JobOpened) -> None:
        self.before_writing()
        row = self.projection.jobs[effect.token]
        command, scene = self.command, self.scene
        call = Call(
            effect.topic,
            scene.instance_id,
            scene.deployment_id,
            scene.business_key,
            effect.element,
            from_column(row["variables"]),
            row["idempotency_key"],
            command.now,
            command.by,
            lambda: command.connection,
            behalf=command.behalf,
        )
        try:
            result = command.handlers.find(effect.topic).function(call)
        except BpmnError as error:
            self.fail(effect.token, error.code, error.message)
        else:
            self.complete(effect.token, result or {})
        self._absorb()

    def _receive(self, found: Iterable[Effect]) -> None:
        opened = [effect for effect in found if isinstance(effect, WaitOpened) and effect.kind == "message"]
        if opened:
            take_stored(self, opened)

    # --- save ------------------------------------------------------------------------------------

    def save(self) -> None:
        """Write all rows of the turn; `StaleInstance` when another turn has saved in between."""
        self._finish()
        guard = {"b_id": self.scene.instance_id, "b_rev": self.scene.rev - 1}
        row = self._row()
        self._write()
        if self.command.connection.execute(_SAVE, {**guard, **row}).rowcount != 1:
            raise StaleInstance(self.scene.instance_id)

    def insert(self, columns: Mapping[str, Any]) -> None:
        """Write all rows of the first turn, the instance itself first because the others refer to it."""
        self._finish()
        self.command.connection.execute(instance.insert().values(**{**columns, **self._row()}))
        self._write()

    def _finish(self) -> None:
        self.settle()
        if self.instance.ended and self._state == "running":
            self._state = "ended"
            self.projection.note("ended", self.instance.end_event or "")

    @property
    def region(self) -> str:
        """Where the case belongs now: the process variable `region` if there is one."""
        region = self.instance.variables.get("region")
        return region if isinstance(region, str) else self.scene.region

    def _write(self) -> None:
        self.projection.move(self.region)
        dispatch(self.command, self.scene, self.library, self.projection, self.instance, self.region)
        self.deadlines.follow(self.effects)
        self.projection.write()
        if self._halted_by is not None:
            self._open_incidents(self._halted_by)
        if self._state != "running":
            incidents.close_all(self.command, self.scene.instance_id)
            orders.lapse(self.command.connection, self.scene.instance_id, self.command.now)
            keepers.close(self.command.connection, self.scene.business_key, self.library.pack, self.command.now)

    def _open_incidents(self, error: Exception) -> None:
        for row in self.projection.failed_jobs():
            more = {"instance_id": self.scene.instance_id, "element": row["element"]}
            incidents.open_incident(self.command, "job", row["id"], error, **more)

    def _row(self) -> dict[str, Any]:
        live, variables = self.instance, self.instance.variables
        state = self._bounded()
        running = self._state == "running"
        return {
            "state": self._state,
            "end_event": live.end_event or "",
            "rev": self.scene.rev,
            "blob": state,
            "region": self.region,
            "changed_at": self.command.now,
            "ended_at": None if running else self.command.now,
            **summary(self.library.pack, variables),
        }

    def _bounded(self) -> bytes:
        """The saved state; `StateTooLarge` beyond the limit, a note when it becomes large."""
        live, before = self.instance, self.instance.size
        state = live.save()
        if live.size > MAX_STATE:
            raise StateTooLarge(self.scene.instance_id, live.size, MAX_STATE)
        if before <= LARGE_STATE < live.size:
            self.projection.note("state_large", bytes=live.size, limit=MAX_STATE)
        return state
