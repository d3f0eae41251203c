"""With the real desk: what a customer gave in one case is found again by the sealed identity and copied, encrypted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bpmn.connection import Desk
from engine import documents, seals
from engine.models import document
from engine.seals import Sealer
from tests.bpmn.walk import PAPERS, Walk
from web.desk import MAKER, make_desk

Begin = Callable[..., Walk]
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
COMPANY = "91320200MA1XYZAB12"


@pytest.fixture
def sealer() -> Sealer:
    return Sealer({"k1": b"o" * 32}, "k1", b"i" * 32)


@pytest.fixture
def desk(sealer: Sealer, tmp_path: Path) -> Desk:
    return make_desk(sealer, tmp_path)


@pytest.fixture
def first(begin: Begin, desk: Desk, sealer: Sealer, tmp_path: Path) -> Walk:
    """A case of a company whose business licence is really there."""
    case = begin("LV", desk=desk, documents=[])
    with case.transaction() as connection:
        more = {"business_key": "26-11-0001", "actor": "customer", "now": case.now}
        facts = {"name": "营业执照.pdf", "data": PDF, "type": "business_licence"}
        documents.store(connection, sealer, tmp_path, **facts, **more)
        seals.store(connection, sealer, {"credit_code": ("credit_code", COMPANY)}, **more)
    return case


def again(case: Walk, sealer: Sealer, code: str, *left_out: str, number: str = "26-11-0002") -> dict[str, Any]:
    """Apply anew with everything but some papers; what the new case knows."""
    case.number = number
    with case.transaction() as connection:
        sealed = seals.store(
            connection,
            sealer,
            {"credit_code": ("credit_code", code)},
            business_key=number,
            actor="customer",
            now=case.now,
        )
    papers = {f"doc_{kind}": [f"d-{kind}"] for kind in PAPERS["LV"] if kind not in left_out}
    identity = {"sealed": sealed["credit_code"], "kind": "credit_code"}
    case.start("LV", **papers, credit_code=identity)
    return case.variables()


def test_a_licence_given_before_is_copied_to_the_new_case(first: Walk, sealer: Sealer, tmp_path: Path) -> None:
    found = again(first, sealer, COMPANY, "business_licence", "device_list")
    assert found["missing"] == ["device_list"]
    (row,) = first.rows(document, business_key="26-11-0002")
    assert (row.type, row.uploaded_by) == ("business_licence", MAKER)
    (paper,) = [one for one in found["documents"] if one["type"] == "business_licence"]
    assert (paper["id"], paper["case"], paper["given_on"]) == (row.id, "26-11-0001", "2026-11-16")
    with first.transaction() as connection:
        copy = documents.read(connection, sealer, tmp_path, row.id)
    assert (copy.name, copy.data) == ("营业执照.pdf", PDF)
    assert PDF not in (tmp_path / row.id[:2] / row.id).read_bytes()


def test_nobody_elses_papers_are_taken_over(first: Walk, sealer: Sealer) -> None:
    found = again(first, sealer, "91320200MA1OTHER99", "business_licence")
    assert found["missing"] == ["business_licence"]
    assert first.rows(document, business_key="26-11-0002") == []


def test_papers_of_a_case_that_ended_over_a_false_one_are_not_taken_over(first: Walk, sealer: Sealer) -> None:
    again(first, sealer, COMPANY, "business_licence")
    first.do("ut_accept", outcome="false", suspected=["property_proof"])
    first.do("ut_false_document", outcome="terminate")
    with first.transaction() as connection:
        mine = document.c.business_key == "26-11-0001"
        connection.execute(document.update().where(mine).values(business_key="26-11-0002"))
    found = again(first, sealer, COMPANY, "business_licence", number="26-11-0003")
    assert found["missing"] == ["business_licence"]
