"""What the check of a table says agrees with trying every input of a dense set, for every kind of value and limit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from itertools import product
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.dmn import DmnProblem, check, load
from engine.feel import compile, unary_tests

#: kind -> literals that cells name, in order, and values around them; those far off, that nobody thinks of
VALUES: dict[str, tuple[str, str, str]] = {
    "number": ("0; 1; 2.5; 7", "0.5; 2; 3; 6.99; 8; 1000", "-1; -0.01"),
    "date": (
        '@"2026-01-01"; @"2026-01-02"; @"2026-03-01"; @"9999-12-31"',
        '@"2025-12-31"; @"2026-01-03"; @"2026-03-02"; @"9999-12-30"',
        '@"10000-01-01"; @"-0001-12-31"',
    ),
    "time": (
        '@"00:00:00"; @"07:30:00"; @"07:30:01"; @"23:59:59"',
        '@"00:00:00.5"; @"03:00:00"; @"07:30:00.5"; @"12:00:00"; @"23:59:59.5"',
        "",
    ),
    "time of a zone": (
        '@"00:00:00+08:00"; @"09:30:00+08:00"; @"02:30:00Z"',
        '@"00:00:00+14:00"; @"00:30:00+08:00"; @"10:00:00+08:00"; @"02:31:00Z"; @"23:00:00Z"',
        "",
    ),
    "date and time": (
        '@"2026-01-01T00:00:00"; @"2026-01-01T00:00:01"; @"9999-12-31T23:59:59"',
        '@"2025-12-31T23:59:59"; @"2026-01-01T00:00:00.5"; @"2026-05-01T00:00:00"',
        '@"9999-12-31T23:59:59.5"; @"10000-01-02T00:00:00"; @"-0001-01-01T00:00:00"',
    ),
    "date and time of a zone": (
        '@"2026-01-01T00:00:00+08:00"; @"2026-01-01T00:00:00Z"; @"2026-01-01T09:00:00@Asia/Shanghai"',
        '@"2025-12-31T00:00:00Z"; @"2025-12-31T20:00:00Z"; @"2026-01-01T00:30:00Z"; @"2026-01-01T02:00:00Z"',
        "",
    ),
    "days and time duration": (
        '@"PT0S"; @"P1D"; @"PT36H"; @"P10D"',
        '@"PT1H"; @"PT30H"; @"P5D"; @"P11D"',
        '@"-P1D"',
    ),
    "years and months duration": ('@"P0M"; @"P1M"; @"P3M"; @"P2Y"', '@"P2M"; @"P9M"; @"P3Y"', '@"-P1M"'),
    "string": ('"a"; "ab"; "b"; "电"', '""; "A"; "aa"; "abc"; "ac"; "c"; "电缆"', ""),
    "boolean": ("false; true", "", ""),
}
ORDERED = sorted(VALUES.keys() - {"boolean"})
LITERALS, AROUND, FAR = ({kind: some[part].split("; ") for kind, some in VALUES.items()} for part in range(3))
SOURCE = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/">{types}<decision id="d" name="d">'
    '<variable name="d"/><decisionTable id="t" hitPolicy="{policy}">{inputs}<output name="n"/>{rules}'
    "</decisionTable></decision></definitions>"
)


@dataclass(frozen=True)
class Asked:
    """A column: kind of its values, what limits them, and where that is written: "column", "type" or nowhere."""

    kind: str
    limit: str = ""
    place: str = ""

    @property
    def type(self) -> str:
        return self.kind.removesuffix(" of a zone")

    def inputs(self, far: bool) -> list[Any]:
        """Values that an input may have, dense around all that cells name."""
        texts = [*LITERALS[self.kind], *AROUND[self.kind], *(FAR[self.kind] if far else [])]
        values = [compile(text).evaluate({}) for text in texts if text]
        tests = unary_tests(self.limit) if self.limit else None
        return [value for value in values if tests is None or tests.evaluate({"?": value}) is True]


def table(policy: str, columns: list[Asked], rows: list[list[str]]) -> bytes:
    types, inputs = "", ""
    for number, column in enumerate(columns):
        limit = f"<text>{escape(column.limit)}</text>"
        named = column.type
        if column.place == "type":
            named = f"t{number}"
            types += (
                f'<itemDefinition name="{named}"><typeRef>{column.type}</typeRef>'
                f"<allowedValues>{limit}</allowedValues></itemDefinition>"
            )
        own = f"<inputValues>{limit}</inputValues>" if column.place == "column" else ""
        inputs += f'<input><inputExpression typeRef="{named}"><text>i{number}</text></inputExpression>{own}</input>'
    rules = "".join(
        "<rule>"
        + "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in row)
        + f"<outputEntry><text>{number}</text></outputEntry></rule>"
        for number, row in enumerate(rows, 1)
    )
    return SOURCE.format(policy=policy, types=types, inputs=inputs, rules=rules).encode()


def hits(columns: list[Asked], rows: list[list[str]], far: bool = True) -> list[list[int]]:
    """For every input of the dense set the rows that the evaluator takes."""
    decisions = load(table("RULE ORDER", columns, rows))
    names = [f"i{number}" for number in range(len(columns))]
    every = product(*(column.inputs(far) for column in columns))
    return [decisions.evaluate("d", dict(zip(names, values, strict=True))) for values in every]


def found(policy: str, columns: list[Asked], rows: list[list[str]]) -> list[DmnProblem]:
    return check(table(policy, columns, rows))


@st.composite
def cells(draw: st.DrawFn, kind: str) -> str:
    """A cell about values of a kind, in all forms that are judged."""
    names = LITERALS[kind]
    if kind == "boolean":
        return draw(st.sampled_from(["-", "true", "false", "not(true)", "true, false", "? = false", "? != true"]))
    low, high = sorted(draw(st.tuples(*[st.integers(0, len(names) - 1)] * 2)))
    one, other = names[low], names[high]
    forms = ["-", one, f"{one}, {other}", f"< {other}", f"<= {one}", f"> {one}", f">= {other}", f"[{one}..{other}]",
             f"({one}..{other}]", f"not({one})", f"not(< {other})", f"? > {one}", f"{other} >= ?", f"? < {one}",
             f"? >= {one} and ? < {other}", f"? in [{one}..{other}]", f"? between {one} and {other}",
             f"? != {one} or ? > {other}", f"[{one}, {other}]"]  # fmt: skip
    return draw(st.sampled_from(forms))


@st.composite
def columns(draw: st.DrawFn) -> Asked:
    kind = draw(st.sampled_from(sorted(VALUES)))
    place = draw(st.sampled_from(["", "", "column", "type"]))
    if not place or kind == "boolean":
        return Asked(kind)
    low, high = sorted(draw(st.tuples(*[st.integers(0, len(LITERALS[kind]) - 1)] * 2)))
    one, other = LITERALS[kind][low], LITERALS[kind][high]
    return Asked(
        kind, draw(st.sampled_from([f"{one}, {other}", f"[{one}..{other}]", f"<= {other}", f">= {one}"])), place
    )


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[Asked], list[list[str]]]:
    some = draw(st.lists(columns(), min_size=1, max_size=2))
    return some, draw(st.lists(st.tuples(*(cells(one.kind) for one in some)).map(list), min_size=1, max_size=5))


ITEM = [Asked("string", '"a", "b"', "type")]


@given(tables())
@example((ITEM, [["-"], ['not("a")']]))
@example(([Asked("years and months duration")], [["-"], ['< @"P1M"']]))
@example(([Asked("string")], [['< "b"'], ['< "电"']]))
@example(([Asked("time")], [['< @"07:30:01"'], ['> @"07:30:00"']]))
def test_rows_overlap_exactly_when_an_input_matches_both(made: tuple[list[Asked], list[list[str]]]) -> None:
    pairs = {(a, b) for some in hits(*made) for a in some for b in some if a < b}
    told = [re.search(r"第 (\d+) 行和第 (\d+) 行同时符合", one.message) for one in found("UNIQUE", *made)]
    assert {(int(one[1]), int(one[2])) for one in told if one} == pairs


@given(tables())
@example((ITEM, [['"a"']]))
@example(([Asked("date")], [['[@"2026-01-01"..@"9999-12-31"]'], ['< @"2026-01-01"']]))
def test_a_gap_is_told_when_an_input_that_somebody_thinks_of_matches_no_row(
    made: tuple[list[Asked], list[list[str]]],
) -> None:
    gaps = [one for one in found("UNIQUE", *made) if one.message.startswith("没有规则处理")]
    if [] in hits(*made, far=False):
        assert gaps
    decisions = load(table("RULE ORDER", *made))
    for gap in gaps:
        assert decisions.evaluate("d", gap.input) == []
    if all("-" in row for row in made[1]) and len(made[0]) == 1:
        assert not gaps


@given(tables())
@example((ITEM, [['"a"'], ["-"]]))
@example(([Asked("string")], [['< "b"'], ['>= "b"']]))
@example(([Asked("number", "<= 7", "column")], [["> 6.99"], ["? < 0"]]))
def test_a_row_is_never_reached_exactly_when_no_input_gives_it(made: tuple[list[Asked], list[list[str]]]) -> None:
    every = hits(*made)
    reached = {some[0] for some in every if some}
    matching = {row for some in every for row in some}
    problems = found("FIRST", *made)
    taken = {int(one[1]) for p in problems if (one := re.search(r"第 (\d+) 行总被前面的行抢先", p.message))}
    dead = {int(one[1]) for p in problems if (one := re.search(r"第 (\d+) 行不会符合任何输入", p.message))}
    assert dead == set(range(1, len(made[1]) + 1)) - matching
    assert taken == matching - reached


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        ("date", ['[date("2024-01-01")..date("9999-12-31")]', '< date("2024-01-01")']),
        ("date", ['> date("9999-12-31")', '<= date("9999-12-31")']),
        ("date", ['> date("999999999-12-31")', '< date("-999999999-01-01")', '= date("999999999-12-31")']),
        ("date and time", ['> date and time("9999-12-31T23:59:59")', '< date and time("0001-01-01T00:00:00")']),
        ("number", ["> 9e6144", "< -9e6144", "1e40", "1e-6143", "[1e-6143..2e-6143]"]),
        ("days and time duration", ['> duration("P999999999D")', '< duration("-P999999999D")']),
        ("years and months duration", ['> duration("P9999999999Y")', '< duration("-P9999999999Y")']),
        ("time", ['< time("00:00:00")', '> time("23:59:59.999999999")', '= time("00:00:00.000000001")']),
        ("string", ['< ""', '> ""', '"\\u0000"', '< "\\uE000"', '["a".."a\\u0000"]']),
        ("boolean", ["true", "< true", "1", '"x"', "null"]),
        ("number", ["null", "[1, 2]", "{a: 1}", "[[1, 2], 3]", "function(x) x", "[1..2], null", "now()", "1/0"]),
    ],
)
@pytest.mark.parametrize("policy", ["UNIQUE", "ANY", "FIRST", "PRIORITY", "COLLECT"])
def test_the_ends_of_what_can_be_written_are_checked_as_well(kind: str, rows: list[str], policy: str) -> None:
    for one in check(table(policy, [Asked(kind)], [[row] for row in rows])):
        assert one.message and one.message_en and one.advice and one.advice_en


def test_the_usual_date_for_ever_leaves_no_gap_behind_it() -> None:
    rows = [['[date("2024-01-01")..date("9999-12-31")]'], ['< date("2024-01-01")']]
    assert found("UNIQUE", [Asked("date")], rows) == []


@pytest.mark.parametrize("kind", ["number", "string", "boolean", "date", "time", "date and time", "Any",
                                  "days and time duration", "years and months duration"])  # fmt: skip
@pytest.mark.parametrize("given", ["not(null)", "? != null"])
def test_a_table_that_asks_only_whether_a_value_is_given_tries_one(kind: str, given: str) -> None:
    column = Asked(kind)
    assert found("UNIQUE", [column], [["null"], [given]]) == []
    assert [one.code for one in found("UNIQUE", [column], [["? = null"]])] == ["gap"]
    assert [one.code for one in found("UNIQUE", [column], [[given], ["-"]])] == ["overlap"]


@pytest.mark.parametrize("kind", ["time", "date and time"])
def test_clocks_with_and_without_zone_in_one_column_are_told_with_their_rows(kind: str) -> None:
    day = "" if kind == "time" else "2024-01-01T"
    rows = [[f'< @"{day}10:00:00+08:00"'], ["-"], [f'>= @"{day}10:00:00"']]
    (one,) = [p for p in found("FIRST", [Asked(kind)], rows) if p.severity == "error"]
    assert one.message == "“i0”：第 1 行的时间有时区，第 3 行没有；两者不能比较"
    assert one.message_en == "'i0': row 1 has times with a zone, row 3 without; these cannot be compared"


def test_allowed_values_that_cannot_be_judged_are_no_reason_to_call_a_row_unreachable() -> None:
    column = Asked("string", "string length(?) = 2", "column")
    assert found("FIRST", [column], [['"ab"'], ["-"]]) == []
    assert [p.severity for p in found("UNIQUE", [column], [['"ab"'], ['"ab", "cd"']])][:1] == ["error"]


def test_values_of_lists_are_not_judged_one_by_one() -> None:
    assert not [p for p in found("FIRST", [Asked("list")], [['["a"]'], ["-"]]) if "不会符合" in p.message]


def test_a_table_too_large_to_be_searched_says_so_instead_of_guessing() -> None:
    rows = [[f"not({row * (place + 3) % 11})" for place in range(12)] for row in range(1, 120)]
    problems = found("FIRST", [Asked("number")] * 12, [*rows, ["-"] * 12])
    (told,) = [one for one in problems if one.code == "table_too_large"]
    assert told.severity == "warning" and told.message_en
