"""A decision is tried beside its table: labelled inputs that know their words, and the row that fires is lit."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Screenshot
from tests.e2e.returns import Returns
from tests.e2e.studio import Studio
from tests.e2e.test_export import DESKTOP

pytestmark = pytest.mark.e2e


def test_the_row_that_fires_is_lit_in_the_table(page: Page, returns: Returns, screenshot: Screenshot) -> None:
    studio = Studio(returns.site, page)
    studio.begin()
    studio.upload([DESKTOP / "fares.dmn"])
    studio.open("fares.dmn")

    person = page.get_by_label("人 person · string")
    assert person.evaluate("field => [...field.list.options].map(one => one.value)") == ["经理", "职员"]
    person.fill("经理")
    page.locator("try-decision").get_by_role("button", name="试算").click()

    expect(page.locator("try-decision")).to_contain_text("第 1 行符合")
    lit = page.locator("tr.is-fired")
    expect(lit).to_have_count(1)
    expect(lit).to_contain_text("经理 & 夜里")
    assert lit.locator("td").nth(1).evaluate("cell => getComputedStyle(cell).backgroundColor") != "rgba(0, 0, 0, 0)"
    screenshot("studio_try", page)

    person.fill("职员")
    page.locator("try-decision").get_by_role("button", name="试算").click()
    expect(page.locator("try-decision")).to_contain_text("没有一行符合")
    expect(lit).to_have_count(0)
