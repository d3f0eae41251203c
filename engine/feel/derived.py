"""What is known beforehand of a value that an expression works out: of which inputs, and which whole numbers it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias

from engine.feel.errors import FeelError
from engine.feel.expression import Expression, known_names
from engine.feel.nodes import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    Constant,
    ContextLiteral,
    Filter,
    For,
    FunctionLiteral,
    Name,
    Negation,
    Node,
    Path,
    Quantified,
)
from engine.feel.nodes import (
    Iterator as Loop,
)
from engine.feel.parser import parse, parse_tests
from engine.feel.types import Type
from engine.feel.values import KIND_OF, Value

#: smallest and largest of some whole numbers, None where there is no end
Whole: TypeAlias = tuple[int | None, int | None]
_COUNTED: Whole = (0, None)
_ANY: Whole = (None, None)
#: functions whose numbers are whole, with one argument (DMN 1.5, 10.3.4.3, 10.3.4.4, 10.3.4.5 and 10.3.4.9)
_FUNCTIONS: dict[str, Whole] = {
    "count": _COUNTED,
    "string length": _COUNTED,
    "floor": _ANY,
    "ceiling": _ANY,
    "day of year": (1, 366),
    "week of year": (1, 53),
}
#: parts of dates and times that are whole; seconds may have a fraction (DMN 1.5, table 65)
_PARTS: dict[str, Whole] = {
    "year": _ANY,
    "month": (1, 12),
    "day": (1, 31),
    "weekday": (1, 7),
    "hour": (0, 23),
    "minute": (0, 59),
}


@dataclass(frozen=True, slots=True)
class Derived:
    """What an expression works with."""

    #: the paths to the inputs it reads, `q.year` of `q.year > 2020`
    paths: frozenset[str] = frozenset()
    #: between which whole numbers its value is, when it is a number; None when it need not be whole
    whole: Whole | None = None
    #: the constants in it
    constants: tuple[Value, ...] = ()
    #: functions and parts of the language that it asks for: `string length`, `.year`
    asks: frozenset[str] = frozenset()
    tree: Node | None = None
    #: names that have another meaning somewhere inside; None when they are not known
    inner: frozenset[str] | None = frozenset()

    def missing(self, variables: Mapping[str, Type]) -> Iterator[str]:
        """Yield the paths that ask an input of a declared type for an entry which the type has not."""
        for path in sorted(self.paths):
            root, *entries = path.split(".")
            wanted = self._type(root, variables)
            for entry in entries:
                fields = dict(wanted.fields) if wanted and wanted.name == "context" else {}
                if fields and entry not in fields:
                    yield path
                wanted = fields.get(entry)

    def kind(self, variables: Mapping[str, Type]) -> str:
        """Return the kind of the value when it is not null, as far as that is sure; else nothing."""
        return _kind(self.tree, lambda name: self._type(name, variables)) if self.tree else ""

    def misfits(self, variables: Mapping[str, Type]) -> Iterator[tuple[str, str, str]]:
        """Yield operators of arithmetic between two kinds that always give null, with the kinds."""
        for node in _nodes(self.tree):
            if type(node) is Arithmetic:
                left = _kind(node.first, lambda name: self._type(name, variables))
                for operator, operand, _ in node.rest:
                    right = _kind(operand, lambda name: self._type(name, variables))
                    if {left, right} <= _PLAIN and not _calculates(operator, left, right):
                        yield operator, left, right
                    left = left if left == right else ""

    def _type(self, name: str, variables: Mapping[str, Type]) -> Type | None:
        return None if self.inner is None or name in self.inner else variables.get(name)

    @classmethod
    def of(cls, expression: Expression | None) -> Derived:
        """Return what an expression works with; nothing where it cannot be told."""
        return _derived(expression) if expression is not None else cls()


@lru_cache(maxsize=1024)
def _derived(expression: Expression) -> Derived:
    own = expression.names | expression.called
    tree = _read(expression)
    if tree is None:
        return Derived()
    nodes = list(_nodes(tree))
    asks = {node.function.name for node in nodes if type(node) is Call and type(node.function) is Name}
    asks |= {f".{node.name}" for node in nodes if type(node) is Path}
    constants = tuple(node.value for node in nodes if type(node) is Constant)
    paths, inner = frozenset(_paths(tree)), _inner(nodes)
    return Derived(paths, _whole(tree, own), constants, frozenset(asks - own), tree, inner)


def _read(expression: Expression) -> Node | None:
    """Return the tree of an expression or of a cell; None when it names types of a model."""
    for reader in (parse, parse_tests):
        with suppress(FeelError):
            return reader(expression.source, known_names(expression.known), {})
    return None


def _inner(nodes: list[Any]) -> frozenset[str] | None:
    """Return the names that loops, functions and contexts bind; None where a filter may bind any."""
    found: set[str] = set()
    for node in nodes:
        if type(node) is Filter:
            return None
        if type(node) is Loop:
            found.add(node.name)
        elif type(node) is FunctionLiteral:
            found.update(node.parameters)
        elif type(node) is ContextLiteral:
            found.update(name for name, _ in node.entries)
    return frozenset(found)


#: kinds of which it is known which pairs can be calculated with
_PLAIN = frozenset({"number", "string", "boolean"})


def _calculates(operator: str, left: str, right: str) -> bool:
    return left == right and (left == "number" or (left == "string" and operator == "+"))


def _kind(node: Node, type_of: Callable[[str], Type | None]) -> str:
    """Return the kind of a value when it is not null, as far as that is sure; else nothing."""
    if type(node) is Constant:
        return "" if node.value is None else KIND_OF.get(type(node.value), "")
    if type(node) is Name or type(node) is Path:
        root, *entries = path_of(node).split(".")
        wanted = type_of(root) if root else None
        for entry in entries:
            wanted = dict(wanted.fields).get(entry) if wanted and wanted.name == "context" else None
        return wanted.name if wanted is not None else ""
    if type(node) is Comparison or type(node) is Between or type(node) is Quantified:
        return "boolean"
    if type(node) is For:
        return "list"
    if type(node) is Arithmetic:
        kinds = {_kind(part, type_of) for part in (node.first, *(operand for _, operand, _ in node.rest))}
        return kinds.pop() if len(kinds) == 1 and kinds <= {"number", "string"} else ""
    return ""


def _nodes(node: Any) -> Iterator[Any]:
    """Yield a node and all below it."""
    if isinstance(node, (list, tuple)):
        for item in node:
            yield from _nodes(item)
    elif is_dataclass(node) and not isinstance(node, type):
        yield node
        for field in fields(node):
            yield from _nodes(getattr(node, field.name))


def path_of(node: Node) -> str:
    """Return the path that a node is, such as `a.b`; empty for anything else."""
    if type(node) is Name:
        return node.name
    source = path_of(node.source) if type(node) is Path else ""
    return f"{source}.{node.name}" if source and type(node) is Path else ""


def _paths(node: Any) -> Iterator[str]:
    """Yield the longest paths in a node; the name of a function that is called is none."""
    if isinstance(node, (list, tuple)):
        for item in node:
            yield from _paths(item)
    elif is_dataclass(node) and not isinstance(node, type):
        found = path_of(node)  # type: ignore[arg-type]  # what is no node has no path
        if found:
            yield found
            return
        for field in fields(node):
            if not (type(node) is Call and field.name == "function"):
                yield from _paths(getattr(node, field.name))


def _whole(node: Node, own: frozenset[str]) -> Whole | None:
    """Say between which whole numbers a value is; `own` are names that the language does not give their meaning."""
    if type(node) is Constant:
        value = node.value
        return (int(value), int(value)) if type(value) is Decimal and _is_small_whole(value) else None
    if type(node) is Call and type(node.function) is Name and len(node.arguments) == 1:
        return None if node.function.name in own else _FUNCTIONS.get(node.function.name)
    if type(node) is Path:
        return _PARTS.get(node.name)
    if type(node) is Negation:
        return _minus((0, 0), _whole(node.operand, own))
    if type(node) is Arithmetic:
        found = _whole(node.first, own)
        for operator, operand, _ in node.rest:
            found = _OPERATORS[operator](found, _whole(operand, own)) if operator in _OPERATORS else None
        return found
    return None


def _is_small_whole(value: Decimal) -> bool:
    return abs(value) < 10**9 and value == value.to_integral_value()


def _plus(one: Whole | None, other: Whole | None) -> Whole | None:
    if one is None or other is None:
        return None
    low = None if one[0] is None or other[0] is None else one[0] + other[0]
    return low, None if one[1] is None or other[1] is None else one[1] + other[1]


def _minus(one: Whole | None, other: Whole | None) -> Whole | None:
    return None if other is None else _plus(one, (_opposite(other[1]), _opposite(other[0])))


def _opposite(end: int | None) -> int | None:
    return None if end is None else -end


def _times(one: Whole | None, other: Whole | None) -> Whole | None:
    if one is None or other is None:
        return None
    return _COUNTED if all(low is not None and low >= 0 for low, _ in (one, other)) else _ANY


_OPERATORS: dict[str, Callable[[Whole | None, Whole | None], Whole | None]] = {
    "+": _plus,
    "-": _minus,
    "*": _times,
}
