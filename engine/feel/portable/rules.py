"""What each form of expression may stand with so that browser and server answer it alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from engine.feel.nodes import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    Condition,
    Constant,
    ContextLiteral,
    Filter,
    For,
    FunctionLiteral,
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
from engine.feel.nodes import Iterator as Source
from engine.feel.portable.calls import call
from engine.feel.portable.look import Look, dotted
from engine.feel.portable.nulls import never_null
from engine.feel.portable.shapes import (
    BOOLEAN,
    COMPUTED,
    LIST,
    MADE,
    NUMBER,
    STRING,
    TEXT,
    UNKNOWN,
    WHOLE,
    Shape,
    joined,
    same_family,
    shape_of,
)
from engine.feel.portable.signatures import PARTS

_DURATIONS: Final = {"days and time duration", "years and months duration"}
_DAYS: Final = Shape("days and time duration")
_PARTS_OF_DURATION: Final = frozenset({"days", "hours", "minutes", "seconds", "months", "years"})
_EXPONENT: Final = re.compile(r"[0-9.]+[eE]")


def _constant(look: Look, node: Constant) -> Shape:
    """Numbers are spelled plainly and have digits that both sides keep."""
    found = shape_of(node.value)
    if found is COMPUTED or (found.family == "number" and _EXPONENT.match(look.source, node.at)):
        look.words.add("long_number")
        return NUMBER
    return found


def _name(look: Look, node: Name) -> Shape:
    """A variable."""
    return look.scope_of(node.name).get(node.name, UNKNOWN)


def _path(look: Look, node: Path) -> Shape:
    """An entry of a context or of the items of a list, a part of a day."""
    source = look.shape(node.source)
    if source.kind == "list":
        item = source.of_item()
        if item.kind not in ("context", ""):
            look.words.add("part_missing")
        return Shape("list", item.fields.get(node.name))
    if source.kind == "context" and node.name in source.fields:
        return source.fields[node.name]
    if source.family in ("", "context", "null"):
        return _entry(look, node, source)
    if source.kind in _DURATIONS:
        look.words.add("part_of_duration")
    elif node.name not in PARTS.get(source.kind, ()):
        look.words.add("part_missing")
    return WHOLE


def _entry(look: Look, node: Path, source: Shape) -> Shape:
    """An entry of which nothing is known but what its other places ask for."""
    name = dotted(node)
    if name:
        return look.scope_of(name.partition(".")[0]).get(name, UNKNOWN)
    if node.name in _PARTS_OF_DURATION and source.family == "":
        look.words.add("part_of_duration")
    return UNKNOWN


def _filter(look: Look, node: Filter) -> Shape:
    """An item by its position; with a condition, some of the items."""
    source = look.expect(node.source, LIST, "no_list")
    if _is_position(node.condition):
        return source.of_item()
    look.words.add("filter")
    item = source.of_item()
    with look.inside({**item.fields, "item": item}, open=True):
        look.shape(node.condition)
    return source


def _arithmetic(look: Look, node: Arithmetic) -> Shape:
    """A chain of operators; what is computed may not be compared."""
    parts = [node.first, *(right for _, right, _ in node.rest)]
    found = [look.shape(part) for part in parts]
    total = found[0]
    for (operator, _, _), right in zip(node.rest, found[1:], strict=True):
        total = _step(look, operator, total, right)
    for part, shape in zip(parts, found, strict=True):
        if total == STRING and shape.family == "":
            look.learn(part, TEXT)
    return total


def _step(look: Look, operator: str, left: Shape, right: Shape) -> Shape:
    """The shape of what one operator makes."""
    families = {left.family, right.family} - {"null"}
    if families <= {"number", ""}:
        exact = operator in "+-" and {left.kind, right.kind} <= {"whole", "null"}
        return WHOLE if exact else COMPUTED
    if operator == "+" and families <= {"string", ""}:
        return STRING
    if left.kind in ("date", "date and time") and operator in "+-":
        if right.kind in _DURATIONS:
            return left
        if operator == "-" and right.kind in (left.kind, "null"):
            return _DAYS
    look.words.add("other_form" if families & _DURATIONS else "mixed_kinds")
    return UNKNOWN


def _negation(look: Look, node: Negation) -> Shape:
    """A number turned round."""
    return look.expect(node.operand, NUMBER, "mixed_kinds")


def _comparison(look: Look, node: Comparison) -> Shape:
    """Two values of one kind."""
    left, right = look.shape(node.left), look.shape(node.right)
    if COMPUTED in (left, right):
        look.words.add("fraction")
    equality = node.operator in ("=", "!=")
    if "null" not in (left.kind, right.kind):
        _compared(look, left, right, equality)
    elif not equality:
        look.words.add("mixed_kinds")
    if left.family == "":
        look.learn(node.left, right)
    if right.family == "":
        look.learn(node.right, left)
    if not equality and left.family == right.family == "string" and not _ordered(node, left, right):
        look.words.add("text_order")
    return BOOLEAN


def _compared(look: Look, left: Shape, right: Shape, equality: bool) -> None:
    """Two values that are not null."""
    some = {left.family, right.family}
    if any(kind.endswith(MADE) for kind in some):
        look.words.add("computed_moment")
    elif equality and some & {"list", "context", "range"}:
        look.words.add("list_equality")
    elif some == _DURATIONS:
        look.words.add("months_of_days")
    elif not same_family(left, right) or (not equality and some & {"boolean", "list", "context", "range"}):
        look.words.add("mixed_kinds")


def _between(look: Look, node: Between) -> Shape:
    """Ends that are known to be in order."""
    ends = [end.value for end in (node.low, node.high) if isinstance(end, Constant)]
    numbers = [look.shape(end).family for end in (node.low, node.high)] == ["number"] * 2
    if len(ends) < 2 or not numbers or ends[0] > ends[1]:
        look.words.add("range")
    value = look.expect(node.value, NUMBER, "mixed_kinds") if numbers else look.shape(node.value)
    if value is COMPUTED:
        look.words.add("fraction")
    return BOOLEAN


def _membership(look: Look, node: Membership) -> Shape:
    """`in` with constants of the value's kind."""
    tests = [item for test in node.tests for item in (test.items if isinstance(test, ListLiteral) else [test])]
    known = look.shape(node.value)
    if known is COMPUTED:
        look.words.add("fraction")
    for test in tests:
        _test(look, test, known)
    together = joined(map(look.shape, tests))
    if together.kind == "several":
        look.words.add("mixed_kinds")
    if known.family == "":
        look.learn(node.value, together)
    return BOOLEAN


