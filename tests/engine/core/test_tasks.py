"""Tasks: completed once, by those who may, whatever comes twice or at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import event

from engine import ALL, Actor, Completed, errors
from engine.models import draft, history, request, task
from tests.engine.core.house import LI, WANG, House


def test_completing_a_task_opens_the_next_one(house: House) -> None:
    house.start("linear")
    first = house.task()
    done = house.complete(first, {"outcome": "fine"})
    assert done.next_tasks == (house.task(element="ut_two").id,)
    closed = house.rows(task, id=first.id)[0]
    assert (closed.state, closed.closed_by, closed.closed_at) == ("completed", "li", house.now)


def test_the_same_request_gets_the_same_answer_and_happens_once(house: House) -> None:
    house.start("linear")
    first = house.task()
    done = house.complete(first, {"weight": 3})
    again = house.complete(first, {"weight": 3})
    assert again == Completed(done.instance_id, done.next_tasks, replayed=True)
    assert house.instance().rev == 2
    assert len(house.rows(request)) == 1


def test_the_same_request_id_with_other_data_is_refused(house: House) -> None:
    house.start("linear")
    first = house.task()
    house.complete(first, {"weight": 3})
    with pytest.raises(errors.RequestReused, match="new random id"):
        house.complete(first, {"weight": 4})


def test_the_slower_person_hears_who_was_faster(house: House) -> None:
    house.start("linear")
    first = house.task()
    house.complete(first)
    with pytest.raises(errors.TaskAlreadyCompleted) as refused:
        house.complete(first, actor=WANG, request_id="other")
    assert (refused.value.by, refused.value.at, refused.value.cancelled) == ("li", house.now, False)


def test_a_form_opened_before_a_change_is_refused_with_the_present_revision(house: House) -> None:
    house.start("linear")
    first = house.task()
    with house.transaction() as connection:
        assert house.engine.claim(connection, first.id, actor=LI, now=house.now) == 2
    with pytest.raises(errors.StaleTask) as refused:
        house.complete(first)
    assert refused.value.rev == 2


def test_sixteen_simultaneous_clicks_have_one_effect_and_fifteen_clear_answers(house: House) -> None:
    house.start("linear")
    first = house.task()
    start = Barrier(16)

    def click(number: int) -> object:
        start.wait()
        try:
            return house.complete(first, {"weight": number}, request_id=f"r{number}")
        except errors.TaskAlreadyCompleted as refused:
            return refused.by

    with ThreadPoolExecutor(16) as people:
        answers = list(people.map(click, range(16)))
    assert sum(isinstance(answer, Completed) for answer in answers) == 1
    assert answers.count("li") == 15
    assert len([row for row in house.rows(history) if row.kind == "completed"]) == 1
    assert house.instance().rev == 2
    assert len(house.rows(task, state="open")) == 1


def test_completing_takes_at_most_eight_statements_and_one_commit(house: House) -> None:
    house.start("linear")
    first = house.task()
    seen: list[str] = []
    commits: list[object] = []
    event.listen(house.database, "before_cursor_execute", lambda c, cursor, text, *rest: seen.append(text))
    event.listen(house.database, "commit", commits.append)
    house.complete(first, {"weight": 3})
    locked = next(index for index, text in enumerate(seen) if "FROM instance" in text)
    assert len(seen) - locked - 1 <= 8, seen[locked:]
    assert len(commits) == 1


def test_only_a_candidate_of_the_region_may_claim(house: House) -> None:
    house.start("linear")
    first = house.task()
    desk = frozenset({"DESK"})
    for stranger in (Actor("a"), Actor("b", frozenset({"CASHIER"}), ALL), Actor("c", desk, frozenset({"west"}))):
        with house.transaction() as connection, pytest.raises(errors.NotAllowed):
            house.engine.claim(connection, first.id, actor=stranger, now=house.now)
        with pytest.raises(errors.NotAllowed):
            house.complete(first, actor=stranger, request_id=stranger.id)
    with house.transaction() as connection:
        assert house.engine.claim(connection, first.id, actor=Actor("d", frozenset({"DESK"}), ALL), now=house.now) == 2


def test_a_claimed_task_belongs_to_its_holder_until_it_is_released(house: House) -> None:
    house.start("linear")
    first = house.task()
    with house.transaction() as connection:
        house.engine.claim(connection, first.id, actor=LI, now=house.now)
    with house.transaction() as connection, pytest.raises(errors.TaskAlreadyClaimed) as held:
        house.engine.claim(connection, first.id, actor=WANG, now=house.now)
    assert held.value.by == "li"
    with house.transaction() as connection, pytest.raises(errors.NotAllowed):
        house.engine.release(connection, first.id, actor=WANG, now=house.now)
    with house.transaction() as connection:
        assert house.engine.release(connection, first.id, actor=LI, now=house.now) == 3
        assert house.engine.claim(connection, first.id, actor=WANG, now=house.now) == 4
    assert [row.kind for row in house.rows(history)][-3:] == ["claimed", "released", "claimed"]


def test_claiming_ones_own_task_again_changes_nothing(house: House) -> None:
    house.start("linear")
    first = house.task()
    with house.transaction() as connection:
        revs = [house.engine.claim(connection, first.id, actor=LI, now=house.now) for _ in range(2)]
    assert revs == [2, 2]


def test_the_holder_hands_a_task_on(house: House) -> None:
    house.start("linear")
    first = house.task()
    with house.transaction() as connection:
        house.engine.claim(connection, first.id, actor=LI, now=house.now)
        with pytest.raises(errors.NotAllowed):
            house.engine.assign(connection, first.id, "wang", actor=Actor("stranger"), now=house.now)
        house.engine.assign(connection, first.id, "wang", actor=LI, now=house.now)
    assert house.task().assignee == "wang"
    assert house.complete(house.task(), actor=Actor("wang")).next_tasks


def test_two_people_are_needed_where_the_diagram_says_so(house: House) -> None:
    house.start("parcel_return")
    house.complete(house.task(), actor=WANG)
    house.send("MSG_ARRIVED")
    house.work()
    refund = house.task(element="ut_refund")
    with house.transaction() as connection, pytest.raises(errors.SameActor, match="Another person"):
        house.engine.claim(connection, refund.id, actor=WANG, now=house.now)
    with pytest.raises(errors.SameActor):
        house.complete(refund, actor=WANG, request_id="again")
    assert house.complete(refund, actor=Actor("zhao", frozenset({"CASHIER"}), ALL)).next_tasks == ()


def test_a_draft_is_kept_per_person_and_overwritten(house: House) -> None:
    house.start("linear")
    first = house.task()
    for text in ("begun", "finished"):
        with house.transaction() as connection:
            house.engine.save_draft(connection, first.id, {"remark": text}, actor=LI, now=house.now)
    (kept,) = house.rows(draft)
    assert (kept.actor, kept.data) == ("li", {"remark": "finished"})


def test_an_unknown_task_says_where_to_look(house: House) -> None:
    with house.transaction() as connection, pytest.raises(errors.TaskNotFound, match="inbox"):
        house.engine.claim(connection, "nothing", actor=LI, now=house.now)


def test_a_task_for_several_groups_is_found_by_members_of_each(house: House) -> None:
    house.start("linear")
    house.complete(house.task())
    house.complete(house.task())
    both = house.task(element="ut_three")
    assert both.audience == "g:CASHIER|g:DESK"
    with house.transaction() as connection:
        house.engine.claim(connection, both.id, actor=Actor("chen", frozenset({"CASHIER"}), ALL), now=house.now)
