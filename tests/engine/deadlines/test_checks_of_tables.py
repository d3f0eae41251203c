"""The tables of limits and of the escalation are checked with the deployment: ceilings, sources, gaps, roles."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine import Engine, Handlers
from engine.errors import Problem
from tests.bpmn.pack import files as pack_files
from tests.engine.core.house import files_of
from tests.engine.deadlines.conftest import PACK

LIMITS, STEPS = "decisions/time_limits.dmn", "decisions/escalation.dmn"


def problems(files: Mapping[str, bytes], path: str) -> list[Problem]:
    return [problem for problem in Engine(Handlers()).check(files) if problem.file == path]


def changed(path: str, *pairs: tuple[str, str]) -> list[Problem]:
    """What the checks say of the pack with some texts of one table replaced, besides what they say of it anyway."""
    files = pack_files()
    text = files[path].decode()
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    known = problems(files, path)
    return [problem for problem in problems({**files, path: text.encode()}, path) if problem not in known]


def test_a_limit_above_its_ceiling_is_warned_of_with_row_number_and_both_figures() -> None:
    found, *_practice = changed(LIMITS, ('out_1">\n          <text>8</text>', 'out_1">\n          <text>2</text>'))
    assert found.severity == "warning"
    assert "more than the 2 working day(s) of 供电监管办法 2009 文本" in found.message_en


def test_a_row_that_only_falls_back_to_the_usual_one_has_no_ceiling() -> None:
    told = [problem.message_en for problem in problems(pack_files(), LIMITS)]
    assert not any("(case)" in message or "(ut_accept)" in message for message in told)


@pytest.mark.parametrize(
    ("old", "new"),
    [('<text>"派工 1 + 勘查 2"</text>', "<text>null</text>"), ('"P1 §4.1(3)"', '""')],
    ids=["no source", "empty source"],
)
def test_a_limit_without_a_source_is_warned_of(old: str, new: str) -> None:
    (found,) = changed(LIMITS, (old, new))
    assert "does not say where its limit comes from" in found.message_en and "survey" in found.message_en


def test_a_status_that_is_neither_verified_nor_unverified_is_warned_of() -> None:
    (found,) = changed(LIMITS, ('<text>"verified"</text>', '<text>"law"</text>'))
    assert found.element == "time_limits 3" and 'the status "verified" or "unverified"' in found.advice_en


def test_a_stage_and_class_without_a_step_up_to_100_percent_is_a_gap() -> None:
    rows = ('in_1">\n          <text></text>', 'in_1">\n          <text>not("survey")</text>')
    found = changed(STEPS, rows, rows, rows)
    gaps = [problem.message_en for problem in found if "Nothing happens" in problem.message_en]
    assert gaps == [
        f"Nothing happens up to 100 % of the tasks of survey × {class_}."
        for class_ in ("RES", "LV", "MICRO", "HV1", "HV2")
    ]


def test_a_step_that_tells_an_unknown_role_is_refused() -> None:
    found = changed(STEPS, ('"SUPERVISION"', '"SUPERVISER"'))
    (wrong,) = [problem for problem in found if problem.severity == "error"]
    assert wrong.element == "yellow_card" and "'SUPERVISER'" in wrong.message_en and "SUPERVISION" in wrong.advice_en


def test_an_order_to_the_customer_is_refused() -> None:
    after = '</text>\n        </outputEntry>\n        <outputEntry id="escalation_row_9_out_4">'
    found = changed(STEPS, (f'"HEAD"{after}', f'"customer"{after}'))
    assert [problem.advice_en for problem in found] == ["An order is answered by a role or by the owner."]


def test_the_tables_of_a_pack_that_is_right_are_not_warned_of() -> None:
    files = files_of(PACK)
    assert problems(files, "escalation.dmn") == []
    assert {problem.element for problem in problems(files, "time_limits.dmn")} == {"time_limits_table"}
