"""What the browser's engine of the language answers otherwise than ours, found in the text of an expression.

docs/feel-differences.md names the classes; here stands which constructs can fall into one of them. What is asked in
both places must do without these constructs, because in the browser null, a text or a list can turn up anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, Final

from engine.feel.expression import known_names
from engine.feel.nodes import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    Condition,
    Constant,
    ContextLiteral,
    Filter,
    InstanceOf,
    Interval,
    ListLiteral,
    Logic,
    Membership,
    Name,
    Negation,
    Node,
    Path,
    Quantified,
)
from engine.feel.parser import parse
from engine.feel.values import kind

#: functions that answer otherwise -> what about
_FUNCTIONS: Final[Mapping[str, str]] = {
    "number": "number_of_text",
    "years and months duration": "part_of_duration",
    **dict.fromkeys(("day of week", "month of year"), "name_of_day"),
    **dict.fromkeys(("substring", "sublist", "remove", "insert before"), "position"),
    **dict.fromkeys(("median", "mode"), "statistics"),
    **dict.fromkeys(("before", "after", "meets", "met by", "overlaps", "overlaps before", "overlaps after"), "range"),
    **dict.fromkeys(("finishes", "finished by", "includes", "during", "starts", "started by", "coincides"), "range"),
}
#: the words of what may be answered otherwise
DIFFERENCES: Final = frozenset(
    ["type_test", "list_equality", "range", "test_of_variable", "filter", "number_of_text", "part_of_duration",
     "name_of_day", "position", "statistics", "pattern", "power", "mixed_order", "several_negated",
     "null_in_quantifier", "no_boolean", "list_as_condition"]
)  # fmt: skip
_LISTS: Final = (
    "index of", "append", "concatenate", "union", "distinct values", "flatten", "reverse", "sort", "split",
    "get entries", "list replace", "sublist", "remove", "insert before", "mode",
)  # fmt: skip
_RESULTS: Final[Mapping[str, str]] = {
    **dict.fromkeys(_LISTS, "list"),
    **dict.fromkeys(
        ("count", "sum", "mean", "abs", "floor", "ceiling", "decimal", "modulo", "string length"), "number"
    ),
    **dict.fromkeys(("string", "upper case", "lower case", "string join", "replace", "trim"), "string"),
    "date": "date",
    "today": "date",
    "date and time": "date and time",
    "now": "date and time",
    "duration": "days and time duration",
}
_PARTS: Final = frozenset({"days", "hours", "minutes", "seconds", "months", "years"})
_PLAIN_PATTERN: Final = re.compile(r"[^\\^$.|?*+()\[\]{}]+")


def differing(source: str, kinds: Mapping[str, str] = {}, names: Sequence[str] = ()) -> frozenset[str]:
    """Return what in an expression the browser may answer otherwise; raises FeelError.

    `kinds` says of which kind variables are that are not null, paths with dots; what is returned is among DIFFERENCES.
    """
    tree = parse(source, known_names(tuple(names)), {})
    look = _Look(kinds)
    whole = {"list_as_condition"} if look.kind(tree) == "list" else set()
    return frozenset({*look.found(tree), *whole})


class _Look:
    def __init__(self, kinds: Mapping[str, str]) -> None:
        self.kinds = kinds

    def found(self, tree: Node) -> Iterator[str]:
        """Yield what differs in a tree."""
        waiting: list[Any] = [tree]
        while waiting:
            node = waiting.pop()
            if isinstance(node, list | tuple):
                waiting += node
            elif is_dataclass(node):
                rule = _RULES.get(type(node))
                if rule is not None:
                    yield from rule(self, node)
                waiting += [getattr(node, field.name) for field in fields(node)]

    def kind(self, node: Node) -> str:
        """The kind of a node's value where it is not null, empty when the text does not tell."""
        if isinstance(node, Constant):
            return kind(node.value)
        if isinstance(node, Filter):
            return "" if _is_position(node.condition) else "list"
        if type(node) in _KINDS:
            return _KINDS[type(node)]
        if isinstance(node, Name | Path):
            return self.kinds.get(_dotted(node), "")
        if isinstance(node, Call) and isinstance(node.function, Name):
            return _RESULTS.get(node.function.name, "")
        if isinstance(node, Arithmetic):
            some = {self.kind(node.first), *(self.kind(right) for _, right, _ in node.rest)}
            return next(iter(some)) if len(some) == 1 and some <= {"number", "string"} else ""
        return ""

    def comparison(self, node: Comparison) -> Iterator[str]:
        """Lists and contexts compared as wholes; an order between values that may be of two kinds."""
        some = {self.kind(node.left), self.kind(node.right)}
        if node.operator in ("=", "!="):
            if some & {"list", "context", "range"} and "null" not in some:
                yield "list_equality"
        elif len(some) > 1 and (some & {"string", "boolean", "list"} or "" not in some):
            yield "mixed_order"

    def membership(self, node: Membership) -> Iterator[str]:
        """`in` with anything but constants of the value's kind."""
        tests = [item for test in node.tests for item in (test.items if isinstance(test, ListLiteral) else [test])]
        known = self.kind(node.value)
        for test in tests:
            if isinstance(test, Interval):
                yield "range"
            elif not isinstance(test, Constant):
                yield "test_of_variable"
            elif known and self.kind(test) not in (known, "null"):
                yield "mixed_order"

    def between(self, node: Between) -> Iterator[str]:
        """Ends that are not known to be in order."""
        ends = [end.value for end in (node.low, node.high) if isinstance(end, Constant) and kind(end.value) == "number"]
        if len(ends) < 2 or ends[0] > ends[1]:
            yield "range"

    def call(self, node: Call) -> Iterator[str]:
        """Functions that answer otherwise, some only with certain arguments."""
        name = node.function.name if isinstance(node.function, Name) else ""
        if name in _FUNCTIONS:
            yield _FUNCTIONS[name]
        if name == "not" and len(node.arguments) != 1:
            yield "several_negated"
        if name in ("split", "replace", "matches") and len(node.arguments) > 1:
            pattern = node.arguments[1]
            text = pattern.value if isinstance(pattern, Constant) else None
            if not isinstance(text, str) or (name != "matches" and not _PLAIN_PATTERN.fullmatch(text)):
                yield "pattern"
        if name in ("min", "max") and "string" in map(self.kind, node.arguments):
            yield "statistics"

    def arithmetic(self, node: Arithmetic) -> Iterator[str]:
        """Powers, which may be infinite where the exponent is negative."""
        for operator, right, _ in node.rest:
            if operator == "**" and not (self.kind(right) == "number" and isinstance(right, Constant)):
                yield "power"

    def path(self, node: Path) -> Iterator[str]:
        """A part of a duration."""
        if node.name in _PARTS and not (isinstance(node.source, Name | Path) and _dotted(node)):
            yield "part_of_duration"

    def filter(self, node: Filter) -> Iterator[str]:
        """Anything but a position."""
        if not _is_position(node.condition):
            yield "filter"

    def condition(self, node: Condition) -> Iterator[str]:
        """A test that is no truth value."""
        if self.kind(node.test) not in ("boolean", "null", ""):
            yield "no_boolean"

    def quantified(self, node: Quantified) -> Iterator[str]:
        """A condition that is null for an item without the value."""
        waiting: list[Node] = [node.body]
        while waiting:
            part = waiting.pop()
            if isinstance(part, Logic):
                waiting += part.operands
            elif isinstance(part, Call) and isinstance(part.function, Name) and part.function.name == "not":
                waiting += part.arguments
            elif not isinstance(part, Comparison) or part.operator not in ("=", "!="):
                yield "null_in_quantifier"


def _is_position(condition: Node) -> bool:
    return isinstance(condition.operand if isinstance(condition, Negation) else condition, Constant)


def _dotted(node: Node) -> str:
    if isinstance(node, Name):
        return node.name
    if not isinstance(node, Path):
        return ""
    source = _dotted(node.source)
    return f"{source}.{node.name}" if source else ""


def _type_test(look: _Look, node: InstanceOf) -> Iterator[str]:
    yield "type_test"


_KINDS: Final[Mapping[type, str]] = {
    ListLiteral: "list",
    ContextLiteral: "context",
    Interval: "range",
    Comparison: "boolean",
    Logic: "boolean",
    Between: "boolean",
    Membership: "boolean",
    InstanceOf: "boolean",
    Quantified: "boolean",
}
_RULES: Final[Mapping[type, Callable[[_Look, Any], Iterator[str]]]] = {
    Comparison: _Look.comparison,
    Membership: _Look.membership,
    Between: _Look.between,
    Call: _Look.call,
    Arithmetic: _Look.arithmetic,
    Path: _Look.path,
    Filter: _Look.filter,
    Condition: _Look.condition,
    Quantified: _Look.quantified,
    InstanceOf: _type_test,
}
