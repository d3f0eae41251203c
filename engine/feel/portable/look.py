"""One walk over the tree of an expression, which finds the shape of every part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from engine.feel.nodes import Name, Node, Path
from engine.feel.portable.shapes import NUMBER, TEXT, UNKNOWN, Shape

_LEARNT: Final[Mapping[str, Shape]] = {"string": TEXT, "number": NUMBER}
Rule = Callable[[Any, Any], Shape]


class _Names(dict[str, Shape]):
    """What is known of the names of one scope; in an open one any other name may be an entry of an item."""

    open = False


class Look:
    """Finds the shape of every part, and notes the words of what differs."""

    def __init__(self, source: str, shapes: Mapping[str, Shape], rules: Mapping[type, Rule]) -> None:
        self.source = source
        self.rules = rules
        self.words: set[str] = set()
        self.scopes = [_Names(shapes)]

    def shape(self, node: Node) -> Shape:
        """The shape of a node's value."""
        rule = self.rules.get(type(node))
        if rule is None:
            self.words.add("other_form")
            return UNKNOWN
        return rule(self, node)

    @contextmanager
    def inside(self, names: Mapping[str, Shape], open: bool = False) -> Iterator[None]:
        """Have more names known for a while."""
        scope = _Names(names)
        scope.open = open
        self.scopes.append(scope)
        yield
        self.scopes.pop()

    def scope_of(self, name: str) -> _Names:
        """The scope in which a name stands."""
        return next((scope for scope in reversed(self.scopes) if name in scope or scope.open), self.scopes[0])

    def expect(self, node: Node, wanted: Shape, word: str) -> Shape:
        """The shape of a node that must be of a family or null; a variable of unknown kind is taken to be so."""
        found = self.shape(node)
        if found.family == "":
            self.learn(node, wanted)
            return _LEARNT.get(wanted.family, wanted)
        if found.kind != "null" and found.family != wanted.family:
            self.words.add(word)
        return found

    def learn(self, node: Node, wanted: Shape) -> None:
        """Take a variable for what its place asks for."""
        name = dotted(node)
        if name and wanted.family not in ("", "null", "several"):
            self.scope_of(name.partition(".")[0])[name] = _LEARNT.get(wanted.family, wanted)


def dotted(node: Node) -> str:
    """The name of a variable with its path, empty for anything else."""
    if isinstance(node, Name):
        return node.name
    if not isinstance(node, Path):
        return ""
    source = dotted(node.source)
    return f"{source}.{node.name}" if source else ""
