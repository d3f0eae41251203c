"""Which inputs a decision table covers: finds overlaps, gaps and rules that are never reached, with examples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from engine.dmn.columns import Column
from engine.dmn.frame import Evaluation
from engine.dmn.table import TableParts
from engine.feel import Range

#: combinations looked at before a search gives up
_MOST_VISITS = 20_000
#: a text that no cell names
OTHER = "…"


class Segments:
    """A column cut into stretches that no cell tells apart: an example value of each, and the rules that hold there."""

    def __init__(self, column: Column, rules: int) -> None:
        everything = (1 << rules) - 1
        self.label = column.label
        #: rules whose cell cannot be judged beforehand
        self.open = sum(bit for bit, cell in column.open if cell.tests is None)
        found: dict[int, Any] = {}
        for example in _examples(column):
            evaluation = Evaluation()
            mask = column.holding(example, everything & ~self.open, evaluation)
            found.setdefault(mask, example)
        if not found:
            found = {column.any: None}
        self.masks = list(found)
        self.examples = list(found.values())

    def allowing(self, rule: int) -> list[int]:
        """Return the numbers of the segments where a rule holds."""
        return [number for number, mask in enumerate(self.masks) if mask >> rule & 1]


def _examples(column: Column) -> Iterator[Any]:
    values = [value for value in _named(column) if value is not None]
    allowed = column.allowed.tests if column.allowed else None
    if allowed is not None and not any(isinstance(test, Range) for test in allowed):
        yield from allowed
        return
    kinds = {type(value) for value in values}
    name = column.type.name if column.type else ""
    if bool in kinds or name == "boolean":
        yield from (True, False)
    for kind in (Decimal, date):
        if kind in kinds:
            points = sorted({value for value in values if type(value) is kind})
            below = kind is date or points[0] < 0 or (points[0] == 0 and _speaks_of_negatives(column))
            yield from filter(column.allows, _around(points, below))
    if str in kinds:
        yield from sorted({value for value in values if type(value) is str})
        yield from filter(column.allows, (OTHER,))


def _named(column: Column) -> Iterator[Any]:
    for cell in column.cells:
        for test in (cell.tests if cell else None) or ():
            if isinstance(test, Range):
                yield from (test.start, test.end)
            else:
                yield test


def _speaks_of_negatives(column: Column) -> bool:
    tests = [test for cell in column.cells for test in (cell.tests if cell else None) or ()]
    return any(isinstance(test, Range) and test.start is None and test.end == 0 for test in tests)


def _around(points: Sequence[Any], below: bool) -> Iterator[Any]:
    """Yield each point, a value between each two neighbours, one before the first and one after the last.

    Where no cell speaks of negative numbers, none is looked for: ages, amounts and capacities have none.
    """
    first = points[0]
    step = timedelta(days=1) if isinstance(first, date) else Decimal(1)
    if below:
        yield first - step
    elif first > 0:
        yield first / 2
    for number, point in enumerate(points):
        yield point
        following = points[number + 1] if number + 1 < len(points) else None
        if following is None:
            yield point + step
        elif (between := point + (following - point) / 2) not in (point, following):
            yield between


class Coverage:
    """The segments of all columns of a table."""

    def __init__(self, parts: TableParts) -> None:
        self.parts = parts
        self.count = len(parts.rules)
        self.columns = [Segments(column, self.count) for column in parts.columns]
        #: rules that cannot be judged beforehand
        self.open = 0
        for column in self.columns:
            self.open |= column.open

    def overlaps(self) -> Iterator[tuple[int, int, str]]:
        """Yield pairs of rules (from 0) that match the same input, with an example."""
        spans = [[set(column.allowing(rule)) for column in self.columns] for rule in range(self.count)]
        judged = [rule for rule in range(self.count) if not self.open >> rule & 1]
        for place, one in enumerate(judged):
            for other in judged[place + 1 :]:
                common = [a & b for a, b in zip(spans[one], spans[other], strict=True)]
                if all(common):
                    yield one, other, self.example([min(numbers) for numbers in common])

    def gaps(self) -> Iterator[str]:
        """Yield examples of input that no rule matches."""
        choices = [list(range(len(column.masks))) for column in self.columns]
        yield from map(self.example, self._uncovered(choices, (1 << self.count) - 1, self.open))

    def unreachable(self) -> Iterator[tuple[int, int | None, str]]:
        """Yield the rules (from 0) that no input reaches, the rule that takes an example of theirs, and the example.

        A rule that matches nothing at all has None, and the label of the column that no value fits.
        """
        for rule in range(self.count):
            if self.open >> rule & 1:
                continue
            choices = [column.allowing(rule) for column in self.columns]
            if not all(choices):
                yield rule, None, self.columns[choices.index([])].label
            elif next(self._uncovered(choices, ((1 << rule) - 1) & ~self.open, 0), None) is None:
                chosen = [numbers[0] for numbers in choices]
                yield rule, self._first(chosen), self.example(chosen)

    def _first(self, chosen: Sequence[int]) -> int:
        """The first judged rule that matches a choice of segments."""
        mask = ~self.open
        for column, number in zip(self.columns, chosen, strict=True):
            mask &= column.masks[number]
        return (mask & -mask).bit_length() - 1

    def _uncovered(self, choices: list[list[int]], rules: int, always: int) -> Iterator[list[int]]:
        """Yield choices of segments where none of the rules holds; `always` may hold anywhere."""
        if not rules:
            yield [numbers[0] for numbers in choices]
            return
        seen: set[tuple[int, int]] = set()
        stack: list[tuple[int, int, list[int]]] = [(0, rules, [])]
        while stack and len(seen) < _MOST_VISITS:
            depth, mask, chosen = stack.pop()
            if mask and (depth, mask) in seen:
                continue
            seen.add((depth, mask))
            if not mask:
                yield chosen + [numbers[0] for numbers in choices[depth:]]
            elif depth < len(choices):
                column = self.columns[depth]
                for number in reversed(choices[depth]):
                    left = mask & (column.masks[number] | column.open & always)
                    stack.append((depth + 1, left, [*chosen, number]))

    def example(self, chosen: Sequence[int]) -> str:
        """Return input in words, one value per column."""
        pairs = zip(self.columns, chosen, strict=True)
        return "，".join(f"{column.label} = {_shown(column.examples[number])}" for column, number in pairs)


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return "其他" if value == OTHER else f'"{value}"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return "任意" if value is None else str(value)
