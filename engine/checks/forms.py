"""Checks of form files as files; what is inside a form is judged by the package that understands forms."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.content import Content
from engine.errors import Problem
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
        yield Problem(
            path, "", "The file holds no form.", "Export it again from the form editor; it must be a JSON object."
        )
        return
    id = document.get("id")
    if not isinstance(id, str) or not id:
        yield Problem(
            path, "", "The form has no id.", "Set the id of the form in the editor; tasks name it in camunda:formRef."
        )
    elif seen.setdefault(id, path) != path:
        yield Problem(path, id, f"The id is also used by {seen[id]}.", "Give each form its own id.")
