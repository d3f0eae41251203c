"""Parses what begins with a bracket or a keyword: ranges, lists, contexts, if, for, some, every, function."""

from __future__ import annotations

from abc import abstractmethod

from engine.feel.cursor import Cursor
from engine.feel.nodes import (
    Condition,
    ContextLiteral,
    For,
    FunctionLiteral,
    Interval,
    Iterator,
    ListLiteral,
    Node,
    Quantified,
)
from engine.feel.tokens import Names, unescape
from engine.feel.types import Type

COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})


class Constructs(Cursor):
    """The constructs that close themselves; the operators between them are the parser's."""

    __slots__ = ()

    @abstractmethod
    def expression(self) -> Node:
        """Read any expression."""

    def operand(self) -> Node:
        """Read an operand that stands alone: after a comparison without left side, or as a range's end."""
        self.enter()
        found = self.binary(4)
        self.depth -= 1
        return found

    @abstractmethod
    def binary(self, floor: int, left: Node | None = None) -> Node:
        """Read operators that bind at least as tightly as `floor`."""

    def round(self) -> Node:
        """Read ( ... ): grouping, a range open at its start, or a comparison range."""
        at = self.tokens[self.pos][2]
        self.pos += 1
        operator = self.tokens[self.pos][1]
        if operator in COMPARISONS:
            self.pos += 1
            end = self.operand()
            self.expect(")")
            return comparison_range(at, operator, end)
        first = self.expression()
        if self.at(".."):
            return self.range_end(at, first, False)
        self.expect(")")
        return first

    def square(self) -> Node:
        """Read [ ... ]: a list or a range closed at its start."""
        at = self.tokens[self.pos][2]
        self.pos += 1
        if self.accept("]"):
            return ListLiteral(at, [])
        first = self.list_item()
        if self.at(".."):
            return self.range_end(at, first, True)
        items = [first]
        while self.accept(","):
            items.append(self.list_item())
        self.expect("]")
        return ListLiteral(at, items)

    def list_item(self) -> Node:
        """Read an item of a list, which may be a comparison such as `< 5`."""
        _, operator, at = self.tokens[self.pos]
        if operator in COMPARISONS:
            self.pos += 1
            return comparison_range(at, operator, self.operand())
        return self.expression()

    def turned(self) -> Node:
        """Read ]start..end...: a range open at its start."""
        at = self.tokens[self.pos][2]
        self.pos += 1
        first = self.expression()
        if not self.at(".."):
            raise self.unexpected()
        return self.range_end(at, first, False)

    def range_end(self, at: int, start: Node, included: bool) -> Node:
        """Read `..end]`, `..end)` or `..end[`."""
        self.pos += 1
        end = self.operand()
        closer = self.tokens[self.pos][1]
        if closer not in ("]", ")", "["):
            raise self.unexpected()
        self.pos += 1
        return Interval(at, start, end, included, closer == "]")

    def context(self) -> Node:
        """Read { key: value, ... }."""
        at = self.tokens[self.pos][2]
        self.pos += 1
        entries: list[tuple[str, Node]] = []
        outer = self.names
        while not self.at("}"):
            entries.append(self.entry())
            if not self.accept(","):
                break
        self.expect("}")
        self.keep_keys(outer, entries)
        return ContextLiteral(at, entries)

    def keep_keys(self, outer: Names, entries: list[tuple[str, Node]]) -> None:
        """Leave the context's names, but remember its keys: a path may ask for them later."""
        self.names = Names([key for key, _ in entries if key], outer)

    def entry(self) -> tuple[str, Node]:
        """Read `key: value`; later entries know the key."""
        kind, text, at = self.tokens[self.pos]
        if kind == "string":
            self.pos += 1
            key = unescape(text, self.source, at)
        else:
            key = self.new_name((":",))
        self.expect(":")
        return key, self.expression()

    def condition(self) -> Node:
        """Read if ... then ... else ..."""
        at = self.tokens[self.pos][2]
        self.pos += 1
        test = self.expression()
        self.expect("then")
        then = self.expression()
        self.expect("else")
        return Condition(at, test, then, self.expression())

    def loop(self) -> Node:
        """Read for ... return ..."""
        at, outer = self.tokens[self.pos][2], self.names
        iterators = self.iterators()
        self.expect("return")
        body = self.expression()
        self.names = outer
        return For(at, iterators, body)

    def quantified(self) -> Node:
        """Read some/every ... satisfies ..."""
        _, word, at = self.tokens[self.pos]
        outer = self.names
        iterators = self.iterators()
        self.expect("satisfies")
        body = self.expression()
        self.names = outer
        return Quantified(at, word == "every", iterators, body)

    def iterators(self) -> list[Iterator]:
        """Read `name in source, ...`."""
        found: list[Iterator] = []
        self.pos += 1
        while True:
            name = self.new_name(("in",))
            self.expect("in")
            source = self.expression()
            last = self.expression() if self.accept("..") else None
            found.append(Iterator(name, source, last))
            if not self.accept(","):
                return found

    def function(self) -> Node:
        """Read function(parameters) body."""
        at, outer = self.tokens[self.pos][2], self.names
        self.pos += 1
        self.expect("(")
        parameters: list[str] = []
        types: list[Type | None] = []
        while not self.at(")"):
            parameters.append(self.new_name((",", ")", ":")))
            types.append(self.type() if self.accept(":") else None)
            if not self.accept(","):
                break
        self.expect(")")
        external = self.accept("external")
        body = self.expression()
        self.names = outer
        return FunctionLiteral(at, parameters, types, None if external else body)


def comparison_range(at: int, operator: str, end: Node) -> Interval:
    """Return the range that a comparison without left side stands for."""
    return Interval(at, end, end, operator in (">=", "="), operator in ("<=", "="), operator)
