"""What the checks look at: the files of a deployment, read as far as they can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, Literal

from engine.findings import Act, Catalogue
from engine.handlers import Handlers
from engine.library import form_document, form_name
from engine.pack import Pack
from engine.spiff import Definition, Element, Parsed

FINDINGS: Final = Catalogue("engine.checks")
#: Whether anybody who can be given tasks holds a role (its id) in a region (its id, empty where the pack has none).
Held = Callable[[str, str], bool]


@dataclass(frozen=True)
class Content:
    """Files with their processes, broken ones included; the pack is None when `pack.toml` cannot be read."""

    files: Mapping[str, bytes]
    pack: Pack | None
    definitions: Sequence[Definition]
    #: Form id -> path of the file.
    forms: Mapping[str, str]
    #: What serves the topics of service tasks; None when that is not to be judged.
    handlers: Handlers | None = None
    #: Who holds which role; None where nobody can be asked.
    held: Held | None = None
    #: Files of which nobody knows what they hold.
    unread: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        files: Mapping[str, bytes],
        pack: Pack | None,
        parsed: Parsed,
        handlers: Handlers | None = None,
        held: Held | None = None,
        refused: Iterable[str] = (),
    ) -> Content:
        """`refused` are files that were not even read."""
        forms: dict[str, str] = {}
        for path in sorted(path for path in files if path.endswith(".form")):
            document = form_document(files[path]) or {}
            forms.setdefault(str(document.get("id") or form_name(path)), path)
        return cls(
            files,
            pack,
            (*parsed.definitions, *parsed.drafts),
            forms,
            handlers,
            held,
            frozenset((*parsed.unreadable, *refused)),
        )

    @property
    def has_broken_diagrams(self) -> bool:
        """True if a diagram cannot be read at all or none is there: what refers to processes cannot be judged."""
        return any(path.endswith(".bpmn") for path in self.unread) or not any(
            path.endswith(".bpmn") for path in self.files
        )

    @property
    def process_ids(self) -> frozenset[str]:
        return frozenset(definition.id for definition in self.definitions)

    def elements(self, *kinds: str) -> Iterator[tuple[Definition, Element]]:
        """Every element of one of the kinds, or every one at all, with its process."""
        for definition in self.definitions:
            for element in definition.elements.values():
                if not kinds or element.kind in kinds:
                    yield definition, element


def nearest(how: Literal["property", "attribute"], name: str, written: str, known: Iterable[str]) -> Act | None:
    """Write what was meant in place of a word that is not known; None where nothing is much like it."""
    near = get_close_matches(written, list(known), 1)
    return Act(how, name, near[0]) if near else None


def is_literal(text: str) -> bool:
    """True if a text means itself and is no expression."""
    return not text.lstrip().startswith(("=", "${", "#{"))
