"""The credit record: an entry with its days, objection, repair, review and expiry, and what it means later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

import bpmn.connection.credit as credit
from engine.errors import OwnWork
from engine.models import incident
from tests.bpmn.pack import files
from tests.bpmn.test_records_of_a_case import Counter, uploads
from tests.bpmn.walk import NUMBER, Walk, person

Begin = Callable[..., Walk]
IDENTITY = {"credit_code": {"sealed": "s-credit_code", "kind": "credit_code"}}


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def entered(begin: Begin, counter: Counter) -> Callable[..., Walk]:
    """A case that was ended because the promised papers did not come, worked by the real handlers."""

    def made(**other: Any) -> Walk:
        case = begin(
            "LV", desk=counter.desk(), **uploads("LV", "property_proof"), **IDENTITY, commitment_offered=True, **other
        )
        case.send("MSG_COMMITMENT_SIGNED", commitment_signed_name={"sealed": "s-signer", "kind": "name"})
        case.do("ut_deferred_accept", missing=["property_proof"])
        case.later(days=7)
        assert case.end == "E_TERMINATED"
        return case

    return made


def found(case: Walk) -> credit.Entry:
    with case.transaction() as connection:
        (entry,) = credit.entries(connection)
    return entry


def kinds(case: Walk) -> list[str]:
    with case.transaction() as connection:
        return [event.kind for event in credit.events(connection, found(case).id)]


def counts(case: Walk, today: date) -> bool:
    with case.transaction() as connection:
        return credit.standing(connection, "index-of-s-credit_code", today) is not None


def test_overdue_papers_are_entered_with_reason_case_and_days_and_the_customer_is_told(
    entered: Callable[..., Walk], counter: Counter
) -> None:
    entry = found(entered())
    assert (entry.case_number, entry.reason_code, entry.state) == (NUMBER, "supplement_overdue", "active")
    # Entered on Monday 23 November 2026; ten working days later is 7 December.
    assert (entry.until, entry.objection_until, entry.repair_from) == (
        date(2027, 11, 23),
        date(2026, 12, 7),
        date(2026, 12, 23),
    )
    assert [paper.kind for paper in counter.papers][-1] == "credit_notice"
    told = [notice for notice in counter.notices if notice.subject == "credit_entered"]
    assert ["2027年11月23日" in notice.text and "2026年12月7日" in notice.text for notice in told] == [True]


def test_an_entry_is_found_by_the_identity_and_keeps_the_next_application_from_deferring(
    entered: Callable[..., Walk], counter: Counter
) -> None:
    case = entered()
    following = replace(case, number="26-11-0200", calls=[], path=[])
    given = uploads("LV", "property_proof") | IDENTITY
    following.start("LV", **given, commitment_offered=True, small_micro=True, planning_compliant=True)
    known = following.variables()
    assert (known["blacklisted"], known["credit_result"], known["credit_until"]) == (
        True,
        "blacklisted",
        date(2027, 11, 23),
    )
    assert (known["route"]["process"], known["route"]["deferral"], known["route"]["notice_commitment"]) == (
        "standard",
        False,
        False,
    )
    assert set(following.tasks()) == {"ut_accept"}


def test_somebody_else_may_defer(entered: Callable[..., Walk]) -> None:
    case = entered()
    with case.transaction() as connection:
        assert credit.checked(connection, "index-of-somebody", case.now)["blacklisted"] is False
        assert credit.checked(connection, "", case.now)["credit_result"] == "good"


def test_the_duration_is_data(begin: Begin, counter: Counter) -> None:
    table = files()["decisions/credit_rules.dmn"].replace(b"<text>12</text>", b"<text>6</text>")
    case = begin(
        "LV",
        extra={"decisions/credit_rules.dmn": table},
        desk=counter.desk(),
        **uploads("LV", "property_proof"),
        **IDENTITY,
        commitment_offered=True,
    )
    case.send("MSG_COMMITMENT_SIGNED", commitment_signed_name={"sealed": "s-signer", "kind": "name"})
    case.do("ut_deferred_accept", missing=["property_proof"])
    case.later(days=7)
    assert found(case).until == date(2027, 5, 23)


def test_an_objection_that_is_right_lifts_the_entry(entered: Callable[..., Walk]) -> None:
    case = entered()
    case.send("MSG_CREDIT_OBJECTED", credit_objection_code="in_time", credit_objection_text="当天已上传")
    assert set(case.tasks()) == {"ut_credit_objection"}
    case.do("ut_credit_objection", outcome="lift", reason="上传时间在期限内")
    assert (found(case).state, kinds(case)) == ("lifted", ["entered", "lifted"])
    assert not counts(case, date(2026, 12, 1))
    assert (case.waits(), case.timers(), case.rows(incident)) == (set(), {}, [])


def test_whoever_found_the_paper_false_does_not_decide_about_the_objection(begin: Begin, counter: Counter) -> None:
    case = begin("LV", desk=counter.desk(), **uploads("LV"), **IDENTITY)
    case.do("ut_accept", outcome="false", reason_code="false_document", reason="执照查不到")
    case.do("ut_false_document", outcome="terminate", reason_code="forged", reason="发证机关确认系伪造")
    case.send("MSG_CREDIT_OBJECTED", credit_objection_code="other", credit_objection_text="不服")
    with pytest.raises(OwnWork) as refused:
        case.do("ut_credit_objection", by=person("ut_false_document"), outcome="keep", reason="属实")
    assert refused.value.done == "材料不实认定"
    case.do("ut_credit_objection", outcome="keep", reason="属实")
    assert kinds(case)[-1] == "kept"


def test_whoever_enters_by_hand_does_not_decide_about_the_objection(begin: Begin, counter: Counter) -> None:
    case = begin("LV", desk=counter.desk(), **uploads("LV"), **IDENTITY)
    author = person("by-hand")
    reason = {"credit_reason_code": "false_concealed", "credit_reason": "隐瞒转供电", "evidence": ["e1"]}
    facts = {"business_type": "new", "customer_class": "LV", "hv": False, "kva": 100, "voltage": "0.38"}
    with case.transaction() as connection:
        more = {"business_key": NUMBER, "actor": author.id, "now": case.now, "region": "binjiang"}
        case.engine.start(connection, "credit", {**reason, **facts}, message="MSG_CREDIT_ENTERED", **more)
    case.work()
    case.send("MSG_CREDIT_OBJECTED", credit_objection_code="other", credit_objection_text="不服")
    with pytest.raises(OwnWork) as refused:
        case.claim("ut_credit_objection", author)
    assert refused.value.done == "记入"
    case.do("ut_credit_objection", outcome="keep", reason="属实")
    assert kinds(case)[-1] == "kept"


def test_an_objection_that_is_wrong_leaves_repair_and_expiry(entered: Callable[..., Walk]) -> None:
    case = entered()
    case.send("MSG_CREDIT_OBJECTED", credit_objection_code="other", credit_objection_text="不服")
    case.do("ut_credit_objection", outcome="keep", reason="逾期属实")
    assert case.waits() == {"MSG_CREDIT_REPAIR_ASKED", "MSG_CREDIT_REVIEW"}
    assert counts(case, date(2027, 11, 23)) and not counts(case, date(2027, 11, 24))


def test_after_ten_working_days_nobody_objects_any_more(entered: Callable[..., Walk]) -> None:
    case = entered()
    assert "MSG_CREDIT_OBJECTED" in case.waits()
    case.later(days=15)
    assert case.waits() == {"MSG_CREDIT_REPAIR_ASKED", "MSG_CREDIT_REVIEW"}


def test_a_repair_ends_the_entry_early_and_a_refusal_leaves_it(entered: Callable[..., Walk]) -> None:
    case = entered()
    case.later(days=40)
    case.send("MSG_CREDIT_REPAIR_ASKED", repair_text="材料已补齐")
    case.do("ut_credit_repair", outcome="refused", reason="还差产权证明")
    assert found(case).state == "active"
    case.send("MSG_CREDIT_REPAIR_ASKED", repair_text="产权证明已交")
    case.do("ut_credit_repair", outcome="repaired", reason="已补齐")
    assert (found(case).state, kinds(case)) == ("repaired", ["entered", "refused", "repaired"])


@pytest.mark.parametrize("days", [1, 40])
def test_staff_may_review_an_entry_at_any_time(entered: Callable[..., Walk], days: int) -> None:
    case = entered()
    case.later(days=days)
    case.send("MSG_CREDIT_REVIEW", review_text="检查发现告知没有送达")
    case.do("ut_credit_objection", outcome="lift", reason="告知未送达")
    assert (found(case).state, kinds(case)) == ("lifted", ["entered", "lifted"])


def test_a_repair_before_its_day_is_refused_with_the_day(entered: Callable[..., Walk], counter: Counter) -> None:
    case = entered()
    assert found(case).repair_from == date(2026, 12, 23)
    case.later(days=15)
    # The last minute of the day before, in Shanghai.
    case.now = datetime(2026, 12, 22, 15, 59, tzinfo=UTC)
    case.send("MSG_CREDIT_REPAIR_ASKED", repair_text="材料已补齐")
    assert (case.tasks(), found(case).state, kinds(case)) == ({}, "active", ["entered", "refused"])
    assert [
        notice.text for notice in counter.notices if notice.subject == "credit_early" and "2026-12-23" in notice.text
    ]
    case.now = datetime(2026, 12, 22, 16, 0, tzinfo=UTC)
    case.send("MSG_CREDIT_REPAIR_ASKED", repair_text="材料已补齐")
    assert set(case.tasks()) == {"ut_credit_repair"}


def test_an_objection_counts_to_the_end_of_the_last_day(entered: Callable[..., Walk]) -> None:
    case = entered()
    assert found(case).objection_until == date(2026, 12, 7)
    case.now = datetime(2026, 12, 7, 15, 59, tzinfo=UTC)
    case.later(seconds=0)
    assert "MSG_CREDIT_OBJECTED" in case.waits()
    case.later(minutes=1)
    assert "MSG_CREDIT_OBJECTED" not in case.waits()


def test_an_entry_names_who_decided(begin: Begin, counter: Counter) -> None:
    case = begin("LV", desk=counter.desk(), **uploads("LV"), **IDENTITY)
    case.do("ut_accept", outcome="false", reason_code="false_document", reason="执照查不到")
    with pytest.raises(OwnWork) as refused:
        case.do("ut_false_document", by=person("ut_accept"), outcome="terminate", reason_code="forged", reason="伪造")
    assert refused.value.done == "受理审核"
    case.do("ut_false_document", outcome="back", reason_code="mistake", reason="登记滞后", by=person("another"))
    case.do("ut_accept", outcome="false", reason_code="false_document", reason="执照查不到")
    case.do("ut_false_document", outcome="terminate", reason_code="forged", reason="伪造", false_evidence=["e1"])
    with case.transaction() as connection:
        (event,) = credit.events(connection, found(case).id)
    assert (found(case).entered_by, event.actor) == ("person-ut_false_document", "person-ut_false_document")
    assert found(case).evidence == ("e1",)


@pytest.mark.parametrize("customer_class", ["LV", "HV1"])
def test_credit_is_looked_up_again_at_acceptance(begin: Begin, counter: Counter, customer_class: str) -> None:
    """Low voltage runs `deferred`, high voltage `parallel`: whoever is entered meanwhile may not defer there either."""
    given = uploads(customer_class, "property_proof") | IDENTITY
    case = begin(customer_class, desk=counter.desk(), **given, commitment_offered=True)
    case.send("MSG_COMMITMENT_SIGNED", commitment_signed_name={"sealed": "s-signer", "kind": "name"})
    entry = {"id": "other", "case_number": "26-11-0001", "identity_index": "index-of-s-credit_code", "evidence": []}
    entry |= {"reason_code": "supplement_overdue", "reason": "逾期", "until": date(2027, 11, 16)}
    entry |= {"objection_until": date(2026, 11, 30), "repair_from": date(2026, 12, 16)}
    with case.transaction() as connection:
        credit.enter(connection, entry, case.now, "li")
    assert case.variables("ut_deferred_accept")["blacklisted"] is False
    case.do("ut_deferred_accept", missing=["property_proof"])
    assert set(case.tasks()) == {"ut_accept"}
    known = case.variables("ut_accept")
    assert (known["blacklisted"], known["credit_result"], known["credit_until"]) == (
        True,
        "blacklisted",
        date(2027, 11, 16),
    )
    assert (known["route"]["deferral"], "MSG_DOCUMENTS_SUPPLIED" in case.waits()) == (False, False)


def test_an_entry_expires_after_its_months(entered: Callable[..., Walk]) -> None:
    case = entered()
    case.later(days=15)
    case.later(days=360)
    assert (found(case).state, kinds(case)[-1]) == ("expired", "expired")


def test_an_entry_ends_once(entered: Callable[..., Walk]) -> None:
    case = entered()
    id = found(case).id
    with case.transaction() as connection:
        credit.change(connection, id, "repaired", case.now, "somebody")
        credit.change(connection, id, "expired", case.now, "clock")
    assert (found(case).state, kinds(case)) == ("repaired", ["entered", "repaired"])
