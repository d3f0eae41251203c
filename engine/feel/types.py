"""Types of FEEL values: does a value belong to a type, and which value results when it is bound to one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from engine.feel.scope import Run
from engine.feel.values import FUNCTIONS, KINDS, Builtin, Function, Lambda, Range, Value

#: steps of looking at one item of a list or field of a context
_LOOK = 5


@dataclass(frozen=True, slots=True)
class Type:
    """A type: `name` is a kind, or list, range, context, function, Any, Null."""

    name: str
    element: Type | None = None
    fields: tuple[tuple[str, Type], ...] = ()
    parameters: tuple[Type, ...] = ()
    #: extra condition on the value (allowed values of an item definition)
    allowed: Callable[[Value, Run], bool] | None = field(default=None, compare=False)

    def holds(self, value: Value, run: Run) -> bool:
        """Say whether a value (null included) conforms to this type; null conforms to every type.

        Looking through what a value consists of is paid for by `run`.
        """
        if value is None:
            return True
        if not _HOLDS.get(self.name, _is_kind)(self, value, run):
            return False
        return self.allowed is None or self.allowed(value, run)

    def is_instance(self, value: Value, run: Run) -> bool:
        """Answer `value instance of type`: null is an instance of nothing (but Null)."""
        return self.name == "Null" if value is None else self.holds(value, run)

    def coerce(self, value: Value, run: Run) -> tuple[Value, bool]:
        """Return the value as it is bound to a variable of this type, and whether it fits (DMN 1.5, 10.3.2.9.4)."""
        if self.holds(value, run):
            return value, True
        if type(value) is list and len(value) == 1 and self.holds(value[0], run):
            return value[0], True
        if self.name == "list" and type(value) is not list and self.holds([value], run):
            return [value], True
        return None, False


def _is_kind(wanted: Type, value: Value, run: Run) -> bool:
    return type(value) in KINDS.get(wanted.name, ())


def _is_list(wanted: Type, value: Value, run: Run) -> bool:
    if type(value) is not list:
        return False
    element = wanted.element
    if element is None or element.name == "Any":
        return True
    run.spend(1 + len(value) * _LOOK)
    return all(element.holds(item, run) for item in value)


def _is_context(wanted: Type, value: Value, run: Run) -> bool:
    if type(value) is not dict:
        return False
    run.spend(1 + len(wanted.fields) * _LOOK)
    return all(name in value and inner.holds(value[name], run) for name, inner in wanted.fields)


def _is_range(wanted: Type, value: Value, run: Run) -> bool:
    if not isinstance(value, Range):
        return False
    element = wanted.element
    ends = [end for end in (value.start, value.end) if end is not None]
    return element is None or all(element.holds(end, run) for end in ends)


def _is_function(wanted: Type, value: Value, run: Run) -> bool:
    return isinstance(value, FUNCTIONS) and _takes(value, len(wanted.parameters))


def _takes(function: Function | Lambda | Builtin, count: int) -> bool:
    if isinstance(function, Builtin):
        return any(o.variadic or o.required <= count <= len(o.parameters) for o in function.overloads)
    return len(function.parameters) == count


_HOLDS: dict[str, Callable[[Type, Value, Run], bool]] = {
    "Any": lambda wanted, value, run: True,
    "Null": lambda wanted, value, run: False,
    "list": _is_list,
    "context": _is_context,
    "range": _is_range,
    "function": _is_function,
}

ANY = Type("Any")
#: names of simple types as models write them -> type
SIMPLE: dict[str, Type] = {
    **{name: Type(name) for name in (*KINDS, "Any", "Null") if name != "null"},
    "any": ANY,
    "null": Type("Null"),
    "dateTime": Type("date and time"),
    "dayTimeDuration": Type("days and time duration"),
    "yearMonthDuration": Type("years and months duration"),
    "integer": Type("number"),
    "long": Type("number"),
    "double": Type("number"),
}
