"""The due moment as a pure function of the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendar import DayKind
from engine.holidays import built_in
from engine.ledger import (
    Limit,
    Segment,
    Segments,
    at_percent,
    closed,
    due,
    is_paused,
    opened,
    paused,
    resumed,
    stood,
    used_percent,
)

CALENDAR = built_in()
TZ = CALENDAR.tz
TWO_DAYS = Limit("survey", Decimal(2), source="P1 §4.1(3)", rule_version="v12")
HALF_HOUR = Limit("complaint", clock=timedelta(minutes=30))

moments = st.datetimes(datetime(2025, 6, 1), datetime(2026, 10, 1)).map(lambda moment: moment.replace(tzinfo=TZ))
limits = st.one_of(
    st.decimals("0.1", "25", places=1).map(lambda days: Limit("x", days)),
    st.integers(1, 20_000).map(lambda minutes: Limit("x", clock=timedelta(minutes=minutes))),
)
#: Alternating lengths of running and standing time, in minutes.
gaps = st.lists(st.integers(1, 5_000), min_size=0, max_size=8)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TZ)


def ledger(start: datetime, lengths: list[int]) -> Segments:
    """A ledger that runs, stands, runs ... for the given minutes and runs at last."""
    segments, now = opened(start), start
    for index, minutes in enumerate(lengths):
        now += timedelta(minutes=minutes)
        step = resumed if index % 2 else paused
        segments = step(segments, "t", now=now) if step is resumed else paused(segments, "t", "等客户", now=now)
    return resumed(segments, "t", now=now + timedelta(minutes=1))


def test_two_days_end_at_the_closing_time_of_the_second_working_day() -> None:
    assert due(TWO_DAYS, opened(at("2026-11-16T10:00")), CALENDAR).moment == at("2026-11-18T18:00")


def test_a_standing_clock_has_no_due_moment() -> None:
    segments = paused(opened(at("2026-11-16T10:00")), "t1", "等客户补件", now=at("2026-11-17T09:00"))
    found = due(TWO_DAYS, segments, CALENDAR)
    assert found.moment is None and is_paused(segments)
    assert any(line.kind == "paused" and "等客户补件" in line.zh for line in found.explanation)


def test_a_pause_moves_the_due_moment_by_its_office_time() -> None:
    segments = paused(opened(at("2026-11-16T10:00")), "t1", "等客户补件", now=at("2026-11-17T09:00"))
    segments = resumed(segments, "t1", now=at("2026-11-19T15:00"))
    assert due(TWO_DAYS, segments, CALENDAR).moment == at("2026-11-23T12:00")
    assert stood(segments, at("2026-11-30T00:00")) == timedelta(days=2, hours=6)


def test_the_clock_runs_again_when_the_last_holder_lets_go() -> None:
    segments = paused(opened(at("2026-11-16T10:00")), "a", "等客户", now=at("2026-11-16T11:00"))
    segments = paused(segments, "b", "等政府", now=at("2026-11-16T15:00"))
    assert segments[-1].cause == "等客户、等政府"
    segments = resumed(segments, "a", now=at("2026-11-17T09:00"))
    assert is_paused(segments) and segments[-1].cause == "等政府"
    assert not is_paused(resumed(segments, "b", now=at("2026-11-18T09:00")))


def test_an_unknown_holder_changes_nothing() -> None:
    segments = opened(at("2026-11-16T10:00"))
    assert resumed(segments, "nobody", now=at("2026-11-17T10:00")) == segments


def test_a_pause_of_no_length_leaves_no_trace() -> None:
    start = at("2026-11-16T10:00")
    segments = resumed(paused(opened(start), "t", "x", now=start), "t", now=start)
    assert segments == (Segment(start, None, "running"),)


def test_a_due_moment_reached_before_the_pause_stays() -> None:
    segments = paused(opened(at("2026-11-16T10:00")), "t1", "迟到的暂停", now=at("2026-11-20T09:00"))
    assert due(TWO_DAYS, segments, CALENDAR).moment == at("2026-11-18T18:00")
    assert at_percent(TWO_DAYS, segments, CALENDAR, Decimal(200)) is None


def test_percentages_of_days_count_office_minutes() -> None:
    segments = opened(at("2026-11-16T09:00"))
    assert at_percent(TWO_DAYS, segments, CALENDAR, Decimal(80)) == at("2026-11-18T11:24")
    assert at_percent(TWO_DAYS, segments, CALENDAR, Decimal(150)) == at("2026-11-20T11:45")
    assert used_percent(TWO_DAYS, segments, CALENDAR, at("2026-11-18T11:24")) == Decimal("80.00")


def test_clock_time_runs_through_the_night() -> None:
    found = due(HALF_HOUR, opened(at("2026-11-14T23:50")), CALENDAR)
    assert found.moment == at("2026-11-15T00:20") and not found.provisional


def test_no_limit_has_no_due_moment() -> None:
    assert due(Limit("none"), opened(at("2026-11-16T09:00")), CALENDAR).moment is None


def test_the_explanation_names_start_rule_days_pause_calendar_and_result_in_two_languages() -> None:
    segments = paused(opened(at("2026-02-13T09:00")), "t", "等客户补件", now=at("2026-02-13T10:00"))
    segments = resumed(segments, "t", now=at("2026-02-14T10:00"))
    lines = due(TWO_DAYS, segments, CALENDAR).explanation
    kinds = [line.kind for line in lines]
    assert kinds[:2] == ["start", "rule"] and kinds[-2:] == ["calendar", "due"]
    assert {"day", "paused"} <= set(kinds)
    assert "限 2 个工作日，依据：P1 §4.1(3)" in [line.zh for line in lines]
    assert "limit 2 working days, source: P1 §4.1(3)" in [line.en for line in lines]
    assert any(line.data.get("day") == "2026-02-14" and "上班（春节调休上班）" in line.zh for line in lines)


def test_unverified_sources_say_so() -> None:
    limit = Limit("plan", Decimal(10), source="W14", status="unverified")
    assert "（未核实）" in due(limit, opened(at("2026-11-16T09:00")), CALENDAR).explanation[1].zh


@given(moments, limits, st.integers(0, 300), st.integers(0, 300))
def test_later_percentages_never_come_earlier(start: datetime, limit: Limit, first: int, second: int) -> None:
    low, high = sorted((Decimal(first), Decimal(second)))
    early, late = (at_percent(limit, opened(start), CALENDAR, percent) for percent in (low, high))
    assert early is not None and late is not None and start <= early <= late


@given(moments, limits, gaps)
def test_a_pause_never_shortens(start: datetime, limit: Limit, lengths: list[int]) -> None:
    plain, shifted = (due(limit, segments, CALENDAR).moment for segments in (opened(start), ledger(start, lengths)))
    assert plain is not None and shifted is not None and shifted >= plain


@given(moments, limits, gaps)
def test_a_due_moment_of_days_lies_in_office_hours(start: datetime, limit: Limit, lengths: list[int]) -> None:
    moment = due(limit, ledger(start, lengths), CALENDAR).moment
    assert moment is not None
    local = CALENDAR.local(moment)
    if limit.clock is None:
        assert any(opens <= local <= closes for opens, closes in CALENDAR.open_hours(local.date()))


@settings(max_examples=50)
@given(moments, limits, gaps)
def test_any_order_of_pauses_and_calendar_changes_recomputes_to_the_same_moment(
    start: datetime, limit: Limit, lengths: list[int]
) -> None:
    segments = ledger(start, lengths)
    other = CALENDAR.overlay({start.date() + timedelta(days=n): DayKind("rest") for n in range(1, 6)}, "x")
    before = due(limit, segments, CALENDAR)
    assert (due(limit, segments, other).moment or start) >= start
    assert due(limit, segments, CALENDAR) == before


@given(moments, limits, gaps)
def test_used_percent_at_the_due_moment_is_a_hundred(start: datetime, limit: Limit, lengths: list[int]) -> None:
    segments = ledger(start, lengths)
    moment = due(limit, segments, CALENDAR).moment
    assert moment is not None
    assert used_percent(limit, segments, CALENDAR, moment) == Decimal("100.00")


def test_a_closed_ledger_keeps_its_end() -> None:
    segments = closed(opened(at("2026-11-16T10:00")), now=at("2026-11-17T10:00"))
    assert segments[-1].end == at("2026-11-17T10:00")
    assert closed(segments, now=at("2026-11-18T10:00")) == segments
    assert paused(segments, "t", "x", now=at("2026-11-18T10:00")) == segments
