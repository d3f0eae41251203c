"""What is different between two versions of a pack, as values that a page puts into words.

Files are compared by what they mean: steps and flows of diagrams, rows and cells of decisions, components of forms,
paragraphs of letters, entries of the manifest. What only stands elsewhere on the page has the effect "layout".
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from engine.differences import decisions, diagrams, forms, letters
from engine.differences.change import Act, Change, Effect, Facts, compared
from engine.errors import ProblemsFound

__all__ = ["Act", "Change", "Effect", "compare"]

_EFFECTS: Final[Mapping[str, Effect]] = {
    ".bpmn": "flow",
    ".dmn": "decisions",
    ".form": "forms",
    ".docx": "letters",
    ".toml": "manifest",
}


def compare(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> tuple[Change, ...]:
    """Every change from one version to another, file by file; those of the drawing alone come last."""
    found = [change for path in sorted({*old, *new}) for change in _file(path, old.get(path), new.get(path))]
    return tuple(sorted(found, key=lambda change: change.effect == "layout"))


def _file(path: str, old: bytes | None, new: bytes | None) -> Iterator[Change]:
    if old == new:
        return
    suffix = path[path.rfind(".") :]
    effect = _EFFECTS.get(suffix, "manifest")
    if old is None or new is None:
        yield Change(path, effect, "removed" if new is None else "added", "", path, "file")
        return
    try:
        yield from list(_COMPARE.get(suffix, _whole)(path, old, new))
    except ProblemsFound:
        yield Change(path, effect, "changed", "", path, "file")


def _whole(path: str, _old: bytes, _new: bytes) -> Iterator[Change]:
    yield Change(path, "manifest", "changed", "", path, "file")


def _manifest(path: str, old: bytes, new: bytes) -> Iterator[Change]:
    try:
        before, after = (dict(_flat(tomllib.loads(data.decode()))) for data in (old, new))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        yield from _whole(path, old, new)
        return
    facts = {"": Facts("", path, "manifest", before)}, {"": Facts("", path, "manifest", after)}
    yield from compared(path, "manifest", *facts)


def _flat(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(entry, Mapping) for entry in value):
        for number, entry in enumerate(value, 1):
            label = entry.get("label", number) if isinstance(entry, Mapping) else number
            yield from _flat(entry, f"{path}.{label}")
    else:
        yield path, ", ".join(map(str, value)) if isinstance(value, list) else str(value)


_COMPARE: Final[Mapping[str, Callable[[str, bytes, bytes], Iterator[Change]]]] = {
    ".bpmn": diagrams.compare,
    ".dmn": decisions.compare,
    ".form": forms.compare,
    ".docx": letters.compare,
    ".toml": _manifest,
}
