"""Runs the cases of a public BPMN corpus: `python tests/conformance/bpmn.py CASES.json DIR`.

Prints `N passed, M failed`. The format of a case is that of the corpora, with these readings: a process without a none
start event waits for the first `message`, `signal` or `advance` that begins it; `{"start": {"message": name}}`,
`{"start": {"signal": name}}` and `{"start": process id}` begin an instance at that place, `{"start": "error"}` expects
that the beginning fails. What is not engine work is supplied by `foreign`; the state is saved and restored before every
step.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine import spiff, xml
from engine.errors import EngineError, Problem, ProblemsFound
from engine.library import read_decisions
from engine.spiff.support import NODES
from tests.conformance.foreign import prepare
from tests.conformance.world import Run, World

Step = Mapping[str, Any]


class Failed(AssertionError):
    """A step of a case did not come out as expected."""


class Case:
    """One case while it runs."""

    def __init__(self, world: World, definition: spiff.Definition, variables: Mapping[str, object]) -> None:
        self.world = world
        self.definition = definition
        self.given = variables

    def begin(self, first: Step) -> None:
        """Start the process, unless its first step does."""
        self.world.arm_starts()
        if self.definition.has_none_start and not self._begins(first):
            self.world.begin(self.definition, self.given)

    def _begins(self, step: Step) -> bool:
        """Say whether a step begins the process itself: it says so, or nothing but a start event hears its event."""
        if "start" in step:
            return True
        for word, starts in (("message", self.definition.start_messages), ("signal", self.definition.start_signals)):
            if _name(step.get(word)) in starts:
                return not self._hears(word, _name(step[word]), starts)
        return False

    def _hears(self, kind: str, name: str, starts: Mapping[str, str]) -> bool:
        nodes = (node for scope in self.definition.scopes.values() for node in scope.nodes)
        events = ((node.element, node.facts.event) for node in nodes)
        return any(event.kind == kind and event.name == name and id != starts[name] for id, event in events)

    def step(self, step: Step) -> None:
        """Do one step or compare; raise `Failed`."""
        for word, act in _STEPS.items():
            if word in step:
                act(self, step[word], step)
                return
        raise Failed(f"unknown step {step}")

    # -- acting -------------------------------------------------------------------------------------------------------

    def start(self, how: Any, step: Step) -> None:
        """Begin an instance; `error` expects that this fails."""
        if how == "error":
            self._fails_to_begin()
            return
        variables = {**self.given, **step.get("vars", {}), **(how.get("vars", {}) if isinstance(how, dict) else {})}
        for kind in ("message", "signal"):
            if isinstance(how, dict) and kind in how:
                _same(True, self.world.begin_by(kind, how[kind], variables), f"begun by {kind} {how[kind]!r}")
                return
        name = how.get("process") if isinstance(how, dict) else how
        self.world.begin(self.world.process(name) if isinstance(name, str) else self.definition, variables)

    def _fails_to_begin(self) -> None:
        try:
            self.world.begin(self.definition, self.given)
        except EngineError:
            return
        raise Failed("the start was expected to fail")

    def complete(self, name: str, step: Step) -> None:
        """Complete a task."""
        run, token = self.task(name)
        run.fresh().complete(token, step.get("vars", {}))
        self.world.settle(run)

    def send_signal(self, name: Any, step: Step) -> None:
        """Broadcast a signal."""
        self.world.tell(_name(name), self._payload(name, step))

    def send_message(self, name: Any, step: Step) -> None:
        """Give a message to the one that waits for it, or to the process that begins with it."""
        wanted, payload = _name(name), self._payload(name, step)
        waits = (
            (run, token)
            for run, token, wait in self.world.all("waits")
            if wait.kind == "message" and wait.message == wanted
        )
        run, token = next(waits, (None, ""))
        if run is None:
            _same(True, self.world.begin_by("message", wanted, payload), f"somebody waits for message {wanted!r}")
            return
        run.fresh().correlate(token, payload)
        self.world.settle(run)

    def _payload(self, name: Any, step: Step) -> Mapping[str, object]:
        """Return the variables of an event; what the case gives comes along as long as nothing has begun."""
        own = {**step.get("vars", {}), **(name.get("vars", {}) if isinstance(name, dict) else {})}
        return own if self.world.runs else {**self.given, **own}

    def advance(self, seconds: float, step: Step) -> None:
        """Let the clock go on."""
        self.world.advance(seconds)

    def trigger(self, name: str, step: Step) -> None:
        """Release a receive task or catch event directly."""
        found = ((run, token) for run, token, place in self.world.all("places") if place.element == name)
        run, token = next(found, (None, ""))
        if run is None:
            raise Failed(f"nothing waits at {name!r}, but at {self._waiting()}")
        run.fresh().complete(token, step.get("vars", {}))
        self.world.settle(run)

    def set_variables(self, values: Mapping[str, object], step: Step) -> None:
        """Set variables from outside, in the oldest instance that runs."""
        run = next((run for run in self.world.runs if not run.instance.ended), None)
        if run is None:
            raise Failed("no instance runs that could take variables")
        run.fresh().set_variables(values)
        self.world.settle(run)

    # -- comparing ----------------------------------------------------------------------------------------------------

    def task(self, name: str) -> tuple[Run, str]:
        """Return an open task, by element id or name."""
        for run, token, task in self.world.all("tasks"):
            if name in (task.element, task.name):
                return run, token
        raise Failed(f"no task {name!r}, but {[task.name for _, _, task in self.world.all('tasks')]}")

    def tasks(self, wanted: list[str], step: Step) -> None:
        """Compare the open tasks, each as the case calls it."""
        asked = set(wanted)
        open_now = (task for _, _, task in self.world.all("tasks"))
        found = [task.element if task.element in asked else task.name for task in open_now]
        _same(sorted(wanted), sorted(found), "tasks")

    def waiting(self, wanted: list[str], step: Step) -> None:
        """Compare where the process waits for an event."""
        _same(sorted(wanted), self._waiting(), "waiting")

    def _waiting(self) -> list[str]:
        kinds = ("receiveTask", "intermediateCatchEvent")
        elements = (place.element for _, _, place in self.world.all("places"))
        return sorted(element for element in elements if self.world.kind(element) in kinds)

    def ended(self, wanted: bool, step: Step) -> None:
        """Compare whether everything that has begun is over."""
        runs = self.world.runs
        _same(wanted, bool(runs) and all(run.fresh().ended for run in runs), "ended")

    def variables(self, wanted: Mapping[str, object], step: Step) -> None:
        """Compare variables of the process, or of an open step if the process has none of that name."""
        found = {name: self._value(name) for name in wanted}
        _same({name: _plain(value) for name, value in wanted.items()}, found, "variables")

    def _value(self, name: str) -> object:
        for run in self.world.runs:
            if name in run.instance.variables:
                return _plain(run.instance.variables[name])
        for run, token, _ in self.world.all("places"):
            if name in run.instance.variables_of(token):
                return _plain(run.instance.variables_of(token)[name])
        return None

    def shows(self, name: str, step: Step) -> None:
        """Compare what a task list shows of a task."""
        run, token = self.task(name)
        for word, value in step.items():
            if word in _SHOWN:
                found = getattr(run.tasks[token], _SHOWN[word])
                _same(
                    *((_names(value), _names(found)) if isinstance(found, tuple) else (_plain(value), _plain(found))),
                    word,
                )
            elif word != "task":
                raise Failed(f"a task shows no {word!r}")


#: What a step calls a property of an open task, and what the effect calls it.
_SHOWN = {
    "name": "name",
    "assignee": "assignee",
    "candidateGroups": "candidate_groups",
    "candidateUsers": "candidate_users",
    "priority": "priority",
    "dueDate": "due",
    "followUpDate": "follow_up",
    "formRef": "form_ref",
    "formKey": "form_ref",
}


def _name(event: Any) -> str:
    """Return the name of a message or signal step, written alone or with its variables."""
    return str(event.get("name", "")) if isinstance(event, dict) else str(event)


def _names(value: object) -> list[str]:
    parts = value.split(",") if isinstance(value, str) else list(value) if isinstance(value, list | tuple) else []
    return sorted(str(part).strip() for part in parts)


def _plain(value: object) -> object:
    """Return a value as JSON would write it: numbers alike whatever their type, moments as text."""
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return Decimal(str(value))
    return value.isoformat() if isinstance(value, date | datetime) else value


_STEPS: Mapping[str, Callable[[Case, Any, Step], None]] = {
    "start": Case.start,
    "tasks": Case.tasks,
    "complete": Case.complete,
    "signal": Case.send_signal,
    "message": Case.send_message,
    "advance": Case.advance,
    "waiting": Case.waiting,
    "trigger": Case.trigger,
    "ended": Case.ended,
    "set": Case.set_variables,
    "task": Case.shows,
    "vars": Case.variables,
}


def _same(wanted: object, found: object, what: str) -> None:
    if wanted != found:
        raise Failed(f"{what}: expected {wanted}, found {found}")


# -- what an import keeps ---------------------------------------------------------------------------------------------


def _keeps(wanted: Mapping[str, Any], drawing: spiff.Drawing, shown: Counter[str], parsed: spiff.Parsed) -> None:
    """Compare by element id its kind or some of its properties, by kind a count; `shown` counts everything of the file.

    What becomes executable must hold as many flow nodes of each kind as its processes draw.
    """
    elements = {id: element for definition in parsed.definitions for id, element in definition.elements.items()}
    for id, facts in wanted.items():
        if isinstance(facts, int):
            _same(facts, _count(id, drawing) or shown[id], id)
            continue
        _same(True, id in drawing.elements, f"element {id} kept")
        for word, value in ({"kind": facts} if isinstance(facts, str) else facts).items():
            _same(value, _kept(elements.get(id, drawing.elements[id]), word), f"{id}.{word}")
    _same([], [id for definition in parsed.definitions for id in _lost(definition, drawing)], "elements lost")


def _count(word: str, drawing: spiff.Drawing) -> int:
    if word in ("nodes", "flowNodes"):
        return sum(drawing.counts.get(kind, 0) for kind in _FLOW_NODES)
    kind = word if word in drawing.counts or word not in _MANY else _MANY[word]
    return drawing.counts.get(kind, 0)


def _lost(definition: spiff.Definition, drawing: spiff.Drawing) -> Iterable[str]:
    """Yield the drawn flow nodes and flows of a process that its definition does not hold."""
    flows = {flow.id for scope in definition.scopes.values() for node in scope.nodes for flow in node.flows}
    for id, drawn in drawing.elements.items():
        if drawn.parent not in definition.scopes:
            continue
        if (drawn.kind in NODES and id not in definition.elements) or (
            drawn.kind == "sequenceFlow" and id not in flows
        ):
            yield id


_FLOW_NODES = NODES | {"complexGateway", "adHocSubProcess"}
#: Other words for kinds.
_MANY = {
    "flows": "sequenceFlow",
    **{f"{kind}s": kind for kind in ("sequenceFlow", "participant", "lane", "messageFlow", *_FLOW_NODES)},
    "processes": "process",
    "subProcesses": "subProcess",
}


def _kept(element: spiff.Element | spiff.Drawn, word: str) -> object:
    if word in ("kind", "name", "scope", "parent", "lane", "documentation", "properties", "attributes"):
        return getattr(element, word, None)
    return element.attributes.get(word, element.properties.get(word)) if isinstance(element, spiff.Element) else None


# -- a whole case -----------------------------------------------------------------------------------------------------


def run_case(case: Mapping[str, Any], folder: Path) -> None:
    """Run one case; raise `Failed` or whatever the engine raises."""
    paths = [case["path"], *case.get("also", [])]
    files = {path: (folder / path).read_bytes() for path in paths}
    parsed, errors = _parsed({path: data for path, data in files.items() if not path.endswith(".dmn")})
    steps = [step for step in case["steps"] if not _looks(step, errors, files[paths[0]], paths[0], parsed)]
    if not steps:
        return
    if errors:
        raise Failed(f"refused: {[str(error) for error in errors]}")
    definitions = {definition.id: definition for definition in parsed.definitions}
    world = World(definitions, read_decisions(files))
    _follow(Case(world, _chosen(case, definitions), case.get("vars", {})), steps)


def _follow(running: Case, steps: list[Step]) -> None:
    running.begin(steps[0])
    for number, step in enumerate(steps, 1):
        try:
            running.step(step)
        except Failed as error:
            raise Failed(f"step {number} {json.dumps(step, ensure_ascii=False)}: {error}") from None


def _parsed(files: Mapping[str, bytes]) -> tuple[spiff.Parsed, list[Problem]]:
    """Parse the files of a case as a deployment would, and return what it refuses."""
    parsed = spiff.parse({_bpmn_name(path): _prepared(path, data) for path, data in files.items()})
    return parsed, [problem for problem in parsed.problems if problem.severity == "error"]


def _prepared(path: str, data: bytes) -> bytes:
    """Return what a deployment would get; a file that it would not even read stays as it is."""
    try:
        xml.parse(data, path)
    except ProblemsFound:
        return data
    return prepare(data)


def _bpmn_name(path: str) -> str:
    return path if path.endswith((".bpmn", ".bpmn20.xml")) else f"{path}.bpmn"


def _looks(step: Step, errors: list[Problem], data: bytes, path: str, parsed: spiff.Parsed) -> bool:
    """Do a step that looks at the file only, whether it can be run or not; return whether it was one."""
    if "parse" in step:
        _same(step["parse"] == "error", bool(errors), f"parse ({[str(error) for error in errors]})")
    if "elements" in step:
        try:
            drawing = spiff.survey(data, path)
        except ProblemsFound as found:
            raise Failed(f"elements: {found}") from found
        shown = Counter(etree.QName(node).localname for node in xml.parse(data, path).iter(etree.Element))
        _keeps(step["elements"], drawing, shown, parsed)
    return "parse" in step or "elements" in step


def _chosen(case: Mapping[str, Any], definitions: Mapping[str, spiff.Definition]) -> spiff.Definition:
    """Return the process of a case: the one it names, else the first of its own file."""
    if case.get("process"):
        if case["process"] not in definitions:
            raise Failed(f"there is no executable process {case['process']!r}, but {sorted(definitions)}")
        return definitions[case["process"]]
    own = (item for item in definitions.values() if item.file == _bpmn_name(case["path"]))
    found = next(own, None)
    if found is None:
        raise Failed("the file holds no executable process")
    return found


def main(arguments: list[str]) -> int:
    """Run all cases of a file and say how many passed."""
    if len(arguments) != 2:
        print("usage: python tests/conformance/bpmn.py CASES.json DIR", file=sys.stderr)
        return 2
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
