"""Compiled expressions: the public face of the language."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache

from engine.feel.builtins.catalogue import BUILTINS
from engine.feel.compiler import MAKERS, Compiler
from engine.feel.errors import Exhausted, Warning
from engine.feel.members import PROPERTIES
from engine.feel.nodes import Call, Constant, Interval, Name, Negation, Node, Tests
from engine.feel.parser import parse, parse_tests
from engine.feel.points import points
from engine.feel.scope import Run, Scope, warnings_of
from engine.feel.tokens import Names
from engine.feel.types import Type
from engine.feel.values import Closure, Value

_LANGUAGE = Names([*BUILTINS, *(name for _, name in PROPERTIES), "time offset", "start included", "end included"])


class Expression:
    """An expression ready to be evaluated, any number of times and from any thread."""

    __slots__ = ("source", "names", "called", "tests", "negated", "points", "senseless", "known", "_closure", "_local")

    def __init__(
        self,
        source: str,
        closure: Closure,
        names: frozenset[str],
        called: frozenset[str] = frozenset(),
        tests: tuple[Value, ...] | None = None,
        negated: bool = False,
        points: tuple[Value, ...] | None = None,
        senseless: tuple[str, ...] = (),
    ) -> None:
        self.source = source
        self.names = names  # variables that it reads
        self.called = called  # functions that only the caller can give
        #: the values and ranges a cell asks for when they are constant, else None
        self.tests = tests
        #: whether the cell asks for anything but these
        self.negated = negated
        #: the values at which the answer of a cell may change; None when it depends on more than its input
        self.points = points
        #: what is written in it as a date, time or duration and is none, such as `2026-02-30`
        self.senseless = senseless
        #: the names that it was read with
        self.known: tuple[str, ...] = ()
        self._closure, self._local = closure, threading.local()

    def evaluate(self, context: Mapping[str, object], run: Run | None = None) -> Value:
        """Return the value in a context; type errors give None and a warning.

        Raises FeelError when the evaluation reaches a limit. Expressions given the same `run` share its budget.
        """
        own = Run() if run is None else run
        try:
            return self._closure(Scope(context, None, own, self.source))
        except RecursionError:
            raise Exhausted("运算嵌套太深", "the evaluation is nested too deeply") from None
        finally:
            # Only the notes: a run also knows the caller's values, which must not outlive the evaluation here.
            self._local.notes = own.notes

    @property
    def warnings(self) -> list[Warning]:
        """Why parts became null in the last evaluation of this thread."""
        return warnings_of(getattr(self._local, "notes", ()))

    def __repr__(self) -> str:
        return f"Expression({self.source!r})"


class Types:
    """Named types of a model; compared by identity, so that expressions can be cached by it."""

    __slots__ = ("named",)

    def __init__(self, named: Mapping[str, Type]) -> None:
        self.named = named


_NO_TYPES = Types({})


def compile(source: str, names: Sequence[str] = (), types: Types = _NO_TYPES) -> Expression:
    """Return the expression written in `source`; raises FeelError.

    `names` are the variables that may be used, needed for names with blanks or signs; `types` the model's own types.
    """
    return _compiled(source, tuple(names), types)


def unary_tests(source: str, names: Sequence[str] = (), types: Types = _NO_TYPES) -> Expression:
    """Return the tests of a decision table's cell; evaluated, they answer True, False or None for variable `?`."""
    return _compiled_tests(source, tuple(names), types)


@lru_cache(maxsize=8192)
def _compiled(source: str, names: tuple[str, ...], types: Types) -> Expression:
    return _finish(source, parse(source, known_names(names), types.named), names)


@lru_cache(maxsize=8192)
def _compiled_tests(source: str, names: tuple[str, ...], types: Types) -> Expression:
    tree = parse_tests(source, known_names(names), types.named)
    negated = type(tree) is Tests and tree.negated
    changing = () if source.strip() == "-" else points(tree, is_constant, _value_of)
    return _finish(source, tree, names, constant_tests(tree), negated, changing)


def _finish(
    source: str,
    tree: Node,
    names: tuple[str, ...],
    tests: tuple[Value, ...] | None = None,
    negated: bool = False,
    changing: tuple[Value, ...] | None = None,
) -> Expression:
    compiler = Compiler(frozenset(names), source)
    closure = compiler.compile(tree)
    free, called, senseless = frozenset(compiler.free), frozenset(compiler.called), tuple(compiler.senseless)
    found = Expression(source, closure, free, called, tests, negated, changing, senseless)
    found.known = names
    return found


def constant_tests(tree: Node) -> tuple[Value, ...] | None:
    """Return the values that a cell's tests are about, None when they depend on variables."""
    if type(tree) is not Tests or not all(map(is_constant, tree.tests)):
        return None
    found = tuple(map(_value_of, tree.tests))
    return None if None in found else found


def _value_of(node: Node) -> Value:
    """Return the value of a node that never changes."""
    return Compiler(frozenset()).compile(node)(Scope({}, None, Run()))


def is_constant(node: Node) -> bool:
    """Say whether a node's value never changes: literals, their ranges, and dates written as calls."""
    if type(node) is Negation:
        return is_constant(node.operand)
    if type(node) is Interval:
        return is_constant(node.start) and is_constant(node.end)
    if type(node) is Call:
        made = type(node.function) is Name and node.function.name in MAKERS and all(map(is_constant, node.arguments))
        return made and _value_of(node) is not None
    return type(node) is Constant and not node.spelt


@lru_cache(maxsize=1024)
def known_names(names: tuple[str, ...]) -> Names:
    """Return the names of the language together with the caller's."""
    return Names(names, _LANGUAGE) if names else _LANGUAGE
