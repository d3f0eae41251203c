"""Calling function values: built-in functions, functions defined in FEEL, host functions."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import DivisionByZero, InvalidOperation, Overflow

from engine.feel import limits
from engine.feel.domain import enter
from engine.feel.errors import Exhausted, NoValue
from engine.feel.scope import Run, Scope, check_size
from engine.feel.values import Builtin, Function, Lambda, Overload, Value, kind, word

_USUAL = (limits.BUILTIN, 1, 6)
_FAILED = (InvalidOperation, DivisionByZero, Overflow)


def invoke(function: Value, arguments: Sequence[Value], scope: Scope, at: int) -> Value:
    """Call any function value with arguments by position; null with a warning when it cannot be called so."""
    if type(function) is Builtin:
        return invoke_builtin(function, arguments, scope, at)
    scope.run.spend(limits.CALL)
    try:
        if type(function) is Lambda:
            return _invoke_lambda(function, arguments, scope)
        if type(function) is Function:
            return _invoke_host(function, arguments, scope)
    except NoValue as why:
        return scope.warn(at, why.message, why.message_en)
    return scope.warn(
        at, f"{word(function)}不是函数，不能调用", f"a {kind(function)} is no function and cannot be called"
    )


def invoke_builtin(builtin: Builtin, arguments: Sequence[Value], scope: Scope, at: int) -> Value:
    """Call a function of the language; what it costs grows with its arguments."""
    _pay(builtin, arguments, scope.run)
    try:
        for overload in builtin.overloads:
            bound = bind(overload, arguments)
            if bound is not None:
                call = overload.implementation
                return check_size(call(scope, *bound) if overload.wants_scope else call(*bound))
        scope.run.spend(limits.REFUSED * len(builtin.overloads))
        raise _refusal(builtin, arguments)
    except NoValue as why:
        scope.run.spend(limits.REFUSED)
        return scope.warn(at, why.message, why.message_en)
    except _FAILED:
        return scope.warn(at, "数字超出可表示的范围", "the number is outside what can be represented")
    except UnicodeEncodeError:
        return scope.warn(at, "文字里有半个字符", "a text holds half a character (a lone surrogate)")


def _pay(builtin: Builtin, arguments: Sequence[Value], run: Run) -> None:
    steps, per_item, shift = limits.COSTS.get(builtin.name, _USUAL)
    for value in arguments:
        if type(value) is list:
            steps += len(value) * per_item
        elif type(value) is str:
            steps += len(value) >> shift
        elif type(value) is dict:
            steps += len(value) * 2
    run.spend(steps)


def _invoke_lambda(function: Lambda, arguments: Sequence[Value], scope: Scope) -> Value:
    if len(arguments) != len(function.parameters):
        raise _wrong_count(len(function.parameters), len(arguments))
    values: dict[str, Value] = {}
    for name, wanted, value in zip(function.parameters, function.types, arguments, strict=True):
        if wanted is not None:
            value, fits = wanted.coerce(value, scope.run)
            if not fits:
                raise NoValue(f"参数“{name}”的类型不对", f"argument '{name}' has the wrong type")
        values[name] = value
    run = scope.run
    run.spend(function.cost + limits.ARGUMENT * len(arguments))
    _go_down(run)
    try:
        return function.body(Scope(values, function.scope, run))
    finally:
        run.calls -= 1


def _go_down(run: Run) -> None:
    run.calls += 1
    if run.calls > limits.CALLS:
        raise Exhausted(
            f"函数互相调用超过 {limits.CALLS} 层", f"functions call one another deeper than {limits.CALLS} levels"
        )


def _invoke_host(function: Function, arguments: Sequence[Value], scope: Scope) -> Value:
    least = sum(not name.endswith("?") for name in function.parameters)
    if not least <= len(arguments) <= len(function.parameters):
        raise _wrong_count(least, len(arguments), function.name)
    return enter(function.implementation(*arguments), scope.run)


def _wrong_count(wanted: int, given: int, name: str = "") -> NoValue:
    return NoValue(f"函数 {name}要 {wanted} 个参数，给了 {given} 个", f"{wanted} arguments expected, {given} given")


def bind(overload: Overload, arguments: Sequence[Value]) -> Sequence[Value] | None:
    """Return the arguments as the overload takes them, None when it does not take them."""
    if overload.variadic:
        if len(arguments) == 1 and type(arguments[0]) is list:
            return arguments
        return [list(arguments)] if arguments and arguments != [None] else None
    kinds = overload.kinds
    if overload.repeats and len(arguments) > len(kinds):
        kinds += kinds[-1:] * (len(arguments) - len(kinds))
    if not overload.required <= len(arguments) <= len(kinds):
        return None
    for wanted, value in zip(kinds, arguments, strict=False):
        if wanted is not None and type(value) not in wanted:
            return _converted(kinds, arguments)
    return arguments


def _converted(kinds: Sequence[frozenset[type] | None], arguments: Sequence[Value]) -> list[Value] | None:
    """Bind a list of one as its item, and an item as a list of one (DMN 1.5, 10.3.2.9.4)."""
    bound: list[Value] = []
    for wanted, value in zip(kinds, arguments, strict=False):
        if wanted is None or type(value) in wanted:
            bound.append(value)
        elif type(value) is list and len(value) == 1 and type(value[0]) in wanted:
            bound.append(value[0])
        elif list in wanted and value is not None:
            bound.append([value])
        else:
            return None
    return bound


def _refusal(builtin: Builtin, arguments: Sequence[Value]) -> NoValue:
    given = "、".join(word(value) for value in arguments) or "无参数"
    given_en = ", ".join(kind(value) for value in arguments) or "nothing"
    forms = " / ".join(f"{builtin.name}({', '.join(p.words for p in o.parameters)})" for o in builtin.overloads)
    return NoValue(
        f"函数 {builtin.name} 不接受这些参数：{given}", f"wrong arguments ({given_en}); known forms: {forms}"
    )


def invoke_named(function: Value, names: list[str], arguments: list[Value], scope: Scope, at: int) -> Value:
    """Call any function value with arguments by name."""
    scope.run.spend(limits.NAMED + limits.NAME * len(names))
    given = dict(zip(names, arguments, strict=True))
    if isinstance(function, (Function, Lambda)):
        parameters = [name.rstrip("?") for name in function.parameters]
        while parameters and function.parameters[len(parameters) - 1].endswith("?") and parameters[-1] not in given:
            parameters.pop()
        if len(given) == len(names) and set(parameters) == set(given):
            return invoke(function, [given[name] for name in parameters], scope, at)
    elif isinstance(function, Builtin) and len(given) == len(names):
        for overload in function.overloads:
            scope.run.spend(limits.NAMED)
            ordered = _by_name(overload, given)
            if ordered is not None and bind(overload, ordered) is not None:
                return invoke(Builtin(function.name, [overload]), ordered, scope, at)
    else:
        return invoke(function, arguments, scope, at)
    return scope.warn(at, "参数名称不对：" + "、".join(names), "unknown or missing argument names: " + ", ".join(names))


def _by_name(overload: Overload, given: dict[str, Value]) -> list[Value] | None:
    known = [parameter.name for parameter in overload.parameters]
    if not set(given) <= set(known):
        return None
    if any(not parameter.optional and parameter.name not in given for parameter in overload.parameters):
        return None
    last = max((number for number, name in enumerate(known) if name in given), default=-1)
    return [given.get(name) for name in known[: last + 1]]
