"""Looks for expressions that take longer than they pay for: functions and operators over awkward values, in a loop."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import product
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel import FeelError, Run, compile, limits
from engine.feel.builtins.catalogue import BUILTINS
from engine.feel.values import KIND_OF, Builtin

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_LONG: list[Any] = [Decimal(number * 7919 % 10007) for number in range(10_000)]
#: variables of the expressions: long, deep, of rare kinds
CONTEXT: dict[str, Any] = {
    "s": "a" * 65_000, "u": "电" * 65_000, "commas": "a," * 30_000, "dollars": "$0" * 20_000,
    "growing": "(((a{20}){20})*b?)", "wide": "[a-zé-ü]{1,200}x?", "moment": "2026-01-01T00:00:00@Asia/Shanghai",
    "xs": _LONG, "lists": [_LONG] * 30, "truths": [True] * 10_000, "words": [f"w{n}" for n in range(10_000)],
    "contexts": [{"key": f"k{n}", "value": Decimal(n)} for n in range(3_000)],
    "days": [date(2020, 1, 1) + timedelta(days=n * 7919 % 3000) for n in range(3_000)],
    "moments": [datetime(2020, 1, 1, tzinfo=_SHANGHAI) + timedelta(days=n * 7919 % 3000) for n in range(3_000)],
    "big": {f"k{n}": Decimal(n) for n in range(3_000)},
}  # fmt: skip
#: kind -> expressions of it, `j` being the number of the turn
_VALUES = {
    "number": ["1", "j", "1e6000", "1e-6000", "-1", "(1/7)", "999.5"],
    "string": ['"a"', '("a" + string(j))', "s", "u", "commas", "dollars", "growing", "wide", "moment"],
    "boolean": ["true"],
    "list": ["xs", "lists", "truths", "words", "contexts", "days", "moments", "[j]"],
    "context": ["big", "{a: j}"],
    "date": ['@"2026-01-01"', '@"-99999-01-01"'],
    "time": ['@"10:00:00"', '@"10:00:00@Asia/Shanghai"'],
    "date and time": ['@"2026-01-01T10:00:00"', '@"99999-01-01T10:00:00.123456789@Asia/Shanghai"'],
    "days and time duration": ['@"P1D"', '@"PT0.000000001S"'],
    "years and months duration": ['@"P5M"'],
    "range": ["[1..j]", '[@"2026-01-01T00:00:00@Asia/Shanghai"..@"2026-02-01T00:00:00@Asia/Shanghai"]', "(< j)"],
    "function": ["function(x, y) x < y", "function(x) x"],
    "null": ["null"],
}
_ALL = [value for values in _VALUES.values() for value in values]
_FORMS = ["{} instance of list<number>", "{} instance of list<list<number>>", "-({})", "({}).k", "({})[j]",
          "({})[item > j]", "count(for i in {} return 1)", "some i in {} satisfies false", "({}).weekday"]  # fmt: skip


def calls(random: Random, each: int) -> Iterator[str]:
    """Yield some calls of every form of every function, then of every operator."""
    for name, builtin in BUILTINS.items():
        yield f"{name}()"
        yield from random.sample([*_of(name, builtin, random)], each)
    pairs = [*product(_ALL, _ALL)]
    for operator in ("+", "-", "*", "/", "**", "<", "=", "in", "and"):
        yield from (f"({a}) {operator} ({b})" for a, b in random.sample(pairs, each * 4))
    for form in _FORMS:
        yield from (form.format(value) for value in _ALL)


def _of(name: str, builtin: Builtin, random: Random) -> Iterator[str]:
    for overload in builtin.overloads:
        if overload.variadic:
            yield from (f"{name}({value}, {value})" for value in _ALL)
            continue
        kinds = [sorted({KIND_OF[t] for t in kind}) if kind else [*_VALUES] for kind in overload.kinds]
        pools = [[value for kind in some for value in _VALUES[kind]] for some in kinds]
        for _ in range(60):
            yield f"{name}({', '.join(random.choice(pool) for pool in pools)})"


def spent(call: str) -> tuple[float, int]:
    """Return seconds of this thread and steps of a loop around a call; it ends in a value or in words."""
    expression = compile(f"for j in 1..10000 return {call}", tuple(CONTEXT))
    run, begin = Run(), time.thread_time()
    try:
        expression.evaluate(CONTEXT, run)
    except FeelError as error:
        if not (error.message and error.message_en):
            raise AssertionError(f"{call} ends without words") from error
    return time.thread_time() - begin, limits.STEPS - run.steps
