"""The expressions of the connection pack: of its diagrams, its forms and its pack.toml."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from engine import spiff
from engine.feel import FeelError, compile

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "bpmn" / "connection"
#: names of the host with blanks
NAMES = ("add working days", "working days")
_TEXTS = {"hide", "readonly", "valuesExpression", "expression", "min", "max", "minLength", "maxLength"}


@cache
def own_expressions() -> tuple[str, ...]:
    """Each expression once, in order."""
    found = {*_of_diagrams(), *_of_forms(), *_of_pack()}
    return tuple(sorted(source for source in found if _is_readable(source)))


def _of_diagrams() -> Iterator[str]:
    files = {path.relative_to(PACK).as_posix(): path.read_bytes() for path in PACK.rglob("*.bpmn")}
    for definition in spiff.parse(files).definitions:
        for element in definition.elements.values():
            yield from (source for _, source in element.expressions)


def _of_forms() -> Iterator[str]:
    for path in (ROOT / "forms" / "connection").glob("*.form"):
        yield from _marked(json.loads(path.read_text(encoding="utf-8")))


def _of_pack() -> Iterator[str]:
    case = tomllib.loads((PACK / "pack.toml").read_text(encoding="utf-8")).get("case", {})
    for value in [case.get("title"), case.get("subtitle"), *(fact.get("feel") for fact in case.get("facts", []))]:
        if isinstance(value, str):
            yield value.removeprefix("=").strip()


def _marked(node: Any) -> Iterator[str]:
    """Texts of a form that begin with "=" and stand where form-js reads FEEL."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in _TEXTS and isinstance(value, str) and value.startswith("="):
                yield value[1:].strip()
            yield from _marked(value)
    elif isinstance(node, list):
        for value in node:
            yield from _marked(value)


def _is_readable(source: str) -> bool:
    try:
        compile(source, NAMES)
    except FeelError:
        return False
    return True
