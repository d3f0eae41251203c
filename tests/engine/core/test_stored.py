"""A version that was stored once runs on, also where the product has learnt since to refuse what it says."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import update

from engine import dmn, library, spiff
from engine.checks import check
from engine.errors import UnknownDecision, UnknownProcess
from engine.models import deployment_file, instance
from engine.spiff import ExpressionFailed
from tests.engine.core.house import PARCEL, House, files_of

LINEAR = files_of(PARCEL)["linear.bpmn"]
SECOND = b'<userTask id="ut_two"'


def as_if_stored(house: House, monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Have the database hold what a former product took, and a process that has just begun."""
    assert any(problem.severity == "error" for problem in spiff.parse({"linear.bpmn": data}).problems)
    with house.transaction() as connection:
        connection.execute(update(deployment_file).where(deployment_file.c.path == "linear.bpmn").values(content=data))
    monkeypatch.setattr(library, "SHELF", library.Shelf())


def test_running_cases_go_on_when_their_diagram_would_be_refused_today(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    house.start("linear")
    as_if_stored(house, monkeypatch, LINEAR.replace(SECOND, SECOND + b' startQuantity="2"'))
    with caplog.at_level(logging.WARNING, logger="yekuo.engine"):
        for element in ("ut_one", "ut_two", "ut_three"):
            house.complete(house.task(element=element))
    assert [row.state for row in house.rows(instance)] == ["ended"]
    (told,) = {record.getMessage() for record in caplog.records}
    assert "would be refused today" in told and "linear.bpmn · ut_two · start_quantity" in told


def test_what_no_step_reads_any_more_halts_nothing_and_what_one_reads_halts_there(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.start("linear")
    broken = b' camunda:dueDate="=1 +"'
    as_if_stored(house, monkeypatch, LINEAR.replace(SECOND, SECOND + broken))
    with pytest.raises(ExpressionFailed, match=r"'ut_two'.*cannot be executed"):
        house.complete(house.task(element="ut_one"))
    as_if_stored(house, monkeypatch, LINEAR.replace(b'<userTask id="ut_one"', b'<userTask id="ut_one"' + broken))
    house.complete(house.task(element="ut_one"))
    assert house.task().element == "ut_two"


def test_what_nobody_can_run_is_missing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.start("linear")
    complex_one = LINEAR.replace(b"userTask", b"complexGateway")
    as_if_stored(house, monkeypatch, complex_one)
    with pytest.raises(UnknownProcess):
        house.complete(house.task(element="ut_one"))


def test_a_file_of_decisions_that_cannot_be_read_any_more_leaves_the_others() -> None:
    model = (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="urn:{0}" name="{0}">'
        '<decision id="{0}" name="{0}"><variable name="{0}"/><literalExpression><text>{1}</text></literalExpression>'
        "</decision></definitions>"
    )
    good, bad = model.format("good", "1").encode(), model.format("bad", "1 +").encode()
    files = {**files_of(PARCEL), "good.dmn": good, "bad.dmn": bad}
    assert check(files).refused
    found = library.build("d1", files)
    assert found.decision("good").evaluate("good", {}) == 1
    with pytest.raises(UnknownDecision):
        found.decision("bad")
    with pytest.raises(dmn.DmnError):
        library.read_decisions(files)


def test_the_page_of_a_version_says_what_would_be_refused_today(house: House) -> None:
    files = {**files_of(PARCEL), "linear.bpmn": LINEAR.replace(SECOND, SECOND + b' startQuantity="2"')}
    told = house.engine.said_today(files, lambda *_: True)
    assert [(one.file, one.element, one.code) for one in told] == [("linear.bpmn", "ut_two", "start_quantity")]
