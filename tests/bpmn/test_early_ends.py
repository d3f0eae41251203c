"""The ways in which a case ends early, and the ways back that keep it going."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.bpmn.pack import forms
from tests.bpmn.walk import PAPERS, Walk

Begin = Callable[..., Walk]
#: What an entry of the credit record waits for.
CREDIT = {"MSG_CREDIT_OBJECTED", "MSG_CREDIT_REVIEW"}

DEFERRED = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
  <bpmn:process id="deferred" isExecutable="true">
    <bpmn:startEvent id="start"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="refused" />
    <bpmn:endEvent id="refused"><bpmn:incoming>f1</bpmn:incoming>
      <bpmn:errorEventDefinition id="e" errorRef="error" /></bpmn:endEvent>
  </bpmn:process>
  <bpmn:error id="error" name="refused" errorCode="ERR_COMMITMENT_REFUSED" />
</bpmn:definitions>"""


def without(customer_class: str, *missing: str) -> list[dict[str, str]]:
    return [{"type": type, "id": type} for type in PAPERS[customer_class] if type not in missing]


def test_a_refused_application_ends_and_the_customer_is_told_why(standard: Begin) -> None:
    case = standard("LV")
    case.do("ut_accept", outcome="refuse", reason_code="out_of_area", reason="不在供电范围")
    assert case.end == "E_REFUSED"
    assert case.calls[-1] == ("svc_refused", {"template": "refused", "to": "customer", "reason": "不在供电范围"})


def test_missing_papers_are_asked_for_once_and_the_case_goes_on(standard: Begin) -> None:
    case = standard("LV", documents=without("LV", "business_licence", "device_list"))
    assert case.variables()["missing"] == ["business_licence", "device_list"]
    case.do("ut_accept", outcome="incomplete", missing=["business_licence", "device_list"])
    assert (case.tasks(), "MSG_DOCUMENTS_SUPPLIED" in case.waits()) == ({}, True)
    case.send("MSG_DOCUMENTS_SUPPLIED", documents=without("LV"))
    case.go()
    assert (case.path.count("ut_accept"), case.end) == (2, "MSG_CONNECTED")


def test_papers_that_never_come_let_the_application_lapse_after_twenty_working_days(standard: Begin) -> None:
    case = standard("LV", documents=without("LV", "business_licence"))
    case.do("ut_accept", outcome="incomplete", missing=["business_licence"])
    case.later(days=25)
    assert case.end == ""
    assert "ut_overdue_acceptance" not in case.tasks()
    case.later(days=10)
    assert case.end == "E_LAPSED"


@pytest.mark.parametrize("where", ["ut_accept", "ut_survey", "ut_design_review", "ut_completion_inspection"])
def test_a_suspected_paper_goes_to_supervision_and_back_to_the_same_step(standard: Begin, where: str) -> None:
    case = standard("HV1")
    case.go(where)
    case.do(where, outcome="false", reason_code="false_document", reason="执照编号查无此号")
    assert set(case.tasks()) - {"ut_external_works"} == {"ut_false_document"}
    case.do("ut_false_document", outcome="back", reason_code="mistake", reason="系统滞后，原件无误")
    assert where in case.tasks()
    case.go()
    assert case.end == "MSG_CONNECTED"


@pytest.mark.parametrize("where", ["ut_accept", "ut_survey", "ut_design_review", "ut_completion_inspection"])
def test_a_proven_false_paper_ends_the_whole_case(standard: Begin, where: str) -> None:
    case = standard("HV1")
    case.go(where)
    case.do(where, outcome="false", reason_code="false_document", reason="执照编号查无此号")
    case.do("ut_false_document", outcome="terminate", reason_code="forged", reason="伪造")
    # The credit record lives on in a process of its own.
    assert (case.end, case.tasks(), case.waits() - CREDIT, case.timers().keys()) == (
        "E_TERMINATED",
        {},
        set(),
        {"on_window"},
    )
    assert ("svc_terminated", {"template": "terminated", "to": "customer"}) in case.calls
    (entered,) = (values for element, values in case.calls if element == "svc_credit_enter")
    assert (entered["credit_reason_code"], entered["credit_reason"]) == ("false_forged", "伪造")


def test_a_case_the_grid_cannot_serve_ends_with_the_reason(standard: Begin) -> None:
    case = standard("HV1")
    case.go("ut_survey")
    case.do("ut_survey", outcome="not_feasible", reason_code="no_capacity", reason="线路余量不足")
    case.do("ut_capacity_solution", outcome="not_feasible", reason_code="no_plan", reason="三年内无改造计划")
    assert case.end == "E_NOT_FEASIBLE"
    assert (
        "svc_not_feasible",
        {"template": "not_feasible", "to": "customer", "reason": "三年内无改造计划"},
    ) in case.calls


