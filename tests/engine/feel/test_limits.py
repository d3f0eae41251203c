"""Nothing an analyst can write stops the house: bombs, escapes, endless loops."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from engine.feel import FeelError, Function, Run, compile, limits, to_json, unary_tests
from tests.engine.feel.bombs import BOMBS, HARMLESS

MOST_BYTES = 64 * 1024 * 1024


def evaluated(source: str) -> tuple[Any, Run]:
    """Return the value of an expression, or why it has none, and the run that paid for it."""
    run = Run()
    try:
        return compile(source).evaluate({"a": 1}, run), run
    except FeelError as error:
        return error, run


@pytest.fixture
def memory() -> Iterator[Callable[[], int]]:
    """Asks for the most bytes that the test has held at once."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()


@pytest.mark.parametrize("source", BOMBS.values(), ids=list(BOMBS))
def test_a_bomb_ends_in_an_error_before_it_holds_much(source: str, memory: Callable[[], int]) -> None:
    found, _ = evaluated(source)
    assert isinstance(found, FeelError) and found.message and found.message_en
    assert memory() < MOST_BYTES


@pytest.mark.parametrize("source", HARMLESS.values(), ids=list(HARMLESS))
def test_what_is_not_refused_stays_small(source: str, memory: Callable[[], int]) -> None:
    found, run = evaluated(source)
    assert not isinstance(found, FeelError)
    assert run.steps >= 0
    assert memory() < MOST_BYTES


CHAINS = [name for name in BOMBS if name.startswith("chain")]


@pytest.mark.parametrize("name", CHAINS)
def test_a_chain_that_is_too_long_is_no_cell_either(name: str) -> None:
    with pytest.raises(FeelError, match=f"more than {limits.HEIGHT} parts inside one another"):
        unary_tests(BOMBS[name])


def test_a_list_has_at_most_its_items() -> None:
    assert limits.ITEMS == 10_000
    full = {"a": [1] * limits.ITEMS}
    assert len(compile("for i in a return i").evaluate(full, Run(10**7))) == limits.ITEMS
    for source in ("for i in 1..10001 return i", "append(a, 1)", "concatenate(a, [1])"):
        with pytest.raises(FeelError, match="a list has more than 10000 items"):
            compile(source).evaluate(full, Run(10**7))


def test_the_bombs_are_many() -> None:
    assert len(BOMBS) + len(HARMLESS) > 100


@pytest.mark.parametrize("source", ["for i in 1..10000 return i", "count((for i in 1..4000 return i)[item > 5])"])
def test_a_long_list_is_no_bomb(source: str) -> None:
    found, _ = evaluated(source)
    assert not isinstance(found, FeelError)


@pytest.mark.parametrize(
    ("source", "steps"),
    [
        ("for i in 1..10 return i + 1", 10 * (limits.TURN + 6)),
        ("[1, 2, 3][item > 1]", 1 + 3 * (limits.TURN + 3)),
        ("count([1, 2, 3])", limits.BUILTIN + 3),
        ("2 ** 0.5", limits.ROOT),
        ('"a" + "b"', limits.OTHER),
        ("1 + 2 * 3", 0),
        ("{f: function(x) x + 1, r: f(1)}.r", limits.CALL + limits.ARGUMENT + 4),
        ("for i in 1..1 return i + i + i", limits.TURN + 1 + 2 * limits.LINK + 5),
        ("for i in 1..1 return i in (1, 2, 3)", limits.TURN + 1 + 3 * limits.TEST + 6),
        ('string length(string: "a")', 2 * limits.NAMED + limits.NAME + limits.BUILTIN),
        ("0 in [1, 2]", 2 * limits.LISTED),
    ],
)
def test_work_is_counted_in_steps(source: str, steps: int) -> None:
    _, run = evaluated(source)
    assert limits.STEPS - run.steps == steps


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


@pytest.mark.parametrize("source", ['matches(t, "a")', 'replace(t, "a", "b")', 'split("a", t)', 'matches("a", t)'])
def test_half_a_character_has_no_match(source: str) -> None:
    found = compile(source)
    assert found.evaluate({"t": "\ud800a"}) is None and found.warnings


def test_evaluation_changes_no_value_of_the_caller() -> None:
    items = [3, 1, 2]
    context = {"items": items, "c": {"a": 1}}
    compile('[sort(items), append(items, 4), context put(c, "a", 2), reverse(items)]').evaluate(context)
    assert context == {"items": [3, 1, 2], "c": {"a": 1}}
    assert items is context["items"]


def test_a_chain_that_is_too_long_is_told_with_its_place() -> None:
    with pytest.raises(FeelError) as caught:
        compile("true and\n1" + "=1" * 1000)
    assert caught.value.line == 2 and caught.value.column > 1


def test_putting_texts_together_costs_what_they_are_long() -> None:
    run = Run()
    compile("s + s").evaluate({"s": "a" * 25_600}, run)
    assert limits.STEPS - run.steps == limits.OTHER + 400


@pytest.mark.parametrize(("call", "characters"), [("lower case", 16), ("upper case", 32)])
def test_turning_letters_costs_what_a_text_is_long(call: str, characters: int) -> None:
    run = Run()
    compile(f"{call}(s)").evaluate({"s": "a" * 3200}, run)
    assert limits.STEPS - run.steps == limits.BUILTIN + 3200 // characters
