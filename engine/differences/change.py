"""One difference between two versions of a pack."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Act = Literal["added", "removed", "changed", "moved"]
#: What a change touches: the way of a case, its limits, decisions, forms, letters, the manifest, or only the drawing.
Effect = Literal["flow", "limits", "decisions", "forms", "letters", "manifest", "layout"]


@dataclass(frozen=True)
class Change:
    """What is different at one place; `field` is empty when the whole element came, went or moved."""

    file: str
    effect: Effect
    act: Act
    #: Id of the element, rule or component; empty for a whole file.
    element: str
    #: What people call it.
    name: str
    #: Kind of the element: userTask, rule, textfield …
    kind: str
    field: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Facts:
    """What is known of one element: its name, kind, place among others, and fields with their texts."""

    id: str
    name: str
    kind: str
    fields: Mapping[str, str]
    #: Where it stands: elements with another place have moved.
    place: tuple[str, ...] = ()


def elsewhere(old: Facts, new: Facts) -> bool:
    """Whether an element has another place."""
    return old.place != new.place


def compared(
    file: str,
    effect: Effect,
    old: Mapping[str, Facts],
    new: Mapping[str, Facts],
    *,
    limits: frozenset[str] = frozenset(),
    moved: Callable[[Facts, Facts], bool] = elsewhere,
) -> Iterator[Change]:
    """The changes between two sets of facts, by id; changed fields named in `limits` have the effect "limits"."""
    for id, facts in new.items():
        if id not in old:
            yield Change(file, effect, "added", id, facts.name, facts.kind)
    for id, facts in old.items():
        if id not in new:
            yield Change(file, effect, "removed", id, facts.name, facts.kind)
            continue
        if moved(facts, new[id]):
            yield Change(file, effect, "moved", id, new[id].name, new[id].kind)
        for field, before, after in _fields(facts, new[id]):
            found: Effect = "limits" if field in limits else effect
            yield Change(file, found, "changed", id, new[id].name, new[id].kind, field, before, after)


def _fields(old: Facts, new: Facts) -> Iterator[tuple[str, str, str]]:
    for field in dict.fromkeys((*old.fields, *new.fields)):
        before, after = old.fields.get(field, ""), new.fields.get(field, "")
        if before != after:
            yield field, before, after
