"""Hit policies: what a table answers when several rules match (DMN 1.5, 8.2.8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from engine.dmn.frame import OUTPUT, Evaluation, bound
from engine.feel import compile

if TYPE_CHECKING:
    from engine.dmn.table import Output, Rule, TableParts

Values: TypeAlias = Mapping[str, Any]
#: whether two results are the same
_EQUAL = compile("a = b", ("a", "b"))
Policy: TypeAlias = "Callable[[list[Any], TableParts, Values, Evaluation], Any]"


class Outcome:
    """Builds the result of one rule: a value, or a context when there are several outputs."""

    def __init__(self, outputs: Sequence[Output]) -> None:
        self.outputs = outputs

    def of(self, rule: Rule, values: Values, evaluation: Evaluation) -> Any:
        """Return the result of a rule."""
        found = [evaluation.ask(entry, values) if entry else None for entry in rule.outputs]
        return self.build(found, rule.place, evaluation)

    def build(self, found: Sequence[Any], place: str, evaluation: Evaluation) -> Any:
        """Return the entries as one result, each bound to its output's type."""
        evaluation.run.spend(OUTPUT * len(found))
        typed = [
            bound(value, output.type, place, evaluation) for value, output in zip(found, self.outputs, strict=False)
        ]
        if len(self.outputs) == 1:
            return typed[0] if typed else None
        return {output.name: value for output, value in zip(self.outputs, typed, strict=False)}


def default_of(parts: TableParts, outcome: Outcome, values: Values, evaluation: Evaluation) -> Any:
    """Return what a table answers when no rule matches: its defaults; else an empty list or null."""
    if any(output.default for output in parts.outputs):
        found = [evaluation.ask(o.default, values) if o.default else None for o in parts.outputs]
        result = outcome.build(found, parts.id, evaluation)
        return [result] if parts.policy in _LISTS and not parts.aggregation else result
    if parts.policy == "COLLECT":
        return _AGGREGATE["COUNT"]([], evaluation) if parts.aggregation == "COUNT" else _empty(parts)
    evaluation.warn(parts.id, "没有规则符合 (no rule matches)")
    return [] if parts.policy in _LISTS else None


def _empty(parts: TableParts) -> Any:
    return None if parts.aggregation else []


def _unique(results: list[Any], parts: TableParts, values: Values, evaluation: Evaluation) -> Any:
    if len(results) > 1:
        evaluation.warn(parts.id, "唯一命中的表有几条规则同时符合 (several rules of a UNIQUE table match)")
        return None
    return results[0]


def _any(results: list[Any], parts: TableParts, values: Values, evaluation: Evaluation) -> Any:
    if not all(evaluation.ask(_EQUAL, {"a": result, "b": results[0]}) is True for result in results[1:]):
        evaluation.warn(parts.id, "任意命中的表有几条规则结果不同 (rules of an ANY table differ)")
        return None
    return results[0]


def _first(results: list[Any], parts: TableParts, values: Values, evaluation: Evaluation) -> Any:
    return results[0]


def _all(results: list[Any], parts: TableParts, values: Values, evaluation: Evaluation) -> Any:
    return results


def _priority(results: list[Any], parts: TableParts, values: Values, evaluation: Evaluation) -> Any:
    return _ordered(results, parts, values, evaluation)[0]


def _ordered(results: list[Any], parts: TableParts, values: Values, evaluation: Evaluation) -> list[Any]:
    """Return the results in the order of the allowed values of their outputs, the first output first."""
    orders = [_order(output, values, evaluation) for output in parts.outputs]
    evaluation.run.spend(len(results) * sum(OUTPUT + len(order) for order in orders))

    def rank(result: Any) -> tuple[int, ...]:
        entries = [result] if len(parts.outputs) == 1 else list(result.values())
        return tuple(
            order.index(entry) if entry in order else len(order) for entry, order in zip(entries, orders, strict=True)
        )

    return sorted(results, key=rank)


def _order(output: Output, values: Values, evaluation: Evaluation) -> list[Any]:
    found = evaluation.ask(output.values, values) if output.values else None
    return found if isinstance(found, list) else []


def _collect(results: list[Any], parts: TableParts, values: Values, evaluation: Evaluation) -> Any:
    if not parts.aggregation:
        return results
    aggregate = _AGGREGATE[parts.aggregation]
    if len(parts.outputs) == 1 or parts.aggregation == "COUNT":
        return aggregate(results, evaluation)
    return {o.name: aggregate([result[o.name] for result in results], evaluation) for o in parts.outputs}


def _aggregate(function: str) -> Callable[[list[Any], Evaluation], Any]:
    call = compile(f"{function}(results)", ("results",))
    return lambda results, evaluation: evaluation.ask(call, {"results": results})


_AGGREGATE = {
    "SUM": _aggregate("sum"),
    "MIN": _aggregate("min"),
    "MAX": _aggregate("max"),
    "COUNT": _aggregate("count"),
}
#: what COLLECT may do with the results
AGGREGATIONS = frozenset({"", *_AGGREGATE})
_LISTS = frozenset({"RULE ORDER", "OUTPUT ORDER", "COLLECT"})
#: name in the file -> what is done with the results of the matching rules, in rule order
POLICIES: dict[str, Policy] = {
    "UNIQUE": _unique,
    "ANY": _any,
    "FIRST": _first,
    "PRIORITY": _priority,
    "RULE ORDER": _all,
    "OUTPUT ORDER": _ordered,
    "COLLECT": _collect,
}
