"""When timers are due."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.feel import YearMonthDuration
from engine.spiff import cron, timers

NOW = datetime(2026, 1, 31, 8, 30, tzinfo=timers.LOCAL)


@pytest.mark.parametrize(
    ("value", "due"),
    [
        ("PT24H", NOW + timedelta(hours=24)),
        ("P1DT2H30M", NOW + timedelta(days=1, hours=2, minutes=30)),
        ("P2W", NOW + timedelta(weeks=2)),
        ("PT0.5S", NOW + timedelta(milliseconds=500)),
        ("P1M", datetime(2026, 2, 28, 8, 30, tzinfo=timers.LOCAL)),
        ("P1Y1M", datetime(2027, 2, 28, 8, 30, tzinfo=timers.LOCAL)),
        ("2026-12-01", datetime(2026, 12, 1, tzinfo=timers.LOCAL)),
        ("2026-12-01T09:00:00", datetime(2026, 12, 1, 9, tzinfo=timers.LOCAL)),
        ("2026-12-01T09:00:00Z", datetime(2026, 12, 1, 9, tzinfo=UTC)),
        (timedelta(hours=3), NOW + timedelta(hours=3)),
        (YearMonthDuration(1), datetime(2026, 2, 28, 8, 30, tzinfo=timers.LOCAL)),
        (date(2026, 5, 1), datetime(2026, 5, 1, tzinfo=timers.LOCAL)),
        (datetime(2026, 5, 1, 12, tzinfo=UTC), datetime(2026, 5, 1, 12, tzinfo=UTC)),
    ],
)
def test_a_value_means_a_moment(value, due):
    assert timers.moment(value, NOW) == due


@pytest.mark.parametrize("value", [None, 5, "tomorrow", "P", "PT", "P1X", True, "2026-13-01"])
def test_what_means_no_moment_is_refused(value):
    with pytest.raises(ValueError, match=r"neither a date nor|no ISO 8601"):
        timers.moment(value, NOW)


def test_a_cycle_counts_down_and_keeps_calendar_months():
    cycle = timers.cycle("R3/P1M", NOW)
    assert (cycle.left, cycle.due.day) == (3, 28)
    assert timers.cycle("R/PT5M", NOW).left is None
    assert timers.cycle("R3/2026-05-01T00:00:00+08:00/P1D", NOW).due == datetime(2026, 5, 1, tzinfo=timers.LOCAL)
    assert timers.cycle("R/PT1H/2026-01-31T12:00:00+08:00", NOW).left == 3
    assert timers.cycle("PT1H", NOW) == timers.Cycle(NOW + timedelta(hours=1), "", 1)


@pytest.mark.parametrize(
    "text", ["R", "Rx/PT1H", "R3/1H", "R3/PT1H/PT1H/PT1H", "R/-PT1H", "R/P9999Y", "R/P9999999999D"]
)
def test_broken_cycles_are_refused(text):
    with pytest.raises(ValueError, match=r"no repetition|no ISO 8601|beyond the calendar"):
        timers.cycle(text, NOW)


@pytest.mark.parametrize(
    "value",
    [
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59Z",
        "0001-01-01",
        date(1, 1, 1),
        datetime(9999, 12, 31, 23, tzinfo=UTC),
        timedelta(days=3_000_000),
    ],
)
def test_a_moment_is_on_the_calendar_in_utc_and_in_office_time(value):
    with pytest.raises(ValueError, match="the years 1 to 9999"):
        timers.moment(value, NOW)
    assert timers.moment("9999-12-31T23:59:59+08:00", NOW).year == timers.moment("0001-01-02", NOW).year + 9998


@pytest.mark.parametrize("text", ["r/pt1h", "R/pt1h", "r3/2026-05-01T00:00:00+08:00/p1d", "pt1h", "p1d", "-p1m"])
def test_iso_in_small_letters_is_told_in_capitals(text):
    assert timers.looks_fixed(text)
    with pytest.raises(ValueError, match="written in capitals"):
        timers.check("cycle", text)
    assert not timers.looks_fixed("pdays") and not timers.looks_fixed("r + 1") and not timers.looks_fixed("plan")


@pytest.mark.parametrize("text", ["R/PT0S", "R/P0D", "R3/PT0.5S", "R/2020-01-01T00:00:00Z/PT0S", "R/PT0S/2030-01-01"])
def test_a_cycle_without_time_between_never_comes_to_rest(text):
    with pytest.raises(ValueError, match="never comes to rest"):
        timers.cycle(text, NOW)


@pytest.mark.parametrize(
    "text", ["R0/PT1H", "R00/PT1H", "R/PT1H/2020-01-01", "R3/2025-01-01T00:00:00Z/PT1H", "R0/2027-01-01/PT1H"]
)
def test_a_cycle_of_no_occurrence_or_of_past_ones_never_comes(text):
    assert timers.cycle(text, NOW) is None


def test_whether_a_fixed_cycle_was_over_long_ago_does_not_depend_on_the_day():
    with pytest.raises(ValueError, match="was over long ago"):
        timers.check("cycle", "R3/2025-01-01T00:00:00Z/PT1H")
    timers.check("cycle", "R3/2026-01-02T00:00:00Z/PT1H")
    timers.check("cycle", "R0/PT1H")


@pytest.mark.parametrize(
    ("text", "due", "left"),
    [
        ("R/2020-01-01T00:00:00+08:00/P1D", "2026-02-01T00:00:00", None),
        ("R/2020-01-01T00:00:00+08:00/PT1S", "2026-01-31T08:30:01", None),
        ("R3/2026-01-30T08:00:00+08:00/P1D", "2026-02-01T08:00:00", 1),
        ("R/2025-01-31T00:00:00+08:00/P1M", "2026-02-28T00:00:00", None),
        ("R/2024-02-29T00:00:00+08:00/P1Y", "2026-02-28T00:00:00", None),
        ("R2/2026-01-31T08:30:00+08:00/PT1H", "2026-01-31T08:30:00", 2),
    ],
)
def test_occurrences_before_now_count_but_never_come(text, due, left):
    found = timers.cycle(text, NOW)
    assert (found.due, found.left) == (datetime.fromisoformat(due).replace(tzinfo=timers.LOCAL), left)


def test_a_cycle_with_an_end_comes_as_often_as_it_fits():
    assert timers.cycle("R/PT1S/2026-02-01T08:30:00+08:00", NOW).left == 86_400
    assert timers.cycle("R/P1M/2027-01-31T08:30:00+08:00", NOW).left == 12
    assert timers.cycle("R/P1M/2027-01-30T08:30:00+08:00", NOW).left == 11


@given(st.integers(0, 30), st.integers(0, 50), st.integers(0, 40_000), st.integers(0, 3_000))
def test_what_comes_after_a_moment_is_what_stepping_there_gives(months, days, hours, minutes):
    step = f"P{months}M{days + (months == 0)}D"
    moment = NOW + timedelta(hours=hours, minutes=minutes)
    stepped = next(due for count in range(100_000) if (due := timers._span(step).after(NOW, count)) > moment)
    assert timers.Cycle(NOW, step, None).after(moment).due == stepped


def test_a_cron_text_passes_over_what_was_missed():
    cycle = timers.cycle("0 0 9 ? * MON-FRI", NOW)
    assert cycle.after(NOW + timedelta(days=30)).due == datetime(2026, 3, 2, 9, tzinfo=timers.LOCAL)


@pytest.mark.parametrize("text", ["-PT1H", "P", "+P", "-P1D", "PT", "P1.5D"])
def test_odd_durations_are_fixed_texts_and_refused(text):
    assert timers.looks_fixed(text)
    with pytest.raises(ValueError, match=r"no ISO 8601|no duration"):
        timers.check("duration", text)


@given(st.integers(0, 400), st.integers(0, 60))
def test_adding_months_never_leaves_the_month(days, months):
    start = NOW + timedelta(days=days)
    due = timers.Span(months, timedelta()).after(start)
    assert (due.year * 12 + due.month) - (start.year * 12 + start.month) == months
    assert due.day <= start.day


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("0 0/5 * * * ?", "2026-01-31T08:35:00"),
        ("0 0 9 ? * MON-FRI", "2026-02-02T09:00:00"),
        ("0 30 17 1 * ?", "2026-02-01T17:30:00"),
        ("15,45 * * * * ?", "2026-01-31T08:30:15"),
        ("0 0 0 29 2 ?", "2028-02-29T00:00:00"),
        ("0 0 12 ? JUN SUN 2027", "2027-06-06T12:00:00"),
        ("0/59 30 8 31 1 ?", "2026-01-31T08:30:59"),
        ("59/1 30 8 31 1 ?", "2026-01-31T08:30:59"),
        ("0 0 0 31/1 * ?", "2026-03-31T00:00:00"),
        ("0 0 0 ? * 7/1", "2026-02-07T00:00:00"),
    ],
)
def test_cron_texts_give_the_next_time(text, due):
    assert cron.next_after(text, NOW) == datetime.fromisoformat(due).replace(tzinfo=timers.LOCAL)


@pytest.mark.parametrize("text", ["* * * * *", "61 * * * * ?", "0 0 0 30 2 ?", "0 0/0 * * * ?", "x * * * * ?"])
def test_broken_cron_texts_are_refused(text):
    with pytest.raises(ValueError, match="cron"):
        cron.next_after(text, NOW)


def test_times_without_offset_are_office_time():
    assert ZoneInfo("Asia/Shanghai") == timers.LOCAL
