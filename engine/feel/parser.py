"""Parses an expression or unary tests into a syntax tree (grammar: DMN 1.5, 10.3.1.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation, Overflow

from engine.feel import limits
from engine.feel.arithmetic import DECIMAL
from engine.feel.constructs import COMPARISONS, Constructs, comparison_range
from engine.feel.moments import read_any
from engine.feel.nodes import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    Constant,
    Filter,
    InstanceOf,
    Logic,
    Membership,
    Name,
    Negation,
    Node,
    Path,
    Tests,
)
from engine.feel.tokens import CONNECTORS, Names, join, unescape
from engine.feel.types import Type

_LEVELS = {
    "or": 1, "and": 2,
    "=": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "between": 3, "in": 3,
    "+": 4, "-": 4, "*": 5, "/": 5, "**": 6, "instance": 7,
}  # fmt: skip
_WORDS = {"true": True, "false": False, "null": None}


def parse(source: str, names: Names, types: Mapping[str, Type]) -> Node:
    """Return the tree of one expression; raises FeelError."""
    parser = Parser(source, names, types)
    return parser.finish(parser.expression())


def parse_tests(source: str, names: Names, types: Mapping[str, Type]) -> Node:
    """Return the tree of unary tests, a decision table's cell; raises FeelError."""
    parser = Parser(source, names, types)
    return parser.finish(parser.unary_tests())


