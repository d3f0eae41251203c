"""Components of a form-js document as frozen values, nested as in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from forms.errors import FINDINGS, FormUnreadable

#: Empty value of every keyed component type (form-js 1.23).
EMPTY: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "textfield": "",
        "textarea": "",
        "number": None,
        "checkbox": False,
        "checklist": [],
        "radio": None,
        "select": None,
        "taglist": [],
        "datetime": None,
        "filepicker": None,
        "expression": None,
    }
)
CONTAINERS: Final = frozenset({"group", "dynamiclist"})
#: Components that show something and carry no value.
DISPLAYS: Final = frozenset({"text", "image", "button", "separator", "spacer", "table", "documentPreview"})
#: `properties.sensitive` of a component that looks personal but is not, such as a hotline of the utility.
NOT_PERSONAL: Final = "none"
#: Components that could load or run foreign content: refused.
REFUSED: Final = frozenset({"html", "iframe"})


@dataclass(frozen=True)
class Component:
    """One component of a form."""

    id: str
    type: str
    label: str
    #: Names from the enclosing scope (form or list row) to the value; empty for what carries none.
    path: tuple[str, ...]
    raw: Mapping[str, Any] = field(repr=False)
    children: tuple[Component, ...] = ()

    @property
    def keyed(self) -> bool:
        """True for components with a value of their own."""
        return self.type in EMPTY

    @property
    def repeats(self) -> bool:
        """True for a list of rows."""
        return self.type == "dynamiclist"

    @property
    def rules(self) -> Mapping[str, Any]:
        """The `validate` part of the document."""
        return _table(self.raw, "validate")

    @property
    def properties(self) -> Mapping[str, Any]:
        """The custom properties of the document."""
        return _table(self.raw, "properties")

    @property
    def sensitive(self) -> str:
        """Kind of personal data that the component takes; empty for none."""
        kind = str(self.properties.get("sensitive") or "")
        return "" if kind == NOT_PERSONAL else kind

    @property
    def refusal(self) -> object:
        """FEEL text that gives the sentence with which the server refuses the whole answer, or null; it may read all
        fields and the variables of the task."""
        return self.properties.get("refusal")

    @property
    def hide(self) -> object:
        """FEEL text of the condition under which the component is hidden, if it has one."""
        return _table(self.raw, "conditional").get("hide")

    def walk(self) -> Iterator[Component]:
        """The component and everything in it, in the order of the document."""
        yield self
        for child in self.children:
            yield from child.walk()


def read(document: Mapping[str, Any]) -> tuple[Component, ...]:
    """The components of a form document."""
    return _read_all(document, ())


def _read_all(holder: Mapping[str, Any], prefix: tuple[str, ...]) -> tuple[Component, ...]:
    found = holder.get("components", [])
    if not isinstance(found, list) or not all(isinstance(entry, Mapping) for entry in found):
        raise FormUnreadable(FINDINGS.doubt("no_components"))
    return tuple(_read(entry, prefix) for entry in found)


def _read(raw: Mapping[str, Any], prefix: tuple[str, ...]) -> Component:
    kind = str(raw.get("type", ""))
    own = str(raw.get("path" if kind in CONTAINERS else "key") or "")
    path = (*prefix, *(part for part in own.split(".") if part)) if kind in CONTAINERS or kind in EMPTY else ()
    children: tuple[Component, ...] = ()
    if kind in CONTAINERS:
        children = _read_all(raw, () if kind == "dynamiclist" else path)
    # Days and times have their label under a name of their own.
    label = str(raw.get("label") or raw.get("dateLabel") or raw.get("timeLabel") or "")
    return Component(str(raw.get("id") or ""), kind, label, path, raw, children)


def _table(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = raw.get(name)
    return found if isinstance(found, Mapping) else {}
