"""Decision files, loaded: evaluating and explaining decisions, services and knowledge models."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from engine.dmn.boxed import BOXED, Boxes
from engine.dmn.document import KEPT
from engine.dmn.errors import DmnError, DmnProblem, problem
from engine.dmn.frame import HANDED, INVOKED, REQUIRED, Evaluation, Explanation, Warned, bound
from engine.dmn.model import Element, Model, read_beside, read_model
from engine.dmn.naming import column_cells, column_values
from engine.dmn.words import Labels
from engine.feel import Function, Type, to_feel


@dataclass(slots=True)
class State:
    """One evaluation of a graph: the caller's inputs, results so far, what is in work."""

    inputs: Mapping[str, Any]
    evaluation: Evaluation
    results: dict[Element, Any] = field(default_factory=dict)
    #: the caller's variables that no element of the model declares
    extras: Mapping[str, Any] = field(default_factory=dict)
    #: names under which imported models are known
    prefixes: Mapping[Model, Sequence[str]] = field(default_factory=dict)


class Decisions:
    """The decisions of one file, ready to be evaluated from any thread."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._local = threading.local()
        self._prefixes = dict(_prefixes(model))
        self._declared = frozenset(e.name for e in model.elements.values()) | frozenset(model.imports)

    @property
    def names(self) -> list[str]:
        """Ids and names of all decisions and decision services."""
        found = [e for e in self._model.elements.values() if e.kind in ("decision", "decisionService")]
        return list(dict.fromkeys(name for e in found for name in (e.id, e.name)))

    @property
    def inputs(self) -> list[str]:
        """Names of the input data that the file declares."""
        return [e.name for e in self._model.elements.values() if e.kind == "inputData"]

    @property
    def warnings(self) -> list[Warned]:
        """Why parts became null in the last evaluation of this thread."""
        return list(getattr(self._local, "warnings", ()))

    def labels(self, name: str) -> Labels:
        """What a decision and its columns are called; `DmnError` for an unknown name."""
        return Labels.of(self._element(name).node)

    def evaluate(self, name: str, inputs: Mapping[str, Any]) -> Any:
        """Return the value of a decision or decision service, by id or name.

        Raises DmnError for an unknown name, FeelError when the evaluation reaches a limit.
        """
        return self._run(name, inputs, Evaluation())

    def explain(self, name: str, inputs: Mapping[str, Any]) -> Explanation:
        """Return how a decision comes about: inputs, the rules that fired and what they ask and say, result."""
        evaluation = Evaluation(explaining=True)
        value = self._run(name, inputs, evaluation)
        element = self._element(name)
        parts = tuple(evaluation.explanations)
        own = parts[-1] if parts and element.node.first("decisionTable") else None
        if own is not None:
            return Explanation(element.id, own.inputs, own.rules, value, parts[:-1])
        given = {key: inputs[key] for key in self.inputs if key in inputs}
        return Explanation(element.id, given, (), value, parts)

    def values(self, name: str, variable: str) -> tuple[Any, ...]:
        """Values that a decision table allows for a variable, else those its cells name; none without a table."""
        table = self._element(name).node.first("decisionTable")
        return () if table is None else column_values(table, variable)

    def cells(self, name: str, variable: str) -> tuple[tuple[Any, ...], ...]:
        """Rule by rule the values that the cell for a variable names; none without a table."""
        table = self._element(name).node.first("decisionTable")
        return () if table is None else column_cells(table, variable)

    def _element(self, name: str) -> Element:
        found = self._model.find(name)
        if found is None:
            known = "、".join(self.names)
            raise DmnError([problem(name, "decision_unknown", name=name, known=known)])
        return found

    def _run(self, name: str, inputs: Mapping[str, Any], evaluation: Evaluation) -> Any:
        element = self._element(name)
        extras = {key: value for key, value in inputs.items() if key not in self._declared}
        state = State(inputs, evaluation, {}, extras, self._prefixes)
        try:
            if element.kind == "decisionService":
                return _serve(element, [_given(e, state) for e in _service_inputs(element)], state)
            return value_of(element, state)
        except RecursionError:
            raise DmnError([problem(element.id, "too_deep_to_evaluate")]) from None
        finally:
            notes = evaluation.run.notes
            feel = [Warned(element.id, f"{message}（{source}）") for source, _, message, _ in notes]
            self._local.warnings = evaluation.warnings + feel


def _prefixes(model: Model) -> Iterator[tuple[Model, tuple[str, ...]]]:
    """Yield the imported models with the names of their import."""
    for name, imported in model.imports.items():
        yield imported, (name,)
        yield from _prefixes(imported)


def value_of(element: Element, state: State) -> Any:
    """Return the value of an element: an input's value, a decision's result, a function.

    What decisions require is worked out first, so that a long chain of them needs no deep stack.
    """
    waiting = [element]
    while waiting:
        current = waiting[-1]
        if current not in state.results:
            missing = [required for required in _before(current) if required not in state.results]
            if missing:
                waiting += missing
                continue
            state.results[current] = _COMPUTE[current.kind](current, state)
        waiting.pop()
    return state.results[element]


def _before(element: Element) -> Iterator[Element]:
    """Yield the decisions that a decision requires."""
    if element.kind == "decision":
        yield from (required for _, required in element.requires if required.kind == "decision")


def _input(element: Element, state: State) -> Any:
    return bound(_given(element, state), element.type, element.id, state.evaluation)


def _given(element: Element, state: State) -> Any:
    """Return what the caller gave for an element; that of an imported model may stand under the import's name."""
    if element.name in state.inputs:
        return to_feel(state.inputs[element.name])
    for prefix in state.prefixes.get(element.model, ()):
        value = state.inputs.get(prefix)
        if isinstance(value, Mapping) and element.name in value:
            return to_feel(value[element.name])
    return None


