"""Variables live in scopes: the process, a sub-process, a multi-instance item, an activity with mappings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from decimal import Decimal
from typing import Any

from engine.feel import Function, from_json, to_feel, to_json

Variables = dict[str, object]
#: Types of values that are values of FEEL already.
_AS_THEY_ARE = frozenset({type(None), bool, str, Decimal})


class Layer:
    """The variables of one scope, each as a value, in its saved form, or both.

    A restored instance decodes a variable when it is first looked at, and saving encodes only what was written since:
    most steps touch few of them.
    """

    __slots__ = ("_saved", "_values", "parent", "written")

    def __init__(
        self, parent: str | None, saved: dict[str, Any] | None = None, written: Iterable[str] | None = None
    ) -> None:
        self.parent = parent
        #: Names written since the scope began, where somebody will ask for them: in called processes.
        self.written: set[str] | None = None if written is None else set(written)
        self._values: Variables = {}
        self._saved: dict[str, Any] = {} if saved is None else saved

    def __contains__(self, name: str) -> bool:
        return name in self._values or name in self._saved

    def __getitem__(self, name: str) -> object:
        try:
            return self._values[name]
        except KeyError:
            value = self._values[name] = from_json(self._saved[name])
            return value

    def __setitem__(self, name: str, value: object) -> None:
        self._values[name] = to_feel(value)
        self._saved.pop(name, None)
        if self.written is not None:
            self.written.add(name)

    def update(self, variables: Mapping[str, object]) -> None:
        """Set variables; values that need no conversion are taken as they are, because most are such."""
        values, saved = self._values, self._saved
        for name, value in variables.items():
            values[name] = value if type(value) in _AS_THEY_ARE else to_feel(value)
            if saved:
                saved.pop(name, None)
        if self.written is not None:
            self.written.update(variables)

    def all(self) -> Variables:
        """Return all variables as a new dict."""
        values = self._values
        for name, data in self._saved.items():
            if name not in values:
                values[name] = from_json(data)
        return dict(values)

    def saved(self) -> dict[str, Any]:
        """Return the tagged JSON of all variables; not to be changed."""
        saved = self._saved
        for name, value in self._values.items():
            if name not in saved:
                saved[name] = to_json(value)
        return saved


class Scopes:
    """The table of scopes of one instance, by id.

    A write goes to the nearest scope that has the name, else to the outermost one (the rule of Camunda).
    """

    def __init__(self) -> None:
        self.table: dict[str, Layer] = {}
        #: Names written since the last look; conditional events ask for them.
        self.changed: set[str] = set()

    def open(self, id: str, parent: str | None, variables: Mapping[str, object] | None = None) -> str:
        """Add a scope with values of its own."""
        self.table[id] = Layer(parent)
        if variables:
            self.write_local(id, variables)
        return id

    def follow(self, id: str) -> None:
        """Keep the names that are written to a scope from now on."""
        self.table[id].written = set()

    def results(self, id: str) -> Variables:
        """Return what was written to a scope since it is followed; all of it when it is not."""
        layer = self.table[id]
        return layer.all() if layer.written is None else {name: layer[name] for name in layer.written}

    def own(self, id: str) -> Variables:
        """Return the variables of exactly this scope."""
        return self.table[id].all()

    def visible(self, id: str) -> Variables:
        """Return everything visible from a scope, as a new dict; inner names hide outer ones."""
        layer = self.table[id]
        return layer.all() if layer.parent is None else self.visible(layer.parent) | layer.all()

    def write(self, id: str, variables: Mapping[str, object]) -> None:
        """Set variables where they are known, new ones in the outermost scope."""
        layer = self.table[id]
        if layer.parent is None:
            layer.update(variables)
        else:
            for name, value in variables.items():
                self.owner(id, name)[name] = value
        self.changed.update(variables)

    def write_local(self, id: str, variables: Mapping[str, object]) -> None:
        """Set variables in exactly this scope."""
        self.table[id].update(variables)
        self.changed.update(variables)

    def owner(self, id: str, name: str) -> Layer:
        """Return the nearest scope that has a name, else the outermost one."""
        layer = self.table[id]
        while layer.parent is not None and name not in layer:
            layer = self.table[layer.parent]
        return layer

    def sweep(self, roots: Iterable[str]) -> None:
        """Forget every scope that none of the roots can see."""
        kept: set[str] = set()
        for id in roots:
            current: str | None = id
            while current is not None and current not in kept:
                kept.add(current)
                current = self.table[current].parent
        if len(kept) < len(self.table):
            self.table = {id: layer for id, layer in self.table.items() if id in kept}


class Context(Mapping[str, Any]):
    """What an expression sees: the functions of the host, then the variables of a scope and those around it."""

    __slots__ = ("_functions", "_id", "_scopes")

    def __init__(self, scopes: Scopes, id: str, functions: Mapping[str, Function]) -> None:
        self._scopes = scopes
        self._id = id
        self._functions = functions

    def __getitem__(self, name: str) -> object:
        if name in self._functions:
            return self._functions[name]
        return self._scopes.owner(self._id, name)[name]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (name in self._functions or name in self._scopes.owner(self._id, name))

    def __iter__(self) -> Iterator[str]:
        return iter({**self._scopes.visible(self._id), **self._functions})

    def __len__(self) -> int:
        return sum(1 for _ in self)


class View(MutableMapping[str, Any]):
    """The variables as one token sees them, in the place where the library keeps its data."""

    def __init__(self, scopes: Scopes, id: str) -> None:
        self._scopes = scopes
        self._id = id

    def __getitem__(self, name: str) -> object:
        return self._scopes.owner(self._id, name)[name]

    def __setitem__(self, name: str, value: object) -> None:
        self._scopes.write(self._id, {name: value})

    def __delitem__(self, name: str) -> None:
        raise TypeError("Variables are set to null, never deleted.")

    def __iter__(self) -> Iterator[str]:
        return iter(self._scopes.visible(self._id))

    def __len__(self) -> int:
        return len(self._scopes.visible(self._id))

    def __deepcopy__(self, memo: dict[int, object]) -> View:
        return self
