"""Values: into the domain, as text, as JSON and back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.feel import Function, Range, Run, YearMonthDuration, compile, from_json, to_feel, to_json, to_text

VALUES: list[Any] = [
    None, True, "电", "", Decimal("0"), Decimal("1.10"), Decimal("-0.5"), Decimal("1E+20"), Decimal(10**30),
    date(2026, 2, 28), time(8, 30), time(8, 30, tzinfo=UTC), time(8, 30, tzinfo=ZoneInfo("Asia/Shanghai")),
    datetime(2026, 1, 1, 8, 30), datetime(2026, 1, 1, 8, 30, 1, 5000, tzinfo=UTC),
    datetime(2026, 1, 1, 8, 30, tzinfo=timezone(timedelta(hours=8))),
    datetime(2026, 7, 1, tzinfo=ZoneInfo("Asia/Shanghai")),
    timedelta(days=3, hours=2), timedelta(microseconds=-1500000), YearMonthDuration(14), YearMonthDuration(-3),
    [Decimal(1), [None, "a"]], {"a": {"b": [Decimal("2.5")]}, "$": "n"}, Range(Decimal(1), None, False, False, ">"),
    {"$": "d", "v": "2026-01-01"},
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_json_keeps_every_value(value: Any) -> None:
    text = json.dumps(to_json(value), ensure_ascii=False)
    back = from_json(json.loads(text))
    assert back == value
    assert type(back) is type(value)
    assert to_text(back, Run()) == to_text(value, Run())


def test_numbers_keep_their_digits() -> None:
    assert str(from_json(to_json(Decimal("1.10")))) == "1.10"
    assert from_json(1.5) == Decimal("1.5")
    assert to_json(Decimal(3)) == 3


def test_functions_and_foreign_things_are_not_kept() -> None:
    with pytest.raises(TypeError):
        to_json(Function("f", (), lambda: 1))
    with pytest.raises(ValueError, match="unknown tag"):
        from_json({"$": "?", "v": 1})


def test_python_values_enter_the_domain() -> None:
    assert to_feel({"a": 1, "b": (0.1, True), "c": {2}}) == {
        "a": Decimal(1),
        "b": [Decimal("0.1"), True],
        "c": [Decimal(2)],
    }
    clean = {"a": [Decimal(1)]}
    assert to_feel(clean) is clean


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1E+3"), "1000"),
        (Decimal("-0"), "0"),
        (timedelta(hours=26, seconds=1), "P1DT2H1S"),
        (timedelta(0), "PT0S"),
        (YearMonthDuration(0), "P0M"),
        ({"a b": "x", "费": [None, True]}, '{a b: "x", 费: [null, true]}'),
        (datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=-5, minutes=-30))), "2026-01-01T00:00:00-05:30"),
        (Range(Decimal(1), Decimal(2), False, True), "(1..2]"),
    ],
)
def test_text_of_a_value(value: Any, text: str) -> None:
    assert to_text(value, Run()) == text


@pytest.mark.parametrize(
    ("plain", "zoned"), [("10:00:00", "10:00:00Z"), ("2026-01-01T10:00:00", "2026-01-01T10:00:00Z")]
)
def test_clocks_with_and_without_zone_are_never_equal_and_have_no_order(plain: str, zoned: str) -> None:
    assert compile(f'@"{plain}" = @"{zoned}"').evaluate({}) is False
    for operator in ("<", "<=", ">", ">="):
        assert compile(f'@"{plain}" {operator} @"{zoned}"').evaluate({}) is None
