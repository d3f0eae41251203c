"""Inputs that are worked out of others: overlaps and gaps are found, and an example is an input that can be."""

from __future__ import annotations

import pytest

from engine.dmn import Labels, check, load
from engine.dmn.document import read
from tests.engine.dmn.test_examples import table


def told(columns: dict[str, str], *rows: tuple[str, ...]) -> list[str]:
    escaped = {text.replace(">", "&gt;"): kind for text, kind in columns.items()}
    data = table("UNIQUE", escaped, [(list(row), str(number)) for number, row in enumerate(rows)])
    return [f"{found.severity}: {found.message_en}" for found in check(data)]


BIG = {"x > 5": "boolean", "x": "number"}
LONG = {"string length(s)": "number", "s": "string"}


def test_an_overlap_is_found_wherever_in_a_stretch_the_source_must_lie() -> None:
    overlap = "error: Rows 1 and 2 both match, for example: x > 5 = true, x = 7.5"
    assert told(BIG, ("true", "-"), ("-", "[3..10)"), ("false", "< 3")) == [overlap]


def test_a_gap_is_found_wherever_in_a_stretch_the_source_must_lie() -> None:
    assert told(BIG, ("true", ">= 10"), ("false", "-")) == ["warning: No rule is for: x > 5 = true, x = 7.5"]


def test_texts_are_tried_in_the_length_that_a_cell_asks_for() -> None:
    overlap, gap = told(LONG, ("18", "-"), ("-", 'not("a")'))
    assert overlap == f'error: Rows 1 and 2 both match, for example: string length(s) = 18, s = "{"x" * 18}"'
    assert gap == 'warning: No rule is for: string length(s) = 1, s = "a"'


def test_days_are_tried_in_the_year_that_a_cell_asks_for() -> None:
    columns = {"q.year": "number", "q": "date"}
    overlap, gap = told(columns, ("2024", "-"), ("-", '[@"2020-01-01"..@"2030-01-01"]'))
    assert overlap == "error: Rows 1 and 2 both match, for example: q.year = 2024, q = 2024-01-01"
    assert gap == "warning: No rule is for: q.year = 2019, q = 2019-12-31"


@pytest.mark.parametrize("path", ["p.a", "x"])
def test_what_is_worked_out_of_an_entry_has_its_value(path: str) -> None:
    columns = {path: "number", f"{path} > 5": "boolean"}
    assert told(columns, ("< 3", "-"), (">= 3", "true"), (">= 3", "false")) == []
    assert told(columns, ("< 3", "-"), ("-", "true"), ("[3..5]", "-")) == []


def test_two_inputs_worked_out_of_one_that_no_column_asks_for_have_values_that_go_together() -> None:
    columns = {"x > 5": "boolean", "x > 7": "boolean"}
    assert told(columns, ("false", "-"), ("true", "true"), ("true", "false")) == []
    assert told(columns, ("false", "-"), ("-", "true")) == [
        "warning: No rule is for: x > 5 = true, x > 7 = false, x = 6"
    ]
    lists = {"count(xs)": "number", "count(xs) > 3": "boolean"}
    assert [line for line in told(lists, ("0", "-"), ("-", "true")) if line.startswith("error")] == []
    overlap = "error: Rows 1 and 2 both match, for example: count(xs) = 0"
    assert overlap in told(lists, ("0", "-"), ("[0..1]", "-"))


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("count(xs)", ["0", "1", ">= 2"]),
        ("count(xs)", ["< 3", "> 2"]),
        ("count(xs) + 1", ["[1..2]", "> 2"]),
        ("string length(s)", ["0", "[1..10]", ">= 11"]),
        ("q.year", ["<= 2023", ">= 2024"]),
        ("date(s).month", ["[1..6]", "[7..12]"]),
        ("date(s).weekday", ["[1..5]", "6, 7"]),
        ("floor(x)", ["<= 1", ">= 2"]),
        ("2 * count(xs) - 1", ["<= 1", ">= 2"]),
    ],
)
def test_whole_numbers_have_nothing_between_them(text: str, cells: list[str]) -> None:
    assert told({text: "number"}, *((cell,) for cell in cells)) == []


@pytest.mark.parametrize(
    ("text", "cells", "value"),
    [
        ("count(xs)", ["< 3", ">= 4"], "3"),
        ("count(xs)", ["< 3", "> 10.5"], "3"),
        ("x", ["<= 3", ">= 4"], "3.5"),
        ("count(xs) / 2", ["<= 3", ">= 4"], "3.5"),
        ("floor(x, 1)", ["<= 3", ">= 4"], "3.5"),
    ],
)
def test_a_gap_in_numbers_is_told_with_one_that_can_be(text: str, cells: list[str], value: str) -> None:
    gaps = [line for line in told({text: "number"}, *((cell,) for cell in cells)) if "No rule" in line]
    assert gaps == [f"warning: No rule is for: {text} = {value}"]


def test_columns_of_one_label_are_told_apart_in_an_explanation() -> None:
    data = table("FIRST", {"x": "number", "y": "number", "x + 0": "number"}, [(["> 3", "> 4", "> 2"], "1")]).decode()
    for text in ("x", "y"):
        asked = f'<input><inputExpression typeRef="number"><text>{text}</text>'
        data = data.replace(asked, asked.replace("<input>", '<input label="k">'))
    found = load(data.encode()).explain("d", {"x": 5, "y": 9})
    assert found.inputs == {"k (x)": 5, "k (y)": 9, "x + 0": 5}
    assert found.rules[0].cells == {"k (x)": "> 3", "k (y)": "> 4", "x + 0": "> 2"}
    (decision,) = read(data.encode()).all("decision")
    assert Labels.of(decision).inputs == {"k (x)": "x", "k (y)": "y", "x + 0": "x + 0"}
    twice = table("FIRST", {"x": "number", "y": "number"}, [(["> 3", "> 4"], "1")]).replace(b">y<", b">x<")
    assert load(twice).explain("d", {"x": 5}).rules[0].cells == {"x": "> 3", "x [2]": "> 4"}
