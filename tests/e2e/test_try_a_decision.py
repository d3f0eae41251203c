"""A decision is tried beside its table: labelled inputs that know their words, and the row that fires is lit."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Screenshot
from tests.e2e.returns import Returns
from tests.e2e.site import ROOT
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


def test_where_a_row_comes_from_is_shown_and_changed_in_fields_of_its_own(
    page: Page, returns: Returns, screenshot: Screenshot
) -> None:
    studio = Studio(returns.site, page)
    studio.begin()
    studio.upload([ROOT / "bpmn" / "connection" / "decisions" / "time_limits.dmn"], "other")
    studio.open("other/time_limits.dmn")
    facts = page.locator("row-facts")
    expect(facts).to_contain_text("行未核实")
    page.locator("td[data-element-id=time_limits_row_2_in_1]").click()
    expect(facts.get_by_label("依据")).to_have_value("2025 年意见")
    expect(facts.get_by_label("状态")).to_have_value("未核实")
    expect(facts.get_by_label("生效")).to_have_value("2026-01-01")

    facts.get_by_label("状态").select_option("已核实")
    facts.get_by_label("生效").fill("2026-07-01")
    facts.get_by_label("依据").fill("P9 §2")
    screenshot("studio_row_facts", page)
    studio.save()

    assert "<description>依据：P9 §2；状态：已核实；生效：2026-07-01</description>" in studio.stored(
        "other/time_limits.dmn"
    )
