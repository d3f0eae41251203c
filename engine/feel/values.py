"""The values of FEEL that Python does not have, and what each value is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from engine.feel.exact import ExactDate, ExactDateTime, ExactDuration, ExactTime

if TYPE_CHECKING:
    from engine.feel.scope import Scope
    from engine.feel.types import Type

Value: TypeAlias = Any
#: a compiled node: takes the scope of the evaluation, gives the value
Closure: TypeAlias = Callable[[Any], Any]


@dataclass(frozen=True, order=True, slots=True)
class YearMonthDuration:
    """A years and months duration, counted in months; negative ones go back."""

    months: int


@dataclass(frozen=True, slots=True)
class Range:
    """All values between two ends; an end that is None and `open` has no bound.

    `operator` remembers a range written as a comparison, such as `(< 10)` (DMN 1.5, 10.3.2.7).
    """

    start: Value
    end: Value
    start_included: bool = True
    end_included: bool = True
    operator: str = ""


@dataclass(frozen=True, slots=True)
class Function:
    """A host function that expressions may call by `name`; a parameter ending in `?` may be left out."""

    name: str
    parameters: tuple[str, ...]
    implementation: Callable[..., Value]


@dataclass(frozen=True, slots=True, eq=False)
class Lambda:
    """A function defined in FEEL, with the scope where it was defined."""

    parameters: tuple[str, ...]
    types: tuple[Type | None, ...]
    body: Closure
    scope: Scope
    #: steps of its body, those of loops and calls inside it left out
    cost: int = 0


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a built-in function: the kinds of values it takes."""

    name: str
    kinds: frozenset[type] | None
    optional: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True)
class Overload:
    """One way to call a built-in function."""

    parameters: tuple[Parameter, ...]
    implementation: Callable[..., Value]
    variadic: bool = False
    wants_scope: bool = False
    #: how many parameters must be given
    required: int = 0
    #: whether the last parameter may be given several times
    repeats: bool = False
    #: the kinds of the parameters in order
    kinds: tuple[frozenset[type] | None, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Builtin:
    """A function of the language itself."""

    name: str
    overloads: list[Overload] = field(default_factory=list)


FUNCTIONS = (Function, Lambda, Builtin)

#: kind of a value -> the Python types that hold it
KINDS: Mapping[str, frozenset[type]] = {
    "number": frozenset({Decimal}),
    "string": frozenset({str}),
    "boolean": frozenset({bool}),
    "date": frozenset({date, ExactDate}),
    "time": frozenset({time, ExactTime}),
    "date and time": frozenset({datetime, ExactDateTime}),
    "days and time duration": frozenset({timedelta, ExactDuration}),
    "years and months duration": frozenset({YearMonthDuration}),
    "list": frozenset({list}),
    "context": frozenset({dict}),
    "range": frozenset({Range}),
    "function": frozenset(FUNCTIONS),
    "null": frozenset({type(None)}),
}
KIND_OF: Mapping[type, str] = {kind: name for name, kinds in KINDS.items() for kind in kinds}

WORDS: Mapping[str, str] = {
    "number": "数字",
    "string": "文字",
    "boolean": "是否值",
    "date": "日期",
    "time": "时间",
    "date and time": "日期时间",
    "days and time duration": "天时时长",
    "years and months duration": "年月时长",
    "list": "列表",
    "context": "数据组",
    "range": "区间",
    "function": "函数",
    "null": "空值",
}


def kind(value: Value) -> str:
    """Return FEEL's name of the value's type, "null" for None."""
    return "null" if value is None else KIND_OF.get(type(value), "unknown")


def word(value: Value) -> str:
    """Return the Chinese name of the value's type."""
    return WORDS.get(kind(value), "未知类型")
