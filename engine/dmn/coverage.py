"""Which inputs a decision table covers: finds overlaps, gaps and rules that are never reached, with examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

from engine.dmn.columns import Column
from engine.dmn.examples import OTHER, can_judge, leading_to, trials
from engine.dmn.frame import Evaluation
from engine.dmn.table import TableParts
from engine.feel import SIMPLE, Derived, FeelError, Run, compile, to_text, unary_tests
from engine.findings import Said

#: steps of all searches in one table: a choice for one more input, or an example tried
_MOST_STEPS = 100_000
#: combinations tried for one pair of rules
_MOST_TRIES = 500
#: values kept of one segment, for inputs that are worked out of it
_MOST_VALUES = 40
#: stands for the value of an input of which an example need not tell
_OPEN: Any = object()
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

    def __init__(self, columns: Sequence[Column], rules: int, more: Sequence[Any] = ()) -> None:
        everything = (1 << rules) - 1
        self.columns = columns
        self.label = columns[0].label
        self.source = columns[0].expression.source if columns[0].expression else ""
        self.work = Derived.of(columns[0].expression)
        #: mask of a segment -> the values tried in it, those that may come
        self.values: dict[int, list[Any]] = {}
        #: rules whose cell cannot be judged beforehand
        self.open = 0
        for column in columns:
            self.open |= _unjudged(column, everything)
        judged = everything & ~self.open
        self.judged = judged
        found = self._found(judged, judged & ~_asked_by_none(columns, everything), more)
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

    def _found(self, judged: int, asking: int, more: Sequence[Any]) -> dict[int, tuple[int, Any]]:
        """By the rules that hold: how good the example is (0 perhaps allowed, 1 allowed, 2 likely too), and it."""
        found: dict[int, tuple[int, Any]] = {}
        for trial in sorted(trials(self.columns, more), key=lambda trial: trial.far):
            mask = self.holding(trial.value, judged)
            if trial.sure and len(self.values.setdefault(mask, [])) < _MOST_VALUES:
                self.values[mask].append(trial.value)
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
        asked.update(_behind(asked, self.count))
        more = {source: list(_points_for(source, asked)) for source in asked}
        self.columns = [Segments(columns, self.count, more[source]) for source, columns in asked.items()]
        self.worked = [self._worked_out(column) for column in self.columns]
        self._steps = 0
        #: rules that cannot be judged beforehand
        self.open = 0
        for segments in self.columns:
            self.open |= segments.open

    def _worked_out(self, column: Segments) -> list[int]:
        """The inputs (by number) that another one is worked out of, none when it needs more than these."""
        found = [(n, one) for n, one in enumerate(self.columns) if one is not column]
        paths = column.work.paths
        if not paths or not all(any(_is_within(path, one.source) for _, one in found) for path in paths):
            return []
        return [n for n, one in found if any(_is_within(path, one.source) for path in paths)]

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
        uncovered = self._uncovered(choices, (1 << self.count) - 1, self.open)
        yield from (self.example(found) for found in map(self.input_of, uncovered) if found is not None)

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

    def input_of(self, chosen: Sequence[int | None]) -> list[Any] | None:
        """Return a value of each input in the segments chosen (None: in any), None when none is found.

        What is worked out of other inputs has the value that it gets from theirs.
        """
        sources = sorted({number for found in self.worked for number in found})
        if not sources:
            return [self._first(*pair) for pair in zip(self.columns, chosen, strict=True)]
        some = [self._some(self.columns[number], chosen[number]) for number in sources]
        for values in islice(product(*some), _MOST_TRIES):
            found = self._worked(chosen, dict(zip(sources, values, strict=True)))
            if found is not None:
                return found
        return self._alone(chosen, sources)

    def _alone(self, chosen: Sequence[int | None], sources: Sequence[int]) -> list[Any] | None:
        """The input where only one of those that depend on one another is asked for: the others are left open."""
        bound = {number for number, found in enumerate(self.worked) if found or number in sources}
        if sum(chosen[number] is not None for number in bound) > 1:
            return None
        pairs = enumerate(zip(self.columns, chosen, strict=True))
        return [
            _OPEN if n in bound and segment is None else self._first(column, segment) for n, (column, segment) in pairs
        ]

    def _worked(self, chosen: Sequence[int | None], given: Mapping[int, Any]) -> list[Any] | None:
        """The values of all inputs when some are given, None when one of them is not in its segment."""
        found: list[Any] = []
        for number, (column, segment) in enumerate(zip(self.columns, chosen, strict=True)):
            value = given[number] if number in given else self._first(column, segment)
            if self.worked[number]:
                self._step()
                try:
                    value = self._value(number, given)
                except FeelError:
                    return None
                if segment is not None and column.holding(value, column.judged) != column.masks[segment]:
                    return None
                if number in given and given[number] != value:
                    return None
            found.append(value)
        return found

    def _value(self, number: int, given: Mapping[int, Any]) -> Any:
        """Work an input out of those that are given."""
        context: dict[str, Any] = {}
        for source in self.worked[number]:
            *outer, last = self.columns[source].source.split(".")
            inner = context
            for name in outer:
                inner = inner.setdefault(name.strip(), {})
                if not isinstance(inner, dict):
                    break
            else:
                inner[last.strip()] = given[source]
        expression = self.columns[number].columns[0].expression
        return expression.evaluate(context, Run()) if expression else None

    def _first(self, column: Segments, segment: int | None) -> Any:
        """A value of a segment, of a likely one where it may be any."""
        if segment is None:
            segment = next(iter(_numbers(column.likely or column.real or column.all)))
        return column.examples[segment]

    def _some(self, column: Segments, segment: int | None) -> list[Any]:
        """The values tried in a segment, or in all."""
        if segment is None:
            return [value for values in column.values.values() for value in values]
        return column.values.get(column.masks[segment]) or [column.examples[segment]]

    def _real(self, spans: Sequence[int]) -> list[Any] | None:
        """Return an input in one of the segments given of each column, None when none is found."""
        pairs = zip(self.columns, spans, strict=True)
        choices: list[Sequence[int | None]] = [
            [None] if span & column.real == column.real and column.real else _numbers(span) for column, span in pairs
        ]
        found = map(self.input_of, islice(product(*choices), _MOST_TRIES))
        return next((values for values in found if values is not None), None)

    def _step(self) -> None:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise TooMuch

    def _taker(self, values: Sequence[Any], others: int) -> int:
        """The first of some rules that matches an input."""
        for column, value in zip(self.columns, values, strict=True):
            others &= others if value is _OPEN else column.holding(value, column.judged)
        return (others & -others).bit_length() - 1

    def _uncovered(self, choices: list[list[int]], rules: int, always: int) -> Iterator[list[int | None]]:
        """Yield choices of segments (None: any) where none of the rules holds; `always` may hold anywhere."""
        seen: set[tuple[int, int]] = set()
        stack: list[tuple[int, int, list[int | None]]] = [(0, rules, [])]
        while stack:
            depth, mask, chosen = stack.pop()
            if mask and (depth, mask) in seen:
                continue
            seen.add((depth, mask))
            if not mask:
                yield chosen + [None for _ in choices[depth:]]
            elif depth < len(choices):
                following: list[tuple[int, int, list[int | None]]] = []
                column, told = self.columns[depth], {0: -1}
                for number in choices[depth]:
                    left = mask & (column.masks[number] | column.open & always)
                    if told.setdefault(left, number) in (-1, number):
                        self._step()
                        following.append((depth + 1, left, [*chosen, number]))
                stack += reversed(following)

    def example(self, values: Sequence[Any]) -> Example:
        """Return input in words, one value per input."""
        pairs = [(column, value) for column, value in zip(self.columns, values, strict=True) if value is not _OPEN]
        words = "，".join(f"{column.label} = {_shown(value, '其他', '空值')}" for column, value in pairs)
        words_en = ", ".join(f"{column.label} = {_shown(value, 'any other', 'null')}" for column, value in pairs)
        return Example(Said(words, words_en), {column.source: value for column, value in pairs})


def _behind(asked: Mapping[str, Sequence[Column]], rules: int) -> Iterator[tuple[str, list[Column]]]:
    """Yield columns for inputs that no column asks for, but out of which several are worked out."""
    read = [
        path
        for source, columns in asked.items()
        for path in Derived.of(columns[0].expression).paths - {source}
        if not any(_is_within(path, other) for other in asked)
    ]
    for path in sorted({path for path in read if read.count(path) > 1}):
        try:
            expression = compile(path, tuple(path.split(".")))
        except FeelError:
            continue
        yield path, [Column(path, expression, None, None, [unary_tests("-")] * rules)]


def _is_within(path: str, source: str) -> bool:
    return path == source or path.startswith(f"{source}.")


def _points_for(source: str, asked: Mapping[str, Sequence[Column]]) -> Iterator[Any]:
    """Values of an input that lead to those which cells name of inputs that are worked out of it."""
    for other, columns in asked.items():
        work = Derived.of(columns[0].expression)
        if other != source and any(_is_within(path, source) for path in work.paths):
            yield from leading_to(work, [trial.value for trial in trials(columns)])


def _numbers(segments: int) -> list[int]:
    return [number for number in range(segments.bit_length()) if segments >> number & 1]


def _shown(value: Any, other: str, nothing: str) -> str:
    if value == OTHER:
        return other
    return nothing if value is None else to_text([value])[1:-1]
