"""Of which shape the values are that expressions of a form see, read from its components."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from engine import feel
from engine.feel import portable
from engine.feel.portable import MADE, Shape, joined, shape_of
from forms.component import Component
from forms.conditions import is_expression

#: Expressions may build on one another; more rounds than this would be a circle.
ROUNDS: Final = 4
Shapes = Mapping[str, Shape]
_MOMENTS: Final = {"date", "time", "date and time", "days and time duration", "years and months duration"}
_PLAIN: Final = {"textfield": Shape("string"), "textarea": Shape("string"), "checkbox": Shape("boolean")}


def known_shapes(components: Iterable[Component]) -> Iterator[tuple[Component, Shapes]]:
    """Yield every component with what its expressions see: the form's values and, in a list, those of its row."""
    tops = tuple(components)
    form: Shapes = {}
    for _ in range(ROUNDS):
        form = _fields(tops, form)
    yield from _walk(tops, form, Shape("context", None, form), Shape())


def _walk(
    components: Iterable[Component], form: Shapes, here: Shape, parent: Shape
) -> Iterator[tuple[Component, Shapes]]:
    special = {"this": here, "parent": parent, "i": Shape("list", Shape("whole"))}
    seen = {**special, **form, **{f"_{name}_": shape for name, shape in special.items()}}
    for component in components:
        yield component, seen
        if component.repeats:
            yield from _walk(component.children, form, Shape("context", None, _fields(component.children, seen)), here)
        else:
            yield from _walk(component.children, form, here, parent)


def _fields(components: Iterable[Component], seen: Shapes) -> dict[str, Shape]:
    """The values of one scope by name; names with dots are contexts in one another."""
    found: dict[str, Any] = {}
    for component in _same_scope(components):
        if component.path:
            *outer, last = component.path
            place = found
            for name in outer:
                inner = place.setdefault(name, {})
                place = inner if isinstance(inner, dict) else {}
            place[last] = _shape(component, seen)
    return {name: _context(shape) for name, shape in found.items()}


def _context(found: Any) -> Shape:
    if isinstance(found, Shape):
        return found
    return Shape("context", None, {name: _context(shape) for name, shape in found.items()})


def _same_scope(components: Iterable[Component]) -> Iterator[Component]:
    for component in components:
        if component.type == "group":
            yield from _same_scope(component.children)
        elif component.keyed or component.repeats:
            yield component


def _shape(component: Component, seen: Shapes) -> Shape:
    """The shape of what a field holds once it is filled in; unknown when that depends."""
    raw = component.raw
    if component.type == "number":
        return Shape(_number(raw))
    if component.type == "datetime":
        subtype = str(raw.get("subtype") or "date")
        return Shape({"datetime": "date and time text"}.get(subtype, f"{subtype} text"))
    if component.type in ("radio", "select"):
        return _option(raw)
    if component.type in ("checklist", "taglist"):
        return Shape("list", _option(raw))
    if component.repeats:
        return Shape("list", Shape("context", None, _fields(component.children, seen)))
    if component.type == "expression":
        return _computed(raw.get("expression"), seen)
    return _PLAIN.get(component.type, Shape())


def _number(raw: Mapping[str, Any]) -> str:
    if raw.get("serializeToString"):
        return "string"
    return "whole" if raw.get("decimalDigits") == 0 else "number"


def _option(raw: Mapping[str, Any]) -> Shape:
    values = [entry.get("value") for entry in raw.get("values") or [] if isinstance(entry, Mapping)]
    shapes = [Shape("string") if isinstance(value, str) else shape_of(feel.to_feel(value)) for value in values]
    return joined(shapes) if shapes else Shape()


def _handed_on(shape: Shape) -> Shape:
    """What form-js makes of a computed value for other expressions: it passes on JSON, which has no days and times."""
    if shape.kind in _MOMENTS:
        return Shape(f"{shape.kind}{MADE}")
    item = _handed_on(shape.item) if shape.item else None
    return replace(shape, item=item, fields={name: _handed_on(inner) for name, inner in shape.fields.items()})


def _computed(source: object, seen: Shapes) -> Shape:
    if not isinstance(source, str) or not is_expression(source):
        return Shape()
    try:
        return _handed_on(portable.value(source[1:], seen)[1])
    except feel.FeelError:
        return Shape()
