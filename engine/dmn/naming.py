"""Which values the columns of a decision table speak of, for whoever checks or shows a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.dmn.document import Node
from engine.feel import FeelError, Range, compile, unary_tests


def column_values(table: Node, variable: str) -> tuple[Any, ...]:
    """The allowed values of the column that reads a variable, else the single values its cells name, in their order."""
    for column in table.all("input"):
        if variable in _names(column):
            allowed = tuple(_values((column.first("inputValues") or Node("", {})).text_of("text")))
            return allowed or tuple(dict.fromkeys(value for cell in column_cells(table, variable) for value in cell))
    return ()


def column_cells(table: Node, variable: str) -> tuple[tuple[Any, ...], ...]:
    """Rule by rule the single values that the cell of a column names; none for an empty cell."""
    columns = list(table.all("input"))
    position = next((place for place, column in enumerate(columns) if variable in _names(column)), None)
    return () if position is None else tuple(_cells(table, position))


def _names(column: Node) -> frozenset[str]:
    source = (column.first("inputExpression") or Node("", {})).text_of("text").strip()
    try:
        return compile(source).names if source else frozenset()
    except FeelError:
        return frozenset()


def _cells(table: Node, position: int) -> Iterator[tuple[Any, ...]]:
    for rule in table.all("rule"):
        entries = list(rule.all("inputEntry"))
        yield tuple(_values(entries[position].text_of("text"))) if position < len(entries) else ()


def _values(source: str) -> Iterator[Any]:
    try:
        tests = unary_tests(source.strip()).tests if source.strip() else None
    except FeelError:
        return
    yield from (test for test in tests or () if test is not None and not isinstance(test, Range))
