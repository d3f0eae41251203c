"""What the server refuses of a whole answer, whatever each field says: duties apart, papers, credit, fees, findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from engine import ALL, Actor
from engine.errors import OwnWork
from forms import Form, FormErrors
from tests.bpmn.pack import forms
from tests.bpmn.test_parallel_review import returned, reviewed
from tests.bpmn.walk import Walk, certificates

TODAY = date(2026, 11, 16)
OPINIONS = [{"code": code, "department": name} for code, name in (("om", "运检"), ("planning", "规划"))]
CHECKLIST = [
    {"type": kind, "title": title, "core": core, "stage": "acceptance"}
    for kind, title, core in (
        ("business_licence", "营业执照", True),
        ("legal_person_id", "法定代表人身份证", True),
        ("device_list", "用电设备清单", False),
        ("property_proof", "产权证明", False),
    )
]
CORE = [paper["type"] for paper in CHECKLIST if paper["core"]]
DISPUTE = {"outcome": "contradiction", "dispute": "一条要换线，一条不让换", "consolidation": "请开联席会"}
MET = {"meeting_date": "2026-11-16", "meeting_minutes": "改接另一条线，双方都同意。", "outcome": "pass"}
ACCEPTED = {"identity_checked": "yes", "duplicate_checked": "none", "credit_result": "good", "outcome": "accept"}
LOCAL = {"fee_cause": "local_policy", "policy_reference": "杭发改 2026 年 3 号", "reason": "按文件定比例"}
FALSE = {
    "false_paper": "营业执照",
    "false_verified_by": ["issuer"],
    "false_findings": "发证机关查不到这个编号。",
    "outcome": "terminate",
    "reason_code": "forged",
    "reason": "发证机关确认系伪造",
    "false_evidence": ["0" * 32],
}
EXPOST = {"expost_site": "same", "expost_on": "2026-11-16", "expost_findings": "与承诺相符", "outcome": "pass"}
MINOR = {"outcome": "minor", "reason_code": "not_repaired", "reason": "接地记录还没有补"}
VERIFIED = {"outcome": "ok", "supplement_verified": ["property_proof"]}
#: Form -> an answer that is taken.
TAKEN: Mapping[str, Mapping[str, Any]] = {
    "consolidate": DISPUTE | {"disputing": ["om", "planning"]},
    "joint_meeting": MET | {"meeting_attendees": ["运检", "规划"]},
    "verify_supplement": VERIFIED,
    "deferred_accept": ACCEPTED | {"missing": ["property_proof"], "verified": CORE, "signer_checked": True},
    "fee_check": LOCAL | {"share_customer": 60, "share_government": 40, "outcome": "notice"},
    "false_document": FALSE,
    "expost": EXPOST | {"expost_confirmed": ["papers"]},
    "credit_repair": {
        "repair_made_good": True,
        "repair_findings": "材料已补齐",
        "outcome": "repaired",
        "reason": "已补齐材料",
    },
    "accept": {**ACCEPTED, "outcome": "complete", "verified": ["device_list"]},
    "withdraw": {"withdraw_code": "other", "withdraw_confirmed": True},
    "credit_repair_asked": {"repair_text": "产权证明已补齐", "repair_promise": True},
}
#: Form, what is changed of the answer or (`known_`) of what the task knows, the field that refuses, and its words.
CASES: list[tuple[str, Mapping[str, Any], str, str]] = [
    ("consolidate", {"disputing": ["planning"]}, "disputing", "运检"),
    ("consolidate", {"disputing": ["om"]}, "disputing", "两个以上部门"),
    ("joint_meeting", {"meeting_attendees": ["规划"]}, "meeting_attendees", "运检"),
    ("verify_supplement", {"known_missing": ["device_list"]}, "outcome", "还缺：用电设备清单"),
    ("verify_supplement", {"missing": [], "known_missing": ["device_list"]}, "outcome", "还缺：用电设备清单"),
    ("verify_supplement", {"supplement_verified": []}, "outcome", "核验通过"),
    ("verify_supplement", {"outcome": "incomplete", "missing": ["device_list"]}, "again_reason", ""),
    ("deferred_accept", {"verified": [*CORE, "property_proof"]}, "outcome", "同一份材料"),
    ("deferred_accept", {"verified": CORE[1:]}, "outcome", "还没有勾选"),
    ("accept", {"verified": []}, "outcome", "勾选核验通过"),
    ("deferred_accept", {"credit_result": "blacklisted"}, "outcome", "黑名单"),
    ("deferred_accept", {"known_blacklisted": True}, "outcome", "黑名单"),
    ("deferred_accept", {"identity_checked": "no"}, "outcome", "不相符"),
    ("accept", {"identity_checked": "no"}, "outcome", "不相符"),
    ("fee_check", {"share_government": 90}, "share_government", "150 %"),
    ("fee_check", {"outcome": "settled"}, "outcome", "重新告知"),
    ("false_document", {"false_evidence": []}, "false_evidence", ""),
    ("false_document", {"reason_code": "mistake"}, "reason_code", "误报不是不实"),
    ("expost", {"expost_site": "different"}, "outcome", "不一致"),
    ("expost", {"expost_confirmed": []}, "outcome", "勾选"),
    ("expost", MINOR | {"known_repair_overdue": True}, "outcome", "不再给第二次期限"),
    ("withdraw", {"known_open_steps": ["ut_archive_check"]}, "withdraw_code", "已经送电"),
    ("withdraw", {"known_open_steps": ["ut_false_document", "ut_survey"]}, "withdraw_code", "不能撤回"),
    ("credit_repair", {"repair_made_good": False}, "outcome", "暂不同意"),
    ("credit_repair_asked", {"known_repair_from": date(2026, 11, 17)}, "repair_text", "2026-11-17 起"),
]


def known(**other: Any) -> dict[str, Any]:
    """What the tasks know before anybody answers."""
    review = {"opinions": OPINIONS, "returned": ["om"], "attending": ["运检", "规划"]}
    papers = {"checklist": CHECKLIST, "missing": [], "route": {"deferral": True}, "blacklisted": False}
    credit = {"credit_until": None, "repair_from": TODAY, "repair_overdue": None, "open_steps": []}
    return {**review, **papers, **credit, "fee_list": [], **other}


@pytest.mark.parametrize(("form", "changed", "field", "words"), CASES)
def test_an_answer_that_contradicts_what_is_there_is_refused_with_a_sentence(
    form: str, changed: Mapping[str, Any], field: str, words: str
) -> None:
    found = Form.load(forms()[form])
    found.validate(TAKEN[form], context=known(), today=TODAY)
    before = {key.removeprefix("known_"): value for key, value in changed.items() if key.startswith("known_")}
    answer = {**TAKEN[form], **{key: value for key, value in changed.items() if not key.startswith("known_")}}
    with pytest.raises(FormErrors) as refused:
        found.validate(answer, context=known(**before), today=TODAY)
    assert list(refused.value.errors) == [field]
    assert words in refused.value.errors[field][0]
    found.validate(answer, context=known(**before), today=TODAY, partial=True)


@pytest.mark.parametrize("step", ["ut_consolidate", "ut_joint_meeting", "ut_arbitrate"])
def test_whoever_drafted_the_plan_settles_no_return_of_it(begin: Callable[..., Walk], step: str) -> None:
    case = begin("HV1")
    case.go("ut_plan_draft")
    drafter = Actor("cm-li", frozenset(["CM", "OM", "MANAGER"]), ALL, certificates=certificates())
    case.do("ut_plan_draft", by=drafter)
    reviewed(case, om=returned("om", "运行安全"))
    ways = {
        "ut_consolidate": {"outcome": "contradiction", "disputing": ["om", "marketing"], "dispute": "矛盾"},
        "ut_joint_meeting": {"outcome": "deadlock", "meeting_minutes": "没有谈拢"},
        "ut_arbitrate": {"outcome": "pass", "ruling": "按规划意见改接"},
    }
    for element, answer in ways.items():
        if element == step:
            break
        case.do(element, **answer)
    with pytest.raises(OwnWork):
        case.do(step, by=drafter, **ways[step])
    case.do(step, **ways[step])


def test_papers_that_are_still_missing_are_asked_for_again_whatever_the_clerk_says(begin: Callable[..., Walk]) -> None:
    given = [{"type": kind, "id": kind} for kind in ("business_licence", "legal_person_id")]
    case = begin("LV", documents=given, commitment_offered=True)
    case.send("MSG_COMMITMENT_SIGNED")
    case.do("ut_deferred_accept", missing=["property_proof", "device_list"])
    case.send("MSG_DOCUMENTS_SUPPLIED", doc_property_proof=["p1"])
    case.do("ut_verify_supplement", outcome="ok")
    assert "MSG_DOCUMENTS_SUPPLIED" in case.waits()
    case.send("MSG_DOCUMENTS_SUPPLIED", doc_device_list=["p2"])
    case.do("ut_verify_supplement", outcome="ok")
    assert "MSG_DOCUMENTS_SUPPLIED" not in case.waits()
