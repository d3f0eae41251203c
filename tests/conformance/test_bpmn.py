"""The public BPMN cases of the corpora."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest

from tests.conformance import bpmn

pytestmark = pytest.mark.deep


def test_every_case_of_the_bpmn_corpus_runs(corpora: Path) -> None:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        status = bpmn.main([str(corpora / "operaton" / "cases.json"), str(corpora / "operaton")])

    assert status == 0, said.getvalue()
    assert said.getvalue().endswith("84 passed, 0 failed\n")