def _test(look: Look, test: Node, known: Shape) -> None:
    """One of the tests after `in`."""
    found = look.shape(test)
    if isinstance(test, Interval):
        look.words.add("range")
    elif not isinstance(test, Constant):
        look.words.add("test_of_variable")
    elif not same_family(known, found):
        look.words.add("mixed_kinds")


def _logic(look: Look, node: Logic) -> Shape:
    """`and`, `or` over truth values."""
    for operand in node.operands:
        look.expect(operand, BOOLEAN, "no_boolean")
    return BOOLEAN


def _condition(look: Look, node: Condition) -> Shape:
    """A test that is a truth value."""
    look.expect(node.test, BOOLEAN, "no_boolean")
    return joined([look.shape(node.then), look.shape(node.otherwise)])


def _quantified(look: Look, node: Quantified) -> Shape:
    """A condition that is never null, over the items of lists."""
    with look.inside({}):
        for source in node.iterators:
            look.scopes[-1][source.name] = _each(look, source)
        look.expect(node.body, BOOLEAN, "no_boolean")
    if not never_null(node.body):
        look.words.add("null_in_quantifier")
    return BOOLEAN


def _each(look: Look, source: Source) -> Shape:
    """The shape of what a loop goes over."""
    if source.last is None:
        return look.expect(source.source, LIST, "no_list").of_item()
    look.words.add("other_form")
    look.shape(source.last)
    return look.shape(source.source) and WHOLE


def _loop(look: Look, node: For) -> Shape:
    """A list made of another."""
    look.words.add("other_form")
    with look.inside({}):
        for source in node.iterators:
            look.scopes[-1][source.name] = _each(look, source)
        return Shape("list", look.shape(node.body))


def _items(look: Look, node: ListLiteral) -> Shape:
    """A list of values of one kind."""
    item = joined(map(look.shape, node.items)) if node.items else UNKNOWN
    if item.kind == "several":
        look.words.add("mixed_kinds")
    return Shape("list", item)


def _entries(look: Look, node: ContextLiteral) -> Shape:
    """A context."""
    look.words.add("other_form")
    with look.inside({}):
        for name, entry in node.entries:
            look.scopes[-1][name] = look.shape(entry)
        return Shape("context", None, dict(look.scopes[-1]))


def _function(look: Look, node: FunctionLiteral) -> Shape:
    """A function of the form's own."""
    look.words.add("other_form")
    return Shape("function")


def _interval(look: Look, node: Interval) -> Shape:
    """A range."""
    look.shape(node.start)
    look.shape(node.end)
    return Shape("range")


def _type_test(look: Look, node: InstanceOf) -> Shape:
    """A question for the type."""
    look.words.add("type_test")
    look.shape(node.value)
    return BOOLEAN


def _ordered(node: Comparison, left: Shape, right: Shape) -> bool:
    """Whether both sides put two texts in the same order: signs beyond U+D7FF stand elsewhere in the browser."""
    if left.kind == right.kind and left.kind.endswith(" text"):
        return True
    fixed = [side.value for side in (node.left, node.right) if isinstance(side, Constant)]
    return any(isinstance(text, str) and all(sign < "\ud800" for sign in text) for text in fixed)


def _is_position(condition: Node) -> bool:
    found = condition.operand if isinstance(condition, Negation) else condition
    return isinstance(found, Constant) and shape_of(found.value) is WHOLE


#: form of expression -> its rule
RULES: Final[Mapping[type, Callable[[Look, Any], Shape]]] = {
    Constant: _constant,
    Name: _name,
    Path: _path,
    Filter: _filter,
    Call: call,
    Arithmetic: _arithmetic,
    Negation: _negation,
    Comparison: _comparison,
    Between: _between,
    Membership: _membership,
    Logic: _logic,
    Condition: _condition,
    Quantified: _quantified,
    For: _loop,
    ListLiteral: _items,
    ContextLiteral: _entries,
    FunctionLiteral: _function,
    Interval: _interval,
    InstanceOf: _type_test,
}
