"""Working days of the office calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendar import Calendar, DayKind, NoWorkingDay
from engine.holidays import built_in, published, year_days

CALENDAR = built_in()
TZ = CALENDAR.tz

moments = st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31)).map(lambda moment: moment.replace(tzinfo=TZ))
wholes = st.integers(1, 60)
parts = st.decimals("0.05", "20", places=2)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TZ)


def test_published_years_know_make_up_workdays() -> None:
    assert CALENDAR.is_workday(date(2026, 2, 14)) and CALENDAR.is_workday(date(2026, 2, 28))
    assert not CALENDAR.is_workday(date(2026, 2, 20))
    assert CALENDAR.kind(date(2026, 2, 14)).name == "春节调休上班"


def test_a_year_without_notice_is_provisional_with_statutory_days() -> None:
    days = year_days(2027)
    assert not published(2027) and not any(kind.confirmed for kind in days.values())
    off = {day for day, kind in days.items() if kind.name}
    assert {date(2027, 1, 1), date(2027, 2, 5), date(2027, 4, 5), date(2027, 6, 9), date(2027, 9, 15)} <= off
    assert days[date(2027, 10, 4)].kind == "work" and days[date(2027, 10, 9)].kind == "rest"


def test_a_day_without_entry_is_a_provisional_day_of_the_week() -> None:
    bare = Calendar()
    assert bare.is_workday(date(2050, 1, 3)) and not bare.is_workday(date(2050, 1, 1))
    assert bare.provisional(at("2050-01-03"), at("2050-01-04"))


def test_a_region_overlay_changes_only_its_days() -> None:
    local = CALENDAR.overlay({date(2026, 6, 1): DayKind("rest", name="地方停电检修日")}, "8+binjiang")
    assert not local.is_workday(date(2026, 6, 1)) and CALENDAR.is_workday(date(2026, 6, 1))
    assert local.is_workday(date(2026, 6, 2)) and local.version == "8+binjiang"


def test_half_days_are_working_days_with_half_the_hours() -> None:
    half = CALENDAR.overlay({date(2026, 6, 2): DayKind("work", "am"), date(2026, 6, 3): DayKind("work", "pm")}, "h")
    assert half.add_working_days(at("2026-06-01T10:00"), 1) == at("2026-06-02T12:00")
    assert half.office_minutes(at("2026-06-02T00:00"), at("2026-06-03T23:00")) == 210 + 210
    assert half.open_hours(date(2026, 6, 3))[0][0] == at("2026-06-03T14:30")


def test_a_calendar_without_working_days_says_so() -> None:
    empty = Calendar({date(2026, 1, 1) + timedelta(days=n): DayKind("rest") for n in range(800)}, version="bad")
    with pytest.raises(NoWorkingDay, match="Calendar bad has no working day near 2026-01-05"):
        empty.add_working_days(at("2026-01-05T10:00"), 1)


def test_exceptions_list_only_days_that_differ_from_the_plain_week() -> None:
    found = dict(CALENDAR.exceptions(at("2026-02-13"), at("2026-02-28")))
    assert date(2026, 2, 14) in found and date(2026, 2, 17) in found and date(2026, 2, 21) not in found


@given(moments, wholes, wholes)
def test_more_days_never_end_earlier(moment: datetime, first: int, second: int) -> None:
    few, many = sorted((first, second))
    assert CALENDAR.add_working_days(moment, few) <= CALENDAR.add_working_days(moment, many)


@given(moments, moments, parts, parts)
def test_later_events_and_longer_limits_never_end_earlier(a: datetime, b: datetime, m: Decimal, n: Decimal) -> None:
    (early, late), (less, more) = sorted((a, b)), sorted((m, n))
    assert CALENDAR.add_working_days(early, less) <= CALENDAR.add_working_days(late, less)
    assert CALENDAR.add_working_days(early, less) <= CALENDAR.add_working_days(early, more)


@given(moments, wholes)
def test_adding_and_subtracting_whole_days_returns_to_the_closing_time(moment: datetime, n: int) -> None:
    closing = CALENDAR.add_working_days(moment, 1)
    assert CALENDAR.add_working_days(CALENDAR.add_working_days(closing, n), -n) == closing


@given(moments, st.integers(1, 20_000))
def test_adding_and_subtracting_office_minutes_returns(moment: datetime, minutes: int) -> None:
    start = CALENDAR.add_office_time(moment, timedelta(seconds=1))
    amount = timedelta(minutes=minutes)
    assert CALENDAR.add_office_time(CALENDAR.add_office_time(start, amount), -amount) == start


@given(moments, parts)
def test_the_result_lies_in_office_hours_of_a_working_day(moment: datetime, n: Decimal) -> None:
    end = CALENDAR.add_working_days(moment, n)
    assert CALENDAR.is_workday(end.date())
    assert any(opens <= end <= closes for opens, closes in CALENDAR.open_hours(end.date()))


@given(moments, st.integers(1, 30))
def test_working_days_is_the_inverse_of_adding_them(moment: datetime, n: int) -> None:
    assert CALENDAR.working_days(moment, CALENDAR.add_working_days(moment, n)) == n


@settings(max_examples=50)
@given(moments, moments, moments)
def test_office_time_adds_up(a: datetime, b: datetime, c: datetime) -> None:
    assert CALENDAR.office_time(a, b) + CALENDAR.office_time(b, c) == CALENDAR.office_time(a, c)
