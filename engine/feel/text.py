"""Writing any value as text, as the function string does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel import limits
from engine.feel.errors import Exhausted
from engine.feel.exact import ExactDate, ExactDateTime, ExactDuration, ExactTime
from engine.feel.moments import write_date, write_datetime, write_duration, write_months, write_time
from engine.feel.scope import Run
from engine.feel.values import Builtin, Function, Lambda, Range, Value, YearMonthDuration


def write_number(value: Decimal) -> str:
    """Return a number in plain digits, without zeros behind; one beyond 34-digit arithmetic keeps its exponent."""
    if not value:
        return "0"
    if abs(value.adjusted()) >= 6200:
        return str(value)
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def to_text(value: Value, run: Run | None = None) -> str:
    """Return the text of a value; texts inside lists and contexts are quoted."""
    if type(value) is str:
        return value
    return inner_text(value, run or Run())


def inner_text(value: Value, run: Run) -> str:
    """Return the text of a value that is part of another one."""
    run.spend(limits.OTHER)
    writer = _WRITERS.get(type(value))
    text = writer(value) if writer else _NESTED[type(value)](value, run)
    run.spend(len(text) >> 6)
    if len(text) > limits.CHARACTERS:
        raise Exhausted(f"文字超过 {limits.CHARACTERS} 个字符", f"a text is longer than {limits.CHARACTERS} characters")
    return text


def quoted(text: str) -> str:
    """Return a text as a FEEL literal."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _list(value: list[Value], run: Run) -> str:
    return f"[{_joined([inner_text(item, run) for item in value])}]"


def _context(value: dict[str, Value], run: Run) -> str:
    return f"{{{_joined([f'{_key(key)}: {inner_text(item, run)}' for key, item in value.items()])}}}"


def _joined(parts: list[str]) -> str:
    if sum(map(len, parts)) > limits.CHARACTERS:
        raise Exhausted(f"文字超过 {limits.CHARACTERS} 个字符", f"a text is longer than {limits.CHARACTERS} characters")
    return ", ".join(parts)


def _key(key: str) -> str:
    plain = key and all(part.isidentifier() for part in key.split(" "))
    return key if plain else quoted(key)


def _range(value: Range, run: Run) -> str:
    if value.operator:
        end = value.start if value.end is None else value.end
        return f"({value.operator} {inner_text(end, run)})"
    opening, closing = "[" if value.start_included else "(", "]" if value.end_included else ")"
    return f"{opening}{inner_text(value.start, run)}..{inner_text(value.end, run)}{closing}"


def _function(value: Function | Lambda | Builtin) -> str:
    return "function(...)"


_WRITERS: dict[type, Callable[[Any], str]] = {
    type(None): lambda value: "null",
    bool: lambda value: "true" if value else "false",
    str: quoted,
    Decimal: write_number,
    date: write_date,
    ExactDate: write_date,
    time: write_time,
    ExactTime: write_time,
    datetime: write_datetime,
    ExactDateTime: write_datetime,
    timedelta: write_duration,
    ExactDuration: write_duration,
    YearMonthDuration: write_months,
    Function: _function,
    Lambda: _function,
    Builtin: _function,
}
_NESTED: dict[type, Callable[[Any, Run], str]] = {list: _list, dict: _context, Range: _range}
