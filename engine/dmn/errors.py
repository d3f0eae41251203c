"""What is wrong with a decision file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from engine.findings import Catalogue, Words

FINDINGS: Final = Catalogue("engine.dmn")


@dataclass(frozen=True, slots=True)
class DmnProblem:
    """One problem: the id of the element, which finding it is and what that says in both languages.

    `input` shows it: what the inputs of a table ask for -> a value; empty where no input is needed to see it.
    """

    element: str
    code: str
    words: Words
    input: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def severity(self) -> str:
        """Return "error" or "warning"."""
        return self.words.severity

    @property
    def message(self) -> str:
        """The fact in Chinese."""
        return self.words.fact.zh

    @property
    def message_en(self) -> str:
        """The fact in English."""
        return self.words.fact.en

    @property
    def advice(self) -> str:
        """What to do, in Chinese."""
        return self.words.advice.zh

    @property
    def advice_en(self) -> str:
        """What to do, in English."""
        return self.words.advice.en

    @property
    def told(self) -> str:
        """The fact in both languages."""
        return f"{self.message} ({self.message_en})"


def problem(element: str, code: str, input: Mapping[str, Any] = {}, /, **values: object) -> DmnProblem:
    """The finding `code` about an element."""
    return DmnProblem(element, code, FINDINGS.say(code, **values), input)


class DmnError(ValueError):
    """A decision file cannot be used, or is asked for a decision it does not have; lists all problems."""

    def __init__(self, problems: Sequence[DmnProblem]) -> None:
        super().__init__("; ".join(f"{p.element}: {p.told} {p.advice} ({p.advice_en})" for p in problems))
        self.problems = tuple(problems)
