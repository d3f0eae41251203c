"""A deployment in which the cases of a conformance run happen: a clock, instances, and what they have open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from engine import dmn, spiff
from engine.errors import UnknownDecision, UnknownProcess
from engine.spiff import effects

_BOOKS: Mapping[type, tuple[str, bool]] = {
    effects.TaskOpened: ("tasks", True),
    effects.TaskClosed: ("tasks", False),
    effects.TimerArmed: ("timers", True),
    effects.TimerDisarmed: ("timers", False),
    effects.WaitOpened: ("waits", True),
    effects.WaitClosed: ("waits", False),
    effects.JobOpened: ("jobs", True),
    effects.JobClosed: ("jobs", False),
    effects.Entered: ("places", True),
    effects.Left: ("places", False),
}


class Run:
    """One instance, and what its effects have opened so far; its jobs are done at once and do nothing."""

    def __init__(self, world: World, instance: spiff.Instance) -> None:
        self.world = world
        self.instance = instance
        self.tasks: dict[str, effects.TaskOpened] = {}
        self.timers: dict[str, effects.TimerArmed] = {}
        self.waits: dict[str, effects.WaitOpened] = {}
        self.jobs: dict[str, effects.JobOpened] = {}
        self.places: dict[str, effects.Entered] = {}

    def fresh(self) -> spiff.Instance:
        """Return the instance as it comes back from its saved state."""
        self.instance = spiff.Instance.restore(self.instance.save(), self.world)
        return self.instance

    def rest(self) -> list[str]:
        """Do the waiting jobs and keep the books; return the signals that were thrown."""
        thrown = self._take(self.instance.take_effects())
        while self.jobs:
            self.fresh().complete(next(iter(self.jobs)))
            thrown += self._take(self.instance.take_effects())
        return thrown

    def _take(self, found: Iterable[effects.Effect]) -> list[str]:
        thrown = []
        for effect in found:
            book, opened = _BOOKS.get(type(effect), ("", False))
            if book and opened:
                getattr(self, book)[effect.token] = effect  # type: ignore[union-attr]
            elif book:
                getattr(self, book).pop(effect.token, None)  # type: ignore[union-attr]
            elif isinstance(effect, effects.Signalled):
                thrown.append(effect.signal)
        return thrown


@dataclass
class World:
    """The host of all instances of a case."""

    definitions: Mapping[str, spiff.Definition]
    decisions: Mapping[str, dmn.Decisions] = field(default_factory=dict)
    now: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)
    runs: list[Run] = field(default_factory=list)
    #: Timer start events that wait: (process, start event) -> how they repeat.
    starters: dict[tuple[str, str], spiff.Cycle] = field(default_factory=dict)

    # -- what a process asks ------------------------------------------------------------------------------------------

    def functions(self, instance: spiff.Instance) -> Mapping[str, Any]:
        """No host functions are needed."""
        return {}

    def ruling(self, decision_ref: str, variables: Mapping[str, object], process_id: str) -> spiff.Ruling:
        """Ask a decision of the case's files; doubts are no part of a case."""
        if decision_ref not in self.decisions:
            raise UnknownDecision(decision_ref)
        return spiff.Ruling(self.decisions[decision_ref].evaluate(decision_ref, variables))

    def process(self, process_id: str) -> spiff.Definition:
        """Return a process of the case."""
        if process_id not in self.definitions:
            raise UnknownProcess(process_id)
        return self.definitions[process_id]

    def bound(self, process_id: str, caller: spiff.Definition, binding: str, wanted: str) -> spiff.Definition:
        """Return a process of the models, of which there is one version."""
        found = self.process(process_id)
        if binding == "versionTag" and wanted != found.version_tag:
            raise UnknownProcess(process_id)
        return found

    # -- beginning ----------------------------------------------------------------------------------------------------

    def begin(self, definition: spiff.Definition, variables: Mapping[str, object], element: str | None = None) -> Run:
        """Start an instance and let it come to rest."""
        run = Run(self, spiff.Instance.start(definition, self, variables, element))
        self.runs.append(run)
        self.settle(run)
        return run

    def begin_by(self, kind: str, name: str, variables: Mapping[str, object]) -> bool:
        """Start every process that begins with a message or signal; return whether there was one."""
        found = [
            (definition, element)
            for definition in self.definitions.values()
            if (element := getattr(definition, f"start_{kind}s").get(name)) is not None
        ]
        for definition, element in found:
            self.begin(definition, variables, element)
        return bool(found)

    def arm_starts(self) -> None:
        """Let the timer start events of all processes wait."""
        for definition in self.definitions.values():
            for element in definition.start_timers:
                cycle = definition.first_start(element, self.now)
                if cycle is not None:
                    self.starters[definition.id, element] = cycle

    # -- going on -----------------------------------------------------------------------------------------------------

    def settle(self, run: Run) -> None:
        """Let an instance come to rest and tell its signals to the others."""
        for signal in run.rest():
            self.tell(signal, {}, besides=run)

    def tell(self, signal: str, variables: Mapping[str, object], besides: Run | None = None) -> None:
        """Broadcast a signal to the other instances and to the processes that begin with it."""
        for other in [item for item in self.runs if item is not besides and not item.instance.ended]:
            other.fresh().signal(signal, variables)
            self.settle(other)
        self.begin_by("signal", signal, variables)

    def advance(self, seconds: float) -> None:
        """Let the clock go on; what is due fires, the earliest first."""
        end = self.now + timedelta(seconds=seconds)
        while True:
            due, fire = min(self._due(), key=lambda item: item[0], default=(None, None))
            if due is None or due > end or fire is None:
                break
            self.now = max(self.now, due)
            fire()
        self.now = end

    def _due(self) -> Iterator[tuple[datetime, Any]]:
        for run in self.runs:
            for timer in run.timers.values():
                yield timer.due, lambda run=run, token=timer.token: self._fire(run, token)
        for key, cycle in self.starters.items():
            yield cycle.due, lambda key=key, cycle=cycle: self._begin_due(key, cycle)

    def _fire(self, run: Run, token: str) -> None:
        run.fresh().fire(token)
        self.settle(run)

    def _begin_due(self, key: tuple[str, str], cycle: spiff.Cycle) -> None:
        following = cycle.next()
        if following is None:
            del self.starters[key]
        else:
            self.starters[key] = following
        self.begin(self.definitions[key[0]], {}, key[1])

    # -- looking ------------------------------------------------------------------------------------------------------

    def all(self, book: str) -> Iterator[tuple[Run, str, Any]]:
        """Yield (instance, token, effect) of everything open in a book of all instances, the oldest first."""
        for run in self.runs:
            for token, effect in getattr(run, book).items():
                yield run, token, effect

    def kind(self, element: str) -> str:
        """Return the BPMN kind of an element, empty for an unknown one."""
        found = (item.elements[element].kind for item in self.definitions.values() if element in item.elements)
        return next(found, "")
