"""What only the files of a pack together show: variables, fields and limits that nothing gives or nobody sees."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from engine import Handlers
from engine.checks import check
from engine.findings import Problem
from tests.engine.core.house import files_of

PACKS = Path(__file__).parent / "across_files"


def found(files: Mapping[str, bytes], handlers: Handlers | None = None) -> list[Problem]:
    """Every finding but that the table of limits has no row for other steps, which it means."""
    return [one for one in check(files, handlers=handlers or Handlers()).problems if one.code != "gap"]


def test_each_is_found_once_with_its_place() -> None:
    told = {(one.code, one.file, one.element): one for one in found(files_of(PACKS / "wrong"))}

    assert set(told) == {
        ("variable_misspelt", "loans.bpmn", "gw"),
        ("variable_unknown", "loans.bpmn", "gw"),
        ("field_never_filled", "forms/lend.form", "f_shelf"),
        ("form_unused", "forms/spare.form", ""),
        ("stage_without_limit", "time_limits.dmn", "time_limits"),
        ("limit_unknown", "loans.bpmn", "ut_lend"),
    }
    assert {one.severity for one in told.values()} == {"warning"}
    assert "“book_title”" in told["variable_misspelt", "loans.bpmn", "gw"].advice
    assert "'ut_lend'" in told["limit_unknown", "loans.bpmn", "ut_lend"].advice_en


def test_nothing_is_found_where_all_is_given() -> None:
    assert found(files_of(PACKS / "right")) == []


@pytest.mark.parametrize(("gives", "codes"), [(("moonphase",), []), ((), ["variable_unknown"]), (None, [])])
def test_what_a_handler_says_it_gives_is_known_and_one_that_says_nothing_may_give_all(
    gives: tuple[str, ...] | None, codes: list[str]
) -> None:
    files = files_of(PACKS / "right")
    service = b'<serviceTask id="svc" camunda:type="external" camunda:topic="moon" /><sequenceFlow id="f0"'
    text = files["loans.bpmn"].replace(b'targetRef="ut_lend" />', b'targetRef="svc" />' + service, 1)
    text = text.replace(b'<sequenceFlow id="f0"', b'<sequenceFlow id="f0" sourceRef="svc" targetRef="ut_lend" />')
    files["loans.bpmn"] = text.replace(b"shelf_mark != null", b"moonphase &gt; 3")
    handlers = Handlers()
    handlers.add("moon", lambda call: {}, gives=gives)

    assert [one.code for one in found(files, handlers)] == codes


def test_a_broken_file_may_give_everything() -> None:
    files = {**files_of(PACKS / "wrong"), "broken.bpmn": b"<definitions"}

    assert not [one for one in found(files) if one.code.startswith(("variable", "field", "form_unused"))]
