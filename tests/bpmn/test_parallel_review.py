"""The parallel variant: departments review at the same moment, disputes are settled, five things go on at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.models import deadline, history
from tests.bpmn.pack import files
from tests.bpmn.walk import PARALLEL, Walk

Begin = Callable[..., Walk]
LANES = {f"ut_prev_{name}" for name in PARALLEL}
HV1 = LANES - {"ut_prev_legal"}
ASKED = {"RES": {"ut_prev_marketing"}, "LV": {f"ut_prev_{name}" for name in PARALLEL[:3]}, "HV1": HV1, "HV2": LANES}
RETURN = {"outcome": "return", "reason_code": "not_to_standard", "reason": "间隔不足，请换接入点"}


def returned(code: str, *points: str) -> dict[str, Any]:
    """A return for points of a department's focus."""
    return {**RETURN, f"return_points_{code}": list(points)}


def reviewed(case: Walk, **returns: dict[str, Any]) -> None:
    """Let every open lane answer: those named return, all others agree."""
    for element in sorted(case.tasks().keys() & LANES):
        case.do(element, **returns.get(element.removeprefix("ut_prev_"), {}))


def disputed(begin: Begin) -> Walk:
    """A case whose opinions contradict each other."""
    case = begin("HV1")
    case.go("ut_prev_om")
    reviewed(case, om=returned("om", "运行安全"))
    case.do("ut_consolidate", outcome="contradiction", disputing=["planning", "om"], dispute="一条要换线，一条不让换")
    return case


def opinions(case: Walk, element: str = "ut_consolidate") -> dict[str, str]:
    return {entry["code"]: entry["result"] for entry in case.variables(element)["opinions"]}


@pytest.mark.parametrize("customer_class", ASKED)
def test_a_case_of_every_class_can_be_connected_by_parallel_review(begin: Begin, customer_class: str) -> None:
    case = begin(customer_class, forced="parallel")
    case.go()
    done = {name for name in case.path if name.startswith("ut_")}
    assert done & LANES == ASKED[customer_class]
    assert not any(name.startswith("ut_rev_") or name == "ut_construction_notice" for name in done)
    assert {"ut_consolidate", "ut_meter_prepare", "ut_contract", "ut_meter_install"} <= done
    assert case.end == "MSG_CONNECTED"


def test_high_voltage_is_routed_to_parallel_review_and_low_voltage_is_not(begin: Begin) -> None:
    assert begin("HV1").variables()["route"]["process"] == "parallel"
    assert begin("LV").variables()["route"]["process"] == "standard"


def test_the_confirmation_of_the_customer_is_the_notice_of_works(begin: Begin) -> None:
    case = begin("HV1")
    case.go("ut_plan_reply")
    assert case.variables("ut_plan_reply")["merged_notice"] is True


def test_departments_start_at_the_same_moment_each_with_its_own_limit(begin: Begin) -> None:
    case = begin("HV2")
    case.go("ut_prev_om")
    rows = [row for row in case.open_tasks() if row.element in LANES]
    assert {row.element for row in rows} == LANES
    assert len({row.created_at for row in rows}) == 1
    limits = {row.key: Decimal(row.rule["days"]) for row in case.rows(deadline, state="open") if row.key in LANES}
    assert limits == dict.fromkeys(LANES, 2)


def test_every_department_has_its_own_focus_from_the_decision(begin: Begin) -> None:
    case = begin("HV1")
    case.go("ut_prev_om")
    focus = {element: case.variables(element)["focus"] for element in HV1}
    assert focus["ut_prev_planning"] == ["接入点", "电网规划", "容量", "投资界面"]
    assert len({tuple(points) for points in focus.values()}) == len(HV1)


def test_only_the_returning_departments_review_again(begin: Begin) -> None:
    case = begin("HV1")
    case.go("ut_prev_om")
    reviewed(case, om=returned("om", "运行安全"), metering=returned("metering", "计量点"))
    assert opinions(case)["om"] == opinions(case)["metering"] == "退回"
    case.do("ut_consolidate")
    assert set(case.tasks()) == {"ut_plan_draft"}
    case.do("ut_plan_draft")
    assert set(case.tasks()) == {"ut_prev_om", "ut_prev_metering"}
    reviewed(case)
    assert set(opinions(case).values()) == {"同意"}
    assert case.variables("ut_consolidate")["review_returns"] == 1
    case.do("ut_consolidate")
    assert set(case.tasks()) == {"ut_plan_reply"}


