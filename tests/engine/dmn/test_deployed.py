"""A deployment is refused for wrong tables and warned of incomplete ones; each check leaves the mended twin alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.checks import check
from engine.dmn import check as check_file
from tests.engine.core.house import PARCEL, files_of

FILES = Path(__file__).parent / "deployed"
ROOT = Path(__file__).parents[3]
#: file -> severity, element, message in both languages
FINDINGS = {
    "overlap": (
        "error",
        "row_2",
        '第 1 行和第 2 行同时符合，例如：容量 = 100，类别 = "LV" '
        '(Rows 1 and 2 both match, for example: 容量 = 100, 类别 = "LV")',
    ),
    "type": (
        "error",
        "row_2",
        '第 2 行“price”："zwei" 是文字，这一列应是数字 (Row 2, \'price\': "zwei" is string, the column is for number)',
    ),
    "cell_type": (
        "error",
        "row_1",
        '第 1 行“容量”："small" 是文字，这一列应是数字 (Row 1, \'容量\': "small" is string, the column is for number)',
    ),
    "unknown": (
        "error",
        "row_2",
        "第 2 行“kvar * 2”：没有声明变量“kvar” (Row 2, 'kvar * 2': nothing declares the variable 'kvar')",
    ),
    "gap": (
        "warning",
        "tariff_table",
        '没有规则处理：容量 = 100，类别 = "LV" (No rule is for: 容量 = 100, 类别 = "LV")',
    ),
    "unreachable": (
        "warning",
        "row_3",
        '第 3 行总被前面的行抢先，例如第 2 行：容量 = 501，类别 = "HV" '
        '(Rows before take all that row 3 is for, row 2 for example: 容量 = 501, 类别 = "HV")',
    ),
}


def deployed(name: str) -> dict[str, bytes]:
    return {**files_of(PARCEL), "table.dmn": (FILES / f"{name}.dmn").read_bytes()}


def test_every_file_is_looked_at() -> None:
    assert {path.stem for path in FILES.glob("*.dmn")} == {*FINDINGS, *(f"{name}_mended" for name in FINDINGS)}


@pytest.mark.parametrize("name", FINDINGS)
def test_a_finding_names_row_and_example_and_only_errors_refuse(name: str) -> None:
    severity, element, message = FINDINGS[name]
    found = check(deployed(name))
    told = [(p.severity, p.element, f"{p.message} ({p.message_en})") for p in found.problems if p.file == "table.dmn"]
    assert (severity, element, message) in told
    assert found.refused is (severity == "error")


@pytest.mark.parametrize("name", FINDINGS)
def test_the_mended_file_has_no_problem(name: str) -> None:
    assert check(deployed(f"{name}_mended")).problems == ()


@pytest.mark.parametrize("path", sorted((ROOT / "bpmn").rglob("*.dmn")), ids=lambda path: path.stem)
def test_the_shipped_tables_have_no_error(path: Path) -> None:
    assert [problem for problem in check_file(path.read_bytes()) if problem.severity == "error"] == []


BOXED = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/">
<inputData id="i" name="items"><variable name="items"/></inputData>
<decision id="d" name="d"><variable name="d"/>
<informationRequirement><requiredInput href="#i"/></informationRequirement>{}</decision></definitions>"""


@pytest.mark.parametrize(
    "logic",
    [
        "<filter><in><literalExpression><text>items</text></literalExpression></in>"
        "<match><literalExpression><text>price &gt; 5</text></literalExpression></match></filter>",
        "<literalExpression><text>items[price > 5]</text></literalExpression>",
        "<literalExpression><text>{f: function(n) if n = 0 then 1 else n * f(n - 1)}.f(3)</text></literalExpression>",
        "<literalExpression><text>for i in items return i.price</text></literalExpression>",
        '<literalExpression><text>if today() > date(2026, 1, 1) then due("plan") else now()</text></literalExpression>',
    ],
)
def test_names_that_a_construct_brings_along_are_known(logic: str) -> None:
    assert check_file(BOXED.format(logic).encode(), names=("due",)) == []
