"""Which inputs a decision table covers: finds overlaps, gaps and rules that are never reached, with examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

from engine.dmn.columns import Column
from engine.dmn.examples import OTHER, can_judge, trials
from engine.dmn.frame import Evaluation
from engine.dmn.table import TableParts
from engine.feel import SIMPLE, FeelError, Run, to_text
from engine.findings import Said

#: steps of all searches in one table: a choice for one more input, or an example tried
_MOST_STEPS = 100_000
#: combinations tried for one pair of rules
_MOST_TRIES = 500
#: types whose values can be tried one after the other
_TRIED = frozenset({*SIMPLE} - {"list", "context", "range", "function", "Null", "null"})


class TooMuch(Exception):
    """A table is too large to be searched to the end."""


@dataclass(frozen=True, slots=True)
class Example:
    """Input that shows a problem: label of a column -> its value, and the same by the expressions of the columns."""

    said: Said
    values: Mapping[str, Any]


class Segments:
    """An input cut into stretches that no cell tells apart: an example value of each, and the rules that hold there.

    Columns that ask for the same input are one. Sets of segments are bit masks, as sets of rules are.
    """

    def __init__(self, columns: Sequence[Column], rules: int) -> None:
        everything = (1 << rules) - 1
        self.columns = columns
        self.label = columns[0].label
        self.source = columns[0].expression.source if columns[0].expression else ""
        #: rules whose cell cannot be judged beforehand
        self.open = 0
        for column in columns:
            self.open |= _unjudged(column, everything)
        judged = everything & ~self.open
        found = self._found(judged, judged & ~_asked_by_none(columns, everything))
        self.masks = list(found)
        self.examples = [value for _, value in found.values()]
        self.all = (1 << len(found)) - 1
        #: segments of which an input surely may come, and those of them that somebody would think of
        self.real = sum(1 << place for place, (worth, _) in enumerate(found.values()) if worth)
        self.likely = sum(1 << place for place, (worth, _) in enumerate(found.values()) if worth > 1)
        #: rule -> the segments where it holds
        self.allowing = [
            sum(1 << place for place, mask in enumerate(self.masks) if mask >> rule & 1) for rule in range(rules)
        ]

    def _found(self, judged: int, asking: int) -> dict[int, tuple[int, Any]]:
        """By the rules that hold: how good the example is (0 perhaps allowed, 1 allowed, 2 likely too), and it."""
        found: dict[int, tuple[int, Any]] = {}
        for trial in sorted(trials(self.columns), key=lambda trial: trial.far):
            mask = self.holding(trial.value, judged)
            worth = int(trial.sure) * (1 if trial.far and not mask & asking else 2)
            if mask not in found or found[mask][0] < worth:
                found[mask] = worth, trial.value
        return found or {self.holding(None, judged): (2, None)}

    def holding(self, value: Any, candidates: int) -> int:
        """Return the judged rules that hold for a value."""
        mask = candidates
        for column in self.columns:
            mask &= column.holding(value, candidates, Evaluation())
        return mask


def _unjudged(column: Column, everything: int) -> int:
    """Return the rules of which no trial tells where their cell holds."""
    if column.known is not None and column.known.name not in _TRIED:
        return everything & ~column.any
    unread = sum(1 << rule for rule, cell in enumerate(column.cells) if cell is None)
    return unread | sum(bit for bit, cell in column.open if cell.points is None or not can_judge(cell.points))


def _asked_by_none(columns: Sequence[Column], everything: int) -> int:
    for column in columns:
        everything &= column.any
    return everything


class Coverage:
    """The segments of all inputs of a table."""

    def __init__(self, parts: TableParts) -> None:
        self.parts = parts
        self.count = len(parts.rules)
        asked: dict[str, list[Column]] = {}
        for number, column in enumerate(parts.columns):
            asked.setdefault(column.expression.source if column.expression else str(number), []).append(column)
        self.columns = [Segments(columns, self.count) for columns in asked.values()]
        self._steps = 0
        #: rules that cannot be judged beforehand
        self.open = 0
        for segments in self.columns:
            self.open |= segments.open

    def overlaps(self) -> Iterator[tuple[int, int, Example]]:
        """Yield pairs of rules (from 0) that match the same input, with an example; raises TooMuch."""
        self._steps = 0
        spans = [[column.allowing[rule] & column.real for column in self.columns] for rule in range(self.count)]
        judged = [rule for rule in range(self.count) if not self.open >> rule & 1]
        for place, one in enumerate(judged):
            for other in judged[place + 1 :]:
                common = [a & b for a, b in zip(spans[one], spans[other], strict=True)]
                chosen = self._real(common) if all(common) else None
                if chosen is not None:
                    yield one, other, self.example(chosen)

    def gaps(self) -> Iterator[Example]:
        """Yield examples of input that no rule matches; raises TooMuch."""
        self._steps = 0
        choices = [_numbers(column.likely) for column in self.columns]
        if not all(choices):
            return
        yield from map(self.example, filter(self.is_real, self._uncovered(choices, (1 << self.count) - 1, self.open)))

    def unreachable(self, before: Sequence[int]) -> Iterator[tuple[int, int | None, Example]]:
        """Yield the rules (from 0) that no input reaches, the rule that takes an example of theirs, and the example.

        `before` says for each rule which others are preferred to it. A rule that matches nothing at all has None, and
        the label of the column that no value fits. Raises TooMuch.
        """
        self._steps = 0
        for rule in range(self.count):
            if self.open >> rule & 1:
                continue
            spans = [column.allowing[rule] for column in self.columns]
            if not all(spans):
                label = self.columns[spans.index(0)].label
                yield rule, None, Example(Said(label, label), {})
                continue
            others = before[rule] & ~self.open
            choices = list(map(_numbers, spans))
            if others and next(self._uncovered(choices, others, 0), None) is None:
                chosen = self._real(spans)
                if chosen is not None:
                    yield rule, self._taker(chosen, others), self.example(chosen)

    def is_real(self, chosen: Sequence[int]) -> bool:
        """Say whether a choice can be an input: inputs that are worked out of others must have the values they get."""
        given = {c.source: c.examples[number] for c, number in zip(self.columns, chosen, strict=True)}
        for column, number in zip(self.columns, chosen, strict=True):
            expression = column.columns[0].expression
            if expression is None or column.source in expression.names or not expression.names <= given.keys():
                continue
            self._step()
            try:
                value = expression.evaluate(given, Run())
            except FeelError:
                continue
            judged = (1 << self.count) - 1 & ~column.open
            if expression.names and column.holding(value, judged) != column.masks[number]:
                return False
        return True

    def _real(self, spans: Sequence[int]) -> Sequence[int] | None:
        """Return a choice of one of the segments of each input that can be an input."""
        return next(filter(self.is_real, islice(product(*map(_numbers, spans)), _MOST_TRIES)), None)

    def _step(self) -> None:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise TooMuch

    def _taker(self, chosen: Sequence[int], others: int) -> int:
        """The first of some rules that matches a choice of segments."""
        for column, number in zip(self.columns, chosen, strict=True):
            others &= column.masks[number]
        return (others & -others).bit_length() - 1

    def _uncovered(self, choices: list[list[int]], rules: int, always: int) -> Iterator[list[int]]:
        """Yield choices of segments where none of the rules holds; `always` may hold anywhere."""
        seen: set[tuple[int, int]] = set()
        stack: list[tuple[int, int, list[int]]] = [(0, rules, [])]
        while stack:
            depth, mask, chosen = stack.pop()
            if mask and (depth, mask) in seen:
                continue
            seen.add((depth, mask))
            if not mask:
                yield chosen + [numbers[0] for numbers in choices[depth:]]
            elif depth < len(choices):
                following: list[tuple[int, int, list[int]]] = []
                column, told = self.columns[depth], {0: -1}
                for number in choices[depth]:
                    left = mask & (column.masks[number] | column.open & always)
                    if told.setdefault(left, number) in (-1, number):
                        self._step()
                        following.append((depth + 1, left, [*chosen, number]))
                stack += reversed(following)

    def example(self, chosen: Sequence[int]) -> Example:
        """Return input in words, one value per input."""
        pairs = [(column, column.examples[number]) for column, number in zip(self.columns, chosen, strict=True)]
        words = "，".join(f"{column.label} = {_shown(value, '其他', '空值')}" for column, value in pairs)
        words_en = ", ".join(f"{column.label} = {_shown(value, 'any other', 'null')}" for column, value in pairs)
        return Example(Said(words, words_en), {column.source: value for column, value in pairs})


def _numbers(segments: int) -> list[int]:
    return [number for number in range(segments.bit_length()) if segments >> number & 1]


def _shown(value: Any, other: str, nothing: str) -> str:
    if value == OTHER:
        return other
    return nothing if value is None else to_text([value])[1:-1]
