"""Turns a syntax tree into one Python closure: names, constants, conditions, literals."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel import limits
from engine.feel.builtins.catalogue import BUILTINS
from engine.feel.calls import call_builtin, call_value
from engine.feel.domain import ATOMS, enter
from engine.feel.errors import FeelError, place
from engine.feel.loops import for_loop, quantified_loop
from engine.feel.members import filtered, member
from engine.feel.nodes import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    Condition,
    Constant,
    ContextLiteral,
    Filter,
    For,
    FunctionLiteral,
    InstanceOf,
    Interval,
    ListLiteral,
    Logic,
    Membership,
    Name,
    Negation,
    Node,
    Path,
    Quantified,
    Tests,
)
from engine.feel.operators import arithmetic, between, comparison, interval, logic, membership, negation, unary
from engine.feel.scope import Run, Scope
from engine.feel.values import Closure, Lambda, Value

#: functions whose answer only the caller knows: never taken from the language itself
_FROM_CALLER = frozenset({"now", "today"})


class Compiler:
    """Compiles the nodes of one expression, knowing which names are bound where."""

    def __init__(self, names: frozenset[str], source: str = "") -> None:
        self.source = source
        #: how many nodes around the one in work
        self.height = 0
        #: names the caller has announced
        self.names = names
        #: names bound by enclosing constructs, innermost last; None stands for a filter, whose names are not known
        self.bound: list[frozenset[str] | None] = []
        #: names read from the caller's context
        self.free: set[str] = set()
        #: those of them that are called, and are no functions of the language
        self.called: set[str] = set()
        #: how often `?` has been read
        self.questions = 0
        #: how often `item` has been read
        self.items = 0
        #: what is written as a date, time or duration and is none
        self.senseless: list[str] = []
        #: how many nodes have been compiled: what one evaluation of them costs
        self.nodes = 0

    def compile(self, node: Node) -> Closure:
        """Return the closure of a node."""
        self.nodes += _weight(node)
        self.height += 1
        if self.height > limits.HEIGHT:
            raise FeelError(
                f"{limits.HEIGHT} 多个部分一层套一层；请拆成几步",
                *place(self.source, node.at),
                f"more than {limits.HEIGHT} parts inside one another; split the expression",
            )
        closure = _COMPILERS[type(node)](self, node)
        self.height -= 1
        return closure

    def within(self, names: frozenset[str] | None, node: Node) -> Closure:
        """Return the closure of a node that sees some more names."""
        self.bound.append(names)
        try:
            return self.compile(node)
        finally:
            self.bound.pop()

    def test(self, node: Node, names: frozenset[str]) -> tuple[Closure, frozenset[type]]:
        """Return the closure of a test, and for which values (by type) a boolean result is itself the answer."""
        before = self.questions
        closure = self.within(names, node) if names else self.compile(node)
        if self.questions > before:
            return closure, _ALL
        return closure, frozenset() if type(node) is Constant else _ALL - {bool, type(None)}

    def condition_of(self, node: Node) -> tuple[Closure, bool, int]:
        """Return the closure of a filter's condition, whether it reads `item`, and what an item costs."""
        before, nodes = self.items, self.nodes
        closure = self.within(None, node)
        return closure, self.items > before, limits.TURN + self.nodes - nodes

    def is_bound(self, name: str) -> bool:
        """Say whether an enclosing construct surely binds a name."""
        return any(names is not None and name in names for names in self.bound)

    def note_free(self, name: str) -> None:
        """Remember a name that the caller's context must give; inside a filter it may be a field of the item."""
        if not self.is_bound(name) and (None not in self.bound or name in self.names):
            self.free.add(name)

    def constant(self, node: Constant) -> Closure:
        """Compile a literal."""
        value, spelt, at = node.value, node.spelt, node.at
        if value is None and spelt:
            self.senseless.append(spelt)
            short = spelt if len(spelt) <= 40 else spelt[:40] + "…"
            told = f"'{short}' is no date, time or duration"
            return lambda scope: scope.warn(at, f"“{short}”不是日期、时间或时长", told)
        return lambda scope: value

    def name(self, node: Name) -> Closure:
        """Compile a variable, or a function of the language as a value."""
        self.questions += node.name == "?"
        self.items += node.name == "item"
        if node.name not in BUILTINS or node.name in self.names:
            self.note_free(node.name)
        if node.name == "partial" and self.is_bound("partial"):
            return _snapshot(_local(node.name, node.at))
        return _local(node.name, node.at) if self.bound else _global(node.name, node.at)

    def path(self, node: Path) -> Closure:
        """Compile source.name"""
        source, name, at = self.shallow(node.source), node.name, node.at

        def path(scope: Scope) -> Value:
            value = source(scope)
            if type(value) is dict and name in value:
                found = value[name]
                return found if type(found) in ATOMS else enter(found, scope.run)
            return member(value, name, scope, at)

        return path

    def shallow(self, node: Node) -> Closure:
        """Return the closure of a path's source; the caller's dicts are not looked through, only their field is."""
        if type(node) is Name and not self.bound:
            self.questions += node.name == "?"
            self.note_free(node.name)
            return _global_dict(node.name, node.at)
        if type(node) is Path:
            source, name, at = self.shallow(node.source), node.name, node.at

            def path(scope: Scope) -> Value:
                value = source(scope)
                if type(value) is dict and type(value.get(name)) is dict:
                    return value[name]
                return enter(member(value, name, scope, at), scope.run)

            return path
        return self.compile(node)

    def filter(self, node: Filter) -> Closure:
        """Compile source[condition]"""
        return filtered(self, node)

    def call(self, node: Call) -> Closure:
        """Compile a call; functions of the language are bound while compiling."""
        arguments = [self.compile(argument) for argument in node.arguments]
        names, at = node.names, node.at
        if type(node.function) is Name:
            name = node.function.name
            builtin = BUILTINS.get(name)
            if builtin and name not in self.names and name not in _FROM_CALLER and not self.is_bound(name):
                made = call_builtin(builtin, arguments, names, at)
                return self.folded(made, node) if name in MAKERS and _are_constants(node.arguments) else made
            if builtin is None and not self.is_bound(name):
                self.called.add(name)
        function = self.compile(node.function)
        return call_value(function, arguments, names, at, node.function)

    def folded(self, call: Closure, node: Call) -> Closure:
        """Call once, while compiling; a call without value stays, to warn whenever it is made."""
        value = call(Scope({}, None, Run()))
        if value is not None:
            return lambda scope: value
        given = [argument.value for argument in node.arguments if isinstance(argument, Constant)]
        if given and None not in given:
            self.senseless.append("-".join(map(str, given)))
        return call

    def condition(self, node: Condition) -> Closure:
        """Compile if ... then ... else ..."""
        test, then, otherwise = self.compile(node.test), self.compile(node.then), self.compile(node.otherwise)
        at = node.at

        def condition(scope: Scope) -> Value:
            found = test(scope)
            if found is True:
                return then(scope)
            if found is not False:
                scope.warn(at, "if 的条件不是是否值，按“否”处理", "the condition of if is no boolean, taken as false")
            return otherwise(scope)

        return condition

    def list_literal(self, node: ListLiteral) -> Closure:
        """Compile [items]"""
        items = [self.compile(item) for item in node.items]
        return lambda scope: [item(scope) for item in items]

    def context_literal(self, node: ContextLiteral) -> Closure:
        """Compile {entries}: each sees those before it."""
        names: set[str] = set()
        entries: list[tuple[str, Closure]] = []
        for key, value in node.entries:
            # A function may call itself by the key it stands under.
            own = {key} if type(value) is FunctionLiteral else set()
            entries.append((key, self.within(frozenset(names | own), value)))
            names.add(key)
        if len(names) < len(entries):
            at = node.at
            return lambda scope: scope.warn(at, "同一个键出现了两次", "a key occurs twice")

        def context_literal(scope: Scope) -> Value:
            values: dict[str, Value] = {}
            inner = Scope(values, scope, scope.run)
            for key, value in entries:
                values[key] = value(inner)
            return values

        return context_literal

    def function_literal(self, node: FunctionLiteral) -> Closure:
        """Compile function(parameters) body"""
        parameters, types, at = tuple(node.parameters), tuple(node.types), node.at
        if node.body is None:
            return lambda scope: scope.warn(at, "外部函数不被执行", "external functions are never run")
        before = self.nodes
        body = self.within(frozenset(parameters), node.body)
        cost = self.nodes - before
        return lambda scope: Lambda(parameters, types, body, scope, cost)

    def instance_of(self, node: InstanceOf) -> Closure:
        """Compile value instance of type"""
        value, wanted = self.compile(node.value), node.type
        return lambda scope: wanted.is_instance(value(scope), scope.run)


