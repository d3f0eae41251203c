"""The conformance runner: every step kind and expectation of its format, and that each of them can fail."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conformance import bpmn

FOLDER = Path(__file__).parent / "cases"
CASES: list[dict[str, Any]] = json.loads((FOLDER / "cases.json").read_text(encoding="utf-8"))
FAILING: list[dict[str, Any]] = json.loads((FOLDER / "failing.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_case_runs(case: dict[str, Any]) -> None:
    bpmn.run_case(case, FOLDER)


@pytest.mark.parametrize("case", FAILING, ids=lambda case: case["id"])
def test_a_wrong_expectation_fails_and_says_why(case: dict[str, Any]) -> None:
    with pytest.raises(bpmn.Failed, match=re.escape(case["says"])):
        bpmn.run_case(case, FOLDER)


def test_every_step_kind_has_cases_that_hold_and_cases_that_fail() -> None:
    words = {*bpmn._STEPS, "parse", "elements"}
    held, failed = ({word for case in cases for step in case["steps"] for word in step} for cases in (CASES, FAILING))
    assert words <= held
    # Acts without a subject cannot miss it.
    assert words - failed == {"signal", "advance", "set"}


def test_every_model_has_a_case() -> None:
    told = {path for case in CASES for path in (case["path"], *case.get("also", []))}
    assert told == {path.name for path in FOLDER.iterdir() if path.suffix != ".json"}


def test_the_command_tells_what_passed_and_what_failed(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    mixed = tmp_path / "cases.json"
    mixed.write_text(json.dumps([*CASES[:3], FAILING[0]]), encoding="utf-8")
    command = [sys.executable, str(root / "tests" / "conformance" / "bpmn.py"), str(mixed), str(FOLDER)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 1, done.stderr
    assert done.stdout.splitlines()[-1] == "3 passed, 1 failed"
    assert done.stdout.startswith("FAILED other tasks: Failed: step 1 ")
