"""DMN 1.1 - 1.5: decision files, their tables and graphs, evaluated on FEEL."""

from engine.dmn.checks import check
from engine.dmn.decisions import Decisions, load
from engine.dmn.errors import DmnError, DmnProblem
from engine.dmn.frame import Explanation, Fired, Warned
from engine.dmn.words import Labels, Question, questions, titles, words

__all__ = [
    "Decisions",
    "DmnError",
    "DmnProblem",
    "Explanation",
    "Fired",
    "Labels",
    "Question",
    "Warned",
    "check",
    "load",
    "questions",
    "titles",
    "words",
]
