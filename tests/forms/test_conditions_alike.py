"""What the form check lets through as a condition is answered alike in the browser's engine and on the server."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from engine import feel
from engine.feel import portable
from forms.conditions import holds
from tests.forms.conditions_by_chance import SHAPES, Conditions
from tests.node import answers, program

SCRIPT = Path(__file__).parent / "parity" / "conditions.mjs"
CONDITIONS = 60_000


def test_an_outer_not_is_one_of_unary_tests_and_an_inner_one_is_not() -> None:
    for text, inner in [
        ("not(ok)", "ok"), (" not (ok) // so", "ok"), ("/* so */ not((ok))", "(ok)"), ("not(not(ok))", "not(ok)"),
        ("not(ok) = true", None), ("(not(ok))", None), ("not(a) and not(b)", None), ('not(")")', '")"'),
        ("no(ok)", None), ("not(ok", None),
    ]:  # fmt: skip
        assert portable.negated(text) == inner, text
    assert holds("=not(ok)", {"ok": None}) is False
    assert holds("=not(not(ok))", {"ok": None}) is holds("=not(not(not(ok)))", {"ok": None}) is False


@pytest.mark.deep
def test_conditions_by_chance_that_the_form_check_lets_through_are_answered_alike(tmp_path: Path) -> None:
    conditions = Conditions(Random(7))
    tried = [(conditions.any(), conditions.data()) for _ in range(CONDITIONS)]
    asked = [pair for pair in tried if not portable.condition(pair[0], SHAPES)]
    theirs = answers(program(), SCRIPT, asked, tmp_path)
    ours = [holds(f"={source}", exact(data)) for source, data in asked]
    assert [pair for pair, mine, other in zip(asked, ours, theirs, strict=True) if mine != other] == []
    assert len(asked) > CONDITIONS // 2 and set(theirs) == {True, False}


def exact(data: object) -> dict[str, object]:
    """The data of a form as the server reads them."""
    read = json.loads(json.dumps(data), parse_float=Decimal)
    return {name: feel.to_feel(value) for name, value in read.items()}
