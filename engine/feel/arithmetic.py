"""What + - * / ** mean for each pair of kinds (DMN 1.5, 10.3.2.15, tables 56-60)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import (
    ROUND_DOWN,
    ROUND_HALF_EVEN,
    Clamped,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

from engine.feel import limits
from engine.feel.errors import NoValue
from engine.feel.exact import (
    DAY,
    AnyDate,
    AnyDateTime,
    AnyDuration,
    AnyTime,
    date_part,
    day_number,
    days_in_month,
    duration_nanos,
    from_instant,
    instant,
    make_date,
    make_datetime,
    make_duration,
    make_time,
    time_instant,
    time_nanos,
    zone_of,
)
from engine.feel.exact import civil as civil_day
from engine.feel.moments import at_midnight
from engine.feel.values import Value, YearMonthDuration, kind, word

#: IEEE 754 decimal128: 34 digits
DECIMAL = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
    flags=[Clamped],
)
Operator = Callable[[Value, Value], Value]


def _no_date() -> NoValue:
    return NoValue("结果超出日历的范围", "the result is outside the calendar")


def _found(value: Value) -> Value:
    if value is None:
        raise _no_date()
    return value


def add_months(day: AnyDate, months: int) -> AnyDate:
    """Return the date some months later; the day is cut to the month's length."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    found: AnyDate = _found(make_date(year, month + 1, min(day.day, days_in_month(year, month + 1))))
    return found


def add_days(day: AnyDate, nanos: int) -> AnyDate:
    """Return the date some nanoseconds after its midnight, in whole days."""
    number = day_number(day.year, day.month, day.day) + nanos // DAY
    found: AnyDate = _found(make_date(*civil_day(number)))
    return found


def _date_plus_months(day: AnyDate, months: YearMonthDuration) -> Value:
    return add_months(day, months.months)


def _moment_plus_months(moment: AnyDateTime, months: YearMonthDuration) -> Value:
    return make_datetime(add_months(date_part(moment), months.months), time_nanos(moment), zone_of(moment))


def _date_plus_duration(day: AnyDate, span: AnyDuration) -> Value:
    return add_days(day, duration_nanos(span))


def _moment_plus_duration(moment: AnyDateTime, span: AnyDuration) -> Value:
    return _found(from_instant(instant(moment) + duration_nanos(span), zone_of(moment)))


def _time_plus_duration(clock: AnyTime, span: AnyDuration) -> Value:
    return make_time((time_nanos(clock) + duration_nanos(span)) % DAY, zone_of(clock))


def _add_durations(left: AnyDuration, right: AnyDuration) -> Value:
    return make_duration(duration_nanos(left) + duration_nanos(right))


def _negated(value: Value) -> Value:
    if isinstance(value, YearMonthDuration):
        return YearMonthDuration(-value.months)
    return make_duration(-duration_nanos(value))


def _minus(operator: Operator) -> Operator:
    return lambda left, right: operator(left, _negated(right))


def _between_moments(left: AnyDateTime, right: AnyDateTime) -> Value:
    if (zone_of(left) is None) != (zone_of(right) is None):
        raise NoValue("一个时间有时区，另一个没有", "one moment has a zone, the other has none")
    return make_duration(instant(left) - instant(right))


def _between_dates(left: AnyDate, right: AnyDate) -> Value:
    days = day_number(left.year, left.month, left.day) - day_number(right.year, right.month, right.day)
    return make_duration(days * DAY)


def _moment_minus_date(left: AnyDateTime, right: AnyDate) -> Value:
    return _between_moments(left, at_midnight(right))


def _date_minus_moment(left: AnyDate, right: AnyDateTime) -> Value:
    return _between_moments(at_midnight(left), right)


def _between_times(left: AnyTime, right: AnyTime) -> Value:
    if (zone_of(left) is None) != (zone_of(right) is None):
        raise NoValue("一个时间有时区，另一个没有", "one time has a zone, the other has none")
    return make_duration(time_instant(left) - time_instant(right))


def scale_months(span: YearMonthDuration, factor: Decimal) -> YearMonthDuration:
    """Return a years and months duration times a number, cut to whole months."""
    return YearMonthDuration(whole(DECIMAL.multiply(Decimal(span.months), factor)))


def _scale_duration(span: AnyDuration, factor: Decimal) -> Value:
    return _duration_of(DECIMAL.multiply(Decimal(duration_nanos(span)), factor))


def _duration_of(nanos: Decimal) -> Value:
    if nanos.adjusted() > 30:
        raise NoValue("时长太大", "the duration is too long")
    return make_duration(int(nanos.to_integral_value(ROUND_DOWN)))


def _nonzero(value: Decimal) -> Decimal:
    if not value:
        raise NoValue("不能除以 0", "division by zero")
    return value


def whole(number: Decimal) -> int:
    """Return a number without its fraction, as a position or length; raises NoValue for astronomic ones."""
    if number.adjusted() > 18:
        raise NoValue("数字太大", "the number is too large")
    return int(number)


