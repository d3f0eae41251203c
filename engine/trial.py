"""Trying a decision of files that are not deployed: some values in, the answer and the rows that fire out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine import dmn, feel
from engine.library import HOST_FUNCTIONS


@dataclass(frozen=True)
class Trial:
    """What a decision answered."""

    questions: tuple[dmn.Question, ...]
    #: As FEEL text.
    value: str
    #: Number and id of each row that fired.
    rules: tuple[tuple[int, str], ...]
    warnings: tuple[str, ...]


def tried(files: Mapping[str, bytes], path: str, decision: str, inputs: Mapping[str, str]) -> Trial:
    """Evaluate a decision of `path`; inputs are FEEL texts, a bare word counts as the text itself.

    Raises `DmnError` for a file that cannot be read or a decision it does not hold.
    """
    others = {other: data for other, data in files.items() if other.endswith(".dmn") and other != path}
    decisions = dmn.load(files[path], others, HOST_FUNCTIONS)
    found = decisions.explain(decision, {name: _value(text) for name, text in inputs.items()})
    warnings = tuple(warned.message for warned in decisions.warnings)
    return Trial(dmn.questions(files[path], decision), feel.to_text(found.outputs) or "null", _rules(found), warnings)


def _rules(found: dmn.Explanation) -> tuple[tuple[int, str], ...]:
    return tuple((rule.number, rule.id) for rule in found.rules)


def _value(text: str) -> Any:
    try:
        value = feel.compile(text).evaluate({})
    except feel.FeelError:
        return text
    return text if value is None and text.strip() != "null" else value
