"""The public DMN TCK passes, but for the cases that the documentation lists by name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conformance.tck import cases

DOCS = Path(__file__).resolve().parents[2] / "docs" / "feel.md"

pytestmark = pytest.mark.deep


def test_the_dmn_tck_passes_but_for_the_cases_that_the_docs_list(corpora: Path) -> None:
    found = list(cases(corpora / "dmn-tck"))
    failed = {case.name.removeprefix("compliance-level-3/") for case in found if case.failure is not None}
    listed = set(re.findall(r"^- `(\d{4}-[^`]+)`", DOCS.read_text(encoding="utf-8"), re.MULTILINE))
    assert len(found) > 3000
    assert failed == listed