def _weight(node: Node) -> int:
    """Return the steps of evaluating a node once, those of its parts left out."""
    if isinstance(node, Arithmetic):
        return 2 if len(node.rest) == 1 else 1 + limits.LINK * len(node.rest)
    if isinstance(node, Membership):
        return 1 + len(node.tests) * limits.TEST
    if isinstance(node, ContextLiteral):
        return 1 + limits.CONTEXT + len(node.entries) // 2
    if isinstance(node, ListLiteral):
        return 1 + limits.LIST
    if isinstance(node, For | Quantified):
        return 1 + limits.LOOP * len(node.iterators)
    return 1


def _missing(name: str, at: int, scope: Scope) -> Value:
    builtin = BUILTINS.get(name)
    if builtin is None:
        short = name if len(name) <= 40 else name[:40] + "…"
        scope.warn(at, f"没有名为“{short}”的变量", f"there is no variable named '{short}'")
    return builtin


def _global(name: str, at: int) -> Closure:
    def read(scope: Scope) -> Value:
        try:
            value = scope.base.values[name]
        except KeyError:
            return _missing(name, at, scope)
        return value if type(value) in ATOMS else enter(value, scope.run)

    return read


def _global_dict(name: str, at: int) -> Closure:
    def read(scope: Scope) -> Value:
        try:
            value = scope.base.values[name]
        except KeyError:
            return _missing(name, at, scope)
        return value if type(value) in _AS_IS else enter(value, scope.run)

    return read


