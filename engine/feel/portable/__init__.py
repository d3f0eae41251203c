"""What the browser's engine of the language may answer otherwise than ours, found in the text of an expression.

docs/feel-differences.md names the classes. A condition of a form is decided in both places; so it may have the shapes
that are answered alike whatever value of the expected kind (or null) turns up, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from engine.feel.expression import known_names
from engine.feel.parser import parse
from engine.feel.portable.look import Look
from engine.feel.portable.rules import RULES
from engine.feel.portable.shapes import COMPUTED, MADE, Shape, joined, shape_of
from engine.feel.tokens import cut

__all__ = ["DIFFERENCES", "MADE", "Shape", "condition", "joined", "limit", "negated", "shape_of", "value"]

#: the words of what may be answered otherwise
DIFFERENCES: Final = frozenset(
    ["type_test", "list_equality", "range", "test_of_variable", "filter", "number_of_text", "part_of_duration",
     "name_of_day", "position", "statistics", "pattern", "fraction", "long_number", "mixed_kinds", "months_of_days",
     "text_order", "moment_of_text", "part_missing", "no_list", "several_negated", "null_in_quantifier", "no_boolean",
     "list_as_condition", "computed_moment", "other_function", "other_form", "leading_minus"]
)  # fmt: skip
#: what only makes values: lists may be made and filtered, other functions called
_MADE: Final = frozenset({"filter", "other_function", "other_form", "text_order"})


def condition(source: str, shapes: Mapping[str, Shape] = {}, names: Sequence[str] = ()) -> frozenset[str]:
    """Return what in a condition the browser may answer otherwise, words of DIFFERENCES; raises FeelError.

    `shapes` says of which shape the variables are where they are not null; one that is not in it is taken to be of the
    kind that stands beside it.
    """
    look = Look(source, shapes, RULES)
    whole = look.shape(parse(source, known_names(tuple(names)), {}))
    if whole.kind in ("list", "range"):
        look.words.add("list_as_condition" if whole.kind == "list" else "range")
    elif whole.family not in ("boolean", "null", ""):
        look.words.add("no_boolean")
    if [text for _, text, _ in cut(source)[:1]] == ["-"]:
        look.words.add("leading_minus")
    return frozenset(look.words)


def value(source: str, shapes: Mapping[str, Shape] = {}) -> tuple[frozenset[str], Shape]:
    """Return what in an expression that makes a value the browser may answer otherwise, and the shape of the value."""
    look = Look(source, shapes, RULES)
    whole = look.shape(parse(source, known_names(()), {}))
    return frozenset(look.words) - _MADE, whole


def limit(source: str, shapes: Mapping[str, Shape] = {}) -> frozenset[str]:
    """Return what in the limit of a number or of a length the browser may answer otherwise."""
    words, whole = value(source, shapes)
    return words | {"fraction"} if whole is COMPUTED else words


def negated(source: str) -> str | None:
    """What stands in `not(…)` if that is the whole text, None otherwise."""
    tokens = cut(source)[:-1]
    if [text for _, text, _ in tokens[:2]] != ["not", "("]:
        return None
    depth = 0
    for number, (kind, text, _) in enumerate(tokens):
        if kind == "op" and text in "()":
            depth += 1 if text == "(" else -1
            if depth == 0:
                last = number == len(tokens) - 1
                return source[tokens[1][2] + 1 : tokens[number][2]].strip() if last else None
    return None
