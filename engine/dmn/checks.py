"""Checks of a decision file before it is used: what cannot be read, and what tables leave open or answer twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.dmn.boxed import Boxes
from engine.dmn.columns import Column
from engine.dmn.coverage import Coverage
from engine.dmn.decisions import compile_model
from engine.dmn.errors import DmnError, DmnProblem
from engine.dmn.model import Model, read_model
from engine.dmn.table import Rule, TableParts
from engine.feel import Expression, Run, Type, compile, to_text

#: problems of one kind reported per table
_MOST = 10
_WORDS = {
    "number": "数字", "string": "文字", "boolean": "是否值", "date": "日期", "time": "时间",
    "date and time": "日期时间", "days and time duration": "天时时长", "years and months duration": "年月时长",
    "list": "列表", "context": "数据组", "range": "区间", "function": "函数",
}  # fmt: skip
_EQUAL = compile("a = b", ("a", "b"))
_TYPES = [Type(name) for name in _WORDS]


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
    return sorted(dict.fromkeys(problems), key=lambda problem: problem.severity != "error")


def _unknown_names(model: Model, boxes: Boxes, known: frozenset[str]) -> Iterator[DmnProblem]:
    """Report variables that nothing declares; a file without input data leaves them to its caller."""
    if not any(element.kind == "inputData" for element in model.elements.values()):
        return
    rows = {place: rule.number for parts in boxes.tables for rule in parts.rules for place in rule.places}
    for owner, expression, names in boxes.read:
        for name in sorted(expression.names - names - known - {"?"}):
            row, text = rows.get(owner), expression.source[:60]
            where, where_en = (f"第 {row} 行“{text}”：", f"Row {row}, {text!r}: ") if row else ("", "")
            yield DmnProblem(
                owner,
                f"{where}没有声明变量“{name}”",
                "请连上所需的输入或决策，或改正名称 (Connect what it comes from, or correct the name.)",
                message_en=f"{where_en}nothing declares the variable {name!r}",
            )


def _table(parts: TableParts) -> Iterator[DmnProblem]:
    yield from _types(parts)
    if not parts.rules or not parts.columns:
        return
    coverage = Coverage(parts)
    yield from _overlaps(parts, coverage)
    if parts.policy in ("UNIQUE", "ANY", "PRIORITY", "FIRST") and not any(o.default for o in parts.outputs):
        for number, example in enumerate(coverage.gaps()):
            if number >= 3:
                break
            yield DmnProblem(
                parts.id,
                f"没有规则处理：{example.words}",
                "请补一条规则，或设默认输出 (Add a rule for it, or set a default output.)",
                "warning",
                example.values,
                f"No rule is for: {example.words_en}",
            )
    yield from _unreachable(parts, coverage)


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
        yield DmnProblem(
            parts.rules[other].place,
            f"第 {one + 1} 行和第 {other + 1} 行同时符合，例如：{example.words}",
            "请让条件互斥，或改命中策略 (Let the conditions exclude each other, or change the hit policy.)",
            input=example.values,
            message_en=f"Rows {one + 1} and {other + 1} both match, for example: {example.words_en}",
        )


def _same_outputs(one: Rule, other: Rule) -> bool:
    return all(_same(a, b) for a, b in zip(one.outputs, other.outputs, strict=False))


def _same(one: Expression | None, other: Expression | None) -> bool:
    """Say whether two entries always give the same: written alike, or constants of one value such as `1` and `1.0`."""
    if one is None or other is None or one.source == other.source:
        return one is other or (one is not None and other is not None)
    if one.names or other.names or "(" in one.source + other.source:
        return False
    run = Run()
    return _EQUAL.evaluate({"a": one.evaluate({}, run), "b": other.evaluate({}, run)}, run) is True


def _unreachable(parts: TableParts, coverage: Coverage) -> Iterator[DmnProblem]:
    for rule, taker, example in coverage.unreachable():
        number = rule + 1
        if taker is None:
            message = f"第 {number} 行不会符合任何输入：“{example.words}”没有合适的值"
            message_en = f"Row {number} matches no input: nothing fits {example.words_en!r}"
            advice = "请改正条件或允许值 (Correct the condition or the allowed values.)"
        elif parts.policy == "FIRST":
            message = f"第 {number} 行总被前面的行抢先，例如第 {taker + 1} 行：{example.words}"
            message_en = (
                f"Rows before take all that row {number} is for, row {taker + 1} for example: {example.words_en}"
            )
            advice = "请删除或移到前面 (Delete the row, or move it up.)"
        else:
            continue
        yield DmnProblem(parts.rules[rule].place, message, advice, "warning", example.values, message_en)


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
    if column.type is None or column.type.name not in _WORDS:
        return
    plain = Type(column.type.name)
    for value in (cell.points if cell else None) or ():
        if value is not None and not isinstance(value, list) and not plain.holds(value, Run()):
            yield _mismatch(place, number, column.label, plain, value)
            return


def _mismatch(place: str, number: int, label: str, wanted: Type, value: Any) -> DmnProblem:
    found = next((known.name for known in _TYPES if known.is_instance(value, Run())), "")
    expected = _WORDS.get(wanted.name, "允许的值")
    expected_en = wanted.name if wanted.name in _WORDS else "one of the allowed values"
    text = to_text([value], Run())[1:-1][:60]
    return DmnProblem(
        place,
        f"第 {number} 行“{label}”：{text} 是{_WORDS.get(found, '空值')}，这一列应是{expected}",
        "请改正单元格或列的类型 (Correct the cell, or the type of the column.)",
        message_en=f"Row {number}, {label!r}: {text} is {found or 'null'}, the column is for {expected_en}",
    )
