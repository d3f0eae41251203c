"""Jobs: done after the commit under a lease, tried again with pauses, handed to a person in the end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import BpmnError, Call, errors
from engine.jobs import claim, extend
from engine.models import incident, job, note
from engine.retry import Retries, parse_retries
from tests.engine.core.house import House


def reach_job(house: House) -> str:
    """A return whose label is to be printed."""
    instance_id = house.start("parcel_return")
    house.complete(house.task())
    house.send("MSG_ARRIVED")
    return instance_id


def fail(_call: Call) -> Mapping[str, Any]:
    raise ConnectionError("the printer does not answer")


def only_job(house: House) -> Any:
    (found,) = house.rows(job)
    return found


def test_the_turn_only_writes_a_job_and_its_result_comes_back_as_a_turn(house: House) -> None:
    calls: list[Call] = []
    house.handlers.add("parcel.label", lambda call: calls.append(call) or {"label": "L-1"})
    instance_id = reach_job(house)
    assert calls == []
    assert house.work() == ["done"]
    (call,) = calls
    assert call.idempotency_key.startswith(f"{instance_id}:st_label:")
    assert (call.business_key, call.variables["parcel"]) == ("P-1", "77")
    assert house.task().element == "ut_refund"
    assert only_job(house).state == "done"


def test_an_inline_handler_answers_inside_the_turn(house: House) -> None:
    house.start("parcel_return")
    assert house.rows(job) == []
    assert house.instance().title == "包裹 77"


def test_what_a_handler_writes_is_kept_only_with_its_result(house: House) -> None:
    def write(call: Call) -> Mapping[str, Any]:
        row = {"id": call.idempotency_key, "business_key": "P-1", "text": "printed", "author": "p", "at": call.now}
        call.connection.execute(note.insert().values(**row))
        if not house.rows_seen:
            raise ConnectionError
        return {}

    house.rows_seen = False
    house.handlers.add("parcel.label", write)
    reach_job(house)
    assert house.work() == ["again"]
    assert house.rows(note) == []
    house.rows_seen = True
    house.later(seconds=2)
    assert house.work() == ["done"]
    assert len(house.rows(note)) == 1


def test_a_failing_job_is_tried_eight_times_with_growing_pauses(house: House) -> None:
    house.handlers.add("parcel.label", fail)
    reach_job(house)
    pauses = []
    while house.work() == ["again"]:
        pauses.append((only_job(house).next_at - house.now).total_seconds())
        house.now = only_job(house).next_at
    assert [round(pause / 2**index, 1) for index, pause in enumerate(pauses)] == pytest.approx([1] * 7, abs=0.2)
    found = only_job(house)
    assert (found.state, found.attempts) == ("failed", 8)
    assert found.error == "ConnectionError: the printer does not answer"
    (opened,) = house.rows(incident)
    assert (opened.kind, opened.subject_id, opened.element) == ("job", found.id, "st_label")


def fail_for_good(house: House) -> Any:
    house.handlers.add("parcel.label", fail)
    instance_id = reach_job(house)
    while house.work() == ["again"]:
        house.now = only_job(house).next_at
    assert house.instance().id == instance_id
    (found,) = house.rows(incident)
    return found


def test_a_person_retries_a_failed_job_with_other_input(house: House) -> None:
    found = fail_for_good(house)
    house.handlers.add("parcel.label", lambda call: {"label": call.variables["parcel"]})
    with house.transaction() as connection:
        house.engine.retry(connection, found.id, actor="admin", now=house.now, variables={"parcel": "other"})
    assert house.work() == ["done"]
    assert house.rows(incident)[0].resolution == "retried"


def test_a_job_can_be_retried_by_its_own_id_but_only_once(house: House) -> None:
    found = fail_for_good(house)
    with house.transaction() as connection:
        house.engine.retry(connection, found.subject_id, actor="admin", now=house.now)
    with house.transaction() as connection, pytest.raises(errors.IncidentNotFound):
        house.engine.retry(connection, found.subject_id, actor="admin", now=house.now)


def test_a_person_skips_a_failed_job_with_a_reason_and_a_result(house: House) -> None:
    found = fail_for_good(house)
    with house.transaction() as connection:
        more = {"reason": "手写标签", "actor": "admin", "now": house.now, "variables": {"label": "by hand"}}
        house.engine.skip(connection, found.id, **more)
    assert house.task().element == "ut_refund"
    assert only_job(house).state == "skipped"
    assert house.rows(incident)[0].reason == "手写标签"


def test_a_business_error_takes_the_way_drawn_for_it(house: House) -> None:
    def lost(_call: Call) -> Mapping[str, Any]:
        raise BpmnError("ERR_LOST", "gone")

    house.handlers.add("parcel.label", lost)
    reach_job(house)
    assert house.work() == ["done"]
    assert (house.instance().state, house.instance().end_event) == ("ended", "E_LOST")


def test_a_business_error_that_nobody_catches_is_an_incident_at_once(house: House) -> None:
    def other(_call: Call) -> Mapping[str, Any]:
        raise BpmnError("ERR_OTHER")

    house.handlers.add("parcel.label", other)
    reach_job(house)
    assert house.work() == ["failed"]
    assert house.rows(incident)[0].error == "UncaughtError"


def test_a_topic_without_handler_is_an_incident_at_once(house: House) -> None:
    reach_job(house)
    with house.transaction() as connection:
        connection.execute(job.update().values(topic="nobody.knows"))
    assert house.work() == ["failed"]


def test_a_worker_that_died_is_replaced_when_its_lease_ends(house: House) -> None:
    reach_job(house)
    job_id = only_job(house).id
    with house.transaction() as connection:
        assert claim(connection, job_id, house.now, "dead") is not None
    assert house.work() == []
    house.later(seconds=61)
    assert house.work() == ["done"]


def test_a_late_worker_is_refused(house: House) -> None:
    reach_job(house)
    job_id = only_job(house).id

    def slow(_call: Call) -> Mapping[str, Any]:
        with house.transaction() as connection:
            assert claim(connection, job_id, house.now + timedelta(minutes=2), "other") is not None
        return {}

    house.handlers.add("parcel.label", slow)
    assert house.work() == ["dropped"]
    assert only_job(house).lease_owner == "other"
    assert ("left", "st_label") not in house.told(house.instance().id)


def test_a_lease_can_be_prolonged_only_by_its_holder(house: House) -> None:
    reach_job(house)
    job_id = only_job(house).id
    with house.transaction() as connection:
        first = claim(connection, job_id, house.now, "one")
        assert first is not None
        assert extend(connection, first, house.now)
        second = claim(connection, first.id, house.now + timedelta(minutes=2), "two")
        assert second is not None
        assert not extend(connection, first, house.now)


def test_the_result_of_a_withdrawn_job_is_dropped_with_a_note(house: House) -> None:
    instance_id = reach_job(house)

    def meanwhile(_call: Call) -> Mapping[str, Any]:
        with house.transaction() as connection:
            house.engine.cancel(connection, instance_id, reason="客户撤回", actor="admin", now=house.now)
        return {}

    house.handlers.add("parcel.label", meanwhile)
    assert house.work() == ["dropped"]
    assert ("result_dropped", "st_label") in house.told(instance_id)
    assert house.instance().state == "cancelled"


def test_cancelling_an_instance_withdraws_its_job_and_closes_its_incident(house: House) -> None:
    found = fail_for_good(house)
    with house.transaction() as connection:
        house.engine.cancel(connection, found.instance_id, reason="-", actor="admin", now=house.now)
    assert only_job(house).state == "cancelled"
    assert house.rows(incident)[0].state == "resolved"


@given(st.integers(1, 30), st.text(min_size=1))
def test_pauses_double_up_to_a_quarter_of_an_hour_give_or_take_a_fifth(attempt: int, key: str) -> None:
    pause = Retries().delay(attempt, key)
    plain = min(2 ** (attempt - 1), 900)
    assert plain * 0.8 <= pause.total_seconds() <= min(plain * 1.2, 900)
    assert pause == Retries().delay(attempt, key)


def test_the_cycle_of_retries_in_a_diagram_overrides_the_default() -> None:
    assert parse_retries("R5/PT5M") == Retries(5, timedelta(minutes=5))
    assert parse_retries("R3/P1DT2H") == Retries(3, timedelta(days=1, hours=2))
    assert parse_retries(None) == Retries(8, None)
    with pytest.raises(ValueError, match="R5/PT5M"):
        parse_retries("often")