def test_a_limited_grid_that_can_be_helped_lets_the_case_go_on(standard: Begin) -> None:
    case = standard("HV1")
    case.go("ut_survey")
    case.do("ut_survey", outcome="revisit", reason_code="customer_absent", reason="客户不在")
    case.go("ut_survey")
    case.do("ut_survey", outcome="not_feasible", reason_code="no_capacity", reason="线路余量不足")
    case.do("ut_capacity_solution", outcome="resume", solution_text="换接工业二线")
    case.go()
    assert (case.path.count("ut_survey"), case.end) == (2, "MSG_CONNECTED")


def test_a_plan_nobody_answers_expires(standard: Begin) -> None:
    case = standard("LV")
    case.go("MSG_CUSTOMER_CONFIRMED")
    case.later(days=360)
    assert case.end == ""
    case.later(days=10)
    assert case.end == "E_PLAN_EXPIRED"


@pytest.mark.parametrize(
    "where",
    [
        "ut_accept",
        "ut_survey",
        "ut_rev_om",
        "MSG_CUSTOMER_CONFIRMED",
        "MSG_PAYMENT_RECEIVED",
        "ut_external_works",
        "MSG_COMPLETION_REPORTED",
        "ut_meter_install",
        "ut_energise",
    ],
)
def test_the_customer_can_withdraw_at_any_time(standard: Begin, where: str) -> None:
    case = standard("HV2", fee_total=Decimal(300))
    case.go(where)
    assert where in case.tasks() or where in case.waits()
    case.send("MSG_WITHDRAW", withdraw_code="changed_plan")
    assert (case.end, case.tasks(), case.waits(), case.timers()) == ("E_WITHDRAWN", {}, set(), {})
    assert case.calls[-1] == ("svc_withdrawn", {"template": "withdrawn", "to": "customer"})


@pytest.mark.parametrize(
    ("where", "why"), [("ut_false_document", "核查有结论之前不能撤回"), ("ut_archive_check", "已经送电")]
)
def test_nobody_withdraws_from_an_inquiry_or_after_energising(standard: Begin, where: str, why: str) -> None:
    case = standard("LV")
    if where == "ut_false_document":
        case.do("ut_accept", outcome="false", reason_code="false_document", reason="执照编号查无此号")
    case.go(where)
    case.send("MSG_WITHDRAW", withdraw_code="changed_plan")
    assert (case.end, set(case.tasks())) == ("", {where})
    element, told = case.calls[-1]
    assert f"{told['reason']}。" in json.dumps(forms()["withdraw"], ensure_ascii=False), "the form says the same"
    assert (element, told["template"], why in told["reason"]) == ("svc_not_withdrawn", "not_withdrawn", True)
    # Asked once more it is told once more, and the case goes on to its end.
    case.send("MSG_WITHDRAW", withdraw_code="changed_plan")
    assert [name for name, _ in case.calls].count("svc_not_withdrawn") == 2
    if where == "ut_false_document":
        case.do(where, outcome="terminate", reason_code="forged", reason="伪造")
        assert case.end == "E_TERMINATED"
    else:
        case.go()
        assert case.end == "MSG_CONNECTED"


def test_after_an_inquiry_that_found_nothing_the_customer_may_withdraw(standard: Begin) -> None:
    case = standard("LV")
    case.do("ut_accept", outcome="false", reason_code="false_document", reason="执照编号查无此号")
    case.do("ut_false_document", outcome="back", reason_code="mistake", reason="登记滞后")
    case.send("MSG_WITHDRAW", withdraw_code="changed_plan")
    assert case.end == "E_WITHDRAWN"


def test_a_mistake_is_no_false_paper_whatever_else_is_said(standard: Begin) -> None:
    case = standard("LV")
    case.do("ut_accept", outcome="false", reason_code="false_document", reason="执照编号查无此号")
    case.do("ut_false_document", outcome="terminate", reason_code="mistake", reason="误报")
    assert set(case.tasks()) == {"ut_accept"}


def test_a_route_that_is_not_deployed_runs_the_standard_process(begin: Begin) -> None:
    case = begin("HV1", extra={"parallel.bpmn": b""})
    assert case.variables()["route"]["process"] == "parallel"
    case.go()
    assert "ut_rev_marketing" in case.path
    assert case.end == "MSG_CONNECTED"


def test_a_refused_commitment_returns_to_acceptance_and_then_runs_the_standard_process(begin: Begin) -> None:
    papers = {"documents": without("LV", "property_proof"), "commitment_offered": True}
    case = begin("LV", extra={"deferred.bpmn": DEFERRED.encode()}, **papers)
    assert set(case.tasks()) == {"ut_accept"}
    assert case.variables()["route"]["process"] == "standard"
    case.go()
    assert case.end == "MSG_CONNECTED"
