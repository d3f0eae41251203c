"""A comparison chooses how cases begin, for the narrowest scope, and loosens no protection; its history stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from bpmn import comparisons
from bpmn.comparisons import Scope
from bpmn.connection import case_of
from engine import dmn, metadata
from engine.models import instance
from tests.bpmn.conftest import in_memory
from tests.bpmn.pack import files
from tests.bpmn.test_records_of_a_case import Counter, uploads
from tests.bpmn.walk import MONDAY, NUMBER, Walk

Begin = Callable[..., Walk]
HV1 = Scope("connection", "binjiang", "HV1")


@pytest.fixture
def connection() -> Iterator[Connection]:
    database = in_memory()
    metadata.create_all(database)
    with database.begin() as opened:
        yield opened
    database.dispose()


def begun(connection: Connection, process: str, region: str = "", kind: str = "", pack: str = "connection") -> str:
    scope = Scope(pack, region, kind)
    return comparisons.begin(connection, scope, process, reason="对比", actor="admin", now=MONDAY)


def routed(
    forced: str | None, process: str = "parallel", deferral: bool = False, notice: bool = False
) -> tuple[Any, ...]:
    mode = "parallel" if process == "parallel" else "serial"
    routing = {"process": process, "deferral": deferral, "approval_mode": mode, "notice_commitment": notice}
    table = dmn.load(files()["decisions/variant_forcing.dmn"])
    found = table.evaluate("variant_forcing", {"forced": forced, "routing": routing})
    return tuple(found[key] for key in ("process", "deferral", "approval_mode", "notice_commitment"))


def test_without_a_comparison_nothing_is_forced(connection: Connection) -> None:
    begun(connection, "standard", region="kaifa")
    begun(connection, "standard", kind="HV2")
    begun(connection, "standard", pack="parcel")
    assert comparisons.forced(connection, HV1) == ""


def test_the_narrowest_comparison_counts(connection: Connection) -> None:
    expected = []
    for process, region, kind in (("a", "", ""), ("b", "binjiang", ""), ("c", "", "HV1"), ("d", "binjiang", "HV1")):
        begun(connection, process, region, kind)
        expected.append(comparisons.forced(connection, HV1))
    assert expected == ["a", "b", "c", "d"]


def test_a_comparison_for_the_same_cases_ends_the_one_before_and_both_are_kept(connection: Connection) -> None:
    first = begun(connection, "standard", kind="HV1")
    second = begun(connection, "parallel", kind="HV1")
    young, old = comparisons.comparisons(connection)
    assert (young.id, young.ended_at) == (second, None)
    assert (old.id, old.ended_by, old.ended_at, old.reason) == (first, "admin", MONDAY, "对比")


def test_a_comparison_ends_once_and_forces_no_more(connection: Connection) -> None:
    id = begun(connection, "standard")
    later = MONDAY + timedelta(days=1)
    assert comparisons.end(connection, id, actor="chief", now=later)
    assert not comparisons.end(connection, id, actor="other", now=later)
    assert comparisons.forced(connection, HV1) == ""
    assert [(row.ended_by, row.ended_at) for row in comparisons.comparisons(connection)] == [("chief", later)]


@pytest.mark.parametrize("forced", [None, "", "no_such_process"])
def test_a_case_without_a_comparison_goes_as_it_is_routed(forced: str | None) -> None:
    assert routed(forced) == ("parallel", False, "parallel", False)
    assert routed(forced, "deferred", True, True) == ("deferred", True, "serial", True)


def test_the_standard_process_defers_nothing(connection: Connection) -> None:
    assert routed("standard", "deferred", True, True) == ("standard", False, "serial", False)


def test_parallel_review_keeps_what_may_be_deferred() -> None:
    assert routed("parallel", "standard") == ("parallel", False, "parallel", False)
    assert routed("parallel", "deferred", True, True) == ("parallel", True, "parallel", False)


def test_papers_are_deferred_by_a_comparison_only_where_the_routing_allows_it() -> None:
    assert routed("deferred", "parallel", True) == ("deferred", True, "serial", False)
    assert routed("deferred", "standard") == ("standard", False, "serial", False)
    assert routed("deferred") == ("parallel", False, "parallel", False)


@pytest.mark.parametrize(("forced", "step"), [("standard", "ut_rev_marketing"), ("", "ut_prev_marketing")])
def test_a_case_keeps_what_was_routed_what_was_forced_and_what_is_run(begin: Begin, forced: str, step: str) -> None:
    case = begin("HV1", desk=Counter().desk(), forced=forced, **uploads("HV1"))
    case.go(step)
    assert step in case.tasks()
    with case.transaction() as opened:
        found = case_of(opened, NUMBER)
    assert found is not None
    assert (found.routed, found.forced, found.actual) == ("parallel", forced, forced or "parallel")
    (row,) = case.rows(instance)
    facts = {label: text for label, _, text in row.facts}
    assert facts["办理方式"] == ("标准流程（试点指定，路由为并行审批）" if forced else "并行审批")
