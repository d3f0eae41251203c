"""The machine reviews an application first and says why; people decide, and papers are asked for once."""

from __future__ import annotations

import io
import re
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from bpmn.connection import Earlier
from bpmn.connection.papers import reusable
from engine import dmn
from engine.models import history
from forms import Form, FormErrors
from tests.bpmn.pack import CLASSES, files, forms
from tests.bpmn.test_records_of_a_case import Counter, papers, uploads
from tests.bpmn.walk import MONDAY, PAPERS, Walk

Begin = Callable[..., Walk]
IDENTITY = {"credit_code": {"sealed": "s-credit_code", "kind": "credit_code"}}
DEVICES = [{"name": "空压机", "count": Decimal(2), "power": Decimal(40)}]


@pytest.fixture
def counter() -> Counter:
    return Counter()


def doubts(**values: Any) -> list[str]:
    found: Any = dmn.load(files()["decisions/preliminary_review.dmn"]).evaluate("preliminary_review", values)
    return [row["code"] for row in found]


def test_a_bound_is_written_once_and_the_sentence_follows_it() -> None:
    file = files()["decisions/preliminary_review.dmn"]
    home = {"customer_class": "RES", "voltage": "0.22", "usage": "residential"}
    assert file.count(b"<text>40</text>") == 1
    table = dmn.load(file.replace(b"<text>40</text>", b"<text>60</text>"))
    assert table.evaluate("preliminary_review", {**home, "kva": 60}) == []
    (found,) = table.evaluate("preliminary_review", {**home, "kva": 61})
    assert "超过 60 kW" in found["sentence"]
    sentences = re.findall(rb'review_row_\d+_out_2">\s*<text>([^<]*)</text>', file)
    assert len(sentences) == 10
    assert [
        text for text in sentences for literal in re.findall(rb'"([^"]*)"', text) if re.search(rb"\d", literal)
    ] == []


def earlier(kind: str, given_at: datetime = MONDAY - timedelta(days=40), case: str = "26-10-0007") -> Earlier:
    return Earlier(kind, f"old-{kind}", case, given_at)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"customer_class": "LV", "voltage": "10", "usage": "commercial"}, "voltage_high"),
        ({"customer_class": "HV1", "voltage": "0.38", "usage": "industrial"}, "voltage_low"),
        ({"customer_class": "RES", "voltage": "0.22", "usage": "commercial"}, "usage_of_home"),
        ({"customer_class": "LV", "voltage": "0.38", "usage": "residential"}, "usage_of_business"),
        ({"customer_class": "RES", "voltage": "0.22", "usage": "residential", "kva": 41}, "home_is_large"),
        ({"customer_class": "HV1", "voltage": "10", "usage": "industrial", "kva": 49}, "high_voltage_is_small"),
        ({"customer_class": "LV", "voltage": "0.38", "kva": 161, "devices": DEVICES}, "more_than_devices"),
        ({"customer_class": "LV", "voltage": "0.38", "kva": 20, "devices": DEVICES}, "less_than_devices"),
        ({"customer_class": "HV2", "important": True, "own_source": "无"}, "no_own_source"),
        ({"temporary_from": "2026-12-02", "temporary_to": "2026-12-01"}, "dates_reversed"),
    ],
)
def test_statements_that_contradict_one_another_are_a_doubt(values: dict[str, Any], code: str) -> None:
    assert doubts(**values) == [code]


@pytest.mark.parametrize("customer_class", CLASSES)
def test_an_application_that_fits_raises_no_doubt(customer_class: str) -> None:
    hv = customer_class.startswith("HV")
    usage = "residential" if customer_class == "RES" else "industrial"
    fitting = {"voltage": "10" if hv else "0.38", "kva": 80 if hv else 40, "devices": DEVICES}
    assert doubts(customer_class=customer_class, usage=usage, **fitting) == []


def test_what_is_missing_and_what_is_doubtful_is_said_in_sentences(begin: Begin, counter: Counter) -> None:
    case = begin("LV", desk=counter.desk(), voltage="10", **uploads("LV", "device_list"))
    found = case.variables()["preliminary"]
    assert (found["suggested"], found["title"]) == ("incomplete", "缺件，建议一次性告知")
    assert found["reasons"] == [
        "缺用电设备清单（非核心材料，可以容缺）。",
        "按低压类别申请，却希望 10 kV 供电：请核对客户类别或电压。",
    ]


def test_a_complete_application_without_doubts_is_suggested_as_such(begin: Begin, counter: Counter) -> None:
    case = begin("HV1", desk=counter.desk(), **uploads("HV1"))
    assert case.variables()["preliminary"] == {
        "suggested": "complete", "title": "材料齐全，未发现疑点", "reasons": [], "reused": [],
    }  # fmt: skip


def test_another_running_case_of_the_same_identity_is_a_doubt(begin: Begin, counter: Counter) -> None:
    counter.others = ("26-11-0001",)
    case = begin("HV1", desk=counter.desk(), **uploads("HV1"), **IDENTITY)
    found = case.variables()["preliminary"]
    assert found["suggested"] == "doubtful"
    assert found["reasons"] == ["同一证件另有在办申请：26-11-0001，请核对是否重复。"]


ACCEPTED = {
    "identity_checked": "yes",
    "duplicate_checked": "none",
    "credit_result": "good",
    "verified": ["device_list"],
    "outcome": "complete",
}
OVERRULED = {"reason_code": "other_evidence", "overrule_reason": "现场看过原件"}


def accepted(suggested: str, notice_count: int = 0, **answers: Any) -> dict[str, Any]:
    """What the acceptance form makes of answers over a case that the machine has reviewed."""
    checklist = [{"type": "device_list", "title": "用电设备清单", "core": False, "stage": "acceptance"}]
    context = {"checklist": checklist, "preliminary": {"suggested": suggested}, "notice_count": notice_count}
    return Form.load(forms()["accept"]).validate({**ACCEPTED, **answers}, context=context).values


