"""What is refused at deployment: every folder of `refused/` shows one reason, told with file, element and remedy."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from engine import Engine, Problem, ProblemsFound
from engine.checks import check
from engine.checks.files import MAX_BYTES, MAX_FILES, MAX_TOTAL
from engine.models import deployment
from tests.engine.core.house import PARCEL, House, files_of, parcel_handlers

WARNED = Path(__file__).parent / "warned"
REFUSED = Path(__file__).parent / "refused"
CURED = Path(__file__).parent / "cured"
CASES = sorted(path.name for path in REFUSED.iterdir())


def refused_files(name: str) -> dict[str, bytes]:
    """The parcel pack with the files of a case laid over it."""
    own = files_of(REFUSED / name)
    expected = tomllib.loads(own.pop("expected.toml").decode())
    files = {**files_of(PARCEL), **own}
    return {path: data for path, data in files.items() if path not in expected.get("without", [])}


def english(expected: Mapping[str, str]) -> tuple[str, ...]:
    """What `expected.toml` says."""
    return tuple(expected[key] for key in ("file", "element", "code", "message", "advice"))


def told(problem: Problem) -> tuple[str, ...]:
    """The same of a finding."""
    return problem.file, problem.element, problem.code, problem.message_en, problem.advice_en


@pytest.mark.parametrize("name", CASES)
def test_a_refusal_names_file_element_and_remedy(name: str) -> None:
    expected = tomllib.loads((REFUSED / name / "expected.toml").read_text())
    found = check(refused_files(name))
    assert found.refused
    assert english(expected) in map(told, found.problems)
    assert {problem.file for problem in found.problems if problem.severity == "error"} == {expected["file"]}


@pytest.mark.parametrize("name", sorted(path.name for path in WARNED.iterdir()))
def test_a_warning_names_file_element_and_remedy_and_refuses_nothing(name: str) -> None:
    own = files_of(WARNED / name)
    expected = tomllib.loads(own.pop("expected.toml").decode())
    found = check({**files_of(PARCEL), **own})
    assert not found.refused
    assert [(told(problem), problem.severity) for problem in found.problems] == [(english(expected), "warning")]


@pytest.mark.parametrize("code", sorted(path.name for path in CURED.iterdir()))
def test_nothing_is_found_where_the_cause_is_gone(code: str) -> None:
    assert check({**files_of(PARCEL), **files_of(CURED / code)}).problems == ()


def test_a_broken_expression_hides_nothing_else_of_its_file() -> None:
    files = dict(files_of(PARCEL))
    text = files["return.bpmn"].decode().replace('camunda:formRef="check"', 'camunda:formRef="gone"')
    files["return.bpmn"] = text.replace('"CASHIER"', '"NOBODY"').encode()
    alone = {problem.message_en for problem in check(files).problems}
    assert alone == {"The form 'gone' is missing.", "The role 'NOBODY' is not in pack.toml."}
    files["return.bpmn"] = text.replace('"CASHIER"', '"NOBODY" camunda:assignee="= 1 +"').encode()
    both = {problem.message_en for problem in check(files).problems}
    assert alone < both
    assert any("cannot be read at line 1" in message for message in both - alone)


def test_a_file_that_is_too_large_hides_nothing_of_the_others() -> None:
    files = {**refused_files("user_task_without_stage"), "big.form": b" " * (MAX_BYTES[".form"] + 1)}
    assert {problem.file for problem in check(files).problems} == {"big.form", "refused.bpmn"}


def test_a_broken_decision_hides_no_decision_that_is_missing() -> None:
    files = {**refused_files("decision_unreadable"), "other.bpmn": refused_files("decision_missing")["refused.bpmn"]}
    files["other.bpmn"] = files["other.bpmn"].replace(b'id="refused"', b'id="other"')
    found = {problem.file for problem in check(files).problems}
    assert found == {"other.bpmn", "refused.dmn"}


def test_all_problems_of_the_manifest_are_told_at_once() -> None:
    files = dict(files_of(PARCEL))
    text = files["pack.toml"].decode().replace('facts = [{ label = "重量", feel = "weight" }]', "facts = [3]")
    text = text.replace('order = ["intake", "refund"]', 'order = ["intake", "refund", "gone"]')
    files["pack.toml"] = text.replace('by = "customer"', 'by = "nobody"').encode()
    found = check(files).problems
    assert {problem.file for problem in found} == {"pack.toml"}
    words = ("no table with label and feel", "names 'gone'", "must be one of customer, partner, system, staff")
    assert all(any(word in problem.message_en for problem in found) for word in words), found
    assert len(found) == len(words)


def test_the_pack_itself_has_no_problem() -> None:
    assert check(files_of(PARCEL)).problems == ()


def test_all_problems_of_all_files_are_told_at_once(house: House) -> None:
    files = dict(files_of(PARCEL))
    for name in ("user_task_without_stage", "form_without_id"):
        files.update(refused_files(name))
    files["other.bpmn"] = refused_files("script_in_python")["refused.bpmn"].replace(b'id="refused"', b'id="other"')
    with house.transaction() as connection, pytest.raises(ProblemsFound) as refused:
        house.engine.deploy(connection, files, actor="analyst", now=house.now)
    assert {problem.file for problem in refused.value.problems} == {"refused.bpmn", "forms/refused.form", "other.bpmn"}
    assert len(house.rows(deployment)) == 1, "nothing was stored"


@pytest.mark.parametrize(
    ("path", "data", "message"),
    [
        ("../escape.bpmn", b"", "not relative and plain"),
        ("/root.bpmn", b"", "not relative and plain"),
        ("a\\b.bpmn", b"", "not relative and plain"),
        ("line\nbreak.bpmn", b"", "not relative and plain"),
        ("big.bpmn", b" " * (MAX_BYTES[".bpmn"] + 1), "more than the 2097152 of its kind"),
        ("other.toml", b"", "do not belong to a pack"),
        ("noending", b"", "do not belong to a pack"),
    ],
)
def test_names_and_sizes_are_judged_of_each_file(path: str, data: bytes, message: str) -> None:
    found = check({**files_of(PARCEL), path: data})
    assert found.refused
    assert [problem.file for problem in found.problems] == [path]
    assert message in found.problems[0].message_en


def test_too_many_files_and_too_many_bytes_are_refused() -> None:
    many = {f"letters/{number}.docx": b"x" for number in range(MAX_FILES)}
    assert "more than 200" in check({**files_of(PARCEL), **many}).problems[0].message_en
    letter = b"x" * MAX_BYTES[".docx"]
    heavy = {f"letters/{number}.docx": letter for number in range(MAX_TOTAL // len(letter) + 1)}
    assert "larger than 50 MiB" in check({**files_of(PARCEL), **heavy}).problems[0].message_en


def test_a_diagram_of_very_many_elements_is_refused_before_it_fills_the_memory() -> None:
    wide = b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">' + b"<a/>" * 20_001 + b"</definitions>"
    found = check({**files_of(PARCEL), "wide.bpmn": wide})
    assert [(problem.file, "20000 elements" in problem.message_en) for problem in found.problems] == [
        ("wide.bpmn", True)
    ]


def test_a_topic_that_nobody_serves_is_warned_of_and_kept_with_the_deployment(house: House) -> None:
    files = files_of(PARCEL)
    files["return.bpmn"] = files["return.bpmn"].replace(b"parcel.label", b"parcel.lable")
    with house.transaction() as connection:
        made = house.engine.deploy(connection, files, actor="analyst", now=house.now)
    (warning,) = made.warnings
    assert (warning.file, warning.element, warning.severity) == ("return.bpmn", "st_label", "warning")


def test_callers_add_checks_of_their_own() -> None:
    own = Problem("forms/check.form", "c_check", "The field has no label.", "Give it one.")
    engine = Engine(parcel_handlers(), checks=[lambda files: [own] if "forms/check.form" in files else []])
    assert engine.check(files_of(PARCEL)) == (own,)
