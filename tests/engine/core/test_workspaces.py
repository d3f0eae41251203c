"""Workspaces: what differs from a version is kept, nobody overwrites anybody, and the result is a pack to deploy."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import errors, queries, workspaces
from tests.engine.core.house import PARCEL, House, files_of


def begun(house: House) -> str:
    with house.transaction() as connection:
        (base,) = queries.deployments(connection, state="active")
        return workspaces.open_on(connection, title="改名", actor="han", now=house.now, base_id=base.id)


def write(house: House, id: str, path: str, content: bytes, rev: int = 0, actor: str = "han") -> int:
    with house.transaction() as connection:
        return workspaces.write(connection, id, path, content, rev=rev, actor=actor, now=house.now)


def states(house: House, id: str) -> dict[str, str]:
    with house.transaction() as connection:
        return {entry.path: entry.state for entry in workspaces.entries(connection, id, house.now)}


def test_a_new_workspace_is_the_version_it_is_based_on(house: House) -> None:
    id = begun(house)

    with house.transaction() as connection:
        assert workspaces.files(connection, id) == files_of(PARCEL)
        assert {workspace.id for workspace in workspaces.listing(connection)} == {id}
    assert set(states(house, id).values()) == {"same"}


def test_changed_added_and_removed_files_are_told_from_the_rest(house: House) -> None:
    id = begun(house)
    changed = files_of(PARCEL)["linear.bpmn"].replace("一".encode(), "新".encode())

    assert write(house, id, "linear.bpmn", changed) == 1
    assert write(house, id, "new.form", b"{}") == 1
    with house.transaction() as connection:
        workspaces.remove(connection, id, "pack.toml", rev=0, actor="han", now=house.now)

    found = states(house, id)
    assert (found["linear.bpmn"], found["new.form"], found["pack.toml"]) == ("changed", "added", "removed")
    with house.transaction() as connection:
        files = workspaces.files(connection, id)
        with pytest.raises(errors.NotFound):
            workspaces.read(connection, id, "pack.toml")
    assert files == {
        **{p: d for p, d in files_of(PARCEL).items() if p != "pack.toml"},
        "linear.bpmn": changed,
        "new.form": b"{}",
    }


def test_restoring_brings_the_base_back_and_keeps_counting(house: House) -> None:
    id = begun(house)
    write(house, id, "linear.bpmn", b"<broken/>")
    write(house, id, "new.form", b"{}")

    with house.transaction() as connection:
        workspaces.restore(connection, id, "linear.bpmn", rev=1, actor="han", now=house.now)
        workspaces.restore(connection, id, "new.form", rev=1, actor="han", now=house.now)
        text = workspaces.read(connection, id, "linear.bpmn")

    assert (text.content, text.rev) == (files_of(PARCEL)["linear.bpmn"], 2)
    assert set(states(house, id).values()) == {"same"} and "new.form" not in states(house, id)
    # Who still looks at the first change cannot save over the restored file.
    with pytest.raises(errors.StaleFile):
        write(house, id, "linear.bpmn", b"<old/>", rev=1)


def test_an_older_revision_overwrites_nothing_and_names_who_was_faster(house: House) -> None:
    id = begun(house)
    write(house, id, "linear.bpmn", b"<first/>")

    with pytest.raises(errors.StaleFile) as refused:
        write(house, id, "linear.bpmn", b"<second/>", actor="wu")

    assert (refused.value.rev, refused.value.by) == (1, "han")
    with house.transaction() as connection:
        assert workspaces.read(connection, id, "linear.bpmn").content == b"<first/>"


def test_saving_the_same_content_again_changes_nothing(house: House) -> None:
    id = begun(house)

    assert write(house, id, "linear.bpmn", b"<first/>") == 1
    assert write(house, id, "linear.bpmn", b"<first/>", rev=1) == 1


def test_a_file_is_drawn_by_one_person_until_the_lock_ends(house: House) -> None:
    id = begun(house)
    with house.transaction() as connection:
        workspaces.take(connection, id, "linear.bpmn", actor="han", now=house.now)
        workspaces.take(connection, id, "linear.bpmn", actor="han", now=house.now)

    with house.transaction() as connection, pytest.raises(errors.FileHeld) as refused:
        workspaces.take(connection, id, "linear.bpmn", actor="wu", now=house.now)
    assert refused.value.by == "han"
    with pytest.raises(errors.FileHeld):
        write(house, id, "linear.bpmn", b"<second/>", actor="wu")

    house.now += workspaces.LEASE + timedelta(seconds=1)
    assert write(house, id, "linear.bpmn", b"<second/>", actor="wu") == 1


def test_nothing_is_closed_over_what_another_person_is_drawing(house: House) -> None:
    id = begun(house)
    with house.transaction() as connection:
        workspaces.take(connection, id, "linear.bpmn", actor="han", now=house.now)
        (base,) = queries.deployments(connection, state="active")

        with pytest.raises(errors.FileHeld) as refused:
            workspaces.discard(connection, id, actor="wu", now=house.now)
        assert (refused.value.path, refused.value.by) == ("linear.bpmn", "han")
        with pytest.raises(errors.FileHeld):
            workspaces.submitted(connection, id, base.id, actor="wu", now=house.now)

        workspaces.discard(connection, id, actor="han", now=house.now)


def test_a_name_that_was_taken_out_again_is_free(house: House) -> None:
    id = begun(house)
    write(house, id, "new.bpmn", b"<first/>")
    with house.transaction() as connection:
        workspaces.remove(connection, id, "new.bpmn", rev=1, actor="han", now=house.now)

    assert write(house, id, "new.bpmn", b"<second/>", actor="wu") == 3


def test_a_lock_is_given_back_only_by_its_holder(house: House) -> None:
    id = begun(house)
    with house.transaction() as connection:
        workspaces.take(connection, id, "linear.bpmn", actor="han", now=house.now)
        workspaces.give_back(connection, id, "linear.bpmn", actor="wu")
        with pytest.raises(errors.FileHeld):
            workspaces.take(connection, id, "linear.bpmn", actor="wu", now=house.now)
        workspaces.give_back(connection, id, "linear.bpmn", actor="han")
        workspaces.take(connection, id, "linear.bpmn", actor="wu", now=house.now)


@pytest.mark.parametrize("path", ["../evil.bpmn", "run.py", "/a.bpmn", "a//b.form"])
def test_a_path_that_no_pack_may_have_is_refused(house: House, path: str) -> None:
    id = begun(house)
    with pytest.raises(errors.ProblemsFound):
        write(house, id, path, b"x")
    assert set(states(house, id).values()) == {"same"}


def test_a_submitted_workspace_stands_still_until_it_is_sent_back(house: House) -> None:
    id = begun(house)
    write(house, id, "linear.bpmn", files_of(PARCEL)["linear.bpmn"].replace("一".encode(), "新".encode()))
    with house.transaction() as connection:
        made = house.engine.deploy(connection, workspaces.files(connection, id), actor="han", now=house.now)
        workspaces.submitted(connection, id, made.id, actor="han", now=house.now)

    with pytest.raises(errors.WrongState):
        write(house, id, "linear.bpmn", b"<late/>", rev=1)
    with house.transaction() as connection:
        assert workspaces.find(connection, id).deployment_id == made.id
        workspaces.reopen(connection, id, now=house.now)
    assert write(house, id, "linear.bpmn", b"<again/>", rev=1) == 2
    with house.transaction() as connection:
        workspaces.discard(connection, id, actor="han", now=house.now)
        with pytest.raises(errors.WrongState):
            workspaces.reopen(connection, id, now=house.now)
        assert workspaces.listing(connection) == ()


def test_a_workspace_of_a_new_pack_begins_empty(house: House) -> None:
    with house.transaction() as connection:
        id = workspaces.open_on(connection, title="新包", actor="han", now=house.now, pack="leave")
        assert workspaces.entries(connection, id, house.now) == ()
        with pytest.raises(errors.NotFound):
            workspaces.open_on(connection, title="x", actor="han", now=house.now, base_id="nothing")
