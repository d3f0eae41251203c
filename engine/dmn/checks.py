"""Checks of a decision file before it is used: what cannot be read, and what tables leave open or answer twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from engine.dmn.boxed import Boxes
from engine.dmn.columns import Column
from engine.dmn.coverage import Coverage, TooMuch
from engine.dmn.decisions import compile_model
from engine.dmn.errors import FINDINGS, DmnError, DmnProblem, problem
from engine.dmn.model import Model, read_model
from engine.dmn.table import Rule, TableParts
from engine.feel import Expression, FeelError, Line, Run, Type, compile, line, to_text
from engine.findings import Said

#: problems of one kind reported per table
_MOST = 10
_KINDS = (
    "number", "string", "boolean", "date", "time", "date and time", "days and time duration",
    "years and months duration", "list", "context", "range", "function",
)  # fmt: skip
_EQUAL = compile("a = b", ("a", "b"))
_TYPES = [Type(name) for name in _KINDS]


def check(data: bytes, imports: Mapping[str, bytes] = {}, names: Sequence[str] = ()) -> list[DmnProblem]:
    """Return all problems of a decision file, errors first; `names` are host functions and variables known to all."""
    problems: list[DmnProblem] = []
    try:
        model = read_model(data, imports, problems)
    except DmnError as error:
        return list(error.problems)
    boxes = compile_model(model, frozenset(names))
    problems.extend(_unknown_names(model, boxes, frozenset(names) | boxes.types.components))
    for parts in boxes.tables:
        problems.extend(_table(parts))
    return sorted(dict.fromkeys(problems), key=lambda found: found.severity != "error")


def _unknown_names(model: Model, boxes: Boxes, known: frozenset[str]) -> Iterator[DmnProblem]:
    """Report variables that nothing declares; a file without input data leaves them to its caller."""
    if not any(element.kind == "inputData" for element in model.elements.values()):
        return
    rows = {place: rule.number for parts in boxes.tables for rule in parts.rules for place in rule.places}
    for owner, expression, names in boxes.read:
        for name in sorted(expression.names - names - known - {"?"}):
            row, text = rows.get(owner), expression.source[:60]
            where = Said(f"第 {row} 行“{text}”：", f"Row {row}, {text!r}: ") if row else ""
            yield problem(owner, "variable_undeclared", where=where, name=name)


def _table(parts: TableParts) -> Iterator[DmnProblem]:
    yield from _types(parts)
    if not parts.rules or not parts.columns:
        return
    for column in parts.columns:
        yield from _zones(parts, column)
    coverage = Coverage(parts)
    for search in (_overlaps, _gaps, _unreachable):
        try:
            yield from search(parts, coverage)
        except TooMuch:
            yield problem(parts.id, "table_too_large")
            return


def _zones(parts: TableParts, column: Column) -> Iterator[DmnProblem]:
    """Report clocks with a zone beside clocks without: whatever comes in, one of the two has no order with it."""
    first: dict[Line, int] = {}
    for row, cell in enumerate(column.cells, 1):
        for on in filter(None, map(line, (cell.points if cell else None) or ())):
            first.setdefault(on, row)
            other = first.get(Line(on.kind, not on.zoned))
            if other is not None:
                rows = {"zoned": row if on.zoned else other, "plain": other if on.zoned else row}
                yield problem(parts.rules[row - 1].place, "zones_mixed", label=column.label, **rows)
                return


def _gaps(parts: TableParts, coverage: Coverage) -> Iterator[DmnProblem]:
    if parts.policy in ("UNIQUE", "ANY", "PRIORITY", "FIRST") and not any(o.default for o in parts.outputs):
        for example in islice(coverage.gaps(), 3):
            yield problem(parts.id, "gap", example.values, example=example.said)


def _overlaps(parts: TableParts, coverage: Coverage) -> Iterator[DmnProblem]:
    if parts.policy not in ("UNIQUE", "ANY"):
        return
    found = 0
    for one, other, example in coverage.overlaps():
        if parts.policy == "ANY" and _same_outputs(parts.rules[one], parts.rules[other]):
            continue
        found += 1
        if found > _MOST:
            return
        rows = {"one": one + 1, "other": other + 1}
        yield problem(parts.rules[other].place, "overlap", example.values, example=example.said, **rows)


def _same_outputs(one: Rule, other: Rule) -> bool:
    return all(_same(a, b) for a, b in zip(one.outputs, other.outputs, strict=False))


def _same(one: Expression | None, other: Expression | None) -> bool:
    """Say whether two entries always give the same: written alike, or constants of one value such as `1` and `1.0`."""
    if one is None or other is None or one.source == other.source:
        return one is other or (one is not None and other is not None)
    if one.names or other.names or "(" in one.source + other.source:
        return False
    run = Run()
    try:
        return _EQUAL.evaluate({"a": one.evaluate({}, run), "b": other.evaluate({}, run)}, run) is True
    except FeelError:
        return False


def _unreachable(parts: TableParts, coverage: Coverage) -> Iterator[DmnProblem]:
    before = [(1 << rule) - 1 if parts.policy == "FIRST" else 0 for rule in range(coverage.count)]
    for rule, taker, example in coverage.unreachable(before):
        place, row = parts.rules[rule].place, rule + 1
        if taker is None:
            yield problem(place, "row_matches_nothing", example.values, row=row, label=example.said.en)
        else:
            yield problem(place, "row_taken", example.values, row=row, taker=taker + 1, example=example.said)


def _types(parts: TableParts) -> Iterator[DmnProblem]:
    for column in parts.columns:
        for number, cell in enumerate(column.cells, 1):
            yield from _cell(column, number, cell, parts.rules[number - 1].place)
    for position, output in enumerate(parts.outputs):
        for rule in parts.rules:
            entry = rule.outputs[position] if position < len(rule.outputs) else None
            if entry is None or output.type is None or entry.names or "(" in entry.source:
                continue
            value = entry.evaluate({}, Run())
            if not output.type.coerce(value, Run())[1]:
                yield _mismatch(rule.place, rule.number, output.name or "output", output.type, value)


def _cell(column: Column, number: int, cell: Expression | None, place: str) -> Iterator[DmnProblem]:
    if column.type is None or column.type.name not in _KINDS:
        return
    plain = Type(column.type.name)
    for value in (cell.points if cell else None) or ():
        if value is not None and not isinstance(value, list) and not plain.holds(value, Run()):
            yield _mismatch(place, number, column.label, plain, value)
            return


def _mismatch(place: str, number: int, label: str, wanted: Type, value: Any) -> DmnProblem:
    found = FINDINGS.word(next((known.name for known in _TYPES if known.is_instance(value, Run())), "null"))
    expected = FINDINGS.word(wanted.name if wanted.name in _KINDS else "allowed_value")
    text = to_text([value], Run())[1:-1][:60]
    return problem(place, "cell_type", row=number, label=label, text=text, found=found, wanted=expected)
