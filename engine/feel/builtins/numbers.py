"""Numeric functions (DMN 1.5, 10.3.4.5)."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)

from engine.feel.arithmetic import DECIMAL, whole
from engine.feel.builtins.catalogue import builtin
from engine.feel.errors import NoValue
from engine.feel.exact import AnyDuration, duration_nanos, make_duration
from engine.feel.values import Value, YearMonthDuration

_SCALES = (-6111, 6176)
#: rounding at any scale must not lose the digits in front
_WIDE = Context(prec=12_400, Emin=-999_999, Emax=999_999)


def rounded(number: Decimal, scale: Decimal | None, mode: str) -> Decimal:
    """Return the number rounded to `scale` digits after the point; -0 becomes 0."""
    digits = 0 if scale is None else whole(scale)
    if not _SCALES[0] <= digits <= _SCALES[1]:
        raise NoValue("小数位数超出范围", f"the scale must lie within {_SCALES[0]} .. {_SCALES[1]}")
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -digits:
        return number
    found = number.quantize(Decimal((0, (1,), -digits)), rounding=mode, context=_WIDE)
    return DECIMAL.plus(found) if found else Decimal(0)


@builtin("decimal", "n: number, scale: number")
def decimal(number: Decimal, scale: Decimal) -> Value:
    """Round half to even."""
    return rounded(number, scale, ROUND_HALF_EVEN)


@builtin("floor", "n: number, scale?: number")
def floor(number: Decimal, scale: Decimal | None = None) -> Value:
    """Round down, towards minus infinity."""
    return rounded(number, scale, ROUND_FLOOR)


@builtin("ceiling", "n: number, scale?: number")
def ceiling(number: Decimal, scale: Decimal | None = None) -> Value:
    """Round up, towards plus infinity."""
    return rounded(number, scale, ROUND_CEILING)


@builtin("round up", "n: number, scale: number")
def round_up(number: Decimal, scale: Decimal) -> Value:
    """Round away from zero."""
    return rounded(number, scale, ROUND_UP)


@builtin("round down", "n: number, scale: number")
def round_down(number: Decimal, scale: Decimal) -> Value:
    """Round towards zero."""
    return rounded(number, scale, ROUND_DOWN)


@builtin("round half up", "n: number, scale: number")
def round_half_up(number: Decimal, scale: Decimal) -> Value:
    """Round to the nearest, halves away from zero."""
    return rounded(number, scale, ROUND_HALF_UP)


@builtin("round half down", "n: number, scale: number")
def round_half_down(number: Decimal, scale: Decimal) -> Value:
    """Round to the nearest, halves towards zero."""
    return rounded(number, scale, ROUND_HALF_DOWN)


@builtin("abs", "n: number")
def absolute(number: Decimal) -> Value:
    """Return the number without sign."""
    return abs(number)


@builtin("abs", "n: days")
def absolute_duration(span: AnyDuration) -> Value:
    """Return the duration without sign."""
    return make_duration(abs(duration_nanos(span)))


@builtin("abs", "n: months")
def absolute_months(span: YearMonthDuration) -> Value:
    """Return the duration without sign."""
    return YearMonthDuration(abs(span.months))


@builtin("modulo", "dividend: number, divisor: number")
def modulo(dividend: Decimal, divisor: Decimal) -> Value:
    """Return dividend - divisor * floor(dividend / divisor)."""
    if not divisor:
        raise NoValue("不能除以 0", "division by zero")
    if dividend.adjusted() - divisor.adjusted() > 5000:
        raise NoValue("两个数字相差太大", "the numbers are too far apart")
    rest = _WIDE.remainder(dividend, divisor)
    if rest and (rest < 0) != (divisor < 0):
        rest = _WIDE.add(rest, divisor)
    return DECIMAL.plus(rest)


@builtin("sqrt", "number: number")
def sqrt(number: Decimal) -> Value:
    """Return the square root."""
    if number < 0:
        raise NoValue("负数没有平方根", "a negative number has no square root")
    return DECIMAL.sqrt(number)


@builtin("log", "number: number")
def log(number: Decimal) -> Value:
    """Return the natural logarithm."""
    if number <= 0:
        raise NoValue("只有正数才有对数", "only positive numbers have a logarithm")
    return DECIMAL.ln(number)


@builtin("exp", "number: number")
def exp(number: Decimal) -> Value:
    """Return e to the power of the number."""
    return DECIMAL.exp(number)


@builtin("odd", "number: number")
def odd(number: Decimal) -> Value:
    """Say whether a whole number is odd."""
    return _parity(number) == 1


@builtin("even", "number: number")
def even(number: Decimal) -> Value:
    """Say whether a whole number is even."""
    return _parity(number) == 0


def _parity(number: Decimal) -> Decimal:
    if number.adjusted() > 40:
        return Decimal(0)
    return abs(_WIDE.remainder(number, Decimal(2)))
