"""What a pack shows of an instance in lists: title, subtitle and columns, computed once per turn."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine import feel
from engine.pack import Fact, Pack


def summary(pack: Pack, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Columns `title`, `subtitle` and `columns` of the instance row."""
    return {
        "title": text_of(pack.case_title, variables),
        "subtitle": text_of(pack.case_subtitle, variables),
        "columns": [value for _, value in labelled(pack.columns, variables)],
    }


def labelled(facts: tuple[Fact, ...], variables: Mapping[str, Any]) -> list[tuple[Fact, str]]:
    """Each fact with its text."""
    return [(fact, text_of(fact.feel, variables)) for fact in facts]


def text_of(source: str, variables: Mapping[str, Any]) -> str:
    """The value of a FEEL text for people; empty for null and for what cannot be evaluated.

    A list must never fail because one old case lacks a variable.
    """
    if not source:
        return ""
    try:
        value = feel.compile(source.removeprefix("=").strip(), tuple(variables)).evaluate(variables)
    except feel.FeelError:
        return ""
    return _text(value)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, list):
        return "、".join(_text(item) for item in value)
    return str(value)
