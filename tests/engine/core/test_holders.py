"""Roles that nobody holds: told while drawing and at deployment, never kept with a version."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from engine import Engine, Handlers
from engine.findings import Problem
from tests.bpmn.pack import files as connection_files
from tests.engine.core.house import PARCEL, House, files_of

Held = Callable[[str, str], bool]
CODES = {"role_unheld", "role_untold"}


def told(files: Mapping[str, bytes], held: Held | None) -> list[Problem]:
    return [problem for problem in Engine(Handlers()).check(files, held) if problem.code in CODES]


def without(role: str, *regions: str) -> Held:
    """Everybody is there but for one role in some regions, everywhere without any."""
    return lambda one, region: one != role or (bool(regions) and region not in regions)


def test_a_role_that_nobody_holds_is_told_where_a_step_waits_for_it_once_per_diagram() -> None:
    found = told(files_of(PARCEL), without("DESK"))
    assert [(one.file, one.element, one.severity) for one in found] == [
        ("linear.bpmn", "ut_one", "warning"),
        ("return.bpmn", "ut_check", "warning"),
    ]
    assert {one.message for one in found} == {"没有人担任角色“前台”，任务会没有人办。"}
    assert {one.message_en for one in found} == {"Nobody holds the role 'Desk': its tasks would wait."}


def test_a_role_held_in_some_regions_names_the_others() -> None:
    # ut_three is done by the cashier or by the desk.
    (found,) = told(files_of(PARCEL), without("CASHIER", "east"))
    assert found.element == "ut_refund"
    assert found.message.startswith("在东区没有人担任角色“出纳”")
    assert found.message_en.startswith("Nobody holds the role 'Cashier' in East:")


@pytest.mark.parametrize("held", [lambda *_: True, None], ids=["everybody is there", "nobody can be asked"])
def test_nothing_is_told_where_somebody_is_there_or_nobody_can_be_asked(held: Held | None) -> None:
    assert told(files_of(PARCEL), held) == []
    assert told(connection_files(), held) == []


def test_a_step_of_the_escalation_that_would_tell_no_one_is_told_once() -> None:
    found = [one for one in told(connection_files(), without("HEAD")) if one.code == "role_untold"]
    assert [(one.file, one.element) for one in found] == [("decisions/escalation.dmn", "escalation")]
    assert "没有人担任角色" in found[0].message


def test_it_refuses_nothing_and_is_not_kept_with_the_version(house: House) -> None:
    files = files_of(PARCEL)
    files["return.bpmn"] += b"<!-- another version -->"
    with house.transaction() as connection:
        made = house.engine.deploy(connection, files, actor="analyst", now=house.now, held=lambda *_: False)
    assert made.warnings == ()
    assert {one.code for one in house.engine.said_today(files, lambda *_: False)} == {"role_unheld"}
    assert house.engine.said_today(files, lambda *_: True) == ()


def test_a_task_is_done_by_any_of_its_roles_or_by_whom_it_names() -> None:
    files = files_of(PARCEL)
    both = [one for one in told(files, lambda *_: False) if "或" in one.message]
    assert [(one.element, one.message_en) for one in both] == [
        ("ut_three", "Nobody holds the role 'Cashier' or 'Desk': its tasks would wait.")
    ]
    named = b'camunda:assignee="= starter" camunda:candidateGroups="CASHIER"'
    files["return.bpmn"] = files["return.bpmn"].replace(b'camunda:candidateGroups="CASHIER"', named)
    assert told(files, without("CASHIER")) == []
