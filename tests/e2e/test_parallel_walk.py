"""The same factory by parallel review: departments at the same moment, a return, a dispute, five things at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import pytest
from playwright.sync_api import expect

from tests.e2e import answers
from tests.e2e.filling import PDF, SIGNED
from tests.e2e.mark import DIAGRAM, assert_on_top
from tests.e2e.walk import FORMS, Walk

#: Long: the standard process is walked at every commit.
pytestmark = [pytest.mark.e2e, pytest.mark.deep, pytest.mark.timeout(240)]

#: Login, name of the task, form and first point of the focus of each department.
LANES: Final = {
    "marketing": ("cm2", "营销", "电价类别"),
    "planning": ("planning1", "规划", "接入点"),
    "om": ("om1", "运检", "运行安全"),
    "dispatch": ("grid_dispatch1", "调度", "运行方式"),
    "metering": ("metering1", "计量", "计量点"),
}
OPEN: Final = {f"ut_prev_{name}" for name in LANES}


def test_a_factory_gets_its_power_by_parallel_review(walk: Walk) -> None:
    applies_with_everything(walk)
    departments_review_together(walk)
    dispute_is_decided(walk)
    confirms_and_pays(walk)
    five_things_at_once(walk)
    power_comes(walk)


def applies_with_everything(walk: Walk) -> None:
    walk.customer.sign_in()
    given = {**answers.APPLICATION, "doc_property_proof": PDF}
    walk.case = walk.customer.apply("application", FORMS, given, ("credit_code", answers.MISTYPED))
    walk.site.settle()
    verified = {"verified": ["营业执照或单位证明", "产权或使用权证明", "用电设备清单"]}
    walk.work("accept1", "受理审核", "accept", {**answers.ACCEPT_COMPLETE, **verified}, "complete")
    walk.work("survey_dispatch1", "勘查派工", "survey_dispatch", answers.dispatch(walk.staff.today))
    walk.work("surveyor1", "现场勘查", "survey", answers.visit(walk.staff.today), "feasible")


def draft(walk: Walk) -> None:
    walk.work("cm1", "拟定供电方案", "plan_draft", {"plan": answers.PLAN, **answers.WORKS})


def review(walk: Walk, name: str, returned: Mapping[str, Any] | None = None, shot: str = "") -> None:
    login, department, point = LANES[name]
    given = {f"checked_{name}": [point], **(returned or {})}
    walk.work(login, f"{department}并行会审", f"prev_{name}", given, "return" if returned else "agree", shot)


def departments_review_together(walk: Walk) -> None:
    draft(walk)
    assert walk.site.open_tasks(walk.case) == OPEN
    page = walk.staff.page
    walk.staff.sign_in("cm1")
    page.goto(f"{walk.site.url}/cases/{walk.case}?process=parallel_review")
    assert_on_top(page, DIAGRAM)
    walk.screenshot("parallel_case", page)
    returned = {
        "return_points_om": ["运行安全"],
        "reason_code": "not_to_standard",
        "reason": "12 号杆没有备用间隔，换接入点。",
    }
    review(walk, "om", returned, shot="parallel_review")
    for name in sorted(LANES.keys() - {"om"}):
        review(walk, name)
    assert walk.site.open_tasks(walk.case) == {"ut_consolidate"}
    walk.work("cm2", "汇总会审意见", "consolidate", {"consolidation": "运检退回，换接入点"}, "summed", "consolidate")
    draft(walk)
    assert walk.site.open_tasks(walk.case) == {"ut_prev_om"}, "only who returned reviews again"
    review(walk, "om")


def dispute_is_decided(walk: Walk) -> None:
    disputed = {
        "consolidation": "两个部门的要求不能同时满足",
        "disputing": ["规划", "运检"],
        "dispute": "规划要接沿江线，运检只让接创新线。",
    }
    walk.work("cm2", "汇总会审意见", "consolidate", disputed, "contradiction")
    meeting = {
        "meeting_date": str(walk.staff.today),
        "meeting_attendees": ["规划", "运检"],
        "meeting_minutes": "双方各自说明依据，没有谈拢。",
    }
    walk.work("planning2", "联席会", "joint_meeting", meeting, "deadlock", "joint_meeting")
    ruling = {"ruling": "接创新线，运检本月腾出间隔。"}
    walk.work("manager1", "分管领导裁决", "arbitrate", ruling, "pass", "arbitrate")
    assert walk.site.open_tasks(walk.case) == {"ut_plan_reply"}


def confirms_and_pays(walk: Walk) -> None:
    until = str(walk.staff.today + timedelta(days=365))
    reply = {"reply_channel": "online", "plan_valid_until": until, "reply_checked": True}
    walk.work("cm1", "答复供电方案", "plan_reply", reply)
    signed = {"plan_read": True, "signed_name": answers.CONTACT, "plan_signature": SIGNED}
    walk.answer("MSG_CUSTOMER_CONFIRMED", "confirm_plan", signed)
    payment = {
        "paid_demand": f"{walk.case}-F1",
        "paid_amount": answers.FEE,
        "payment_reference": "B20261203-7782",
        "paid_at": "2026-12-03T10:20",
        "payment_channel": "bank",
    }
    assert walk.site.send_as_partner(walk.case, "MSG_PAYMENT_RECEIVED", "B20261203-7782", payment)["taken"]
    walk.site.settle()


def five_things_at_once(walk: Walk) -> None:
    started = {"ut_permit_apply", "ut_contract", "ut_meter_prepare", "ut_external_works"}
    assert walk.site.open_tasks(walk.case) == started
    today = walk.staff.today
    filed = {"permit_kinds": ["road"], "permit_receipt": "ZJ-2026-1182", "permit_filed_on": str(today)}
    walk.work("construction1", "报送许可", "permit_apply", filed, "submitted")
    walk.answer("MSG_DESIGN_SUBMITTED", "design_submission", answers.DESIGN)
    walk.work("design_review1", "设计审查", "design_review", answers.DESIGN_REVIEW, "pass")
    walk.work("cm1", "起草合同", "contract", answers.CONTRACT)
    prepared = {
        "prepared_mode": "high_high",
        "prepared_meters": 1,
        "prepared_ratio": "50/5",
        "meters_valid_until": str(today + timedelta(days=700)),
        "install_planned_on": str(today + timedelta(days=20)),
        "meters_match_plan": True,
    }
    walk.work("metering1", "表计准备", "meter_prepare", prepared)
    granted = {"permit_result": "granted", "permit_number": "城管许 2026-0377"}
    assert walk.site.send_as_partner(walk.case, "MSG_PERMIT_DECIDED", "permit-2026-0377", granted)["taken"]
    walk.site.settle()
    walk.work("construction1", "外线工程", "external_works", answers.milestones(walk.staff.today))
    walk.answer("MSG_CONTRACTOR_NAMED", "contractor", answers.contractor(walk.staff.today))
    walk.answer("MSG_COMPLETION_REPORTED", "completion_report", answers.report(walk.staff.today))


def power_comes(walk: Walk) -> None:
    walk.work("inspector1", "竣工检验", "completion_inspection", answers.INSPECTED_GOOD, "pass")
    assert walk.site.open_tasks(walk.case) == {"ut_meter_install", "ut_dispatch_agreement"}, "the contract is drafted"
    signed = {"contract_read": True, "contract_signed_name": answers.CONTACT, "sign_mode": "electronic"}
    walk.answer("MSG_CONTRACT_SIGNED", "contract_sign", signed)
    walk.work("metering1", "装表", "meter_install", answers.meters(walk.staff.today))
    walk.work("grid_dispatch1", "调度协议", "dispatch_agreement", answers.agreement(walk.staff.today))
    walk.work("om1", "送电", "energise", answers.energised(walk.staff.today), "energised")
    walk.work("cm1", "归档核对", "archive_check", answers.ARCHIVED, "complete")
    instance = walk.site.instance(walk.case)
    assert (instance.state, instance.end_event) == ("ended", "MSG_CONNECTED")
    page = walk.staff.page
    page.goto(f"{walk.site.url}/cases/{walk.case}")
    expect(page.locator("body")).to_contain_text("送电归档")
    expect(page.locator("body")).to_contain_text("并行审批")
