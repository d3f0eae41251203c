"""What the checks look at: the files of a deployment, read as far as they can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.handlers import Handlers
from engine.library import form_document, form_name
from engine.pack import Pack
from engine.spiff import Definition, Element


@dataclass(frozen=True)
class Content:
    """Files with their readable definitions; the pack is None when `pack.toml` cannot be read."""

    files: Mapping[str, bytes]
    pack: Pack | None
    definitions: Sequence[Definition]
    #: Form id -> path of the file.
    forms: Mapping[str, str]
    #: What serves the topics of service tasks; None when that is not to be judged.
    handlers: Handlers | None = None

    @classmethod
    def of(
        cls,
        files: Mapping[str, bytes],
        pack: Pack | None,
        definitions: Sequence[Definition],
        handlers: Handlers | None = None,
    ) -> Content:
        forms: dict[str, str] = {}
        for path in sorted(path for path in files if path.endswith(".form")):
            document = form_document(files[path]) or {}
            forms.setdefault(str(document.get("id") or form_name(path)), path)
        return cls(files, pack, definitions, forms, handlers)

    @property
    def process_ids(self) -> frozenset[str]:
        return frozenset(definition.id for definition in self.definitions)

    def elements(self, *kinds: str) -> Iterator[tuple[Definition, Element]]:
        """Every element of one of the kinds, with its process."""
        for definition in self.definitions:
            for element in definition.elements.values():
                if element.kind in kinds:
                    yield definition, element

    @property
    def has_broken_diagrams(self) -> bool:
        """True if a diagram gave no process, so that what refers to its processes cannot be judged."""
        readable = {definition.file for definition in self.definitions}
        return any(path.endswith(".bpmn") and path not in readable for path in self.files)


def is_literal(text: str) -> bool:
    """True if a text means itself and is no expression."""
    return not text.lstrip().startswith(("=", "${", "#{"))
