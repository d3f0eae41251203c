"""Functions that make a value from another one (DMN 1.5, 10.3.4.1 and 10.3.4.2)."""

from __future__ import annotations

import re
from decimal import Decimal

from engine.feel.arithmetic import DECIMAL
from engine.feel.builtins.catalogue import builtin
from engine.feel.builtins.ranges import read_range
from engine.feel.errors import NoValue
from engine.feel.exact import (
    DAY,
    SECOND,
    AnyDate,
    AnyDateTime,
    AnyDuration,
    AnyTime,
    date_part,
    duration_nanos,
    make_date,
    make_datetime,
    make_time,
    time_nanos,
    zone_of,
)
from engine.feel.moments import (
    at_midnight,
    fixed_zone,
    read_date,
    read_datetime,
    read_duration,
    read_time,
    zone_named,
)
from engine.feel.scope import Scope
from engine.feel.text import to_text
from engine.feel.values import Value, YearMonthDuration

_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?\Z")


def _read(value: Value, what: str, what_en: str) -> Value:
    if value is None:
        raise NoValue(f"不是{what}的写法", f"this does not spell a {what_en}")
    return value


@builtin("string", "from", wants_scope=True)
def string(scope: Scope, value: Value) -> Value:
    """Return a value as text."""
    return None if value is None else to_text(value, scope.run)


@builtin("number", "from: string | number")
def number_of(value: Value) -> Value:
    """Return the number that a text spells."""
    return value if type(value) is Decimal else _number(value)


@builtin("number", "from: string, grouping separator?: string | null, decimal separator?: string | null")
def number(text: str, grouping: str | None = None, point: str | None = None) -> Value:
    """Return the number that a text spells with the given separators."""
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", ".") or (grouping and grouping == point):
        raise NoValue("分隔符不对", "the separators are wrong")
    if grouping:
        text = text.replace(grouping, "")
    return _number(text.replace(point, ".") if point else text)


def _number(text: str) -> Decimal:
    text = text.strip()
    if not _NUMBER.match(text) or len(text) > 200:
        raise NoValue("不是数字的写法", "this does not spell a number")
    return DECIMAL.create_decimal(text)


@builtin("date", "from: string")
def date_of_text(text: str) -> Value:
    """Return the date that a text spells."""
    return _read(read_date(text), "日期", "date")


@builtin("date", "from: date | moment")
def date_of(value: AnyDate | AnyDateTime) -> Value:
    """Return the date of a date and time."""
    return date_part(value)


@builtin("date", "year: number, month: number, day: number")
def date_from_parts(year: Decimal, month: Decimal, day: Decimal) -> Value:
    """Return the date of a year, month and day."""
    if any(part != part.to_integral_value() or part.adjusted() > 9 for part in (year, month, day)):
        raise NoValue("年月日应是整数", "year, month and day must be whole numbers")
    return _read(make_date(int(year), int(month), int(day)), "日期", "date")


@builtin("date and time", "from: string")
def moment_of_text(text: str) -> Value:
    """Return the date and time that a text spells."""
    return _read(read_datetime(text), "日期时间", "date and time")


@builtin("date and time", "from: moment")
def moment_of(value: AnyDateTime) -> Value:
    """Return a date and time itself."""
    return value


@builtin("date and time", "from: date")
def moment_of_date(value: AnyDate) -> Value:
    """Return the midnight of a date."""
    return make_datetime(value, 0, None)


@builtin("date and time", "date: date | moment, time: time")
def moment_of_parts(day: AnyDate | AnyDateTime, clock: AnyTime) -> Value:
    """Return the date and time of a date and a time."""
    return make_datetime(date_part(day), time_nanos(clock), zone_of(clock))


@builtin("date and time", "date: moment, timezone: string")
def moment_in_zone(moment: AnyDateTime, zone: str) -> Value:
    """Return the same local date and time in another zone."""
    return make_datetime(date_part(moment), time_nanos(moment), _read(zone_named(zone), "时区", "time zone"))


@builtin("time", "from: string")
def time_of_text(text: str) -> Value:
    """Return the time that a text spells."""
    return _read(read_time(text), "时间", "time")


@builtin("time", "from: time | moment")
def time_of(value: AnyTime | AnyDateTime) -> Value:
    """Return the time of a date and time."""
    return make_time(time_nanos(value), zone_of(value))


@builtin("time", "from: date")
def time_of_date(value: AnyDate) -> Value:
    """Return the midnight of a date."""
    return make_time(0, zone_of(at_midnight(value)))


@builtin("time", "hour: number, minute: number, second: number, offset?: days | null")
def time_from_parts(hour: Decimal, minute: Decimal, second: Decimal, offset: AnyDuration | None = None) -> Value:
    """Return the time of an hour, minute, second and offset."""
    in_range = 0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= second < 60
    if not in_range or hour != int(hour) or minute != int(minute):
        raise NoValue("时分秒超出范围", "hour, minute or second are out of range")
    nanos = (int(hour) * 3600 + int(minute) * 60) * SECOND + int(second * SECOND)
    if offset is None:
        return make_time(nanos, None)
    shift, rest = divmod(duration_nanos(offset), SECOND)
    if rest or abs(shift) >= DAY // SECOND:
        raise NoValue("时差不对", "the offset is wrong")
    return make_time(nanos, _read(fixed_zone(shift), "时差", "offset"))


@builtin("duration", "from: string | days | months")
def duration(value: Value) -> Value:
    """Return the duration that a text spells."""
    return _read(read_duration(value), "时长", "duration") if type(value) is str else value


@builtin("years and months duration", "from: date | moment, to: date | moment")
def months_between(start: AnyDate | AnyDateTime, end: AnyDate | AnyDateTime) -> Value:
    """Return the whole months from one day to another; times of day do not count."""
    first, last = date_part(start), date_part(end)
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return YearMonthDuration(months)


@builtin("range", "from: string", wants_scope=True)
def range_of(scope: Scope, text: str) -> Value:
    """Return the range that a text spells."""
    return read_range(text, scope.run)


@builtin("not", "negand")
def negated(value: Value) -> Value:
    """Return true for false, false for true, null otherwise."""
    if type(value) is not bool:
        raise NoValue("not 只用于是否值", "not takes a boolean")
    return not value