def test_an_opinion_outside_the_focus_is_advice_and_no_block(begin: Begin) -> None:
    case = begin("HV1")
    case.go("ut_prev_om")
    reviewed(case, om=returned("om", "电价类别"))
    assert (opinions(case)["om"], case.variables("ut_consolidate")["returned"]) == ("建议", [])
    case.do("ut_consolidate")
    assert set(case.tasks()) == {"ut_plan_reply"}


def test_an_objection_of_the_customer_is_reviewed_by_all_departments_again(begin: Begin) -> None:
    case = begin("HV1")
    case.go("MSG_CUSTOMER_CONFIRMED")
    case.send("MSG_CUSTOMER_OBJECTED", objection_code="cost", objection_text="太贵")
    case.do("ut_plan_draft")
    assert set(case.tasks()) == HV1
    assert case.variables("ut_prev_om")["opinions"] == []


@pytest.mark.parametrize(("outcome", "then"), [("pass", {"ut_plan_reply"}), ("revise", {"ut_plan_draft"})])
def test_a_contradiction_is_settled_by_a_joint_meeting(begin: Begin, outcome: str, then: set[str]) -> None:
    case = disputed(begin)
    (meeting,) = case.open_tasks()
    assert meeting.element == "ut_joint_meeting"
    assert meeting.audience == "g:OM|g:PLANNING"
    case.do("ut_joint_meeting", outcome=outcome, meeting_minutes="改接另一条线")
    assert set(case.tasks()) == then


def test_after_a_meeting_that_changes_the_plan_the_disputing_departments_review_again(begin: Begin) -> None:
    case = disputed(begin)
    case.do("ut_joint_meeting", outcome="revise", meeting_minutes="改接另一条线")
    case.do("ut_plan_draft")
    assert set(case.tasks()) == {"ut_prev_planning", "ut_prev_om"}


@pytest.mark.parametrize(("outcome", "then"), [("pass", {"ut_plan_reply"}), ("revise", {"ut_plan_draft"})])
@pytest.mark.parametrize("way", ["deadlock", "time"])
def test_what_a_meeting_cannot_settle_the_manager_decides(begin: Begin, way: str, outcome: str, then: set[str]) -> None:
    case = disputed(begin)
    if way == "deadlock":
        case.do("ut_joint_meeting", outcome="deadlock", meeting_minutes="各执一词")
    else:
        case.later(days=1)
        assert set(case.tasks()) == {"ut_joint_meeting"}
        case.later(days=2)
    (ruling,) = [row for row in case.open_tasks() if row.element == "ut_arbitrate"]
    assert ruling.audience == "g:MANAGER"
    case.do("ut_arbitrate", outcome=outcome, ruling="按规划意见改接")
    assert set(case.tasks()) - {"ut_overdue_plan"} == then


def test_silence_is_no_consent(begin: Begin) -> None:
    case = begin("HV1")
    case.go("ut_prev_om")
    case.later(days=20)
    assert set(case.tasks()) >= HV1


def test_where_the_table_allows_it_the_drawn_timer_takes_silence_for_consent(begin: Begin) -> None:
    table = files()["decisions/silent_consent.dmn"].decode()
    allowed = table.replace("<text>false</text>", "<text>true</text>")
    assert allowed != table
    case = begin("HV1", extra={"decisions/silent_consent.dmn": allowed.encode()})
    case.go("ut_prev_om")
    case.do("ut_prev_om")
    due = case.timers()["on_silent"]
    assert due is not None and due - case.now > timedelta(days=1)
    case.later(days=1)
    assert set(case.tasks()) == HV1 - {"ut_prev_om"}
    case.later(days=2)
    assert set(case.tasks()) - {"ut_overdue_plan"} == {"ut_consolidate"}
    assert opinions(case) == {**dict.fromkeys(PARALLEL[:5], "默认同意"), "om": "同意"}
    case.go()
    assert case.end == "MSG_CONNECTED"


def test_consent_by_silence_ends_with_the_last_opinion(begin: Begin) -> None:
    table = files()["decisions/silent_consent.dmn"].decode().replace("<text>false</text>", "<text>true</text>")
    case = begin("HV1", extra={"decisions/silent_consent.dmn": table.encode()})
    case.go("ut_prev_om")
    reviewed(case)
    assert "on_silent" not in case.timers()
    assert set(case.tasks()) == {"ut_consolidate"}


def test_nothing_on_the_way_could_not_be_computed(begin: Begin) -> None:
    case = disputed(begin)
    case.do("ut_joint_meeting", outcome="revise", meeting_minutes="改接另一条线")
    case.go()
    doubts = [(row.element, row.payload) for row in case.rows(history) if row.kind == "warned"]
    assert (doubts, case.end) == ([], "MSG_CONNECTED")
