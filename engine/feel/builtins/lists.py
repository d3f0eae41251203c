"""List functions (DMN 1.5, 10.3.4.4)."""

from __future__ import annotations

from decimal import Decimal
from functools import cmp_to_key
from operator import itemgetter

from engine.feel import limits
from engine.feel.arithmetic import whole
from engine.feel.builtins.catalogue import builtin
from engine.feel.errors import Exhausted, NoValue
from engine.feel.invocation import invoke
from engine.feel.order import equal, order_keys
from engine.feel.scope import Run, Scope
from engine.feel.values import Function, Lambda, Value

List = list[Value]


@builtin("list contains", "list: list, element", wants_scope=True)
def list_contains(scope: Scope, items: List, element: Value) -> Value:
    """Say whether an item equals the element."""
    return _index(items, element, scope.run) is not None


def _index(items: List, element: Value, run: Run) -> int | None:
    for number, item in enumerate(items):
        if equal(item, element, run):
            return number
    return None


@builtin("count", "list: list")
def count(items: List) -> Value:
    """Return the number of items."""
    return Decimal(len(items))


@builtin("sublist", "list: list, start position: number, length?: number | null")
def sublist(items: List, start: Decimal, length: Decimal | None = None) -> Value:
    """Return the items from a position on, at most `length`."""
    first = whole(start)
    size = len(items) if length is None else whole(length)
    if first == 0 or abs(first) > len(items) or size < 0:
        raise NoValue("起始位置或长度超出列表", "start position or length lie outside the list")
    begin = first - 1 if first > 0 else len(items) + first
    if length is not None and begin + size > len(items):
        raise NoValue("长度超出列表", "the length reaches beyond the list")
    return items[begin : begin + size]


@builtin("append", "list: list, item", repeats=True)
def append(items: List, *more: Value) -> Value:
    """Return the list with further items."""
    return [*items, *more]


@builtin("concatenate", "", variadic=True)
def concatenate(lists: List) -> Value:
    """Return the lists joined."""
    return _joined([item if type(item) is list else [item] for item in lists])


def _joined(lists: list[List]) -> List:
    if sum(map(len, lists)) > limits.ITEMS:
        raise Exhausted(f"列表超过 {limits.ITEMS} 项", f"a list has more than {limits.ITEMS} items")
    return [item for items in lists for item in items]


@builtin("insert before", "list: list, position: number, newItem")
def insert_before(items: List, position: Decimal, item: Value) -> Value:
    """Return the list with an item inserted before a position."""
    index = _position(items, position)
    return [*items[:index], item, *items[index:]]


@builtin("remove", "list: list, position: number")
def remove(items: List, position: Decimal) -> Value:
    """Return the list without the item at a position."""
    index = _position(items, position)
    return items[:index] + items[index + 1 :]


def _position(items: List, position: Decimal) -> int:
    number = whole(position)
    if not 1 <= abs(number) <= len(items):
        raise NoValue(f"列表没有第 {position} 项", f"the list has no item {position}")
    return number - 1 if number > 0 else len(items) + number


@builtin("list replace", "list: list, position: number, newItem")
def list_replace(items: List, position: Decimal, item: Value) -> Value:
    """Return the list with another item at a position."""
    index = _position(items, position)
    return [*items[:index], item, *items[index + 1 :]]


@builtin("list replace", "list: list, match: function, newItem", wants_scope=True)
def list_replace_matching(scope: Scope, items: List, match: Value, item: Value) -> Value:
    """Return the list with another item wherever match(item, new item) holds."""
    found: List = []
    for old in items:
        fits = call(match, [old, item], scope)
        if type(fits) is not bool:
            raise NoValue("匹配函数的结果应是是否值", "the match function must return a boolean")
        found.append(item if fits else old)
    return found


def call(function: Value, arguments: List, scope: Scope) -> Value:
    """Call a function value from within a built-in one; wrong number of arguments has no value."""
    size = len(function.parameters) if isinstance(function, (Lambda, Function)) else len(arguments)
    if size != len(arguments):
        raise NoValue(f"函数应有 {len(arguments)} 个参数", f"a function of {len(arguments)} parameters is needed")
    return invoke(function, arguments, scope, 0)


@builtin("reverse", "list: list")
def reverse(items: List) -> Value:
    """Return the items from last to first."""
    return items[::-1]


@builtin("index of", "list: list, match", wants_scope=True)
def index_of(scope: Scope, items: List, match: Value) -> Value:
    """Return the positions of equal items."""
    run = scope.run
    return [Decimal(number) for number, item in enumerate(items, 1) if equal(item, match, run)]


@builtin("union", "", variadic=True, wants_scope=True)
def union(scope: Scope, lists: List) -> Value:
    """Return the lists joined, without duplicates."""
    return distinct_values(scope, concatenate(lists))


@builtin("distinct values", "list: list", wants_scope=True)
def distinct_values(scope: Scope, items: List) -> Value:
    """Return the list without duplicates."""
    found: List = []
    seen: set[Value] = set()
    for item in items:
        if type(item) in _HASHED:
            if item not in seen:
                seen.add(item)
                found.append(item)
            continue
        scope.run.spend(2 + len(found) * 2)
        if _index(found, item, scope.run) is None:
            found.append(item)
    return found


_HASHED = frozenset({str, Decimal})


@builtin("flatten", "list: list", wants_scope=True)
def flatten(scope: Scope, items: List) -> Value:
    """Return the items of nested lists in one list."""
    found: List = []
    _flatten(items, found, scope.run)
    return found


def _flatten(items: List, found: List, run: Run) -> None:
    run.spend(4 + len(items))
    for item in items:
        if type(item) is list:
            _flatten(item, found, run)
        else:
            found.append(item)
    if len(found) > limits.ITEMS:
        raise Exhausted(f"列表超过 {limits.ITEMS} 项", f"a list has more than {limits.ITEMS} items")


@builtin("sort", "list: list, precedes?: function | null", wants_scope=True)
def sort(scope: Scope, items: List, precedes: Value = None) -> Value:
    """Return the list sorted: by `precedes(first, second)`, or ascending."""
    if precedes is None:
        return _ascending(items, scope)

    def order(one: Value, other: Value) -> int:
        if call(precedes, [one, other], scope) is True:
            return -1
        return 1 if call(precedes, [other, one], scope) is True else 0

    return sorted(items, key=cmp_to_key(order))


def _ascending(items: List, scope: Scope) -> List:
    if len(items) < 2:
        return list(items)
    keys = order_keys(items, scope.run)
    if keys is None:
        raise NoValue("列表的各项不能比较", "the items cannot be compared")
    if keys is items:
        return sorted(items)
    return [item for _, item in sorted(zip(keys, items, strict=True), key=itemgetter(0))]
