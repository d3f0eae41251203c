"""The pack passes every check of a deployment, and its letters can be filled."""

from __future__ import annotations

import io
from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest
from docx import Document

from bpmn.connection import Desk, install
from bpmn.connection.letters import fill
from engine import Engine, Handlers
from forms import check_files
from tests.bpmn.pack import files, manifest

CASE: dict[str, Any] = {
    "number": "26-11-0187",
    "name": "甲乙<公司>",
    "address": "滨江区沿江路 218 号",
    "date": "2026年11月20日",
    "business_type": "increase",
    "customer_class": "HV1",
    "missing": ["营业执照", "总平面图"],
    "items": [{"item": "高可靠性供电费", "amount": "300.00 元", "basis": "清单第 3 项"}],
    "total": "300.00 元",
    "cost": {"basis": "地方政策"},
    "plan": {
        "kva": Decimal(2000),
        "usage": "industrial",
        "sources": "single",
        "valid_for": "P1Y",
        "boundary": "#05 柜",
    },
    "contract": {"kva": Decimal(2000), "tariff": "commercial_two_part", "term": Decimal(3)},
}


def text_of(letter: bytes) -> str:
    document = Document(io.BytesIO(letter))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def no_desk() -> Desk:
    """Handlers are only registered here, never called."""

    def closed(*_: object) -> Any:
        raise AssertionError("Nothing is done while a pack is checked.")

    return Desk(**dict.fromkeys((entry.name for entry in fields(Desk)), closed))


def test_the_pack_deploys_and_warns_only_of_limits_above_their_ceiling() -> None:
    """The papers promise ten working days for every plan; the ceiling of households and low voltage is shorter."""
    handlers = Handlers()
    install(handlers, no_desk())
    problems = Engine(handlers, checks=[check_files]).check(files())
    assert {problem.severity for problem in problems} == {"warning"}
    assert [problem.message_en.partition(",")[0] for problem in problems] == [
        "Row 21 (plan) gives 10 working day(s)",
        "Row 24 (plan) gives 10 working day(s)",
        "Row 107 (connection) gives 4 working day(s)",
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("reply", ["2000 kVA，大工业", "单电源", "一年内有效", "增容"]),
        ("one_time_notice", ["营业执照", "总平面图", "除此以外没有其他要求"]),
        ("fee_notice", ["高可靠性供电费", "300.00 元", "清单第 3 项", "清单以外不收"]),
        ("contract", ["工商业两部制电价", "有效期 3 年", "2000 kVA"]),
    ],
)
def test_a_letter_is_filled_in_words_and_leaves_no_mark_of_the_template(name: str, expected: list[str]) -> None:
    template = files()[manifest()["letters"][name]["file"]]
    found = text_of(fill(template, CASE))
    assert [word for word in [*expected, "甲乙<公司>", "26-11-0187"] if word not in found] == []
    assert "{" not in found and "%}" not in found
