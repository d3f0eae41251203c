"""What an editor may offer while somebody draws: the words of a pack that other files refer to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine import dmn, feel
from engine.handlers import Handlers
from engine.library import form_document, form_name
from engine.pack import FILE, Pack, read_pack
from engine.spiff import parse
from engine.time_limits import DECISION

#: What the engine adds to FEEL, with the parameters as the documentation names them.
_OF_THE_HOST: Final = {
    "due": "key",
    "add working days": "from, n",
    "working days": "from, to",
    "deployed": "process id",
    "now": "",
    "today": "",
}


@dataclass(frozen=True)
class Word:
    """An id, what it is called, and the file where it is defined."""

    id: str
    title: str
    file: str = ""
    title_en: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """The words of a pack by kind; a file that cannot be read adds none."""

    roles: tuple[Word, ...]
    stages: tuple[Word, ...]
    regions: tuple[Word, ...]
    forms: tuple[Word, ...]
    decisions: tuple[Word, ...]
    processes: tuple[Word, ...]
    messages: tuple[Word, ...]
    #: Keys of the decision `time_limits`.
    limits: tuple[Word, ...]
    #: Names under which handlers are registered.
    topics: tuple[Word, ...]
    #: Variables that forms write (`file` is the form), named by their labels.
    variables: tuple[Word, ...]
    #: Functions of FEEL and of the engine, titled by their parameters.
    functions: tuple[Word, ...]


def vocabulary(files: Mapping[str, bytes], handlers: Handlers | None = None) -> Vocabulary:
    """Read the words of a pack, broken files left out."""
    pack, _problems = read_pack(files)
    definitions = parse({path: data for path, data in files.items() if path.endswith(".bpmn")}).definitions
    received = {name for found in definitions for name in (*found.messages, *found.start_messages)}
    return Vocabulary(
        roles=_labels(pack, "roles"),
        stages=_labels(pack, "stages"),
        regions=_labels(pack, "regions"),
        forms=_forms(files),
        decisions=tuple(word for path in _of(files, ".dmn") for word in _decisions(path, files[path])),
        processes=tuple(Word(found.id, found.name or found.id, found.file) for found in definitions),
        messages=tuple(Word(name, name) for name in sorted(received | set(pack.messages if pack else ()))),
        limits=tuple(word for path in _of(files, ".dmn") for word in _limits(path, files[path])),
        topics=tuple(Word(topic, topic) for topic in (handlers.topics if handlers else ())),
        variables=tuple(word for path in _of(files, ".form") for word in _fields(path, files[path])),
        functions=tuple(Word(name, given) for name, given in {**feel.functions(), **_OF_THE_HOST}.items()),
    )


def _of(files: Mapping[str, bytes], suffix: str) -> list[str]:
    return sorted(path for path in files if path.endswith(suffix))


def _labels(pack: Pack | None, kind: str) -> tuple[Word, ...]:
    labels = getattr(pack, kind) if pack is not None else {}
    return tuple(Word(label.id, label.zh, FILE, label.en) for label in labels.values())


def _forms(files: Mapping[str, bytes]) -> tuple[Word, ...]:
    documents = {path: form_document(files[path]) or {} for path in _of(files, ".form")}
    ids = {path: str(document.get("id") or form_name(path)) for path, document in documents.items()}
    return tuple(Word(id, id, path) for path, id in ids.items())


def _fields(path: str, data: bytes) -> Iterator[Word]:
    """A variable per name that the form writes at its top; what lies in a list or under a path belongs to that."""
    found: dict[str, str] = {}
    for part in _written(form_document(data) or {}):
        name = str(part.get("path") or part.get("key")).split(".")[0]
        found.setdefault(name, str(part.get("label") or name))
    return (Word(name, label, path) for name, label in found.items())


def _written(holder: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for part in holder.get("components") or ():
        if part.get("path") or part.get("key"):
            yield part
        else:
            yield from _written(part)


def _decisions(path: str, data: bytes) -> tuple[Word, ...]:
    try:
        found = dmn.titles(data)
    except dmn.DmnError:
        return ()
    return tuple(Word(id, title, path) for id, title in found.items())


def _limits(path: str, data: bytes) -> tuple[Word, ...]:
    try:
        found = dmn.words(data, DECISION, "step")
    except dmn.DmnError:
        return ()
    return tuple(Word(key, key, path) for key in found)
