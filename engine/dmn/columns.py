"""An input column: finds the rules whose cell a value fulfils, by look-up where the cells are constant."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from engine.dmn.frame import Evaluation, bound
from engine.dmn.itemtypes import limits_of
from engine.feel import Expression, FeelError, Range, Run, Type

Values = Mapping[str, Any]
_NO_VALUES: Values = {}
#: kinds of values that can be looked up
_INDEXED = frozenset({str, Decimal, bool, date})


class Index:
    """Constant cells of one kind of value: exact values and ranges, as bit masks of rules."""

    def __init__(self) -> None:
        self.exact: dict[Any, int] = {}
        self.spans: list[tuple[Range, int]] = []
        #: ends of the ranges in order, and the masks at and right after each (the first: before all)
        self.points: list[Any] = []
        self.at: list[int] = []
        self.after: list[int] = [0]

    def close(self) -> None:
        """Work out the masks between the ends of the ranges."""
        ends = {end for span, _ in self.spans for end in (span.start, span.end) if end is not None}
        self.points = sorted(ends)
        self.after = [self._mask(None, self.points[0] if self.points else None)]
        for number, point in enumerate(self.points):
            following = self.points[number + 1] if number + 1 < len(self.points) else None
            self.at.append(sum(bit for span, bit in self.spans if _covers(span, point)))
            self.after.append(self._mask(point, following))

    def _mask(self, low: Any, high: Any) -> int:
        return sum(bit for span, bit in self.spans if _spans(span, low, high))

    def find(self, value: Any) -> int:
        """Return the rules whose constant cells hold the value."""
        mask = self.exact.get(value, 0)
        if not self.spans:
            return mask
        place = bisect_left(self.points, value)
        if place < len(self.points) and self.points[place] == value:
            return mask | self.at[place]
        return mask | self.after[place]


def _covers(span: Range, point: Any) -> bool:
    above = span.start is None or span.start < point or (span.start == point and span.start_included)
    below = span.end is None or point < span.end or (span.end == point and span.end_included)
    return bool(above and below)


def _spans(span: Range, low: Any, high: Any) -> bool:
    """Say whether a range holds all values strictly between two neighbouring ends."""
    above = span.start is None or (low is not None and span.start <= low)
    below = span.end is None or (high is not None and span.end >= high)
    return bool(above and below)


class Column:
    """An input: its expression, type and allowed values, and the cells of all rules."""

    def __init__(
        self,
        label: str,
        expression: Expression | None,
        wanted: Type | None,
        allowed: Expression | None,
        cells: Sequence[Expression | None],
        given: Type | None = None,
    ) -> None:
        self.label, self.expression, self.type = label, expression, wanted
        #: what is known of the input: the type of the column, else that of the variable which it asks for
        self.known = wanted or given
        self.asked = given
        self.given = given = given if given and self.known and given.name == self.known.name else None
        self.allowed = allowed
        #: all that says which values are allowed: the column's own list, and those of both types
        self.limits = tuple(dict.fromkeys((*([allowed] if allowed else []), *limits_of(wanted), *limits_of(given))))
        self.cells = cells
        #: rules whose cell is `-`
        self.any = 0
        #: rules whose cell must be evaluated
        self.open: list[tuple[int, Expression]] = []
        self.indexes: dict[type, Index] = {}
        self.spread = 0
        self._read()

    def _read(self) -> None:
        for number, cell in enumerate(self.cells):
            self._place(1 << number, cell)
        for index in self.indexes.values():
            index.close()

    def _place(self, bit: int, cell: Expression | None) -> None:
        if cell is None:
            return
        if cell.source == "-":
            self.any |= bit
            return
        tests = cell.tests
        if tests is None or cell.negated or not all(_indexable(test) for test in tests):
            self.open.append((bit, cell))
            return
        self.spread |= bit
        self._spread(bit, tests)

    def _spread(self, bit: int, tests: tuple[Any, ...]) -> None:
        for test in tests:
            if isinstance(test, Range):
                kind = type(test.end if test.start is None else test.start)
                self.indexes.setdefault(kind, Index()).spans.append((test, bit))
            else:
                exact = self.indexes.setdefault(type(test), Index()).exact
                exact[test] = exact.get(test, 0) | bit

    def value(self, values: Values, evaluation: Evaluation) -> Any:
        """Return the value of the input."""
        return evaluation.ask(self.expression, values) if self.expression else None

    def matching(self, candidates: int, values: Values, evaluation: Evaluation, place: str) -> int:
        """Return the rules among the candidates whose cell the input's value fulfils."""
        value = bound(self.value(values, evaluation), self.type, place, evaluation)
        if self.allowed is not None and value is not None and not self._allowed(value, values, evaluation):
            evaluation.warn(place, f"“{self.label}”的值不在允许值内 (input value is not allowed)")
            return 0
        return self.holding(value, candidates, evaluation, values)

    def fits(self, value: Any) -> bool:
        """Say whether a value is of the kind that the column's type names."""
        return self.known is None or Type(self.known.name).holds(value, Run())

    def allows(self, value: Any) -> bool:
        """Say whether a value is of the column's type and among its allowed values, as far as these are constant."""
        try:
            if any(known is not None and not known.holds(value, Run()) for known in (self.known, self.given)):
                return False
            return self.allowed is None or bool(self.allowed.names - {"?"}) or self._allowed(value, {}, Evaluation())
        except FeelError:
            return False

    def holding(self, value: Any, candidates: int, evaluation: Evaluation, values: Values = _NO_VALUES) -> int:
        """Return the rules whose cell a value fulfils."""
        mask = self.any
        if type(value) in _INDEXED:
            index = self.indexes.get(type(value))
            mask |= index.find(value) if index else 0
        elif self.spread & candidates:
            mask |= self._evaluated(self._spread_cells(), candidates, value, values, evaluation)
        if self.open and candidates:
            mask |= self._evaluated(self.open, candidates, value, values, evaluation)
        return mask

    def _allowed(self, value: Any, values: Values, evaluation: Evaluation) -> bool:
        return self.allowed is None or evaluation.ask(self.allowed, {**values, "?": value}) is True

    def _spread_cells(self) -> list[tuple[int, Expression]]:
        return [(1 << n, cell) for n, cell in enumerate(self.cells) if cell and self.spread >> n & 1]

    def _evaluated(
        self, cells: list[tuple[int, Expression]], candidates: int, value: Any, values: Values, evaluation: Evaluation
    ) -> int:
        context = {**values, "?": value}
        mask = 0
        for bit, cell in cells:
            if bit & candidates and evaluation.ask(cell, context) is True:
                mask |= bit
        return mask


def _indexable(test: Any) -> bool:
    if not isinstance(test, Range):
        return type(test) in _INDEXED
    if test.operator in ("=", "!="):
        return False
    ends = {type(end) for end in (test.start, test.end) if end is not None}
    return (
        len(ends) == 1 and ends <= {str, Decimal, date} and (bool(test.operator) or None not in (test.start, test.end))
    )
