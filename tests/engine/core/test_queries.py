"""The read side: inboxes by right and region, cases with their trail, and the indexes that serve them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, insert

from engine import ALL, Actor, errors, queries
from engine.models import deadline, document, task
from tests.engine.core.house import BOSS, LI, MONDAY, WANG, House

EVERYWHERE = Actor("all", frozenset({"DESK", "CASHIER"}), ALL)


def inbox(house: House, actor: Actor = LI, kind: Any = "groups", **more: Any) -> list[str]:
    with house.transaction() as connection:
        page = queries.inbox(connection, actor, kind, now=house.now, **more)
    return [row.business_key for row in page.tasks]


def due(house: House, key: str, at: Any) -> None:
    """Give the open task of a case a due moment."""
    values = {"due_at": at, "order_at": at}
    with house.transaction() as connection:
        connection.execute(task.update().where(task.c.business_key == key).values(**values))


def test_a_task_is_shown_with_the_texts_of_its_case(house: House) -> None:
    house.start("linear", {"parcel": "A7", "weight": 2.5, "shop": "南门"})
    with house.transaction() as connection:
        found = queries.task(connection, house_task(connection))
    assert (found.title, found.subtitle, found.columns) == ("包裹 A7", "南门", ("A7", "2.5"))
    assert (found.candidate_groups, found.candidate_users) == (("DESK",), ())
    assert (found.stage, found.form_ref, found.region, found.rev) == ("intake", "check", "east", 1)


def house_task(connection: Any) -> str:
    (found,) = queries.tasks(connection, state="open")
    return found.id


def test_the_inbox_of_groups_holds_what_the_actor_can_claim(house: House) -> None:
    house.start("linear", business_key="E", region="east")
    house.start("linear", business_key="W", region="west")
    house.start("linear", business_key="N", region="")
    assert sorted(inbox(house)) == ["E", "N"]
    assert sorted(inbox(house, Actor("all", frozenset({"DESK"}), ALL))) == ["E", "N", "W"]
    assert inbox(house, Actor("cashier", frozenset({"CASHIER"}), ALL)) == []
    assert inbox(house, Actor("nobody")) == []


def test_a_claimed_task_moves_to_the_holder(house: House) -> None:
    house.start("linear")
    first = house.task()
    with house.transaction() as connection:
        house.engine.claim(connection, first.id, actor=LI, now=house.now)
    assert inbox(house) == []
    assert inbox(house, kind="mine") == ["P-1"]
    assert inbox(house, WANG) == []


def test_a_task_for_several_groups_is_in_the_inbox_of_each_and_once(house: House) -> None:
    house.start("linear")
    house.complete(house.task())
    house.complete(house.task())
    assert inbox(house) == inbox(house, Actor("c", frozenset({"CASHIER"}), ALL)) == inbox(house, WANG) == ["P-1"]


def test_the_first_to_be_due_come_first_and_those_without_due_moment_last(house: House) -> None:
    for key in ("none", "late", "soon", "far"):
        house.start("linear", business_key=key)
    due(house, "late", MONDAY - timedelta(hours=1))
    due(house, "soon", MONDAY + timedelta(hours=1))
    due(house, "far", MONDAY + timedelta(days=9))
    assert inbox(house) == ["late", "soon", "far", "none"]
    assert inbox(house, kind="due_soon") == ["soon"]
    assert inbox(house, kind="overdue") == ["late"]
    with house.transaction() as connection:
        assert queries.counts(connection, LI, house.now) == queries.Counts(mine=0, groups=4, due_soon=1, overdue=1)


def test_pages_follow_one_another_and_know_their_number(house: House) -> None:
    for number in range(5):
        house.start("linear", business_key=f"K{number}")
        due(house, f"K{number}", MONDAY + timedelta(hours=number))
    assert inbox(house, limit=2) == ["K0", "K1"]
    assert inbox(house, limit=2, page=2) == ["K2", "K3"]
    assert inbox(house, limit=2, page=3) == ["K4"]
    with house.transaction() as connection:
        page = queries.inbox(connection, LI, "groups", now=house.now, limit=2)
    assert (page.total, page.pages) == (5, 3)


def test_filters_narrow_the_inbox(house: House) -> None:
    house.start("linear", {"parcel": "100%"}, business_key="A")
    house.start("linear", {"parcel": "1000"}, business_key="B")
    house.start("parcel_return", business_key="C")
    assert sorted(inbox(house, filters={"process_id": "linear"})) == ["A", "B"]
    assert inbox(house, filters={"text": "100%"}) == ["A"]
    assert inbox(house, filters={"text": "检查"}) == ["C"]
    assert inbox(house, filters={"stage": "refund"}) == []


def test_done_tasks_are_listed_the_latest_first(house: House) -> None:
    for key in ("A", "B"):
        house.start("linear", business_key=key)
        house.complete(house.task(business_key=key, element="ut_one"))
        house.later(minutes=1)
    assert inbox(house, kind="done") == ["B", "A"]
    assert inbox(house, WANG, kind="done") == []


@pytest.mark.parametrize("actor", [LI, EVERYWHERE], ids=["regions", "everywhere"])
def test_an_inbox_reads_ranges_of_indexes_and_never_the_whole_table(house: House, actor: Actor) -> None:
    seen: list[tuple[str, Any]] = []
    with house.transaction() as connection:
        if house.database.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        event.listen(connection, "before_cursor_execute", lambda c, cursor, *given: seen.append(given[:2]))
        queries.inbox(connection, actor, "groups", now=house.now)
        page, params = next(entry for entry in seen if "UNION ALL" in entry[0] and "count" not in entry[0])
        prefix = "EXPLAIN QUERY PLAN " if house.database.dialect.name == "sqlite" else "EXPLAIN "
        plan = "\n".join(str(tuple(row)) for row in connection.exec_driver_sql(prefix + page, params))
    assert "ix_task_audience" in plan
    assert "SCAN task" not in plan
    assert "Seq Scan on task" not in plan


def test_due_timers_and_jobs_are_found_by_small_indexes(house: House) -> None:
    seen: list[tuple[str, Any]] = []
    with house.transaction() as connection:
        if house.database.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        event.listen(connection, "before_cursor_execute", lambda c, cursor, *given: seen.append(given[:2]))
        house.engine.due_instances(connection, house.now)
        house.engine.due_jobs(connection, house.now)
        prefix = "EXPLAIN QUERY PLAN " if house.database.dialect.name == "sqlite" else "EXPLAIN "
        timers, jobs = (
            str([tuple(row) for row in connection.exec_driver_sql(prefix + text, params)]) for text, params in seen[:2]
        )
    assert "ix_timer_due_at" in timers
    assert "ix_job_next_at" in jobs
    assert "ix_job_lease_until" in jobs


def test_the_tokens_of_an_instance_are_marked_when_overdue(house: House) -> None:
    instance_id = house.start("parcel_return")
    with house.transaction() as connection:
        (active,) = queries.tokens(connection, instance_id, now=house.now)
    assert (active.process_id, active.element, active.count, active.overdue) == ("parcel_return", "ut_check", 1, False)
    due(house, "P-1", MONDAY)
    house.later(hours=1)
    with house.transaction() as connection:
        assert [found.overdue for found in queries.tokens(connection, instance_id, now=house.now)] == [True]
    house.complete(house.task())
    house.later(days=1)
    with house.transaction() as connection:
        house.engine.advance(connection, house.now)
        elements = {found.element for found in queries.tokens(connection, instance_id, now=house.now)}
    assert elements == {"rt_arrival", "ut_call"}


def test_the_history_names_the_elements(house: House) -> None:
    instance_id = house.start("linear")
    house.complete(house.task(), {"outcome": "fine", "secret": "13800000000"})
    with house.transaction() as connection:
        entries = queries.history(connection, instance_id)
        latest = queries.history(connection, instance_id, limit=2)
    done = next(entry for entry in entries if entry.kind == "completed")
    assert (done.actor, done.name, done.payload["outcome"]) == ("li", "一", "fine")
    assert "13800000000" not in str(entries)
    assert latest == entries[-2:]
    with house.transaction() as connection, pytest.raises(errors.InstanceNotFound):
        queries.history(connection, "nothing")


def test_variables_and_facts_come_from_the_saved_state(house: House) -> None:
    instance_id = house.start("linear", {"weight": 2.5, "list": [1, {"a": None}]})
    house.complete(house.task(), {"remark": "ok"})
    with house.transaction() as connection:
        found = queries.variables(connection, instance_id, now=house.now)
        (fact,) = queries.instance(connection, instance_id).facts
        token = queries.tasks(connection, state="open")[0].token
        seen = queries.variables(connection, instance_id, now=house.now, token=token)
    assert found == {"weight": Decimal("2.5"), "list": [Decimal(1), {"a": None}], "remark": "ok"}
    assert seen == found
    assert (fact.label, fact.text) == ("重量", "2.5")


def test_instances_are_found_by_case_state_and_text(house: House) -> None:
    one = house.start("linear", {"parcel": "77"}, business_key="A")
    house.later(minutes=1)
    two = house.start("parcel_return", business_key="B", region="west")
    with house.transaction() as connection:
        assert [row.id for row in queries.instances(connection)] == [two, one]
        assert [row.id for row in queries.instances(connection, business_key="A")] == [one]
        assert [row.id for row in queries.instances(connection, text="包裹 77", process_id="linear")] == [one]
        assert [row.id for row in queries.instances(connection, region="west", state="running")] == [two]
        assert queries.instances(connection, limit=1).total == 2
        assert queries.instance(connection, one).title == "包裹 77"


def test_the_region_variable_moves_a_case_to_another_region(house: House) -> None:
    house.start("linear", region="east")
    house.complete(house.task(), {"region": "west"})
    assert house.instance().region == "west"
    assert house.task().region == "west", "work that begins with the change belongs to the new region"


def test_notes_and_documents_belong_to_the_case(house: House) -> None:
    with house.transaction() as connection:
        house.engine.add_note(connection, "P-1", "客户来电", actor=LI, now=house.now)
        row = {"id": "d", "business_key": "P-1", "name": "证.pdf", "mime": "application/pdf", "size": 3, "sha256": "x"}
        connection.execute(insert(document).values(**row, state="clean", uploaded_at=house.now))
        (note,) = queries.notes(connection, "P-1")
        (found,) = queries.documents(connection, "P-1")
        assert queries.notes(connection, "P-2") == queries.documents(connection, "P-2") == ()
    assert (note.text, note.author, note.at) == ("客户来电", "li", house.now)
    assert (found.name, found.version) == ("证.pdf", 1)


def test_incidents_are_listed_open_ones_first_asked(house: House) -> None:
    instance_id = house.start("parcel_return")
    with house.transaction() as connection:
        assert queries.incidents(connection) == ()
        house.engine.cancel(connection, instance_id, reason="-", actor=BOSS, now=house.now)
        assert queries.deadlines(connection, instance_id) == ()
        assert connection.execute(deadline.select()).all() == []


def test_unknown_things_are_told_by_their_kind(house: House) -> None:
    with house.transaction() as connection:
        for call, error in ((queries.task, errors.TaskNotFound), (queries.instance, errors.InstanceNotFound)):
            with pytest.raises(error):
                call(connection, "nothing")
        with pytest.raises(errors.NotFound):
            queries.definition_xml(connection, "nothing")
