"""On calendars made up at random: due moments never lie on a day off, and the order of events changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import ledger
from engine.calendar import Calendar, DayKind
from engine.deadline import Deadline
from engine.holidays import built_in
from engine.ledger import Limit, due, opened, paused, resumed

START = date(2026, 1, 1)
KINDS = (DayKind("rest"), DayKind("work"), DayKind("work", "am"), DayKind("work", "pm"))

days = st.integers(0, 500).map(lambda n: START + timedelta(days=n))
calendars = st.builds(
    lambda changes, version: built_in().overlay(changes, f"{version}-made"),
    st.dictionaries(days, st.sampled_from(KINDS), max_size=40),
    st.integers(2, 9),
)
moments = st.integers(0, 300 * 24 * 60).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n))
limits = st.decimals("0.5", "20", places=1).map(lambda n: Limit("x", Decimal(n)))
#: (hours until it happens, what happens, to which holder)
events = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from(("pause", "resume", "calendar")), st.sampled_from("ab")), max_size=12
)


def of(limit: Limit, start: datetime) -> Deadline:
    return Deadline("d", "i", "case", "", "", "x", "", "", "", limit, opened(start), start)


def lands_in_office(calendar: Calendar, moment: datetime) -> bool:
    local = calendar.local(moment)
    return any(opens <= local <= closes for opens, closes in calendar.open_hours(local.date()))


@given(calendars, moments, limits)
def test_no_calendar_lets_a_deadline_end_on_a_day_off(calendar: Calendar, start: datetime, limit: Limit) -> None:
    moment = due(limit, opened(start), calendar).moment
    assert moment is not None and moment >= start and lands_in_office(calendar, moment)


@given(calendars, moments, moments, limits)
def test_no_calendar_lets_a_later_start_end_earlier(
    calendar: Calendar, one: datetime, other: datetime, limit: Limit
) -> None:
    early, late = (due(limit, opened(start), calendar).moment for start in sorted((one, other)))
    assert early is not None and late is not None and early <= late


@given(calendars, moments, st.integers(1, 10_000))
def test_office_time_that_is_added_and_taken_away_returns_on_any_calendar(
    calendar: Calendar, moment: datetime, minutes: int
) -> None:
    start, amount = calendar.add_office_time(moment, timedelta(seconds=1)), timedelta(minutes=minutes)
    assert calendar.add_office_time(calendar.add_office_time(start, amount), -amount) == start


@settings(max_examples=60)
@given(st.lists(calendars, min_size=2, max_size=4), moments, limits, events)
def test_pauses_and_calendar_changes_in_any_order_recompute_to_the_same_moment(
    made: list[Calendar], start: datetime, limit: Limit, happenings: list[tuple[int, str, str]]
) -> None:
    """As the turns and the clock do it: each event is computed at once, under the calendar in force at that moment."""
    stored, place, now = of(limit, start).computed(made[0]), 0, start
    plain = ledger.opened(start)
    for hours, what, holder in happenings:
        now += timedelta(hours=hours)
        if what == "calendar":
            place = (place + 1) % len(made)
        else:
            act = paused if what == "pause" else resumed
            more = (f"等{holder}",) if what == "pause" else ()
            plain = act(plain, holder, *more, now=now)
            stored = replace(stored, segments=act(stored.segments, holder, *more, now=now))
        stored = stored.computed(made[place])
    fresh = due(limit, plain, made[place])
    assert (stored.due_at, stored.segments, stored.provisional) == (fresh.moment, plain, fresh.provisional)
    assert stored.computed(made[place]) == stored
    if stored.due_at is not None:
        unpaused = due(limit, opened(start), made[place]).moment
        assert unpaused is not None and stored.due_at >= unpaused and lands_in_office(made[place], stored.due_at)