#: functions whose result never changes, called with literals: dates and durations in tables and conditions
MAKERS = frozenset({"date", "time", "date and time", "duration"})


def _are_constants(nodes: list[Node]) -> bool:
    return all(type(node) is Constant for node in nodes)


def _snapshot(read: Closure) -> Closure:
    """Read the results of a loop so far; a copy, lest a result contain itself."""

    def snapshot(scope: Scope) -> Value:
        results = read(scope)
        if type(results) is not list:
            return results
        scope.run.spend(len(results) >> 3)
        return list(results)

    return snapshot


_ALL = ATOMS | {Decimal, list, dict}
_AS_IS = ATOMS | {dict}


def _local(name: str, at: int) -> Closure:
    def read(scope: Scope) -> Value:
        here: Scope | None = scope
        while here is not None:
            values = here.values
            if name in values:
                value = values[name]
                return value if type(value) in ATOMS or here.parent is not None else enter(value, scope.run)
            here = here.parent
        return _missing(name, at, scope)

    return read


_COMPILERS: dict[type, Callable[[Compiler, Any], Closure]] = {
    Constant: Compiler.constant,
    Name: Compiler.name,
    Path: Compiler.path,
    Filter: Compiler.filter,
    Call: Compiler.call,
    Condition: Compiler.condition,
    ListLiteral: Compiler.list_literal,
    ContextLiteral: Compiler.context_literal,
    FunctionLiteral: Compiler.function_literal,
    InstanceOf: Compiler.instance_of,
    Arithmetic: arithmetic,
    Comparison: comparison,
    Logic: logic,
    Negation: negation,
    Between: between,
    Membership: membership,
    Tests: unary,
    Interval: interval,
    For: for_loop,
    Quantified: quantified_loop,
}
