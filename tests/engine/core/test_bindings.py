"""Calls bound beyond their deployment: to the version in force, a number, a tag; each keeps its version to its end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row

from engine import errors, queries
from engine.models import history, instance, task
from tests.engine.core.house import PARCEL, House, check_whole, deploy, files_of

BOUND = Path(__file__).parent / "bound"


def version(number: int) -> dict[str, bytes]:
    """The pack whose called process, its form and its decision say which version they are of."""
    files = files_of(BOUND)
    mark = str(number).encode()
    files["called.bpmn"] = files["called.bpmn"].replace(b" v1", b" v" + mark).replace(b'"T1"', b'"T' + mark + b'"')
    files["price.dmn"] = files["price.dmn"].replace(b"<text>1<", b"<text>" + mark + b"<")
    files["forms/weigh.form"] = files["forms/weigh.form"].replace(b" v1", b" v" + mark)
    return {**files_of(PARCEL), **files}


@pytest.fixture
def first(house: House) -> str:
    """Version 2 of the pack is in force, the first that holds the processes."""
    return deploy(house, version(1))


def form_of(house: House, row: Row[Any]) -> str:
    with house.transaction() as connection:
        document = queries.form(connection, row.deployment_id, row.form_ref)
    return str(document["components"][0]["label"])


def walk(house: House, process_id: str, **variables: object) -> Row[Any]:
    """Start a case, do its first task and return the task of the call."""
    house.start(process_id, variables)
    house.complete(house.task())
    return house.task()


def finish(house: House) -> dict[str, Any]:
    """Do every task that is left; return the variables before the last one."""
    while house.task().stage == "intake":
        house.complete(house.task())
    case = house.instance().id
    with house.transaction() as connection:
        found = queries.variables(connection, case, now=house.now)
    house.complete(house.task())
    assert house.instance().state == "ended"
    check_whole(house)
    return found


def test_a_call_without_binding_stays_with_the_deployment_of_its_case(house: House, first: str) -> None:
    house.start("own")
    deploy(house, version(2))
    house.complete(house.task())
    called = house.task()
    assert (called.name, called.deployment_id, form_of(house, called)) == ("称重 v1", first, "备注 v1")
    assert finish(house)["price"] == 1


def test_the_latest_version_is_the_one_in_force_when_the_call_begins(house: House, first: str) -> None:
    house.start("latest")
    second = deploy(house, version(2))
    house.complete(house.task())
    called = house.task()
    assert (called.name, called.process_id, called.deployment_id) == ("称重 v2", "weigh", second)
    assert form_of(house, called) == "备注 v2"
    assert house.instance().deployment_id == first


def test_a_call_keeps_its_version_when_another_one_comes_into_force(house: House, first: str) -> None:
    house.start("latest")
    second = deploy(house, version(2))
    house.complete(house.task())
    deploy(house, version(3))
    house.complete(house.task())
    inner = house.task()
    assert (inner.name, inner.deployment_id) == ("打包 v2", second), "what it calls comes from its own deployment"
    assert finish(house)["price"] == 2, "and so does the decision"
    (decided,) = house.rows(history, kind="decided")
    assert decided.payload["deployment"] == second


@pytest.mark.parametrize(("wanted", "name"), [(2, "称重 v1"), ("3", "称重 v2")])
def test_a_numbered_version_is_taken_even_when_it_is_retired(house: House, wanted: object, name: str) -> None:
    for number in (1, 2, 3):
        deploy(house, version(number))
    assert walk(house, "numbered", wanted=wanted).name == name
    assert finish(house)["price"] == int(name[-1])


def test_a_tag_finds_its_version_across_deployments(house: House, first: str) -> None:
    deploy(house, version(2))
    called = walk(house, "tagged", tag="T1")
    assert (called.name, called.deployment_id) == ("称重 v1", first)
    assert finish(house)["price"] == 1


def test_a_tag_of_the_own_deployment_is_taken_before_that_of_a_later_one(house: House, first: str) -> None:
    house.start("tagged", {"tag": "T1"})
    again = version(2)
    deploy(house, {**again, "called.bpmn": again["called.bpmn"].replace(b'"T2"', b'"T1"')})
    house.complete(house.task())
    assert house.task().deployment_id == first


@pytest.mark.parametrize(
    ("process_id", "given"),
    [("numbered", {"wanted": 9}), ("numbered", {"wanted": "x"}), ("numbered", {}), ("tagged", {"tag": "T9"})],
)
def test_a_version_that_nobody_approved_is_told_and_loses_nothing(
    house: House, first: str, process_id: str, given: dict[str, object]
) -> None:
    with house.transaction() as connection:
        house.engine.deploy(connection, version(9), actor="analyst", now=house.now)
    house.start(process_id, given)
    before = house.task()
    with pytest.raises(errors.CannotRun, match="weigh"):
        house.complete(before)
    assert house.task() == before
    house.complete(before, {"wanted": 2, "tag": "T1"})
    assert house.task().name == "称重 v1", "with other variables it goes on"


def test_history_and_diagram_tell_the_version_of_each_step(house: House, first: str) -> None:
    house.start("latest")
    second = deploy(house, version(2))
    house.complete(house.task())
    case = house.instance().id
    with house.transaction() as connection:
        entries = queries.history(connection, case)
        active = queries.tokens(connection, case, now=house.now)
    (entered,) = (entry for entry in entries if entry.kind == "entered" and entry.element == "w_task")
    assert (entered.deployment_id, entered.process_id, entered.name) == (second, "weigh", "称重 v2")
    places = {(one.deployment_id, one.process_id, one.element) for one in active}
    assert places == {(first, "latest", "latest_call"), (second, "weigh", "w_task")}


def test_two_versions_of_a_process_run_side_by_side(house: House, first: str) -> None:
    one = house.start("latest", business_key="P-1")
    house.complete(house.task(instance_id=one))
    deploy(house, version(2))
    two = house.start("latest", business_key="P-2")
    house.complete(house.task(instance_id=two))
    assert [house.task(instance_id=id).name for id in (one, two)] == ["称重 v1", "称重 v2"]
    assert len(house.rows(instance)) == 2
    assert {row.process_id for row in house.rows(task, state="open")} == {"weigh"}
