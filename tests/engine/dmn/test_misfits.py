"""Entries that a type has not, literals that spell nothing, kinds that do not go together: told at deployment."""

from __future__ import annotations

from html import escape

import pytest

from engine.dmn import check
from tests.engine.dmn.test_examples import table

TYPES = (
    '<itemDefinition name="P"><itemComponent name="k"><typeRef>number</typeRef></itemComponent>'
    '<itemComponent name="first-name"><typeRef>string</typeRef></itemComponent></itemDefinition>'
)


def told(column: str, cells: dict[str, str], output: str = "", decision: str = "", policy: str = "FIRST") -> list[str]:
    """Codes of the problems of a table over p: P, s: string, x: number and d: date; cells with their results."""
    rules = "".join(
        f"<rule><inputEntry><text>{escape(cell)}</text></inputEntry>"
        f"<outputEntry><text>{escape(result)}</text></outputEntry></rule>"
        for cell, result in cells.items()
    )
    kinds = {"p": "P", "s": "string", "x": "number", "d": "date"}
    inputs = "".join(
        f'<inputData id="{name}" name="{name}"><variable name="{name}" typeRef="{kind}"/></inputData>'
        for name, kind in kinds.items()
    )
    needs = "".join(
        f'<informationRequirement><requiredInput href="#{name}"/></informationRequirement>' for name in kinds
    )
    kind = f' typeRef="{output}"' if output else ""
    data = (
        f'<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/">{TYPES}{inputs}<decision id="z" name="z">'
        f'<variable name="z"{f" typeRef={chr(34)}{decision}{chr(34)}" if decision else ""}/>{needs}'
        f'<decisionTable id="t" hitPolicy="{policy}"><input><inputExpression><text>{escape(column)}</text>'
        f'</inputExpression></input><output name="o"{kind}/>{rules}</decisionTable></decision></definitions>'
    )
    return sorted({found.code for found in check(data.encode())} - {"gap"})


@pytest.mark.parametrize(
    ("column", "cells", "expected"),
    [
        ("p.kk", {"-": "1"}, ["entry_undeclared"]),
        ("p.k", {"> p.max": "1", "-": "2"}, ["entry_undeclared"]),
        ("p.k", {"-": "p.kk"}, ["entry_undeclared"]),
        ("p.k", {"> p.k": "p.first-name", "-": "p.k + 1"}, []),
        ("d.year", {"-": "d.year"}, []),
        ("x", {"-": "for p in [{kk: 1}] return p.kk"}, []),
        ("x", {"-": "[{p: {kk: 1}}][p.kk = 1]"}, []),
        ("x", {"-": '"a" + 1'}, ["kinds_apart"]),
        ("s + 1", {"-": "1"}, ["kinds_apart"]),
        ("x + 1", {"-": 's + "a"'}, []),
        ("x", {"-": "for s in [1] return s + 1"}, []),
        ("x", {"-": ""}, ["output_empty"]),
        ("x", {"-": "null"}, []),
        ("d", {'< @"2026-02-30"': "1", '>= @"2026-02-30"': "2"}, ["literal_senseless"]),
        ("d", {'< date("2026-02-30")': "1"}, ["literal_senseless"]),
        ("d", {"-": '@"P1Y1D"'}, ["literal_senseless"]),
        ("d", {'< @"2026-02-28"': "1"}, []),
    ],
)
def test_what_is_not_there_or_does_not_fit_is_told(column: str, cells: dict[str, str], expected: list[str]) -> None:
    assert told(column, cells) == expected


@pytest.mark.parametrize(
    ("result", "output", "decision", "expected"),
    [
        ("s", "number", "", ["result_kind"]),
        ("x * 2", "string", "", ["result_kind"]),
        ("p.k", "string", "", ["result_kind"]),
        ("x > 1", "number", "", ["result_kind"]),
        ("x", "number", "string", ["decision_kind"]),
        ("x", "number", "number", []),
        ("if x > 1 then s else null", "number", "", []),
        ("s", "string", "string", []),
    ],
)
def test_a_result_of_another_kind_is_told(result: str, output: str, decision: str, expected: list[str]) -> None:
    assert told("x", {"-": result}, output, decision) == expected


def test_rules_of_any_whose_results_agree_for_the_example_are_no_overlap() -> None:
    assert told("x", {"> 5": "x * 2", "> 7": "x + x"}, policy="ANY") == []
    assert told("x", {"> 5": "x * 2", "> 7": "x + p.k"}, policy="ANY") == [], "p.k is not known beforehand"
    assert told("x", {"> 5": "x * 2", "> 7": "x + 1"}, policy="ANY") == ["overlap"]


def test_a_literal_is_named_with_its_row() -> None:
    data = table("FIRST", {"q": "date"}, [(['< @"2026-02-30"'], "1")])
    (found,) = check(data)
    assert found.severity == "error"
    assert found.message_en == (
        "Row 1, '< @\"2026-02-30\"': there is no date, time or duration 2026-02-30: it is always null"
    )
