"""Checks of decision files, and of the tasks that name decisions."""

from __future__ import annotations

from collections.abc import Iterator

from engine import dmn, xml
from engine.checks.content import FINDINGS, Content, is_literal, nearest
from engine.errors import ProblemsFound
from engine.findings import Problem
from engine.library import HOST_FUNCTIONS


def check_decisions(content: Content) -> list[Problem]:
    """Problems inside .dmn files, and references to decisions that no readable file holds."""
    found: list[Problem] = []
    owners: dict[str, str] = {}
    for path in sorted(path for path in content.files if path.endswith(".dmn")):
        found += _file(content, path, owners)
    if any(path.endswith(".dmn") for path in content.unread):
        return found
    try:
        return [*found, *_references(content, frozenset(owners) | _drawn(content))]
    except ProblemsFound:
        # A file that cannot be read may well hold what others ask for.
        return found


def _drawn(content: Content) -> frozenset[str]:
    """Ids and names of the decisions that the files draw, readable or not."""
    found: set[str] = set()
    for path in (path for path in content.files if path.endswith(".dmn")):
        for node in xml.parse(content.files[path], path).iter("{*}decision", "{*}decisionService"):
            found.update((node.get("id", ""), node.get("name", "")))
    return frozenset(found)


def _file(content: Content, path: str, owners: dict[str, str]) -> Iterator[Problem]:
    others = {other: data for other, data in content.files.items() if other.endswith(".dmn") and other != path}
    problems = dmn.check(content.files[path], others, HOST_FUNCTIONS)
    for finding in problems:
        yield Problem.of(path, finding.element, finding.code, finding.words)
    if any(finding.severity == "error" for finding in problems):
        return
    for name in dmn.load(content.files[path], others, HOST_FUNCTIONS).names:
        if owners.setdefault(name, path) != path:
            yield FINDINGS.problem(path, name, "decision_twice", other=owners[name])


def _references(content: Content, names: frozenset[str]) -> Iterator[Problem]:
    for definition, element in content.elements("businessRuleTask"):
        ref = element.attributes.get("decisionRef", "")
        if ref and is_literal(ref) and ref not in names:
            act = nearest("attribute", "camunda:decisionRef", ref, names)
            yield FINDINGS.problem(definition.file, element.id, "decision_missing", act, id=ref)
