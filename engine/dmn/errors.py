"""What is wrong with a decision file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class DmnProblem:
    """One problem: the id of the element, the fact, and what to do; `severity` is "error" or "warning".

    `input` shows it: what the inputs of a table ask for -> a value; empty where no input is needed to see it.
    `message` is Chinese, `message_en` English where a table is judged; an advice says both.
    """

    element: str
    message: str
    advice: str
    severity: str = "error"
    input: Mapping[str, Any] = field(default_factory=dict, compare=False)
    message_en: str = ""

    @property
    def told(self) -> str:
        """The fact in both languages."""
        return f"{self.message} ({self.message_en})" if self.message_en else self.message


class DmnError(ValueError):
    """A decision file cannot be used, or is asked for a decision it does not have; lists all problems."""

    def __init__(self, problems: Sequence[DmnProblem]) -> None:
        super().__init__("; ".join(f"{p.element}: {p.told} {p.advice}" for p in problems))
        self.problems = tuple(problems)
