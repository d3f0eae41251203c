"""Checks of form files as files; what is inside a form is judged by the package that understands forms."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.content import FINDINGS, Content
from engine.findings import Problem
from engine.library import form_document


def check_forms(content: Content) -> list[Problem]:
    """Problems of form files that hold no form, no id, or the id of another one."""
    seen: dict[str, str] = {}
    return [
        problem for path in sorted(content.files) if path.endswith(".form") for problem in _form(content, path, seen)
    ]


def _form(content: Content, path: str, seen: dict[str, str]) -> Iterator[Problem]:
    document = form_document(content.files[path])
    if document is None:
        yield FINDINGS.problem(path, "", "form_no_json")
        return
    id = document.get("id")
    if not isinstance(id, str) or not id:
        yield FINDINGS.problem(path, "", "form_without_id")
    elif seen.setdefault(id, path) != path:
        yield FINDINGS.problem(path, id, "form_id_twice", other=seen[id])
