"""The pack passes every check of a deployment, and its letters can be filled."""

from __future__ import annotations

import io
import re
from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest
from docx import Document

from bpmn.connection import Desk, install
from bpmn.connection.letters import fill, span
from engine import Engine, Handlers
from forms import check_files
from tests.bpmn.pack import components, diagrams, files, forms, manifest

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
    "valid_for": span("P1Y"),
    "figures": {"plan_objection_months": "1", "plan_extension_days": "10", "lapse_days": "20"},
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


def test_the_pack_deploys_and_warns_only_of_what_is_so() -> None:
    """The papers promise ten working days for every plan; the ceiling of households and low voltage is shorter."""
    handlers = Handlers()
    install(handlers, no_desk())
    problems = Engine(handlers, checks=[check_files]).check(files())
    assert {problem.severity for problem in problems} == {"warning"}
    assert [problem.message_en.partition(",")[0].partition(":")[0] for problem in problems] == [
        "Row 21 (plan) gives 10 working day(s)",
        "Row 24 (plan) gives 10 working day(s)",
        "Row 107 (connection) gives 4 working day(s)",
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("reply", ["2000 kVA，大工业", "单电源", "1 年内有效", "请在 1 个月内提出", "到期 10 日前申请", "增容"]),
        ("one_time_notice", ["营业执照", "总平面图", "除此以外没有其他要求", "20 个工作日内补齐"]),
        ("fee_notice", ["高可靠性供电费", "300.00 元", "清单第 3 项", "清单以外不收"]),
        ("contract", ["工商业两部制电价", "有效期 3 年", "2000 kVA"]),
    ],
)
def test_a_letter_is_filled_in_words_and_leaves_no_mark_of_the_template(name: str, expected: list[str]) -> None:
    template = files()[manifest()["letters"][name]["file"]]
    found = text_of(fill(template, CASE))
    assert [word for word in [*expected, "甲乙<公司>", "26-11-0187"] if word not in found] == []
    assert "{" not in found and "%}" not in found


@pytest.mark.parametrize(
    ("duration", "said"),
    [("P1Y", "1 年"), ("P3M", "3 个月"), ("P1Y6M", "1 年 6 个月"), ("P45D", "45 日"), ("半年", "半年")],
)
def test_a_letter_says_how_long_in_words(duration: str, said: str) -> None:
    assert span(duration) == said


def test_every_figure_that_a_form_a_letter_or_a_notice_says_is_worked_out_from_a_table() -> None:
    pack = manifest()
    letters = [text_of(files()[about["file"]]) for about in pack["letters"].values()]
    drawn = [data.decode() for name, data in files().items() if name.endswith(".form")]
    said = {
        name
        for text in [*letters, *drawn, *pack["notices"].values()]
        for name in re.findall(r"figures[.\[]([a-z_]+)", text)
    }
    assert said == set(pack["figures"])


#: How long, how much: a number with its unit in words that stand still while the tables change.
NUMBERS = re.compile(r"(?:\d|[一二三四五六七八九十半两])+ ?(?:个工作日|工作日|个月|天|日内|日前|小时|分钟|元|%|倍)")


def test_no_letter_notice_guidance_or_hint_says_a_number_by_itself() -> None:
    pack = manifest()
    letters = {name: text_of(files()[about["file"]]) for name, about in pack["letters"].items()}
    guidance = {name: "".join(root.itertext()) for name, root in diagrams().items()}
    hints = {
        f"{name} {part['id']}": f"{part.get('description', '')} {part.get('text', '')}"
        for name, form in forms().items()
        for part in components(form)
    }
    texts = {**letters, **pack["notices"], **guidance, **hints}
    assert {name: found for name, text in texts.items() if (found := NUMBERS.findall(text))} == {}
