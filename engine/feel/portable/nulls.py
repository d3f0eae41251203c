"""Which conditions always have an answer: what may be null in them is asked for before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from engine.feel.nodes import (
    Call,
    Comparison,
    Condition,
    Constant,
    ListLiteral,
    Logic,
    Membership,
    Name,
    Negation,
    Node,
    Path,
)
from engine.feel.portable.look import dotted

Names = frozenset[str]
#: functions that answer once their first arguments are not null -> how many
_ANSWERING: Final[Mapping[str, int]] = {
    "list contains": 1,
    **dict.fromkeys(("contains", "starts with", "ends with", "matches"), 2),
}


def never_null(node: Node, given: Names = frozenset()) -> bool:
    """Whether a value is never null while the variables of `given` are not."""
    if isinstance(node, Name | Path):
        return dotted(node) in given
    rule = _RULES.get(type(node))
    return rule is not None and rule(node, given)


def _comparison(node: Comparison, given: Names) -> bool:
    return node.operator in ("=", "!=") or (never_null(node.left, given) and never_null(node.right, given))


def _membership(node: Membership, _given: Names) -> bool:
    items = [item for test in node.tests for item in (test.items if isinstance(test, ListLiteral) else [test])]
    return all(isinstance(item, Constant) for item in items)


def _logic(node: Logic, given: Names) -> bool:
    """With a variable that one operand asks for being null the answer is settled, whatever the others are."""
    given |= _asked(node, node.operator == "and")
    return all(never_null(operand, given) for operand in node.operands)


def _condition(node: Condition, given: Names) -> bool:
    then, otherwise = (given | _asked(node.test, truth) for truth in (True, False))
    return never_null(node.test, given) and never_null(node.then, then) and never_null(node.otherwise, otherwise)


def _call(node: Call, given: Names) -> bool:
    name = dotted(node.function)
    asked = node.arguments if name == "not" else node.arguments[: _ANSWERING.get(name, 0)]
    return bool(asked) and node.names is None and all(never_null(argument, given) for argument in asked)


def _asked(node: Node, truth: bool) -> Names:
    """The variables that are not null where a condition has a truth value."""
    if isinstance(node, Comparison) and node.operator == ("!=" if truth else "="):
        sides = (node.left, node.right)
        nulls = [side for side in sides if isinstance(side, Constant) and side.value is None]
        return frozenset(filter(None, map(dotted, sides))) if nulls else frozenset()
    if isinstance(node, Logic) and (node.operator == "and") is truth:
        return frozenset().union(*(_asked(operand, truth) for operand in node.operands))
    if isinstance(node, Call) and dotted(node.function) == "not" and len(node.arguments) == 1:
        return _asked(node.arguments[0], not truth)
    return frozenset()


_RULES: Final[Mapping[type, Callable[[Any, Names], bool]]] = {
    Constant: lambda node, _given: node.value is not None,
    Negation: lambda node, given: never_null(node.operand, given),
    Comparison: _comparison,
    Membership: _membership,
    Logic: _logic,
    Condition: _condition,
    Call: _call,
}
