"""Steps of an escalation are acted on: tasks are hurried, orders given and answered, held tasks taken back."""

from __future__ import annotations

from typing import Any

import pytest

from engine import Actor, supervision
from engine.errors import NotAllowed, RemindedAlready, WrongState
from engine.models import history, task
from engine.models import supervision as orders
from engine.rights import ALL
from tests.engine.core.house import LI, House, deploy
from tests.engine.deadlines.test_data_takes_effect import edited
from tests.engine.deadlines.test_escalation import notices, sweep

HEAD = Actor("boss", frozenset({"HEAD"}), ALL)
#: 100 % of `ut_look` is Tuesday 18:00.
LATE = "2026-11-17T18:00"


def acting(house: House, action: str, whom: str = "HEAD") -> None:
    """The repair pack whose step `late_head` does something else than telling."""
    cells = ('o2"><text>"HEAD"', 'o3"><text>"inbox"', 'o4"><text>"notify"')
    old = '</text></outputEntry>\n        <outputEntry id="escalation_r3_'.join(cells)
    deploy(house, edited("escalation.dmn", old, old.replace("HEAD", whom).replace("notify", action)))
    house.start("repair")


def held(house: House) -> Any:
    row = house.task(element="ut_look")
    with house.transaction() as connection:
        house.engine.claim(connection, row.id, actor=LI, now=house.now)
    return row


def test_a_hurried_task_counts_as_reminded(house: House) -> None:
    acting(house, "remind", "owner")
    row = held(house)
    sweep(house, LATE)
    (entry,) = house.rows(history, kind="reminded")
    assert (entry.element, entry.actor, entry.token) == ("ut_look", "clock", row.token)
    with house.transaction() as connection, pytest.raises(RemindedAlready):
        house.engine.remind(connection, row.id, actor="boss", now=house.now)
    assert {notice["whom"] for notice in notices(house)} == {"u:li"}


def test_an_order_is_given_once_and_answered_once_by_those_it_is_for(house: House) -> None:
    acting(house, "supervise")
    sweep(house, LATE)
    sweep(house, LATE)
    (row,) = house.rows(orders)
    assert (row.whom, row.element, row.state, row.business_key) == ("g:HEAD", "ut_look", "open", "P-1")
    assert [entry.payload["order"] for entry in house.rows(history, kind="supervised")] == [row.id]
    with house.transaction() as connection, pytest.raises(NotAllowed):
        supervision.answer(connection, row.id, "不归我", actor=LI, now=house.now)
    with house.transaction() as connection:
        assert [order.id for order in supervision.open_orders(connection, HEAD)] == [row.id]
        told = supervision.answer(connection, row.id, "明日办完", actor=HEAD, now=house.now)
        assert (told.state, told.answer, told.answered_by) == ("answered", "明日办完", "boss")
        assert supervision.open_orders(connection, HEAD) == ()
    with house.transaction() as connection, pytest.raises(WrongState):
        supervision.answer(connection, row.id, "再答", actor=HEAD, now=house.now)


def test_an_order_is_over_with_the_instance_that_it_is_about(house: House) -> None:
    acting(house, "supervise")
    sweep(house, LATE)
    (row,) = house.rows(orders)
    with house.transaction() as connection:
        house.engine.cancel(connection, row.instance_id, reason="撤回", actor="boss", now=house.now)
        assert supervision.open_orders(connection, HEAD) == ()
    (over,) = house.rows(orders)
    assert (over.state, over.answered_at, over.answer) == ("lapsed", house.now, "")
    with house.transaction() as connection, pytest.raises(WrongState):
        supervision.answer(connection, row.id, "还要答吗", actor=HEAD, now=house.now)


def test_a_held_task_is_taken_back_and_can_be_taken_by_others(house: House) -> None:
    acting(house, "reassign")
    before = held(house)
    sweep(house, LATE)
    (after,) = house.rows(task, id=before.id)
    assert (after.assignee, after.claimed_at, after.state) == ("", None, "open") and after.rev > before.rev
    (entry,) = house.rows(history, kind="taken_back")
    assert entry.payload["assignee"] == "li"
    assert {notice["whom"] for notice in notices(house)} >= {"g:HEAD"}
    with house.transaction() as connection:
        house.engine.claim(connection, before.id, actor=LI, now=house.now)


def test_a_task_that_nobody_holds_is_not_touched_by_taking_back(house: House) -> None:
    acting(house, "reassign")
    before = house.task(element="ut_look")
    sweep(house, LATE)
    (after,) = house.rows(task, id=before.id)
    assert after.rev == before.rev and not house.rows(history, kind="taken_back")
