"""Closures of for, some and every."""

from __future__ import annotations

from collections.abc import Iterator as Iterates
from datetime import date
from decimal import Decimal
from typing import Protocol

from engine.feel import limits
from engine.feel.arithmetic import add_days
from engine.feel.errors import NoValue
from engine.feel.exact import DAY, ExactDate, day_number
from engine.feel.nodes import For, Iterator, Node, Quantified
from engine.feel.order import compare
from engine.feel.scope import Run, Scope, check_size
from engine.feel.values import Closure, Range, Value, kind, word

#: compiled iterator: name, source, last (of first..last), offset
Step = tuple[str, Closure, Closure | None, int]
#: what a turn costs more when it counts days, in steps
_DAY = 20


class Compiles(Protocol):
    """The compiler, as far as loops need it."""

    nodes: int

    def within(self, names: frozenset[str] | None, node: Node) -> Closure:
        """Return the closure of a node that sees some more names."""


def _steps(compiler: Compiles, iterators: list[Iterator], extra: frozenset[str]) -> tuple[list[Step], frozenset[str]]:
    seen = extra
    steps: list[Step] = []
    for iterator in iterators:
        source = compiler.within(seen, iterator.source)
        last = compiler.within(seen, iterator.last) if iterator.last else None
        steps.append((iterator.name, source, last, iterator.source.at))
        seen = seen | {iterator.name}
    return steps, seen


def for_loop(compiler: Compiles, node: For) -> Closure:
    """Compile for ... return ...; `partial` holds the results so far (DMN 1.5, 10.3.2.14)."""
    before = compiler.nodes
    steps, names = _steps(compiler, node.iterators, frozenset({"partial"}))
    body, at = compiler.within(names, node.body), node.at
    cost = limits.TURN + limits.LOOP * (len(steps) - 1) + compiler.nodes - before

    def for_loop(scope: Scope) -> Value:
        results: list[Value] = []
        try:
            for inner in scopes(steps, 0, Scope({"partial": results}, scope, scope.run), cost):
                results.append(body(inner))
                if len(results) > limits.ITEMS:
                    check_size(results)
        except NoValue as why:
            return scope.warn(at, why.message, why.message_en)
        return results

    return for_loop


def quantified_loop(compiler: Compiles, node: Quantified) -> Closure:
    """Compile some/every ... satisfies ... in three-valued logic."""
    before = compiler.nodes
    steps, names = _steps(compiler, node.iterators, frozenset())
    body, at, every, body_at = compiler.within(names, node.body), node.at, node.every, node.body.at
    cost = limits.TURN + limits.LOOP * (len(steps) - 1) + compiler.nodes - before

    def quantified(scope: Scope) -> Value:
        result: bool | None = every
        odd: Value = None
        try:
            for inner in scopes(steps, 0, scope, cost):
                found = body(inner)
                if found is (not every):
                    return found
                if found is not every:
                    result, odd = None, odd if found is None else found
        except NoValue as why:
            return scope.warn(at, why.message, why.message_en)
        if odd is not None:
            told = f"the condition gives a {kind(odd)} and no boolean"
            return scope.warn(body_at, f"satisfies 后面的条件给出的是{word(odd)}，不是是否值", told)
        return result

    return quantified


def scopes(steps: list[Step], number: int, scope: Scope, cost: int) -> Iterates[Scope]:
    """Yield one scope per combination of the iterators' values; each costs that many steps."""
    name, source, last, _ = steps[number]
    first = source(scope)
    run, innermost = scope.run, number + 1 == len(steps)
    values = values_of(first, run) if last is None else counted(first, last(scope))
    if last is not None or type(first) is Range:
        cost += _DAY * (type(first.start if type(first) is Range else first) is not Decimal)
    for value in values:
        run.spend(cost)
        inner = Scope({name: value}, scope, run)
        if innermost:
            yield inner
        else:
            yield from scopes(steps, number + 1, inner, cost)


def values_of(value: Value, run: Run) -> Iterates[Value]:
    """Return what a loop over a value goes through: a list's items, a range's numbers or days, or the value."""
    if type(value) is list:
        return iter(value)
    if type(value) is Range:
        return _range_values(value, run)
    if value is None:
        raise NoValue("不能遍历空值", "null cannot be iterated over")
    return iter([value])


def _range_values(span: Range, run: Run) -> Iterates[Value]:
    order = compare(span.start, span.end, run)
    if order is None or kind(span.start) not in ("number", "date"):
        raise NoValue("只能遍历数字或日期的区间", "only ranges of numbers or dates can be iterated over")
    for value in counted(span.start, span.end):
        at_start = not span.start_included and compare(value, span.start, run) == 0
        at_end = not span.end_included and compare(value, span.end, run) == 0
        if not at_start and not at_end:
            yield value


def counted(first: Value, last: Value) -> Iterates[Value]:
    """Return the numbers or days from first to last, also downwards."""
    if type(first) is Decimal and type(last) is Decimal:
        return _numbers(first, last)
    if type(first) in (date, ExactDate) and type(last) in (date, ExactDate):
        return _days(first, last)
    raise NoValue(f"不能从{word(first)}数到{word(last)}", f"one cannot count from a {kind(first)} to a {kind(last)}")


def _numbers(first: Decimal, last: Decimal) -> Iterates[Value]:
    step = 1 if last >= first else -1
    while (last - first) * step >= 0:
        yield first
        first += step


def _days(first: date | ExactDate, last: date | ExactDate) -> Iterates[Value]:
    distance = day_number(last.year, last.month, last.day) - day_number(first.year, first.month, first.day)
    step = 1 if distance >= 0 else -1
    for number in range(abs(distance) + 1):
        yield add_days(first, number * step * DAY)
