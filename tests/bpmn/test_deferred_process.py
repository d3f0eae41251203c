"""Papers to follow: the commitment, three days for the papers beside the work, and the gate before the reply.

Every test runs for both variants that let papers follow: low voltage on `deferred`, high voltage on `parallel`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from engine.models import deadline, incident, message
from tests.bpmn.walk import PAPERS, Walk

Begin = Callable[..., Walk]
#: The class that is routed to a variant when a paper may follow.
RUN_AS = {"deferred": "LV", "parallel": "HV1"}


def lacking(customer_class: str) -> list[dict[str, str]]:
    """All papers of a class but the property proof, which may follow."""
    return [{"type": kind, "id": f"d-{kind}"} for kind in PAPERS[customer_class] if kind != "property_proof"]


@pytest.fixture(params=RUN_AS)
def deferred(begin: Begin, request: pytest.FixtureRequest) -> Callable[..., Walk]:
    """A case of either variant that lacks one paper and offers a commitment."""

    def made(**other: Any) -> Walk:
        customer_class = RUN_AS[request.param]
        case = begin(customer_class, documents=lacking(customer_class), commitment_offered=True, **other)
        route = case.variables()["route"]
        assert (route["process"], route["deferral"]) == (request.param, True)
        return case

    return made


def reviews(case: Walk) -> set[str]:
    """The review of the operators, one after another or at the same time as the others."""
    return {name for name in case.path if name in ("ut_rev_om", "ut_prev_om")}


def accepted(case: Walk) -> Walk:
    """The case right after its formal acceptance."""
    case.send("MSG_COMMITMENT_SIGNED")
    case.do("ut_deferred_accept", missing=["property_proof"])
    return case


def supply(case: Walk) -> None:
    case.send("MSG_DOCUMENTS_SUPPLIED", doc_property_proof=["p1"])


def test_a_case_with_papers_to_follow_is_accepted_on_a_commitment_and_connected(deferred: Callable[..., Walk]) -> None:
    case = accepted(deferred())
    supply(case)
    case.go()
    assert case.path[:2] == ["MSG_COMMITMENT_SIGNED", "ut_deferred_accept"]
    assert "ut_accept" not in case.path and "ut_construction_notice" not in case.path
    assert (case.end, case.rows(incident)) == ("MSG_CONNECTED", [])


def test_survey_and_plan_go_on_while_the_papers_are_outstanding_but_no_reply_before_they_are_verified(
    deferred: Callable[..., Walk],
) -> None:
    case = accepted(deferred())
    case.go(left=("MSG_DOCUMENTS_SUPPLIED",))
    assert {"ut_survey", "ut_plan_draft"} <= set(case.path) and reviews(case)
    assert (case.tasks(), "ut_plan_reply" in case.path) == ({}, False)
    assert {"MSG_DOCUMENTS_SUPPLIED", "MSG_DOCUMENTS_VERIFIED"} <= case.waits()
    supply(case)
    assert set(case.tasks()) == {"ut_verify_supplement"}
    case.do("ut_verify_supplement")
    assert set(case.tasks()) == {"ut_plan_reply"}


def test_papers_verified_before_the_plan_is_ready_open_the_gate_when_it_comes(deferred: Callable[..., Walk]) -> None:
    case = accepted(deferred())
    supply(case)
    case.do("ut_verify_supplement")
    assert [row.state for row in case.rows(message, name="MSG_DOCUMENTS_VERIFIED")] == ["stored"]
    case.go("ut_plan_reply")
    assert [row.state for row in case.rows(message, name="MSG_DOCUMENTS_VERIFIED")] == ["taken"]


def test_an_objection_to_the_plan_does_not_ask_for_the_papers_again(deferred: Callable[..., Walk]) -> None:
    case = accepted(deferred())
    supply(case)
    case.go("MSG_CUSTOMER_CONFIRMED")
    case.send("MSG_CUSTOMER_OBJECTED", objection_code="cost", objection_text="太贵")
    case.go()
    assert (case.path.count("ut_plan_reply"), case.end) == (2, "MSG_CONNECTED")


def test_the_supplement_is_due_three_working_days_after_the_formal_acceptance(deferred: Callable[..., Walk]) -> None:
    case = deferred()
    (whole,) = case.rows(deadline, key="case")
    assert [part["cause"] for part in whole.segments] == ["等客户签承诺"]
    case.send("MSG_COMMITMENT_SIGNED")
    case.later(hours=24)
    case.do("ut_deferred_accept", missing=["property_proof"])
    # Accepted on Tuesday 17 November: Friday 20 November, closing time 18:00 in Shanghai.
    assert case.timers()["timer_supplement"] == datetime(2026, 11, 20, 10, tzinfo=UTC)
    (notice,) = (values for element, values in case.calls if element == "svc_deferral_notice")
    assert notice["supplement_due"] == datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_papers_that_are_overdue_end_the_case_and_enter_the_credit_record(deferred: Callable[..., Walk]) -> None:
    case = accepted(deferred())
    assert "ut_survey_dispatch" in case.tasks()
    case.later(days=7)
    assert (case.end, set(case.tasks())) == ("E_TERMINATED", set())
    assert [element for element, _ in case.calls if element == "svc_credit_enter"] == ["svc_credit_enter"]
    (told,) = (values for element, values in case.calls if element == "svc_credit_enter")
    assert told["credit_reason_code"] == "supplement_overdue"
    assert "svc_overdue" in case.passed()


def test_papers_that_came_in_time_and_are_verified_late_are_not_the_customers_fault(
    deferred: Callable[..., Walk],
) -> None:
    case = accepted(deferred())
    case.later(days=2)
    supply(case)
    case.later(days=30)
    assert case.timers()["timer_supplement"] is None
    assert "ut_verify_supplement" in case.tasks()
    case.do("ut_verify_supplement")
    case.go()
    assert case.end == "MSG_CONNECTED"


def test_an_incomplete_supplement_goes_on_with_the_time_that_was_left(deferred: Callable[..., Walk]) -> None:
    case = accepted(deferred())
    before = case.timers()["timer_supplement"]
    case.later(days=1)
    supply(case)
    case.later(days=1)
    case.do("ut_verify_supplement", outcome="incomplete", missing=["property_proof"], missing_note="看不清")
    after = case.timers()["timer_supplement"]
    assert before is not None and after is not None
    # One working day of 420 office minutes passed at the clerk's desk, none of it at the customer's.
    assert (after - before).days == 1
    case.later(days=4)
    assert case.end == "E_TERMINATED"


def test_papers_that_come_after_the_due_moment_are_late_even_if_the_clock_has_not_struck(
    deferred: Callable[..., Walk],
) -> None:
    case = accepted(deferred())
    case.now = datetime(2026, 11, 19, 10, 1, tzinfo=UTC)
    supply(case)
    assert case.end == "E_TERMINATED"


def test_a_false_paper_goes_to_supervision_and_ends_the_case_when_it_is_upheld(deferred: Callable[..., Walk]) -> None:
    case = accepted(deferred())
    supply(case)
    case.do("ut_verify_supplement", outcome="false", reason="公章与登记不符")
    case.later(days=10)
    assert case.end == "" and case.timers()["timer_supplement"] is None
    case.do(
        "ut_false_document",
        outcome="terminate",
        reason_code="forged",
        reason="发证机关确认系伪造",
        false_evidence=["e1"],
    )
    assert case.end == "E_TERMINATED"
    (told,) = (values for element, values in case.calls if element == "svc_credit_enter")
    assert (told["credit_reason_code"], told["evidence"]) == ("false_forged", ["e1"])


def test_a_suspicion_that_is_not_upheld_returns_to_the_verification(deferred: Callable[..., Walk]) -> None:
    case = accepted(deferred())
    supply(case)
    case.do("ut_verify_supplement", outcome="false", reason="公章与登记不符")
    case.do("ut_false_document", outcome="back", reason_code="mistake", reason="核验无误")
    assert "ut_verify_supplement" in case.tasks()
    case.go()
    assert case.end == "MSG_CONNECTED"


@pytest.mark.parametrize("how", ["refused", "not signed in time", "not fit for it"])
def test_without_a_commitment_the_case_returns_to_the_standard_acceptance_with_everything_it_has(
    deferred: Callable[..., Walk], how: str
) -> None:
    case = deferred()
    before = case.variables()["documents"]
    if how == "refused":
        case.send("MSG_COMMITMENT_REFUSED", commitment_refusal="先补齐再说")
    elif how == "not signed in time":
        case.later(days=2)
    else:
        case.send("MSG_COMMITMENT_SIGNED")
        case.do("ut_deferred_accept", outcome="standard", reason_code="core_missing", reason="缺授权书原件")
    assert set(case.tasks()) == {"ut_accept"}
    assert case.variables()["route"]["process"] == "standard"
    assert case.variables()["documents"] == before
    case.go()
    assert case.end == "MSG_CONNECTED" and "ut_construction_notice" in case.path


def test_the_clerk_may_refuse_or_suspect_at_the_deferred_acceptance(deferred: Callable[..., Walk]) -> None:
    refused, suspected = deferred(), deferred()
    for case in (refused, suspected):
        case.send("MSG_COMMITMENT_SIGNED")
    refused.do("ut_deferred_accept", outcome="refuse", reason_code="out_of_area", reason="不在供电区")
    assert refused.end == "E_REFUSED"
    suspected.do("ut_deferred_accept", outcome="false", reason_code="false_document", reason="执照查不到")
    assert set(suspected.tasks()) == {"ut_false_document"}
    suspected.do("ut_false_document", outcome="back", reason_code="mistake", reason="登记滞后")
    assert set(suspected.tasks()) == {"ut_deferred_accept"}


@pytest.mark.parametrize(
    ("stage", "first"),
    [
        ("acceptance", "ut_deferred_accept"),
        ("survey", "ut_survey_dispatch"),
        ("plan", "ut_plan_draft"),
        ("works", "ut_completion_inspection"),
        ("connection", "ut_energise"),
        ("archive", "ut_archive_check"),
    ],
)
def test_a_late_stage_opens_one_task_of_the_head(deferred: Callable[..., Walk], stage: str, first: str) -> None:
    case = deferred()
    if first != "ut_deferred_accept":
        supply(accepted(case))
        case.do("ut_verify_supplement")
    case.go(first)
    case.later(days=30)
    case.later(days=30)
    assert first in case.tasks()
    assert [row.element for row in case.open_tasks()].count(f"ut_overdue_{stage}") == 1


def test_the_utilitys_clock_runs_on_while_it_can_work_and_stands_when_only_the_papers_are_missing(
    deferred: Callable[..., Walk],
) -> None:
    case = accepted(deferred())
    assert {row.state for row in case.rows(deadline, key="case")} == {"open"}
    case.go(left=("MSG_DOCUMENTS_SUPPLIED",))
    (whole,) = case.rows(deadline, key="case")
    assert (whole.state, [part["cause"] for part in whole.segments if part["kind"] == "paused"]) == (
        "paused",
        ["等客户补件"],
    )


def test_the_utilitys_clock_runs_again_while_its_clerk_has_the_papers(deferred: Callable[..., Walk]) -> None:
    case = accepted(deferred())
    case.go(left=("MSG_DOCUMENTS_SUPPLIED",))
    supply(case)
    states = {row.key: row.state for row in case.rows(deadline) if row.key in ("case", "plan", "supplement")}
    assert states == {"case": "open", "plan": "open", "supplement": "paused"}
    case.do("ut_verify_supplement", outcome="incomplete", missing=["property_proof"], missing_note="看不清")
    assert {row.state for row in case.rows(deadline, key="plan")} == {"paused"}
    supply(case)
    case.later(days=30)
    assert {"ut_overdue_plan", "ut_verify_supplement"} <= set(case.tasks())
    assert {row.key for row in case.rows(deadline, state="open")} >= {"case", "plan", "ut_verify_supplement"}


def test_a_plan_that_is_ready_while_the_clerk_has_the_papers_stops_no_clock(deferred: Callable[..., Walk]) -> None:
    case = accepted(deferred())
    supply(case)
    case.go(left=("ut_verify_supplement",))
    assert "MSG_DOCUMENTS_VERIFIED" in case.waits()
    assert {row.state for row in case.rows(deadline, key="case")} == {"open"}


SUSPECTED = {"outcome": "false", "reason_code": "false_document", "reason": "与登记不符"}
FORGED = {"outcome": "terminate", "reason_code": "forged", "reason": "伪造"}
MISTAKEN = {"outcome": "back", "reason_code": "mistake", "reason": "登记滞后"}


def entered(case: Walk) -> list[str]:
    """Reasons of the credit entries."""
    return [values["credit_reason_code"] for element, values in case.calls if element == "svc_credit_enter"]


def test_an_inquiry_into_another_paper_has_its_outcome_before_the_missing_one_is_overdue(
    deferred: Callable[..., Walk],
) -> None:
    case = accepted(deferred())
    case.go("ut_survey")
    case.do("ut_survey", **SUSPECTED)
    case.later(days=8)
    assert (case.end, {row.state for row in case.rows(deadline, key="supplement")}) == ("", {"paused"})
    case.do("ut_false_document", **FORGED)
    assert (case.end, entered(case)) == ("E_TERMINATED", ["false_forged"])


def test_after_an_inquiry_that_found_nothing_the_missing_paper_is_due_as_before(deferred: Callable[..., Walk]) -> None:
    case = accepted(deferred())
    case.go("ut_survey")
    case.do("ut_survey", **SUSPECTED)
    case.later(days=8)
    case.do("ut_false_document", **MISTAKEN)
    assert case.end == "" and {row.state for row in case.rows(deadline, key="supplement")} == {"open"}
    case.later(days=8)
    assert (case.end, entered(case)) == ("E_TERMINATED", ["supplement_overdue"])


@pytest.mark.parametrize(
    ("found", "end", "reasons"),
    [(FORGED, "E_TERMINATED", ["false_forged"]), (MISTAKEN, "E_NOT_FEASIBLE", [])],
)
def test_a_case_the_grid_cannot_serve_waits_for_an_open_inquiry(
    deferred: Callable[..., Walk], found: dict[str, str], end: str, reasons: list[str]
) -> None:
    case = accepted(deferred())
    supply(case)
    # An inquiry that is over leaves a word behind that must not count for the next.
    case.do("ut_verify_supplement", **SUSPECTED)
    case.do("ut_false_document", **MISTAKEN)
    case.do("ut_verify_supplement", **SUSPECTED)
    case.do("ut_survey_dispatch")
    case.do("ut_survey", outcome="not_feasible", reason_code="no_capacity", reason="线路余量不足")
    case.do("ut_capacity_solution", outcome="not_feasible", reason_code="no_plan", reason="三年内无改造计划")
    assert (case.end, set(case.tasks())) == ("", {"ut_false_document"})
    case.do("ut_false_document", **found)
    assert (case.end, case.tasks(), entered(case)) == (end, {}, reasons)


def test_a_withdrawal_ends_both_branches(deferred: Callable[..., Walk]) -> None:
    case = accepted(deferred())
    case.send("MSG_WITHDRAW")
    assert (case.end, case.tasks(), case.waits()) == ("E_WITHDRAWN", {}, set())
