"""Conditions answer as the browser's engine does.

`files/conditions.json` holds what `unaryTest` of @bpmn-io/feelin 6.1.1, used by form-js 1.23, answered for each
expression in each of the contexts.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine import feel
from forms.conditions import evaluate, holds

RECORD = json.loads((Path(__file__).parent / "files" / "conditions.json").read_text(encoding="utf-8"))
#: Null lies in no range for feelin; in ours (and in DMN 1.5, 10.3.2.8) the answer is null, which hides.
DIFFERENT = {("kva in [10..100]", 0), ("kva in [10..100]", 3)}
CASES = [
    pytest.param(source, context, answer, id=f"{source} in {number}")
    for source, answers in RECORD["hidden"].items()
    for number, (context, answer) in enumerate(zip(RECORD["contexts"], answers, strict=True))
    if (source, number) not in DIFFERENT
]


@pytest.mark.parametrize(("source", "context", "answer"), CASES)
def test_hidden_as_in_the_browser(source: str, context: dict[str, Any], answer: bool) -> None:
    assert holds(f"={source}", {name: feel.to_feel(value) for name, value in context.items()}) is answer


def test_text_that_is_no_expression_hides_nothing() -> None:
    assert not holds("true", {}) and not holds(None, {}) and not holds(True, {})


def test_an_expression_without_end_gives_nothing() -> None:
    endless = "=count(for a in 1..9999, b in 1..9999 return a * b) > 0"
    assert evaluate(endless, {}) is None and not holds(endless, {})
