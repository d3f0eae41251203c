"""Where the values of a form stand in the data: the visible, writable places of one submission."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, NoReturn

from engine import feel
from forms.component import EMPTY, Component
from forms.conditions import evaluate, holds, is_expression
from forms.errors import FormErrors
from forms.opening import taken_over

Path = tuple[str | int, ...]

#: Rows that one list may have.
MAX_ROWS: Final = 500
#: No value of a form-js component is nested deeper.
MAX_DEPTH: Final = 6
#: What a submission does not name; null is named: the person cleared the field.
ABSENT: Final = object()
#: Expressions may build on one another; more rounds than this would be a circle.
ROUNDS: Final = 4


@dataclass(eq=False)
class Scope:
    """The surroundings in which expressions of a component are evaluated."""

    #: All data of the form, shared by all its scopes.
    data: dict[str, Any]
    #: Path of the row; empty for the form itself.
    path: Path = ()
    #: Row numbers from 0, outermost first.
    rows: tuple[int, ...] = ()
    parent: Scope | None = None
    _context: dict[str, Any] | None = None

    @property
    def here(self) -> Any:
        """The data of the row, or of the form."""
        return get(self.data, self.path)

    def context(self) -> dict[str, Any]:
        """What expressions see: the data, and `this`, `parent` and `i` with and without underscores; made once."""
        if self._context is None:
            rows = [row + 1 for row in self.rows]
            special = {"this": self.here, "parent": self.parent.here if self.parent else None, "i": rows}
            wrapped = {f"_{name}_": value for name, value in special.items()}
            self._context = {name: feel.to_feel(value) for name, value in {**special, **self.data, **wrapped}.items()}
        return self._context

    def row(self, path: Path, index: int) -> Scope:
        """The scope of a row of the list at the path."""
        return Scope(self.data, (*path, index), (*self.rows, index), self)


@dataclass(frozen=True)
class Place:
    """One value of a submission: a component, in a list once per row; or the list itself."""

    component: Component
    path: Path
    scope: Scope
    hidden: bool
    #: True if the person cannot change the value: read-only, disabled or computed.
    fixed: bool = False

    @property
    def name(self) -> str:
        """The path as text, the key for a plain component."""
        return ".".join(str(part) for part in self.path)


@dataclass
class Sheet:
    """The data of one submission over the variables that the form was opened with."""

    components: tuple[Component, ...]
    given: Mapping[str, Any]
    context: Mapping[str, Any]
    #: False for the data that the browser has before it computes anything.
    computes: bool = True
    data: dict[str, Any] = field(init=False)
    #: Path of each list -> what was known of its rows before.
    known_rows: dict[Path, list[dict[str, Any]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.data = copy.deepcopy(dict(self.context))
        self._take(self.components, ())
        if self.computes and any(part.type == "expression" for top in self.components for part in top.walk()):
            self._compute()

    def places(self) -> list[Place]:
        """Every place in the order of the document, hidden ones marked, as the browser shows them."""
        return [self._fixed(place) for place in self._shown()]

    def _shown(self) -> Iterator[Place]:
        """The places over the data that expressions see.

        The browser first puts hidden components back to what the form was opened with and then decides what to show, so
        a condition that reads a hidden component sees the old value there.
        """
        hidden = [place for place in _walk(self.components, Scope(self.data), False) if place.hidden]
        seen = self._without(hidden) if hidden else self.data
        return _walk(self.components, Scope(seen), False)

    def _without(self, hidden: list[Place]) -> dict[str, Any]:
        seen = copy.deepcopy(self.data)
        for place in hidden:
            _clear(seen, place.path)
        return {**Sheet(self.components, {}, self.context, computes=False).data, **seen}

    def _fixed(self, place: Place) -> Place:
        raw = place.component.raw
        readonly = raw.get("readonly")
        fixed = bool(raw.get("disabled")) or place.component.type in ("expression", "dynamiclist")
        if not fixed:
            fixed = holds(readonly, place.scope.context()) if is_expression(readonly) else bool(readonly)
        return replace(place, fixed=fixed)

    def _take(self, components: tuple[Component, ...], base: Path) -> None:
        """Take over submitted values at the places of components and empty values where there is nothing."""
        for component in components:
            path = (*base, *component.path)
            if component.repeats:
                self._take_rows(component, path)
            elif component.keyed:
                self._take_value(component, path)
            else:
                self._take(component.children, base)

    def _take_value(self, component: Component, path: Path) -> None:
        raw = component.raw
        closed = raw.get("disabled") or raw.get("readonly") is True or component.type == "expression"
        given = ABSENT if closed else _given(self.given, path)
        if _depth(given) > MAX_DEPTH:
            _refuse(component, path, "内容不对，请重新填写")
        if given is ABSENT:
            given = self._opened(component, path)
        put(self.data, path, EMPTY[component.type] if given is None else given)

    def _opened(self, component: Component, path: Path) -> Any:
        """What the form was opened with at a place: the variable, null included; the default where there is none."""
        holder = get(self.data, path[:-1])
        if isinstance(holder, Mapping) and path[-1] in holder:
            return taken_over(component, holder[path[-1]])
        return component.raw.get("defaultValue")

    def _take_rows(self, component: Component, path: Path) -> None:
        known = _rows(get(self.data, path))
        given = _given(self.given, path)
        rows = _rows(given) if given is None or isinstance(given, list) else known
        if len(rows) > MAX_ROWS:
            _refuse(component, path, f"最多 {MAX_ROWS} 行，请删去多余的行")
        if component.raw.get("allowAddRemove") is False:
            rows = (rows + [{}] * len(known))[: len(known)]
        fixed = rows is known or component.raw.get("allowAddRemove") is False
        kept = known if fixed else _matched(component, rows, known)
        self.known_rows[path] = copy.deepcopy(kept)
        put(self.data, path, copy.deepcopy(kept))
        for index in range(len(rows)):
            self._take(component.children, (*path, index))

    def _compute(self) -> None:
        """Compute the expression components, again while they still change one another."""
        for _ in range(ROUNDS):
            before = copy.deepcopy(self.data)
            for place in self._shown():
                if place.component.type == "expression" and not place.hidden:
                    put(self.data, place.path, evaluate(place.component.raw.get("expression"), place.scope.context()))
            if self.data == before:
                return


def _refuse(component: Component, path: Path, message: str) -> NoReturn:
    raise FormErrors({".".join(map(str, path)): [message]}, {component.id: [message]})


def _depth(value: object) -> int:
    """How deep lists and objects are nested, counted no further than needed."""
    depth, level = 0, [value]
    while depth <= MAX_DEPTH:
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return depth
        depth += 1
    return depth


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list) else ()


def _rows(value: object) -> list[dict[str, Any]]:
    return [row if isinstance(row, dict) else {} for row in value] if isinstance(value, list) else []


def _matched(component: Component, rows: list[dict[str, Any]], known: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """For each submitted row the known one that shows the same fixed values; an empty one for a new row.

    Rows can be added and removed, so that their numbers say nothing.
    """
    fixed = [child.path for part in component.children for child in part.walk() if child.raw.get("readonly") is True]
    free, found = list(known), []
    for row in rows:
        same = (old for old in free if fixed and all(get(old, path) == get(row, path) for path in fixed))
        match = next(same, None)
        if match is not None:
            free.remove(match)
        found.append(match or {})
    return found


def _walk(components: tuple[Component, ...], scope: Scope, hidden: bool) -> Iterator[Place]:
    for component in components:
        own = hidden or (component.hide is not None and holds(component.hide, scope.context()))
        path = (*scope.path, *component.path)
        if component.keyed:
            yield Place(component, path, scope, own)
        elif component.repeats:
            yield Place(component, path, scope, own, fixed=True)
            rows = None if own else get(scope.data, path)
            for index in range(len(rows) if isinstance(rows, list) else 0):
                yield from _walk(component.children, scope.row(path, index), own)
        else:
            yield from _walk(component.children, scope, own)


def every(data: object, path: Path) -> Iterator[Any]:
    """The values at a path in all rows of its lists, whatever row the path names."""
    if not path:
        yield data
    elif isinstance(path[0], int):
        for row in data if isinstance(data, list) else ():
            yield from every(row, path[1:])
    elif isinstance(data, Mapping):
        yield from every(data.get(path[0]), path[1:])


def get(data: object, path: Path) -> Any:
    """The value at a path; None where there is nothing."""
    for part in path:
        if isinstance(part, int):
            data = data[part] if isinstance(data, list) and part < len(data) else None
        else:
            data = data.get(part) if isinstance(data, Mapping) else None
    return data


def _given(data: object, path: Path) -> Any:
    """The submitted value at a path: None if it or what it stands in is null, ABSENT if it is not named."""
    for part in path:
        if data is None:
            return None
        if isinstance(part, int):
            data = data[part] if isinstance(data, list) and part < len(data) else ABSENT
        else:
            data = data.get(part, ABSENT) if isinstance(data, Mapping) else ABSENT
    return data


def _clear(data: dict[str, Any], path: Path) -> None:
    """Remove the value at a path, and objects that become empty by it."""
    holder = get(data, path[:-1])
    if isinstance(holder, dict):
        holder.pop(str(path[-1]), None)
        if not holder and len(path) > 1:
            _clear(data, path[:-1])


def put(data: Any, path: Path, value: Any) -> None:
    """Set the value at a path, making objects and rows on the way."""
    for part, following in itertools.pairwise(path):
        empty: Any = [] if isinstance(following, int) else {}
        if isinstance(part, int):
            while len(data) <= part:
                data.append({})
            data = data[part]
        else:
            if not isinstance(data.get(part), type(empty)):
                data[part] = empty
            data = data[part]
    if isinstance(path[-1], int):
        while len(data) <= path[-1]:
            data.append(None)
    data[path[-1]] = value
