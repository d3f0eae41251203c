"""FEEL of forms, evaluated to the same answers as form-js gives in the browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import feel


def is_expression(value: object) -> bool:
    """True for texts that begin with "="."""
    return isinstance(value, str) and value.startswith("=")


def odd_names(context: Mapping[str, Any]) -> tuple[str, ...]:
    """Names with blanks or signs, which the reader of expressions must know beforehand."""
    return tuple(sorted(name for name in context if not name.isidentifier()))


def evaluate(value: object, context: Mapping[str, Any]) -> Any:
    """The value of an expression, null if it cannot be computed; anything else as it is."""
    if not isinstance(value, str) or not is_expression(value):
        return value
    try:
        return feel.compile(value[1:], odd_names(context)).evaluate(context)
    except feel.FeelError:
        return None


def holds(value: object, context: Mapping[str, Any]) -> bool:
    """Whether a condition such as `conditional.hide` holds.

    form-js takes conditions as unary tests without an input: null fits the missing input and counts as true, and an
    outer `not(…)` turns the answer of what stands in it. What cannot be computed does not hold.
    """
    if not isinstance(value, str) or not is_expression(value):
        return False
    try:
        return _tested(value[1:].strip(), context)
    except feel.FeelError:
        return False


def _tested(source: str, context: Mapping[str, Any]) -> bool:
    inner = _negated(source)
    if inner is not None:
        return not _tested(inner, context)
    result = feel.compile(source, odd_names(context)).evaluate(context)
    return result is True or result is None


def _negated(source: str) -> str | None:
    """What stands in `not(…)` if that is the whole text."""
    if not source.startswith("not"):
        return None
    rest = source[3:].lstrip()
    return rest[1:-1].strip() if rest.startswith("(") and _closing(rest) == len(rest) - 1 else None


def _closing(text: str) -> int:
    """Place of the parenthesis that closes the first one; -1 if there is none."""
    depth, quoted, skip = 0, False, False
    for place, sign in enumerate(text):
        if skip:
            skip = False
        elif quoted and sign == "\\":
            skip = True
        elif sign == '"':
            quoted = not quoted
        elif not quoted:
            depth += (sign == "(") - (sign == ")")
            if depth == 0:
                return place
    return -1
