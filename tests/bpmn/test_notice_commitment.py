"""On a notice and a commitment fewer approvals come before the connection and a check after it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, product
from typing import Any

import pytest

from engine import dmn, queries
from engine.errors import OwnWork
from engine.models import incident
from tests.bpmn.pack import CLASSES, components, files, forms
from tests.bpmn.paths import approvals, asked, papers, processes
from tests.bpmn.walk import Walk, person

Begin = Callable[..., Walk]
NOTICE = {"small_micro": True, "planning_compliant": True}


def skipped(customer_class: str, *, important: bool = False, notice: bool = True) -> list[str]:
    table = dmn.load(files()["decisions/approval_skip.dmn"])
    asked = {"notice_commitment": notice, "hv": customer_class.startswith("HV"), "important": important}
    found = table.evaluate("approval_skip", asked)
    return [row["approval"] if isinstance(row, dict) else row for row in found or ()]


def counted(variant: str, customer_class: str, **other: Any) -> set[str]:
    """The approvals on the way of a variant, for a case that needs everything its class may need."""
    facts = {"customer_class": customer_class, "hv": customer_class.startswith("HV"), "important": False}
    facts |= {"design_required": facts["hv"], "mid_inspection_required": facts["hv"], "external_works_required": True}
    facts |= {
        "skipped_approvals": [],
        "merged_notice": False,
        "route": {"deferral": False, "notice_commitment": False},
        **other,
    }
    return approvals(variant, facts)


@pytest.mark.parametrize("customer_class", ["MICRO", "HV1", "HV2"])
@pytest.mark.parametrize("important", [False, True])
def test_at_least_three_approvals_fewer_than_on_the_standard_way(customer_class: str, important: bool) -> None:
    before = counted("standard", customer_class, important=important)
    left = skipped(customer_class, important=important)
    route = {"deferral": False, "notice_commitment": True}
    after = counted("deferred", customer_class, important=important, skipped_approvals=left, route=route)
    assert after < before
    assert len(before) - len(after) >= 3


@pytest.mark.parametrize(("customer_class", "n"), [("RES", 1), ("LV", 4), ("MICRO", 4), ("HV1", 7), ("HV2", 8)])
def test_the_diagrams_hold_as_many_approvals_as_the_reference_counts(customer_class: str, n: int) -> None:
    assert len(counted("standard", customer_class)) == n


def test_nothing_is_skipped_without_a_notice_and_important_customers_keep_their_examinations() -> None:
    assert skipped("HV1", notice=False) == []
    assert not {"ut_design_review", "ut_mid_inspection"} & set(skipped("HV2", important=True))


@pytest.mark.parametrize("customer_class", ["MICRO", "HV1"])
def test_a_case_on_notice_and_commitment_is_connected_and_then_checked(begin: Begin, customer_class: str) -> None:
    case = begin(customer_class, **NOTICE)
    case.go("ut_plan_draft")
    hv = customer_class == "HV1"
    case.do("ut_plan_draft", design_required=hv, mid_inspection_required=hv)
    case.go("ut_expost")
    done = set(case.path)
    assert case.end == "MSG_CONNECTED" and {"MSG_COMMITMENT_SIGNED", "ut_rev_marketing"} <= done
    assert (
        not {"ut_rev_planning", "ut_rev_om", "ut_design_review", "ut_mid_inspection", "ut_construction_notice"} & done
    )
    assert set(case.tasks()) == {"ut_expost"}
    due = case.tasks()["ut_expost"].due_at
    assert 26 <= (due - case.now).days <= 28, "Twenty working days."
    case.do("ut_expost")
    assert (case.tasks(), case.rows(incident)) == ({}, [])


def test_whoever_passed_the_works_does_not_check_them_afterwards(begin: Begin) -> None:
    case = connected(begin("MICRO", **NOTICE))
    inspector = person("ut_completion_inspection")
    with pytest.raises(OwnWork) as refused:
        case.claim("ut_expost", inspector)
    assert refused.value.done == "竣工检验"
    with pytest.raises(OwnWork):
        case.do("ut_expost", by=inspector)
    case.claim("ut_expost", person("ut_expost"))
    case.do("ut_expost")
    assert case.tasks() == {}


def test_the_table_and_not_the_code_says_what_falls_away(begin: Begin) -> None:
    table = files()["decisions/approval_skip.dmn"].replace(b'"ut_rev_om"', b'"ut_rev_dispatch"')
    case = begin("HV1", extra={"decisions/approval_skip.dmn": table}, **NOTICE)
    case.go("ut_plan_reply")
    assert "ut_rev_om" in case.path and "ut_rev_planning" not in case.path


def test_a_notice_with_papers_missing_defers_them_as_well(begin: Begin) -> None:
    case = begin("HV1", **NOTICE)
    papers = [paper for paper in case.variables()["documents"] if paper["type"] != "site_plan"]
    lacking = begin("HV1", documents=papers, **NOTICE)
    lacking.send("MSG_COMMITMENT_SIGNED")
    lacking.do("ut_deferred_accept", missing=["site_plan"])
    assert "MSG_DOCUMENTS_SUPPLIED" in lacking.waits()
    lacking.later(days=7)
    assert lacking.end == "E_TERMINATED"


def test_a_standard_case_is_not_checked_afterwards(begin: Begin) -> None:
    case = begin("LV")
    case.go()
    assert (case.end, case.tasks()) == ("MSG_CONNECTED", {})


@pytest.mark.parametrize(("draw", "checked"), [(9, True), (10, False)])
def test_a_sample_of_the_deferred_cases_is_checked(draw: int, checked: bool) -> None:
    table = dmn.load(files()["decisions/expost_check.dmn"])
    found = table.evaluate("expost_check", {"notice_commitment": False, "deferral": True, "draw": draw})
    assert found["expost_check"] if isinstance(found, dict) else found is checked


def connected(case: Walk) -> Walk:
    case.go("ut_expost")
    return case


def test_what_is_slightly_wrong_is_repaired_within_ten_days_and_checked_again(begin: Begin) -> None:
    case = connected(begin("MICRO", **NOTICE))
    case.do("ut_expost", outcome="minor", reason_code="records_missing", reason="缺接地记录")
    assert {"MSG_EXPOST_REPAIRED"} <= case.waits()
    case.send("MSG_EXPOST_REPAIRED", repaired_text="已补", all_repaired=True)
    assert set(case.tasks()) == {"ut_expost"}
    case.do("ut_expost", outcome="minor", reason_code="records_missing", reason="还缺一张")
    case.later(days=20)
    assert (set(case.tasks()), case.waits()) == ({"ut_expost"}, set())
    case.do("ut_expost")
    assert case.tasks() == {}


def test_a_repair_that_is_overdue_gets_no_second_time_but_goes_to_supervision(begin: Begin) -> None:
    case = connected(begin("MICRO", **NOTICE))
    case.do("ut_expost", outcome="minor", reason_code="records_missing", reason="缺接地记录")
    case.later(days=20)
    (checked,) = case.open_tasks()
    with case.transaction() as connection:
        known = queries.variables(connection, checked.instance_id, now=case.now, token=checked.token)
    assert known["repair_overdue"] is True
    case.do("ut_expost", outcome="minor", reason_code="not_repaired", reason="还没有改")
    assert (set(case.tasks()), case.waits()) == ({"ut_false_document"}, set())
    with pytest.raises(OwnWork):
        case.do(
            "ut_false_document", by=person("ut_expost"), outcome="terminate", reason_code="not_repaired", reason="x"
        )
    case.do("ut_false_document", outcome="terminate", reason_code="not_repaired", reason="限期整改逾期不改")
    (told,) = (values for element, values in case.calls if element == "svc_credit_enter")
    assert told["credit_reason_code"] == "false_not_repaired"


def test_a_false_commitment_goes_to_supervision_and_into_the_credit_record(begin: Begin) -> None:
    case = connected(begin("MICRO", **NOTICE))
    case.do("ut_expost", outcome="false", reason_code="statement_false", reason="规划文件是假的")
    case.do("ut_false_document", outcome="back", reason_code="mistake", reason="文件属实")
    assert set(case.tasks()) == {"ut_expost"}
    case.do("ut_expost", outcome="false", reason_code="statement_false", reason="规划文件是假的")
    case.do("ut_false_document", outcome="terminate", reason_code="forged", reason="主管部门确认系伪造")
    (told,) = (values for element, values in case.calls if element == "svc_credit_enter")
    assert (case.end, told["credit_reason_code"]) == ("MSG_CONNECTED", "false_forged")
    assert "expost_false" in [values.get("template") for _, values in case.calls]


VARIANTS = [name for name in ("standard", "deferred", "parallel") if name in processes()]
APPLICATION = papers("application")


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("customer_class", CLASSES)
def test_no_document_type_is_asked_twice_on_any_way(variant: str, customer_class: str) -> None:
    for flags in product((True, False), repeat=4):
        facts = dict(
            zip(
                ("important", "design_required", "mid_inspection_required", "external_works_required"),
                flags,
                strict=True,
            )
        )
        facts |= {"customer_class": customer_class, "hv": customer_class.startswith("HV"), "skipped_approvals": []}
        found = asked(variant, facts) | {"MSG_APPLICATION_SUBMITTED": APPLICATION}
        # What is asked later are only papers that are missing: the form hides all others (tested below).
        found.pop("MSG_DOCUMENTS_SUPPLIED", None)
        for one, other in combinations(found, 2):
            assert not found[one] & found[other], (one, other)


def test_a_supplement_shows_only_what_is_missing_and_nothing_that_is_no_paper_of_the_application() -> None:
    pickers = {part["key"]: part for part in components(forms()["supply_documents"]) if part["type"] == "filepicker"}
    for key, part in pickers.items():
        kind = key.removeprefix("doc_")
        assert part["conditional"]["hide"] == f'=not(list contains(missing, "{kind}"))'
    assert papers("supply_documents") <= APPLICATION
