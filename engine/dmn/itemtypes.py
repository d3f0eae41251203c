"""Item definitions: the types that a model names itself (DMN 1.5, 7.3.2)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.dmn.document import Node
from engine.dmn.errors import DmnProblem, problem
from engine.feel import SIMPLE, Expression, FeelError, Run, Type, Types, unary_tests
from engine.findings import reason

_ANY = Type("Any")
#: types through which one type may be defined
_MOST_STEPS = 50


class ItemTypes:
    """The named types of one model and of those it imports (under `import name.type name`)."""

    def __init__(self, root: Node, imported: Mapping[str, ItemTypes], problems: list[DmnProblem]) -> None:
        self._nodes = {node.get("name"): node for node in root.all("itemDefinition")}
        self._imported = imported
        self._problems = problems
        self._pending: set[str] = set()
        #: types that are defined by themselves
        self.circular: list[str] = []
        #: types with allowed values, for binding
        self._bound: dict[str, Type] = {}
        #: names of all components, which paths may use
        self.components: set[str] = set()
        for name, node in self._nodes.items():
            self._collect(node)
            self._bound[name] = self._named(name)
        #: types without allowed values, for `instance of`
        self.plain = Types({name: _without_allowed(found) for name, found in self.all().items()})

    def all(self) -> dict[str, Type]:
        """Return all named types, the imported ones included."""
        found = {f"{prefix}.{name}" if prefix else name: inner
                 for prefix, types in self._imported.items() for name, inner in types.all().items()}  # fmt: skip
        return {**found, **self._bound}

    def find(self, reference: str, element: str) -> Type | None:
        """Return the type of a typeRef, None for none or Any; an unknown name becomes a problem."""
        name = reference.strip()
        if not name:
            return None
        found = self._named(name) if name in self._nodes else self._foreign(name)
        if found is None:
            self._problems.append(problem(element, "type_unknown", name=name))
        return None if found is None or found.name == "Any" else found

    def _foreign(self, name: str) -> Type | None:
        local = name.rpartition(":")[2]
        simple = SIMPLE.get(local)
        if simple is not None:
            return simple
        for prefix, types in self._imported.items():
            inner = name[len(prefix) + 1 :] if prefix and name.startswith(prefix + ".") else name
            if (not prefix or inner != name) and inner in types.all():
                return types.all()[inner]
        return self._named(local) if local in self._nodes else None

    def _collect(self, node: Node) -> None:
        for component in node.all("itemComponent"):
            self.components.add(component.get("name"))
            self._collect(component)

    def _named(self, name: str) -> Type:
        if name in self._bound:
            return self._bound[name]
        if name in self._pending:
            self.circular.append(name)
            return _ANY
        if len(self._pending) >= _MOST_STEPS:
            self._problems.append(problem(name, "type_too_long", name=name, count=_MOST_STEPS))
            return _ANY
        self._pending.add(name)
        found = self._bound[name] = self._build(self._nodes[name])
        self._pending.discard(name)
        return found

    def _build(self, node: Node) -> Type:
        found = self._base(node)
        allowed = self._tests(node, "allowedValues")
        if allowed:
            found = _allowing(found, allowed)
        if node.get("isCollection") == "true":
            found = Type("list", found)
        constraint = self._tests(node, "typeConstraint")
        return _allowing(found, constraint) if constraint else found

    def _base(self, node: Node) -> Type:
        components = list(node.all("itemComponent"))
        if components:
            return Type("context", None, tuple((inner.get("name"), self._build(inner)) for inner in components))
        function = node.first("functionItem")
        if function is not None:
            parameters = tuple(self._reference(inner) for inner in function.all("parameters"))
            return Type("function", _ANY, (), parameters)
        return self.find(node.text_of("typeRef"), node.get("name")) or _ANY

    def _reference(self, node: Node) -> Type:
        return self.find(node.get("typeRef"), node.get("name")) or _ANY

    def _tests(self, node: Node, tag: str) -> Expression | None:
        text = (node.first(tag) or Node(tag, {})).text_of("text").strip()
        if not text:
            return None
        try:
            return unary_tests(text)
        except FeelError as error:
            self._problems.append(problem(node.get("name"), "values_unreadable", reason=reason(error)))
            return None


class Allowed:
    """The allowed values of an item definition, as the condition of a type."""

    def __init__(self, tests: Expression, outer: Allowed | None = None) -> None:
        self.tests: tuple[Expression, ...] = (*(outer.tests if outer else ()), tests)

    def __call__(self, value: object, run: Run) -> bool:
        """Say whether a value is among them; the work is paid for by `run`."""
        run.spend(sum(10 + len(tests.source) // 8 for tests in self.tests))
        return all(tests.evaluate({"?": value}, run) is True for tests in self.tests)


def limits_of(wanted: Type | None) -> tuple[Expression, ...]:
    """Return what says which values of a type are allowed."""
    allowed = wanted.allowed if wanted else None
    return allowed.tests if isinstance(allowed, Allowed) else ()


def _allowing(found: Type, tests: Expression) -> Type:
    outer = found.allowed if isinstance(found.allowed, Allowed) else None
    return Type(found.name, found.element, found.fields, found.parameters, Allowed(tests, outer))


def _without_allowed(found: Type) -> Type:
    element = _without_allowed(found.element) if found.element else None
    fields = tuple((name, _without_allowed(inner)) for name, inner in found.fields)
    return Type(found.name, element, fields, tuple(map(_without_allowed, found.parameters)))
