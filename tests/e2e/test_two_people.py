"""Two people on one task: the second one is told who was faster, and keeps what they typed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import Screenshot, opened
from tests.e2e.filling import Sheet, document, entries
from tests.e2e.people import Staff
from tests.e2e.returns import FORMS, Returns

pytestmark = pytest.mark.e2e


def test_the_slower_one_sees_who_was_faster_and_keeps_what_was_typed(
    browser: Browser, page: Page, returns: Returns, screenshot: Screenshot
) -> None:
    case = returns.hand_in(page, parcel_number="20264410")
    schema = document(FORMS, "check")
    with opened(browser, viewport={"width": 1440, "height": 900}) as other:
        slow, fast = Staff(returns.site, page), Staff(returns.site, other)
        slow.sign_in("desk1")
        slow.take(case, "验收包裹")
        typed = Sheet(page, schema)
        typed.type(entries(schema["components"], {"account": "622848040256", "remark": "左下角破了一处"}))

        # The lead gives the task to the colleague, who is done before the first one presses the button.
        lead = Staff(returns.site, other)
        lead.sign_in("lead1")
        other.goto(page.url)
        other.get_by_role("button", name="改派", exact=True).click()
        receiver = other.get_by_label("转给").locator("option").filter(has_text="窗口乙").get_attribute("value")
        other.get_by_label("转给").select_option(receiver)
        other.get_by_role("textbox", name="原因").fill("窗口甲在接电话")
        with other.expect_navigation():
            other.get_by_role("button", name="转办任务").click()
        fast.sign_in("desk2")
        other.goto(page.url)
        Sheet(other, schema).submit({"remark": "已当面验收"}, "accept")

        typed.press("accept")

    summary = page.locator("form-fill .errors")
    expect(summary).to_contain_text("窗口乙")
    screenshot("two_people", page)
    assert page.locator('textarea[id$="-f_remark"]').input_value() == "左下角破了一处"
    assert page.locator('[id$="-f_account"]').input_value() == "622848040256"
    assert returns.site.open_tasks(case) == {"ut_shelve"}


def test_of_two_who_take_one_task_the_second_sees_who_has_it(browser: Browser, page: Page, returns: Returns) -> None:
    case = returns.hand_in(page, parcel_number="20264411")
    with opened(browser, viewport={"width": 1440, "height": 900}) as other:
        slow, fast = Staff(returns.site, page), Staff(returns.site, other)
        slow.sign_in("desk1")
        slow.row(case, "验收包裹").click()
        expect(page.locator("#peek").get_by_role("button", name="领取并办理")).to_be_visible()
        fast.sign_in("desk2")
        fast.take(case, "验收包裹")

        page.locator("#peek").get_by_role("button", name="领取并办理").click()

    expect(page.locator("#peek")).to_contain_text("窗口乙")
