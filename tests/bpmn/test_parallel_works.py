"""After the confirmation five things go on at once; government permits stop the utility's clock."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine import dmn
from engine.models import deadline
from tests.bpmn.pack import files
from tests.bpmn.walk import Walk

Begin = Callable[..., Walk]


def confirmed(begin: Begin, customer_class: str = "HV1") -> Walk:
    """A case whose plan the customer has confirmed."""
    case = begin(customer_class, forced="parallel")
    case.go("MSG_CUSTOMER_CONFIRMED")
    case.send("MSG_CUSTOMER_CONFIRMED")
    return case


def states(case: Walk, key: str) -> set[str]:
    return {row.state for row in case.rows(deadline, key=key)}


def test_one_confirmation_releases_five_things_at_once(begin: Begin) -> None:
    case = confirmed(begin)
    assert set(case.tasks()) == {"ut_permit_apply", "ut_contract", "ut_meter_prepare", "ut_external_works"}
    assert "MSG_DESIGN_SUBMITTED" in case.waits()


def test_low_voltage_needs_no_permit_and_no_design(begin: Begin) -> None:
    case = confirmed(begin, "LV")
    assert set(case.tasks()) == {"ut_contract", "ut_meter_prepare", "ut_external_works"}
    assert case.waits() == {"MSG_WITHDRAW"}


def test_the_customers_works_follow_the_design_and_not_the_rest(begin: Begin) -> None:
    case = confirmed(begin)
    case.send("MSG_DESIGN_SUBMITTED")
    case.do("ut_design_review")
    assert "MSG_CONTRACTOR_NAMED" in case.waits()
    assert {"ut_permit_apply", "ut_external_works"} <= set(case.tasks())


def test_a_contract_drafted_early_is_only_signed_later(begin: Begin) -> None:
    case = confirmed(begin)
    case.do("ut_contract", contract={"kva": 1600})
    case.go("ut_meter_install")
    assert set(case.tasks()) == {"ut_meter_install", "ut_dispatch_agreement"}
    assert "MSG_CONTRACT_SIGNED" in case.waits()
    case.go()
    assert (case.path.count("ut_contract"), case.end) == (1, "MSG_CONNECTED")


def test_the_clock_of_stage_and_case_stands_while_the_government_has_the_turn(begin: Begin) -> None:
    case = confirmed(begin, "HV1")
    case.send("MSG_DESIGN_SUBMITTED")
    assert states(case, "works") == states(case, "case") == {"open"}
    case.do("ut_permit_apply")
    assert states(case, "works") == states(case, "case") == {"paused"}
    assert states(case, "ut_design_review") == {"open"}, "other branches go on"
    case.send("MSG_PERMIT_DECIDED")
    assert states(case, "works") == states(case, "case") == {"open"}


def test_a_permit_that_does_not_come_in_five_working_days_is_asked_for(begin: Begin) -> None:
    case = confirmed(begin)
    case.do("ut_permit_apply")
    case.later(days=4)
    assert "ut_permit_chase" not in case.tasks()
    case.later(days=4)
    assert "ut_permit_chase" in case.tasks() and "MSG_PERMIT_DECIDED" not in case.waits()
    case.do("ut_permit_chase", outcome="pending")
    assert "MSG_PERMIT_DECIDED" in case.waits()


@pytest.mark.parametrize(("outcome", "again"), [("granted", False), ("refused", True)])
def test_the_answer_to_a_reminder_counts_like_the_message(begin: Begin, outcome: str, again: bool) -> None:
    case = confirmed(begin)
    case.do("ut_permit_apply")
    case.later(days=9)
    case.do("ut_permit_chase", outcome=outcome)
    assert ("ut_permit_apply" in case.tasks()) == again
    assert "MSG_PERMIT_DECIDED" not in case.waits()


def test_a_decision_that_comes_while_it_is_asked_for_is_kept_until_the_wait_opens_again(begin: Begin) -> None:
    case = confirmed(begin)
    case.do("ut_permit_apply")
    case.later(days=9)
    with case.transaction() as connection:
        more = {"message_id": "permit-1", "actor": "partner", "now": case.now}
        sent = case.engine.send(connection, "MSG_PERMIT_DECIDED", case.number, {"permit_result": "granted"}, **more)
    assert (sent.taken, sent.stored) == (False, True)
    case.do("ut_permit_chase", outcome="pending")
    assert not {"ut_permit_apply", "ut_permit_chase"} & set(case.tasks())
    assert "MSG_PERMIT_DECIDED" not in case.waits()


def test_a_refused_permit_is_applied_for_again_or_found_needless(begin: Begin) -> None:
    case = confirmed(begin)
    case.do("ut_permit_apply")
    case.send("MSG_PERMIT_DECIDED", permit_result="refused")
    case.do("ut_permit_apply", outcome="not_needed")
    case.go()
    assert case.end == "MSG_CONNECTED"


@pytest.mark.parametrize("stage", ["survey", "plan", "works", "connection", "archive"])
def test_a_late_stage_opens_a_task_of_the_head_beside_the_work(begin: Begin, stage: str) -> None:
    first = {"survey": "ut_survey", "plan": "ut_prev_om", "works": "ut_meter_prepare"}
    first |= {"connection": "ut_energise", "archive": "ut_archive_check"}
    case = begin("LV", forced="parallel")
    case.go(first[stage])
    case.later(days=40)
    assert {first[stage], f"ut_overdue_{stage}"} <= set(case.tasks())
    case.later(days=40)
    assert [row.element for row in case.open_tasks()].count(f"ut_overdue_{stage}") == 1


def test_the_utilitys_steps_of_a_high_voltage_case_sum_up_to_22_working_days() -> None:
    steps = ["ut_accept", "ut_survey_dispatch", "ut_survey", "ut_plan_draft", "ut_prev_planning", "ut_consolidate"]
    steps += ["ut_plan_reply", "ut_design_review", "ut_mid_inspection", "ut_completion_inspection", "connection"]
    table = dmn.load(files()["decisions/time_limits.dmn"])
    asked = {"class": "HV1", "profile": "paper", "region": "kaifa"}
    assert sum(table.evaluate("time_limits", {"step": step, **asked})["days"] for step in steps) == 22
