"""Dates, times and durations that Python's own types cannot hold: far years and nanoseconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import TypeAlias
from zoneinfo import ZoneInfo

SECOND = 1_000_000_000
DAY = 86_400 * SECOND
#: the largest year that FEEL knows (DMN 1.5, 10.3.2.3.5)
LAST_YEAR = 999_999_999


@dataclass(frozen=True, slots=True)
class ExactDate:
    """A date whose year lies outside 1..9999."""

    year: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class ExactTime:
    """A time of day in nanoseconds, with or without zone."""

    nanos: int
    zone: tzinfo | None


@dataclass(frozen=True, slots=True)
class ExactDateTime:
    """A local date and time, to the nanosecond, with or without zone."""

    year: int
    month: int
    day: int
    nanos: int
    zone: tzinfo | None


@dataclass(frozen=True, slots=True)
class ExactDuration:
    """A days and time duration in nanoseconds."""

    nanos: int


AnyDate: TypeAlias = date | ExactDate
AnyTime: TypeAlias = time | ExactTime
AnyDateTime: TypeAlias = datetime | ExactDateTime
AnyDuration: TypeAlias = timedelta | ExactDuration


def days_in_month(year: int, month: int) -> int:
    """Return the length of a month of the proleptic Gregorian calendar."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def day_number(year: int, month: int, day: int) -> int:
    """Return days since 1970-01-01, for any year."""
    shifted = year - (month <= 2)
    era, of_era = divmod(shifted, 400)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def civil(number: int) -> tuple[int, int, int]:
    """Return year, month, day of a day number: the inverse of `day_number`."""
    era, of_era = divmod(number + 719_468, 146_097)
    year_of_era = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return era * 400 + year_of_era + (month <= 2), month, of_year - (153 * shifted + 2) // 5 + 1


def make_date(year: int, month: int, day: int) -> AnyDate | None:
    """Return the date, or None when the calendar has no such day."""
    if not (1 <= month <= 12 and 1 <= day <= days_in_month(year, month) and abs(year) <= LAST_YEAR):
        return None
    return date(year, month, day) if 1 <= year <= 9999 else ExactDate(year, month, day)


def make_time(nanos: int, zone: tzinfo | None) -> AnyTime:
    """Return a time of day; `nanos` lies in 0..DAY-1."""
    if nanos % 1000:
        return ExactTime(nanos, zone)
    seconds, rest = divmod(nanos, SECOND)
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60, rest // 1000, zone)


def make_datetime(day: AnyDate, nanos: int, zone: tzinfo | None) -> AnyDateTime:
    """Return a date and time from its parts."""
    if nanos % 1000 or type(day) is ExactDate:
        return ExactDateTime(day.year, day.month, day.day, nanos, zone)
    seconds, rest = divmod(nanos, SECOND)
    clock = (seconds // 3600, seconds // 60 % 60, seconds % 60, rest // 1000)
    return datetime(day.year, day.month, day.day, *clock, tzinfo=zone)


def make_duration(nanos: int) -> AnyDuration:
    """Return a days and time duration of nanoseconds."""
    if nanos % 1000 or abs(nanos) > 999_999_998 * DAY:
        return ExactDuration(nanos)
    return timedelta(microseconds=nanos // 1000)


def time_nanos(value: AnyTime | AnyDateTime) -> int:
    """Return the nanoseconds since midnight."""
    if isinstance(value, (ExactTime, ExactDateTime)):
        return value.nanos
    return ((value.hour * 60 + value.minute) * 60 + value.second) * SECOND + value.microsecond * 1000


def duration_nanos(value: AnyDuration) -> int:
    """Return a days and time duration in nanoseconds."""
    if isinstance(value, ExactDuration):
        return value.nanos
    return (value.days * 86_400 + value.seconds) * SECOND + value.microseconds * 1000


def zone_of(value: AnyTime | AnyDateTime) -> tzinfo | None:
    """Return the zone of a time or a date and time."""
    return value.zone if isinstance(value, (ExactTime, ExactDateTime)) else value.tzinfo


def date_part(value: AnyDateTime | AnyDate) -> AnyDate:
    """Return the date of a date and time; a date stays itself."""
    if isinstance(value, ExactDateTime):
        found = make_date(value.year, value.month, value.day)
        assert found is not None, "an ExactDateTime is made from a date"
        return found
    return value.date() if isinstance(value, datetime) else value


def offset_nanos(zone: tzinfo, day: AnyDate | None, nanos: int) -> int:
    """Return how far a zone is ahead of UTC at a local moment; without a day, in its plain (winter) time."""
    if isinstance(zone, timezone):
        return duration_nanos(zone.utcoffset(None))
    year = 2000 if day is None else min(max(day.year, 2), 9998)
    month, number = (1, 1) if day is None else (day.month, min(day.day, days_in_month(year, day.month)))
    seconds = nanos // SECOND
    clock = (seconds // 3600, seconds // 60 % 60, seconds % 60)
    offset = datetime(year, month, number, *clock, tzinfo=zone).utcoffset()
    return 0 if offset is None else duration_nanos(offset)


def instant(value: AnyDateTime) -> int:
    """Return nanoseconds since 1970-01-01T00:00 (UTC when the value has a zone, local otherwise)."""
    nanos, zone, day = time_nanos(value), zone_of(value), date_part(value)
    local = day_number(day.year, day.month, day.day) * DAY + nanos
    return local if zone is None else local - offset_nanos(zone, day, nanos)


def time_instant(value: AnyTime) -> int:
    """Return nanoseconds of the day in UTC (local when the value has no zone)."""
    zone, nanos = zone_of(value), time_nanos(value)
    return nanos if zone is None else nanos - offset_nanos(zone, None, nanos)


def from_instant(moment: int, zone: tzinfo | None) -> AnyDateTime | None:
    """Return the date and time of an instant in a zone; None beyond the last year."""
    if zone is not None and not isinstance(zone, timezone):
        moment += _zone_offset_at(moment, zone)
    elif zone is not None:
        moment += offset_nanos(zone, None, 0)
    number, nanos = divmod(moment, DAY)
    day = make_date(*civil(number))
    return None if day is None else make_datetime(day, nanos, zone)


def _zone_offset_at(moment: int, zone: tzinfo) -> int:
    number, nanos = divmod(moment, DAY)
    year, month, day = civil(number)
    year = min(max(year, 2), 9998)
    seconds = nanos // SECOND
    clock = (seconds // 3600, seconds // 60 % 60, seconds % 60)
    day = min(day, days_in_month(year, month))
    local = datetime(year, month, day, *clock, tzinfo=UTC).astimezone(zone)
    offset = local.utcoffset()
    return 0 if offset is None else duration_nanos(offset)


_CLOCKED = frozenset({datetime, ExactDateTime, time, ExactTime})


def is_zoned(value: object) -> bool:
    """Say whether a value is a time, or date and time, of a region such as Asia/Shanghai."""
    return type(value) in _CLOCKED and is_named(zone_of(value))  # type: ignore[arg-type]


def is_named(zone: tzinfo | None) -> bool:
    """Say whether a zone is a region such as Asia/Shanghai."""
    return isinstance(zone, ZoneInfo)