class Parser(Constructs):
    """Recursive descent with precedence climbing."""

    __slots__ = ()

    def finish(self, tree: Node) -> Node:
        """Return the tree when nothing is left to read."""
        if self.tokens[self.pos][0] != "end":
            raise self.unexpected()
        return tree

    def expression(self) -> Node:
        """Read any expression."""
        self.enter()
        found = self.binary(1)
        self.depth -= 1
        return found

    def binary(self, floor: int, left: Node | None = None) -> Node:
        """Read operators that bind at least as tightly as `floor`; `left` is an operand already read."""
        if left is None:
            left = self.unary()
        while True:
            _, text, at = self.tokens[self.pos]
            level = _LEVELS.get(text, 0)
            if level < floor or not level:
                return left
            if level == 3:
                left = self.comparison(left, text, at)
            elif level == 7:
                self.pos += 1
                self.expect("of")
                left = InstanceOf(at, left, self.type())
            elif level < 3:
                left = self.logic(left, text, level, at)
            else:
                left = self.arithmetic(left, level, at)

    def logic(self, first: Node, word: str, level: int, at: int) -> Node:
        """Read a chain of `and` or of `or`."""
        operands = [first]
        while self.accept(word):
            operands.append(self.binary(level + 1))
        return Logic(at, word, operands)

    def arithmetic(self, first: Node, level: int, at: int) -> Node:
        """Read a chain of operators of one level."""
        rest: list[tuple[str, Node, int]] = []
        while _LEVELS.get(self.tokens[self.pos][1]) == level:
            _, operator, place = self.tokens[self.pos]
            self.pos += 1
            rest.append((operator, self.binary(level + 1), place))
        return Arithmetic(at, first, rest)

    def comparison(self, left: Node, operator: str, at: int) -> Node:
        """Read the right side of a comparison, `between` or `in`."""
        self.pos += 1
        if operator == "between":
            low = self.binary(4)
            self.expect("and")
            return Between(at, left, low, self.binary(4))
        if operator == "in":
            return Membership(at, left, self.in_tests())
        return Comparison(at, operator, left, self.binary(4))

    def unary(self) -> Node:
        """Read an operand with its signs."""
        _, text, at = self.tokens[self.pos]
        if text == "-":
            self.enter()
            self.pos += 1
            operand = self.unary()
            self.depth -= 1
            return Negation(at, operand)
        return self.postfix(self.primary())

    def postfix(self, node: Node) -> Node:
        """Read what may follow an operand: .name [filter] (arguments)."""
        links = 0
        while True:
            text = self.tokens[self.pos][1]
            if text == ".":
                node = self.path(node)
            elif text == "[" and self.filter_follows():
                node = self.filter(node)
            elif text == "(":
                node = self.call(node)
            else:
                return node
            links += 1
            if links > limits.DEPTH:
                raise self.error("一连串的 . [ ] ( ) 太长", "too many . [ ] ( ) after one another")

    def path(self, node: Node) -> Node:
        """Read `.name`."""
        at = self.tokens[self.pos][2]
        self.pos += 1
        if self.tokens[self.pos][0] != "name":
            raise self.unexpected()
        return Path(at, node, self.name())

    def filter_follows(self) -> bool:
        """Say whether `[` opens a filter; it may also close a range, as in [1..10[."""
        kind, text, _ = self.tokens[self.pos + 1]
        return (
            kind != "end"
            and text not in CONNECTORS
            and text not in (")", ",", ".", "}", "=", "!=", "*", "/", "+", "..")
        )

    def filter(self, node: Node) -> Node:
        """Read `[condition]`."""
        at = self.tokens[self.pos][2]
        self.pos += 1
        condition = self.expression()
        self.expect("]")
        return Filter(at, node, condition)

    def call(self, node: Node) -> Node:
        """Read `(arguments)`, all by position or all by name."""
        at = node.at
        self.pos += 1
        arguments: list[Node] = []
        names: list[str] | None = None
        if self.key_length():
            names = []
        while not self.at(")"):
            if names is not None:
                names.append(self.argument_name())
            arguments.append(self.expression())
            if not self.accept(","):
                break
        self.expect(")")
        return Call(at, node, arguments, names)

    def argument_name(self) -> str:
        """Read `name:`."""
        length = self.key_length()
        if not length:
            raise self.error("参数要么都写名称，要么都不写", "name all arguments or none")
        name = join(self.tokens[self.pos : self.pos + length])
        self.pos += length + 1
        return name

    def primary(self) -> Node:
        """Read an operand without what follows it."""
        kind, text, at = self.tokens[self.pos]
        if kind == "number":
            self.pos += 1
            return Constant(at, self.number(text, at))
        if kind == "string":
            self.pos += 1
            return Constant(at, unescape(text, self.source, at))
        if kind == "name":
            return self.word(text, at)
        if kind == "at":
            self.pos += 1
            spelt = unescape(text[1:].lstrip(), self.source, at)
            value = read_any(spelt)
            return Constant(at, value, spelt if value is None else "")
        opener = _OPENERS.get(text)
        if opener is None:
            raise self.unexpected()
        return opener(self)

    def number(self, text: str, at: int) -> Decimal:
        """Return the number that a literal spells, in 34 digits."""
        try:
            return DECIMAL.create_decimal(text)
        except (InvalidOperation, Overflow):
            raise self.error("数字太大", "the number is too large", at) from None

    def word(self, text: str, at: int) -> Node:
        """Read a keyword construct or a name."""
        reader = _KEYWORD_READERS.get(text)
        if reader is None and text not in _WORDS and text not in CONNECTORS:
            return Name(at, self.name())
        count, known = self.names.match(self.tokens, self.pos)
        if count:
            self.pos += count
            return Name(at, known)
        if reader is not None:
            return reader(self)
        if text in _WORDS:
            self.pos += 1
            return Constant(at, _WORDS[text])
        raise self.unexpected()

    def in_tests(self) -> list[Node]:
        """Read what follows `in`: one test, or several in parentheses."""
        if not self.at("("):
            return [self.test(4)]
        at = self.tokens[self.pos][2]
        self.pos += 1
        tests = self.test_list()
        if len(tests) == 1 and self.at(".."):
            return [self.binary(4, self.postfix(self.range_end(at, tests[0], False)))]
        self.expect(")")
        if len(tests) > 1:
            return tests
        # One thing in parentheses may be the first operand of more: x in (a + b) * c.
        return [self.binary(4, self.postfix(tests[0]))]

    def unary_tests(self) -> Node:
        """Read the tests of a decision table's cell: `-`, `not(...)` or several joined by commas."""
        at = self.tokens[0][2]
        if self.at("-") and self.tokens[1][0] == "end":
            self.pos += 1
            return Constant(at, True)
        if self.at("not") and self.tokens[1][1] == "(":
            negated = self.negated_tests(at)
            if negated is not None:
                return negated
        return Tests(at, self.test_list(), False)

    def negated_tests(self, at: int) -> Node | None:
        """Read not(tests) when it spans the whole cell."""
        self.pos = 2
        tests = self.test_list()
        if self.at(")") and self.tokens[self.pos + 1][0] == "end":
            self.pos += 1
            return Tests(at, tests, True)
        self.pos = 0
        return None

    def test_list(self) -> list[Node]:
        """Read tests joined by commas."""
        tests = [self.test(1)]
        while self.accept(","):
            tests.append(self.test(1))
        return tests

    def test(self, level: int) -> Node:
        """Read one test: a comparison without left side, or an expression."""
        _, operator, at = self.tokens[self.pos]
        if operator in COMPARISONS:
            self.pos += 1
            return comparison_range(at, operator, self.operand())
        return self.expression() if level == 1 else self.operand()


_OPENERS: dict[str, Callable[[Parser], Node]] = {
    "(": Parser.round,
    "[": Parser.square,
    "]": Parser.turned,
    "{": Parser.context,
}
_KEYWORD_READERS: dict[str, Callable[[Parser], Node]] = {
    "if": Parser.condition,
    "for": Parser.loop,
    "some": Parser.quantified,
    "every": Parser.quantified,
    "function": Parser.function,
}
