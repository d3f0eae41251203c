"""Drives processes in tests: by element ids, with save and restore before every step and invariants after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from engine import spiff
from engine.errors import UnknownDecision, UnknownProcess
from engine.feel import Function
from engine.spiff import effects

MODELS = Path(__file__).parent / "models"
MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)

#: Which effects open and close which book.
BOOKS: Mapping[type, tuple[str, bool]] = {
    effects.TaskOpened: ("tasks", True),
    effects.TaskClosed: ("tasks", False),
    effects.JobOpened: ("jobs", True),
    effects.JobClosed: ("jobs", False),
    effects.TimerArmed: ("timers", True),
    effects.TimerDisarmed: ("timers", False),
    effects.WaitOpened: ("waits", True),
    effects.WaitClosed: ("waits", False),
    effects.Entered: ("places", True),
    effects.Left: ("places", False),
}


class FakeHost:
    """A deployment of test models with a clock that stands still until it is moved."""

    def __init__(self, *names: str) -> None:
        self.now = MONDAY
        parsed = spiff.parse({f"{name}.bpmn": (MODELS / f"{name}.bpmn").read_bytes() for name in names})
        assert [str(problem) for problem in parsed.problems if problem.severity == "error"] == []
        self.problems = parsed.problems
        self.definitions = {definition.id: definition for definition in parsed.definitions}
        self.decisions: dict[str, Callable[[Mapping[str, object]], object]] = {}

    def functions(self, instance: spiff.Instance) -> Mapping[str, Function]:
        """Every deadline is two days away."""
        return {"due": Function("due", ("key",), lambda key: self.now + timedelta(days=2))}

    def ruling(self, decision_ref: str, variables: Mapping[str, object], process_id: str) -> spiff.Ruling:
        """Ask a decision given by the test."""
        if decision_ref not in self.decisions:
            raise UnknownDecision(decision_ref)
        return spiff.Ruling(self.decisions[decision_ref](variables))

    def process(self, process_id: str) -> spiff.Definition:
        """Return one of the models."""
        if process_id not in self.definitions:
            raise UnknownProcess(process_id)
        return self.definitions[process_id]

    def bound(self, process_id: str, caller: spiff.Definition, binding: str, wanted: str) -> spiff.Definition:
        """Return a process of the models, of which there is one version."""
        found = self.process(process_id)
        if binding == "versionTag" and wanted != found.version_tag:
            raise UnknownProcess(process_id)
        return found


class Driver:
    """One instance and the books of what it has open."""

    def __init__(self, host: FakeHost, instance: spiff.Instance, restoring: bool = True) -> None:
        self.host = host
        self.instance = instance
        self.restoring = restoring
        self.log: list[effects.Effect] = []
        self.books: dict[str, dict[str, Any]] = {book: {} for book, _ in BOOKS.values()}
        self._after()

    # -- acting -----------------------------------------------------------------------------------------------------

    def complete(self, name: str, /, local: bool = False, **variables: object) -> None:
        """Complete the oldest open task or job of an element."""
        token = self._token("tasks", name) or self._token("jobs", name) or self._missing(name)
        self._act(lambda: self.instance.complete(token, variables, local))

    def fail(self, name: str, code: str, message: str = "", **variables: object) -> None:
        """Raise a BPMN error in an open task or job."""
        token = self._token("tasks", name) or self._token("jobs", name) or self._missing(name)
        self._act(lambda: self.instance.fail(token, code, message, variables))

    def message(self, name: str, **variables: object) -> None:
        """Give a message to the oldest wait for it."""
        waits = ((token, wait) for token, wait in self.books["waits"].items() if wait.kind == "message")
        token = next((token for token, wait in waits if wait.message == name), None)
        found = token or self._missing(name)
        self._act(lambda: self.instance.correlate(found, variables))

    def signal(self, name: str) -> None:
        """Broadcast a signal."""
        self._act(lambda: self.instance.signal(name))

    def set(self, **variables: object) -> None:
        """Set process variables from outside."""
        self._act(lambda: self.instance.set_variables(variables))

    def advance(self, **span: float) -> None:
        """Move the clock; timers fire when they are due, earliest first."""
        end = self.host.now + timedelta(**span)
        while True:
            timer = min(self.books["timers"].values(), key=lambda item: item.due, default=None)
            if timer is None or timer.due > end:
                break
            self.host.now = max(self.host.now, timer.due)
            self._act(lambda token=timer.token: self.instance.fire(token))
        self.host.now = end

    def restore(self) -> None:
        """Save and restore."""
        saved = self.instance.save()
        self.instance = spiff.Instance.restore(saved, self.host)
        assert self.instance.save() == saved, "a restored instance saves to other bytes"

    # -- looking ----------------------------------------------------------------------------------------------------

    @property
    def tasks(self) -> list[str]:
        """Elements of the open tasks, sorted."""
        return sorted(task.element for task in self.books["tasks"].values())

    @property
    def waits(self) -> list[str]:
        """Messages that are waited for, sorted."""
        return sorted(wait.message for wait in self.books["waits"].values() if wait.kind == "message")

    @property
    def timers(self) -> dict[str, datetime]:
        """Due times of the armed timers by element."""
        return {timer.element: timer.due for timer in self.books["timers"].values()}

    @property
    def ended(self) -> bool:
        """Whether the process is over."""
        return self.instance.ended

    @property
    def variables(self) -> dict[str, object]:
        """Variables of the process scope."""
        return self.instance.variables

    def only(self, kind: type) -> Any:
        """Return the one effect of a kind in the whole log."""
        (found,) = (effect for effect in self.log if isinstance(effect, kind))
        return found

    def all(self, kind: type) -> list[Any]:
        """Return the effects of a kind, in order."""
        return [effect for effect in self.log if isinstance(effect, kind)]

    # -- parts ------------------------------------------------------------------------------------------------------

    def _act(self, command: Callable[[], None]) -> None:
        if self.restoring:
            self.restore()
        command()
        self._after()

    def _token(self, book: str, name: str) -> str | None:
        return next((token for token, entry in self.books[book].items() if entry.element == name), None)

    def _missing(self, name: str) -> str:
        raise AssertionError(f"nothing open for {name!r}: {self.books}")

    def _after(self) -> None:
        for effect in self.instance.take_effects():
            self.log.append(effect)
            book, opens = BOOKS.get(type(effect), ("", False))
            if opens:
                self.books[book][effect.token] = effect
            elif book:
                self.books[book].pop(effect.token, None)
        check(self.instance, self.books)


def check(instance: spiff.Instance, books: Mapping[str, Mapping[str, object]]) -> None:
    """Raise when the state of an instance at rest breaks an invariant."""
    for book, entries in books.items():
        assert set(entries) <= set(instance.index), f"{book} open without a token"
    if instance.ended:
        assert all(not entries for entries in books.values()), "something is open after the end"
    assert not instance.queue
    for token in instance.index.values():
        assert token.depth <= 4
        assert token.workflow.spec.task_specs[token.task_spec.name] is token.task_spec
        assert token.scope in instance.scopes.table
        assert token.workflow.tasks[token.id] is token
        assert len(token.data) == len(instance.scopes.visible(token.scope)), "data is a view of the scopes"
    areas = [instance, *instance.subprocesses.values()]
    assert sum(len(area.tasks) for area in areas) == len(instance.index)
    assert set(instance.subprocesses) <= set(instance.index)
