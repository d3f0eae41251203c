"""A deputy acts in somebody's place, and a lead hands on what somebody holds, at the desk and on a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import Screenshot, opened
from tests.e2e.filling import Sheet, document
from tests.e2e.people import Staff
from tests.e2e.returns import FORMS, Returns

pytestmark = pytest.mark.e2e


def test_a_deputy_does_the_task_of_the_absent_and_the_record_names_both(
    page: Page, returns: Returns, screenshot: Screenshot
) -> None:
    site, desk = returns.site, Staff(returns.site, page)
    case = returns.hand_in(page, parcel_number="20267701")
    desk.take(case, "验收包裹")
    page.locator("#me > summary").click()
    page.locator("#me").get_by_role("link", name="离岗代理").click()
    page.get_by_label("从哪天起").fill(desk.today.isoformat())
    page.get_by_label("到哪天为止（含）").fill((desk.today + timedelta(days=1)).isoformat())
    page.get_by_label("代理人").select_option(label="窗口乙 ·  · N-desk2")
    page.get_by_role("button", name="登记离岗").click()
    expect(page.get_by_role("heading", name="已登记")).to_be_visible()
    screenshot("absence", page)

    desk.sign_in("desk2")
    row = desk.row(case, "验收包裹")
    expect(row).to_contain_text("代 窗口甲")
    screenshot("deputy_inbox", page)
    desk.take(case, "验收包裹")
    expect(page.get_by_text("您代理窗口甲办理。")).to_be_visible()
    Sheet(page, document(FORMS, "check")).submit({}, "accept")
    page.goto(f"{site.url}/cases/{case}/record")
    expect(page.locator("main")).to_contain_text("窗口乙（代窗口甲）")

    desk.sign_in("desk1")
    page.goto(f"{site.url}/absence")
    page.get_by_role("button", name="已回岗，结束代理").click()
    expect(page.get_by_role("heading", name="已登记")).to_be_hidden()


@pytest.mark.parametrize("width", [1440, 390])
def test_a_lead_hands_on_what_somebody_holds(
    browser: Browser, page: Page, returns: Returns, screenshot: Screenshot, width: int
) -> None:
    case = returns.hand_in(page, parcel_number=f"2026880{width // 390}")
    Staff(returns.site, page).take(case, "验收包裹")
    with opened(browser, viewport={"width": width, "height": 900}) as other:
        lead = Staff(returns.site, other)
        lead.sign_in("lead1")
        other.goto(f"{returns.site.url}/workload?role=DESK")
        screenshot(f"workload_{width}", other)
        assert other.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        other.get_by_role("link", name="窗口甲", exact=True).click()
        other.get_by_label(f"选择验收包裹 {case}").check()
        other.get_by_label("转给").select_option(index=1)
        other.get_by_label("原因").fill("窗口甲去培训")
        other.get_by_role("button", name="转办选中的任务").click()
        outcome = other.locator("#outcome")
        expect(outcome).to_contain_text("已转办 1 件，共选 1 件。")
        expect(outcome).to_contain_text("窗口乙")
        screenshot(f"reassigned_{width}", other)
        assert other.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        other.goto(f"{returns.site.url}/cases/{case}/record")
        expect(other.locator("main")).to_contain_text("窗口甲去培训")
