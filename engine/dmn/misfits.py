"""What expressions of a decision file ask for that is not there, and what is of another kind than its place is for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.dmn.boxed import Boxes
from engine.dmn.errors import FINDINGS, DmnProblem, problem
from engine.dmn.model import Model
from engine.dmn.table import TableParts
from engine.feel import SIMPLE, Derived
from engine.findings import Said

#: kinds that no value of another one can be taken for
_APART = frozenset({"number", "string", "boolean", "date", "time", "date and time"}) & frozenset(SIMPLE)


def misfits(model: Model, boxes: Boxes) -> Iterator[DmnProblem]:
    """Report literals that spell nothing, entries that a type has not, and kinds that do not go together."""
    rows = {place: rule.number for parts in boxes.tables for rule in parts.rules for place in rule.places}
    for (owner, expression, _), variables in zip(boxes.read, boxes.typed, strict=True):
        row, text = rows.get(owner), expression.source[:60]
        where = Said(f"第 {row} 行“{text}”：", f"Row {row}, {text!r}: ") if row else Said(f"“{text}”：", f"{text!r}: ")
        work = Derived.of(expression)
        for spelt in dict.fromkeys(expression.senseless):
            yield problem(owner, "literal_senseless", where=where, text=spelt[:60])
        for path in work.missing(variables):
            yield problem(owner, "entry_undeclared", where=where, name=path)
        for operator, one, other in work.misfits(variables):
            told: dict[str, Any] = {"one": FINDINGS.word(one), "other": FINDINGS.word(other), "name": operator}
            yield problem(owner, "kinds_apart", where=where, **told)
    for parts in boxes.tables:
        yield from _outputs(parts)
    yield from _decisions(model, {parts.id: parts for parts in boxes.tables})


def _outputs(parts: TableParts) -> Iterator[DmnProblem]:
    """Report results that are left empty, and those worked out of another kind than the column is for."""
    for rule in parts.rules:
        for position, (output, entry) in enumerate(zip(parts.outputs, rule.outputs, strict=False)):
            label = output.name or "output"
            if position in rule.empty:
                yield problem(rule.place, "output_empty", row=rule.number, label=label)
            if entry is None or output.type is None or not entry.names:
                continue
            kind = Derived.of(entry).kind(parts.variables)
            if _apart(kind, output.type.name):
                told = {"found": FINDINGS.word(kind), "wanted": FINDINGS.word(output.type.name)}
                yield problem(rule.place, "result_kind", row=rule.number, label=label, text=entry.source[:60], **told)


def _decisions(model: Model, tables: dict[str, TableParts]) -> Iterator[DmnProblem]:
    """Report decisions that are of another kind than the one output of their table."""
    for element in model.elements.values():
        table = element.node.first("decisionTable")
        parts = tables.get((table.get("id") if table else "") or element.id)
        if table is None or parts is None or element.type is None or len(parts.outputs) != 1:
            continue
        given = parts.outputs[0].type
        lists = parts.policy in ("RULE ORDER", "OUTPUT ORDER", "COLLECT")
        if given is not None and not lists and _apart(given.name, element.type.name):
            told = {"found": FINDINGS.word(given.name), "wanted": FINDINGS.word(element.type.name)}
            yield problem(element.id, "decision_kind", name=element.name, **told)


def _apart(one: str, other: str) -> bool:
    return one != other and {one, other} <= _APART
