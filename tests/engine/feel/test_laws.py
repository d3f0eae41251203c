"""Laws that hold for all values: null logic, numbers, dates, text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.feel import FeelError, Run, YearMonthDuration, compile, from_json, to_json, to_text, unary_tests

SHANGHAI = ZoneInfo("Asia/Shanghai")
numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4)
dates = st.dates(date(1600, 1, 1), date(2900, 12, 31))
moments = st.datetimes(datetime(1992, 1, 1), datetime(2900, 1, 1)).map(lambda m: m.replace(tzinfo=SHANGHAI))
spans = st.timedeltas(timedelta(days=-9999), timedelta(days=9999))
atoms = st.one_of(
    st.none(), st.booleans(), st.text(max_size=8), numbers, dates, moments, spans,
    st.integers(-999, 999).map(YearMonthDuration), st.times(),
)  # fmt: skip
keys = st.text(max_size=5)
values = st.recursive(
    atoms, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=12
)
logical = st.sampled_from([True, False, None, Decimal(1), "x"])


def answer(source: str, **context: Any) -> Any:
    return compile(source, tuple(context)).evaluate(context)


def truth(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


@given(values)
def test_json_round_trip_keeps_every_value(value: Any) -> None:
    back = from_json(to_json(value))
    assert back == value
    assert to_text(back, Run()) == to_text(value, Run())


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), numbers, st.text(max_size=6)),
        lambda v: st.lists(v, max_size=4),
        max_leaves=8,
    )
)
def test_text_of_a_value_is_an_expression_of_that_value(value: Any) -> None:
    source = to_text([value], Run())
    assert compile(source).evaluate({}) == [value]


@given(logical, logical)
def test_and_or_not_obey_de_morgan(a: Any, b: Any) -> None:
    assert answer("not(a and b)", a=truth(a), b=truth(b)) is answer("not(a) or not(b)", a=truth(a), b=truth(b))
    assert answer("not(a or b)", a=truth(a), b=truth(b)) is answer("not(a) and not(b)", a=truth(a), b=truth(b))


@given(logical, logical, logical)
def test_logic_is_commutative_and_associative(a: Any, b: Any, c: Any) -> None:
    for word in ("and", "or"):
        assert answer(f"a {word} b", a=a, b=b) is answer(f"b {word} a", a=a, b=b)
        assert answer(f"(a {word} b) {word} c", a=a, b=b, c=c) is answer(f"a {word} (b {word} c)", a=a, b=b, c=c)


#: a, b, a and b, a or b (DMN 1.5, 10.3.2.8, tables 48 and 49); null stands for whatever is no boolean
TRUTHS = [
    ("true", "true", "true", "true"), ("true", "false", "false", "true"), ("true", "null", "null", "true"),
    ("false", "true", "false", "true"), ("false", "false", "false", "false"), ("false", "null", "false", "null"),
    ("null", "true", "null", "true"), ("null", "false", "false", "null"), ("null", "null", "null", "null"),
]  # fmt: skip
WORDS = {"true": True, "false": False, "null": None}


@pytest.mark.parametrize(("a", "b", "both", "either"), TRUTHS)
@pytest.mark.parametrize("unknown", [None, 1, "x", [True]])
def test_and_or_follow_the_truth_tables(a: str, b: str, both: str, either: str, unknown: Any) -> None:
    given = {"a": unknown if a == "null" else WORDS[a], "b": unknown if b == "null" else WORDS[b]}
    assert answer("a and b", **given) is WORDS[both]
    assert answer("a or b", **given) is WORDS[either]
    assert answer("a and b and a", **given) is WORDS[both]
    assert answer("some x in [a, b] satisfies x", **given) is WORDS[either]
    assert answer("every x in [a, b] satisfies x", **given) is WORDS[both]


@given(logical)
def test_false_decides_and_true_decides_whatever_the_other_side_is(a: Any) -> None:
    assert answer("a and false", a=a) is False
    assert answer("a or true", a=a) is True


@given(atoms, atoms)
def test_comparison_has_exactly_one_outcome_or_none_at_all(a: Any, b: Any) -> None:
    found = [answer(f"a {operator} b", a=a, b=b) for operator in ("<", ">")] + [answer("a = b", a=a, b=b)]
    if None in found[:2]:
        assert found[0] is found[1] is None
    else:
        assert found.count(True) == 1


@given(values, values)
def test_equality_is_symmetric_and_inequality_its_opposite(a: Any, b: Any) -> None:
    same = answer("a = b", a=a, b=b)
    assert answer("b = a", a=a, b=b) is same
    assert answer("a != b", a=a, b=b) is (None if same is None else not same)
    assert answer("a = a", a=a) is True


@given(numbers, numbers)
def test_subtraction_undoes_addition(a: Decimal, b: Decimal) -> None:
    assert answer("a + b - b = a", a=a, b=b) is True


@given(numbers, numbers)
def test_modulo_and_floor_make_up_the_dividend(a: Decimal, b: Decimal) -> None:
    assume(abs(b) > 1)
    assert answer("b * floor(a / b) + modulo(a, b) = a", a=a, b=b) is True


@given(dates, st.integers(-5000, 5000))
def test_days_added_are_days_between(day: date, days: int) -> None:
    span = timedelta(days=days)
    assert answer("(d + s) - d = s", d=day, s=span) is True
    assert answer("d + s - s = d", d=day, s=span) is True


@given(moments, spans)
def test_a_duration_added_is_the_time_that_passes(moment: datetime, span: timedelta) -> None:
    assert answer("(m + s) - m = s", m=moment, s=span) is True


@given(dates, st.integers(-600, 600))
def test_months_added_keep_the_day_or_the_end_of_the_month(day: date, months: int) -> None:
    moved = answer("d + m", d=day, m=YearMonthDuration(months))
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == day.day or (moved.day < day.day and (moved + timedelta(days=1)).day == 1)


@given(dates, dates)
def test_months_between_are_the_most_that_fit(first: date, last: date) -> None:
    months = answer(
        "years and months duration(a, b).years * 12 + years and months duration(a, b).months", a=first, b=last
    )
    assert abs(answer("a + m", a=first, m=YearMonthDuration(int(months))) - last) <= timedelta(days=31)


@given(dates)
def test_written_dates_are_read_back(day: date) -> None:
    assert answer("date(string(d)) = d", d=day) is True


@given(moments)
def test_written_moments_are_read_back(moment: datetime) -> None:
    assert answer("date and time(string(m)) = m", m=moment) is True


@given(st.lists(numbers, max_size=8))
def test_sorting_orders_and_keeps_all_items(items: list[Decimal]) -> None:
    found = answer("sort(xs)", xs=items)
    assert found == sorted(items)
    assert answer("reverse(reverse(xs)) = xs", xs=items) is True


@given(st.lists(atoms, max_size=6), st.integers(-8, 8))
def test_a_position_gives_an_item_or_null(items: list[Any], position: int) -> None:
    fits = 1 <= abs(position) <= len(items)
    expected = items[position - 1 if position > 0 else position] if fits else None
    assert answer("xs[p]", xs=items, p=position) == expected or not items


@given(numbers, numbers, numbers)
def test_in_a_range_means_between_its_ends(value: Decimal, low: Decimal, high: Decimal) -> None:
    assume(low <= high)
    assert answer("v in [a..b]", v=value, a=low, b=high) is (low <= value <= high)
    assert answer("v in (a..b)", v=value, a=low, b=high) is (low < value < high)
    assert answer("v between a and b", v=value, a=low, b=high) is (low <= value <= high)


@given(st.text(alphabet="abc()[]{}.,+-*/<>=\"' 12一电:if then else for in return?@null", max_size=40))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    for read in (compile, unary_tests):
        error = refusal(lambda read=read: read(text).evaluate({"?": Decimal(1)}))
        assert error is None or (error.line >= 1 and error.column >= 1 and error.message)


def refusal(action: Callable[[], Any]) -> FeelError | None:
    try:
        action()
    except FeelError as error:
        return error
    return None
