"""A shop and a factory whose papers follow on a commitment, and a small firm on notice and commitment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import pytest
from playwright.sync_api import expect

from tests.e2e import answers
from tests.e2e import test_parallel_walk as parallel
from tests.e2e.filling import PDF, PHOTO, SIGNED
from tests.e2e.walk import FORMS, Walk

#: Three more ways through a whole case; the standard process is walked at every commit.
pytestmark = [pytest.mark.e2e, pytest.mark.deep, pytest.mark.timeout(240)]

_HIGH_VOLTAGE: Final = frozenset({"doc_project_approval", "doc_site_plan"})
#: A shop with all but its proof of property, which may follow.
APPLICATION: Final[Mapping[str, Any]] = {
    **{key: value for key, value in answers.APPLICATION.items() if key not in _HIGH_VOLTAGE},
    "customer_class": "LV",
    "usage": "commercial",
    "kva": 100,
    "voltage": "0.38",
    "devices": [{"name": "烘焙炉", "count": 4, "power": 18}],
}
SURVEY: Final[Mapping[str, Any]] = {
    **answers.SURVEY,
    "usage": "commercial",
    "max_load": 70,
    "voltage": "0.38",
    "metering_mode": "low_ct",
    "metering_point": "低压配电箱",
}
_HIGH_FEE: Final = frozenset({"charges"})
PLAN: Final[Mapping[str, Any]] = {
    **{key: value for key, value in answers.PLAN.items() if key not in _HIGH_FEE},
    "kva": 100,
    "usage": "commercial",
    "voltage": "0.38",
    "transformer": "公用配电变压器",
    "main_wiring": "低压单母线",
    "metering_mode": "low_ct",
    "metering_point": "低压配电箱",
    "tariff": "commercial_single",
    "billing": "none",
    "valid_for": "3 个月",
}
CONTRACT: Final[Mapping[str, Any]] = {
    "contract": {**answers.CONTRACT["contract"], "template": "low_voltage", "kva": 100, "tariff": "commercial_single"},
    "contract_checked": True,
}
SIGNATURE: Final[Mapping[str, Any]] = {
    "commitment_read": True,
    "commitment_capacity": "legal_person",
    "commitment_signed_name": answers.CONTACT,
    "commitment_signature": SIGNED,
}
ACCEPTED: Final[Mapping[str, Any]] = {
    "identity_checked": "yes",
    "duplicate_checked": "none",
    "credit_result": "good",
    "signer_checked": True,
}
REVIEWS: Final[Mapping[str, tuple[str, str, list[str]]]] = {
    "marketing": ("cm2", "营销会审", ["load", "category", "price", "billing", "contract"]),
    "planning": ("planning1", "规划会审", ["access", "grid_plan", "capacity", "interface"]),
    "om": ("om1", "运检会审", ["line", "construction", "safety"]),
}


def test_power_comes_to_a_shop_whose_proof_of_property_follows(walk: Walk) -> None:
    applies(walk, {"commitment_offered": True})
    signs_the_letter(walk, "材料真实性承诺书", shot="portal_commitment")
    given = {
        **ACCEPTED,
        "verified": ["营业执照或单位证明", "法定代表人身份证明", "用电设备清单"],
        "missing": ["产权或使用权证明"],
    }
    walk.work("accept1", "容缺受理", "deferred_accept", given, "accept", shot="deferred_accept")
    plan_is_made_while_the_paper_is_outstanding(walk)
    paper_follows(walk)
    confirmation_is_the_notice_of_works(walk)
    power_comes(walk)


def test_a_small_firm_is_connected_on_notice_and_commitment_and_checked_afterwards(walk: Walk) -> None:
    notice = {"small_micro": True, "planning_compliant": True, "planning_reference": "杭规滨 2026-118"}
    applies(walk, {**notice, "customer_class": "MICRO", "doc_property_proof": PHOTO})
    signs_the_letter(walk, "告知承诺书", shot="portal_notice_commitment")
    given = {**ACCEPTED, "verified": ["营业执照或单位证明", "法定代表人身份证明", "产权或使用权证明", "用电设备清单"]}
    walk.work("accept1", "容缺受理", "deferred_accept", given, "accept")
    plan_is_drafted(walk)
    review(walk, "marketing")
    assert walk.site.open_tasks(walk.case) == {"ut_plan_reply"}, "planning and operation do not review"
    confirmation_is_the_notice_of_works(walk)
    power_comes(walk)
    case_is_checked_afterwards(walk)


def test_a_factory_whose_proof_of_property_follows_is_reviewed_by_all_departments_together(walk: Walk) -> None:
    walk.customer.sign_in()
    offered = {**answers.APPLICATION, "commitment_offered": True}
    walk.case = walk.customer.apply("application", FORMS, offered, ("credit_code", answers.MISTYPED))
    walk.site.settle()
    signs_the_letter(walk, "材料真实性承诺书", shot="portal_commitment_high")
    given = {
        **ACCEPTED,
        "verified": ["营业执照或单位证明", "法定代表人身份证明", "用电设备清单"],
        "missing": ["产权或使用权证明"],
    }
    walk.work("accept1", "容缺受理", "deferred_accept", given, "accept")
    walk.work("survey_dispatch1", "勘查派工", "survey_dispatch", answers.dispatch(walk.staff.today))
    walk.work("surveyor1", "现场勘查", "survey", answers.visit(walk.staff.today), "feasible")
    parallel.draft(walk)
    assert walk.site.open_tasks(walk.case) == parallel.OPEN
    for name in parallel.LANES:
        parallel.review(walk, name)
    walk.work("cm2", "汇总会审意见", "consolidate", {"consolidation": "各部门都同意"}, "summed")
    assert walk.site.open_tasks(walk.case) == set(), "no reply before the paper is verified"
    paper_follows(walk)
    confirmation_is_the_notice_of_works(walk)


def applies(walk: Walk, more: Mapping[str, Any]) -> None:
    walk.customer.sign_in()
    walk.case = walk.customer.apply("application", FORMS, {**APPLICATION, **more}, ("credit_code", answers.MISTYPED))
    walk.site.settle()


def signs_the_letter(walk: Walk, title: str, shot: str) -> None:
    """The customer reads the whole letter on the phone before signing it."""
    assert walk.site.open_tasks(walk.case) == set(), "nobody accepts before the letter is signed"
    walk.customer.sign_in()
    phone = walk.customer.page
    phone.goto(f"{walk.site.url}/my/{walk.case}/steps/MSG_COMMITMENT_SIGNED")
    expect(phone.locator("form-fill")).to_contain_text(title)
    walk.answer("MSG_COMMITMENT_SIGNED", "commitment_signed", SIGNATURE, shot=shot)


def plan_is_drafted(walk: Walk) -> None:
    walk.work("survey_dispatch1", "勘查派工", "survey_dispatch", answers.dispatch(walk.staff.today))
    visit = {**answers.visit(walk.staff.today), "survey": SURVEY}
    walk.work("surveyor1", "现场勘查", "survey", visit, "feasible")
    walk.work("cm1", "拟定供电方案", "plan_draft", {"plan": PLAN, "plan_drawings": PDF})


def review(walk: Walk, department: str) -> None:
    login, name, points = REVIEWS[department]
    walk.work(login, name, f"rev_{department}", {f"checked_{department}": points}, "agree")


def plan_is_made_while_the_paper_is_outstanding(walk: Walk) -> None:
    plan_is_drafted(walk)
    for department in REVIEWS:
        review(walk, department)
    assert walk.site.open_tasks(walk.case) == set(), "no reply before the paper is verified"


def paper_follows(walk: Walk) -> None:
    walk.answer("MSG_DOCUMENTS_SUPPLIED", "supply_documents", answers.SUPPLIED, shot="portal_supplement")
    assert walk.site.open_tasks(walk.case) == {"ut_verify_supplement"}
    verified = {"supplement_verified": ["产权或使用权证明"]}
    walk.work("accept1", "核对补件", "verify_supplement", verified, "ok", shot="verify_supplement")
    assert walk.site.open_tasks(walk.case) == {"ut_plan_reply"}


def confirmation_is_the_notice_of_works(walk: Walk) -> None:
    until = str(walk.staff.today + timedelta(days=365))
    reply = {"reply_channel": "online", "plan_valid_until": until, "reply_checked": True}
    walk.work("cm1", "答复供电方案", "plan_reply", reply)
    walk.customer.sign_in()
    phone = walk.customer.page
    phone.goto(f"{walk.site.url}/my/{walk.case}/steps/MSG_CUSTOMER_CONFIRMED")
    expect(phone.locator("form-fill")).to_contain_text("确认方案就是开工告知")
    signed = {"plan_read": True, "signed_name": answers.CONTACT, "plan_signature": SIGNED}
    walk.answer("MSG_CUSTOMER_CONFIRMED", "confirm_plan", signed, shot="portal_confirm_merged")
    assert "ut_construction_notice" not in walk.site.open_tasks(walk.case)


def power_comes(walk: Walk) -> None:
    walk.answer("MSG_COMPLETION_REPORTED", "completion_report", {"completed_on": str(walk.staff.today)})
    walk.work("inspector1", "竣工检验", "completion_inspection", answers.INSPECTED_GOOD, "pass")
    walk.work("cm1", "起草合同", "contract", CONTRACT)
    signed = {"contract_read": True, "contract_signed_name": answers.CONTACT, "sign_mode": "electronic"}
    walk.answer("MSG_CONTRACT_SIGNED", "contract_sign", signed)
    walk.work("metering1", "装表", "meter_install", answers.meters(walk.staff.today))
    walk.work("om1", "送电", "energise", answers.energised(walk.staff.today), "energised")
    walk.work("cm1", "归档核对", "archive_check", answers.ARCHIVED, "complete")
    instance = walk.site.instance(walk.case)
    assert (instance.state, instance.end_event) == ("ended", "MSG_CONNECTED")


def case_is_checked_afterwards(walk: Walk) -> None:
    """Not by the inspector who passed the works: the page of the task says so and whom to give it to."""
    assert walk.site.open_tasks(walk.case) == {"ut_expost"}
    walk.staff.sign_in("inspector1")
    page = walk.staff.page
    page.goto(f"{walk.site.url}/tasks/{walk.staff.row(walk.case, '事后核查').get_attribute('data-key')}")
    expect(page.locator("main")).to_contain_text("「竣工检验」由您办理，不能由您审核")
    expect(page.get_by_role("button", name="领取并办理")).to_have_count(0)
    found = {
        "expost_confirmed": ["identity", "planning", "papers", "records"],
        "expost_site": "same",
        "expost_on": str(walk.staff.today),
        "expost_findings": "现场与方案一致，承诺属实。",
    }
    walk.work("supervision1", "事后核查", "expost", found, "pass", shot="expost")
    assert walk.site.open_tasks(walk.case) == set()
