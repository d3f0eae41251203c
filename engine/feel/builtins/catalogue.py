"""The list of built-in functions, and how one is added to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from engine.feel.values import KINDS, Builtin, Overload, Parameter

#: name -> function
BUILTINS: dict[str, Builtin] = {}
Implementation = TypeVar("Implementation", bound=Callable[..., Any])
_SHORT = {
    "moment": "date and time",
    "days": "days and time duration",
    "months": "years and months duration",
}


def builtin(
    name: str, parameters: str = "", *, variadic: bool = False, wants_scope: bool = False, repeats: bool = False
) -> Callable[[Implementation], Implementation]:
    """Register a function; several registrations of one name are its overloads, tried in order.

    `parameters` reads like "string: string, start position: number, length?: number"; a parameter without kind takes
    anything, null included; kinds are joined by `|`; one with `?` may be left out. A variadic function takes its items
    one by one or as a list; `repeats` lets the last parameter be given several times.
    """

    def register(implementation: Implementation) -> Implementation:
        taken = tuple(_parameter(part.strip()) for part in parameters.split(",") if part.strip())
        required = sum(not parameter.optional for parameter in taken)
        known = BUILTINS.setdefault(name, Builtin(name))
        kinds = tuple(parameter.kinds for parameter in taken)
        known.overloads.append(Overload(taken, implementation, variadic, wants_scope, required, repeats, kinds))
        return implementation

    return register


def functions() -> dict[str, str]:
    """Every function of the language with the parameters of its first form: `substring` -> "string, start position"."""
    return {name: ", ".join(one.name for one in found.overloads[0].parameters) for name, found in BUILTINS.items()}


def _parameter(text: str) -> Parameter:
    name, _, kinds = text.partition(":")
    optional = name.endswith("?")
    allowed: set[type] = set()
    for kind in kinds.split("|") if kinds.strip() else ():
        allowed |= KINDS[_SHORT.get(kind.strip(), kind.strip())]
    return Parameter(name.rstrip("?").strip(), frozenset(allowed) if allowed else None, optional, text)
