"""Decision tables: which rules match (DMN 1.5, chapter 8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from engine.dmn.columns import Column
from engine.dmn.document import Node
from engine.dmn.errors import DmnProblem, problem
from engine.dmn.frame import COLUMN, RULES, TABLE, Evaluation, Explanation, Fired, Logic
from engine.dmn.hits import AGGREGATIONS, POLICIES, Outcome, default_of
from engine.dmn.words import column_labels
from engine.feel import Expression, Type

Values = Mapping[str, Any]


class Reader(Protocol):
    """The compiler of boxed expressions, as far as tables need it."""

    problems: list[DmnProblem]
    variables: Mapping[str, Type]

    @property
    def types(self) -> Any:
        """The model's types."""

    def expression(
        self, text: str, names: frozenset[str], owner: str, cell: tuple[int, str] | None = None
    ) -> Expression | None:
        """Return a compiled expression."""

    def tests(
        self, text: str, names: frozenset[str], owner: str, cell: tuple[int, str] | None = None
    ) -> Expression | None:
        """Return compiled unary tests."""


class Output:
    """An output column: name, type, allowed values in order of priority, default."""

    def __init__(self, node: Node, reader: Reader, names: frozenset[str], owner: str) -> None:
        self.id = node.get("id")
        self.name = node.get("name")
        self.type: Type | None = reader.types.find(node.get("typeRef"), self.id or owner)
        values = (node.first("outputValues") or Node("", {})).text_of("text").strip()
        self.values = reader.expression(f"[{values}]", names, self.id or owner) if values else None
        self.allowed = reader.tests(values, names, self.id or owner) if self.values else None
        default = (node.first("defaultOutputEntry") or Node("", {})).text_of("text").strip()
        self.default = reader.expression(default, names, self.id or owner) if default else None


class Rule:
    """A row: its cells and its output entries."""

    def __init__(
        self, number: int, node: Node, reader: Reader, names: frozenset[str], owner: str, labels: Sequence[str]
    ) -> None:
        self.number = number
        self.id = node.get("id")
        self.place = f"{owner}[{number}]" if not self.id else self.id
        entries = (*node.all("inputEntry"), *node.all("outputEntry"))
        #: what problems of its cells are reported for
        self.places = frozenset(entry.get("id") or self.place for entry in entries)
        with_question = names | {"?"}
        told = [*((number, label) for label in labels), *((number, "") for _ in entries)]
        self.cells = [
            reader.tests(entry.text_of("text").strip() or "-", with_question, entry.get("id") or self.place, cell)
            for entry, cell in zip(node.all("inputEntry"), told, strict=False)
        ]
        results = told[len(self.cells) :]
        #: numbers of the outputs that are left empty
        self.empty = [n for n, entry in enumerate(node.all("outputEntry")) if not entry.text_of("text").strip()]
        self.outputs = [
            reader.expression(entry.text_of("text").strip() or "null", names, entry.get("id") or self.place, cell)
            for entry, cell in zip(node.all("outputEntry"), results, strict=False)
        ]


class TableParts:
    """A decision table, read and compiled."""

    def __init__(self, node: Node, reader: Reader, names: frozenset[str], owner: str) -> None:
        self.id = owner
        self.policy = node.get("hitPolicy") or "UNIQUE"
        self.aggregation = node.get("aggregation")
        self.labels = column_labels(list(node.all("input")))
        labels = [*self.labels, *(output.get("label") or output.get("name") for output in node.all("output"))]
        rules = enumerate(node.all("rule"), 1)
        self.rules = [Rule(number, rule, reader, names, owner, labels) for number, rule in rules]
        self.outputs = [Output(output, reader, names, owner) for output in node.all("output")]
        self.variables = reader.variables
        self.columns: list[Column] = []
        for position, column in enumerate(node.all("input")):
            self.columns.append(self._column(position, column, reader, names))
        reader.problems.extend(self._problems())
        if self.policy not in POLICIES:
            self.policy = "UNIQUE"

    def _problems(self) -> Iterator[DmnProblem]:
        if self.policy not in POLICIES:
            yield problem(self.id, "hit_policy_unknown", name=self.policy)
        if self.aggregation not in AGGREGATIONS:
            yield problem(self.id, "aggregation_unknown", name=self.aggregation)
        names = [output.name for output in self.outputs]
        if len(names) > 1 and (len(set(names)) < len(names) or "" in names):
            yield problem(self.id, "outputs_unnamed")
        for rule in self.rules:
            if len(rule.cells) != len(self.columns) or len(rule.outputs) != len(self.outputs):
                yield problem(rule.place, "cells_missing", row=rule.number)

    def _column(self, position: int, node: Node, reader: Reader, names: frozenset[str]) -> Column:
        inner = node.first("inputExpression") or Node("", {})
        text = inner.text_of("text").strip()
        place = node.get("id") or self.id
        allowed = (node.first("inputValues") or Node("", {})).text_of("text").strip()
        return Column(
            self.labels[position],
            reader.expression(text, names, place) if text else None,
            reader.types.find(inner.get("typeRef"), place),
            reader.tests(allowed, names | {"?"}, place) if allowed else None,
            [rule.cells[position] if position < len(rule.cells) else None for rule in self.rules],
            _part(reader.variables, text),
        )


def _part(variables: Mapping[str, Type], path: str) -> Type | None:
    """The type of a variable or of an entry of it that a path names, None for anything else."""
    if path in variables:
        return variables[path]
    source, _, entry = path.rpartition(".")
    found = _part(variables, source.rstrip()) if source else None
    return dict(found.fields).get(entry.strip()) if found else None


def table_logic(parts: TableParts) -> Logic:
    """Return the logic of a decision table."""
    outcome = Outcome(parts.outputs)
    policy = POLICIES[parts.policy]
    everything = (1 << len(parts.rules)) - 1

    def decide(values: Values, evaluation: Evaluation) -> Any:
        matched = _matched(parts, everything, values, evaluation)
        if matched:
            results = [outcome.of(rule, values, evaluation) for rule in matched]
            found = policy(results, parts, values, evaluation)
        else:
            found = default_of(parts, outcome, values, evaluation)
        if evaluation.explaining:
            rules = tuple(_fired(rule, parts, outcome, values, evaluation) for rule in matched)
            inputs = {column.label: column.value(values, evaluation) for column in parts.columns}
            evaluation.explanations.append(Explanation(parts.id, inputs, rules, found))
        return found

    return decide


def _fired(rule: Rule, parts: TableParts, outcome: Outcome, values: Values, evaluation: Evaluation) -> Fired:
    asked = {
        column.label: cell.source
        for column, cell in zip(parts.columns, rule.cells, strict=False)
        if cell is not None and cell.source != "-"
    }
    result = outcome.of(rule, values, evaluation)
    names = [output.name or parts.id for output in parts.outputs]
    return Fired(rule.number, rule.id, asked, result if len(names) > 1 else dict.fromkeys(names, result))


def _matched(parts: TableParts, candidates: int, values: Values, evaluation: Evaluation) -> list[Rule]:
    evaluation.run.spend(TABLE + COLUMN * len(parts.columns) + (len(parts.rules) >> RULES))
    for column in parts.columns:
        candidates &= column.matching(candidates, values, evaluation, parts.id)
        if not candidates:
            return []
    return [rule for rule in parts.rules if candidates >> (rule.number - 1) & 1]
