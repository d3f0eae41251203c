"""When two values are equal, and which comes first (DMN 1.5, 10.3.2.15, tables 52-55)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.feel import limits
from engine.feel.exact import (
    ExactDate,
    ExactDateTime,
    ExactDuration,
    ExactTime,
    duration_nanos,
    instant,
    is_named,
    time_instant,
    zone_of,
)
from engine.feel.scope import Run
from engine.feel.values import FUNCTIONS, KIND_OF, Range, Value, YearMonthDuration

_PLAIN = frozenset({bool, str, Decimal, date, timedelta, YearMonthDuration})


def equal(left: Value, right: Value, run: Run) -> bool | None:
    """Answer `left = right`: None when the two are of different kinds."""
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is type(right) and kind in _PLAIN:
        if kind is str and len(left) > limits.SHORT:
            run.spend(len(left) >> limits.READ)
        return bool(left == right)
    if KIND_OF.get(kind) != KIND_OF.get(type(right)):
        return None
    if kind is list:
        return _equal_lists(left, right, run)
    if kind is dict:
        return _equal_contexts(left, right, run)
    if kind is Range:
        return _equal_ranges(left, right, run)
    if isinstance(left, FUNCTIONS):
        return left is right
    return sort_key(left, run) == sort_key(right, run)


def _equal_lists(left: list[Value], right: list[Value], run: Run) -> bool:
    if len(left) != len(right):
        return False
    run.spend(10 + 2 * len(left))
    return all(equal(one, other, run) for one, other in zip(left, right, strict=True))


def _equal_contexts(left: dict[str, Value], right: dict[str, Value], run: Run) -> bool:
    run.spend(5 + 2 * len(left))
    return left.keys() == right.keys() and all(equal(value, right[key], run) for key, value in left.items())


def _equal_ranges(left: Range, right: Range, run: Run) -> bool:
    if (left.operator, left.start_included, left.end_included) != (
        right.operator,
        right.start_included,
        right.end_included,
    ):
        return False
    return bool(equal(left.start, right.start, run) and equal(left.end, right.end, run))


def sort_key(value: Value, run: Run) -> tuple[int, object]:
    """Return what orders and equates values of one kind; times with and without zone are two kinds."""
    kind = type(value)
    if kind in _CLOCKED:
        run.spend(limits.ZONED if is_named(zone_of(value)) else limits.OTHER)
    if kind in (datetime, ExactDateTime):
        return (0 if zone_of(value) is None else 1), instant(value)
    if kind in (time, ExactTime):
        return (0 if zone_of(value) is None else 1), time_instant(value)
    if kind in (date, ExactDate):
        return 0, (value.year, value.month, value.day)
    if kind in (timedelta, ExactDuration):
        return 0, duration_nanos(value)
    return 0, value


#: types whose values Python compares as FEEL does
COMPARABLE = frozenset({str, Decimal, date, timedelta, YearMonthDuration})
_CLOCKED = frozenset({datetime, ExactDateTime, time, ExactTime})
_ORDERED = frozenset(
    {
        "number", "string", "date", "time", "date and time",
        "days and time duration", "years and months duration",
    }
)  # fmt: skip


def compare(left: Value, right: Value, run: Run) -> int | None:
    """Return -1, 0 or 1 as left comes before, with or after right; None when they have no order."""
    kind = type(left)
    if kind is str and len(left) > limits.SHORT:
        run.spend(len(left) >> limits.READ)
    if kind is not type(right) or kind not in COMPARABLE:
        name = KIND_OF.get(kind)
        if name not in _ORDERED or name != KIND_OF.get(type(right)):
            return None
        mark, left = sort_key(left, run)
        other_mark, right = sort_key(right, run)
        if mark != other_mark:
            return None
    return -1 if left < right else int(left > right)


def order_keys(items: list[Value], run: Run) -> list[Value] | None:
    """Return a key of each item by which Python orders them as FEEL does, None when two of them have no order.

    What is written in a zone is placed in time once, not once for each of its comparisons.
    """
    kinds = {type(item) for item in items}
    if len(kinds) == 1 and kinds <= COMPARABLE:
        if str in kinds:
            run.spend(sum(len(item) >> limits.SORTED for item in items))
        return items
    names = {KIND_OF.get(kind, "") for kind in kinds}
    if len(names) > 1 or not names <= _ORDERED:
        return None
    keys = [sort_key(item, run) for item in items]
    return keys if len({mark for mark, _ in keys}) <= 1 else None


TESTS: dict[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


def contains(span: Range, value: Value, run: Run) -> bool | None:
    """Answer `value in span`; None when they cannot be compared."""
    if span.operator:
        return _compares(span, value, run)
    if span.start is None or span.end is None:
        return None
    low, high = compare(span.start, value, run), compare(value, span.end, run)
    if low is None or high is None:
        return None
    return (low < 0 or (low == 0 and span.start_included)) and (high < 0 or (high == 0 and span.end_included))


def _compares(span: Range, value: Value, run: Run) -> bool | None:
    end = span.start if span.end is None else span.end
    if span.operator in ("=", "!="):
        same = equal(value, end, run)
        return same if same is None or span.operator == "=" else not same
    order = compare(value, end, run)
    return None if order is None else TESTS[span.operator](order)


def matches(value: Value, test: Value, run: Run) -> bool | None:
    """Answer whether `value` fulfils an evaluated test: an equal value, a range around it, a list with such."""
    if type(test) is Range:
        if type(value) is Range:
            return equal(value, test, run)
        return contains(test, value, run)
    if type(test) is list:
        return _in_list(value, test, run)
    return equal(value, test, run)


def _in_list(value: Value, tests: list[Value], run: Run) -> bool | None:
    if type(value) is list and equal(value, tests, run):
        return True
    run.spend(len(tests) * limits.LISTED)
    for test in tests:
        found = equal(value, test, run) if type(test) is list else matches(value, test, run)
        if found:
            return True
    return False
