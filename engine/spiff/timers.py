"""When timers are due: dates, durations, cycles and cron texts, counted from a given moment.

Months are calendar months: one month after 31 January is the last day of February.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.feel import FeelError, Function, YearMonthDuration
from engine.spiff import cron
from engine.spiff.facts import Event, TimerKind
from engine.spiff.formula import Formula
from engine.spiff.notes import FINDINGS

#: Times written without an offset are office time.
LOCAL = ZoneInfo("Asia/Shanghai")

_DURATION = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
_FIXED = re.compile(
    r"[-+]?P([\dT]|[\dYMWDTHS.,]*$)|R[-+\d.]*\s*/|\d{4,}-\d\d-\d\d|[\d*/,?LW#\-]+(\s+[\w*/,?#\-]+){5,6}$"
)
#: The same in small letters, which a hurried hand writes.
_SMALL = re.compile(r"[-+]?p(?=[\dt])[\dymwdths.,]*|r[-+\d.]*\s*/.*|\d{4}-\d\d-\d\dt[^\s@]*", re.IGNORECASE)
#: So many missed occurrences of a cycle are made up, one after another; then a person has to say how it goes on.
MOST_MISSED = 100
#: So many timers of no time fire one because of another; then a person has to say how it goes on.
MOST_AT_ONCE = 100
#: A cycle that comes faster than this cannot be told from one that never rests.
_SHORTEST = timedelta(seconds=1)
#: The mean of all months of the calendar, from which a count of months is corrected.
_MONTH = timedelta(days=30.436875)


@dataclass(frozen=True, slots=True)
class Span:
    """A duration of calendar months and exact time."""

    months: int
    rest: timedelta

    def after(self, moment: datetime, times: int = 1) -> datetime:
        """Return the moment that lies `times` spans after another."""
        try:
            return _on_calendar(_plus_months(moment, self.months * times) + self.rest * times)
        except (OverflowError, ValueError):
            raise _beyond_calendar() from None

    def times(self, first: datetime, last: datetime) -> int:
        """Return how many whole spans lie between a moment and one that is not before it."""
        try:
            count = (last - first) // (self.months * _MONTH + self.rest)
        except OverflowError:
            raise _beyond_calendar() from None
        while self.after(first, count) > last:
            count -= 1
        while self.after(first, count + 1) <= last:
            count += 1
        return count


@dataclass(frozen=True, slots=True)
class Cycle:
    """A repeating timer: the first due time, the text of its step, and how many firings are left (None: for ever)."""

    due: datetime
    step: str
    left: int | None

    def next(self) -> Cycle | None:
        """Return what remains after this firing, None when it was the last one."""
        if not self.step or self.left == 1:
            return None
        try:
            due = following(self.step, self.due)
        except ValueError:
            return None
        return Cycle(due, self.step, None if self.left is None else self.left - 1)

    def after(self, moment: datetime) -> Cycle | None:
        """Return what comes after a moment; what was due until then counts as over. None when nothing comes."""
        if self.left == 0:
            return None
        if self.due > moment:
            return self
        if not self.step:
            return None
        if not self.step.startswith("P"):
            return Cycle(following(self.step, moment), self.step, self.left)
        span = _span(self.step)
        over = span.times(self.due, moment) + 1
        left = None if self.left is None else self.left - over
        return Cycle(span.after(self.due, over), self.step, left) if left is None or left > 0 else None


#: Any moment, to try fixed texts with: whether a file is refused must not depend on the day.
PROBE = datetime(2026, 1, 1, tzinfo=LOCAL)


def looks_fixed(text: str) -> bool:
    """Say whether a timer text is meant as ISO 8601 or cron and not as FEEL."""
    return _FIXED.match(text) is not None or _SMALL.fullmatch(text) is not None


def check(kind: TimerKind, text: str) -> None:
    """Raise `ValueError` when a fixed text does not fit its kind of timer, or all it says was over long ago."""
    _check_letters(text)
    if kind == "cycle":
        if cycle(text, PROBE) is None and not never(text):
            raise FINDINGS.doubt("cycle_over", text=text)
    elif kind == "duration" and not text.startswith("P"):
        raise FINDINGS.doubt("no_duration", text=text)
    else:
        moment(text, PROBE)


def _check_letters(text: str) -> None:
    """Raise `ValueError` for ISO 8601 in small letters."""
    if _SMALL.fullmatch(text) and text != text.upper():
        raise FINDINGS.doubt("iso_in_small", text=text, wanted=text.upper())


def try_out(kind: TimerKind, formula: Formula) -> None:
    """Raise `ValueError` when the value of a formula that reads nothing but the clock fits no timer of that kind."""
    if not _asks_only_the_clock(formula):
        return
    value = formula.value(clock_functions(PROBE))
    if kind == "cycle":
        cycle(value, PROBE)
    else:
        moment(value, PROBE)


def at_once(event: Event) -> bool:
    """Say whether the text of a timer is a duration of no time, so that nothing ever waits for it."""
    formula = event.formula
    if event.timer != "duration" or formula is None or not _asks_only_the_clock(formula):
        return False
    try:
        return moment(formula.value(clock_functions(PROBE)), PROBE) <= PROBE
    except (ValueError, FeelError):
        # The checks of timers tell what is no duration.
        return False


def _asks_only_the_clock(formula: Formula) -> bool:
    return not formula.names and (formula.expression is None or formula.expression.called <= {"now", "today"})


def never(text: str) -> bool:
    """Say whether a fixed text asks for no occurrence at all (ISO 8601: zero recurrences)."""
    return re.match(r"R0+/", text) is not None


def clock_functions(now: datetime) -> dict[str, Function]:
    """Return `now()` and `today()` of FEEL: the given moment, in office time."""
    local = now.astimezone(LOCAL)
    return {"now": Function("now", (), lambda: local), "today": Function("today", (), local.date)}


def begin(event: Event, now: datetime) -> Cycle | None:
    """Return when a timer start event comes due, None for never; raise `ValueError` when its text says no time.

    Nothing is known before a case begins, so its FEEL sees the clock only.
    """
    assert event.formula is not None
    value = event.formula.value(clock_functions(now))
    return cycle(value, now) if event.timer == "cycle" else Cycle(moment(value, now), "", 1)


def moment(value: object, now: datetime) -> datetime:
    """Return the moment that a value means: a date, a time of day on a date, or a duration from now.

    Raises `ValueError` when it means none.
    """
    if isinstance(value, str):
        value = _from_text(value.strip())
    if isinstance(value, datetime):
        return _on_calendar(value if value.tzinfo is not None else value.replace(tzinfo=LOCAL))
    if isinstance(value, date):
        return _on_calendar(datetime.combine(value, time(), LOCAL))
    if isinstance(value, timedelta):
        return Span(0, value).after(now)
    if isinstance(value, YearMonthDuration):
        return Span(value.months, timedelta()).after(now)
    if isinstance(value, Span):
        return value.after(now)
    raise FINDINGS.doubt("no_moment", text="null" if value is None else str(value))


def cycle(value: object, now: datetime) -> Cycle | None:
    """Return what a repetition brings from now on, None for nothing; a plain duration or date fires once.

    An event hears only while it waits, so occurrences before now are over: they count, but never come.
    """
    text = value.strip() if isinstance(value, str) else ""
    if not text.startswith("R"):
        if text and not text.startswith("P") and " " in text:
            return Cycle(cron.next_after(text, now.astimezone(LOCAL)), text, None)
        return Cycle(moment(value, now), "", 1)
    count, *parts = text[1:].split("/")
    left = int(count) if count.isdigit() else None
    if (count and left is None) or not 1 <= len(parts) <= 2 or sum(part.startswith("P") for part in parts) > 1:
        raise FINDINGS.doubt("no_repetition", text=text)
    return _repetition(parts, left, now)


def _repetition(parts: list[str], left: int | None, now: datetime) -> Cycle | None:
    step = next((part for part in parts if part.startswith("P")), "")
    span = _span(step)
    if not span.months and span.rest < _SHORTEST:
        raise FINDINGS.doubt("cycle_too_fast", text=step)
    if left == 0:
        return None
    if len(parts) == 1:
        return Cycle(span.after(now), step, left)
    if parts[1] == step:
        first = moment(parts[0], now)
        return Cycle(first, step, left).after(now) if first < now else Cycle(first, step, left)
    end = moment(parts[1], now)
    count = span.times(now, end) if end > now else 0
    return Cycle(span.after(now), step, count if left is None else min(left, count)).after(now)


def following(step: str, due: datetime) -> datetime:
    """Return the next due time of a cycle after the last one."""
    if step.startswith("P"):
        return _span(step).after(due)
    return cron.next_after(step, due.astimezone(LOCAL))


def _on_calendar(moment: datetime) -> datetime:
    """Return a moment that the house can store and show: in UTC and in office time it is of a year from 1 to 9999."""
    try:
        moment.astimezone(UTC).astimezone(LOCAL)
    except OverflowError:
        raise _beyond_calendar() from None
    return moment


def _beyond_calendar() -> ValueError:
    return FINDINGS.doubt("beyond")


def _from_text(text: str) -> object:
    if text.startswith("P"):
        return _span(text)
    try:
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError:
        raise FINDINGS.doubt("no_iso_moment", text=text) from None


@lru_cache(maxsize=1024)
def _span(text: str) -> Span:
    match = _DURATION.fullmatch(text)
    if match is None or len(text) < 3:
        raise FINDINGS.doubt("no_iso_duration", text=text)
    part = {name: float(value or 0) for name, value in match.groupdict().items()}
    try:
        rest = timedelta(**{word: part[word] for word in ("weeks", "days", "hours", "minutes", "seconds")})
        return Span(int(part["years"]) * 12 + int(part["months"]), rest)
    except OverflowError:
        raise _beyond_calendar() from None


def _plus_months(moment: datetime, months: int) -> datetime:
    if not months:
        return moment
    local = moment.astimezone(LOCAL)
    index = local.year * 12 + local.month - 1 + months
    year, month = divmod(index, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day)