def _decision(element: Element, state: State) -> Any:
    if element.logic is None:
        return None
    value = element.logic(variables(element, state), state.evaluation)
    return bound(value, element.type, element.id, state.evaluation)


def variables(element: Element, state: State) -> dict[str, Any]:
    """Return the variables that an element's logic sees: what it requires, and what no element declares."""
    state.evaluation.run.spend(INVOKED + REQUIRED * len(element.requires) + (len(state.extras) >> HANDED))
    values = dict(state.extras)
    for prefix, required in element.requires:
        value = value_of(required, state)
        if prefix:
            values[prefix] = {**values.get(prefix, {}), required.name: value}
        else:
            values[required.name] = value
    return values


def _knowledge(element: Element, state: State) -> Any:
    """A business knowledge model as a function; it may call itself."""

    def implementation(*arguments: Any) -> Any:
        logic, evaluation = element.logic, state.evaluation
        if logic is None:
            return None
        values = variables(element, state)
        for (name, wanted), value in zip(element.parameters, arguments, strict=True):
            values[name] = bound(value, wanted, element.id, evaluation)
            if value is not None and values[name] is None:
                return None
        return bound(logic(values, evaluation), element.type, element.id, evaluation)

    return Function(element.name, tuple(name for name, _ in element.parameters), implementation)


def _service(element: Element, state: State) -> Any:
    inputs = _service_inputs(element)
    return Function(element.name, tuple(e.name for e in inputs), lambda *given: _serve(element, given, state))


def _service_inputs(element: Element) -> list[Element]:
    node, model = element.node, element.model
    return [*model.targets(node, "inputData"), *model.targets(node, "inputDecision")]


def _serve(element: Element, arguments: Sequence[Any], state: State) -> Any:
    state.evaluation.run.spend(INVOKED + REQUIRED * len(element.node.children))
    inner = State({}, state.evaluation, {}, state.extras)
    for required, value in zip(_service_inputs(element), arguments, strict=True):
        typed = bound(value, required.type, required.id, state.evaluation)
        if value is not None and typed is None:
            return None
        inner.results[required] = typed
    outputs = element.model.targets(element.node, "outputDecision")
    found = {output.name: value_of(output, inner) for output in outputs}
    value = next(iter(found.values())) if len(found) == 1 else found
    return bound(value, element.type, element.id, state.evaluation)


