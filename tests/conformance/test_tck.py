"""The public DMN TCK, run from the folder that YEKUO_CORPORA names (it holds `dmn-tck`)."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.conformance.tck import cases

DOCS = Path(__file__).resolve().parents[2] / "docs" / "feel.md"


@pytest.mark.deep
def test_the_dmn_tck_passes_but_for_the_cases_that_the_docs_list() -> None:
    folder = Path(os.environ.get("YEKUO_CORPORA", "")) / "dmn-tck"
    if not os.environ.get("YEKUO_CORPORA") or not folder.is_dir():
        reason = "YEKUO_CORPORA names no folder with dmn-tck: the TCK was not run"
        print(reason)
        pytest.skip(reason)
    found = list(cases(folder))
    failed = {case.name.removeprefix("compliance-level-3/") for case in found if case.failure is not None}
    listed = set(re.findall(r"^- `(\d{4}-[^`]+)`", DOCS.read_text(encoding="utf-8"), re.MULTILINE))
    assert len(found) > 3000
    assert failed == listed
