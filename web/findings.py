"""Findings of the checks for people: page, editor and API tell the same list in the language of the reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine import Problem
from web.packs import said


@dataclass(frozen=True)
class Finding:
    """A problem in one language."""

    file: str
    element: str
    code: str
    message: str
    advice: str
    severity: str
    #: What an editor can do about it by one click; None where only a person can say how.
    cure: Cure | None = None


@dataclass(frozen=True)
class Cure:
    """One click: what it does (see `engine.findings.Act`) and what its button says."""

    how: str
    name: str
    value: str
    title: str


def finding(problem: Problem) -> Finding:
    """A problem in the language of the reader; what was stored before there were two is told as it is."""
    message = said(problem.message, problem.message_en or problem.message)
    advice = said(problem.advice, problem.advice_en or problem.advice)
    return Finding(problem.file, problem.element, problem.code, message, advice, problem.severity, _cure(problem))


def _cure(problem: Problem) -> Cure | None:
    if problem.cure is None:
        return None
    act = problem.cure.act
    return Cure(act.how, act.name, act.value, said(problem.cure.title, problem.cure.title_en))


def findings(problems: Iterable[Problem]) -> list[Finding]:
    """All of them, in their order."""
    return [finding(problem) for problem in problems]
