"""Versions for some cases first: by region, by share, from a day on; and the way back with one command."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import errors, queries
from engine.activation import BadScope, Scope, bucket, of_pack
from engine.models import deployment, instance
from tests.engine.core.house import PARCEL, House, files_of

EAST = Scope(regions=("east",))


def changed(house: House, text: bytes = b"Version 2") -> str:
    """Another version of the parcel pack, up for review."""
    files = files_of(PARCEL)
    files["linear.bpmn"] = files["linear.bpmn"].replace("一".encode(), text)
    with house.transaction() as connection:
        return house.engine.deploy(connection, files, actor="analyst", now=house.now).id


def approve(house: House, id: str, scope: Scope | None = None) -> None:
    with house.transaction() as connection:
        house.engine.approve(connection, id, actor="admin", now=house.now, scope=scope or Scope())


def roll_back(house: House, id: str) -> str:
    """The version that new cases use then."""
    with house.transaction() as connection:
        return house.engine.roll_back(connection, id, actor="admin", now=house.now).id


def version_of(house: House, key: str, region: str = "east") -> str:
    """The version in which a new case begins."""
    id = house.start("linear", business_key=key, region=region)
    (row,) = house.rows(instance, id=id)
    return str(row.deployment_id)


def states(house: House) -> dict[int, str]:
    with house.transaction() as connection:
        return {row.version: row.state for row in queries.deployments(connection)}


def first(house: House) -> str:
    (row,) = house.rows(deployment, version=1)
    return str(row.id)


def test_a_version_for_one_region_is_taken_by_its_new_cases_only(house: House) -> None:
    second = changed(house)
    approve(house, second, EAST)

    assert version_of(house, "P-1", "east") == second
    assert version_of(house, "P-2", "west") == first(house)
    assert states(house) == {1: "active", 2: "trial"}


def test_a_version_from_tomorrow_waits_until_then(house: House) -> None:
    second = changed(house)
    approve(house, second, Scope(starts_at=house.now + timedelta(days=1)))

    assert version_of(house, "P-1") == first(house)
    house.later(days=1)
    # It counts at that moment, whether or not the clock has come by.
    assert version_of(house, "P-2") == second
    with house.transaction() as connection:
        assert house.engine.settle(connection, house.now) == 1
        assert house.engine.settle(connection, house.now) == 0
    assert states(house) == {1: "retired", 2: "active"}
    assert version_of(house, "P-3") == second


def test_a_share_takes_about_that_share_and_always_the_same_cases(house: House) -> None:
    second = changed(house)
    approve(house, second, Scope(share=30))

    taken = Counter(version_of(house, f"P-{n}") == second for n in range(120))
    expected = sum(bucket(second, f"P-{n}") < 30 for n in range(120))

    assert taken[True] == expected
    assert 18 <= expected <= 54
    assert version_of(house, "P-7", "west") == version_of(house, "P-7", "east")


def test_rolling_a_trial_back_leaves_the_base_and_running_cases(house: House) -> None:
    second = changed(house)
    approve(house, second, EAST)
    before = version_of(house, "P-1")
    with house.transaction() as connection:
        now_used = house.engine.roll_back(connection, second, actor="admin", now=house.now, note="缺角色")

    assert now_used.id == first(house)
    assert version_of(house, "P-2") == first(house)
    assert before == second and house.rows(instance, business_key="P-1")[0].deployment_id == second
    assert states(house) == {1: "active", 2: "retired"}


def test_rolling_the_base_back_brings_the_one_before_it(house: House) -> None:
    second = changed(house)
    house.later(hours=1)
    approve(house, second)
    house.later(hours=1)
    with house.transaction() as connection:
        back = house.engine.roll_back(connection, second, actor="admin", now=house.now, note="算错了")
        switches = of_pack(connection, "parcel")

    assert back.version == 1 and version_of(house, "P-1") == first(house)
    assert [(one.deployment_id == second, one.note) for one in switches] == [(False, "算错了"), (True, ""), (False, "")]
    house.later(hours=1)
    approve(house, second)
    assert version_of(house, "P-2") == second


def test_the_first_version_cannot_be_rolled_back(house: House) -> None:
    only = first(house)
    with house.transaction() as connection, pytest.raises(errors.WrongState):
        house.engine.roll_back(connection, only, actor="admin", now=house.now)
    assert states(house) == {1: "active"}


def test_a_later_version_for_everybody_ends_the_trials_before_it(house: House) -> None:
    second, third = changed(house), changed(house, b"Version 3")
    approve(house, second, EAST)
    house.later(hours=1)
    approve(house, third)

    assert version_of(house, "P-1", "east") == third
    assert states(house) == {1: "retired", 2: "retired", 3: "active"}


def test_a_trial_may_be_widened_to_everybody(house: House) -> None:
    second = changed(house)
    approve(house, second, EAST)
    house.later(hours=1)
    approve(house, second)

    assert version_of(house, "P-1", "west") == second
    assert states(house) == {1: "retired", 2: "active"}


def test_going_back_passes_over_what_is_only_planned_and_what_was_cancelled(house: House) -> None:
    plan, cancelled, urgent = changed(house), changed(house, b"Version 3"), changed(house, b"Version 4")
    house.later(hours=1)
    approve(house, plan, Scope(starts_at=house.now + timedelta(days=5)))
    approve(house, cancelled, Scope(starts_at=house.now + timedelta(days=4)))
    house.later(hours=1)
    roll_back(house, cancelled)
    house.later(hours=1)
    approve(house, urgent)
    house.later(hours=1)

    assert roll_back(house, urgent) == first(house) == version_of(house, "P-1")
    house.later(days=4, hours=12)
    assert version_of(house, "P-2") == first(house)
    house.later(hours=12)
    # What was planned begins on its day all the same.
    assert version_of(house, "P-3") == plan


def test_going_back_twice_never_brings_what_was_taken_back(house: House) -> None:
    second, third = changed(house), changed(house, b"Version 3")
    for id in (second, third):
        house.later(hours=1)
        approve(house, id)
    house.later(hours=1)
    assert roll_back(house, third) == second
    house.later(hours=1)
    assert roll_back(house, second) == first(house)
    house.later(hours=1)
    with pytest.raises(errors.WrongState):
        roll_back(house, first(house))
    # Chosen anew by a person it counts again.
    for id in (second, third):
        house.later(hours=1)
        approve(house, id)
    house.later(hours=1)
    assert roll_back(house, third) == second


def test_a_plan_for_everybody_leaves_the_trial_until_its_day(house: House) -> None:
    second = changed(house)
    approve(house, second, EAST)
    house.later(hours=1)
    approve(house, second, Scope(starts_at=house.now + timedelta(days=5)))

    house.later(days=4)
    assert version_of(house, "P-1", "east") == second
    assert version_of(house, "P-2", "west") == first(house)
    house.later(days=1)
    assert version_of(house, "P-3", "west") == version_of(house, "P-4", "east") == second


def test_a_trial_of_other_regions_takes_the_place_of_the_first_on_its_day(house: House) -> None:
    second = changed(house)
    approve(house, second, EAST)
    house.later(hours=1)
    approve(house, second, Scope(regions=("west",), starts_at=house.now + timedelta(days=5)))

    assert version_of(house, "P-1", "east") == second
    house.later(days=5)
    assert version_of(house, "P-2", "west") == second
    assert version_of(house, "P-3", "east") == first(house)


def test_an_urgent_version_ends_the_trial_and_leaves_the_plan(house: House) -> None:
    second, urgent = changed(house), changed(house, b"Version 3")
    approve(house, second, EAST)
    house.later(hours=1)
    approve(house, second, Scope(starts_at=house.now + timedelta(days=5)))
    house.later(hours=1)
    approve(house, urgent)

    assert version_of(house, "P-1", "east") == urgent
    assert states(house) == {1: "retired", 2: "trial", 3: "active"}
    house.later(days=5)
    assert version_of(house, "P-2", "east") == second


def test_a_moment_that_is_over_is_refused(house: House) -> None:
    second = changed(house)
    with pytest.raises(errors.StartPassed, match="later moment"):
        approve(house, second, Scope(regions=("east",), starts_at=house.now - timedelta(seconds=1)))
    assert states(house) == {1: "active", 2: "draft"}


def test_a_scope_that_makes_no_sense_is_refused(house: House) -> None:
    second = changed(house)
    with pytest.raises(BadScope):
        Scope(share=0)
    with pytest.raises(BadScope, match="nowhere"):
        approve(house, second, Scope(regions=("nowhere",)))
    assert states(house) == {1: "active", 2: "draft"}


def test_a_draft_that_is_sent_back_can_be_submitted_again(house: House) -> None:
    second = changed(house)
    with house.transaction() as connection:
        sent = house.engine.send_back(connection, second, actor="admin", now=house.now, text="请补说明")
        with pytest.raises(errors.WrongState):
            house.engine.send_back(connection, second, actor="admin", now=house.now, text="again")
    assert sent.state == "returned"
    with pytest.raises(errors.WrongState, match="submitted again"):
        approve(house, second)
    assert changed(house) == second and states(house)[2] == "draft"
    approve(house, second)
    assert states(house) == {1: "retired", 2: "active"}


@given(st.text(max_size=40))
def test_a_bucket_is_a_percentage(key: str) -> None:
    assert 0 <= bucket("d", key) <= 99
    assert bucket("d", key) == bucket("d", key)
