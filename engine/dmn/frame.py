"""One evaluation of decisions: its variables, its budget, and what it tells about itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from engine.feel import Expression, Run, Type

#: steps of one evaluation of all decisions that a decision needs, of about 0.1 µs each: done within 10 ms
STEPS = 85_000
#: steps of asking one expression, besides its own
ASKED = 12
#: steps of calling a knowledge model or a service, or of working out a decision, and of each element that it requires
INVOKED, REQUIRED = 15, 4
#: steps of a table, of each of its columns, and of each output of a rule that matches
TABLE, COLUMN, OUTPUT = 40, 15, 10
#: power of two of the rules of a table, and of the variables handed on, of a step
RULES, HANDED = 3, 3


@dataclass(frozen=True, slots=True)
class Warned:
    """Why a decision or a part of it became null: the element's id and the reason."""

    element: str
    message: str


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule whose cells all held: which, why, and what it says."""

    #: row of the table, from 1
    number: int
    id: str
    #: label of the column -> what the cell asks, as it is written; cells that ask nothing are left out
    cells: Mapping[str, str]
    #: name of the output -> its value
    outputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a decision came about: inputs of its table by label, the rules that fired, the result."""

    decision: str
    inputs: Mapping[str, Any]
    rules: tuple[Fired, ...]
    outputs: Any
    #: how the tables inside and the decisions before it came about
    parts: tuple[Explanation, ...] = ()


@dataclass(slots=True)
class Evaluation:
    """What all parts of one evaluation share."""

    run: Run = field(default_factory=lambda: Run(STEPS))
    warnings: list[Warned] = field(default_factory=list)
    explaining: bool = False
    explanations: list[Explanation] = field(default_factory=list)

    def ask(self, expression: Expression, values: Mapping[str, Any]) -> Any:
        """Return the value of an expression among variables; the work is paid for."""
        self.run.spend(ASKED)
        return expression.evaluate(values, self.run)

    def warn(self, element: str, message: str) -> None:
        """Remember why something became null."""
        if len(self.warnings) < 100:
            self.warnings.append(Warned(element, message))


#: compiled decision logic: takes the variables in sight and the evaluation, gives the value
Logic: TypeAlias = Callable[[Mapping[str, Any], Evaluation], Any]


def bound(value: Any, wanted: Type | None, element: str, evaluation: Evaluation) -> Any:
    """Return the value as it is bound to a variable of a type; null with a warning when it does not fit."""
    if wanted is None or value is None:
        return value
    found, fits = wanted.coerce(value, evaluation.run)
    if not fits:
        evaluation.warn(element, "值不符合所声明的类型 (the value does not fit its declared type)")
    return found
