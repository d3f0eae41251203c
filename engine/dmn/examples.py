"""Values worth trying in a column: where cells may change their answer, and one between each two of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Any

from engine.dmn.columns import Column
from engine.feel import Derived, Line, Range, YearMonthDuration, line

#: a text that no cell names
OTHER = "…"
#: what a condition about an order has in it
_ORDER = ("<", ">", "..", "between")
_ZEROS: dict[str, Any] = {
    "number": Decimal(0),
    "days and time duration": timedelta(0),
    "years and months duration": YearMonthDuration(0),
}
#: one value of each kind, for columns of which the cells name none
_SOME: dict[str, Any] = {
    **_ZEROS,
    "date": date(2026, 1, 1),
    "date and time": datetime.fromisoformat("2026-01-01T00:00:00"),
    "time": time(12),
}


@dataclass(frozen=True, slots=True)
class Trial:
    """A value to try: it stands for all values that no cell tells from it."""

    value: Any
    #: whether it is surely allowed; where allowed values cannot be judged, one that is not stands for others
    sure: bool
    #: whether it lies where only somebody who says so looks: below zero, outside the years 1 to 9999
    far: bool


def trials(columns: Sequence[Column], more: Sequence[Any] = ()) -> Iterator[Trial]:
    """Yield values of an input, together all that its cells and allowed values tell apart; `columns` ask for the same.

    An input is taken to be given: null is tried where a cell names it. `more` are points at which inputs that are
    worked out of this one change.
    """
    limits = [limit for column in columns for limit in column.limits]
    judged = [limit.points for limit in limits if limit.points is not None and can_judge(limit.points)]
    surely = len(judged) == len(limits)
    named = [point for column in columns for point in _named(column)]
    points = [*named, *(point for some in judged for point in some)]
    wild = any(map(is_far, points))
    for value in _values([*points, *more], columns):
        allowed = all(column.allows(value) for column in columns)
        # What is not allowed stands for others that may be, unless it is named: then it stands for itself alone.
        if allowed or not (surely or _is_among(value, points) or not all(column.fits(value) for column in columns)):
            yield Trial(value, allowed, is_far(value) and not wild)


def _values(points: Sequence[Any], columns: Sequence[Column]) -> Iterator[Any]:
    """Yield the values around the points; one of the kind of the columns where no point leads to any."""
    fitting = False
    for value in _around_all(points, columns):
        fitting = fitting or (value is not None and all(column.fits(value) for column in columns))
        yield value
    if points and not fitting:
        kind = next((column.known.name for column in columns if column.known), "")
        yield _SOME.get(kind, OTHER)


def _around_all(points: Sequence[Any], columns: Sequence[Column]) -> Iterator[Any]:
    kinds = {type(point) for point in points}
    if bool in kinds or any(column.known and column.known.name == "boolean" for column in columns):
        yield from (True, False)
    lines: dict[Line, dict[Any, Any]] = {}
    for point in points:
        on = line(point)
        if on is not None:
            lines.setdefault(on, {}).setdefault(on.place(point), point)
    for on, places in lines.items():
        some = [places[place] for place in sorted(places)]
        if on.kind == "string" and not _orders(columns):
            yield from (*some, OTHER)
        else:
            whole = _whole_of(columns) if on.kind == "number" else None
            yield from _around(on, some) if whole is None else _whole_around(some, *whole)
    if type(None) in kinds:
        yield None


def can_judge(values: Sequence[Any]) -> bool:
    """Say whether examples can be found around these values."""
    return all(value is None or type(value) is bool or line(value) is not None for value in values)


def is_far(value: Any) -> bool:
    """Say whether a value is one that nobody thinks of: ages, amounts and capacities are not negative."""
    on = line(value)
    if on is None:
        return False
    zero = _ZEROS.get(on.kind)
    if zero is not None:
        return bool(on.place(value) < on.place(zero))
    return on.kind in ("date", "date and time") and not 1 <= value.year <= 9999


def _is_among(value: Any, points: Sequence[Any]) -> bool:
    on = line(value)
    return on is None or any(line(point) == on and on.place(point) == on.place(value) for point in points)


def _named(column: Column) -> Iterator[Any]:
    for cell in column.cells:
        if cell is not None and cell.points is not None and can_judge(cell.points):
            yield from cell.points


def _orders(columns: Sequence[Column]) -> bool:
    """Say whether a cell or an allowed value asks which texts come before others."""
    asking = [
        cell for column in columns for cell in (*column.cells, *column.limits) if cell is not None and cell.points
    ]
    return any(
        any(sign in cell.source for sign in _ORDER)
        if cell.tests is None
        else any(isinstance(t, Range) for t in cell.tests)
        for cell in asking
    )


def _around(on: Line, points: Sequence[Any]) -> Iterator[Any]:
    """Yield each point, a value between each two neighbours, one before the first and one after the last."""
    first, zero = points[0], _ZEROS.get(on.kind)
    if zero is None or on.place(first) <= on.place(zero):
        found = [on.beyond(first, -1)]
    else:
        middle = on.between(zero, first)
        found = [zero if middle is None else middle]
    for low, high in pairwise(points):
        found += [low, on.between(low, high)]
    found += [points[-1], on.beyond(points[-1], 1)]
    # Nothing stands beyond the ends of the calendar, and nothing between neighbours.
    yield from (value for value in found if value is not None)


def _whole_of(columns: Sequence[Column]) -> tuple[int | None, int | None] | None:
    """Between which whole numbers the values of an input are; a variable that is declared may be any number."""
    column = columns[0]
    return Derived.of(column.expression).whole if column.asked is None else None


def _whole_around(points: Sequence[Decimal], low: int | None, high: int | None) -> Iterator[Decimal]:
    """Yield the whole numbers at the points and next to them."""
    ends = [point.to_integral_value(way) for point in points for way in (ROUND_FLOOR, ROUND_CEILING)]
    beside = [Line("number").beyond(end, way) for end in ends for way in (-1, 1)]
    for value in sorted({*ends, *(value for value in beside if value is not None)}):
        if (low is None or value >= low) and (high is None or value <= high):
            yield value


#: the longest text tried for its length
_LONGEST = 200


def leading_to(work: Derived, values: Sequence[Any]) -> Iterator[Any]:
    """Yield inputs that may lead to values worked out of them: those it names, texts of a length, days of a year."""
    if "count" not in work.asks:
        yield from (value for value in work.constants if line(value) is not None)
    numbers = [int(value) for value in values if type(value) is Decimal and 0 <= value < 10_000 and value % 1 == 0]
    for number in numbers:
        if "string length" in work.asks and number <= _LONGEST:
            yield "x" * number
        for part, days in _DAYS.items():
            if part in work.asks:
                yield from days(number)


def _days_of_year(year: int) -> list[date]:
    return [date(year, 1, 1), date(year, 7, 1), date(year, 12, 31)] if year else []


#: part of a date -> days that have it
_DAYS: dict[str, Callable[[int], list[date]]] = {
    ".year": _days_of_year,
    ".month": lambda month: [date(2026, month, 15)] if 1 <= month <= 12 else [],
    ".day": lambda day: [date(2026, 1, day)] if 1 <= day <= 31 else [],
    ".weekday": lambda day: [date(2026, 6, day)] if 1 <= day <= 7 else [],
}
