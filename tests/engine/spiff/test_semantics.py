"""What BPMN 2.0 says, row by row: small models named by what they show, with cases in the format of the public corpora.

Repetitions, boundary events, errors, escalations, event sub-processes, compensation, transactions, gateways, ends,
links, conditions, data, lanes and calls; the state is saved and restored before every step.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.bpmn import run_case

FOLDER = Path(__file__).parent / "semantics"
CASES: list[dict[str, Any]] = json.loads((FOLDER / "cases.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_model_runs_as_its_name_says(case: dict[str, Any]) -> None:
    run_case(case, FOLDER)


def test_every_model_has_a_case_and_its_name() -> None:
    assert {case["path"] for case in CASES} == {path.name for path in FOLDER.glob("*.bpmn")}
    assert all(case["path"] == case["id"].replace(" ", "_") + ".bpmn" for case in CASES)
