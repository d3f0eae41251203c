"""The values at which the answer of a cell may change: what checks of tables try instead of all values."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.feel.nodes import (
    Between,
    Call,
    Comparison,
    Constant,
    Interval,
    ListLiteral,
    Logic,
    Membership,
    Name,
    Node,
    Tests,
)
from engine.feel.values import Value

#: tells the value of a node that never changes
ValueOf = Callable[[Node], Value]


class Varied(Exception):
    """The cell compares something else than the input with constants."""


def points(tree: Node, is_constant: Callable[[Node], bool], value_of: ValueOf) -> tuple[Value, ...] | None:
    """Return the constants that a cell compares its input with, None when it does anything else with it.

    Between two neighbours of them the cell answers alike: `< 5`, `? >= 3 and ? != 7`, `not("a")`, `? in [1..9]`.
    """
    try:
        return tuple(_of_test(tree, is_constant, value_of))
    except Varied:
        return None


def _of_test(node: Node, is_constant: Callable[[Node], bool], value_of: ValueOf) -> Iterator[Value]:
    """Yield the points of a test, or of a condition over `?`."""
    if type(node) is Interval:
        for end in (node.start, node.end):
            yield from _constant(end, is_constant, value_of)
    elif type(node) is Tests:
        for test in node.tests:
            yield from _of_test(test, is_constant, value_of)
    elif type(node) is ListLiteral:
        for item in node.items:
            yield from _of_test(item, is_constant, value_of)
    elif is_constant(node):
        yield value_of(node)
    else:
        yield from _of_condition(node, is_constant, value_of)


def _of_condition(node: Node, is_constant: Callable[[Node], bool], value_of: ValueOf) -> Iterator[Value]:
    """Yield the points of a condition over `?`; a constant in it says nothing of the input."""
    if type(node) is Logic:
        for operand in node.operands:
            if type(operand) is not Constant:
                yield from _of_condition(operand, is_constant, value_of)
    elif type(node) is Comparison:
        left, right = (node.right, node.left) if _is_input(node.right) else (node.left, node.right)
        yield from _compared(left, [right], is_constant, value_of)
    elif type(node) is Between:
        yield from _compared(node.value, [node.low, node.high], is_constant, value_of)
    elif type(node) is Membership and _is_input(node.value):
        for test in node.tests:
            yield from _of_test(test, is_constant, value_of)
    elif type(node) is Call and type(node.function) is Name and node.function.name == "not" and not node.names:
        for argument in node.arguments:
            yield from _of_condition(argument, is_constant, value_of)
    else:
        raise Varied


def _compared(
    value: Node, others: list[Node], is_constant: Callable[[Node], bool], value_of: ValueOf
) -> Iterator[Value]:
    if not _is_input(value):
        raise Varied
    for other in others:
        yield from _constant(other, is_constant, value_of)


def _constant(node: Node, is_constant: Callable[[Node], bool], value_of: ValueOf) -> Iterator[Value]:
    if not is_constant(node) or type(node) is Interval:
        raise Varied
    yield value_of(node)


def _is_input(node: Node) -> bool:
    return type(node) is Name and node.name == "?"
