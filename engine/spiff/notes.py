"""The problems of one file, collected while it is read: everything wrong is noted at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from engine.errors import Problem, Severity
from engine.feel import FeelError
from engine.spiff import formula
from engine.spiff.formula import Formula


@dataclass
class Notes:
    """The problems of one file while it is read."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, element: str, message: str, advice: str, severity: Severity = "error") -> None:
        """Note one finding."""
        self.problems.append(Problem(self.file, element, message, advice, severity))

    def warn(self, element: str, message: str, advice: str) -> None:
        """Note something that runs, but perhaps not as the author thinks."""
        self.refuse(element, message, advice, "warning")

    @property
    def failed(self) -> bool:
        """Whether anything was found that prevents running."""
        return any(problem.severity == "error" for problem in self.problems)

    def compile(self, element: str, where: str, text: str, how: Callable[[str], Formula]) -> Formula:
        """Compile a text; a broken one is noted and stands for itself."""
        try:
            return how(text)
        except formula.NotConvertible:
            self.refuse(
                element,
                f"{where}: {text.strip()!r} is not FEEL and too special to be converted.",
                "Write it as FEEL with a leading '=', for example '= amount > 1000'.",
            )
        except FeelError as error:
            message = error.message_en or error.message
            place = f"line {error.line}, column {error.column}"
            self.refuse(
                element,
                f"{where}: {text.strip()!r} cannot be read at {place}: {message}",
                "Correct the FEEL expression.",
            )
        return Formula(text.strip())
