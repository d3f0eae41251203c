"""An analyst changes one number of each kind in a table and an administrator activates it: the running site follows."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pytest

from engine import queries
from tests.bpmn.pack import files
from tests.conftest import Templates
from tests.web.companions import Company, company
from tests.web.conftest import request_id
from web import demo
from web.assets import Assets
from web.clock import Clock

LIMITS, FEES = "decisions/time_limits.dmn", "decisions/fee_list.dmn"
FACTORS, ESCALATION = "decisions/capacity_factors.dmn", "decisions/escalation.dmn"
PHONE = "13900139021"
HOME = {
    "business_type": "new",
    "customer_class": "RES",
    "name": "林晓",
    "id_type": "id_card",
    "id_no": "330108198807154326",
    "contact": "林晓",
    "phone": PHONE,
    "region": "binjiang",
    "address": "滨江区江畔路 8 号",
    "usage": "residential",
    "kva": 8,
    "voltage": "0.22",
    "devices": [{"name": "空调", "count": 2, "power": 2}],
    "privacy_agreed": True,
    "truth_stated": True,
}


#: File, what stands before the cell, the cell, and what an analyst makes of it.
EDITS: Final = (
    (LIMITS, '"supplement"', "<text>3</text>", "<text>5</text>"),
    (FEES, '"reliability_10"', "<text>210</text>", "<text>233</text>"),
    (FACTORS, '"commerce"', "<text>0.75</text>", "<text>0.25</text>"),
    (ESCALATION, "<rule", "&gt;= 80", "&gt;= 40"),
    (ESCALATION, '"remind"', "<text>80</text>", "<text>40</text>"),
)
CAPACITY, SUNSHINE = "/capacity?class=LV&industry=commerce&name=x&count=10&power=20", "/sunshine?class=HV1"


@dataclass(frozen=True)
class Changed:
    """The company after the change, and pages as they were before it."""

    firm: Company
    capacity: str
    sunshine: str
    figures: Mapping[str, str]


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory, templates: Templates, assets: Assets) -> Iterator[Changed]:
    home = tmp_path_factory.mktemp("company")
    with company(templates.sqlite(home / "yekuo.sqlite"), home, assets) as firm:
        before = firm.browser().get(CAPACITY).text, firm.browser().get(SUNSHINE).text, said(firm)
        activate(firm, edited())
        yield Changed(firm, *before)


def edited() -> dict[str, bytes]:
    """The pack with those cells changed."""
    found = {path: data.decode() for path, data in files().items() if path.startswith("decisions/")}
    for path, row, old, new in EDITS:
        before, mark, after = found[path].partition(row)
        assert mark and old in after, "the table says something else now"
        found[path] = before + mark + after.replace(old, new, 1)
    return {**files(), **{path: text.encode() for path, text in found.items()}}


def activate(firm: Company, pack: Mapping[str, bytes]) -> None:
    """An analyst hands the files in and an administrator puts them in force."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in pack.items():
            archive.writestr(name, data)
    packed.seek(0)
    made = firm.staff("analyst1").upload("/api/deployments", {"file": (packed, "connection.zip"), "note": "改几个数"})
    assert made.status_code == 201, made.text
    admin = firm.staff("admin1")
    assert admin.post("/api/session/proof", {"password": demo.PASSWORD}).status_code == 200
    approved = admin.post(f"/api/deployments/{made.json['id']}/approve")
    assert approved.status_code == 200, approved.text


def said(firm: Company) -> dict[str, str]:
    """The figures that the application form says on the portal."""
    page = firm.owner().get("/my/apply").text
    (found,) = re.findall(r'data-part="variables">(.*?)</script>', page, re.DOTALL)
    figures: dict[str, str] = json.loads(html.unescape(found))["figures"]
    return figures


def test_a_limit_is_said_by_the_form_and_listed_for_administrators(changed: Changed) -> None:
    assert (changed.figures["supplement_days"], said(changed.firm)["supplement_days"]) == ("3", "5")
    listed = changed.firm.staff("admin1").get("/api/limits").json["limits"]
    assert {row["days"] for row in listed if row["step"] == "supplement"} == {5}


def test_a_fee_is_published_with_its_new_price(changed: Changed) -> None:
    page = changed.firm.browser().get(SUNSHINE).text
    assert "210" in changed.sunshine and "233" not in changed.sunshine
    assert "233" in page and "210" not in page


def test_a_factor_changes_what_the_capacity_tool_advises(changed: Changed) -> None:
    page = changed.firm.browser().get(CAPACITY).text
    assert "0.75" in changed.capacity and "0.25" not in changed.capacity
    assert "0.25" in page and "0.75" not in page


def test_a_percentage_moves_the_moment_at_which_people_are_reminded(changed: Changed) -> None:
    firm = changed.firm
    made = firm.customer(PHONE).post("/api/cases", {"request_id": request_id(), "data": HOME})
    assert made.status_code == 201, made.text
    clock = Clock(firm.app)
    # From Friday half past three to Monday half past ten: a good 40 %, and not yet 80.
    firm.clock.pass_(hours=67)
    firm.known.clear()  # Nobody is signed in any more.
    with firm.app.test_request_context():
        while clock.tick() + clock.sweep():
            pass
    with firm.app.app_context(), firm.house.database.snapshot() as connection:
        (case,) = queries.instances(connection, business_key=made.json["case"])
        rows = queries.history(connection, case.id)
    steps = {(row.payload["step"], str(row.payload["percent"])) for row in rows if row.kind == "escalated"}
    assert steps == {("remind", "40")}


def test_the_page_of_limits_names_the_classes_of_customers(changed: Changed) -> None:
    page = changed.firm.staff("admin1").get("/admin/limits").text
    cells = re.findall(r'<td class="second">([^<]*)</td>', page)
    assert {"居民", "低压非居民、小微企业", "高压单电源"} <= set(cells)
    assert not [cell for cell in cells if re.search("RES|LV|MICRO|HV", cell)]
