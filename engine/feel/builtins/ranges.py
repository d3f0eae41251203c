"""Reading a range from text, as the function range does (DMN 1.5, 10.3.4.1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from engine.feel.errors import NoValue
from engine.feel.moments import read_any, read_date, read_datetime, read_duration, read_time
from engine.feel.order import compare
from engine.feel.scope import Run
from engine.feel.values import Range, Value

_RANGE = re.compile(
    r'\s*([\[\](])((?:[^".]|\.(?!\.)|"(?:[^"\\]|\\.)*")+)\.\.((?:[^"]|"(?:[^"\\]|\\.)*")+?)([\[\])])\s*\Z'
)
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)\Z")
_CALL = re.compile(r'(date and time|date|time|duration)\s*\(\s*"([^"\\]*)"\s*\)\Z')
_READERS: Mapping[str, Callable[[str], Value]] = {
    "date": read_date,
    "time": read_time,
    "date and time": read_datetime,
    "duration": read_duration,
}


def read_range(text: str, run: Run) -> Range:
    """Return the range; its ends are literals, or raises NoValue."""
    found = _RANGE.match(text)
    if found:
        start, end = _end(found[2].strip()), _end(found[3].strip())
        order = compare(start, end, run)
        if order is not None and order <= 0:
            return Range(start, end, found[1] == "[", found[4] == "]")
    raise NoValue("不是区间的写法", "this does not spell a range")


def _end(text: str) -> Value:
    if _NUMBER.match(text):
        return Decimal(text)
    if text[:1] == '"' and text[-1:] == '"':
        return text[1:-1]
    if text[:1] == "@":
        return read_any(text[1:].strip()[1:-1])
    found = _CALL.match(text)
    return _READERS[found[1]](found[2]) if found else None
