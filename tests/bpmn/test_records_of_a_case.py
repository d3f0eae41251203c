"""What the real handlers write down: the records of the case, its team and route, and papers that come later."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import Connection

from bpmn.connection import Desk, Earlier, Notice, Paper, case_of, find_public
from engine import ALL, Actor, queries
from engine.errors import SameActor
from engine.models import instance, metadata
from tests.bpmn.pack import elements, manifest, properties
from tests.bpmn.walk import NUMBER, PAPERS, Walk

Begin = Callable[..., Walk]
PERSON = {key: {"sealed": f"s-{key}", "kind": key} for key in ("name", "phone", "address")}
CUSTOMER = metadata.tables["customer"]


@dataclass
class Counter:
    """A desk without a house behind it: seals open to their ids, notices and papers are kept in lists."""

    notices: list[Notice] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)
    #: Identities that were looked for among other cases.
    asked: list[str] = field(default_factory=list)
    #: Running cases of the same identity.
    others: tuple[str, ...] = ()
    #: Papers of the same identity in other cases.
    earlier: list[Earlier] = field(default_factory=list)

    def desk(self) -> Desk:
        return Desk(
            opened=lambda _connection, seal: f"{seal}-8000",
            notify=lambda _connection, notice: self.notices.append(notice),
            keep=self._keep,
            file=queries.file,
            name=lambda _connection, id: {"li": "李四", "wang": "王五"}.get(id, ""),
            twins=self._twins,
            earlier=lambda _connection, _seal, kinds: tuple(one for one in self.earlier if one.kind in kinds),
            copy=lambda _connection, id, _business_key, _now: f"copy-of-{id}",
            index=lambda _connection, seal: f"index-of-{seal}",
        )

    def _keep(self, _connection: Connection, paper: Paper) -> str:
        self.papers.append(paper)
        return f"paper-{len(self.papers)}"

    def _twins(self, _connection: Connection, seal: str) -> tuple[str, ...]:
        self.asked.append(seal)
        return self.others


@pytest.fixture
def counter() -> Counter:
    return Counter()


def papers(case: Walk) -> list[tuple[str, str]]:
    return [(paper["type"], paper["id"]) for paper in case.variables()["documents"]]


def uploads(customer_class: str, *missing: str) -> dict[str, Any]:
    """An application with its papers as the form gives them."""
    kinds = [kind for kind in PAPERS[customer_class] if kind not in missing]
    return {"documents": [], **{f"doc_{kind}": [f"d-{kind}"] for kind in kinds}, **PERSON}


@pytest.mark.parametrize(
    ("given", "identity"),
    [
        (("credit_code", "id_no"), "s-credit_code"),
        (("id_no",), "s-id_no"),
        (("other_id_no",), "s-other_id_no"),
        ((), ""),
    ],
)
def test_a_case_is_registered_with_all_references_to_the_customer(
    begin: Begin, counter: Counter, given: tuple[str, ...], identity: str
) -> None:
    numbers = {key: {"sealed": f"s-{key}", "kind": "id_no"} for key in given}
    case = begin("RES", desk=counter.desk(), **uploads("RES"), **numbers)
    with case.transaction() as connection:
        found = case_of(connection, NUMBER)
        assert found is not None
        assert find_public(connection, found.public_number, "8000", lambda seal: f"{seal}-8000") == found
        assert find_public(connection, found.public_number, "8001", lambda seal: f"{seal}-8000") is None
    assert (found.name_seal, found.phone_seal, found.address_seal) == ("s-name", "s-phone", "s-address")
    assert [row.identity_seal for row in case.rows(CUSTOMER)] == [identity]
    assert counter.asked == [identity] * bool(identity)
    assert [notice.phone_seal for notice in counter.notices] == ["s-phone"]


def test_team_and_route_are_facts_of_the_case_and_the_route_stands_in_its_record(
    begin: Begin, counter: Counter
) -> None:
    case = begin("HV2", desk=counter.desk(), **uploads("HV2"))
    case.do("ut_accept")
    (row,) = case.rows(instance)
    facts = {label: text for label, _, text in row.facts}
    assert (facts["客户经理班组"], facts["勘查班组"]) == ("重要客户班", "重要客户班")
    assert facts["办理方式"] == "并行审批"
    with case.transaction() as connection:
        found = case_of(connection, NUMBER)
    assert found is not None and (found.routed, found.forced, found.actual) == ("parallel", "", "parallel")


def test_papers_that_come_later_are_put_to_the_others_and_struck_off_the_missing(
    begin: Begin, counter: Counter
) -> None:
    case = begin("LV", desk=counter.desk(), **uploads("LV", "device_list"))
    assert case.variables()["missing"] == ["device_list"]
    case.do("ut_accept", outcome="incomplete", missing=["device_list", "property_proof"])
    before = papers(case)
    case.send("MSG_DOCUMENTS_SUPPLIED", doc_property_proof=["d-new-proof"])
    assert papers(case) == [*before, ("property_proof", "d-new-proof")]
    assert case.variables()["missing"] == ["device_list"]
    case.do("ut_accept", outcome="incomplete", missing=["device_list"])
    case.send("MSG_DOCUMENTS_SUPPLIED", doc_device_list=["d-list", "d-list-2"])
    assert papers(case) == [
        *before,
        ("property_proof", "d-new-proof"),
        ("device_list", "d-list"),
        ("device_list", "d-list-2"),
    ]
    assert case.variables()["missing"] == []
    assert [paper.kind for paper in counter.papers] == ["one_time_notice"] * 2


def test_a_supplement_with_nothing_new_changes_nothing(begin: Begin, counter: Counter) -> None:
    case = begin("LV", desk=counter.desk(), **uploads("LV", "device_list"))
    case.do("ut_accept", outcome="incomplete", missing=["device_list"])
    before = papers(case)
    case.send("MSG_DOCUMENTS_SUPPLIED", doc_property_proof=["d-property_proof"])
    assert papers(case) == before
    assert case.variables()["missing"] == ["device_list"]


def test_a_letter_of_a_deputy_names_both(begin: Begin, counter: Counter) -> None:
    case = begin("LV", desk=counter.desk(), **PERSON, documents=[])
    absent = Actor("li", frozenset({"ACCEPT"}), ALL)
    deputy = Actor("wang", frozenset({"ACCEPT"}), ALL)
    deputy = replace(deputy, stands_for=(deputy.in_place_of(absent),))
    row = case.tasks()["ut_accept"]
    values = {"outcome": "incomplete", "missing": ["device_list"], "verified": []}
    with case.transaction() as connection:
        rev = case.engine.claim(connection, row.id, actor=absent, now=case.now)
        more = {"rev": rev, "request_id": "r-deputy", "actor": deputy, "now": case.now}
        case.engine.complete(connection, row.id, values, **more)
    case.work()

    (notice,) = (paper for paper in counter.papers if paper.kind == "one_time_notice")
    with zipfile.ZipFile(io.BytesIO(notice.content)) as letter:
        assert "经办人：王五（代李四）" in letter.read("word/document.xml").decode()


def test_nobody_reviews_a_plan_of_their_own(standard: Begin) -> None:
    case = standard("HV2")
    everyone = frozenset(manifest()["roles"])
    drafter = Actor("person-ut_plan_draft", everyone, ALL)
    case.go("ut_rev_marketing")
    reviews = []
    while any(name.startswith("ut_rev_") for name in case.tasks()):
        (element,) = case.tasks()
        with case.transaction() as connection, pytest.raises(SameActor):
            case.engine.claim(connection, case.tasks()[element].id, actor=drafter, now=case.now)
        reviews.append(element)
        case.do(element)
    assert reviews == [f"ut_rev_{name}" for name in ("marketing", "planning", "om", "dispatch", "legal")]


def test_nobody_reviews_a_plan_of_their_own_beside_the_others(begin: Begin) -> None:
    case = begin("HV2")
    drafter = Actor("person-ut_plan_draft", frozenset(manifest()["roles"]), ALL)
    case.go("ut_prev_marketing")
    for row in case.open_tasks():
        with case.transaction() as connection, pytest.raises(SameActor):
            case.engine.claim(connection, row.id, actor=drafter, now=case.now)


def test_every_review_of_the_plan_asks_for_four_eyes() -> None:
    reviews = {task.attrib["id"]: properties(task) for _, task in elements("userTask") if "rev_" in task.attrib["id"]}
    assert len(reviews) == 11
    assert {found.get("four_eyes") for found in reviews.values()} == {"ut_plan_draft"}
