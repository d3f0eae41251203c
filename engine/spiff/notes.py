"""The problems of one file, collected while it is read: everything wrong is noted at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from engine.feel import FeelError
from engine.findings import Act, Catalogue, Problem, Said, reason
from engine.spiff import formula
from engine.spiff.formula import Formula, Unreadable

FINDINGS = Catalogue("engine.spiff")


@dataclass
class Notes:
    """The problems of one file while it is read."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    #: Ids in processes that nobody runs: what would be refused there is told, and refuses nothing.
    drawn: frozenset[str] = frozenset()

    def note(self, element: str, code: str, act: Act | None = None, /, **values: object) -> None:
        """Note one finding of `findings.toml`, with what an editor can do about it."""
        problem = FINDINGS.problem(self.file, element, code, act, **values)
        self.problems.append(replace(problem, severity="warning") if element in self.drawn else problem)

    @property
    def failed(self) -> bool:
        """Whether anything was found that prevents running."""
        return any(problem.severity == "error" for problem in self.problems)

    def compile(self, element: str, where: str, text: str, how: Callable[[str], Formula]) -> Formula:
        """Compile a text; a broken one is noted and has no value."""
        try:
            return how(text)
        except formula.WordOfFeel as error:
            self.note(element, "expression_word", where=word(where), text=text.strip(), name=str(error))
        except formula.NotConvertible:
            self.note(element, "expression_foreign", where=word(where), text=text.strip())
        except FeelError as error:
            told = {"where": word(where), "text": text.strip(), "reason": reason(error)}
            self.note(element, "expression_unreadable", **told)
        return Unreadable(text.strip())


def word(name: str) -> Said:
    """A word of BPMN in both languages."""
    return FINDINGS.word(name)
