"""Functions that the host gives into the context."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from engine.feel import Function, compile

DUE = Function("due", ("key",), lambda key: datetime(2026, 11, 20, 17, 30, tzinfo=UTC) if key == "plan" else None)
ADD = Function(
    "add working days", ("from", "days", "region?"), lambda start, days, region="SH": start + timedelta(int(days))
)
CONTEXT = {"due": DUE, "add working days": ADD, "start": date(2026, 11, 20)}
NAMES = tuple(CONTEXT)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('due("plan")', datetime(2026, 11, 20, 17, 30, tzinfo=UTC)),
        ('due("nothing")', None),
        ("add working days(start, 5)", date(2026, 11, 25)),
        ('add working days(start, 5, "PD")', date(2026, 11, 25)),
        ("add working days(from: start, days: 5)", date(2026, 11, 25)),
        ('add working days(days: 5, region: "PD", from: start)', date(2026, 11, 25)),
        ("add working days(start)", None),
        ("add working days(start, 1, 2, 3)", None),
        ("add working days(from: start, day: 5)", None),
        ("for n in 1..2 return add working days(start, n)", [date(2026, 11, 21), date(2026, 11, 22)]),
        ("due instance of function<string> -> Any", True),
    ],
)
def test_a_host_function_is_called_by_position_and_by_name(source: str, expected: object) -> None:
    assert compile(source, NAMES).evaluate(CONTEXT) == expected


def test_a_host_may_override_a_function_of_the_language() -> None:
    context = {
        "today": Function("today", (), lambda: date(2026, 1, 1)),
        "count": Function("count", ("x",), lambda x: Decimal(7)),
    }
    assert compile("today()").evaluate(context) == date(2026, 1, 1)
    assert compile("count([1])", ("count",)).evaluate(context) == 7
    assert compile("count([1])").evaluate(context) == 1


def test_a_variable_named_like_a_function_hides_it_only_as_a_variable() -> None:
    assert compile("count + count([1, 2])", ("count",)).evaluate({"count": 5}) == 7


def test_an_error_of_the_host_is_not_swallowed() -> None:
    def fail() -> None:
        raise LookupError("no such clock")

    with pytest.raises(LookupError):
        compile("f()").evaluate({"f": Function("f", (), fail)})
