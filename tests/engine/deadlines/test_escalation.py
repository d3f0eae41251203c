"""Escalation steps happen once, in order, and are told once per recipient."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine import escalation
from engine.errors import CannotRun
from engine.models import deadline, history, job
from engine.models import escalation as steps
from engine.values import from_column
from tests.engine.core.house import LI, House


def at(text: str) -> datetime:
    return datetime.fromisoformat(text + "+08:00").astimezone(UTC)


def sweep(house: House, moment: str) -> int:
    house.now = at(moment)
    with house.transaction() as connection:
        return escalation.sweep(connection, house.now)


def notices(house: House) -> list[dict[str, Any]]:
    return [from_column(row.variables) for row in house.rows(job, topic="notify")]


def told(house: House) -> list[tuple[str, str, str, bool]]:
    rows = house.rows(history, kind="escalated")
    return [(row.element, row.payload["step"], row.payload["percent"], row.payload["late"]) for row in rows]


def test_nothing_happens_before_the_first_percentage(house: House) -> None:
    house.start("repair")
    assert sweep(house, "2026-11-17T14:30") == 0 and not house.rows(steps)


def test_a_reminder_goes_to_the_candidates_at_80_percent(house: House) -> None:
    house.start("repair")
    assert sweep(house, "2026-11-17T15:25") == 1
    assert told(house) == [("ut_look", "remind", "80", False)]
    (notice,) = notices(house)
    assert (notice["whom"], notice["action"], notice["region"]) == ("g:DESK", "notify", "east")
    assert [item["business_key"] for item in notice["items"]] == ["P-1"]


def test_a_reminder_goes_to_the_holder_once_there_is_one(house: House) -> None:
    house.start("repair")
    row = house.task(element="ut_look")
    with house.transaction() as connection:
        house.engine.claim(connection, row.id, actor=LI, now=house.now)
    sweep(house, "2026-11-17T15:25")
    assert notices(house)[0]["whom"] == "u:li"


def test_a_step_happens_once(house: House) -> None:
    house.start("repair")
    assert sweep(house, "2026-11-17T15:25") == 1
    assert sweep(house, "2026-11-17T15:26") == 0
    assert len(notices(house)) == 1 and len(house.rows(steps)) == 1


def test_a_step_whose_row_exists_is_not_taken_again(house: House) -> None:
    house.start("repair")
    sweep(house, "2026-11-17T15:25")
    with house.transaction() as connection:
        connection.execute(deadline.update().values(percent_reached=0, next_step_at=house.now))
    assert sweep(house, "2026-11-17T15:27") == 0 and len(notices(house)) == 1


def test_missed_steps_happen_in_order_and_are_marked_late(house: House) -> None:
    house.start("repair")
    assert sweep(house, "2026-11-19T17:35") == 5
    assert [step for _, step, _, _ in told(house)] == ["remind", "late", "late_head", "card", "manager"]
    assert [late for *_, late in told(house)] == [True, True, True, True, False]


def test_after_an_outage_each_recipient_gets_one_notice(house: House) -> None:
    house.start("repair")
    house.start("repair", business_key="P-2")
    assert sweep(house, "2026-11-18T18:00") == 8
    sizes = {(notice["whom"], notice["action"]): len(notice["items"]) for notice in notices(house)}
    assert sizes == {("g:DESK", ""): 4, ("g:HEAD", ""): 2, ("g:DESK", "yellow_card"): 2}


def test_late_steps_of_several_rounds_are_one_notice(house: House) -> None:
    for number in range(6):
        house.start("repair", business_key=f"P-{number}")
    house.now = at("2026-11-19T12:00")
    for _ in range(6):
        house.now += timedelta(seconds=30)
        with house.transaction() as connection:
            escalation.sweep(connection, house.now, limit=1)
    late = [notice for notice in notices(house) if notice["whom"] == "g:DESK"]
    assert [len({item["business_key"] for item in notice["items"]}) for notice in late] == [6]
    (row,) = [row for row in house.rows(job, topic="notify") if from_column(row.variables)["whom"] == "g:DESK"]
    assert row.next_at == house.now + escalation.QUIET


def test_a_late_notice_does_not_wait_longer_than_ten_minutes(house: House) -> None:
    for number in range(20):
        house.start("repair", business_key=f"P-{number}")
    house.now = at("2026-11-19T12:00")
    for _ in range(20):
        house.now += timedelta(seconds=60)
        with house.transaction() as connection:
            escalation.sweep(connection, house.now, limit=1)
    waits = [row.next_at - row.created_at for row in house.rows(job, topic="notify")]
    assert max(waits) <= escalation.GATHERING
    assert sum(len(notice["items"]) for notice in notices(house)) == len(house.rows(steps))


def test_what_comes_after_a_late_notice_has_gone_out_is_a_new_one(house: House) -> None:
    for number in range(2):
        house.start("repair", business_key=f"P-{number}")
    house.now = at("2026-11-19T12:00")
    with house.transaction() as connection:
        escalation.sweep(connection, house.now, limit=1)
        connection.execute(job.update().values(state="done"))
        escalation.sweep(connection, house.now + timedelta(minutes=2), limit=1)
    told_cases = [{item["business_key"] for item in notice["items"]} for notice in notices(house)]
    assert sorted(map(len, told_cases)) == [1] * len(told_cases) and len(told_cases) >= 4


def test_each_customer_is_told_of_the_own_case_only(house: House) -> None:
    house.start("repair")
    house.start("repair", business_key="P-2")
    sweep(house, "2026-11-30T18:00")
    told_customers = [
        row for row in house.rows(job, topic="notify") if from_column(row.variables)["whom"] == "customer"
    ]
    assert sorted(row.business_key for row in told_customers) == ["P-1", "P-2"]
    assert {item["business_key"] for item in from_column(told_customers[0].variables)["items"]} == {
        told_customers[0].business_key
    }


def test_the_next_step_is_asked_for_at_its_moment(house: House) -> None:
    house.start("repair")
    sweep(house, "2026-11-17T15:25")
    (row,) = house.rows(deadline, key="ut_look")
    assert row.next_step_at == at("2026-11-17T18:00") and row.percent_reached == 80


@pytest.mark.parametrize("until", ["2026-11-17T18:00", "2026-12-31T12:00"])
def test_a_finished_task_escalates_no_more(house: House, until: str) -> None:
    house.start("repair")
    house.complete(house.task(element="ut_look"))
    house.complete(house.task(element="ut_bill"))
    assert sweep(house, until) == 0


def test_a_waiting_customer_is_not_late(house: House) -> None:
    house.start("repair")
    house.complete(house.task(element="ut_look"))
    sweep(house, "2026-12-31T12:00")
    assert {element for element, *_ in told(house)} == {"ut_bill"}


def test_two_nodes_sweeping_at_once_take_each_step_once(house: House) -> None:
    for number in range(6):
        house.start("repair", business_key=f"P-{number}")
    house.now = at("2026-11-19T17:35")

    def node(_: int) -> int:
        with house.transaction() as connection:
            return escalation.sweep(connection, house.now)

    with ThreadPoolExecutor(4) as nodes:
        taken = sum(nodes.map(node, range(4)))
    taken += sum(node(number) for number in range(2))
    assert taken == len(house.rows(steps)) == 6 * 5
    told_items = [item["deadline"] + item["step"] for notice in notices(house) for item in notice["items"]]
    assert len(told_items) == len(set(told_items)) == 6 * 5


def test_a_failing_decision_stops_only_its_own_deadline(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.start("repair")
    house.start("repair", business_key="P-2")
    broken = house.rows(deadline, key="ut_look")[0].id
    real = escalation.Sweep._deadline

    def failing(self: escalation.Sweep, found: Any, scene: Any) -> None:
        if found.id == broken:
            raise CannotRun("escalation", "no answer")
        real(self, found, scene)

    monkeypatch.setattr(escalation.Sweep, "_deadline", failing)
    assert sweep(house, "2026-11-17T15:25") == 1
    (row,) = house.rows(deadline, id=broken)
    assert row.next_step_at == at("2026-11-17T16:25")
    assert len(house.rows(history, kind="escalation_failed")) == 1
