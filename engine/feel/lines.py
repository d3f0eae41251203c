"""Lines that values lie on: what stands between two values, before one and after one, where kinds have an order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, timedelta, timezone, tzinfo
from decimal import Decimal, Overflow
from typing import Any

from engine.feel.arithmetic import DECIMAL
from engine.feel.exact import (
    DAY,
    SECOND,
    AnyTime,
    civil,
    day_number,
    duration_nanos,
    from_instant,
    instant,
    make_date,
    make_duration,
    make_time,
    offset_nanos,
    time_instant,
    zone_of,
)
from engine.feel.values import KIND_OF, Value, YearMonthDuration

_MINUTE, _HOUR = 60 * SECOND, 3600 * SECOND
#: the zones in which a time of day is earliest and latest
_FAREST = (UTC, timezone(timedelta(hours=18)), timezone(timedelta(hours=-18)))


@dataclass(frozen=True, slots=True)
class Line:
    """All values that have an order with one another: those of a kind, clocks with a zone apart from those without."""

    kind: str
    zoned: bool = False

    def place(self, value: Value) -> Any:
        """Return what orders the values of this line."""
        return _PLACES[self.kind](value)

    def between(self, low: Value, high: Value) -> Value:
        """Return a value between two others, None when there is none."""
        if self.kind == "string":
            return _text_between(low, high)
        if self.kind == "number":
            middle = DECIMAL.add(low, DECIMAL.divide(DECIMAL.subtract(high, low), Decimal(2)))
            return middle if low < middle < high else None
        first, last = self.place(low), self.place(high)
        middle = (first + last) // 2
        return self._made(middle, low, high) if first < middle < last else None

    def beyond(self, value: Value, way: int) -> Value:
        """Return a value before (-1) or after (1) another, None at the end of the line."""
        if self.kind == "string":
            return value + "…" if way > 0 else _text_before(value)
        if self.kind == "number":
            return _number_beyond(value, way)
        place = self.place(value)
        found = (self._made(place + way * step, value) for step in _STEPS[self.kind])
        return next((one for one in found if one is not None), None)

    def _made(self, place: int, *like: Value) -> Value:
        """Return the value at a place, with the zone of one of those given where that can be."""
        found = (_MADE[self.kind](place, one) for one in like)
        return next((one for one in found if one is not None and self.place(one) == place), None)


def line(value: Value) -> Line | None:
    """Return the line of a value, None for kinds without order."""
    kind = KIND_OF.get(type(value), "")
    if kind not in _PLACES:
        return None
    return Line(kind, kind in ("time", "date and time") and zone_of(value) is not None)


def _number_beyond(value: Decimal, way: int) -> Decimal | None:
    """One more or less; where that is lost in 34 digits, as much as is not."""
    try:
        found = DECIMAL.add(value, Decimal(way))
        return found if found != value else DECIMAL.add(value, DECIMAL.multiply(abs(value), Decimal(way)))
    except Overflow:
        return None


def _text_before(text: str) -> str | None:
    if len(text) != 1:
        return text[:-1] if text else None
    letter = chr(max(ord(text) - 1, 0))
    return letter if letter.isprintable() and letter.strip() else ""


def _text_between(low: str, high: str) -> str | None:
    """The readable one of the texts between, else the first."""
    found = (low + more for more in ("…", "m", "a", "0", " ", "\x01", "\x00"))
    return next((text for text in found if text < high), None)


def _clock(place: int, like: AnyTime) -> AnyTime | None:
    zone = zone_of(like)
    if zone is None:
        return make_time(place, None) if 0 <= place < DAY else None
    zones: tuple[tzinfo, ...] = (zone, *_FAREST)
    local = ((place + offset_nanos(one, None, 0), one) for one in zones)
    return next((make_time(nanos, one) for nanos, one in local if 0 <= nanos < DAY), None)


def _day(value: Any) -> int:
    return day_number(value.year, value.month, value.day)


def _itself(value: Value) -> Value:
    return value


#: kind -> what orders its values; whole numbers but for numbers and texts
_PLACES: dict[str, Callable[[Any], Any]] = {
    "number": _itself,
    "string": _itself,
    "date": _day,
    "time": time_instant,
    "date and time": instant,
    "days and time duration": duration_nanos,
    "years and months duration": lambda value: value.months,
}
#: kind -> the value at a place, like another one
_MADE: dict[str, Callable[[int, Any], Value]] = {
    "date": lambda place, like: make_date(*civil(place)),
    "time": _clock,
    "date and time": lambda place, like: from_instant(place, zone_of(like)) or from_instant(place, UTC),
    "days and time duration": lambda place, like: make_duration(place),
    "years and months duration": lambda place, like: YearMonthDuration(place),
}
#: kind -> how far a value beyond another one is, the first that the line has room for
_STEPS: dict[str, tuple[int, ...]] = {
    "date": (1,),
    "time": (_HOUR, _MINUTE, SECOND, 1),
    "date and time": (DAY, 1),
    "days and time duration": (DAY,),
    "years and months duration": (1,),
}
