"""Timer start events: once for each occurrence, by the active version only, with incidents of their own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from engine import errors
from engine.models import incident, instance, job, task
from engine.spiff import MOST_MISSED
from engine.start_timers import BEGIN, DUE
from tests.engine.core.house import BOSS, PARCEL, House, deploy, files_of

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn">'
)
TASK = (
    '<userTask id="look" name="Look" camunda:candidateGroups="DESK" camunda:formRef="check"><extensionElements>'
    '<camunda:properties><camunda:property name="stage" value="intake"/></camunda:properties>'
    "</extensionElements></userTask>"
)


def nightly(timer: str, work: str = TASK, target: str = "look") -> bytes:
    """A process that a timer begins."""
    return (
        f'{HEAD}<process id="nightly" isExecutable="true"><startEvent id="night"><timerEventDefinition>{timer}'
        f'</timerEventDefinition></startEvent>{work}<sequenceFlow id="f" sourceRef="night" targetRef="{target}"/>'
        "</process></definitions>"
    ).encode()


HOURLY = "<timeCycle>R3/PT1H</timeCycle>"


def with_nightly(timer: str = HOURLY, **more: str) -> dict[str, bytes]:
    return {**files_of(PARCEL), "nightly.bpmn": nightly(timer, **more)}


def go_on(house: House, **span: float) -> None:
    """Let time pass and do all jobs until none is due."""
    house.later(**span)
    while house.work():
        pass


def begun(house: House) -> list[str]:
    return [row.business_key for row in house.rows(instance, process_id="nightly")]


def test_each_occurrence_begins_one_instance_and_the_last_one_was_the_last(house: House) -> None:
    deploy(house, with_nightly())
    go_on(house, minutes=59)
    assert begun(house) == []
    go_on(house, minutes=1)
    assert begun(house) == ["nightly-20261116-100000"]
    go_on(house, hours=1)
    go_on(house, hours=9)
    assert begun(house) == ["nightly-20261116-100000", "nightly-20261116-110000", "nightly-20261116-120000"]
    assert len(house.rows(task, state="open", element="look")) == 3
    assert house.rows(job, topic=DUE, state="waiting") == []


def test_occurrences_that_nobody_served_are_made_up_for_one_by_one(house: House) -> None:
    deploy(house, with_nightly())
    go_on(house, days=2)
    assert len(begun(house)) == 3


def test_a_new_version_takes_the_clock_over_and_going_back_winds_it_anew(house: House) -> None:
    first = deploy(house, with_nightly())
    go_on(house, minutes=30)
    deploy(house, with_nightly("<timeDuration>PT2H</timeDuration>"))
    go_on(house, hours=1)
    assert begun(house) == [], "the retired version does not begin anything"
    go_on(house, hours=1)
    assert len(begun(house)) == 1
    with house.transaction() as connection:
        house.engine.approve(connection, first, actor="admin", now=house.now)
    go_on(house, hours=5)
    assert len(begun(house)) == 1 + 3
    assert {row.deployment_id for row in house.rows(instance, process_id="nightly")} >= {first}


def test_a_version_without_the_start_event_ends_it(house: House) -> None:
    deploy(house, with_nightly())
    deploy(house, {**files_of(PARCEL), "linear.bpmn": files_of(PARCEL)["linear.bpmn"].replace("一".encode(), b"1")})
    go_on(house, hours=9)
    assert begun(house) == []
    assert house.rows(job, topic=DUE, state="waiting") == []


@pytest.mark.parametrize(
    ("timer", "first"),
    [
        ("<timeDate>2026-11-16T12:00:00+08:00</timeDate>", "nightly-20261116-120000"),
        ("<timeCycle>0 30 22 * * ?</timeCycle>", "nightly-20261116-223000"),
        ('<timeCycle>= "R1/PT" + string(1 + 1) + "H"</timeCycle>', "nightly-20261116-110000"),
        ('<timeDate>= now() + duration("PT3H")</timeDate>', "nightly-20261116-120000"),
    ],
)
def test_dates_cron_and_feel_say_the_first_occurrence(house: House, timer: str, first: str) -> None:
    deploy(house, with_nightly(timer))
    go_on(house, hours=20)
    assert begun(house)[0] == first


def test_a_date_that_is_past_begins_nothing(house: House) -> None:
    deploy(house, with_nightly("<timeDate>2020-01-01T00:00:00+08:00</timeDate>"))
    go_on(house, days=1)
    assert begun(house) == []


def test_nodes_that_do_the_same_job_at_once_begin_one_instance(house: House) -> None:
    deploy(house, with_nightly())
    house.later(hours=1)
    for topic in (DUE, BEGIN):
        (due,) = house.rows(job, topic=topic, state="waiting")
        with ThreadPoolExecutor(4) as nodes:
            work = partial(house.engine.run_job, house.transaction, due.id)
            done = list(nodes.map(work, [house.now] * 4))
        assert sorted(done) == ["busy", "busy", "busy", "done"]
        if topic == DUE:
            assert len(house.rows(job, topic=BEGIN)) == 1
    assert len(begun(house)) == 1


def test_an_instance_that_cannot_go_on_is_an_incident_and_the_clock_goes_on(house: House) -> None:
    # The checks cannot see it: what the script works out might end the circle.
    script = (
        '<scriptTask id="a" scriptFormat="feel" camunda:resultVariable="n" default="g"><script>1</script></scriptTask>'
    )
    way_out = '<conditionExpression>n = 2</conditionExpression></sequenceFlow><endEvent id="out"/>'
    flows = '<sequenceFlow id="g" sourceRef="a" targetRef="a"/><sequenceFlow id="h" sourceRef="a" targetRef="out">'
    endless = script + flows + way_out
    deploy(house, with_nightly(work=endless, target="a"))
    go_on(house, hours=1)
    (found,) = house.rows(incident, state="open")
    assert (found.kind, found.error, found.instance_id) == ("job", "StepLimitExceeded", house.instance().id)
    go_on(house, hours=2)
    assert len(house.rows(incident, state="open")) == 3, "the next occurrences came as well"
    with house.transaction() as connection:
        house.engine.retry(connection, found.id, actor=BOSS, now=house.now)
    go_on(house)
    assert len(house.rows(incident, state="open")) == 3, "tried again, failed again"
    assert len(begun(house)) == 3


def test_a_timer_that_says_no_time_when_it_is_activated_refuses_the_activation(house: House) -> None:
    # A date made of the clock may be beyond the calendar.
    files = with_nightly(
        '<timeDate>= if now() > date and time("2026-06-01T00:00:00Z") then "never" else now()</timeDate>'
    )
    with house.transaction() as connection:
        made = house.engine.deploy(connection, files, actor="analyst", now=house.now)
    with pytest.raises(errors.CannotRun, match="neither a date nor a duration"), house.transaction() as connection:
        house.engine.approve(connection, made.id, actor="admin", now=house.now)
    assert begun(house) == []


def test_a_clock_that_stood_still_makes_up_so_many_starts_and_then_a_person_is_asked(house: House) -> None:
    deploy(house, with_nightly("<timeCycle>R/PT1H</timeCycle>"))
    go_on(house, hours=2 * MOST_MISSED + 50)
    assert len(begun(house)) == MOST_MISSED
    (found,) = house.rows(incident)
    assert found.error == "TooFarBehind"
    with house.transaction() as connection:
        house.engine.retry(connection, found.id, actor=BOSS, now=house.now)
    go_on(house)
    assert len(begun(house)) == 2 * MOST_MISSED
    (again,) = house.rows(incident, state="open")
    with house.transaction() as connection:
        house.engine.skip(connection, again.id, reason="停电", actor=BOSS, now=house.now)
    go_on(house)
    assert len(begun(house)) == 2 * MOST_MISSED, "the rest is left out"
    go_on(house, hours=1)
    assert len(begun(house)) == 2 * MOST_MISSED + 1
    assert house.rows(incident, state="open") == []


def test_a_cycle_that_began_long_ago_starts_at_its_next_occurrence(house: House) -> None:
    deploy(house, with_nightly("<timeCycle>R/2020-01-01T00:30:00Z/PT1H</timeCycle>"))
    go_on(house, hours=1)
    assert begun(house) == ["nightly-20261116-093000"]


def test_a_cycle_of_no_occurrence_starts_nothing(house: House) -> None:
    deploy(house, with_nightly("<timeCycle>R0/PT1H</timeCycle>"))
    go_on(house, hours=5)
    assert begun(house) == []
