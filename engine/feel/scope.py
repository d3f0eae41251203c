"""Where an evaluation finds its variables, and what it has left to spend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.feel import limits
from engine.feel.errors import Exhausted, Warning, place
from engine.feel.values import Value


class Run:
    """One evaluation: steps left, depth of calls, warnings.

    Several expressions may share one run, so that they share its budget.
    """

    __slots__ = ("steps", "calls", "notes", "entered", "patterns")

    def __init__(self, steps: int = limits.STEPS) -> None:
        self.steps = steps
        self.calls = 0
        #: source, offset, Chinese and English message
        self.notes: list[tuple[str, int, str, str]] = []
        #: id of a caller's value -> the value itself (kept alive) and what FEEL sees of it
        self.entered: dict[int, tuple[object, Value]] = {}
        #: text and flags of a pattern -> the pattern, made ready and paid for
        self.patterns: dict[tuple[str, str], Any] = {}

    def spend(self, steps: int) -> None:
        """Pay for work; raises Exhausted when nothing is left."""
        self.steps -= steps
        if self.steps < 0:
            raise Exhausted(
                "运算步骤太多，已停止；请缩小列表或拆开表达式",
                "too many steps, stopped; make the lists smaller or split the expression",
            )

    @property
    def warnings(self) -> list[Warning]:
        """The warnings so far, with line and column."""
        return warnings_of(self.notes)


def warnings_of(notes: Iterable[tuple[str, int, str, str]]) -> list[Warning]:
    """Return notes (source, offset, Chinese, English) as warnings with line and column."""
    return [Warning(*place(source, at), message, english) for source, at, message, english in notes]


class Scope:
    """Variables visible at one place: own ones, then those of the parent, last the caller's context."""

    __slots__ = ("values", "parent", "base", "run", "source")

    def __init__(self, values: Mapping[str, Any], parent: Scope | None, run: Run, source: str = "") -> None:
        self.values = values
        self.parent = parent
        self.base: Scope = self if parent is None else parent.base
        self.run = run
        self.source = source

    def warn(self, at: int, message: str, message_en: str) -> None:
        """Remember why a value became null; returns None so that closures can return it."""
        self.run.spend(limits.WARNING)
        notes = self.run.notes
        if len(notes) < limits.WARNINGS:
            notes.append((self.base.source, at, message, message_en))


def check_size(value: Value) -> Value:
    """Return the value when it is not too large; raises Exhausted."""
    if type(value) is str and len(value) > limits.CHARACTERS:
        raise Exhausted(f"文字超过 {limits.CHARACTERS} 个字符", f"a text is longer than {limits.CHARACTERS} characters")
    if type(value) is list and len(value) > limits.ITEMS:
        raise Exhausted(f"列表超过 {limits.ITEMS} 项", f"a list has more than {limits.ITEMS} items")
    return value