_COMPUTE = {
    "inputData": _input,
    "decision": _decision,
    "businessKnowledgeModel": _knowledge,
    "decisionService": _service,
}


def load(data: bytes, imports: Mapping[str, bytes] = {}, names: Sequence[str] = ()) -> Decisions:
    """Return the decisions of a file; `names` are host functions and variables that every expression may use.

    Raises DmnError with all problems of the file.
    """
    return _loaded(data, read_beside(data, imports), frozenset(names))


@lru_cache(KEPT)
def _loaded(data: bytes, imports: tuple[tuple[str, bytes], ...], names: frozenset[str]) -> Decisions:
    problems: list[DmnProblem] = []
    model = read_model(data, dict(imports), problems)
    compile_model(model, names)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise DmnError(errors)
    return Decisions(model)


def compile_model(model: Model, names: frozenset[str]) -> Boxes:
    """Compile the logic of all elements of a model and of those it imports; problems are collected."""
    for imported in model.imports.values():
        compile_model(imported, names)
    boxes = Boxes(model.types, model.problems, names)
    for element in model.elements.values():
        _compile(element, boxes)
    model.problems.extend(problem(element.id, "circular") for element in _circular(model))
    return boxes


def _compile(element: Element, boxes: Boxes) -> None:
    names = {prefix or required.name for prefix, required in element.requires}
    names |= {required.name for _, required in element.requires}
    node = element.node
    if element.kind == "businessKnowledgeModel":
        encapsulated = node.first("encapsulatedLogic")
        if encapsulated is None or encapsulated.get("kind") not in ("", "FEEL"):
            return
        element.parameters = [(inner.get("name"), boxes.types.find(inner.get("typeRef"), element.id))
                              for inner in encapsulated.all("formalParameter")]  # fmt: skip
        names |= {name for name, _ in element.parameters}
        node = encapsulated
    boxed = node.first(*BOXED)
    if boxed is not None:
        boxes.variables = _typed(element) if boxed.tag == "decisionTable" else {}
        element.logic = boxes.logic(boxed, frozenset(names), element.id)


def _typed(element: Element) -> dict[str, Type]:
    """The types of the variables that an element's logic sees."""
    required = [(f"{prefix}.{e.name}" if prefix else e.name, e) for prefix, e in element.requires]
    types = [(name, e.type) for name, e in required if e.kind in ("inputData", "decision")]
    return {name: wanted for name, wanted in (*types, *element.parameters) if wanted is not None}


def _circular(model: Model) -> list[Element]:
    """Return the decisions of a model that lie on a circle of requirements."""
    needs: dict[Element, set[Element]] = {}
    waiting = list(model.elements.values())
    while waiting:
        element = waiting.pop()
        if element not in needs:
            needs[element] = set(_before(element))
            waiting += needs[element]
    # Whoever waits for nobody else can go first; those who are left wait for a circle, or are on one.
    left = _stripped(needs)
    asked: dict[Element, set[Element]] = {element: set() for element in left}
    for element, required in left.items():
        for other in required:
            asked[other].add(element)
    circular = _stripped(asked)
    return [element for element in model.elements.values() if element in circular]


def _stripped(needs: Mapping[Element, set[Element]]) -> dict[Element, set[Element]]:
    """Return the elements that cannot go in an order where each comes after what it needs, with what holds them up."""
    left = {element: set(required) for element, required in needs.items()}
    holding: dict[Element, list[Element]] = {}
    for element, required in needs.items():
        for other in required:
            holding.setdefault(other, []).append(element)
    free = [element for element, required in needs.items() if not required]
    while free:
        element = free.pop()
        del left[element]
        for other in holding.get(element, ()):
            left[other].discard(element)
            if not left[other]:
                free.append(other)
    return left
