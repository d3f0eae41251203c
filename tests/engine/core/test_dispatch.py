"""New tasks go to the team of the case, to whoever looks after it, or to whom was named; else to all of the role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import pytest
from sqlalchemy import Connection

from engine import ALL, Actor, Engine
from engine.errors import CannotBeNamed, NotAllowed, NotQualified, OwnersTask, OwnWork
from engine.models import history, job, keeper, task
from tests.engine.core.house import PARCEL, House, deploy, files_of

#: What turns the parcel pack into one with teams, a keeper, a certificate and a named person.
PACK = {
    'DESK = { zh = "前台", en = "Desk", department = "门店" }': (
        'DESK = { zh = "前台", en = "Desk", department = "门店", team = "team", keeper = true }'
    ),
    "[regions]": '[certificates]\ncash = { zh = "收银证", en = "Cash certificate" }\n\n[regions]',
}
CASH = (
    '<camunda:property name="four_eyes" value="ut_check" />',
    '<camunda:property name="four_eyes" value="ut_check" /><camunda:property name="certificate" value="cash" />'
    '<camunda:property name="named" value="cashier" />',
)
VALID = frozenset({("cash", date(2027, 1, 1))})
EXPIRED = frozenset({("cash", date(2026, 11, 15))})
ANN = Actor("ann", frozenset({"DESK"}), frozenset({"east"}), teams=frozenset({"t1"}))
BEN = Actor("ben", frozenset({"DESK", "CASHIER"}), frozenset({"east"}), teams=frozenset({"t1"}), certificates=VALID)
CAT = Actor("cat", frozenset({"DESK"}), frozenset({"east"}), teams=frozenset({"t2"}))
DAN = Actor("dan", frozenset({"CASHIER"}), ALL, certificates=VALID)
EVE = Actor("eve", frozenset({"CASHIER"}), ALL, certificates=EXPIRED)


@dataclass
class Accounts:
    """A directory in memory: staff numbers are ids in capitals."""

    known: list[Actor] = field(default_factory=lambda: [ANN, BEN, CAT, DAN, EVE])

    def people(self, connection: Connection, role: str, region: str, team: str, now: datetime) -> Sequence[Actor]:
        able = (one for one in self.known if role in one.groups and one.covers(region))
        return [one for one in able if not team or team in one.teams]

    def find(self, connection: Connection, number: str, now: datetime) -> Actor | None:
        return next((one for one in self.known if one.id.upper() == number), None)


@pytest.fixture
def staffed(house: House) -> House:
    """The parcel house with accounts and teams."""
    house.handlers.directory = Accounts()
    files = files_of(PARCEL)
    pack = files["pack.toml"].decode()
    for plain, rich in PACK.items():
        assert plain in pack
        pack = pack.replace(plain, rich)
    diagram = files["return.bpmn"].decode()
    assert CASH[0] in diagram
    diagram = diagram.replace(*CASH)
    deploy(house, {**files, "pack.toml": pack.encode(), "return.bpmn": diagram.encode()})
    return replace(house, engine=Engine(house.handlers))


def accounts(house: House) -> Accounts:
    found = house.handlers.directory
    assert isinstance(found, Accounts)
    return found


def kinds(house: House) -> list[str]:
    return [row.kind for row in house.rows(history)]


def to_refund(house: House, by: Actor, **data: object) -> None:
    """Check the parcel, let it arrive, and label it: the refund is open then."""
    house.complete(house.task(element="ut_check"), {"weight": 1, **data}, actor=by)
    house.send("MSG_ARRIVED")
    house.work()


def test_a_case_gets_the_least_busy_of_its_team_as_its_keeper_who_holds_the_tasks_of_the_role(staffed: House) -> None:
    staffed.start("parcel_return", {"parcel": "7", "team": "t1"})
    staffed.start("parcel_return", {"parcel": "8", "team": "t1"}, business_key="P-2")

    assert {row.business_key: row.user_id for row in staffed.rows(keeper)} == {"P-1": "ann", "P-2": "ben"}
    first = staffed.task(business_key="P-1")
    assert (first.assignee, first.owner, first.audience) == ("ann", "ann", "g:DESK@t1")
    assert "keeper_chosen" in kinds(staffed)


def test_members_of_other_teams_cannot_take_the_task_even_when_it_is_free(staffed: House) -> None:
    staffed.start("parcel_return", {"parcel": "7", "team": "t1"})
    row = staffed.task()
    with staffed.transaction() as connection:
        staffed.engine.release(connection, row.id, actor=Actor("boss", admin=True), now=staffed.now)
        with pytest.raises(NotAllowed):
            staffed.engine.claim(connection, row.id, actor=CAT, now=staffed.now)
        staffed.engine.claim(connection, row.id, actor=BEN, now=staffed.now)


@pytest.mark.parametrize("team", ["t9", "t1"])
def test_a_team_with_nobody_falls_back_to_the_role_in_the_region_and_is_told_at_once(staffed: House, team: str) -> None:
    accounts(staffed).known = [CAT]
    staffed.start("parcel_return", {"parcel": "7", "team": team})

    row = staffed.task()
    assert (row.assignee, row.audience) == ("", "g:DESK")
    assert "team_empty" in kinds(staffed)
    (told,) = staffed.rows(job, topic="notify.staffing")
    assert told.variables["team"] == team
    with staffed.transaction() as connection:
        staffed.engine.claim(connection, row.id, actor=CAT, now=staffed.now)


def test_without_accounts_a_task_is_open_to_its_role_as_ever(staffed: House) -> None:
    staffed.handlers.directory = None
    staffed.start("parcel_return", {"parcel": "7", "team": "t1"})
    assert staffed.task().audience == "g:DESK"
    assert staffed.rows(keeper) == []


def test_the_task_of_a_keeper_is_handed_on_but_not_given_back_to_everybody(staffed: House) -> None:
    staffed.start("parcel_return", {"parcel": "7", "team": "t1"})
    row = staffed.task()
    with staffed.transaction() as connection:
        with pytest.raises(OwnersTask):
            staffed.engine.release(connection, row.id, actor=ANN, now=staffed.now)
        staffed.engine.assign(connection, row.id, BEN, reason="外出", actor=ANN, now=staffed.now)
    assert staffed.task().assignee == "ben"
    (told,) = staffed.rows(history, kind="assigned")
    assert told.payload["reason"] == "外出"
    assert told.payload["before"] == "ann"


def test_another_keeper_gets_the_open_tasks_of_the_one_before_and_the_history_says_why(staffed: House) -> None:
    instance_id = staffed.start("parcel_return", {"parcel": "7", "team": "t1"})
    with staffed.transaction() as connection:
        moved = staffed.engine.hand_case(
            connection, instance_id, "DESK", BEN, reason="调岗", actor="boss", now=staffed.now
        )
    assert moved == 1
    row = staffed.task()
    assert (row.assignee, row.owner) == ("ben", "ben")
    (told,) = staffed.rows(history, kind="keeper_changed")
    assert (told.payload["before"], told.payload["keeper"], told.payload["reason"]) == ("ann", "ben", "调岗")
    with staffed.transaction() as connection:
        again = staffed.engine.hand_case(
            connection, instance_id, "DESK", BEN, reason="调岗", actor="b", now=staffed.now
        )
    assert again == 0


def test_a_case_that_ended_is_no_load_of_its_keeper(staffed: House) -> None:
    instance_id = staffed.start("parcel_return", {"parcel": "7", "team": "t1"})
    with staffed.transaction() as connection:
        staffed.engine.cancel(connection, instance_id, reason="重复", actor="boss", now=staffed.now)
    (kept,) = staffed.rows(keeper)
    assert kept.closed_at == staffed.now


def test_a_deputy_works_in_the_place_of_the_absent_and_both_names_stand_in_the_task_and_the_history(
    staffed: House,
) -> None:
    staffed.start("parcel_return", {"parcel": "7", "team": "t1"})
    deputy = replace(CAT, stands_for=(CAT.in_place_of(ANN),))
    row = staffed.task()
    staffed.complete(row, {"weight": 1}, actor=deputy)

    (done,) = staffed.rows(task, id=row.id)
    assert (done.closed_by, done.closed_for) == ("cat", "ann")
    (told,) = staffed.rows(history, kind="completed")
    assert (told.actor, told.payload["for"]) == ("cat", "ann")


def test_a_free_task_that_a_deputy_takes_is_the_absent_persons(staffed: House) -> None:
    staffed.start("parcel_return", {"parcel": "7", "team": "t1"})
    row = staffed.task()
    deputy = replace(CAT, stands_for=(CAT.in_place_of(BEN),))
    with staffed.transaction() as connection:
        staffed.engine.release(connection, row.id, actor=Actor("boss", admin=True), now=staffed.now)
        staffed.engine.claim(connection, row.id, actor=deputy, now=staffed.now)
    assert staffed.task().assignee == "ben"


@pytest.mark.parametrize(
    "deputy",
    [
        Actor("fay", frozenset({"CASHIER"}), ALL),
        Actor("gus", frozenset({"DESK"}), frozenset({"west"})),
        Actor("hal"),
    ],
    ids=["another role", "another region", "no rights"],
)
def test_a_deputy_has_no_more_rights_than_both_have(staffed: House, deputy: Actor) -> None:
    staffed.start("parcel_return", {"parcel": "7", "team": "t1"})
    acting = replace(deputy, stands_for=(deputy.in_place_of(ANN),))
    row = staffed.task()
    with pytest.raises(NotAllowed), staffed.transaction() as connection:
        staffed.engine.assign(connection, row.id, BEN, actor=acting, now=staffed.now)
    with pytest.raises(NotAllowed):
        staffed.complete(row, {"weight": 1}, actor=acting)


def test_whoever_did_the_step_before_cannot_check_it_nor_be_given_it(staffed: House) -> None:
    accounts(staffed).known = [BEN, DAN]
    staffed.start("parcel_return", {"parcel": "7", "team": "t1"})
    to_refund(staffed, BEN)
    row = staffed.task(element="ut_refund")
    with staffed.transaction() as connection:
        with pytest.raises(OwnWork) as refused:
            staffed.engine.claim(connection, row.id, actor=BEN, now=staffed.now)
        assert (refused.value.done, refused.value.by) == ("检查", "ben")
        with pytest.raises(OwnWork):
            staffed.engine.assign(connection, row.id, BEN, actor=Actor("boss", admin=True), now=staffed.now)
        staffed.engine.claim(connection, row.id, actor=DAN, now=staffed.now)


def test_a_deputy_who_acted_for_somebody_binds_both(staffed: House) -> None:
    accounts(staffed).known = [ANN, BEN, DAN]
    staffed.start("parcel_return", {"parcel": "7", "team": "t1"})
    ann = replace(ANN, groups=frozenset({"DESK", "CASHIER"}), certificates=VALID)
    deputy = replace(BEN, stands_for=(BEN.in_place_of(ann),))
    to_refund(staffed, deputy)
    row = staffed.task(element="ut_refund")
    with staffed.transaction() as connection:
        for person in (ann, BEN):
            with pytest.raises(OwnWork):
                staffed.engine.claim(connection, row.id, actor=person, now=staffed.now)
        absent = replace(DAN, stands_for=(DAN.in_place_of(ann),))
        staffed.engine.claim(connection, row.id, actor=absent, now=staffed.now)
    assert staffed.task(element="ut_refund").assignee == "dan"


def test_a_missing_or_expired_certificate_keeps_people_from_the_task(staffed: House) -> None:
    staffed.start("parcel_return", {"parcel": "7", "team": "t1"})
    to_refund(staffed, ANN)
    row = staffed.task(element="ut_refund")
    bare = replace(DAN, id="ida", certificates=frozenset())
    with staffed.transaction() as connection:
        for person, until in ((EVE, date(2026, 11, 15)), (bare, None)):
            with pytest.raises(NotQualified) as refused:
                staffed.engine.claim(connection, row.id, actor=person, now=staffed.now)
            assert (refused.value.kind, refused.value.until) == ("cash", until)
        last_day = replace(EVE, certificates=frozenset({("cash", date(2026, 11, 16))}))
        staffed.engine.claim(connection, row.id, actor=last_day, now=staffed.now)


def test_whoever_is_named_by_staff_number_gets_the_task(staffed: House) -> None:
    staffed.start("parcel_return", {"parcel": "7", "team": "t1"})
    to_refund(staffed, ANN, cashier="DAN")
    assert staffed.task(element="ut_refund").assignee == "dan"


@pytest.mark.parametrize("number", ["EVE", "ANN", "NOBODY"])
def test_naming_somebody_who_cannot_do_it_is_refused_where_the_task_opens_at_once(staffed: House, number: str) -> None:
    """The naming step and the named one in one turn: a diagram without a wait between them."""
    files = {path: data for path, data in files_of(PARCEL).items() if path.startswith("forms")}
    pack = files_of(PARCEL)["pack.toml"].decode()
    for plain, rich in PACK.items():
        pack = pack.replace(plain, rich)
    pack = pack.replace('entry = "parcel_return"', "").split("[messages")[0]
    deploy(staffed, {**files, "pack.toml": pack.encode(), "order.bpmn": ORDER.encode()})
    staffed.start("order", {"team": "t1"})
    row = staffed.task()

    with pytest.raises(CannotBeNamed) as refused:
        staffed.complete(row, {"cashier": number}, actor=ANN)
    assert (refused.value.variable, refused.value.number) == ("cashier", number)
    assert isinstance(refused.value.why, NotQualified) == (number == "EVE")
    assert staffed.task().id == row.id

    staffed.complete(row, {"cashier": "DAN"}, actor=ANN)
    assert staffed.task().assignee == "dan"


ORDER = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
    id="definitions_order" targetNamespace="http://example.org">
  <process id="order" name="派单" isExecutable="true">
    <startEvent id="start"><outgoing>f1</outgoing></startEvent>
    <userTask id="ut_order" name="派单" camunda:candidateGroups="DESK" camunda:formRef="check">
      <extensionElements><camunda:properties>
        <camunda:property name="stage" value="intake" />
      </camunda:properties></extensionElements>
      <incoming>f1</incoming><outgoing>f2</outgoing>
    </userTask>
    <userTask id="ut_pay" name="付款" camunda:candidateGroups="CASHIER" camunda:formRef="refund">
      <extensionElements><camunda:properties>
        <camunda:property name="stage" value="refund" />
        <camunda:property name="certificate" value="cash" />
        <camunda:property name="named" value="cashier" />
      </camunda:properties></extensionElements>
      <incoming>f2</incoming><outgoing>f3</outgoing>
    </userTask>
    <endEvent id="end"><incoming>f3</incoming></endEvent>
    <sequenceFlow id="f1" sourceRef="start" targetRef="ut_order" />
    <sequenceFlow id="f2" sourceRef="ut_order" targetRef="ut_pay" />
    <sequenceFlow id="f3" sourceRef="ut_pay" targetRef="end" />
  </process>
</definitions>
"""
