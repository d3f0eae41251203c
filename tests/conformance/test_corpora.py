"""The public corpora, case by case: `make deep` runs them where YEKUO_CORPORA or ../shared/corpora holds them."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest

from tests.conformance import bpmn, tck

pytestmark = pytest.mark.deep

#: Cases of the DMN TCK that fail today; the number may only fall.
TCK_OPEN = 13


def test_the_decisions_of_the_dmn_tck_are_evaluated_as_it_says(corpora: Path) -> None:
    cases = list(tck.cases(corpora / "dmn-tck"))
    failed = [f"{case.name}: {case.failure}" for case in cases if case.failure is not None]

    assert len(cases) > 3_000
    assert len(failed) <= TCK_OPEN, "\n".join(failed)


def test_every_case_of_the_bpmn_corpus_runs(corpora: Path) -> None:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        status = bpmn.main([str(corpora / "operaton" / "cases.json"), str(corpora / "operaton")])

    assert status == 0, said.getvalue()
    assert said.getvalue().endswith("84 passed, 0 failed\n")
