"""Which inputs a decision table covers: finds overlaps, gaps and rules that are never reached, with examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

from engine.dmn.columns import Column
from engine.dmn.examples import OTHER, can_judge, examples
from engine.dmn.frame import Evaluation
from engine.dmn.table import TableParts
from engine.feel import FeelError, Run, to_text
from engine.findings import Said

#: combinations looked at before a search gives up
_MOST_VISITS = 20_000
#: combinations tried for one pair of rules
_MOST_TRIES = 500


@dataclass(frozen=True, slots=True)
class Example:
    """Input that shows a problem: label of a column -> its value, and the same by the expressions of the columns."""

    said: Said
    values: Mapping[str, Any]


class Segments:
    """An input cut into stretches that no cell tells apart: an example value of each, and the rules that hold there.

    Columns that ask for the same input are one.
    """

    def __init__(self, columns: Sequence[Column], rules: int) -> None:
        everything = (1 << rules) - 1
        self.columns = columns
        self.label = columns[0].label
        self.source = columns[0].expression.source if columns[0].expression else ""
        #: rules whose cell cannot be judged beforehand
        self.open = 0
        for column in columns:
            self.open |= sum(bit for bit, cell in column.open if cell.points is None or not can_judge(cell.points))
        found: dict[int, Any] = {}
        for example in examples(columns):
            found.setdefault(self.holding(example, everything & ~self.open), example)
        if not found:
            found = {self.holding(None, everything & ~self.open): None}
        self.masks = list(found)
        self.examples = list(found.values())

    def holding(self, value: Any, candidates: int) -> int:
        """Return the judged rules that hold for a value."""
        mask = candidates
        for column in self.columns:
            mask &= column.holding(value, candidates, Evaluation())
        return mask

    def allowing(self, rule: int) -> list[int]:
        """Return the numbers of the segments where a rule holds."""
        return [number for number, mask in enumerate(self.masks) if mask >> rule & 1]


class Coverage:
    """The segments of all inputs of a table."""

    def __init__(self, parts: TableParts) -> None:
        self.parts = parts
        self.count = len(parts.rules)
        asked: dict[str, list[Column]] = {}
        for number, column in enumerate(parts.columns):
            asked.setdefault(column.expression.source if column.expression else str(number), []).append(column)
        self.columns = [Segments(columns, self.count) for columns in asked.values()]
        #: rules that cannot be judged beforehand
        self.open = 0
        for segments in self.columns:
            self.open |= segments.open

    def overlaps(self) -> Iterator[tuple[int, int, Example]]:
        """Yield pairs of rules (from 0) that match the same input, with an example."""
        spans = [[set(column.allowing(rule)) for column in self.columns] for rule in range(self.count)]
        judged = [rule for rule in range(self.count) if not self.open >> rule & 1]
        for place, one in enumerate(judged):
            for other in judged[place + 1 :]:
                common = [sorted(a & b) for a, b in zip(spans[one], spans[other], strict=True)]
                chosen = next(filter(self.is_real, islice(product(*common), _MOST_TRIES)), None)
                if chosen is not None:
                    yield one, other, self.example(chosen)

    def gaps(self) -> Iterator[Example]:
        """Yield examples of input that no rule matches."""
        choices = [list(range(len(column.masks))) for column in self.columns]
        yield from map(self.example, filter(self.is_real, self._uncovered(choices, (1 << self.count) - 1, self.open)))

    def unreachable(self) -> Iterator[tuple[int, int | None, Example]]:
        """Yield the rules (from 0) that no input reaches, the rule that takes an example of theirs, and the example.

        A rule that matches nothing at all has None, and the label of the column that no value fits.
        """
        for rule in range(self.count):
            if self.open >> rule & 1:
                continue
            choices = [column.allowing(rule) for column in self.columns]
            if not all(choices):
                label = self.columns[choices.index([])].label
                yield rule, None, Example(Said(label, label), {})
            elif next(self._uncovered(choices, ((1 << rule) - 1) & ~self.open, 0), None) is None:
                chosen = [numbers[0] for numbers in choices]
                yield rule, self._first(chosen), self.example(chosen)

    def is_real(self, chosen: Sequence[int]) -> bool:
        """Say whether a choice can be an input: inputs that are worked out of others must have the values they get."""
        given = {c.source: c.examples[number] for c, number in zip(self.columns, chosen, strict=True)}
        for column, number in zip(self.columns, chosen, strict=True):
            expression = column.columns[0].expression
            if expression is None or column.source in expression.names or not expression.names <= given.keys():
                continue
            try:
                value = expression.evaluate(given, Run())
            except FeelError:
                continue
            judged = (1 << self.count) - 1 & ~column.open
            if expression.names and column.holding(value, judged) != column.masks[number]:
                return False
        return True

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

    def example(self, chosen: Sequence[int]) -> Example:
        """Return input in words, one value per input."""
        pairs = [(column, column.examples[number]) for column, number in zip(self.columns, chosen, strict=True)]
        words = "，".join(f"{column.label} = {_shown(value, '其他', '空值')}" for column, value in pairs)
        words_en = ", ".join(f"{column.label} = {_shown(value, 'any other', 'null')}" for column, value in pairs)
        return Example(Said(words, words_en), {column.source: value for column, value in pairs})


def _shown(value: Any, other: str, nothing: str) -> str:
    if value == OTHER:
        return other
    return nothing if value is None else to_text([value])[1:-1]
