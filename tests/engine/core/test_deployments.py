"""Deployments: a version per content, approved by a second person, in force for new instances only."""

from __future__ import annotations

import pytest

from engine import Deployment, errors, queries
from engine.models import deployment, deployment_file
from engine.pack import read_pack
from tests.engine.core.house import BOSS, PARCEL, House, deploy, files_of


def changed(text: bytes = b"Version 2") -> dict[str, bytes]:
    """The parcel pack with another name of the first task."""
    files = files_of(PARCEL)
    return {**files, "linear.bpmn": files["linear.bpmn"].replace("一".encode(), text)}


def draft(house: House, files: dict[str, bytes]) -> Deployment:
    with house.transaction() as connection:
        return house.engine.deploy(connection, files, actor="analyst", now=house.now, note="why")


def test_the_same_content_answers_the_existing_deployment(house: House) -> None:
    again = draft(house, files_of(PARCEL))
    assert (again.version, again.state) == (1, "active")
    assert len(house.rows(deployment)) == 1


def test_other_content_is_the_next_version_as_a_draft(house: House) -> None:
    made = draft(house, changed())
    assert (made.pack, made.version, made.state, made.author, made.note) == ("parcel", 2, "draft", "analyst", "why")
    assert {row.path for row in house.rows(deployment_file, deployment_id=made.id)} == set(files_of(PARCEL))


def test_an_author_cannot_approve_their_own_version(house: House) -> None:
    made = draft(house, changed())
    with house.transaction() as connection, pytest.raises(errors.SameActor):
        house.engine.approve(connection, made.id, actor="analyst", now=house.now)


def test_approving_retires_the_version_before_and_can_go_back(house: House) -> None:
    made = draft(house, changed())
    with house.transaction() as connection:
        house.engine.approve(connection, made.id, actor="admin", now=house.now)
        assert [row.state for row in queries.deployments(connection)] == ["active", "retired"]
        with pytest.raises(errors.WrongState):
            house.engine.approve(connection, made.id, actor="admin", now=house.now)
        (first,) = queries.deployments(connection, state="retired")
        house.engine.approve(connection, first.id, actor="admin", now=house.now)
        assert {row.version: row.state for row in queries.deployments(connection)} == {1: "active", 2: "retired"}


def test_a_running_instance_keeps_its_version(house: House) -> None:
    old = house.start("linear")
    deploy(house, changed())
    new = house.start("linear")
    names = {row.instance_id: row.name for row in (house.task(instance_id=old), house.task(instance_id=new))}
    assert names == {old: "一", new: "Version 2"}
    house.complete(house.task(instance_id=old))
    assert house.task(instance_id=old).name == "二"


def test_a_draft_starts_nothing(house: House) -> None:
    files = changed()
    files["linear.bpmn"] = files["linear.bpmn"].replace(b'id="linear"', b'id="brand_new"')
    draft(house, files)
    with pytest.raises(errors.UnknownProcess, match="approve"):
        house.start("brand_new")


def test_deployments_can_be_read_with_their_processes_and_files(house: House) -> None:
    with house.transaction() as connection:
        (found,) = queries.deployments(connection)
        definitions = {row.process_id: row for row in queries.definitions(connection, deployment_id=found.id)}
        assert set(definitions) == {"linear", "parcel_return"}
        assert definitions["linear"].version_tag == "1.0"
        assert definitions["parcel_return"].start_messages == {"MSG_RETURN": "asked"}
        diagram = queries.definition_xml(connection, definitions["linear"].id)
        assert diagram == (PARCEL / "linear.bpmn").read_bytes()
        assert queries.form(connection, found.id, "check")["id"] == "check"
        with pytest.raises(errors.UnknownForm):
            queries.form(connection, found.id, "nothing")
        with pytest.raises(errors.NotFound):
            queries.file(connection, found.id, "nothing")


def test_an_unknown_deployment_cannot_be_approved(house: House) -> None:
    with house.transaction() as connection, pytest.raises(errors.DeploymentNotFound):
        house.engine.approve(connection, "nothing", actor="admin", now=house.now)


def test_pack_toml_is_read_into_frozen_values() -> None:
    pack, problems = read_pack(files_of(PARCEL))
    assert problems == []
    assert pack is not None
    assert (pack.id, pack.title, pack.entry) == ("parcel", "包裹退回", "parcel_return")
    assert pack.roles["DESK"].department == "门店"
    assert list(pack.stages) == ["intake", "refund"]
    assert pack.messages["MSG_ARRIVED"].button == "确认"
    assert [fact.label for fact in pack.columns] == ["包裹", "重量"]
    assert BOSS.admin
