"""Checks of a decision file before it is used: what cannot be read, and what tables leave open or answer twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from engine.dmn.boxed import BOXED, Boxes
from engine.dmn.columns import Column
from engine.dmn.coverage import Coverage, TooMuch
from engine.dmn.decisions import compile_model
from engine.dmn.document import KEPT
from engine.dmn.errors import FINDINGS, DmnError, DmnProblem, problem
from engine.dmn.frame import STEPS
from engine.dmn.misfits import misfits
from engine.dmn.model import Element, Model, read_beside, read_model
from engine.dmn.table import Output, Rule, TableParts
from engine.feel import Expression, FeelError, Line, Run, Type, compile, line, to_text
from engine.findings import Said

#: steps of one try of a cell
_MOST_OF_CELL = 10_000
#: problems of one kind reported per table
_MOST = 10
_KINDS = (
    "number", "string", "boolean", "date", "time", "date and time", "days and time duration",
    "years and months duration", "list", "context", "range", "function",
)  # fmt: skip
_EQUAL = compile("a = b", ("a", "b"))
_TYPES = [Type(name) for name in _KINDS]
#: aggregation -> what it takes (DMN 1.5, 8.2.8: of numbers; the smallest and largest of all that has an order)
_KINDS_OF = {"SUM": _TYPES[:1], "MIN": [*_TYPES[:2], *_TYPES[3:8]], "MAX": [*_TYPES[:2], *_TYPES[3:8]]}
#: values of a type, one of which most conditions answer: `contains(?, "a")`, `date(?) > …`, `number(?) = 1`
_SAMPLES = {
    kind: [compile(text).evaluate({}) for text in texts.split("; ")]
    for kind, texts in {
        "number": "0; 1; -1; 2.5; 12; 2024",
        "string": '""; "a"; "1"; "abcdefghijkl"; "2024-01-31"; "10:00:00"; "2024-01-31T10:00:00"; "P1D"; "P1M"',
        "boolean": "true; false",
        "date": '@"2024-01-31"; @"2030-12-01"',
        "time": '@"10:00:00"; @"10:00:00+08:00"',
        "date and time": '@"2024-01-31T10:00:00"; @"2030-12-01T10:00:00+08:00"; @"2030-12-01T10:00:00@Asia/Shanghai"',
        "days and time duration": '@"P1D"; @"-PT1H"',
        "years and months duration": '@"P1M"; @"-P1Y"',
    }.items()
}


def check(data: bytes, imports: Mapping[str, bytes] = {}, names: Sequence[str] = ()) -> list[DmnProblem]:
    """Return all problems of a decision file, errors first; `names` are host functions and variables known to all."""
    try:
        return list(_checked(data, read_beside(data, imports), frozenset(names)))
    except DmnError as error:
        return list(error.problems)


@lru_cache(KEPT)
def _checked(data: bytes, imports: tuple[tuple[str, bytes], ...], names: frozenset[str]) -> tuple[DmnProblem, ...]:
    problems: list[DmnProblem] = []
    model = read_model(data, dict(imports), problems)
    boxes = compile_model(model, names)
    problems.extend(_model(model))
    problems.extend(_unknown_names(model, boxes, names | boxes.types.components))
    problems.extend(misfits(model, boxes))
    for parts in boxes.tables:
        problems.extend(_table(parts))
    return tuple(sorted(dict.fromkeys(problems), key=lambda found: found.severity != "error"))


def _model(model: Model) -> Iterator[DmnProblem]:
    """Report what a graph says twice, not at all or in circles."""
    for name in dict.fromkeys(model.types.circular):
        yield problem(name, "type_circular", name=name)
    seen: set[str] = set()
    for element in model.elements.values():
        if element.kind == "inputData":
            continue
        if element.name in seen:
            yield problem(element.id, "name_twice", name=element.name)
        seen.add(element.name)
        if element.kind == "decision" and element.logic is None and element.node.first(*BOXED) is None:
            yield problem(element.id, "logic_missing")
        if element.kind == "decisionService" and element in _invoked(element):
            yield problem(element.id, "service_circular")


def _invoked(service: Element) -> set[Element]:
    """Return all that a decision service needs, what it invokes included."""
    found: set[Element] = set()
    waiting = [service]
    while waiting:
        element = waiting.pop()
        needed = [required for _, required in element.requires]
        if element.kind == "decisionService":
            needed += element.model.targets(element.node, "outputDecision")
        new = [one for one in needed if one not in found]
        found.update(new)
        waiting += new
    return found


def _unknown_names(model: Model, boxes: Boxes, known: frozenset[str]) -> Iterator[DmnProblem]:
    """Report functions and variables that nothing declares or connects.

    A file without input data leaves its variables to its caller, but not what it calls.
    """
    declared = any(element.kind == "inputData" for element in model.elements.values())
    elements = {element.name for element in model.elements.values()}
    rows = {place: rule.number for parts in boxes.tables for rule in parts.rules for place in rule.places}
    for owner, expression, names in boxes.read:
        for name in sorted(expression.names - names - known - {"?"}):
            code = "requirement_undrawn" if name in elements else "variable_undeclared"
            if declared or name in elements or name in expression.called:
                row, text = rows.get(owner), expression.source[:60]
                where = Said(f"第 {row} 行“{text}”：", f"Row {row}, {text!r}: ") if row else ""
                yield problem(owner, code, where=where, name=name)


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
        if parts.policy == "ANY" and _same_outputs(parts.rules[one], parts.rules[other], example.values):
            continue
        found += 1
        if found > _MOST:
            return
        rows = {"one": one + 1, "other": other + 1}
        yield problem(parts.rules[other].place, "overlap", example.values, example=example.said, **rows)


def _same_outputs(one: Rule, other: Rule, values: Mapping[str, Any]) -> bool:
    return all(_same(a, b, values) for a, b in zip(one.outputs, other.outputs, strict=False))


def _same(one: Expression | None, other: Expression | None, values: Mapping[str, Any]) -> bool:
    """Say whether two entries give the same for an input, or whether it is not known: what they read is not in it."""
    if one is None or other is None or one.source == other.source:
        return one is other or (one is not None and other is not None)
    if not one.names | other.names <= values.keys() or one.called or other.called:
        return True
    run = Run()
    try:
        return _EQUAL.evaluate({"a": one.evaluate(values, run), "b": other.evaluate(values, run)}, run) is True
    except FeelError:
        return True


def _unreachable(parts: TableParts, coverage: Coverage) -> Iterator[DmnProblem]:
    before = _preferred(parts)
    for rule, taker, example in coverage.unreachable(before):
        place, row = parts.rules[rule].place, rule + 1
        if taker is None:
            yield problem(place, "row_matches_nothing", example.values, row=row, label=example.said.en)
        else:
            code = "row_taken" if parts.policy == "FIRST" else "row_outranked"
            yield problem(place, code, example.values, row=row, taker=taker + 1, example=example.said)


def _preferred(parts: TableParts) -> list[int]:
    """For each rule those whose result comes before its own: the earlier ones, or those of a higher rank."""
    rules = range(len(parts.rules))
    if parts.policy == "FIRST":
        return [(1 << rule) - 1 for rule in rules]
    if parts.policy != "PRIORITY" or not any(output.values for output in parts.outputs):
        return [0 for _ in rules]
    ranks = [_rank(parts, rule) for rule in parts.rules]
    return [
        sum(
            1 << one
            for one in rules
            if (mine := ranks[rule]) and (other := ranks[one]) and (*other, one) < (*mine, rule)
        )
        for rule in rules
    ]


def _rank(parts: TableParts, rule: Rule) -> tuple[int, ...] | None:
    """How late the results of a rule come among the output values, None where they are no constants."""
    found: list[int] = []
    for output, entry in zip(parts.outputs, rule.outputs, strict=False):
        order = _constant(output.values) if output.values else None
        if entry is None or entry.names or (output.values and not isinstance(order, list)):
            return None
        value = _constant(entry)
        listed = order if isinstance(order, list) else []
        found.append(listed.index(value) if value in listed else len(listed))
    return tuple(found)


def _constant(entry: Expression, run: Run | None = None) -> Any:
    """The value of an entry that reads no variables; null also where it cannot be worked out."""
    try:
        return None if entry.names else entry.evaluate({}, run)
    except FeelError:
        return None


def _types(parts: TableParts) -> Iterator[DmnProblem]:
    # One budget for all entries of a table: a file of costly ones must not hold up a deployment.
    run = Run(STEPS)
    for column in parts.columns:
        yield from _asked(parts, column)
        for number, cell in enumerate(column.cells, 1):
            yield from _cell(column, number, cell, parts.rules[number - 1].place, run)
    if parts.policy in ("PRIORITY", "OUTPUT ORDER") and not any(output.values for output in parts.outputs):
        yield problem(parts.id, "priority_without_values", name=parts.policy)
    if parts.aggregation in _KINDS_OF and len(parts.outputs) > 1:
        yield problem(parts.id, "aggregation_of_several", name=parts.aggregation, count=len(parts.outputs))
    for position, output in enumerate(parts.outputs):
        for rule in parts.rules:
            entry = rule.outputs[position] if position < len(rule.outputs) else None
            value = _constant(entry, run) if entry is not None else None
            if value is not None:
                yield from _output(parts, output, rule, value)
        value = _constant(output.default, run) if output.default is not None else None
        if value is not None:
            yield from _default(parts, output, value)


def _asked(parts: TableParts, column: Column) -> Iterator[DmnProblem]:
    """Report a column that is of another simple kind than the input which it asks for."""
    own, asked = column.type, column.asked
    if own and asked and own.name != asked.name and {own.name, asked.name} <= _SAMPLES.keys():
        told = {"label": column.label, "wanted": FINDINGS.word(own.name), "found": FINDINGS.word(asked.name)}
        yield problem(parts.id, "column_kind", **told)


def _output(parts: TableParts, output: Output, rule: Rule, value: Any) -> Iterator[DmnProblem]:
    """Report a result of a wrong type, one that is not among the output values, one that cannot be aggregated."""
    label = output.name or "output"
    told = {"row": rule.number, "label": label, "text": _text(value)}
    kinds = _KINDS_OF.get(parts.aggregation) if parts.policy == "COLLECT" else None
    if not _is_of_kind(output, value):
        yield _mismatch(rule.place, rule.number, label, output.type, value)
    elif not _may_give(output, value):
        yield problem(rule.place, "output_not_allowed", **told)
    elif kinds and not any(known.is_instance(value, Run()) for known in kinds):
        yield problem(rule.place, "aggregation_of_kind", **told, found=_kind(value), name=parts.aggregation)


def _default(parts: TableParts, output: Output, value: Any) -> Iterator[DmnProblem]:
    """Report a default result of a wrong type, and one that is not among the output values."""
    told = {"label": output.name or "output", "text": _text(value)}
    if not _is_of_kind(output, value):
        wanted = _expected(output.type, value)
        yield problem(output.id or parts.id, "default_type", **told, found=_kind(value), wanted=wanted)
    elif not _may_give(output, value):
        yield problem(output.id or parts.id, "default_not_allowed", **told)


def _is_of_kind(output: Output, value: Any) -> bool:
    """Say whether a value is of the type of an output, allowed values left aside where it is a simple one."""
    if output.type is None:
        return True
    simple = Type(output.type.name) if output.type.name in _SAMPLES else output.type
    return simple.coerce(value, Run())[1]


def _may_give(output: Output, value: Any) -> bool:
    """Say whether a value of the right kind is among the allowed values of an output and of its type."""
    if output.type is not None and not output.type.coerce(value, Run())[1]:
        return False
    return output.allowed is None or bool(output.allowed.names - {"?"}) or _is_allowed(output.allowed, value)


def _is_allowed(allowed: Expression, value: Any) -> bool:
    try:
        return allowed.evaluate({"?": value}) is True
    except FeelError:
        return True


def _cell(column: Column, number: int, cell: Expression | None, place: str, run: Run) -> Iterator[DmnProblem]:
    if column.known is None or column.known.name not in _KINDS or cell is None:
        return
    plain = Type(column.known.name)
    if cell.points is None:
        if cell.senseless:
            return
        tried = [value for value in _SAMPLES.get(plain.name, ()) if column.allows(value)]
        if tried and not cell.names - {"?"} and not any(_answers(cell, value, run) for value in tried):
            told = {"text": cell.source[:60], "wanted": FINDINGS.word(plain.name)}
            yield problem(place, "cell_answers_nothing", row=number, label=column.label, **told)
        return
    for value in cell.points:
        if value is not None and not isinstance(value, list) and not plain.holds(value, Run()):
            yield _mismatch(place, number, column.label, plain, value)
            return


def _answers(cell: Expression, value: Any, run: Run) -> bool:
    """Say whether a cell answers for a value without a part of it being null for a wrong kind."""
    own = Run(_MOST_OF_CELL)
    try:
        found = cell.evaluate({"?": value}, own)
        run.spend(_MOST_OF_CELL - own.steps)
    except FeelError:
        return True
    return found is True or (found is False and not own.notes)


def _text(value: Any) -> str:
    try:
        return to_text([value], Run())[1:-1][:60]
    except FeelError:
        return "…"


def _kind(value: Any) -> Said:
    return FINDINGS.word(next((known.name for known in _TYPES if known.is_instance(value, Run())), "null"))


def _expected(wanted: Type | None, value: Any) -> Said:
    """What a value should be; a list or context of the wrong inside is told to be of another declared type."""
    if wanted is None or wanted.name not in _KINDS:
        return FINDINGS.word("allowed_value")
    return FINDINGS.word("declared_type" if Type(wanted.name).holds(value, Run()) else wanted.name)


def _mismatch(place: str, number: int, label: str, wanted: Type | None, value: Any) -> DmnProblem:
    told = {"text": _text(value), "found": _kind(value), "wanted": _expected(wanted, value)}
    return problem(place, "cell_type", row=number, label=label, **told)
