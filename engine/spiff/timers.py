"""When timers are due: dates, durations, cycles and cron texts, counted from a given moment.

Months are calendar months: one month after 31 January is the last day of February.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.feel import Function, YearMonthDuration
from engine.spiff import cron
from engine.spiff.facts import Event, TimerKind
from engine.spiff.notes import FINDINGS

#: Times written without an offset are office time.
LOCAL = ZoneInfo("Asia/Shanghai")

_DURATION = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
_FIXED = re.compile(r"P[\dT]|R\d*/|\d{4}-\d\d-\d\d|[\d*/,?LW#\-]+(\s+[\w*/,?#\-]+){5,6}$")


@dataclass(frozen=True, slots=True)
class Span:
    """A duration of calendar months and exact time."""

    months: int
    rest: timedelta

    def after(self, moment: datetime, times: int = 1) -> datetime:
        """Return the moment that lies `times` spans after another."""
        try:
            return _plus_months(moment, self.months * times) + self.rest * times
        except OverflowError:
            raise _beyond_calendar() from None


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


def looks_fixed(text: str) -> bool:
    """Say whether a timer text is meant as ISO 8601 or cron and not as FEEL."""
    return _FIXED.match(text) is not None


def check(kind: TimerKind, text: str) -> None:
    """Raise `ValueError` when a fixed text does not fit its kind of timer."""
    probe = datetime(2026, 1, 1, tzinfo=LOCAL)
    if kind == "cycle":
        cycle(text, probe)
    elif kind == "duration" and not text.startswith("P"):
        raise FINDINGS.doubt("no_duration", text=text)
    else:
        moment(text, probe)


def clock_functions(now: datetime) -> dict[str, Function]:
    """Return `now()` and `today()` of FEEL: the given moment, in office time."""
    local = now.astimezone(LOCAL)
    return {"now": Function("now", (), lambda: local), "today": Function("today", (), local.date)}


def begin(event: Event, now: datetime) -> Cycle:
    """Return when a timer start event comes due; raise `ValueError` when its text says no time.

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
        return value if value.tzinfo is not None else value.replace(tzinfo=LOCAL)
    if isinstance(value, date):
        return datetime.combine(value, time(), LOCAL)
    if isinstance(value, timedelta):
        return Span(0, value).after(now)
    if isinstance(value, YearMonthDuration):
        return Span(value.months, timedelta()).after(now)
    if isinstance(value, Span):
        return value.after(now)
    raise FINDINGS.doubt("no_moment", text=value)


def cycle(value: object, now: datetime) -> Cycle:
    """Return the repetition that a value means; a plain duration or date fires once."""
    text = value.strip() if isinstance(value, str) else ""
    if not text.startswith("R"):
        if text and not text.startswith("P") and " " in text:
            return Cycle(cron.next_after(text, now.astimezone(LOCAL)), text, None)
        return Cycle(moment(value, now), "", 1)
    count, *parts = text[1:].split("/")
    left = int(count) if count.isdigit() else None
    if (count and left is None) or not 1 <= len(parts) <= 2:
        raise FINDINGS.doubt("no_repetition", text=text)
    return _repetition(parts, left, now)


def _repetition(parts: list[str], left: int | None, now: datetime) -> Cycle:
    step = next((part for part in parts if part.startswith("P")), "")
    span = _span(step)
    if len(parts) == 1:
        return Cycle(span.after(now), step, left)
    if parts[1] == step:
        return Cycle(moment(parts[0], now), step, left)
    end = moment(parts[1], now)
    first = span.after(now)
    if first > end:
        raise FINDINGS.doubt("ends_first", end=end)
    count = 1
    while span.after(now, count + 1) <= end and count < 10_000:
        count += 1
    return Cycle(first, step, count if left is None else min(left, count))


def following(step: str, due: datetime) -> datetime:
    """Return the next due time of a cycle after the last one."""
    if step.startswith("P"):
        return _span(step).after(due)
    return cron.next_after(step, due.astimezone(LOCAL))


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
    except OverflowError:
        raise _beyond_calendar() from None
    return Span(int(part["years"]) * 12 + int(part["months"]), rest)


def _plus_months(moment: datetime, months: int) -> datetime:
    if not months:
        return moment
    local = moment.astimezone(LOCAL)
    index = local.year * 12 + local.month - 1 + months
    year, month = divmod(index, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day)
