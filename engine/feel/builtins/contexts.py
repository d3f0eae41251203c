"""Context functions (DMN 1.5, 10.3.4.10)."""

from __future__ import annotations

from engine.feel import limits
from engine.feel.builtins.catalogue import builtin
from engine.feel.errors import Exhausted, NoValue
from engine.feel.values import Value

Context = dict[str, Value]


@builtin("get value", "m: context, key: string")
def get_value(context: Context, key: str) -> Value:
    """Return the entry of a key."""
    if key not in context:
        raise NoValue(f"数据组里没有“{key}”", f"the context has no entry '{key}'")
    return context[key]


@builtin("get entries", "m: context")
def get_entries(context: Context) -> Value:
    """Return a list of {key, value}."""
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context", "entries: list")
def context(entries: list[Value]) -> Value:
    """Return the context of a list of {key, value}."""
    found: Context = {}
    for entry in entries:
        if type(entry) is not dict or type(entry.get("key")) is not str or "value" not in entry:
            raise NoValue("每一项都要有 key 和 value", "every entry needs key and value")
        if entry["key"] in found:
            raise NoValue(f"键“{entry['key']}”重复", f"key '{entry['key']}' occurs twice")
        found[entry["key"]] = entry["value"]
    return found


@builtin("context put", "context: context, key: string, value")
def context_put(context: Context, key: str, value: Value) -> Value:
    """Return the context with another entry."""
    return {**context, key: value}


@builtin("context put", "context: context, keys: list, value")
def context_put_deep(context: Context, keys: list[Value], value: Value) -> Value:
    """Return the context with an entry replaced some levels down."""
    if not keys or type(keys[0]) is not str or len(keys) > limits.DEPTH:
        raise NoValue("键应是一列文字", "the keys must be a list of strings")
    key, *rest = keys
    if not rest:
        return {**context, key: value}
    inner = context.get(key)
    if type(inner) is not dict:
        raise NoValue(f"“{key}”不是数据组", f"'{key}' is no context")
    return {**context, key: context_put_deep(inner, rest, value)}


@builtin("context merge", "contexts: list")
def context_merge(contexts: list[Value]) -> Value:
    """Return all entries of several contexts; later ones win."""
    found: Context = {}
    for one in contexts:
        if type(one) is not dict:
            raise NoValue("列表里不全是数据组", "the list holds more than contexts")
        found.update(one)
        if len(found) > limits.ITEMS:
            raise Exhausted("数据组太大", "the context is too large")
    return found
