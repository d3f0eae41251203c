"""Uploads that are promised first and made only when the form really takes them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from forms import Clean

#: Stores a file for a component of a form and gives the id of the document.
Upload = Callable[[Mapping[str, Any]], str]


@dataclass
class Promises:
    """Stand-ins for document ids: a form may hide a file picker whose answer was made up, and a file costs time."""

    _made: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def give(self, component: Mapping[str, Any]) -> list[str]:
        """Ids, in the shape of documents, that stand for what would be uploaded to a component."""
        id = f"{len(self._made) + 1:032x}"
        self._made[id] = component
        return [id]

    def kept(self, clean: Clean, upload: Upload) -> Clean:
        """The clean answers with documents in place of the promises that are left in them."""
        ids = {id: upload(self._made[id]) for id in clean.documents if id in self._made}
        documents = tuple(ids.get(id, id) for id in clean.documents)
        return replace(clean, values=_exchanged(clean.values, ids), documents=documents)


def _exchanged(value: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _exchanged(inner, ids) for key, inner in value.items()}
    if isinstance(value, list):
        return [_exchanged(inner, ids) for inner in value]
    return ids.get(value, value) if isinstance(value, str) else value
