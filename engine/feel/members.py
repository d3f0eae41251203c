"""Fields and properties of values, and filters of lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, tzinfo
from decimal import Decimal
from typing import Any, Protocol

from engine.feel import limits
from engine.feel.exact import (
    DAY,
    SECOND,
    AnyDateTime,
    AnyDuration,
    AnyTime,
    ExactTime,
    date_part,
    day_number,
    duration_nanos,
    is_named,
    is_zoned,
    make_duration,
    offset_nanos,
    time_nanos,
    zone_of,
)
from engine.feel.nodes import (
    Between,
    Comparison,
    Constant,
    Filter,
    InstanceOf,
    Logic,
    Membership,
    Negation,
    Node,
    Quantified,
)
from engine.feel.scope import Scope
from engine.feel.values import KIND_OF, Closure, Value, YearMonthDuration, kind, word


def member(value: Value, name: str, scope: Scope, at: int) -> Value:
    """Return `value.name`; of a list the list of that field; null with a warning when there is none."""
    if type(value) is dict:
        if name in value:
            return value[name]
        return scope.warn(at, f"数据组里没有“{name}”", f"the context has no entry '{name}'")
    if type(value) is list:
        scope.run.spend(1 + len(value))
        return [item[name] if type(item) is dict and name in item else member(item, name, scope, at) for item in value]
    reader = PROPERTIES.get((KIND_OF.get(type(value), ""), name))
    if reader is None:
        return scope.warn(at, f"{word(value)}没有“{name}”", f"there is no '{name}' in a {kind(value)}")
    zoned = name == "time offset" and is_zoned(value)
    scope.run.spend(limits.ZONED if zoned else limits.OTHER)
    return reader(value)


def _number(read: Callable[[Any], int]) -> Callable[[Any], Value]:
    return lambda value: Decimal(read(value))


def weekday(value: Any) -> int:
    """Return the day of the week, Monday 1 ... Sunday 7."""
    day = date_part(value)
    return (day_number(day.year, day.month, day.day) + 3) % 7 + 1


def _offset(value: AnyTime | AnyDateTime) -> Value:
    zone = zone_of(value)
    if zone is None:
        return None
    day = None if isinstance(value, (time, ExactTime)) else date_part(value)
    return make_duration(offset_nanos(zone, day, time_nanos(value)))


def _zone_name(value: AnyTime | AnyDateTime) -> Value:
    zone: tzinfo | None = zone_of(value)
    return str(zone) if is_named(zone) else None


def _part(size: int, modulus: int) -> Callable[[AnyDuration], Value]:
    def part(value: AnyDuration) -> Value:
        nanos = duration_nanos(value)
        found = abs(nanos) // size % modulus if modulus else abs(nanos) // size
        return Decimal(-found if nanos < 0 else found)

    return part


def _years(value: YearMonthDuration) -> Value:
    years = Decimal(abs(value.months) // 12)
    return -years if value.months < 0 and years else years


def _months(value: YearMonthDuration) -> Value:
    months = Decimal(abs(value.months) % 12)
    return -months if value.months < 0 and months else months


_DATE: dict[str, Callable[[Any], Value]] = {
    "year": _number(lambda value: value.year),
    "month": _number(lambda value: value.month),
    "day": _number(lambda value: value.day),
    "weekday": _number(weekday),
}
_CLOCK: dict[str, Callable[[Any], Value]] = {
    "hour": _number(lambda value: time_nanos(value) // (3600 * SECOND)),
    "minute": _number(lambda value: time_nanos(value) // (60 * SECOND) % 60),
    "second": _number(lambda value: time_nanos(value) // SECOND % 60),
    "time offset": _offset,
    "timezone": _zone_name,
}
_DAYS: dict[str, Callable[[Any], Value]] = {
    "days": _part(DAY, 0),
    "hours": _part(3600 * SECOND, 24),
    "minutes": _part(60 * SECOND, 60),
    "seconds": _part(SECOND, 60),
}
_RANGE: dict[str, Callable[[Any], Value]] = {
    "start": lambda value: value.start,
    "end": lambda value: value.end,
    "start included": lambda value: value.start_included,
    "end included": lambda value: value.end_included,
}
_TABLES: dict[str, dict[str, Callable[[Any], Value]]] = {
    "date": _DATE,
    "time": _CLOCK,
    "date and time": {**_DATE, **_CLOCK},
    "days and time duration": _DAYS,
    "years and months duration": {"years": _years, "months": _months},
    "range": _RANGE,
}
#: kind, property -> how to read it (DMN 1.5, 10.3.2.15, tables 64-67)
PROPERTIES = {(kind, name): read for kind, table in _TABLES.items() for name, read in table.items()}


class Compiles(Protocol):
    """The compiler, as far as filters need it."""

    def compile(self, node: Node) -> Closure:
        """Return the closure of a node."""

    def condition_of(self, node: Node) -> tuple[Closure, bool, int]:
        """Return the closure of a filter's condition, whether it reads `item`, and what an item costs."""


_BOOLEAN = (Comparison, Logic, Between, Membership, InstanceOf, Quantified)


def filtered(compiler: Compiles, node: Filter) -> Closure:
    """Compile list[position] and list[condition]."""
    source = compiler.compile(node.source)
    position = _constant_position(node.condition)
    if position is not None:
        return _indexed(source, position, node.at)
    compiled, reads_item, cost = compiler.condition_of(node.condition)
    surely = isinstance(node.condition, _BOOLEAN)
    at = node.at
    enclosed = item_scope if reads_item else field_scope

    def filtered(scope: Scope) -> Value:
        items = as_list(source(scope))
        scope.run.spend(1 + len(items) * cost)
        if not surely:
            first = compiled(item_scope(items[0] if items else None, scope))
            if type(first) is Decimal:
                return pick(items, first, scope, at)
        return [item for item in items if compiled(enclosed(item, scope)) is True]

    return filtered


def _constant_position(node: Node) -> Decimal | None:
    if type(node) is Constant and type(node.value) is Decimal:
        return node.value
    if type(node) is Negation and type(node.operand) is Constant and type(node.operand.value) is Decimal:
        return -node.operand.value
    return None


def _indexed(source: Closure, position: Decimal, at: int) -> Closure:
    return lambda scope: pick(as_list(source(scope)), position, scope, at)


def as_list(value: Value) -> list[Value]:
    """Return a list itself, a single value as its list, null as an empty list."""
    if type(value) is list:
        return value
    return [] if value is None else [value]


def item_scope(item: Value, scope: Scope) -> Scope:
    """Return the scope of a filter's condition: the item's fields, then `item`, then the outside."""
    return field_scope(item, Scope({"item": item}, scope, scope.run))


def field_scope(item: Value, scope: Scope) -> Scope:
    """Return the scope of a condition that does not read `item`."""
    return Scope(item, scope, scope.run) if type(item) is dict else scope


def pick(items: list[Value], position: Decimal, scope: Scope, at: int) -> Value:
    """Return the item at a position: 1 is the first, -1 the last; null when there is none."""
    if 1 <= abs(position) <= len(items) and position == position.to_integral_value():
        number = int(position)
        return items[number - 1 if number > 0 else number]
    return scope.warn(at, f"列表没有第 {position} 项", f"the list has no item {position}")
