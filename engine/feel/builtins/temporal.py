"""Functions on dates and times (DMN 1.5, 10.3.4.6 and 10.3.4.8)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from engine.feel.builtins.catalogue import builtin
from engine.feel.errors import NoValue
from engine.feel.exact import AnyDate, AnyDateTime, date_part, day_number, time_nanos, zone_of
from engine.feel.members import weekday
from engine.feel.moments import write_zone
from engine.feel.order import equal
from engine.feel.scope import Scope
from engine.feel.values import Value, kind

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@builtin("day of year", "date: date | moment")
def day_of_year(moment: AnyDate | AnyDateTime) -> Value:
    """Return the number of the day in its year."""
    day = date_part(moment)
    return Decimal(day_number(day.year, day.month, day.day) - day_number(day.year, 1, 1) + 1)


@builtin("day of week", "date: date | moment")
def day_of_week(moment: AnyDate | AnyDateTime) -> Value:
    """Return the English name of the weekday."""
    return _DAYS[weekday(moment) - 1]


@builtin("month of year", "date: date | moment")
def month_of_year(moment: AnyDate | AnyDateTime) -> Value:
    """Return the English name of the month."""
    return _MONTHS[date_part(moment).month - 1]


@builtin("week of year", "date: date | moment")
def week_of_year(moment: AnyDate | AnyDateTime) -> Value:
    """Return the ISO 8601 number of the week."""
    day = date_part(moment)
    if isinstance(day, date):
        return Decimal(day.isocalendar().week)
    # The calendar repeats itself every 400 years.
    return Decimal(date(day.year % 400 + 2000, day.month, day.day).isocalendar().week)


@builtin("is", "value1?, value2?", wants_scope=True)
def same(scope: Scope, left: Value = None, right: Value = None) -> Value:
    """Say whether two values are the same in kind, value and zone."""
    if kind(left) != kind(right):
        return False
    if kind(left) in ("time", "date and time"):
        if write_zone(zone_of(left)) != write_zone(zone_of(right)) or time_nanos(left) != time_nanos(right):
            return False
        return kind(left) == "time" or date_part(left) == date_part(right)
    return bool(equal(left, right, scope.run))


def _needs_caller(name: str) -> Value:
    raise NoValue(f"{name}() 由系统提供时间，这里没有", f"{name}() takes the time from the caller, which gave none")


@builtin("now")
def now() -> Value:
    """Without a caller that passes its own `now`, there is no answer: the language reads no clock."""
    return _needs_caller("now")


@builtin("today")
def today() -> Value:
    """Without a caller that passes its own `today`, there is no answer: the language reads no clock."""
    return _needs_caller("today")
