"""Why a part became null is said twice: in Chinese for clerks, in English without a Chinese word."""

from __future__ import annotations

import re

import pytest

from engine.feel import compile
from engine.feel.builtins.catalogue import BUILTINS
from engine.feel.values import WORDS

#: a value of each kind
VALUES = {
    "number": "1", "string": '"a"', "boolean": "true", "date": '@"2026-01-31"', "time": '@"08:30:00"',
    "date and time": '@"2026-01-31T08:30:00"', "days and time duration": '@"P1D"',
    "years and months duration": '@"P1M"', "list": "[1, 2]", "context": "{a: 1}", "range": "[1..2]",
    "function": "sum", "null": "null",
}  # fmt: skip
CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
ALL = list(VALUES.values())
DOUBTFUL = [
    *(f"{a} {operator} {b}" for a in ALL for b in ALL for operator in ("+", "-", "*", "/", "**", "<", "=")),
    *(f"{a} {operator} {b}" for a in ALL for b in ALL for operator in ("and", "or", "in")),
    *(f"{word} x in [{value}] satisfies x" for word in ("some", "every") for value in ALL),
    *(f'@"{text}"' for text in ("nonsense", "2026-02-30", "P1Y1D", "25:00:00", "2026-01-31T25:00:00")),
    *(f"({value}).missing" for value in ALL),
    *(f"-({value})" for value in ALL),
    *(f"({value})[9]" for value in ALL),
    *(f"({value})(1)" for value in ALL),
    *(f"for i in {value} return i" for value in ALL),
    *(f"for i in {value}..9 return i" for value in ALL),
    *(f"if {value} then 1 else 2" for value in ALL),
    *(f"[{a}..{b}]" for a in ALL for b in ALL),
    *(f"{name}()" for name in BUILTINS),
    *(f"{name}({value})" for name in BUILTINS for value in ALL),
    *(f"{name}({a}, {b})" for name in BUILTINS for a in ALL for b in ALL),
    *(f"{name}(wonder: 1)" for name in BUILTINS),
    "missing", "{f: function(x: number) x, r: f(\"a\")}.r", "{f: function(x) x, r: f()}.r", "{a: 1, a: 2}",
    "function() external {java: {class: \"a\"}}", "0 ** -1", "0 ** -0.5", "1 / 0", "1e6000 * 1e6000",
    'matches("a", "(")', 'matches("a", "a", "y")', 'replace("a", "a", "$")', 'replace("a", "", "b")',
    'split("a", "")', 'matches("a", "(\\w{200})")',
    'date("2026-02-30")', 'duration("one day")', "list replace([1], 2, 3)",
]  # fmt: skip


def test_warnings_are_said_in_both_languages() -> None:
    silent = []
    for source in DOUBTFUL:
        expression = compile(source)
        value = expression.evaluate({})
        for warning in expression.warnings:
            assert CHINESE.search(warning.message), (source, warning)
            assert warning.message_en and not CHINESE.search(warning.message_en), (source, warning)
            assert warning.line == 1 and 1 <= warning.column <= len(source) + 1, (source, warning)
        silent += [source] if value is None and not expression.warnings else []
    # Null in, null out needs no words; everything else says why.
    assert [source for source in silent if "null" not in source and "(" not in source] == []


@pytest.mark.parametrize(
    "source", ["0 ** -1", "0 ** -2.5", "(1 - 1) ** -1", "1 / 0", "1e6000 ** 2", "exp(1e6)", "log(0)"]
)
def test_what_would_be_infinite_is_null_with_a_warning(source: str) -> None:
    expression = compile(source)
    assert expression.evaluate({}) is None and expression.warnings


def test_every_kind_of_value_is_tried() -> None:
    assert set(VALUES) == set(WORDS)


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ('time("10:30:00") < time("11:30:00Z")', "time"),
        ('@"2026-01-31T08:30:00@Asia/Shanghai" >= @"2026-01-31T08:30:00"', "date and time"),
    ],
)
def test_a_time_with_a_zone_and_one_without_have_no_order(source: str, kind: str) -> None:
    expression = compile(source)
    assert expression.evaluate({}) is None
    (warning,) = expression.warnings
    assert warning.message_en == (
        f"a {kind} with a zone cannot be compared with one without: write the zone on both sides"
    )
    assert compile(source.replace("<", "=").replace(">=", "=")).evaluate({}) is False, "nor are they equal"
