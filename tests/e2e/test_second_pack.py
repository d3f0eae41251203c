"""Another business, parcel returns, goes through the same pages with its own roles, words, form, decision and timer."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Screenshot
from tests.e2e.filling import Sheet, document
from tests.e2e.people import Staff
from tests.e2e.returns import FORMS, Returns

pytestmark = pytest.mark.e2e


def test_a_return_goes_through_inbox_and_case_page(page: Page, returns: Returns, screenshot: Screenshot) -> None:
    site, desk = returns.site, Staff(returns.site, page)
    case = returns.hand_in(page, parcel_number="20265521", weight=12500)

    desk.sign_in("desk2")
    row = desk.row(case, "验收包裹")
    expect(row).to_contain_text("12500 克")  # a column of the pack's inbox
    expect(row).to_contain_text("北店")
    row.click()
    expect(page.locator("#peek")).to_contain_text("退货 20265521")  # the pack's title of a case
    screenshot("second_pack_inbox", page)
    desk.take(case, "验收包裹")
    Sheet(page, document(FORMS, "check")).submit({"remark": "外包装完好"}, "accept")

    page.goto(f"{site.url}/cases/{case}")
    expect(page.locator("body")).not_to_contain_text("sealed")
    expect(page.locator(".strip").first).to_contain_text("12500 克")  # its facts
    expect(page.locator(".stages")).to_contain_text("入库")  # its stages
    expect(page.locator("bpmn-view .djs-shape[data-element-id=ut_shelve]")).to_be_visible()
    screenshot("second_pack_case", page)

    # A click on a finished step opens what it decided.
    page.get_by_role("button", name="全图").click()
    page.locator("bpmn-view .djs-shape[data-element-id=ut_check]").click()
    page.wait_for_url("**/results?step=*")
    expect(page.locator("details.result[open]")).to_contain_text("外包装完好")
    screenshot("second_pack_results", page)

    desk.sign_in("warehouse1")
    desk.take(case, "上架")
    Sheet(page, document(FORMS, "shelve")).submit({"shelf": "A-17"})
    desk.sign_in("lead1")
    desk.take(case, "退款")
    Sheet(page, document(FORMS, "refund")).submit({}, "agree")

    instance = site.instance(case)
    assert (instance.state, instance.end_event) == ("ended", "e_done")
    page.goto(f"{site.url}/cases/{case}")
    expect(page.locator("body")).to_contain_text("退货完成")


def test_a_return_without_receipt_ends_by_its_own_timer(page: Page, returns: Returns) -> None:
    desk = Staff(returns.site, page)
    case = returns.hand_in(page, parcel_number="20260007")
    desk.take(case, "验收包裹")
    Sheet(page, document(FORMS, "check")).submit({}, "receipt")

    returns.site.pass_time(days=6, hours=23)
    assert returns.site.instance(case).state == "running"
    returns.site.pass_time(hours=2)

    instance = returns.site.instance(case)
    assert (instance.state, instance.end_event) == ("ended", "e_lapsed")
