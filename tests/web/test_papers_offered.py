"""The application tells which papers need not be handed in again before anything is uploaded."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from sqlalchemy import insert, select

from engine import feel
from tests.conftest import Templates
from tests.web.companions import NOW, OWNER, Company, company
from web.assets import Assets
from web.auth.models import party

STRANGER = "13900139077"


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory, templates: Templates, assets: Assets) -> Iterator[Company]:
    """The company; the shop whose papers follow belongs to the customer who can sign in, as its broken promise does."""
    home = tmp_path_factory.mktemp("company")
    with company(templates.sqlite(home / "yekuo.sqlite"), home, assets) as made:
        firm_owner = made.owner()
        assert firm_owner.get("/").status_code == 200
        with made.app.test_request_context(), made.house.database.transaction() as connection:
            row = {"business_key": made.cases["容缺受理"], "relation": "customer", "created_at": NOW}
            owned = select(party.c.user_id).where(party.c.business_key == made.cases["容缺逾期终止"])
            connection.execute(insert(party).values(**row, user_id=connection.scalar(owned)))
        yield made


def hints(firm: Company, phone: str) -> dict[str, str]:
    """The hints of the uploads by their keys."""
    browser = firm.owner() if phone == OWNER else firm.customer(phone)
    (schema,) = re.findall(r'data-part="schema">(.*?)</script>', browser.get("/my/apply").text, re.DOTALL)
    found: dict[str, str] = {}

    def walk(part: dict[str, Any]) -> None:
        if part.get("type") == "filepicker":
            found[part["key"]] = part.get("description", "")
        for one in part.get("components", ()):
            walk(one)

    walk(json.loads(unescape(schema)))
    return found


def conditions(hint: str) -> list[str]:
    return re.findall(r"\{\{#if (.*?)\}\}", hint)


def test_a_paper_that_still_counts_is_offered_with_its_case_and_its_last_day(firm: Company) -> None:
    found = hints(firm, OWNER)
    offered = {key for key, hint in found.items() if "不用再交" in hint}
    # The device list counts for one case only, the proof of property was never given, drawings belong to high voltage.
    assert offered == {"doc_business_licence", "doc_legal_person_id"}
    assert f"申请 {firm.cases['容缺受理']} 里交过，可用到 2029-11-" in found["doc_business_licence"]
    assert firm.cases["容缺逾期终止"] not in "".join(found.values()), "a case that ended over its papers lends none"


def test_the_offer_shows_for_the_same_applicant_only_and_else_the_usual_hint(firm: Company) -> None:
    hint = hints(firm, OWNER)["doc_business_licence"]
    offer, usual = conditions(hint)
    (tail,) = re.findall(r'"(\w{4})"\)', offer)
    typed = {"customer_class": "LV", "id_no": "330108198807154326", "other_id_no": None}
    for code, same in ((f"91330108MA2B7K{tail}", True), ("91330108MA2B7K3Q5H", False), (None, False)):
        context = {**typed, "credit_code": code}
        assert feel.compile(offer).evaluate(context) is same
        assert feel.compile(usual).evaluate(context) is not same
    assert "没有营业执照的交单位证明。" in hint


def test_somebody_else_is_offered_nothing(firm: Company) -> None:
    assert not [hint for hint in hints(firm, STRANGER).values() if "不用再交" in hint]
