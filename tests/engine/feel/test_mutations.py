"""A million sources, mutated from real ones: each is read or refused in words, within its limits."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from random import Random

import pytest

from engine.feel import FeelError, Run, compile, limits, unary_tests
from engine.feel.expression import _compiled, _compiled_tests
from tests.bench.own_expressions import own_expressions
from tests.engine.feel.bombs import BOMBS, HARMLESS
from tests.engine.feel.differential.generate import CONTEXT, Generator
from tests.engine.feel.differential.wide import Wide

pytestmark = pytest.mark.deep

#: shards, each with its own seed, so that several processes share them
SHARDS = 20
#: mutated sources of one shard
EACH = 50_000
#: steps of one of them: enough to run into every kind of work, few enough for a million of them
STEPS = 2_000
#: what stands in expressions, and what does not belong there
PIECES = (
    "(", ")", "[", "]", "{", "}", ",", ".", "..", ":", "?", "-", "+", "*", "**", "/", "<", "<=", "=", "!=", '"', "@",
    "\\", "//", "/*", " in ", " and ", " or ", " between ", " instance of ", "if ", " then ", " else ", "for i in ",
    " return ", "some x in ", " satisfies ", "function(", "not(", "null", "true", "item", "partial", "1e999", "0.1",
    "\x00", "\ud800", "一", "：", "\u3000", "\n", "𠮷", "xs", "date(", "duration(", '"P1D"', "matches(", "replace(",
    "split(", "sort(", "string(", "list<", "external",
)  # fmt: skip


def seeds(random: Random) -> list[str]:
    """Sources to begin with: our own, generated ones, and bombs."""
    everyday, wide = Generator(random), Wide(random)
    made = [everyday.any() for _ in range(200)] + [wide.anything() for _ in range(200)]
    return [
        *own_expressions(),
        *made,
        *(source for source in (*BOMBS.values(), *HARMLESS.values()) if len(source) < 300),
    ]


def mutated(source: str, others: list[str], random: Random) -> str:
    """Return a source with one to four changes: a piece put in, cut out, doubled, replaced, or grafted from another."""
    for _ in range(random.randint(1, 4)):
        at = random.randint(0, len(source))
        end = min(len(source), at + random.randint(0, 12))
        change = random.randrange(5)
        if change == 0:
            source = source[:at] + random.choice(PIECES) + source[at:]
        elif change == 1:
            source = source[:at] + source[end:]
        elif change == 2:
            source = source[:end] + source[at:]
        elif change == 3:
            source = source[:at] + random.choice(PIECES) + source[end:]
        else:
            other = random.choice(others)
            source = source[:at] + other[random.randint(0, len(other)) :]
    return source


def sources(shard: int) -> Iterator[str]:
    """Yield the sources of a shard; now and then a mutant is mutated further."""
    random = Random(shard)
    pool = seeds(random)
    for number in range(EACH):
        source = mutated(random.choice(pool), pool, random)
        if number % 50 == 0:
            pool[random.randrange(len(pool))] = source
        yield source


def _says_where_and_why(error: FeelError) -> bool:
    return error.line >= 1 and error.column >= 1 and bool(error.message and error.message_en)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_mutated_sources_are_read_or_refused(shard: int) -> None:
    read = refused = 0
    for number, source in enumerate(sources(shard)):
        run = Run(STEPS)
        try:
            if number % 4:
                compile(source).evaluate(CONTEXT, run)
            else:
                unary_tests(source).evaluate({**CONTEXT, "?": Decimal(1)}, run)
        except FeelError as error:
            refused += _says_where_and_why(error)
        else:
            assert run.steps >= 0 and len(run.notes) <= limits.WARNINGS, source
            read += 1
    _compiled.cache_clear()
    _compiled_tests.cache_clear()
    assert read + refused == EACH
    assert min(read, refused) > EACH // 20, "mutants of only one sort say little"
