"""How decisions come about, in words short enough for the history of a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from engine import feel
from engine.dmn import Explanation, Fired

#: Rules of one table that are told; a table that collects may fire hundreds.
MOST_RULES: Final = 20
#: Characters of one value.
LONGEST: Final = 120


def grounds(found: Explanation) -> Iterator[dict[str, Any]]:
    """Each table that had a part in the decision, in the order of asking: inputs, rules that fired, what they say.

    A decision that is no table itself comes last, without rules. Values are written as FEEL texts, cut to `LONGEST`;
    what is sealed in the process is sealed here, because nothing but the process's own values is written.
    """
    for part in found.parts:
        yield from grounds(part)
    yield {
        "decision": found.decision,
        "inputs": _written(found.inputs),
        "rules": [_rule(rule) for rule in found.rules[:MOST_RULES]],
        "more": max(0, len(found.rules) - MOST_RULES),
        "value": _text(found.outputs),
    }


def _rule(rule: Fired) -> dict[str, Any]:
    return {
        "row": rule.number,
        "id": rule.id,
        "cells": {label: _cut(cell) for label, cell in rule.cells.items()},
        "outputs": _written(rule.outputs),
    }


def _written(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: _text(value) for name, value in values.items()}


def _text(value: Any) -> str:
    try:
        return _cut(feel.to_text(value))
    except feel.FeelError as error:
        return _cut(error.message)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
