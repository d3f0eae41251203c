"""Office calendars: which days and hours are worked, and the arithmetic of working days on them.

Whole working days end at the closing time of the n-th working day after the event; fractions and percentages count
office time. A half day is a working day that is worked only before or only after noon: it counts as one day, and with
its real minutes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from engine.errors import EngineError

Hours = tuple[tuple[time, time], ...]

#: Default office hours, 8:30-12:00 and 14:30-18:00.
OFFICE_HOURS: Hours = ((time(8, 30), time(12)), (time(14, 30), time(18)))
NOON = time(12)
DAY = timedelta(days=1)
#: A calendar without a working day in so many days is a mistake of its data, not a very long holiday.
SEARCH_DAYS = 400


class NoWorkingDay(EngineError):
    """The calendar holds no working day for more than a year after (or before) a day."""

    def __init__(self, day: date, version: str) -> None:
        super().__init__(f"Calendar {version} has no working day near {day}. Correct its days, then recalculate.")


@dataclass(frozen=True, slots=True)
class DayKind:
    """What a calendar says about one day."""

    kind: Literal["work", "rest"]
    #: "" the whole day, "am" or "pm" the only half that is worked.
    half: Literal["", "am", "pm"] = ""
    #: False as long as the year's holiday notice is not published.
    confirmed: bool = True
    #: Name of the holiday or reason of the change, shown in explanations.
    name: str = ""


@dataclass(frozen=True)
class Calendar:
    """Days and office hours of a region in one version; a day that is not listed is a provisional day of the week."""

    days: Mapping[date, DayKind] = field(default_factory=dict)
    version: str = "0"
    zone: str = "Asia/Shanghai"
    hours: Hours = OFFICE_HOURS

    @property
    def tz(self) -> ZoneInfo:
        """The business time zone."""
        return ZoneInfo(self.zone)

    def overlay(self, days: Mapping[date, DayKind], version: str) -> Calendar:
        """This calendar with the given days put over it, as a region does."""
        return replace(self, days={**self.days, **days}, version=version)

    def kind(self, day: date) -> DayKind:
        """The entry of a day; weekday or weekend, provisional, when there is none."""
        return self.days.get(day) or DayKind("work" if day.weekday() < 5 else "rest", confirmed=False)

    def is_workday(self, day: date) -> bool:
        """True if the office opens on that day, be it for half of it."""
        kind = self.kind(day)
        return kind.kind == "work" and (not kind.half or bool(self.open_hours(day)))

    def local(self, moment: datetime) -> datetime:
        """The moment in the business zone; a moment without a zone is already local."""
        return moment.replace(tzinfo=self.tz) if moment.tzinfo is None else moment.astimezone(self.tz)

    def open_hours(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The opening intervals of a day, none on a day off."""
        kind = self.kind(day)
        if kind.kind == "rest":
            return ()
        chosen = [pair for pair in self.hours if kind.half in ("", "am" if pair[0] < NOON else "pm")]
        return tuple((self._at(day, opens), self._at(day, closes)) for opens, closes in chosen)

    def closing(self, day: date) -> datetime:
        """Closing time of a working day."""
        return self.open_hours(day)[-1][1]

    @property
    def full_day(self) -> timedelta:
        """Office time of an ordinary working day."""
        return sum((_since_midnight(closes) - _since_midnight(opens) for opens, closes in self.hours), timedelta())

    def workday_after(self, day: date, n: int = 1) -> date:
        """The n-th working day after the day; before it when n is negative, the day itself when n is 0."""
        step = DAY if n > 0 else -DAY
        for _ in range(abs(n)):
            day = self._next_workday(day, step)
        return day

    def add_working_days(self, moment: datetime, n: Decimal | int) -> datetime:
        """The moment n working days later: whole days end at a closing time, the fraction then adds office time."""
        whole = int(n)
        rest = Decimal(n) - whole
        local = self.local(moment)
        if whole:
            local = self.closing(self.workday_after(local.date(), whole))
        return self.add_office_time(local, _times(self.full_day, rest)) if rest else local

    def add_office_time(self, moment: datetime, amount: timedelta) -> datetime:
        """The moment after so much office time; before it when the amount is negative."""
        local = self.local(moment)
        if amount < timedelta():
            return self._back(local, -amount)
        hours = self._open_from(local)
        opens, closes = next(hours)
        while amount > closes - opens:
            amount -= closes - opens
            opens, closes = next(hours)
        return opens + amount

    def office_time(self, start: datetime, end: datetime) -> timedelta:
        """Office time between two moments, negative when the end comes first."""
        first, last = self.local(start), self.local(end)
        if last < first:
            return -self.office_time(last, first)
        total = timedelta()
        for day in _days(first.date(), last.date()):
            for opens, closes in self.open_hours(day):
                total += max(timedelta(), min(closes, last) - max(opens, first))
        return total

    def office_minutes(self, start: datetime, end: datetime) -> Decimal:
        """Office time between two moments in minutes."""
        return _ratio(self.office_time(start, end), timedelta(minutes=1))

    def working_days(self, start: datetime, end: datetime) -> Decimal:
        """Working days from start to end, the inverse of add_working_days; parts of a day in office time."""
        first, last = self.local(start), self.local(end)
        if last < first:
            return -self.working_days(last, first)
        whole, base = 0, first
        for day in _days(first.date() + DAY, last.date()):
            if self.is_workday(day) and self.closing(day) <= last:
                whole, base = whole + 1, self.closing(day)
        return whole + min(Decimal(1), _ratio(self.office_time(base, last), self.full_day))

    def provisional(self, start: datetime, end: datetime) -> bool:
        """True if a day between the two moments (both included) is not confirmed by a published notice."""
        return any(not self.kind(day).confirmed for day in _days(self.local(start).date(), self.local(end).date()))

    def exceptions(self, start: datetime, end: datetime) -> tuple[tuple[date, DayKind], ...]:
        """Listed days between two moments which differ from the plain week: holidays, make-up workdays, half days."""
        days = _days(self.local(start).date(), self.local(end).date())
        found = ((day, self.days[day]) for day in days if day in self.days)
        return tuple((day, kind) for day, kind in found if kind.half or (kind.kind == "work") != (day.weekday() < 5))

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, self.tz)

    def _next_workday(self, day: date, step: timedelta) -> date:
        origin = day
        for _ in range(SEARCH_DAYS):
            day += step
            if self.is_workday(day):
                return day
        raise NoWorkingDay(origin, self.version)

    def _open_from(self, local: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = local.date()
        while True:
            for opens, closes in self.open_hours(day):
                if closes > local:
                    yield max(opens, local), closes
            day = self._next_workday(day, DAY)

    def _back(self, local: datetime, amount: timedelta) -> datetime:
        day = local.date()
        while True:
            for opens, closes in reversed(self.open_hours(day)):
                span = max(timedelta(), min(closes, local) - opens)
                if span and amount <= span:
                    return min(closes, local) - amount
                amount -= span
            day = self._next_workday(day, -DAY)


def _since_midnight(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


def _times(span: timedelta, factor: Decimal) -> timedelta:
    """The span times a decimal, exact to the microsecond."""
    return timedelta(microseconds=int((Decimal(span // timedelta(microseconds=1)) * factor).to_integral_value()))


def _ratio(span: timedelta, unit: timedelta) -> Decimal:
    micro = timedelta(microseconds=1)
    return Decimal(span // micro) / Decimal(unit // micro)
