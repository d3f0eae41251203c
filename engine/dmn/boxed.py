"""Boxed expressions: decision logic in its graphical forms (DMN 1.5, chapters 7, 8 and 10.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.dmn.document import Node
from engine.dmn.errors import DmnProblem, problem
from engine.dmn.frame import HANDED, INVOKED, Evaluation, Logic, bound
from engine.dmn.itemtypes import ItemTypes
from engine.dmn.table import TableParts, table_logic
from engine.feel import Expression, FeelError, Function, Type, compile, unary_tests
from engine.findings import Said, reason

#: elements that hold decision logic
BOXED = (
    "literalExpression", "decisionTable", "context", "list", "relation", "functionDefinition", "invocation",
    "conditional", "filter", "for", "some", "every",
)  # fmt: skip
Values = Mapping[str, Any]


class Boxes:
    """Compiles boxed expressions of one model; problems are collected, not raised."""

    def __init__(self, types: ItemTypes, problems: list[DmnProblem], names: frozenset[str]) -> None:
        self.types = types
        self.problems = problems
        #: names known everywhere: components of types, host functions
        self.names = names | types.components
        #: types of the variables that the logic in work sees, as far as declared; empty inside other boxes, which may
        #: have variables of the same names
        self.variables: Mapping[str, Type] = {}
        #: all tables, and all expressions with their owner and the names they may use: what checks look at
        self.tables: list[TableParts] = []
        self.read: list[tuple[str, Expression, frozenset[str]]] = []
        #: the types of the variables that the same expressions see
        self.typed: list[Mapping[str, Type]] = []

    def logic(self, node: Node, names: frozenset[str], owner: str) -> Logic:
        """Return the logic of a boxed expression that sees `names`; `owner` is named in problems."""
        owner = node.get("id") or owner
        made = _FORMS[node.tag](self, node, names, owner)
        wanted = self.types.find(node.get("typeRef"), owner)
        if wanted is None or node.tag in ("functionDefinition",):
            return made
        return lambda values, evaluation: bound(made(values, evaluation), wanted, owner, evaluation)

    def inside(self, node: Node | None, names: frozenset[str], owner: str) -> Logic:
        """Return the logic of the boxed expression inside a wrapping element."""
        boxed = node.first(*BOXED) if node else None
        return self.logic(boxed, names, owner) if boxed else _nothing

    def expression(
        self, text: str, names: frozenset[str], owner: str, cell: tuple[int, str] | None = None
    ) -> Expression | None:
        """Return a compiled expression, None with a problem when it cannot be read; `cell` is its row and column."""
        return self._compiled(compile, text, names, owner, cell)

    def tests(
        self, text: str, names: frozenset[str], owner: str, cell: tuple[int, str] | None = None
    ) -> Expression | None:
        """Return compiled unary tests, None with a problem when they cannot be read; `cell` is their row and column."""
        return self._compiled(unary_tests, text, names, owner, cell)

    def _compiled(
        self,
        reader: Callable[..., Expression],
        text: str,
        names: frozenset[str],
        owner: str,
        cell: tuple[int, str] | None,
    ) -> Expression | None:
        try:
            found = reader(text.strip(), tuple(sorted(names | self.names)), self.types.plain)
        except FeelError as error:
            shown = text.strip()[:80]
            if cell is None:
                self.problems.append(problem(owner, "expression_unreadable", reason=reason(error), text=shown))
            else:
                told = {"row": cell[0], "label": cell[1], "reason": _inside(error, text), "text": shown}
                self.problems.append(problem(owner, "cell_unreadable", **told))
            return None
        self.read.append((owner, found, names))
        self.typed.append(self.variables)
        return found

    def literal(self, node: Node, names: frozenset[str], owner: str) -> Logic:
        """A FEEL text."""
        text = node.text_of("text")
        found = self.expression(text, names, owner) if text.strip() else None
        if found is None:
            return _nothing
        return lambda values, evaluation: evaluation.ask(found, values)

    def table(self, node: Node, names: frozenset[str], owner: str) -> Logic:
        """A decision table."""
        parts = TableParts(node, self, names, owner)
        self.tables.append(parts)
        return table_logic(parts)

    def context(self, node: Node, names: frozenset[str], owner: str) -> Logic:
        """Named entries that see those before them; an unnamed last one is the result."""
        entries: list[tuple[str, Type | None, Logic]] = []
        for entry in node.all("contextEntry"):
            variable = entry.first("variable")
            name = variable.get("name") if variable else ""
            wanted = self.types.find(variable.get("typeRef"), owner) if variable else None
            entries.append((name, wanted, self.inside(entry, names, owner)))
            names = names | {name} if name else names

        def context(values: Values, evaluation: Evaluation) -> Any:
            evaluation.run.spend(len(values) >> HANDED)
            inner, found = dict(values), {}
            for name, wanted, logic in entries:
                value = bound(logic(inner, evaluation), wanted, owner, evaluation)
                if not name:
                    return value
                inner[name] = found[name] = value
            return found

        return context

    def list(self, node: Node, names: frozenset[str], owner: str) -> Logic:
        """A list of expressions."""
        items = [self.logic(item, names, owner) for item in node.all(*BOXED)]
        return lambda values, evaluation: [item(values, evaluation) for item in items]

    def relation(self, node: Node, names: frozenset[str], owner: str) -> Logic:
        """A table of values: a list of contexts."""
        columns = [column.get("name") for column in node.all("column")]
        rows = [[self.logic(cell, names, owner) for cell in row.all(*BOXED)] for row in node.all("row")]
        return lambda values, evaluation: [
            {name: cell(values, evaluation) for name, cell in zip(columns, row, strict=False)} for row in rows
        ]

    def function(self, node: Node, names: frozenset[str], owner: str) -> Logic:
        """A function definition; Java and PMML functions are never run."""
        parameters = [(inner.get("name"), self.types.find(inner.get("typeRef"), owner))
                      for inner in node.all("formalParameter")]  # fmt: skip
        body = self.inside(node, names | {name for name, _ in parameters}, owner)
        wanted = self.types.find(node.get("typeRef"), owner)
        if node.get("kind") not in ("", "FEEL"):
            return lambda values, evaluation: evaluation.warn(owner, "外部函数不被执行 (external functions never run)")
        taken = tuple(name for name, _ in parameters)

        def define(values: Values, evaluation: Evaluation) -> Any:
            def implementation(*arguments: Any) -> Any:
                evaluation.run.spend(INVOKED + (len(values) >> HANDED))
                inner = dict(values)
                for (name, kind), value in zip(parameters, arguments, strict=True):
                    inner[name] = bound(value, kind, owner, evaluation)
                    if value is not None and inner[name] is None:
                        return None
                return bound(body(inner, evaluation), wanted, owner, evaluation)

            return Function(owner, taken, implementation)

        return define

    def invocation(self, node: Node, names: frozenset[str], owner: str) -> Logic:
        """A call with bindings by parameter name."""
        called = self.inside(node, names, owner)
        bindings = [((inner.first("parameter") or Node("", {})).get("name"), self.inside(inner, names, owner))
                    for inner in node.all("binding")]  # fmt: skip
        call = compile("f(a)", ("f", "a"))

        def invocation(values: Values, evaluation: Evaluation) -> Any:
            function = called(values, evaluation)
            given = {name: logic(values, evaluation) for name, logic in bindings}
            if not isinstance(function, Function):
                evaluation.warn(owner, "被调用的不是函数 (what is called is no function)")
                return None
            if set(given) - set(function.parameters):
                evaluation.warn(owner, "参数名称不对 (unknown argument name)")
                return None
            arguments = [given.get(name) for name in function.parameters]
            bundled = Function(function.name, ("a",), lambda _: function.implementation(*arguments))
            return evaluation.ask(call, {"f": bundled, "a": None})

        return invocation

    def conditional(self, node: Node, names: frozenset[str], owner: str) -> Logic:
        """if, then, else; a condition that is no boolean has no value."""
        test, then, otherwise = (self.inside(node.first(tag), names, owner) for tag in ("if", "then", "else"))

        def conditional(values: Values, evaluation: Evaluation) -> Any:
            found = test(values, evaluation)
            if found is not None and not isinstance(found, bool):
                evaluation.warn(owner, "条件不是是否值 (the condition is no boolean)")
                return None
            return then(values, evaluation) if found is True else otherwise(values, evaluation)

        return conditional

    def filter(self, node: Node, names: frozenset[str], owner: str) -> Logic:
        """The items of a list that fulfil a condition."""
        source = self.inside(node.first("in"), names, owner)
        before = len(self.read)
        match = self.inside(node.first("match"), names | {"item"}, owner)
        # The condition may read fields of the items, which nobody declares.
        del self.read[before:], self.typed[before:]

        def filtered(values: Values, evaluation: Evaluation) -> Any:
            found = []
            for item in _items(source(values, evaluation)):
                evaluation.run.spend(20 + len(values))
                inner = {**values, "item": item, **item} if isinstance(item, dict) else {**values, "item": item}
                fits = match(inner, evaluation)
                if fits is not None and not isinstance(fits, bool):
                    evaluation.warn(owner, "条件不是是否值 (the condition is no boolean)")
                    return None
                if fits:
                    found.append(item)
            return found

        return filtered

    def loop(self, node: Node, names: frozenset[str], owner: str) -> Logic:
        """for, some, every."""
        variable = node.get("iteratorVariable")
        source = self.inside(node.first("in"), names, owner)
        body = self.inside(node.first("return", "satisfies"), names | {variable, "partial"}, owner)
        finish = _FINISH[node.tag]

        def loop(values: Values, evaluation: Evaluation) -> Any:
            items = source(values, evaluation)
            if items is None:
                evaluation.warn(owner, "不能遍历空值 (null cannot be iterated over)")
                return None
            results: list[Any] = []
            for item in _items(items):
                evaluation.run.spend(20 + len(values) + len(results) // 16)
                results.append(body({**values, "partial": results[:], variable: item}, evaluation))
            return finish(results)

        return loop


def _inside(error: FeelError, text: str) -> Said:
    """Why a cell cannot be read, with the place inside it told apart from the rows and columns of the table."""
    if "\n" in text.strip():
        zh, en = (
            f"格内第 {error.line} 行第 {error.column} 个字",
            f"line {error.line} of the cell, character {error.column}",
        )
    else:
        zh, en = f"第 {error.column} 个字", f"character {error.column}"
    return Said(f"{zh}：{error.message}", f"{en}: {error.message_en}")


def _nothing(values: Values, evaluation: Evaluation) -> Any:
    return None


def _items(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _some(results: list[Any]) -> Any:
    if not _logical(results):
        return None
    return True if True in results else (None if None in results else False)


def _every(results: list[Any]) -> Any:
    if not _logical(results):
        return None
    return False if False in results else (None if None in results else True)


def _logical(results: list[Any]) -> bool:
    return all(result is None or isinstance(result, bool) for result in results)


_FINISH: dict[str, Callable[[list[Any]], Any]] = {"for": lambda results: results, "some": _some, "every": _every}
_FORMS: dict[str, Callable[[Boxes, Node, frozenset[str], str], Logic]] = {
    "literalExpression": Boxes.literal,
    "decisionTable": Boxes.table,
    "context": Boxes.context,
    "list": Boxes.list,
    "relation": Boxes.relation,
    "functionDefinition": Boxes.function,
    "invocation": Boxes.invocation,
    "conditional": Boxes.conditional,
    "filter": Boxes.filter,
    "for": Boxes.loop,
    "some": Boxes.loop,
    "every": Boxes.loop,
}
