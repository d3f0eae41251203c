"""Makes expressions by chance, of the everyday parts of FEEL, over a small context."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

#: the variables that generated expressions read
CONTEXT: dict[str, Any] = {
    "n": 7,
    "m": -3,
    "z": 0,
    "s": "电力 connection",
    "t": "b",
    "yes": True,
    "nothing": None,
    "xs": [3, 1, 2],
    "words": ["a", "b", "c"],
    "rows": [{"k": 1, "w": "a"}, {"k": 5, "w": "b"}, {"k": 9, "w": "c"}],
    "c": {"k": 4, "d": {"w": "deep"}},
}


class Generator:
    """Expressions of a wanted kind, nested at most `depth` deep."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def pick(self, *makers: Callable[[], str]) -> str:
        return self.random.choice(makers)()

    def one(self, *texts: str) -> str:
        return self.random.choice(texts)

    def any(self, depth: int = 3) -> str:
        """Return an expression of any kind."""
        return self.pick(
            lambda: self.number(depth), lambda: self.logical(depth), lambda: self.text(depth), lambda: self.list(depth)
        )

    def number(self, depth: int) -> str:
        if depth == 0:
            return self.one("n", "m", "z", "1", "2", "10", "0.5", "c.k", "-1", "rows[1].k", "xs[-1]")
        inner = lambda: self.number(depth - 1)  # noqa: E731
        return self.pick(
            lambda: self.number(0),
            lambda: f"{inner()} {self.one('+', '-', '*')} {inner()}",
            lambda: f"({inner()} {self.one('+', '-', '*')} {inner()})",
            lambda: f"{self.one('abs', 'floor', 'ceiling')}({inner()})",
            lambda: f"modulo({inner()}, {self.one('2', '3', '5')})",
            lambda: f"(if {self.logical(depth - 1)} then {inner()} else {inner()})",
            lambda: f"{self.one('sum', 'min', 'max', 'count')}({self.numbers(depth - 1)})",
            lambda: f"string length({self.text(depth - 1)})",
            lambda: f"{{a: {inner()}, b: a + 1}}.b",
            lambda: f"-({inner()})",
        )

    def text(self, depth: int) -> str:
        if depth == 0:
            return self.one("s", "t", '"a"', '"b"', '""', "c.d.w", "words[2]")
        inner = lambda: self.text(depth - 1)  # noqa: E731
        return self.pick(
            lambda: self.text(0),
            lambda: f"{inner()} + {inner()}",
            lambda: f"{self.one('upper case', 'lower case')}({inner()})",
            lambda: f"substring before({inner()}, {self.one(chr(34) + 'c' + chr(34), 't')})",
            lambda: f"(if {self.logical(depth - 1)} then {inner()} else {inner()})",
            lambda: f"string join(words, {inner()})",
            lambda: f"substring(s, {self.one('1', '2', '-3')}, {self.one('1', '2')})",
        )

    def logical(self, depth: int) -> str:
        if depth == 0:
            return self.one("yes", "true", "false", "n > 3", "nothing = null", 't = "b"')
        inner = lambda: self.logical(depth - 1)  # noqa: E731
        number = lambda: self.number(depth - 1)  # noqa: E731
        return self.pick(
            lambda: self.logical(0),
            lambda: f"{number()} {self.one('<', '<=', '>', '>=', '=', '!=')} {number()}",
            lambda: f"{self.text(depth - 1)} {self.one('=', '!=')} {self.text(depth - 1)}",
            lambda: f"({inner()}) {self.one('and', 'or')} ({inner()})",
            lambda: f"not({inner()})",
            lambda: f"({number()}) between {self.one('0', 'm')} and {self.one('5', 'n')}",
            lambda: f"({number()}) in {self.one('[1..7]', '(0..5)', '[z..n)', '(1, 2, > 5)', '(< 0, >= 7)')}",
            lambda: f"{self.one('some', 'every')} i in {self.numbers(depth - 1)} satisfies i > {number()}",
            lambda: f"{self.one('contains', 'starts with', 'ends with')}({self.text(depth - 1)}, {self.text(0)})",
            lambda: f"list contains({self.numbers(depth - 1)}, {number()})",
        )

    def numbers(self, depth: int) -> str:
        if depth <= 0:
            return self.one("xs", "rows.k", "[1, 2, 3]", "[4]")
        return self.pick(
            lambda: self.numbers(0),
            lambda: f"for i in {self.numbers(depth - 1)} return i {self.one('+', '*')} {self.number(0)}",
            lambda: f"(xs[item > {self.number(0)}])",
            lambda: f"reverse({self.numbers(depth - 1)})",
            lambda: f"concatenate({self.numbers(depth - 1)}, {self.numbers(0)})",
            lambda: f"append({self.numbers(depth - 1)}, {self.number(0)})",
            lambda: f"distinct values({self.numbers(depth - 1)})",
            lambda: f"sort({self.numbers(depth - 1)}, function(a, b) a < b)",
            lambda: f"(rows[k > {self.number(0)}].k)",
            lambda: "for i in 1..3, j in 1..2 return i * j",
        )

    def list(self, depth: int) -> str:
        return self.pick(
            lambda: self.numbers(depth - 1),
            lambda: f"words[item != {self.text(0)}]",
            lambda: f'split({self.text(depth - 1)}, " ")',
            lambda: f"[{self.any(depth - 1)}, {self.number(depth - 1)}]" if depth > 1 else "words",
            lambda: f"for r in rows return r.w + {self.text(depth - 1)}",
        )
