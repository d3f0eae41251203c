"""Where the words of a pack are used: which elements refer to a form, decision, process, message or role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from engine.pack import FILE, Pack, read_pack
from engine.spiff import Definition, Element, parse
from engine.vocabulary import vocabulary

Kind = Literal["forms", "decisions", "processes", "messages", "roles"]
#: Attribute of an element -> what it names; several names are separated by commas.
_ATTRIBUTES: Final[Mapping[str, Kind]] = {
    "formRef": "forms",
    "decisionRef": "decisions",
    "calledElement": "processes",
    "message": "messages",
    "candidateGroups": "roles",
}
#: Kinds of words that stand in a file of their own.
_DEFINED: Final[tuple[Kind, ...]] = ("forms", "decisions", "processes")


@dataclass(frozen=True)
class Use:
    """One place that refers to a word: `element` is empty and `name` the key where the manifest does."""

    kind: Kind
    id: str
    file: str
    element: str
    name: str


def uses(files: Mapping[str, bytes]) -> tuple[Use, ...]:
    """Every place of a pack that names one of its words; broken files have none, and FEEL is not searched."""
    found = parse({path: data for path, data in files.items() if path.endswith(".bpmn")})
    pack, _problems = read_pack(files)
    return (*_of_diagrams([*found.definitions, *found.drafts]), *(_of_manifest(pack) if pack else ()))


def used(files: Mapping[str, bytes], found: Iterable[Use]) -> dict[str, list[Use]]:
    """By file, the places outside of it that refer to what stands in it: what breaks when it goes or is renamed."""
    known = vocabulary(files)
    homes = {(kind, word.id): word.file for kind in _DEFINED for word in getattr(known, kind)}
    grouped: dict[str, list[Use]] = {}
    for use in found:
        home = homes.get((use.kind, use.id), use.file)
        if home != use.file:
            grouped.setdefault(home, []).append(use)
    return grouped


def _of_diagrams(definitions: list[Definition]) -> Iterator[Use]:
    for definition in definitions:
        for element in definition.elements.values():
            for kind, id in _named(element):
                yield Use(kind, id, definition.file, element.id, element.name or element.id)


def _named(element: Element) -> Iterator[tuple[Kind, str]]:
    for attribute, kind in _ATTRIBUTES.items():
        for part in element.attributes.get(attribute, "").split(","):
            if part.strip():
                yield kind, part.strip()
    if element.lane and not element.attributes.get("candidateGroups"):
        yield "roles", element.lane


def _of_manifest(pack: Pack) -> Iterator[Use]:
    named: list[tuple[str, Kind, str]] = [
        ("entry", "processes", pack.entry),
        ("start_message", "messages", pack.start_message),
        ("start_form", "forms", pack.start_form),
        ("public.rating", "forms", pack.rating),
    ]
    for message in pack.messages.values():
        named.append((f"messages.{message.name}", "forms", message.form))
        named += [(f"messages.{message.name}", "roles", role) for role in message.roles]
    return (Use(kind, id, FILE, "", key) for key, kind, id in named if id)
