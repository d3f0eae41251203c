"""The examples that checks of tables give are no guesses: evaluated, they show what the check says, for every kind."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.dmn import DmnProblem, check, load

TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/">
<decision id="d" name="d"><variable name="d"/><decisionTable id="t" hitPolicy="{policy}">
{inputs}<output name="n"{type}/>{rules}</decisionTable></decision></definitions>"""
INPUT = '<input><inputExpression typeRef="{}"><text>{}</text></inputExpression></input>'
CELL = "<inputEntry><text>{}</text></inputEntry>"
RULE = "<rule>{}<outputEntry><text>{}</text></outputEntry></rule>"
#: type -> literals in order
LITERALS = {
    "number": ["0", "1", "2.5", "7"],
    "date": ['@"2026-01-01"', '@"2026-01-02"', '@"2026-03-01"'],
    "date and time": ['@"2026-01-01T00:00:00"', '@"2026-01-01T00:00:01"', '@"2026-03-01T12:00:00"'],
    "days and time duration": ['@"P1D"', '@"PT36H"', '@"P10D"'],
    "years and months duration": ['@"P1M"', '@"P3M"', '@"P2Y"'],
    "string": ['"a"', '"ab"', '"b"'],
}


def table(policy: str, columns: dict[str, str], rows: list[tuple[list[str], str]], output: str = "") -> bytes:
    """A table: expressions of the inputs with their types, rows of cells and output."""
    escaped = [([cell.replace("<", "&lt;") for cell in cells], value) for cells, value in rows]
    return TABLE.format(
        policy=policy,
        type=f' typeRef="{output}"' if output else "",
        inputs="".join(INPUT.format(kind, text) for text, kind in columns.items()),
        rules="".join(RULE.format("".join(map(CELL.format, cells)), value) for cells, value in escaped),
    ).encode()


@st.composite
def cells(draw: st.DrawFn, kind: str) -> str:
    """A cell about values of a kind, also written as a condition over `?`."""
    low, high = sorted(draw(st.tuples(*[st.integers(0, len(LITERALS[kind]) - 1)] * 2)))
    one, other = LITERALS[kind][low], LITERALS[kind][high]
    forms = ["-", one, f"{one}, {other}", f"< {other}", f">= {one}", f"[{one}..{other}]", f"not({one})", f"? > {one}",
             f"{other} >= ?", f"? >= {one} and ? < {other}", f"? in [{one}..{other}]", f"? between {one} and {other}",
             f"not(? = {one})", f"? != {one} or ? > {other}"]  # fmt: skip
    return draw(st.sampled_from(forms))


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[str, str], list[list[str]]]:
    """Two columns of any kinds and some rows."""
    kinds = draw(st.tuples(*[st.sampled_from(sorted(LITERALS))] * 2))
    rows = draw(st.lists(st.tuples(*map(cells, kinds)).map(list), min_size=1, max_size=5))
    return dict(zip("ab", kinds, strict=True)), rows


def problems(policy: str, columns: dict[str, str], rows: list[list[str]]) -> list[DmnProblem]:
    return check(table(policy, columns, [(cells, str(number)) for number, cells in enumerate(rows, 1)]))


def matched(columns: dict[str, str], rows: list[list[str]], given: Any) -> list[Any]:
    """The numbers of the rows that the evaluator takes."""
    source = table("RULE ORDER", columns, [(cells, str(number)) for number, cells in enumerate(rows, 1)])
    found: list[Any] = load(source).evaluate("d", given)
    return found


@given(tables())
def test_the_input_of_an_overlap_matches_both_rows(made: tuple[dict[str, str], list[list[str]]]) -> None:
    for problem in problems("UNIQUE", *made):
        named = re.search(r"第 (\d+) 行和第 (\d+) 行同时符合", problem.message)
        if named:
            assert set(map(int, named.groups())) <= set(matched(*made, problem.input)), problem


@given(tables())
def test_the_input_of_a_gap_matches_no_row(made: tuple[dict[str, str], list[list[str]]]) -> None:
    for problem in problems("FIRST", *made):
        if problem.message.startswith("没有规则处理"):
            assert matched(*made, problem.input) == [], problem


@given(tables())
def test_the_input_of_an_unreachable_row_is_taken_by_the_row_that_is_named(
    made: tuple[dict[str, str], list[list[str]]],
) -> None:
    for problem in problems("FIRST", *made):
        named = re.search(r"第 (\d+) 行总被前面的行抢先，例如第 (\d+) 行", problem.message)
        if named:
            late, first = map(int, named.groups())
            assert {first, late} <= set(matched(*made, problem.input)) and first < late, problem


@pytest.mark.parametrize(("kind", "low", "high"), [(kind, some[0], some[-1]) for kind, some in LITERALS.items()])
def test_overlaps_and_gaps_are_found_for_every_kind(kind: str, low: str, high: str) -> None:
    column = {"a": kind}
    (overlap,) = [p for p in problems("UNIQUE", column, [[f"<= {high}"], [f">= {low}"]]) if "同时符合" in p.message]
    assert "第 1 行和第 2 行" in overlap.message and overlap.input
    gaps = [p for p in problems("UNIQUE", column, [[f"< {low}"], [f"> {high}"]]) if "没有规则处理" in p.message]
    assert gaps and all(gap.input for gap in gaps)
    assert not [p for p in problems("UNIQUE", column, [[f"< {low}"], [f">= {low}"]]) if p.severity == "error"]


def test_conditions_over_the_input_are_judged() -> None:
    found = [p.message for p in problems("UNIQUE", {"a": "number"}, [["? < 5"], ["? > 3"]])]
    assert found == ["第 1 行和第 2 行同时符合，例如：a = 4"]


def test_conditions_that_do_more_with_the_input_are_left_open() -> None:
    assert problems("UNIQUE", {"a": "number"}, [["modulo(?, 2) = 0"], ["modulo(?, 2) = 1"]]) == []


def test_a_condition_of_a_wrong_type_is_named() -> None:
    (found,) = [
        p.message for p in problems("UNIQUE", {"a": "number"}, [['? < @"P10D"'], ["-"]]) if "这一列" in p.message
    ]
    assert found == "第 1 行“a”：P10D 是天时时长，这一列应是数字"


@pytest.mark.parametrize(("one", "other", "same"), [("1", "1.0", True), ("1", "2", False), ('"a"', '"a"', True)])
def test_outputs_of_any_are_the_same_when_their_values_are(one: str, other: str, same: bool) -> None:
    found = check(table("ANY", {"a": "number"}, [(["< 5"], one), (["-"], other)]))
    assert any("同时符合" in problem.message for problem in found) is not same


def test_columns_that_ask_the_same_are_given_one_value() -> None:
    source = table("UNIQUE", {"a": "number"}, [(["< 5", "> 3"], "1"), (["> 4", "< 9"], "2"), (["< 2", "> 3"], "3")])
    twice = source.replace(b"<output ", INPUT.format("number", "a").encode() + b"<output ")
    found = check(twice)
    assert {"a": 4.5} in [p.input for p in found if "第 1 行和第 2 行同时符合" in p.message]
    assert not [p for p in found if "第 3 行" in p.message and "同时符合" in p.message]


def test_an_input_worked_out_of_another_has_the_value_it_gets() -> None:
    columns = {"kva": "number", "kva > 100": "boolean"}
    rows = [["< 50", "true"], ["< 60", "true"], [">= 60", "true"], ["-", "false"]]
    assert not [p for p in problems("UNIQUE", columns, rows) if "同时符合" in p.message]
