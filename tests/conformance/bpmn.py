"""Runs the cases of a public BPMN corpus: `python tests/conformance/bpmn.py CASES.json DIR`.

Prints `N passed, M failed`. What is not engine work is supplied by `foreign`; jobs are done at once and do nothing.
The state is saved and restored before every step.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from engine import spiff
from engine.errors import EngineError, Problem, UnknownProcess
from engine.spiff import effects
from engine.spiff.support import NODES
from tests.conformance.foreign import prepare

Step = Mapping[str, Any]


class Failed(AssertionError):
    """A step of a case did not come out as expected."""


@dataclass
class World:
    """A deployment, a clock, and what the effects of an instance have opened so far."""

    definitions: Mapping[str, spiff.Definition]
    now: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)
    tasks: dict[str, effects.TaskOpened] = field(default_factory=dict)
    timers: dict[str, effects.TimerArmed] = field(default_factory=dict)
    waits: dict[str, effects.WaitOpened] = field(default_factory=dict)
    jobs: dict[str, effects.JobOpened] = field(default_factory=dict)
    places: dict[str, effects.Entered] = field(default_factory=dict)

    def functions(self, instance: spiff.Instance) -> Mapping[str, Any]:
        """No host functions are needed."""
        return {}

    def ruling(self, decision_ref: str, variables: Mapping[str, object]) -> spiff.Ruling:
        """No case asks a decision."""
        raise NotImplementedError(decision_ref)

    def process(self, process_id: str) -> spiff.Definition:
        """Return a process of the case."""
        if process_id not in self.definitions:
            raise UnknownProcess(process_id)
        return self.definitions[process_id]

    def take(self, found: Iterable[effects.Effect]) -> None:
        """Keep the books on what is open."""
        for effect in found:
            book, opened = _BOOKS.get(type(effect), (None, False))
            if book is not None and opened:
                getattr(self, book)[effect.token] = effect  # type: ignore[union-attr]
            elif book is not None:
                getattr(self, book).pop(effect.token, None)  # type: ignore[union-attr]


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
    """One case while it runs."""

    def __init__(self, world: World, definition: spiff.Definition, variables: Mapping[str, object]) -> None:
        self.world = world
        self.definition = definition
        self.instance = spiff.Instance.start(definition, world, variables)
        self._rest()

    def _rest(self) -> None:
        """Do the waiting jobs (they do nothing), then keep the books."""
        self.world.take(self.instance.take_effects())
        while self.world.jobs:
            self._fresh().complete(next(iter(self.world.jobs)))
            self.world.take(self.instance.take_effects())

    def _fresh(self) -> spiff.Instance:
        self.instance = spiff.Instance.restore(self.instance.save(), self.world)
        return self.instance

    def step(self, step: Step) -> None:
        """Do one step or compare; raise `Failed`."""
        for word, act in _STEPS.items():
            if word in step:
                act(self, step[word], step)
                self._rest()
                return
        raise Failed(f"unknown step {step}")

    def task(self, name: str) -> str:
        """Return the token of an open task, by element id or name."""
        for token, task in self.world.tasks.items():
            if name in (task.element, task.name):
                return token
        raise Failed(f"no task {name!r}, but {[task.name for task in self.world.tasks.values()]}")

    def open_names(self, wanted: Iterable[str]) -> list[str]:
        """Return the open tasks as the case calls them."""
        asked = set(wanted)
        return sorted(task.element if task.element in asked else task.name for task in self.world.tasks.values())

    def tasks(self, wanted: list[str], step: Step) -> None:
        """Compare the open tasks."""
        _same(sorted(wanted), self.open_names(wanted), "tasks")

    def complete(self, name: str, step: Step) -> None:
        """Complete a task."""
        token = self.task(name)
        self._fresh().complete(token, step.get("vars", {}))

    def send_signal(self, name: str, step: Step) -> None:
        """Broadcast a signal."""
        self._fresh().signal(name)

    def send_message(self, name: str, step: Step) -> None:
        """Give a message to the one that waits for it."""
        waits = ((token, wait) for token, wait in self.world.waits.items() if wait.kind == "message")
        token = next((token for token, wait in waits if wait.message == name), None)
        if token is None:
            raise Failed(f"nobody waits for message {name!r}")
        self._fresh().correlate(token, step.get("vars", {}))

    def advance(self, seconds: int, step: Step) -> None:
        """Let the clock go on and fire what is due, earliest first."""
        end = self.world.now + timedelta(seconds=seconds)
        while True:
            due = min(self.world.timers.values(), key=lambda timer: timer.due, default=None)
            if due is None or due.due > end:
                break
            self.world.now = max(self.world.now, due.due)
            self._fresh().fire(due.token)
            self._rest()
        self.world.now = end

    def waiting(self, wanted: list[str], step: Step) -> None:
        """Compare where the process waits for an event."""
        kinds = ("receiveTask", "intermediateCatchEvent")
        elements = (place.element for place in self.world.places.values())
        found = [element for element in elements if self._kind(element) in kinds]
        _same(sorted(wanted), sorted(found), "waiting")

    def _kind(self, element: str) -> str:
        for definition in self.world.definitions.values():
            if element in definition.elements:
                return definition.elements[element].kind
        return ""

    def trigger(self, name: str, step: Step) -> None:
        """Release a receive task or catch event directly."""
        token = next((token for token, place in self.world.places.items() if place.element == name), None)
        if token is None:
            raise Failed(f"nothing waits at {name!r}")
        self._fresh().complete(token)

    def ended(self, wanted: bool, step: Step) -> None:
        """Compare whether the process is over."""
        _same(wanted, self._fresh().ended, "ended")

    def set_variables(self, values: Mapping[str, object], step: Step) -> None:
        """Set variables from outside."""
        self._fresh().set_variables(values)

    def variables(self, wanted: Mapping[str, object], step: Step) -> None:
        """Compare variables of the process."""
        found = self._fresh().variables
        _same(dict(wanted), {name: found.get(name) for name in wanted}, "variables")

    def shows(self, name: str, step: Step) -> None:
        """Compare what a task list shows of a task."""
        task = self.world.tasks[self.task(name)]
        for word, value in step.items():
            if word in _SHOWN:
                found = getattr(task, _SHOWN[word])
                _same(_as_names(value) if isinstance(found, tuple) else value, found, word)


def _keeps(wanted: Mapping[str, Any], drawing: spiff.Drawing, definitions: Mapping[str, spiff.Definition]) -> None:
    """Compare by element id its kind or some of its properties, by kind a count.

    Where the file can be run, its definitions must hold as many flow nodes as it draws.
    """
    elements = {id: element for definition in definitions.values() for id, element in definition.elements.items()}
    for id, facts in wanted.items():
        if isinstance(facts, int):
            kind = id if id in drawing.counts or id not in _MANY else _MANY[id]
            _same(facts, drawing.counts.get(kind, 0), id)
            continue
        _same(True, id in drawing.elements, f"element {id} kept")
        for word, value in ({"kind": facts} if isinstance(facts, str) else facts).items():
            _same(value, _kept(elements.get(id, drawing.elements[id]), word), f"{id}.{word}")


#: Other words for kinds.
_MANY = {f"{kind}s": kind for kind in ("process", "sequenceFlow", "participant", "lane", "messageFlow", *NODES)}


#: What a step calls a property of an open task, and what the effect calls it.
_SHOWN = {
    "assignee": "assignee",
    "candidateGroups": "candidate_groups",
    "candidateUsers": "candidate_users",
    "priority": "priority",
    "formRef": "form_ref",
}


def _as_names(value: object) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else list(value) if isinstance(value, list) else []
    return tuple(str(part).strip() for part in parts)


def _kept(element: spiff.Element | spiff.Drawn, word: str) -> object:
    if word in ("kind", "name", "scope", "parent", "lane", "documentation", "properties", "attributes"):
        return getattr(element, word, None)
    return element.attributes.get(word, element.properties.get(word)) if isinstance(element, spiff.Element) else None


_STEPS: Mapping[str, Callable[[Run, Any, Step], None]] = {
    "tasks": Run.tasks,
    "complete": Run.complete,
    "signal": Run.send_signal,
    "message": Run.send_message,
    "advance": Run.advance,
    "waiting": Run.waiting,
    "trigger": Run.trigger,
    "ended": Run.ended,
    "set": Run.set_variables,
    "task": Run.shows,
    "vars": Run.variables,
}


def _same(wanted: object, found: object, what: str) -> None:
    if wanted != found:
        raise Failed(f"{what}: expected {wanted}, found {found}")


def run_case(case: Mapping[str, Any], folder: Path) -> None:
    """Run one case; raise `Failed` or whatever the engine raises."""
    paths = [case["path"], *case.get("also", [])]
    files = {Path(path).name: prepare((folder / path).read_bytes()) for path in paths}
    parsed = spiff.parse(files)
    errors = [problem for problem in parsed.problems if problem.severity == "error"]
    drawing = spiff.survey((folder / paths[0]).read_bytes(), Path(paths[0]).name)
    definitions = {definition.id: definition for definition in parsed.definitions}
    steps = [step for step in case["steps"] if not _looks(step, errors, drawing, definitions)]
    if not steps:
        return
    if errors:
        raise Failed(f"refused: {[str(error) for error in errors]}")
    definition = definitions[case["process"]] if case.get("process") else _first_of(parsed, paths[0])
    _run_steps(World(definitions), definition, case.get("vars", {}), steps)


def _looks(
    step: Step, errors: list[Problem], drawing: spiff.Drawing, definitions: Mapping[str, spiff.Definition]
) -> bool:
    """Do a step that looks at the file only, whether it can be run or not; return whether it was one."""
    if "parse" in step:
        _same(step["parse"] == "error", bool(errors), f"parse ({[str(error) for error in errors]})")
    if "elements" in step:
        _keeps(step["elements"], drawing, definitions)
    return "parse" in step or "elements" in step


def _first_of(parsed: spiff.Parsed, path: str) -> spiff.Definition:
    return next(definition for definition in parsed.definitions if definition.file == Path(path).name)


def _run_steps(world: World, definition: spiff.Definition, variables: Mapping[str, object], steps: list[Step]) -> None:
    if steps and steps[0].get("start") == "error":
        try:
            Run(world, definition, variables)
        except EngineError:
            return
        raise Failed("the start was expected to fail")
    run = Run(world, definition, variables)
    for step in steps:
        run.step(step)


def main(arguments: list[str]) -> int:
    """Run all cases of a file and say how many passed."""
    cases_file, folder = Path(arguments[0]), Path(arguments[1])
    cases = json.loads(cases_file.read_text(encoding="utf-8"))
    failed = 0
    for case in cases:
        try:
            run_case(case, folder)
        except Exception as error:
            failed += 1
            print(f"FAILED {case['id']}: {type(error).__name__}: {error}")
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
