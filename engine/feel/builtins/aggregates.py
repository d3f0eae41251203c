"""Functions that boil a list down to one value (DMN 1.5, 10.3.4.4)."""

from __future__ import annotations

from decimal import Decimal

from engine.feel.arithmetic import DECIMAL, divide
from engine.feel.builtins.catalogue import builtin
from engine.feel.errors import NoValue
from engine.feel.order import order_keys
from engine.feel.scope import Scope
from engine.feel.values import Value

List = list[Value]


def _some(items: List) -> List:
    if not items:
        raise NoValue("列表是空的", "the list is empty")
    return items


def _numbers(items: List) -> list[Decimal]:
    if not all(type(item) is Decimal for item in items):
        raise NoValue("列表里不全是数字", "the list holds more than numbers")
    return items


@builtin("min", "list: list", wants_scope=True)
@builtin("min", "", variadic=True, wants_scope=True)
def smallest(scope: Scope, items: List) -> Value:
    """Return the smallest item."""
    keys = _keys(items, scope)
    return items[keys.index(min(keys))]


@builtin("max", "list: list", wants_scope=True)
@builtin("max", "", variadic=True, wants_scope=True)
def largest(scope: Scope, items: List) -> Value:
    """Return the largest item."""
    keys = _keys(items, scope)
    return items[keys.index(max(keys))]


def _keys(items: List, scope: Scope) -> List:
    keys = order_keys(_some(items), scope.run)
    if keys is None:
        raise NoValue("列表的各项不能比较", "the items cannot be compared")
    return keys


@builtin("sum", "list: list")
@builtin("sum", "", variadic=True)
def total(items: List) -> Value:
    """Return the sum, null of an empty list."""
    found = Decimal(0)
    for number in _numbers(_some(items)):
        found = DECIMAL.add(found, number)
    return found


@builtin("product", "list: list")
@builtin("product", "", variadic=True)
def product(items: List) -> Value:
    """Return the product, null of an empty list."""
    found = Decimal(1)
    for number in _numbers(_some(items)):
        found = DECIMAL.multiply(found, number)
    return found


@builtin("mean", "list: list")
@builtin("mean", "", variadic=True)
def mean(items: List) -> Value:
    """Return the arithmetic mean, null of an empty list."""
    return divide(total(items), Decimal(len(items)))


@builtin("median", "list: list")
@builtin("median", "", variadic=True)
def median(items: List) -> Value:
    """Return the middle number, of an even count the mean of the two in the middle."""
    ordered = sorted(_numbers(_some(items)))
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return divide(DECIMAL.add(ordered[middle - 1], ordered[middle]), Decimal(2))


@builtin("stddev", "list: list")
@builtin("stddev", "", variadic=True)
def stddev(items: List) -> Value:
    """Return the standard deviation of a sample."""
    if len(_numbers(items)) < 2:
        raise NoValue("至少要有两个数字", "at least two numbers are needed")
    middle = mean(items)
    squares = [DECIMAL.multiply(d, d) for d in (DECIMAL.subtract(item, middle) for item in items)]
    return DECIMAL.sqrt(divide(total(squares), Decimal(len(items) - 1)))


@builtin("mode", "list: list")
@builtin("mode", "", variadic=True)
def mode(items: List) -> Value:
    """Return the most frequent numbers, ascending."""
    counts: dict[Decimal, int] = {}
    for number in _numbers(items):
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(number for number, times in counts.items() if times == most)


@builtin("all", "list: list")
@builtin("all", "", variadic=True)
def all_true(items: List) -> Value:
    """Answer false when an item is false, true when all are true, else null."""
    return _quantified(items, False)


@builtin("any", "list: list")
@builtin("any", "", variadic=True)
def any_true(items: List) -> Value:
    """Answer true when an item is true, false when all are false, else null."""
    return _quantified(items, True)


def _quantified(items: List, decisive: bool) -> Value:
    if any(item is decisive for item in items):
        return decisive
    if any(item is not None and type(item) is not bool for item in items):
        raise NoValue("列表里不全是是否值", "the list holds more than booleans")
    return None if None in items else not decisive
