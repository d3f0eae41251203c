"""Closures of operators: arithmetic, comparison, logic, ranges and tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Protocol

from engine.feel import limits
from engine.feel.arithmetic import NUMBERS, apply, negate
from engine.feel.domain import enter
from engine.feel.errors import NoValue
from engine.feel.exact import is_zoned
from engine.feel.nodes import (
    Arithmetic,
    Between,
    Comparison,
    Constant,
    Interval,
    Logic,
    Membership,
    Negation,
    Node,
    Tests,
)
from engine.feel.order import COMPARABLE, TESTS, compare, equal, matches
from engine.feel.scope import Scope, check_size
from engine.feel.values import Closure, Range, Value, kind, word

_ARITHMETIC = (InvalidOperation, DivisionByZero, Overflow, NoValue)


class Compiles(Protocol):
    """The compiler, as far as operators need it."""

    def compile(self, node: Node) -> Closure:
        """Return the closure of a node."""

    def within(self, names: frozenset[str] | None, node: Node) -> Closure:
        """Return the closure of a node that sees some more names."""

    def test(self, node: Node, names: frozenset[str]) -> tuple[Closure, frozenset[type]]:
        """Return the closure of a test, and for which values (by type) a boolean result is itself the answer."""


def arithmetic(compiler: Compiles, node: Arithmetic) -> Closure:
    """Compile a chain of arithmetic operators of one level."""
    if len(node.rest) == 1:
        operator, right, at = node.rest[0]
        return _binary(operator, compiler.compile(node.first), compiler.compile(right), at)
    first = compiler.compile(node.first)
    rest = [(operator, NUMBERS.get(operator), compiler.compile(right), at) for operator, right, at in node.rest]

    def chain(scope: Scope) -> Value:
        value = first(scope)
        for operator, numbers, right, at in rest:
            other = right(scope)
            if numbers is not None and type(value) is Decimal and type(other) is Decimal:
                try:
                    value = numbers(value, other)
                    continue
                except _ARITHMETIC:
                    pass
            value = calculate(operator, value, other, scope, at)
        return value

    return chain


def _binary(operator: str, left: Closure, right: Closure, at: int) -> Closure:
    if operator == "**":
        return lambda scope: calculate(operator, left(scope), right(scope), scope, at)
    numbers = NUMBERS[operator]

    def binary(scope: Scope) -> Value:
        one, other = left(scope), right(scope)
        if type(one) is Decimal and type(other) is Decimal:
            try:
                return numbers(one, other)
            except _ARITHMETIC:
                pass
        return calculate(operator, one, other, scope, at)

    return binary


def calculate(operator: str, left: Value, right: Value, scope: Scope, at: int) -> Value:
    """Return `left operator right`, null with a warning when that has no value."""
    numbers = type(left) is Decimal and type(right) is Decimal
    if operator == "**" and numbers:
        scope.run.spend(limits.POWER if right == right.to_integral_value() else limits.ROOT)
    elif not numbers:
        scope.run.spend(limits.ZONED if is_zoned(left) or is_zoned(right) else limits.OTHER)
    try:
        found = check_size(apply(operator, left, right))
        if type(found) is str:
            scope.run.spend(len(found) >> 7)
        return found
    except NoValue as why:
        scope.run.spend(limits.REFUSED)
        return scope.warn(at, why.message, why.message_en)


def negation(compiler: Compiles, node: Negation) -> Closure:
    """Compile -operand."""
    if type(node.operand) is Constant and type(node.operand.value) is Decimal:
        constant = negate(node.operand.value)
        return lambda scope: constant
    operand, at = compiler.compile(node.operand), node.at

    def negation(scope: Scope) -> Value:
        try:
            return negate(operand(scope))
        except NoValue as why:
            return scope.warn(at, why.message, why.message_en)

    return negation


def comparison(compiler: Compiles, node: Comparison) -> Closure:
    """Compile = != < <= > >=."""
    left, right, at = compiler.compile(node.left), compiler.compile(node.right), node.at
    if node.operator in ("=", "!="):
        return _equality(left, right, node.operator == "=", at)
    return _ordering(left, right, node.operator, at)


#: kinds of which two values of one type may be compared by Python itself
_SIMPLE = frozenset({str, Decimal, bool, date})


def _equality(left: Closure, right: Closure, wanted: bool, at: int) -> Closure:
    def equality(scope: Scope) -> Value:
        one, other = left(scope), right(scope)
        if type(one) is type(other) and type(one) in _SIMPLE:
            if type(one) is str and len(one) > limits.SHORT:
                scope.run.spend(len(one) >> limits.READ)
            return (one == other) is wanted
        found = equal(one, other, scope.run)
        if found is None:
            return _incomparable(one, other, scope, at)
        return found is wanted

    return equality


def _ordering(left: Closure, right: Closure, operator: str, at: int) -> Closure:
    test = TESTS[operator]
    python = _PYTHON[operator]

    def ordering(scope: Scope) -> Value:
        one, other = left(scope), right(scope)
        if type(one) is type(other) and type(one) in COMPARABLE:
            if type(one) is str and len(one) > limits.SHORT:
                scope.run.spend(len(one) >> limits.READ)
            return python(one, other)
        order = compare(one, other, scope.run)
        return _incomparable(one, other, scope, at) if order is None else test(order)

    return ordering


_PYTHON: dict[str, Callable[[Value, Value], bool]] = {
    "<": lambda one, other: bool(one < other),
    "<=": lambda one, other: bool(one <= other),
    ">": lambda one, other: bool(one > other),
    ">=": lambda one, other: bool(one >= other),
}


def _incomparable(one: Value, other: Value, scope: Scope, at: int) -> Value:
    if kind(one) == kind(other) and kind(one) in ("time", "date and time"):
        told = f"a {kind(one)} with a zone cannot be compared with one without: write the zone on both sides"
        return scope.warn(at, f"有时区的{word(one)}和没有时区的不能比较，请两边都写时区", told)
    return scope.warn(
        at, f"{word(one)}和{word(other)}不能比较", f"a {kind(one)} cannot be compared with a {kind(other)}"
    )


def logic(compiler: Compiles, node: Logic) -> Closure:
    """Compile and/or in three-valued logic: what is no boolean counts as null."""
    operands = [compiler.compile(operand) for operand in node.operands]
    operator = node.operator
    decisive = node.operator == "or"

    def logic(scope: Scope) -> Value:
        result: bool | None = not decisive
        odd: Value = None
        for operand in operands:
            found = operand(scope)
            if found is decisive:
                return decisive
            if found is not result:
                result = None
                if type(found) is not bool and found is not None:
                    odd = found
        if odd is not None and result is None:
            told = f"a {kind(odd)} beside {operator} is no boolean"
            return scope.warn(node.at, f"{operator} 的两边要是是否值，{word(odd)}不是", told)
        return result

    return logic


def between(compiler: Compiles, node: Between) -> Closure:
    """Compile value between low and high, both included."""
    value, low, high = compiler.compile(node.value), compiler.compile(node.low), compiler.compile(node.high)
    at = node.at

    def between(scope: Scope) -> Value:
        found, least, most = value(scope), low(scope), high(scope)
        run = scope.run
        above, below = compare(least, found, run), compare(found, most, run)
        if above is None or below is None:
            return _incomparable(found, least if above is None else most, scope, at)
        return above <= 0 and below <= 0

    return between


def interval(compiler: Compiles, node: Interval) -> Closure:
    """Compile a range; its ends must be comparable and in order, else it is null."""
    end, at = compiler.compile(node.end), node.at
    if node.operator:
        return _comparison_interval(node, end)
    start = compiler.compile(node.start)
    included = node.start_included, node.end_included

    def interval(scope: Scope) -> Value:
        scope.run.spend(limits.SPAN)
        low, high = start(scope), end(scope)
        order = compare(low, high, scope.run)
        if (order is None and low is not None and high is not None) or order == 1:
            return scope.warn(at, "区间的两端不成区间", "the ends do not make a range")
        return Range(low, high, *included)

    return interval


def _comparison_interval(node: Interval, end: Closure) -> Closure:
    operator, included = node.operator, (node.start_included, node.end_included)
    has_start, has_end = operator not in ("<", "<="), operator not in (">", ">=")

    def interval(scope: Scope) -> Value:
        scope.run.spend(limits.SPAN)
        value = end(scope)
        return Range(value if has_start else None, value if has_end else None, *included, operator)

    return interval


def membership(compiler: Compiles, node: Membership) -> Closure:
    """Compile value in tests; inside a test `?` is the value."""
    value = compiler.compile(node.value)
    tests, at = [compiler.test(test, frozenset({"?"})) for test in node.tests], node.at

    def membership(scope: Scope) -> Value:
        found = value(scope)
        return fulfils(found, tests, Scope({"?": found}, scope, scope.run), at)

    return membership


def fulfils(
    value: Value, tests: list[tuple[Closure, frozenset[type]]], scope: Scope, at: int | None = None
) -> bool | None:
    """Answer whether a value fulfils one of the tests; None when no test could tell, with a warning at a place."""
    result: bool | None = False
    odd: Value = None
    for test, answered in tests:
        wanted = test(scope)
        if type(wanted) is bool and type(value) in answered:
            found: bool | None = wanted
        else:
            found = matches(value, wanted, scope.run)
        if found:
            return True
        if found is None:
            result, odd = None, wanted
    if result is None and at is not None and value is not None and not _is_open(odd):
        told = f"a {kind(value)} cannot be compared with the {kind(odd)} after in"
        scope.warn(at, f"{word(value)}和 in 后面的{word(odd)}不能比较", told)
    return result


def _is_open(test: Value) -> bool:
    """Say whether a test is null, or a range one end of which is."""
    if type(test) is not Range:
        return test is None
    ends = test.start, test.end
    return ends == (None, None) if test.operator else None in ends


def unary(compiler: Compiles, node: Tests) -> Closure:
    """Compile the tests of a cell over the caller's variable `?`."""
    tests = [compiler.test(test, frozenset()) for test in node.tests]
    negated = node.negated

    def unary(scope: Scope) -> Value:
        found = fulfils(enter(scope.base.values.get("?"), scope.run), tests, scope)
        return (None if found is None else not found) if negated else found

    return unary
