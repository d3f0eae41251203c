"""What a pack shows of an instance: title, subtitle, columns and facts, computed once per turn."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine import feel
from engine.pack import Pack


def summary(pack: Pack, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Columns `title`, `subtitle`, `columns` and `facts` of the instance row."""
    return {
        "title": text_of(pack.case_title, variables),
        "subtitle": text_of(pack.case_subtitle, variables),
        "columns": [text_of(column.feel, variables) for column in pack.columns],
        "facts": [[fact.label, fact.label_en, text_of(fact.feel, variables)] for fact in pack.facts],
    }


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
    # What is sealed has no text here: the web shows it masked beside the case.
    if value is None or isinstance(value, Mapping):
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, list):
        return "、".join(_text(item) for item in value)
    return str(value)
