"""Takes the caller's values into FEEL's domain without copying what already belongs to it."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel import limits
from engine.feel.errors import Exhausted
from engine.feel.exact import ExactDate, ExactDateTime, ExactDuration, ExactTime
from engine.feel.scope import Run
from engine.feel.values import Builtin, Function, Lambda, Range, Value, YearMonthDuration

#: types whose values are FEEL values as they are; numbers must be finite too
ATOMS = frozenset(
    {
        type(None), bool, str, date, time, datetime, timedelta, YearMonthDuration,
        ExactDate, ExactTime, ExactDateTime, ExactDuration, Range, Function, Lambda, Builtin,
    }
)  # fmt: skip


def to_feel(value: object) -> Value:
    """Return a Python or JSON value as a FEEL value; what FEEL cannot hold becomes None.

    Numbers become Decimal; tuples and sets lists; lists and dicts that need no change are returned themselves.
    """
    return _convert(value, 0, [1_000_000])


def enter(value: object, run: Run) -> Value:
    """Return the caller's value as FEEL sees it; a list or dict is looked through once per run."""
    if type(value) in ATOMS:
        return value
    if type(value) is Decimal:
        return value if value.is_finite() else None
    known = run.entered.get(id(value))
    if known is not None:
        return known[1]
    purse = [run.steps]
    found = _convert(value, 0, purse)
    run.steps = min(run.steps, purse[0])
    run.entered[id(value)] = (value, found)
    return found


def _convert(value: object, depth: int, purse: list[int]) -> Value:
    if type(value) in ATOMS:
        return value
    if isinstance(value, Decimal):
        return _number(value)
    purse[0] -= 1
    if depth > limits.DEPTH or purse[0] < 0:
        raise Exhausted("数据太大或嵌套太深", "the data are too large or nested too deeply")
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(value)) if value - value == 0 else None
    if isinstance(value, Mapping):
        return _mapping(value, depth, purse)
    if isinstance(value, (list, tuple, set, frozenset)):
        return _sequence(value, depth, purse)
    return _subclass(value)


def _number(value: Decimal) -> Value:
    if not value.is_finite():
        return None
    return value if type(value) is Decimal else Decimal(value)


def _mapping(value: Mapping[Any, object], depth: int, purse: list[int]) -> Value:
    changed: dict[str, Value] = {}
    same = type(value) is dict
    for key, item in value.items():
        kind = type(item)
        if kind in ATOMS or (kind is Decimal and item.is_finite()):  # type: ignore[attr-defined]  # it is a Decimal
            found = item
        else:
            found = _convert(item, depth + 1, purse)
            same = same and found is item
        if type(key) is not str:
            same = False
        changed[str(key)] = found
    return value if same else changed


def _sequence(value: list[Any] | tuple[Any, ...] | set[Any] | frozenset[Any], depth: int, purse: list[int]) -> Value:
    purse[0] -= len(value)
    items = [
        item
        if type(item) in ATOMS or (type(item) is Decimal and item.is_finite())
        else _convert(item, depth + 1, purse)
        for item in value
    ]
    return value if type(value) is list and all(map(operator.is_, items, value)) else items


def _subclass(value: object) -> Value:
    """Return the plain value of an instance of a subclass (such as a str enum); anything else is None."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, datetime):
        return datetime.combine(value.date(), value.timetz())
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    if isinstance(value, timedelta):
        return timedelta(value.days, value.seconds, value.microseconds)
    return None
