"""Every class of customer gets from the application to the connection by its own steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from engine.models import deadline, incident
from tests.bpmn.walk import Walk

Begin = Callable[..., Walk]
REVIEWS = [f"ut_rev_{name}" for name in ("marketing", "planning", "om", "dispatch", "legal")]
APPROVALS = {*REVIEWS, "ut_design_review", "ut_construction_notice", "ut_mid_inspection"}
ALWAYS = {"ut_accept", "ut_survey_dispatch", "ut_survey", "ut_plan_draft", "ut_plan_reply", "ut_completion_inspection"}
ALWAYS |= {"ut_contract", "ut_meter_install", "ut_energise", "ut_archive_check", "ut_rev_marketing"}
EXTRA = {
    "RES": set(),
    "LV": {"ut_rev_planning", "ut_rev_om", "ut_construction_notice"},
    "MICRO": {"ut_rev_planning", "ut_rev_om", "ut_construction_notice"},
    "HV1": {*REVIEWS[1:4], "ut_design_review", "ut_construction_notice", "ut_dispatch_agreement"},
    "HV2": {*REVIEWS[1:], "ut_design_review", "ut_construction_notice", "ut_dispatch_agreement"},
}


@pytest.mark.parametrize("customer_class", EXTRA)
def test_a_case_of_every_class_is_connected_by_the_steps_of_its_class(standard: Begin, customer_class: str) -> None:
    case = standard(customer_class)
    case.go()
    done = {name for name in case.path if name.startswith("ut_")}
    assert done - {"ut_external_works"} == ALWAYS | EXTRA[customer_class]
    assert (case.end, case.rows(incident)) == ("MSG_CONNECTED", [])


@pytest.mark.parametrize(("customer_class", "approvals"), [("RES", 1), ("LV", 4), ("MICRO", 4), ("HV1", 7), ("HV2", 8)])
def test_the_approvals_of_the_serial_baseline_are_as_many_as_the_reference_counts(
    standard: Begin, customer_class: str, approvals: int
) -> None:
    case = standard(customer_class)
    case.go("ut_plan_draft")
    case.do("ut_plan_draft", mid_inspection_required=True)
    case.go()
    assert len(APPROVALS & set(case.path)) == approvals


def test_customers_of_low_voltage_are_asked_for_two_or_three_things(standard: Begin) -> None:
    asked = {}
    for customer_class in ("RES", "LV"):
        case = standard(customer_class)
        case.go()
        asked[customer_class] = [name for name in case.path if name.startswith("MSG_")]
    assert asked["RES"] == ["MSG_CUSTOMER_CONFIRMED", "MSG_CONTRACT_SIGNED"]
    assert asked["LV"] == ["MSG_CUSTOMER_CONFIRMED", "MSG_COMPLETION_REPORTED", "MSG_CONTRACT_SIGNED"]


def test_a_return_in_review_goes_back_to_the_draft_and_is_counted(standard: Begin) -> None:
    case = standard("HV1")
    case.go("ut_rev_planning")
    case.do("ut_rev_planning", outcome="return", reason_code="information_error", reason="接入点余量不足")
    assert set(case.tasks()) == {"ut_plan_draft"}
    case.go("ut_rev_om")
    case.do("ut_rev_om", outcome="return", reason_code="review_mistake", reason="间隔已占用")
    assert case.variables("ut_plan_draft")["review_returns"] == 2
    case.go()
    assert case.end == "MSG_CONNECTED"


def test_a_plan_that_fails_the_automatic_check_is_drafted_again(standard: Begin) -> None:
    case = standard("LV")
    case.answers["feasibility_check"] = {"feasible": False}
    case.go("ut_plan_draft")
    case.do("ut_plan_draft")
    assert set(case.tasks()) == {"ut_plan_draft"}


def test_an_objection_leads_to_a_new_plan_and_a_second_answer(standard: Begin) -> None:
    case = standard("LV")
    case.go("MSG_CUSTOMER_CONFIRMED")
    case.send("MSG_CUSTOMER_OBJECTED", objection_code="cost", objection_text="太贵")
    assert set(case.tasks()) == {"ut_plan_draft"}
    case.go()
    assert case.path.count("ut_plan_reply") == 2
    assert case.end == "MSG_CONNECTED"


def test_an_extension_is_answered_by_the_manager_with_a_new_validity(standard: Begin) -> None:
    case = standard("LV")
    case.go("MSG_CUSTOMER_CONFIRMED")
    before = case.timers()["on_expired"]
    case.send("MSG_EXTENSION_REQUESTED", extension_until=date(2028, 2, 16))
    assert set(case.tasks()) == {"ut_plan_reply"}
    case.do("ut_plan_reply", plan_valid_until=date(2028, 2, 16))
    after = case.timers()["on_expired"]
    assert before is not None and after is not None
    assert after - before == date(2028, 2, 16) - date(2027, 11, 16)
    case.go()
    assert case.end == "MSG_CONNECTED"


def test_a_zero_fee_skips_the_payment_and_a_wrong_amount_is_settled_by_finance(standard: Begin) -> None:
    free, paying = standard("HV1"), standard("HV1", fee_total=Decimal(300))
    free.go("MSG_DESIGN_SUBMITTED")
    assert "rt_payment" not in free.passed()
    paying.go("MSG_PAYMENT_RECEIVED")
    paying.send("MSG_PAYMENT_RECEIVED", paid_amount=Decimal(30))
    paying.do("ut_fee_check", outcome="notice", reason="少付")
    paying.send("MSG_PAYMENT_RECEIVED", paid_amount=Decimal(30))
    paying.do("ut_fee_check", outcome="settled", reason="余款当场补足", fee_cause="mismatch")
    assert "MSG_DESIGN_SUBMITTED" in paying.waits()
    assert [element for element, _ in paying.calls].count("svc_fee") == 2


def test_cost_sharing_without_a_rule_is_decided_by_finance(standard: Begin) -> None:
    case = standard("HV1", planned_land=False)
    case.go("ut_fee_check")
    assert set(case.tasks()) == {"ut_fee_check"}
    case.do("ut_fee_check", outcome="notice", reason="县 2023 年文件")
    assert "MSG_DESIGN_SUBMITTED" in case.waits()


def test_design_mid_and_completion_inspection_loop_until_they_pass(standard: Begin) -> None:
    case = standard("HV2", important=True)
    case.go("ut_design_review")
    case.do("ut_design_review", outcome="return", reason_code="missing_content", reason="缺保护配置")
    case.go("ut_mid_inspection")
    case.do("ut_mid_inspection", outcome="fail", defects=[{"text": "埋深不足"}])
    assert "MSG_DEFECTS_FIXED" in case.waits()
    case.go("ut_completion_inspection")
    case.do("ut_completion_inspection", outcome="fail", defects=[{"text": "无合格证"}])
    case.go("ut_energise")
    case.do("ut_energise", outcome="not_ready", reason_code="customer_equipment", reason="核相不通过")
    assert case.waits() == {"MSG_DEFECTS_FIXED", "MSG_WITHDRAW"}
    case.go("ut_archive_check")
    case.do("ut_archive_check", outcome="incomplete", reason_code="missing_content", reason="缺照片")
    case.go()
    told = [values for element, values in case.calls if element == "svc_defects"]
    assert [values["defects"] for values in told] == [[{"text": "埋深不足"}], [{"text": "无合格证"}]]
    assert (case.path.count("MSG_DEFECTS_FIXED"), case.end) == (3, "MSG_CONNECTED")


def test_external_and_customer_works_go_on_at_the_same_time(standard: Begin) -> None:
    case = standard("HV1")
    case.go("ut_external_works")
    assert set(case.tasks()) == {"ut_external_works"}
    assert "MSG_CONTRACTOR_NAMED" in case.waits()


def test_contract_meter_and_dispatch_agreement_go_on_at_the_same_time(standard: Begin) -> None:
    case = standard("HV1")
    case.go("ut_contract")
    assert set(case.tasks()) == {"ut_contract", "ut_meter_install", "ut_dispatch_agreement"}


@pytest.mark.parametrize(
    ("stage", "first"),
    [
        ("acceptance", "ut_accept"),
        ("survey", "ut_survey_dispatch"),
        ("plan", "ut_plan_draft"),
        ("works", "ut_construction_notice"),
        ("connection", "ut_contract"),
        ("archive", "ut_archive_check"),
    ],
)
def test_a_late_stage_opens_a_task_of_the_head_beside_the_work(standard: Begin, stage: str, first: str) -> None:
    case = standard("LV")
    case.go(first)
    assert f"ut_overdue_{stage}" not in case.tasks()
    case.later(days=30)
    assert {first, f"ut_overdue_{stage}"} <= set(case.tasks())
    case.later(days=30)
    assert [row.element for row in case.open_tasks()].count(f"ut_overdue_{stage}") == 1


def test_open_tasks_of_the_head_do_not_hold_up_the_end(standard: Begin) -> None:
    case = standard("RES")
    case.go("ut_survey")
    case.later(days=30)
    for element in ("ut_survey", "ut_plan_draft", "ut_rev_marketing"):
        case.do(element)
    case.do("ut_plan_reply")
    case.go_without("ut_overdue_survey")
    assert (case.end, case.tasks()) == ("MSG_CONNECTED", {})


def states(case: Walk, key: str) -> set[str]:
    return {row.state for row in case.rows(deadline, key=key)}


@pytest.mark.parametrize(
    ("customer_class", "wait", "stage"),
    [
        ("LV", "MSG_CUSTOMER_CONFIRMED", "plan"),
        ("HV1", "MSG_DESIGN_SUBMITTED", "works"),
        ("HV1", "MSG_CONTRACTOR_NAMED", "works"),
        ("LV", "MSG_COMPLETION_REPORTED", "works"),
        ("LV", "MSG_CONTRACT_SIGNED", "connection"),
    ],
)
def test_the_clock_of_stage_and_case_stands_while_the_customer_has_the_turn(
    standard: Begin, customer_class: str, wait: str, stage: str
) -> None:
    case = standard(customer_class)
    case.go(wait)
    assert states(case, "case") == states(case, stage) == {"paused"}
    assert case.timers()[f"timer_{stage}"] is None
    case.later(days=90)
    assert f"ut_overdue_{stage}" not in case.tasks()


@pytest.mark.parametrize(
    ("customer_class", "wait"),
    [("LV", "MSG_CUSTOMER_CONFIRMED"), ("HV1", "MSG_DESIGN_SUBMITTED"), ("LV", "MSG_COMPLETION_REPORTED")],
)
def test_the_clock_of_the_case_runs_again_when_the_customer_has_answered(
    standard: Begin, customer_class: str, wait: str
) -> None:
    case = standard(customer_class)
    case.go(wait)
    case.later(days=30)
    case.send(wait)
    assert states(case, "case") == {"open"}


def test_a_customer_who_objects_lets_the_clock_of_the_plan_run_again(standard: Begin) -> None:
    case = standard("LV")
    case.go("MSG_CUSTOMER_CONFIRMED")
    case.send("MSG_CUSTOMER_OBJECTED", objection_code="cost", objection_text="太贵")
    assert (states(case, "plan"), states(case, "case")) == ({"open"}, {"open"})
    assert case.timers()["timer_plan"] is not None


def test_the_case_has_an_overall_target(standard: Begin) -> None:
    (row,) = standard("HV1").rows(deadline, key="case")
    assert row.due_at - row.opened_at > timedelta(days=40)
