"""What is different between two forms: components by their ids."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from engine.differences.change import Change, Facts, compared
from engine.library import form_document

#: Where a component stands on the sheet.
_LAYOUT: Final = frozenset({"layout"})
#: What the editor writes about itself and the schema it knows; the form is the same for people.
_EDITOR: Final = frozenset({"components", "schemaVersion", "exporter"})


def compare(file: str, old: bytes, new: bytes) -> Iterator[Change]:
    """The changes of one form; rows and columns on the sheet have the effect "layout"."""
    if form_document(old) is None or form_document(new) is None:
        yield Change(file, "forms", "changed", "", file, "file")
        return
    for change in compared(file, "forms", _read(old), _read(new)):
        if change.field.partition(".")[0] in _LAYOUT:
            yield Change(file, "layout", "moved", change.element, change.name, change.kind)
        else:
            yield change


def _read(data: bytes) -> dict[str, Facts]:
    document = form_document(data) or {}
    found = {facts.id: facts for facts in _components(document.get("components", []), "")}
    about = {key: value for key, value in document.items() if key not in _EDITOR}
    name = str(document.get("id", ""))
    return {"": Facts("", name, "form", dict(_flat(about))), **found}


def _components(components: object, parent: str) -> Iterator[Facts]:
    for component in components if isinstance(components, list) else []:
        if not isinstance(component, Mapping):
            continue
        id = str(component.get("id", ""))
        own = {key: value for key, value in component.items() if key not in ("id", "components")}
        title = str(component.get("label") or component.get("text") or component.get("key") or id)
        yield Facts(id, title[:80], str(component.get("type", "")), dict(_flat(own)), (parent,))
        yield from _components(component.get("components"), id)


def _flat(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else str(key))
    else:
        yield path, _said(value)


def _said(value: Any) -> str:
    if isinstance(value, list):
        words = [str(entry.get("label", entry)) if isinstance(entry, Mapping) else str(entry) for entry in value]
        return "、".join(words)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
