"""Closures of function calls."""

from __future__ import annotations

from engine.feel.builtins.catalogue import BUILTINS
from engine.feel.invocation import invoke, invoke_builtin, invoke_named
from engine.feel.nodes import Name, Node
from engine.feel.scope import Scope
from engine.feel.values import Builtin, Closure, Function, Lambda, Value


def call_builtin(builtin: Builtin, arguments: list[Closure], names: list[str] | None, at: int) -> Closure:
    """Compile the call of a function known while compiling."""
    if names is not None:
        found = names
        return lambda scope: invoke_named(builtin, found, [argument(scope) for argument in arguments], scope, at)
    return lambda scope: invoke_builtin(builtin, [argument(scope) for argument in arguments], scope, at)


def call_value(function: Closure, arguments: list[Closure], names: list[str] | None, at: int, node: Node) -> Closure:
    """Compile the call of whatever value `function` turns out to be."""
    fallback = BUILTINS.get(node.name) if isinstance(node, Name) else None

    def call(scope: Scope) -> Value:
        callee = function(scope)
        if not isinstance(callee, (Function, Lambda, Builtin)) and fallback is not None:
            callee = fallback
        values = [argument(scope) for argument in arguments]
        if names is not None:
            return invoke_named(callee, names, values, scope, at)
        return invoke(callee, values, scope, at)

    return call
