"""The syntax tree of an expression; `at` is the character offset in the source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from engine.feel.types import Type
from engine.feel.values import Value


@dataclass(slots=True)
class Constant:
    """A literal."""

    at: int
    value: Value
    #: what a literal spells that is no value, such as @"2026-02-30"
    spelt: str = ""


@dataclass(slots=True)
class Name:
    """A variable or function by name."""

    at: int
    name: str


@dataclass(slots=True)
class Path:
    """source.name."""

    at: int
    source: Node
    name: str


@dataclass(slots=True)
class Filter:
    """source[condition]."""

    at: int
    source: Node
    condition: Node


@dataclass(slots=True)
class Call:
    """function(arguments), by position or by name."""

    at: int
    function: Node
    arguments: list[Node]
    names: list[str] | None


@dataclass(slots=True)
class Arithmetic:
    """A chain of + -, of * / or of **, from left to right: `rest` holds operator, operand, offset."""

    at: int
    first: Node
    rest: list[tuple[str, Node, int]]


@dataclass(slots=True)
class Comparison:
    """= != < <= > >=."""

    at: int
    operator: str
    left: Node
    right: Node


@dataclass(slots=True)
class Logic:
    """and, or over two or more operands."""

    at: int
    operator: str
    operands: list[Node]


@dataclass(slots=True)
class Negation:
    """-operand."""

    at: int
    operand: Node


@dataclass(slots=True)
class Between:
    """value between low and high."""

    at: int
    value: Node
    low: Node
    high: Node


@dataclass(slots=True)
class Membership:
    """value in tests."""

    at: int
    value: Node
    tests: list[Node]


@dataclass(slots=True)
class Tests:
    """Unary tests over the variable `?`; `negated` when written as not(...)."""

    at: int
    tests: list[Node]
    negated: bool


@dataclass(slots=True)
class Interval:
    """A range: both ends, or a comparison `operator` with its end in `end`."""

    at: int
    start: Node
    end: Node
    start_included: bool
    end_included: bool
    operator: str = ""


@dataclass(slots=True)
class InstanceOf:
    """value instance of type."""

    at: int
    value: Node
    type: Type


@dataclass(slots=True)
class Condition:
    """if test then ... else ..."""

    at: int
    test: Node
    then: Node
    otherwise: Node


@dataclass(slots=True)
class Iterator:
    """One `name in source` (or `name in first..last`) of a loop."""

    name: str
    source: Node
    last: Node | None


@dataclass(slots=True)
class For:
    """for iterators return body."""

    at: int
    iterators: list[Iterator]
    body: Node


@dataclass(slots=True)
class Quantified:
    """some or every iterators satisfies body."""

    at: int
    every: bool
    iterators: list[Iterator]
    body: Node


@dataclass(slots=True)
class ListLiteral:
    """[items]."""

    at: int
    items: list[Node]


@dataclass(slots=True)
class ContextLiteral:
    """{entries}."""

    at: int
    entries: list[tuple[str, Node]]


@dataclass(slots=True)
class FunctionLiteral:
    """A function definition; `body` is None when it is external."""

    at: int
    parameters: list[str]
    types: list[Type | None]
    body: Node | None


Node: TypeAlias = (
    Constant
    | Name
    | Path
    | Filter
    | Call
    | Arithmetic
    | Comparison
    | Logic
    | Negation
    | Between
    | Membership
    | Tests
    | Interval
    | InstanceOf
    | Condition
    | For
    | Quantified
    | ListLiteral
    | ContextLiteral
    | FunctionLiteral
)
