"""Checks of decision files, and of the tasks that name decisions."""

from __future__ import annotations

from collections.abc import Iterator

from engine import dmn
from engine.checks.content import Content, is_literal
from engine.errors import Problem
from engine.library import read_decisions


def check_decisions(content: Content) -> list[Problem]:
    """Problems inside .dmn files; if all can be read, also references to decisions that are missing."""
    found = [*_inside(content)]
    return found if found else [*_references(content)]


def _inside(content: Content) -> Iterator[Problem]:
    for path in sorted(path for path in content.files if path.endswith(".dmn")):
        for finding in dmn.check(content.files[path]):
            yield Problem(path, finding.element, finding.message, finding.advice)


def _references(content: Content) -> Iterator[Problem]:
    try:
        names = frozenset(read_decisions(content.files))
    except dmn.DmnError as error:
        yield Problem(
            "", "", f"The decisions cannot be loaded together: {error}", "Correct the imports between the .dmn files."
        )
        return
    for definition, element in content.elements("businessRuleTask"):
        ref = element.attributes.get("decisionRef", "")
        if ref and is_literal(ref) and ref not in names:
            message = f"The decision {ref!r} is in no .dmn file."
            yield Problem(definition.file, element.id, message, "Add the file, or correct camunda:decisionRef.")
