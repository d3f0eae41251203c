"""The commitment that is signed (R16): which text in which version, and nobody signs another text than was shown."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bpmn.connection import commitment
from engine import BpmnError, Call, queries
from engine.models import wait
from tests.bpmn.pack import manifest
from tests.bpmn.test_records_of_a_case import Counter, uploads
from tests.bpmn.walk import MONDAY, NUMBER, Walk

SIGNER = {"commitment_signed_name": {"sealed": "s-signer", "kind": "name"}}


@pytest.fixture
def counter() -> Counter:
    return Counter()


def shown(case: Walk) -> dict[str, Any]:
    """The letter that the customer reads before signing."""
    (waiting,) = case.rows(wait, message="MSG_COMMITMENT_SIGNED")
    with case.transaction() as connection:
        known = queries.variables(connection, waiting.instance_id, now=case.now, token=waiting.token)
    return dict(known["commitment"])


def test_version_and_hash_of_exactly_the_shown_text_are_kept_with_who_signed_when(
    begin: Callable[..., Walk], counter: Counter
) -> None:
    case = begin("LV", desk=counter.desk(), **uploads("LV", "property_proof"), commitment_offered=True)
    letter = shown(case)
    case.later(hours=1)
    case.send("MSG_COMMITMENT_SIGNED", **SIGNER)
    with case.transaction() as connection:
        signed = commitment.signed(connection, NUMBER)
    assert signed is not None
    assert signed.text_sha256 == hashlib.sha256(letter["text"].encode()).hexdigest() == letter["sha256"]
    assert (signed.letter, signed.version) == ("commitment", manifest()["letters"]["commitment"]["version"])
    assert (signed.signer_seal, signed.capacity, signed.signed_by, signed.signed_at) == (
        "s-signer",
        "self",
        "portal",
        case.now,
    )
    assert "产权" in letter["text"] and NUMBER in letter["text"]


def test_a_text_that_is_not_the_shown_one_is_not_recorded() -> None:
    def untouched() -> Any:
        raise AssertionError("Nothing is written.")

    text = "本人承诺材料真实。"
    letter = {"letter": "commitment", "version": "1", "text": text, "sha256": hashlib.sha256(text.encode()).hexdigest()}
    place = ("connection.record_commitment", "i", "d", NUMBER, "svc_record_commitment")
    changed = {"commitment": {**letter, "text": text + "可以不真实。"}, "commitment_capacity": "self", **SIGNER}
    call = Call(*place, changed, "k", MONDAY, "portal", connect=untouched)
    with pytest.raises(BpmnError) as refused:
        commitment.record_commitment(Counter().desk(), call)
    assert refused.value.code == "COMMITMENT_CHANGED"
    with pytest.raises(AssertionError, match="Nothing is written"):
        commitment.record_commitment(Counter().desk(), replace(call, variables={**changed, "commitment": letter}))
