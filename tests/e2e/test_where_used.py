"""Who uses a form is told beside it, with links that choose the element, and before it is taken out."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Screenshot
from tests.e2e.returns import Returns
from tests.e2e.studio import Studio

pytestmark = pytest.mark.e2e

FORM = "forms/shelve.form"


def test_a_form_leads_to_the_step_that_shows_it(page: Page, returns: Returns) -> None:
    studio = Studio(returns.site, page)
    studio.begin()
    studio.open(FORM)
    used = page.locator("outline-list .uses")
    used.locator("summary").click()
    used.get_by_role("link", name="上架").click()

    studio.ready("parcel_return.bpmn")
    expect(page.locator(".bio-properties-panel-header-label")).to_have_text("上架")


def test_a_form_in_use_is_taken_out_only_after_a_warning(page: Page, returns: Returns, screenshot: Screenshot) -> None:
    studio = Studio(returns.site, page)
    studio.begin()
    row = page.locator("tr", has=page.get_by_role("link", name=FORM))
    row.get_by_role("button", name="移出", exact=True).click()
    dialog = row.locator("dialog")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("上架")
    screenshot("studio_take_out", page)
    dialog.get_by_role("button", name="取消").click()
    expect(row).not_to_contain_text("恢复原样")

    row.get_by_role("button", name="移出", exact=True).click()
    dialog.get_by_role("button", name="仍然移出").click()
    expect(row.get_by_role("button", name="恢复原样")).to_be_visible()
