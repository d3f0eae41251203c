"""Values worth trying in a column: where cells may change their answer, and one between each two of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.dmn.columns import Column
from engine.feel import Range, YearMonthDuration

#: a text that no cell names
OTHER = "…"


def examples(columns: Sequence[Column]) -> Iterator[Any]:
    """Yield values of an input that are told apart by its cells; `columns` all ask for the same input."""
    values = [value for column in columns for value in _named(column)]
    allowed = next((c.allowed.tests for c in columns if c.allowed and c.allowed.tests is not None), None)
    if allowed is not None and not any(isinstance(test, Range) for test in allowed):
        yield from filter(_allowing(columns), allowed)
        return
    kinds = {type(value) for value in values}
    if bool in kinds or any(column.type and column.type.name == "boolean" for column in columns):
        yield from (True, False)
    for kind in kinds & _STEPS.keys():
        points = sorted({value for value in values if type(value) is kind})
        yield from filter(_allowing(columns), _around(points, _reaches_below(points, columns)))
    if str in kinds:
        texts = sorted({value for value in values if type(value) is str})
        yield from filter(_allowing(columns), (*texts, *(text + OTHER for text in texts if _orders(columns)), OTHER))
    if type(None) in kinds:
        yield None


def can_judge(values: Sequence[Any]) -> bool:
    """Say whether examples can be found around these values."""
    return all(type(value) in _STEPS or type(value) in (str, bool, type(None)) for value in values)


def _allowing(columns: Sequence[Column]) -> Callable[[Any], bool]:
    return lambda value: all(column.allows(value) for column in columns)


def _named(column: Column) -> Iterator[Any]:
    for cell in column.cells:
        if cell is not None and cell.points is not None and can_judge(cell.points):
            yield from cell.points


def _orders(columns: Sequence[Column]) -> bool:
    """Say whether a cell asks which texts come before others."""
    cells = (cell for column in columns for cell in column.cells if cell is not None)
    return any(cell.tests is None or any(isinstance(test, Range) for test in cell.tests) for cell in cells)


def _reaches_below(points: Sequence[Any], columns: Sequence[Column]) -> bool:
    """Say whether values below the first point are of interest.

    Where no cell speaks of negative numbers or times, none is looked for: ages, amounts and capacities have none.
    """
    first = points[0]
    zero = _ZEROS.get(type(first))
    return zero is None or first < zero or (first == zero and any(map(_speaks_of_negatives, columns)))


def _speaks_of_negatives(column: Column) -> bool:
    tests = [test for cell in column.cells for test in (cell.tests if cell else None) or ()]
    return any(isinstance(test, Range) and test.start is None and test.end in _ZEROS.values() for test in tests)


def _around(points: Sequence[Any], below: bool) -> Iterator[Any]:
    """Yield each point, a value between each two neighbours, one before the first and one after the last."""
    first, (step, between) = points[0], _STEPS[type(points[0])]
    zero = _ZEROS.get(type(first))
    if below:
        yield step(first, -1)
    elif zero is not None and first > zero:
        yield between(zero, first)
    for number, point in enumerate(points):
        yield point
        following = points[number + 1] if number + 1 < len(points) else None
        if following is None:
            yield step(point, 1)
        elif (middle := between(point, following)) not in (point, following):
            yield middle


_DAY = timedelta(days=1)
_STEPS: dict[type, tuple[Callable[[Any, int], Any], Callable[[Any, Any], Any]]] = {
    Decimal: (lambda value, way: value + way, lambda low, high: low + (high - low) / 2),
    date: (lambda value, way: value + way * _DAY, lambda low, high: low + (high - low) / 2),
    datetime: (lambda value, way: value + way * _DAY, lambda low, high: low + (high - low) / 2),
    timedelta: (lambda value, way: value + way * _DAY, lambda low, high: low + (high - low) / 2),
    YearMonthDuration: (
        lambda value, way: YearMonthDuration(value.months + way),
        lambda low, high: YearMonthDuration((low.months + high.months) // 2),
    ),
}
_ZEROS: dict[type, Any] = {Decimal: Decimal(0), timedelta: timedelta(0), YearMonthDuration: YearMonthDuration(0)}
