"""A submitted form as plain rows, for reading, printing and pages without script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from forms.component import Component
from forms.conditions import evaluate
from forms.fields import decimal_of
from forms.places import Place, Sheet, get

#: What stands for a value that was not given.
NOTHING = "—"


@dataclass(frozen=True)
class Row:
    """One line: a heading of a group or list row, or a label with its value."""

    kind: Literal["heading", "value", "sealed", "documents"]
    label: str
    #: Ready to be shown; for sealed values a placeholder of the kind.
    text: str = ""
    #: Depth of nesting, 0 at the top.
    level: int = 0
    #: Id of the seal, when the value is one.
    seal: str = ""
    #: Kind of personal data of a sealed value.
    sensitive: str = ""
    documents: tuple[str, ...] = ()


def summary(components: tuple[Component, ...], data: Mapping[str, Any]) -> list[Row]:
    """Rows of all visible components; groups without visible content disappear."""
    sheet = Sheet(components, {}, data)
    shown = {place.path: place for place in sheet.places() if not place.hidden}
    return list(_rows(components, (), 0, shown, sheet.data))


def _rows(
    components: Iterable[Component], base: tuple[str | int, ...], level: int, shown: Mapping[Any, Place], data: Any
) -> Iterable[Row]:
    for component in components:
        path = (*base, *component.path)
        if component.keyed:
            # What a form only computes for its own conditions has no label and says nothing to a reader.
            if path in shown and (component.label or component.type != "expression"):
                yield _value(component, get(data, path), level, shown[path])
        elif component.repeats:
            if path in shown:
                yield from _list(component, path, level, shown, data)
        elif component.children:
            inside = list(_rows(component.children, base, level + bool(component.label), shown, data))
            if inside and component.label:
                yield Row("heading", component.label, level=level)
            yield from inside


def _list(
    component: Component, path: tuple[str | int, ...], level: int, shown: Mapping[Any, Place], data: Any
) -> Iterable[Row]:
    rows = get(data, path)
    for index in range(len(rows) if isinstance(rows, list) else 0):
        yield Row("heading", f"{component.label} {index + 1}".strip(), level=level)
        yield from _rows(component.children, (*path, index), level + 1, shown, data)


def _value(component: Component, value: Any, level: int, place: Place) -> Row:
    label = component.label or component.path[-1]
    if isinstance(value, Mapping) and "sealed" in value:
        return Row("sealed", label, "已加密", level, str(value["sealed"]), component.sensitive)
    if component.type == "filepicker":
        ids = tuple(value) if isinstance(value, list) else (value,) if value else ()
        return Row("documents", label, f"{len(ids)} 份" if ids else NOTHING, level, documents=ids)
    return Row("value", label, _text(component, value, place), level)


def _text(component: Component, value: Any, place: Place) -> str:
    if component.type == "checkbox":
        return "是" if value else "否"
    if value is None or value in ("", []):
        return NOTHING
    if component.type in ("radio", "select", "checklist", "taglist"):
        labels = _labels(component, place)
        chosen = value if isinstance(value, list) else [value]
        return "、".join(next((label for option, label in labels if option == entry), str(entry)) for entry in chosen)
    if component.type == "datetime":
        return str(value).replace("T", " ")[:16]
    number = decimal_of(value) if component.type in ("number", "expression") else None
    return str(value) if number is None else _number(component, number)


def _labels(component: Component, place: Place) -> list[tuple[Any, str]]:
    raw = component.raw
    if raw.get("valuesExpression"):
        return options({"values": evaluate(raw["valuesExpression"], place.scope.context())})
    return options({"values": place.scope.data.get(str(raw["valuesKey"]))} if raw.get("valuesKey") else raw)


def options(raw: Mapping[str, Any]) -> list[tuple[Any, str]]:
    """Value and label of each option that a choice offers."""
    values = raw.get("values")
    entries = [entry for entry in values if isinstance(entry, Mapping)] if isinstance(values, list) else []
    return [(entry.get("value"), str(entry.get("label") or entry.get("value"))) for entry in entries]


def _number(component: Component, value: Decimal) -> str:
    appearance = component.raw.get("appearance")
    unit = appearance.get("suffixAdorner", "") if isinstance(appearance, Mapping) else ""
    return f"{value.normalize():f} {unit}".strip()
