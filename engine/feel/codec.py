"""Values as JSON and back, without loss: what JSON lacks carries a tag (`{"$": kind, "v": text}`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel import limits
from engine.feel.errors import Exhausted
from engine.feel.exact import ExactDate, ExactDateTime, ExactDuration, ExactTime
from engine.feel.moments import (
    read_date,
    read_datetime,
    read_duration,
    read_time,
    write_date,
    write_datetime,
    write_duration,
    write_months,
    write_time,
)
from engine.feel.values import Range, Value, YearMonthDuration

#: values of one piece of data that is kept
MOST_VALUES = 200_000


def to_json(value: Value) -> Any:
    """Return a FEEL value as JSON data; raises TypeError for functions and foreign objects, FeelError for huge data."""
    return _written(value, [MOST_VALUES], 0)


def _written(value: Value, purse: list[int], depth: int) -> Any:
    if value is None or type(value) in (bool, str):
        return value
    nested = _NESTED.get(type(value))
    if nested is not None:
        # Lists may hold one another many times over: what is small in memory need not be small as text.
        purse[0] -= len(value) if type(value) in (list, dict) else 2
        if purse[0] < 0 or depth > limits.DEPTH:
            raise Exhausted("数据太大或嵌套太深", "the data are too large or nested too deeply")
        return nested(value, purse, depth + 1)
    writer = _WRITERS.get(type(value))
    if writer is None:
        raise TypeError(f"a {type(value).__name__} cannot be kept as JSON; only FEEL values without functions can")
    return writer(value)


def from_json(data: Any) -> Value:
    """Return the FEEL value of JSON data; plain JSON numbers become Decimal; raises ValueError for an unknown tag."""
    if data is None or type(data) in (bool, str):
        return data
    if type(data) is int:
        return Decimal(data)
    if type(data) is float:
        return Decimal(repr(data))
    if type(data) is list:
        return [from_json(item) for item in data]
    if isinstance(data, Mapping):
        return _tagged(data) if "$" in data else {key: from_json(item) for key, item in data.items()}
    return data


def _tagged(data: Mapping[str, Any]) -> Value:
    reader = _READERS.get(data["$"])
    if reader is None:
        raise ValueError(f"unknown tag {data['$']!r} in stored data")
    return reader(data["v"])


def _number(value: Decimal) -> Any:
    sign, digits, exponent = value.as_tuple()
    plain = exponent == 0 and len(digits) < 16 and not (sign and digits == (0,))
    return int(value) if plain else _tag("n", str(value))


def _tag(kind: str, value: Any) -> dict[str, Any]:
    return {"$": kind, "v": value}


def _list(value: list[Value], purse: list[int], depth: int) -> Any:
    return [_written(item, purse, depth) for item in value]


def _context(value: dict[str, Value], purse: list[int], depth: int) -> Any:
    found = {key: _written(item, purse, depth) for key, item in value.items()}
    return _tag("c", found) if "$" in found else found


def _range(value: Range, purse: list[int], depth: int) -> Any:
    ends = [_written(value.start, purse, depth), _written(value.end, purse, depth)]
    return _tag("r", [*ends, value.start_included, value.end_included, value.operator])


def _read_range(data: Any) -> Range:
    return Range(from_json(data[0]), from_json(data[1]), data[2], data[3], data[4])


def _as_text(kind: str, write: Callable[[Any], str]) -> Callable[[Any], Any]:
    return lambda value: _tag(kind, write(value))


def _read_number(text: str) -> Value:
    return Decimal(text)


_WRITERS: dict[type, Callable[[Any], Any]] = {
    Decimal: _number,
    date: _as_text("d", write_date),
    ExactDate: _as_text("d", write_date),
    time: _as_text("t", write_time),
    ExactTime: _as_text("t", write_time),
    datetime: _as_text("dt", write_datetime),
    ExactDateTime: _as_text("dt", write_datetime),
    timedelta: _as_text("p", write_duration),
    ExactDuration: _as_text("p", write_duration),
    YearMonthDuration: _as_text("p", write_months),
}
_NESTED: dict[type, Callable[[Any, list[int], int], Any]] = {list: _list, dict: _context, Range: _range}
_READERS: dict[str, Callable[[Any], Value]] = {
    "n": _read_number,
    "d": read_date,
    "t": read_time,
    "dt": read_datetime,
    "p": read_duration,
    "r": _read_range,
    "c": lambda data: {key: from_json(item) for key, item in data.items()},
}
