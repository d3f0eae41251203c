"""Functions on points and ranges (DMN 1.5, 10.3.4.7, table 78)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from engine.feel.builtins.catalogue import builtin
from engine.feel.errors import NoValue
from engine.feel.order import compare
from engine.feel.scope import Run, Scope
from engine.feel.values import Range, Value

_POINT = "number | string | date | time | moment | days | months"
Test: TypeAlias = Callable[[Range, Range, Run], bool]


def _order(one: Value, other: Value, run: Run) -> int:
    found = compare(one, other, run)
    if found is None:
        raise NoValue("不能比较", "the values cannot be compared")
    return found


def _span(value: Value) -> Range:
    if type(value) is not Range:
        return Range(value, value)
    if value.start is None or value.end is None:
        raise NoValue("区间要有两端", "the range must have both ends")
    return value


def _before(a: Range, b: Range, run: Run) -> bool:
    order = _order(a.end, b.start, run)
    return order < 0 or (order == 0 and not (a.end_included and b.start_included))


def _meets(a: Range, b: Range, run: Run) -> bool:
    return a.end_included and b.start_included and _order(a.end, b.start, run) == 0


def _starts_no_later(a: Range, b: Range, run: Run) -> bool:
    order = _order(a.start, b.start, run)
    return order < 0 or (order == 0 and (a.start_included or not b.start_included))


def _ends_no_earlier(a: Range, b: Range, run: Run) -> bool:
    order = _order(a.end, b.end, run)
    return order > 0 or (order == 0 and (a.end_included or not b.end_included))


def _includes(a: Range, b: Range, run: Run) -> bool:
    return _starts_no_later(a, b, run) and _ends_no_earlier(a, b, run)


def _overlaps(a: Range, b: Range, run: Run) -> bool:
    return not _before(a, b, run) and not _before(b, a, run)


def _same_start(a: Range, b: Range, run: Run) -> bool:
    return a.start_included == b.start_included and _order(a.start, b.start, run) == 0


def _same_end(a: Range, b: Range, run: Run) -> bool:
    return a.end_included == b.end_included and _order(a.end, b.end, run) == 0


def _overlaps_before(a: Range, b: Range, run: Run) -> bool:
    starts_first = _starts_no_later(a, b, run) and not _same_start(a, b, run)
    return starts_first and _ends_no_earlier(b, a, run) and _overlaps(a, b, run)


def _overlaps_after(a: Range, b: Range, run: Run) -> bool:
    starts_last = _starts_no_later(b, a, run) and not _same_start(a, b, run)
    return starts_last and _ends_no_earlier(a, b, run) and _overlaps(a, b, run)


def _finishes(a: Range, b: Range, run: Run) -> bool:
    return _same_end(a, b, run) and _starts_no_later(b, a, run)


def _starts(a: Range, b: Range, run: Run) -> bool:
    return _same_start(a, b, run) and _ends_no_earlier(b, a, run)


def _coincides(a: Range, b: Range, run: Run) -> bool:
    return _same_start(a, b, run) and _same_end(a, b, run)


def _turned(test: Test) -> Test:
    return lambda a, b, run: test(b, a, run)


_P_P = f"point1: {_POINT}, point2: {_POINT}"
_P_R = f"point: {_POINT}, range: range"
_R_P = f"range: range, point: {_POINT}"
_R_R = "range1: range, range2: range"
#: name -> test and the kinds of arguments it takes
_FUNCTIONS: dict[str, tuple[Test, tuple[str, ...]]] = {
    "before": (_before, (_P_P, _P_R, _R_P, _R_R)),
    "after": (_turned(_before), (_P_P, _P_R, _R_P, _R_R)),
    "meets": (_meets, (_R_R,)),
    "met by": (_turned(_meets), (_R_R,)),
    "overlaps": (_overlaps, (_R_R,)),
    "overlaps before": (_overlaps_before, (_R_R,)),
    "overlaps after": (_overlaps_after, (_R_R,)),
    "finishes": (_finishes, (_P_R, _R_R)),
    "finished by": (_turned(_finishes), (_R_P, _R_R)),
    "includes": (_includes, (_R_P, _R_R)),
    "during": (_turned(_includes), (_P_R, _R_R)),
    "starts": (_starts, (_P_R, _R_R)),
    "started by": (_turned(_starts), (_R_P, _R_R)),
    "coincides": (_coincides, (_P_P, _R_R)),
}


def _as_function(test: Test) -> Callable[[Scope, Value, Value], bool]:
    return lambda scope, a, b: test(_span(a), _span(b), scope.run)


for _name, (_test, _forms) in _FUNCTIONS.items():
    for _form in _forms:
        builtin(_name, _form, wants_scope=True)(_as_function(_test))
