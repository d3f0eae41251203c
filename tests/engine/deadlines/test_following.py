"""Deadlines follow what their process does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Row, event

from engine.calendars import current
from engine.deadline import Deadline, from_row
from engine.ledger import due
from engine.models import deadline, task, timer
from tests.engine.core.house import House, deploy, files_of
from tests.engine.deadlines.conftest import PACK

TZ = "+08:00"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text + TZ).astimezone(UTC)


def of(house: House, key: str) -> Deadline:
    (row,) = house.rows(deadline, key=key)
    return from_row(row)


def timer_of(house: House, element: str) -> Row[Any]:
    (row,) = house.rows(timer, element=element)
    return row


def test_case_stage_and_task_open_with_their_limits(house: House) -> None:
    house.start("repair", {"customer_class": "big"})
    case, stage, look = of(house, "case"), of(house, "look"), of(house, "ut_look")
    assert (case.subject, stage.subject, look.subject) == ("case", "stage", "task")
    assert case.limit.working_days == 20 and case.limit.status == "unverified"
    assert stage.due_at == at("2026-11-18T18:00") and look.due_at == at("2026-11-17T18:00")
    assert stage.token in look.parents and look.task_id == house.task(element="ut_look").id


def test_a_task_is_due_with_its_deadline(house: House) -> None:
    house.start("repair")
    assert house.task(element="ut_look").due_at == house.task(element="ut_look").order_at == at("2026-11-17T18:00")


def test_a_drawn_timer_asks_for_the_due_moment(house: House) -> None:
    house.start("repair")
    assert timer_of(house, "late_look").due_at == at("2026-11-18T18:00")
    assert timer_of(house, "very_late_look").due_at == at("2026-11-18T20:00")


def waiting(house: House) -> None:
    """The case waits for the customer since Tuesday 10:00."""
    house.start("repair")
    house.now = at("2026-11-17T10:00")
    house.complete(house.task(element="ut_look"))


def test_waiting_for_the_customer_stops_enclosing_deadlines_and_their_timers_only(house: House) -> None:
    waiting(house)
    assert [of(house, key).state for key in ("case", "look", "ut_look", "ut_bill")] == [
        "paused",
        "paused",
        "closed",
        "open",
    ]
    assert of(house, "look").due_at is None and of(house, "look").segments[-1].cause == "等客户送件"
    assert timer_of(house, "late_look").due_at is None and timer_of(house, "very_late_look").due_at is None


def test_the_clock_runs_on_when_the_customer_has_acted(house: House) -> None:
    waiting(house)
    house.now = at("2026-11-20T10:00")
    house.send("MSG_PARTS")
    assert of(house, "look").due_at == at("2026-11-23T18:00")
    assert timer_of(house, "late_look").due_at == at("2026-11-23T18:00")
    assert timer_of(house, "very_late_look").due_at == at("2026-11-23T20:00")
    fix = of(house, "fix")
    assert fix.due_at == at("2026-11-20T10:30") and fix.limit.clock is not None
    stage = of(house, "look")
    with house.transaction() as connection:
        lines = due(stage.limit, stage.segments, current(connection)).explanation
    assert any("等客户送件" in line.zh for line in lines)


BESIDE = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
  <process id="beside" isExecutable="true">
    <startEvent id="start" />
    <parallelGateway id="fork" />
    <userTask id="ut_signs" name="A" camunda:candidateGroups="DESK" camunda:formRef="check">
      <extensionElements><camunda:properties>
        <camunda:property name="stage" value="look" /><camunda:property name="clock" value="customer" />
        <camunda:property name="clock_while" value="ut_waits" />
      </camunda:properties></extensionElements>
    </userTask>
    <userTask id="ut_waits" name="B" camunda:candidateGroups="DESK" camunda:formRef="check">
      <extensionElements><camunda:properties>
        <camunda:property name="stage" value="look" />
      </camunda:properties></extensionElements>
    </userTask>
    <endEvent id="e1" /><endEvent id="e2" />
    <sequenceFlow id="f1" sourceRef="start" targetRef="fork" />
    <sequenceFlow id="f2" sourceRef="fork" targetRef="ut_signs" />
    <sequenceFlow id="f3" sourceRef="fork" targetRef="ut_waits" />
    <sequenceFlow id="f4" sourceRef="ut_signs" targetRef="e1" />
    <sequenceFlow id="f5" sourceRef="ut_waits" targetRef="e2" />
  </process>
</definitions>"""


def test_a_task_with_clock_while_stops_the_case_only_beside_the_named_one(house: House) -> None:
    deploy(house, {**files_of(PACK), "beside.bpmn": BESIDE})
    house.start("beside")
    assert of(house, "case").state == "paused"
    house.now = at("2026-11-17T10:00")
    house.complete(house.task(element="ut_waits"))
    assert [segment.kind for segment in of(house, "case").segments] == ["paused", "running"]
    assert house.task(element="ut_signs").state == "open"


def test_a_task_with_clock_while_that_opens_alone_leaves_no_trace_of_a_pause(house: House) -> None:
    alone = BESIDE.replace(b'clock_while" value="ut_waits"', b'clock_while" value="ut_look"')
    deploy(house, {**files_of(PACK), "beside.bpmn": alone})
    house.start("beside")
    assert [segment.kind for segment in of(house, "case").segments] == ["running"]


def test_nothing_is_due_while_the_clock_stands(house: House) -> None:
    waiting(house)
    house.now = at("2026-12-20T10:00")
    with house.transaction() as connection:
        assert house.engine.due_instances(connection, house.now) == ()


def test_everything_closes_with_the_case(house: House) -> None:
    waiting(house)
    house.now = at("2026-11-20T10:00")
    house.send("MSG_PARTS")
    house.complete(house.task(element="ut_fix"))
    house.complete(house.task(element="ut_bill"))
    assert house.instance().state == "ended"
    assert {row.state for row in house.rows(deadline)} == {"closed"}
    assert all(row.closed_at == house.now for row in house.rows(deadline, key="case"))


def test_cancelling_closes_everything(house: House) -> None:
    instance_id = house.start("repair")
    with house.transaction() as connection:
        house.engine.cancel(connection, instance_id, reason="double", actor="boss", now=house.now)
    assert {row.state for row in house.rows(deadline)} == {"closed"}


def test_the_stage_timer_fires_at_the_due_moment(house: House) -> None:
    house.start("repair")
    house.now = at("2026-11-18T18:00")
    with house.transaction() as connection:
        assert house.engine.advance(connection, house.now).fired == 1
    assert house.task(element="ut_late").due_at is None


@pytest.mark.parametrize("tables_url", ["sqlite"], indirect=True)
def test_a_completion_costs_one_read_and_two_writes_of_deadlines(house: House) -> None:
    house.start("repair")
    seen: list[str] = []
    with house.database.connect() as connection:
        event.listen(house.database, "before_cursor_execute", lambda *args: seen.append(args[2]))
        connection.rollback()
    house.complete(house.task(element="ut_bill"))
    touching = [text for text in seen if "deadline" in text.lower().split("where")[0] and "timer" not in text]
    assert len(touching) <= 2, touching


def test_due_tasks_of_other_branches_keep_their_dates(house: House) -> None:
    waiting(house)
    (row,) = house.rows(task, element="ut_bill", state="open")
    assert row.due_at == at("2026-11-23T18:00")
