"""Reading and writing dates, times and durations as ISO 8601 text (DMN 1.5, 10.3.4.1)."""

from __future__ import annotations

import re
from datetime import UTC, date, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.feel.exact import (
    DAY,
    SECOND,
    AnyDate,
    AnyDateTime,
    AnyDuration,
    AnyTime,
    civil,
    date_part,
    day_number,
    duration_nanos,
    is_named,
    make_date,
    make_datetime,
    make_duration,
    make_time,
    time_nanos,
    zone_of,
)
from engine.feel.values import YearMonthDuration

_DATE = re.compile(r"(-?)([1-9][0-9]{4,8}|[0-9]{4})-([0-9]{2})-([0-9]{2})\Z")
_TIME = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?([Zz]|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@.+)?\Z")
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+\-]*(?:/[A-Za-z0-9_+\-]+)*\Z")
_MONTHS = re.compile(r"(-?)P(?:([0-9]{1,18})Y)?(?:([0-9]{1,18})M)?\Z")
_DAYS = re.compile(
    r"(-?)P(?:([0-9]{1,18})D)?"
    r"(?:T(?:([0-9]{1,18})H)?(?:([0-9]{1,18})M)?(?:([0-9]{1,18})(?:\.([0-9]{0,18}))?S)?)?\Z"
)
#: offsets beyond 18 hours are no offsets (XML Schema part 2, 3.3.8)
_LARGEST_OFFSET = 18 * 3600


@lru_cache(maxsize=256)
def zone_named(name: str) -> tzinfo | None:
    """Return the zone of a region name such as Asia/Shanghai, None when there is none."""
    if not _ZONE.match(name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@lru_cache(maxsize=256)
def fixed_zone(seconds: int) -> tzinfo | None:
    """Return the zone a number of seconds ahead of UTC, None when that is too far."""
    if abs(seconds) > _LARGEST_OFFSET:
        return None
    return timezone(timedelta(seconds=seconds)) if seconds else UTC


def _read_zone(text: str) -> tzinfo | None:
    if text in "Zz":
        return UTC
    if text[0] == "@":
        return zone_named(text[1:])
    hours, minutes, *rest = (int(part) for part in text[1:].split(":"))
    if minutes > 59 or (rest and rest[0] > 59):
        return None
    seconds = hours * 3600 + minutes * 60 + (rest[0] if rest else 0)
    return fixed_zone(-seconds if text[0] == "-" else seconds)


def read_date(text: str) -> AnyDate | None:
    """Return the date written in `text`, None when it is none."""
    found = _DATE.match(text)
    if not found:
        return None
    sign, year, month, day = found.groups()
    return make_date(-int(year) if sign else int(year), int(month), int(day))


def _read_clock(text: str) -> tuple[int, tzinfo | None] | None:
    found = _TIME.match(text)
    if not found:
        return None
    hours, minutes, seconds, fraction, zone_text = found.groups()
    if int(hours) > 23 or int(minutes) > 59 or int(seconds) > 59:
        return None
    zone = _read_zone(zone_text) if zone_text else None
    if zone_text and zone is None:
        return None
    nanos = int((fraction or "0")[:9].ljust(9, "0"))
    return (int(hours) * 3600 + int(minutes) * 60 + int(seconds)) * SECOND + nanos, zone


def read_time(text: str) -> AnyTime | None:
    """Return the time of day written in `text`, None when it is none."""
    clock = _read_clock(text)
    return None if clock is None else make_time(*clock)


def read_datetime(text: str) -> AnyDateTime | None:
    """Return the date and time written in `text`; a bare date is its midnight; None when it is none."""
    day_text, mark, clock_text = text.partition("T")
    day = read_date(day_text)
    if day is None:
        return None
    if not mark:
        return make_datetime(day, 0, None)
    if clock_text[:8] == "24:00:00" and clock_text[8:9] != ".":
        # The end of a day is the beginning of the next (XML Schema part 2, 3.2.7.3).
        following = make_date(*civil(day_number(day.year, day.month, day.day) + 1))
        return read_datetime(f"{write_date(following)}T00{clock_text[2:]}") if following else None
    clock = _read_clock(clock_text)
    return None if clock is None else make_datetime(day, *clock)


def read_duration(text: str) -> AnyDuration | YearMonthDuration | None:
    """Return the duration written in `text`, None when it is none."""
    found = _MONTHS.match(text)
    if found and (found[2] or found[3]):
        months = int(found[2] or 0) * 12 + int(found[3] or 0)
        return YearMonthDuration(-months if found[1] else months)
    found = _DAYS.match(text)
    if not found or text[-1] in "PT":
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:5])
    nanos = days * DAY + (hours * 3600 + minutes * 60 + seconds) * SECOND
    nanos += int((found[6] or "0")[:9].ljust(9, "0"))
    return make_duration(-nanos if found[1] else nanos)


def read_any(text: str) -> object:
    """Return the value of an at-literal: date and time, date, time or duration; None when it is none."""
    if "T" in text and text[:1] != "P" and text[:2] != "-P":
        return read_datetime(text)
    for read in (read_date, read_time, read_duration):
        value: object = read(text)
        if value is not None:
            return value
    return None


def write_date(value: AnyDate) -> str:
    """Return a date as ISO text."""
    if isinstance(value, date):
        return value.isoformat()
    sign = "-" if value.year < 0 else ""
    return f"{sign}{abs(value.year):04d}-{value.month:02d}-{value.day:02d}"


def write_zone(zone: tzinfo | None) -> str:
    """Return what is written after a time: nothing, Z, an offset or @Region/City."""
    if zone is None:
        return ""
    if is_named(zone):
        return f"@{zone}"
    offset = zone.utcoffset(None)
    total = 0 if offset is None else offset.days * 86_400 + offset.seconds
    if total == 0:
        return "Z"
    sign, total = ("-", -total) if total < 0 else ("+", total)
    seconds = f":{total % 60:02d}" if total % 60 else ""
    return f"{sign}{total // 3600:02d}:{total // 60 % 60:02d}{seconds}"


def write_time(value: AnyTime | AnyDateTime) -> str:
    """Return the clock part of a value as ISO text, with its zone."""
    seconds, rest = divmod(time_nanos(value), SECOND)
    fraction = f".{rest:09d}".rstrip("0") if rest else ""
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return clock + fraction + write_zone(zone_of(value))


def write_datetime(value: AnyDateTime) -> str:
    """Return a date and time as ISO text."""
    return f"{write_date(date_part(value))}T{write_time(value)}"


def write_months(value: YearMonthDuration) -> str:
    """Return a years and months duration as ISO text."""
    years, months = divmod(abs(value.months), 12)
    text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
    return ("-P" if value.months < 0 else "P") + (text or "0M")


def write_duration(value: AnyDuration) -> str:
    """Return a days and time duration as ISO text."""
    nanos = duration_nanos(value)
    days, rest = divmod(abs(nanos), DAY)
    seconds, fraction = divmod(rest, SECOND)
    second_text = f"{seconds % 60}" + (f".{fraction:09d}".rstrip("0") if fraction else "")
    clock = (f"{seconds // 3600}H" if seconds // 3600 else "") + (
        f"{seconds // 60 % 60}M" if seconds // 60 % 60 else ""
    )
    clock += f"{second_text}S" if second_text != "0" else ""
    text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return ("-P" if nanos < 0 else "P") + (text or "T0S")


def at_midnight(value: AnyDate) -> AnyDateTime:
    """Return a date as the date and time of its midnight in UTC (DMN 1.5, 10.3.2.3.6)."""
    return make_datetime(value, 0, UTC)
