"""The decision tables answer as the reference says, for every input exactly once where they are unique."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from itertools import product
from typing import Any

import pytest

from engine import dmn
from forms import Form, FormErrors
from tests.bpmn.pack import CLASSES, files, forms, manifest

NAMES = sorted(name.removeprefix("decisions/").removesuffix(".dmn") for name in files() if name.endswith(".dmn"))


@cache
def table(name: str) -> dmn.Decisions:
    return dmn.load(files()[f"decisions/{name}.dmn"])


def ask(name: str, **inputs: Any) -> Any:
    return table(name).evaluate(name, inputs)


def papers(customer_class: str, **other: Any) -> dict[str, bool]:
    """Papers for the acceptance: type and whether it is a core one."""
    asked = {"customer_class": customer_class, "business_type": "new", "kva": 100} | other
    return {
        paper["type"]: paper["core"] for paper in ask("document_checklist", **asked) if paper["stage"] == "acceptance"
    }


def route(**inputs: Any) -> tuple[Any, ...]:
    usual = {"missing_core": 0, "missing_deferrable": 0, "blacklisted": False, "commitment_offered": False}
    usual |= {"small_micro": False, "planning_compliant": False, "hv": False, "n_departments": 1}
    found = ask("variant_routing", **(usual | inputs))
    return tuple(found[key] for key in ("process", "deferral", "approval_mode", "notice_commitment"))


@pytest.mark.parametrize("name", NAMES)
def test_a_decision_file_is_named_as_its_decision(name: str) -> None:
    assert name in table(name).names


@pytest.mark.parametrize("name", NAMES)
def test_every_row_says_where_it_comes_from(name: str) -> None:
    text = files()[f"decisions/{name}.dmn"].decode()
    assert text.count("<rule ") == text.count("依据：") == text.count("状态：") == text.count("生效：")


def test_residents_bring_an_identity_paper_and_may_bring_the_proof_of_property_later() -> None:
    assert papers("RES") == {"id_card": True, "property_proof": False}


def test_an_agent_brings_identity_and_authorisation() -> None:
    assert papers("RES", agent=True).keys() - papers("RES").keys() == {"agent_id", "agent_letter"}
    assert papers("HV1", agent=True)["agent_letter"]


def test_the_device_list_is_a_core_paper_above_160_and_for_high_voltage() -> None:
    assert papers("LV", kva=160)["device_list"] is False
    assert papers("LV", kva=161)["device_list"] is True
    assert papers("HV1", kva=100)["device_list"] is True


def test_restricted_industries_and_important_customers_bring_more() -> None:
    assert (papers("HV1")["project_approval"], papers("HV1", restricted_industry=True)["project_approval"]) == (
        False,
        True,
    )
    assert papers("HV2", important=True).keys() - papers("HV2").keys() == {"importance_confirmation"}


@pytest.mark.parametrize(
    ("customer_class", "important", "restricted"), list(product(CLASSES, (True, False), (True, False)))
)
def test_no_paper_is_asked_for_twice(customer_class: str, important: bool, restricted: bool) -> None:
    asked = {"customer_class": customer_class, "business_type": "new", "kva": 200, "agent": True}
    found = ask("document_checklist", **asked, important=important, restricted_industry=restricted)
    types = [paper["type"] for paper in found]
    assert len(types) == len(set(types)) > 0


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"missing_core": 1, "commitment_offered": True}, ("standard", False, "serial", False)),
        ({"blacklisted": True, "missing_deferrable": 1}, ("standard", False, "serial", False)),
        ({"small_micro": True, "planning_compliant": True}, ("deferred", False, "serial", True)),
        (
            {"small_micro": True, "planning_compliant": True, "missing_deferrable": 2},
            ("deferred", True, "serial", True),
        ),
        ({"hv": True, "n_departments": 5}, ("parallel", False, "parallel", False)),
        (
            {"hv": True, "n_departments": 3, "missing_deferrable": 1, "commitment_offered": True},
            ("parallel", True, "parallel", False),
        ),
        ({"missing_deferrable": 1, "commitment_offered": True}, ("deferred", True, "serial", False)),
        ({}, ("standard", False, "serial", False)),
        ({"hv": True, "n_departments": 5, "missing_deferrable": 1}, ("standard", False, "serial", False)),
    ],
)
def test_routes_are_chosen_as_the_reference_says(inputs: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert route(**inputs) == expected


def test_every_combination_of_facts_has_exactly_one_route() -> None:
    flags = ("blacklisted", "commitment_offered", "small_micro", "planning_compliant", "hv")
    for values in product((True, False), repeat=len(flags)):
        for core, deferrable, departments in product((0, 2), (0, 2), (1, 4)):
            facts = dict(zip(flags, values, strict=True))
            found = route(missing_core=core, missing_deferrable=deferrable, n_departments=departments, **facts)
            assert found[0] in ("standard", "deferred", "parallel")


def test_flags_that_a_form_left_out_count_as_no() -> None:
    asked = {"missing_core": 0, "missing_deferrable": 0, "n_departments": 1, "hv": None, "small_micro": None}
    assert ask("variant_routing", **asked)["process"] == "standard"


@pytest.mark.parametrize(("customer_class", "n"), [("RES", 1), ("LV", 3), ("MICRO", 3), ("HV1", 5), ("HV2", 6)])
def test_departments_of_the_review_and_their_roles(customer_class: str, n: int) -> None:
    found = ask("review_departments", customer_class=customer_class)
    assert len(found) == n
    assert {entry["role"] for entry in found} <= set(manifest()["roles"])


@pytest.mark.parametrize(
    ("step", "customer_class", "profile", "days"),
    [
        ("case", "HV1", None, 31),
        ("case", "LV", "paper", 10),
        ("case", "HV1", "practice", 22),
        ("case", "HV2", "practice", 32),
        ("case", "HV1", "smart", 22),
        ("case", "HV1", "urgent", 15),
        ("ut_survey", "HV1", None, 2),
        ("plan", "HV1", None, 10),
        ("plan", "RES", "ceiling", 3),
        ("plan", "HV2", "ceiling", 45),
        ("ut_plan_draft", "HV2", None, 3),
        ("ut_plan_draft", "HV2", "smart", 1),
        ("ut_rev_om", "HV1", None, Decimal("1.5")),
        ("ut_rev_om", "MICRO", None, 1),
        ("ut_design_review", "HV1", "ceiling", 20),
        ("documents_lapse", "RES", None, 20),
    ],
)
def test_limits_are_those_of_the_reference(step: str, customer_class: str, profile: str | None, days: object) -> None:
    found = ask("time_limits", **{"step": step, "class": customer_class, "profile": profile, "region": "kaifa"})
    assert found["days"] == days


@pytest.mark.parametrize("customer_class", CLASSES)
def test_no_default_limit_of_a_stage_is_above_the_published_ceiling(customer_class: str) -> None:
    for step in ("ut_design_review", "ut_mid_inspection", "ut_completion_inspection", "ut_energise"):
        paper, ceiling = (
            ask("time_limits", **{"step": step, "class": customer_class, "profile": profile, "region": "kaifa"})["days"]
            for profile in ("paper", "ceiling")
        )
        assert paper <= ceiling


def test_the_utilitys_steps_of_a_high_voltage_case_sum_up_to_27_working_days() -> None:
    steps = [
        "ut_accept",
        "ut_survey_dispatch",
        "ut_survey",
        "ut_plan_draft",
        "ut_rev_marketing",
        "ut_rev_planning",
        "ut_rev_om",
        "ut_rev_dispatch",
        "ut_plan_reply",
        "ut_design_review",
        "ut_construction_notice",
        "ut_mid_inspection",
        "ut_completion_inspection",
        "connection",
    ]
    asked = {"class": "HV1", "profile": "paper", "region": "kaifa"}
    assert sum(ask("time_limits", step=step, **asked)["days"] for step in steps) == 27


@pytest.mark.parametrize(
    ("customer_class", "kva", "important", "team"),
    [
        ("RES", 8, False, "district_station"),
        ("MICRO", 300, False, "district_station"),
        ("LV", 160, False, "district_station"),
        ("LV", 200, False, "county_marketing"),
        ("HV1", 1600, False, "city_marketing_hv"),
        ("HV1", 1600, True, "key_customer"),
        ("HV2", 8000, False, "key_customer"),
    ],
)
def test_teams_follow_class_size_and_importance(customer_class: str, kva: int, important: bool, team: str) -> None:
    asked = {"customer_class": customer_class, "kva": kva, "important": important}
    found = ask("team_assignment", business_type="new", region="kaifa", **asked)
    assert found["manager_team"] == team
    assert (found["lead"] == "PLANNING") == (team == "key_customer")


def cost(customer_class: str, kva: int, **other: Any) -> Any:
    usual = {"hv": customer_class.startswith("HV"), "planned_land": True, "land_date": date(2024, 5, 6)}
    return ask("cost_sharing", customer_class=customer_class, kva=kva, **(usual | {"usage": "industrial"} | other))


def test_small_customers_pay_nothing_outside_the_red_line() -> None:
    for found in (cost("RES", 8), cost("LV", 160), cost("MICRO", 20, planned_land=False, land_date=None)):
        assert (found["customer"], found["utility"], found["government"], found["manual"]) == (0, 100, 0, False)


def test_planned_land_is_shared_between_utility_and_government() -> None:
    assert cost("HV1", 5000, usage="housing_estate")["government"] == 100
    assert cost("HV1", 5000, usage="housing_estate", land_date=date(2021, 3, 1))["government"] == 100
    assert (cost("HV1", 1600)["electrical"], cost("HV1", 1600)["civil"]) == ("utility", "government")


@pytest.mark.parametrize(
    "other", [{"planned_land": False}, {"land_date": None}, {"land_date": date(2021, 2, 28)}, {"special_line": True}]
)
def test_nobody_invents_a_share_where_no_rule_gives_one(other: dict[str, Any]) -> None:
    found = cost("HV1", 1600, **other)
    assert (found["customer"], found["utility"], found["manual"]) == (None, None, True)


def escalated(percent: int, key: str | None = "plan", subject: str | None = "task") -> list[str]:
    """Names of the steps that have happened at a percentage."""
    asked = {"stage": "plan", "class": "HV1", "key": key, "subject": subject, "percent": percent}
    return [step["step"] for step in ask("escalation", **asked)]


def test_escalation_steps_rise_with_the_percentage() -> None:
    assert escalated(79) == []
    assert escalated(80) == escalated(80, None, None) == ["remind"]
    assert escalated(150) == ["remind", "late", "late_lead", "yellow_card"]
    assert escalated(200)[-2:] == ["manager", "supervise"]
    assert escalated(300)[-1] == "reassign"


def test_cards_and_notices_to_the_head_follow_tasks_only() -> None:
    assert escalated(200, subject="stage") == escalated(200, subject="case") == ["remind", "late", "manager"]


def test_customers_are_reminded_of_papers_and_payment() -> None:
    assert escalated(15, "documents_lapse") == ["customer_reminder"]
    assert escalated(150, "payment") == ["payment_reminder"]


@pytest.mark.parametrize(("customer_class", "offered"), [("HV1", "P12M"), ("LV", "P3M")])
def test_how_long_a_plan_counts_is_chosen_from_the_table(customer_class: str, offered: str) -> None:
    known = {"plan_validity": ask("plan_validity", customer_class=customer_class)}
    refused = {}
    for chosen in ("P12M", "P3M", "P1Y"):
        with pytest.raises(FormErrors) as found:
            Form.load(forms()["plan_draft"]).validate({"plan": {"valid_for": chosen}}, context=known)
        refused[chosen] = [key for key in found.value.errors if key.endswith("valid_for")]
    assert [chosen for chosen, keys in refused.items() if not keys] == [offered]
