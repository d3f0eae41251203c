"""axe finds nothing to mend on the pages, in both themes and at both widths."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.frontend.conftest import Supply
from tests.frontend.test_in_browser import enter

pytestmark = pytest.mark.e2e

AXE = (Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
#: WCAG 2.2 AA; the landmarks and headings inside form-js and bpmn-js are theirs.
RUN = """async () => {
    const found = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] });
    const places = one => one.nodes.map(node => node.target.join(" ")).slice(0, 4).join(" | ");
    return found.violations.map(one => `${one.id}: ${places(one)}`);
}"""


@pytest.fixture(scope="module")
def case(supply: Supply) -> str:
    return supply.apply(supply.customer())


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found: list[str] = page.evaluate(RUN)
    return found


@pytest.mark.parametrize("path", ["/", "/sign-in", "/progress", "/sunshine", "/login"])
def test_pages_for_everybody_are_accessible(page: Page, supply: Supply, path: str) -> None:
    page.goto(supply.url + path)

    assert violations(page) == []


@pytest.mark.parametrize("path", ["/", "/my/apply?step=3", "/my/{case}", "/my/{case}/steps/MSG_WITHDRAW"])
def test_pages_of_a_customer_are_accessible_in_the_dark(phone: Page, supply: Supply, case: str, path: str) -> None:
    enter(phone, supply, supply.customer())
    phone.context.add_cookies([{"name": "theme", "value": "dark", "url": supply.url}])
    phone.goto(supply.url + path.format(case=case))
    phone.wait_for_load_state("networkidle")

    assert violations(phone) == []


@pytest.mark.parametrize("path", ["/inbox?tab=groups", "/cases", "/cases/{case}", "/cases/{case}/limits"])
def test_pages_of_staff_are_accessible(page: Page, supply: Supply, case: str, path: str) -> None:
    enter(page, supply, supply.signed_in("clerk"))
    page.goto(supply.url + path.format(case=case))
    page.wait_for_load_state("networkidle")

    assert violations(page) == []
