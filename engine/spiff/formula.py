"""Texts of a diagram that give a value: FEEL, or the text itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine import feel

#: Functions of the host whose names contain blanks, so that the compiler knows them as one name.
HOST_NAMES = ("add working days", "working days")

_JUEL = re.compile(r"[$#]\{([^{}]*)\}", re.DOTALL)
_PIECES = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>'[^'\\]*'|"[^"\\]*")"""
    r"""|(?P<name>[^\W\d]\w*+(?:\.[^\W\d]\w*+)*+)(?!\s*\()|(?P<sign>&&|\|\||==|!=|<=|>=|[-+*/<>!()]))""",
    re.UNICODE,
)
_WORDS = {
    "&&": "and", "||": "or", "==": "=", "eq": "=", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=", "div": "/",
}  # fmt: skip
#: Words of FEEL that JUEL can use as names; `and`, `or`, `true` … mean the same in both.
_KEPT = feel.KEYWORDS - {"and", "or", "true", "false", "null", "external"}
_REFUSED = frozenset({"empty", "mod", "instanceof", "execution", "task"})


class NotConvertible(ValueError):
    """A `${…}` expression that has no plain counterpart in FEEL."""


class WordOfFeel(NotConvertible):
    """A `${…}` expression with a variable whose name FEEL keeps for itself."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A compiled text; without an expression its value is the source itself."""

    source: str
    expression: feel.Expression | None = None

    def value(self, context: Mapping[str, object]) -> object:
        """Return the value; `feel.FeelError` when the evaluation asks for too much work."""
        return self.source if self.expression is None else self.expression.evaluate(context)

    @property
    def names(self) -> frozenset[str]:
        """The variables that the expression reads."""
        return self.expression.names if self.expression is not None else frozenset()

    @property
    def warnings(self) -> list[str]:
        """Why parts of the last value in this thread became null."""
        found = self.expression.warnings if self.expression is not None else []
        return [warning.message for warning in found]


class Unreadable(Formula):
    """A text that is no expression of ours; whoever asks for its value fails."""

    def value(self, context: Mapping[str, object]) -> object:
        """Raise `feel.FeelError`."""
        raise feel.FeelError(f"“{self.source}”不能执行", 1, 1, f"{self.source!r} cannot be executed")


def expression(text: str) -> Formula:
    """Compile a text that is always FEEL; a leading "=" is allowed, a plain `${…}` is converted."""
    source = _feel_source(text) or text.strip()
    return Formula(source, feel.compile(source, HOST_NAMES))


def mixed(text: str) -> Formula:
    """Compile a text that is FEEL when it begins with "=" (or is a plain `${…}`) and else means itself."""
    source = _feel_source(text)
    return Formula(text.strip()) if source is None else Formula(source, feel.compile(source, HOST_NAMES))


def _feel_source(text: str) -> str | None:
    text = text.strip()
    if text.startswith("="):
        return text[1:].strip()
    if "${" not in text and "#{" not in text:
        return None
    match = _JUEL.fullmatch(text)
    if match is None:
        raise NotConvertible(text)
    return _converted(match[1])


def _check_name(name: str) -> None:
    first = name.split(".")[0]
    if first in _KEPT:
        raise WordOfFeel(first)


def _converted(juel: str) -> str:
    """Return a plain JUEL expression as FEEL: paths, literals, comparisons, `and`, `or`, `not` before a name."""
    out: list[str] = []
    position, negated = 0, False
    while juel[position:].strip():
        match = _PIECES.match(juel, position)
        if match is None or match["name"] in _REFUSED:
            raise NotConvertible(juel)
        if match["name"]:
            _check_name(match["name"])
        position = match.end()
        piece = match[0].strip()
        if piece in ("!", "not"):
            negated = not negated
            continue
        if negated and not match["name"]:
            raise NotConvertible(juel)
        out.append(f"not({piece})" if negated else _word(piece))
        negated = False
    return " ".join(out)


def _word(piece: str) -> str:
    return '"' + piece[1:-1] + '"' if piece[0] == "'" else _WORDS.get(piece, piece)
