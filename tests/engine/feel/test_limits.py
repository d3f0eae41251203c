"""Nothing an analyst can write stops the house: bombs, escapes, endless loops."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from engine.feel import FeelError, Function, compile, to_json

#: seconds; a bomb is stopped long before on an idle machine
SOON = 2.0

BOMBS = {
    "long source": "1+" * 2500 + "1",
    "parentheses": "(" * 2000 + "1" + ")" * 2000,
    "signs": "-" * 4000 + "1",
    "lists": "[" * 2000 + "]" * 2000,
    "range ends": "[1.." * 600 + "1" + "]" * 600,
    "tests": "1 in (" * 600 + "1" + ")" * 600,
    "comparisons": "[<" * 1000 + "1" + "]" * 1000,
    "paths": "a" + ".b" * 2000,
    "calls": "f" + "()" * 2000,
    "filters": "a" + "[1]" * 1300,
    "types": "1 instance of " + "list<" * 700 + "Any" + ">" * 700,
    "conditions": "if true then " * 150 + "1" + " else 2" * 150,
    "endless range": "for i in 1..1000000000 return i",
    "product of loops": "for a in 1..10000, b in 1..10000 return 1",
    "some": "some a in 1..100000, b in 1..100000 satisfies false",
    "endless recursion": "{f: function(n) f(n) + f(n), r: f(1)}.r",
    "fibonacci": "{f: function(n) if n < 2 then n else f(n - 1) + f(n - 2), r: f(35)}.r",
    "doubling text": "{a: \"" + "a" * 64 + "\", b: " + "+".join("a" * 30) + ", c: " + "+".join("b" * 30)
    + ", d: " + "+".join("c" * 30) + "}.d",
    "shared lists equal": "{a: for i in 1..10000 return i, b: for i in 1..1000 return a, c: b = b}.c",
    "shared lists text": "{a: for i in 1..10000 return i, b: for i in 1..1000 return a, c: string(b)}.c",
    "flatten": "{a: for i in 1..10000 return i, b: for i in 1..10000 return a, c: flatten(b)}.c",
    "sums": "{a: for i in 1..10000 return i, c: for i in 1..10000 return sum(a)}.c",
    "searches": "{a: for i in 1..10000 return i, c: for i in 1..10000 return list contains(a, 0)}.c",
    "appending": "for i in 1..10000 return append(partial, 1)",
    "concatenate": "{a: for i in 1..10000 return i, b: concatenate(a, a, a)}.b",
    "distinct": "distinct values(for i in 1..10000 return [i])",
    "number": "1e999999999",
}  # fmt: skip


@pytest.mark.parametrize("source", BOMBS.values(), ids=list(BOMBS))
def test_a_bomb_is_refused_soon(source: str) -> None:
    begin = time.perf_counter()
    with pytest.raises(FeelError):
        compile(source).evaluate({"a": 1})
    assert time.perf_counter() - begin < SOON


@pytest.mark.parametrize(
    "source",
    ["9999999999 ** 9999999", "exp(99999999)", 'matches("' + "a" * 40 + 'b", "(a+)+$")',
     'matches("a", "(((a{1000}){1000}){1000})")', 'duration("P999999999999999999D") * 9999999999',
     'date("9999-12-31") + duration("P999999999999999999D")', "decimal(1/3, 100000)", 'replace("a", "", "b")',
     'date and time("2026-01-01T00:00:00@../../etc/passwd")'],
)  # fmt: skip
def test_what_would_be_huge_or_harmful_has_no_value(source: str) -> None:
    begin = time.perf_counter()
    assert compile(source).evaluate({}) in (None, False)
    assert time.perf_counter() - begin < SOON


def test_a_pattern_takes_time_only_with_the_text() -> None:
    begin = time.perf_counter()
    assert compile('matches(t, "(x+x+)+y")').evaluate({"t": "x" * 60_000}) is False
    assert time.perf_counter() - begin < SOON


ESCAPES = ["__class__", "a.__class__", "f.__globals__", "f.implementation", "o.secret", "a.__class__.__mro__",
           "string(o)", "o", "o.__dict__", "get value(o, \"secret\")", "f.__call__", "now.__self__", "{}.keys",
           "\"\".format", "[].append", "get entries(o)", "sum.overloads"]  # fmt: skip


class Secret:
    secret = "unlocked"


@pytest.mark.parametrize("source", ESCAPES)
def test_no_python_object_is_reachable(source: str) -> None:
    context = {"a": "text", "o": Secret(), "f": Function("f", (), lambda: 1)}
    found = compile(source).evaluate(context)
    assert found is None or found == "null" or found == []


def _foreign() -> object:
    return Secret()


def _nested() -> object:
    return {"a": [Secret(), 1.5, (2, 3)], 5: "five"}


@pytest.mark.parametrize(("given", "expected"), [(_foreign, None), (_nested, {"a": [None, 1.5, [2, 3]], "5": "five"})])
def test_what_a_host_function_gives_is_taken_into_the_domain(given: Callable[[], object], expected: object) -> None:
    found: Any = compile("f()").evaluate({"f": Function("f", (), given)})
    assert found == expected


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_numbers_that_are_none_become_null(number: str) -> None:
    from_decimal = {"a": Decimal(number), "b": [Decimal(number)]}
    assert compile("a").evaluate(from_decimal) is None
    assert compile("a < 1").evaluate(from_decimal) is None
    assert compile("b").evaluate(from_decimal) == [None]
    assert compile("a").evaluate({"a": float("nan")}) is None


def test_the_results_of_a_loop_never_contain_themselves() -> None:
    found = compile("for i in 1..3 return partial").evaluate({})
    assert found == [[], [[]], [[], [[]]]]


def test_data_that_are_small_in_memory_but_huge_as_text_are_not_kept() -> None:
    grown = compile("for i in 1..60 return partial").evaluate({})
    with pytest.raises(FeelError):
        to_json(grown)


def test_evaluation_changes_no_value_of_the_caller() -> None:
    items = [3, 1, 2]
    context = {"items": items, "c": {"a": 1}}
    compile('[sort(items), append(items, 4), context put(c, "a", 2), reverse(items)]').evaluate(context)
    assert context == {"items": [3, 1, 2], "c": {"a": 1}}
    assert items is context["items"]
