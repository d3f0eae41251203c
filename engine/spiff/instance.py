"""One running process: the commands that the engine gives it. Each runs on to the next waits."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from engine.errors import CannotRun, UncaughtError
from engine.spiff import formula as texts
from engine.spiff import migration, state, waits, walk
from engine.spiff.catching import Catch, event_node, is_waiting, siblings
from engine.spiff.definition import Definition
from engine.spiff.effects import Effect
from engine.spiff.errors import TokenGone
from engine.spiff.host import Host
from engine.spiff.runtime import Runtime
from engine.spiff.token import STARTED, Token

_NOTHING: Mapping[str, object] = {}
_NO_RENAMES: migration.Renames = {}


class Instance(Runtime):
    """A process instance with everything it calls inside.

    After an exception the instance is broken and must be thrown away, never saved.
    """

    @classmethod
    def start(
        cls,
        definition: Definition,
        host: Host,
        variables: Mapping[str, object],
        element: str | None = None,
        halting: bool = False,
    ) -> Instance:
        """Start a process at its none start event, or at the node that a message, signal or timer starts.

        With `halting` it stands there and waits for a job.
        """
        instance = cls(definition, host)
        instance.halting = halting
        values = {**instance.spec.first_values(), **variables}
        instance.lay(definition, instance.scopes.open("0", None, values), ())
        instance.plant()
        starts = instance.spec.starts if element is None else [instance.spec.task_specs[element]]
        if not starts:
            raise CannotRun(definition.id, "It has no start event without trigger; start it by one of its messages.")
        instance.begin(starts)
        if element is not None:
            instance._take_first_event()
        instance.advance()
        return instance

    def _take_first_event(self) -> None:
        """A receive task or catch event with which the process begins has got what it waits for."""
        for token in self.task_tree.children:
            if isinstance(token.task_spec, Catch):
                token.task_spec.fire(token)

    @classmethod
    def restore(cls, saved: bytes, host: Host) -> Instance:
        """Return a saved instance; raise `ValueError` when the bytes are no saved state."""
        return state.restore(cls, saved, host)

    @classmethod
    def migrate(
        cls, saved: bytes, before: migration.Processes, host: Host, renames: migration.Renames = _NO_RENAMES
    ) -> Instance:
        """Return a saved instance carried over to the processes of `host`.

        `before` gives the processes it was saved on; `renames` says by process id which elements have another id now.
        Raises `CannotMigrate` with every obstacle.
        """
        return migration.migrate(cls, saved, before, host, renames)

    def save(self) -> bytes:
        """Return the state without the definition, small and compressed."""
        return state.save(self)

    @property
    def definition_id(self) -> str:
        """Id of the process."""
        return self.definition.id

    @property
    def ended(self) -> bool:
        """Whether the process is over."""
        return self.completed

    @property
    def variables(self) -> dict[str, object]:
        """The variables of the process scope."""
        return self.scopes.own(self.scope)

    def variables_of(self, token: str) -> dict[str, object]:
        """Return everything visible at a token."""
        return self.scopes.visible(self.get_task_from_id(token).scope)

    def evaluate(self, token: str, source: str) -> object:
        """Return the value of a FEEL text as a token sees it."""
        return self.value(texts.expression(source), self.get_task_from_id(token), "expression")

    def standing(self) -> list[tuple[str, str, str, tuple[str, ...]]]:
        """Return where tokens stand: id of the process, element, token, and tokens of the enclosing activities."""
        return [
            (token.workflow.process_id, token.task_spec.element, token.id, token.workflow.parents)
            for token in self.index.values()
        ]

    def take_effects(self) -> list[Effect]:
        """Return the effects since the last time, and forget them."""
        effects, self.effects = self.effects, []
        return effects

    # -- commands ---------------------------------------------------------------------------------------------------

    def complete(
        self, token: str, variables: Mapping[str, object] = _NOTHING, local: bool = False, halting: bool = False
    ) -> None:
        """Finish a user task or a job, or release a receive task; `local` variables stay inside its scope.

        With `halting` the process stops behind the step and waits for a job.
        """
        found = self._begin(token)
        self.halting = halting
        if found.held:
            self._release(found)
            return
        if is_waiting(found) and isinstance(found.task_spec, Catch):
            self._fire(found, variables)
            return
        if found._state != STARTED or not found.task_spec.external:
            raise TokenGone(token)
        if local:
            self._local_scope(found)
            self.scopes.write_local(found.scope, variables)
        else:
            self.scopes.write(found.scope, variables)
        found.complete()
        self.advance()

    def fail(self, token: str, code: str, message: str = "", variables: Mapping[str, object] = _NOTHING) -> None:
        """Raise a BPMN error in a user task or job; raise `UncaughtError` when nobody catches it."""
        found = self._begin(token)
        self.scopes.write(found.scope, variables)
        if not walk.throw(found, "error", code, message):
            raise UncaughtError(found.task_spec.element, code, message)
        self.advance()

    def escalate(self, token: str, code: str, variables: Mapping[str, object] = _NOTHING) -> bool:
        """Raise an escalation in a user task or job; return whether somebody caught it."""
        found = self._begin(token)
        self.scopes.write(found.scope, variables)
        caught = walk.throw(found, "escalation", code)
        self.advance()
        return caught

    def correlate(self, token: str, variables: Mapping[str, object] = _NOTHING) -> None:
        """Give a waiting token its message."""
        self._fire(self._waiting(token, "message", "none"), variables)

    def fire(self, token: str, excused: bool = False) -> None:
        """Let a due timer fire; a repeated one runs on.

        `excused`, one that was too far behind makes up as many missed occurrences again, and one of a chain without
        time between begins another.
        """
        found = self._timer(token)
        if excused:
            waits.excuse(found)
        self.sprung = waits.sprung(found)
        self._fire(found, _NOTHING)
        self.sprung = 0

    def pass_over(self, token: str) -> bool:
        """Leave out what a repeated timer has missed; return whether it runs on."""
        return waits.pass_over(self._timer(token))

    def signal(
        self, name: str, variables: Mapping[str, object] = _NOTHING, tokens: Collection[str] | None = None
    ) -> None:
        """Deliver a signal to everything that waits for it, or to those of the given tokens that still do."""
        self._functions = None
        if tokens is None or any(token in self.index for token in tokens):
            self.scopes.write(self.scope, variables)
            self.broadcast(name, tokens)
            self.advance()

    def set_variables(self, variables: Mapping[str, object], token: str | None = None) -> None:
        """Set variables, seen from a token or in the process scope; conditional events notice."""
        self._functions = None
        self.scopes.write(self.scope if token is None else self.get_task_from_id(token).scope, variables)
        self.advance()

    def move(self, token: str, element: str) -> None:
        """Withdraw a step and stand on another element of the same scope instead."""
        found = self._begin(token)
        while found._parent is not None and not found.on_root:
            found = found.parent
        area = found.workflow
        node = area.spec.task_specs.get(element)
        if found._parent is None or node is None or node is area.spec.root:
            raise CannotRun(element, f"It is no element of the scope {area.spec.name!r} of the step.")
        node._update(area.spawn(node))
        for token_ in [found, *siblings(found)]:
            token_.cancel()
        self.advance()

    def cancel(self, workflow: object = None) -> None:
        """End the process without any end event."""
        self.clear()
        self.queue.clear()
        self.touched.clear()
        self.completed = True

    # -- parts ------------------------------------------------------------------------------------------------------

    def _begin(self, token: str) -> Token:
        self._functions = None
        return self.get_task_from_id(token)

    def _waiting(self, token: str, *kinds: str) -> Token:
        found = self._begin(token)
        if not is_waiting(found) or event_node(found).event.kind not in kinds:
            raise TokenGone(token)
        return found

    def _timer(self, token: str) -> Token:
        found = self._waiting(token, "timer")
        if not waits.runs(found):
            raise TokenGone(token)
        return found

    def _fire(self, token: Token, variables: Mapping[str, object]) -> None:
        self.scopes.write(token.scope, variables)
        token.task_spec.fire(token)
        self.advance()

    def _release(self, token: Token) -> None:
        token.task_spec.release(token)
        self.advance()

    def _local_scope(self, token: Token) -> None:
        if token.id not in self.scopes.table:
            token.scope = self.scopes.open(token.id, token.scope)
