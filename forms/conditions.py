"""FEEL of forms, evaluated to the same answers as form-js gives in the browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import feel
from engine.feel import portable


def is_expression(value: object) -> bool:
    """True for texts that begin with "="."""
    return isinstance(value, str) and value.startswith("=")


def odd_names(context: Mapping[str, Any]) -> tuple[str, ...]:
    """Names with blanks or signs, which the reader of expressions must know beforehand."""
    return tuple(sorted(name for name in context if not name.isidentifier()))


def evaluate(value: object, context: Mapping[str, Any]) -> Any:
    """The value of an expression, null if it cannot be computed; anything else as it is."""
    try:
        return computed(value, context)
    except feel.FeelError:
        return None


def computed(value: object, context: Mapping[str, Any]) -> Any:
    """The value of an expression, anything else as it is; `FeelError` if it cannot be computed."""
    if not isinstance(value, str) or not is_expression(value):
        return value
    return feel.compile(value[1:], odd_names(context)).evaluate(context)


def holds(value: object, context: Mapping[str, Any]) -> bool:
    """Whether a condition such as `conditional.hide` holds.

    form-js takes conditions as unary tests without an input: null fits the missing input and counts as true, and one
    outer `not(…)` turns the answer of what stands in it. What cannot be computed does not hold.
    """
    if not isinstance(value, str) or not is_expression(value):
        return False
    try:
        inner = portable.negated(value[1:])
        if inner is not None:
            return not _tested(inner, context)
        return _tested(value[1:], context)
    except feel.FeelError:
        return False


def _tested(source: str, context: Mapping[str, Any]) -> bool:
    result = feel.compile(source, odd_names(context)).evaluate(context)
    return result is True or result is None
