"""Variables live in scopes: the process, a sub-process, a multi-instance item, an activity with mappings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Any

from engine.feel import to_feel

Variables = dict[str, object]


class Scopes:
    """The table of scopes of one instance: id -> (id of the enclosing scope, variables).

    A write goes to the nearest scope that has the name, else to the outermost one (the rule of Camunda).
    """

    def __init__(self) -> None:
        self.table: dict[str, tuple[str | None, Variables]] = {}
        #: Names written since the last look; conditional events ask for them.
        self.changed: set[str] = set()

    def open(self, id: str, parent: str | None, variables: Mapping[str, object] | None = None) -> str:
        """Add a scope with values of its own."""
        self.table[id] = (parent, {name: to_feel(value) for name, value in (variables or {}).items()})
        self.changed.update(variables or ())
        return id

    def own(self, id: str) -> Variables:
        """Return the variables of exactly this scope."""
        return self.table[id][1]

    def visible(self, id: str) -> Variables:
        """Return everything visible from a scope, as a new dict; inner names hide outer ones."""
        parent, variables = self.table[id]
        return dict(variables) if parent is None else {**self.visible(parent), **variables}

    def write(self, id: str, variables: Mapping[str, object]) -> None:
        """Set variables where they are known, new ones in the outermost scope."""
        for name, value in variables.items():
            self._owner(id, name)[name] = to_feel(value)
        self.changed.update(variables)

    def write_local(self, id: str, variables: Mapping[str, object]) -> None:
        """Set variables in exactly this scope."""
        self.own(id).update((name, to_feel(value)) for name, value in variables.items())
        self.changed.update(variables)

    def _owner(self, id: str, name: str) -> Variables:
        parent, variables = self.table[id]
        while parent is not None and name not in variables:
            parent, variables = self.table[parent]
        return variables

    def lookup(self, id: str, name: str) -> object:
        """Return one visible variable; `KeyError` when there is none."""
        return self._owner(id, name)[name]

    def sweep(self, roots: Iterable[str]) -> None:
        """Forget every scope that none of the roots can see."""
        kept: set[str] = set()
        for id in roots:
            current: str | None = id
            while current is not None and current not in kept:
                kept.add(current)
                current = self.table[current][0]
        if len(kept) < len(self.table):
            self.table = {id: entry for id, entry in self.table.items() if id in kept}


class View(MutableMapping[str, Any]):
    """The variables as one token sees them, in the place where the library keeps its data."""

    def __init__(self, scopes: Scopes, id: str) -> None:
        self._scopes = scopes
        self._id = id

    def __getitem__(self, name: str) -> object:
        return self._scopes.lookup(self._id, name)

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