def divide(left: Decimal, right: Decimal) -> Decimal:
    """Return the quotient in 34 digits."""
    return DECIMAL.divide(left, _nonzero(right))


def _divide_months(span: YearMonthDuration, by: Decimal) -> Value:
    return YearMonthDuration(whole(DECIMAL.divide(Decimal(span.months), _nonzero(by))))


def _divide_duration(span: AnyDuration, by: Decimal) -> Value:
    return _duration_of(DECIMAL.divide(Decimal(duration_nanos(span)), _nonzero(by)))


def _month_ratio(left: YearMonthDuration, right: YearMonthDuration) -> Value:
    return divide(Decimal(left.months), Decimal(right.months))


def _duration_ratio(left: AnyDuration, right: AnyDuration) -> Value:
    return divide(Decimal(duration_nanos(left)), Decimal(duration_nanos(right)))


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """Return base ** exponent; exponents beyond the limit have no value."""
    if abs(exponent) > limits.EXPONENT:
        raise NoValue(f"指数最大 {limits.EXPONENT}", f"exponents go up to {limits.EXPONENT}")
    if not base and exponent <= 0:
        if exponent:
            # FEEL has neither infinity nor NaN (DMN 1.5, 10.3.2.3.1): such a number is null, like 1 / 0.
            raise NoValue("零没有负的次方", "zero has no negative power")
        return Decimal(1)
    return DECIMAL.power(base, exponent)


def _swap(operator: Operator) -> Operator:
    return lambda left, right: operator(right, left)


_N, _S, _D, _T = "number", "string", "date", "time"
_M, _DT, _YM = "date and time", "days and time duration", "years and months duration"

_PLUS: dict[tuple[str, str], Operator] = {
    (_N, _N): DECIMAL.add,
    (_S, _S): lambda left, right: left + right,
    (_D, _YM): _date_plus_months,
    (_M, _YM): _moment_plus_months,
    (_D, _DT): _date_plus_duration,
    (_M, _DT): _moment_plus_duration,
    (_T, _DT): _time_plus_duration,
    (_DT, _DT): _add_durations,
    (_YM, _YM): lambda left, right: YearMonthDuration(left.months + right.months),
}
_MINUS: dict[tuple[str, str], Operator] = {
    **{pair: _minus(operator) for pair, operator in _PLUS.items() if pair[1] in (_YM, _DT)},
    (_N, _N): DECIMAL.subtract,
    (_D, _D): _between_dates,
    (_M, _M): _between_moments,
    (_M, _D): _moment_minus_date,
    (_D, _M): _date_minus_moment,
    (_T, _T): _between_times,
}
_TIMES: dict[tuple[str, str], Operator] = {
    (_N, _N): DECIMAL.multiply,
    (_YM, _N): scale_months,
    (_N, _YM): _swap(scale_months),
    (_DT, _N): _scale_duration,
    (_N, _DT): _swap(_scale_duration),
}
_OVER: dict[tuple[str, str], Operator] = {
    (_N, _N): divide,
    (_YM, _N): _divide_months,
    (_DT, _N): _divide_duration,
    (_YM, _YM): _month_ratio,
    (_DT, _DT): _duration_ratio,
}
TABLES: dict[str, dict[tuple[str, str], Operator]] = {
    "+": {**_PLUS, **{(b, a): _swap(f) for (a, b), f in _PLUS.items() if a != b}},
    "-": _MINUS,
    "*": _TIMES,
    "/": _OVER,
    "**": {(_N, _N): power},
}
#: what two numbers do, tried first
NUMBERS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": DECIMAL.add,
    "-": DECIMAL.subtract,
    "*": DECIMAL.multiply,
    "/": divide,
    "**": power,
}


def apply(operator: str, left: Value, right: Value) -> Value:
    """Return `left operator right` for any kinds; raises NoValue when they do not go together."""
    found = TABLES[operator].get((kind(left), kind(right)))
    if found is None:
        raise NoValue(
            f"{word(left)}和{word(right)}不能用“{operator}”计算",
            f"'{operator}' does not work on {kind(left)} and {kind(right)}",
        )
    try:
        return found(left, right)
    except (InvalidOperation, DivisionByZero, Overflow):
        raise NoValue("数字超出可表示的范围", "the number is outside what can be represented") from None


def negate(value: Value) -> Value:
    """Return -value for numbers and durations; raises NoValue otherwise."""
    if type(value) is Decimal:
        return -value if value else Decimal(0)
    if kind(value) in (_DT, _YM):
        return _negated(value)
    raise NoValue(f"{word(value)}前不能有负号", f"a {kind(value)} cannot be negated")


def duration_seconds(span: AnyDuration) -> Decimal:
    """Return a days and time duration in seconds."""
    if isinstance(span, timedelta):
        return Decimal(span.days * 86_400 + span.seconds) + Decimal(span.microseconds).scaleb(-6)
    return Decimal(span.nanos).scaleb(-9)