def wrong(suggested: str, notice_count: int = 0, **answers: Any) -> set[str]:
    with pytest.raises(FormErrors) as refused:
        accepted(suggested, notice_count, **answers)
    return set(refused.value.errors)


def test_deciding_as_the_machine_suggests_needs_no_reason() -> None:
    assert "overrule_reason" not in accepted("complete")
    assert accepted("incomplete", outcome="incomplete", missing=["device_list"])["missing"] == ["device_list"]
    assert accepted("doubtful", outcome="incomplete", missing=["device_list"])["outcome"] == "incomplete"


@pytest.mark.parametrize("suggested", ["incomplete", "doubtful"])
def test_accepting_against_the_machine_needs_a_reason_and_its_code(suggested: str) -> None:
    assert wrong(suggested) == {"reason_code", "overrule_reason"}
    assert accepted(suggested, **OVERRULED)["reason_code"] == "other_evidence"


def test_asking_for_papers_against_the_machine_needs_a_reason() -> None:
    asked = {"outcome": "incomplete", "missing": ["device_list"]}
    assert wrong("complete", **asked) == {"reason_code", "overrule_reason"}
    assert accepted("complete", **asked, **OVERRULED)["overrule_reason"] == "现场看过原件"


def test_a_refusal_keeps_its_own_reason() -> None:
    assert wrong("complete", outcome="refuse") == {"reason_code", "reason"}


def test_the_history_keeps_the_code_of_a_decision_against_the_machine(begin: Begin, counter: Counter) -> None:
    case = begin("HV1", desk=counter.desk(), voltage="0.38", **uploads("HV1"))
    case.do("ut_accept", outcome="complete", **OVERRULED)
    told = [row.payload for row in case.rows(history, kind="completed", element="ut_accept")]
    assert [(data["outcome"], data["reason_code"]) for data in told] == [("complete", "other_evidence")]


def text(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_a_second_request_for_papers_says_why_in_form_letter_and_notice(begin: Begin, counter: Counter) -> None:
    asked = {"outcome": "incomplete", "missing": ["device_list"]}
    assert "again_reason" not in accepted("incomplete", **asked)
    assert wrong("incomplete", 1, **asked) == {"again_reason"}
    case = begin("LV", desk=counter.desk(), **uploads("LV", "device_list"))
    case.do("ut_accept", **asked)
    case.send("MSG_DOCUMENTS_SUPPLIED", doc_device_list=["d-list"])
    case.do("ut_accept", **asked, again_reason="清单没有写功率")
    first, second = (text(paper.content) for paper in counter.papers)
    assert "再要材料" not in first and "这次再要材料的原因：清单没有写功率" in second
    assert "20 个工作日内补齐" in first
    assert [notice.subject for notice in counter.notices[1:]] == ["one_time_notice", "second_notice"]
    assert "清单没有写功率" in counter.notices[-1].text
    assert case.variables()["notice_count"] == 2


def test_a_paper_of_an_earlier_case_is_taken_over_and_not_asked_for_again(begin: Begin, counter: Counter) -> None:
    counter.earlier = [earlier("business_licence"), earlier("device_list"), earlier("property_proof")]
    given = uploads("LV", "business_licence", "property_proof", "device_list")
    case = begin("LV", desk=counter.desk(), **given, **IDENTITY)
    assert case.variables()["missing"] == ["device_list"]
    assert ("business_licence", "copy-of-old-business_licence") in papers(case)
    assert case.variables()["preliminary"]["reused"][0] == (
        "营业执照或单位证明沿用案件 26-10-0007 中 2026-10-07 交的一份，可用到 2029-10-07。"
    )


def test_what_the_customer_gives_now_goes_before_what_was_given_then(begin: Begin, counter: Counter) -> None:
    counter.earlier = [earlier(kind) for kind in PAPERS["LV"]]
    case = begin("LV", desk=counter.desk(), **uploads("LV"), **IDENTITY)
    assert not [id for _kind, id in papers(case) if id.startswith("copy-of")]


def test_nothing_is_taken_over_without_an_identity(begin: Begin, counter: Counter) -> None:
    counter.earlier = [earlier(kind) for kind in PAPERS["LV"]]
    case = begin("LV", desk=counter.desk(), **uploads("LV", "business_licence"))
    assert case.variables()["missing"] == ["business_licence"]


ROW = {"type": "id_card", "valid_months": Decimal(36)}


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 2000), st.integers(0, 60))
def test_a_paper_can_be_used_again_exactly_while_its_months_last(given_on: date, age: int, months: int) -> None:
    day = given_on + timedelta(days=age)
    paper = earlier("id_card", datetime(given_on.year, given_on.month, given_on.day, 4, tzinfo=UTC))
    found = reusable([{"type": "id_card", "valid_months": Decimal(months)}], [paper], day)
    month = given_on.year * 12 + given_on.month - 1 + months
    last = monthrange(month // 12, month % 12 + 1)[1]
    ends = date(month // 12, month % 12 + 1, min(given_on.day, last))
    assert [date.fromisoformat(one["valid_until"]) for one in found] == [ends] * (months > 0 and day <= ends)


def test_the_newest_of_several_earlier_papers_is_taken() -> None:
    old, new = earlier("id_card", MONDAY - timedelta(days=90), "a"), earlier("id_card", MONDAY, "b")
    (found,) = reusable([ROW], [new, old], MONDAY.date())
    assert (found["case"], found["given_on"], found["valid_until"]) == ("b", "2026-11-16", "2029-11-16")
