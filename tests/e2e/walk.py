"""A case on its way through the whole site: staff at a desk, the customer on a phone, the public at a window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from playwright.sync_api import Page, expect

from tests.browser import Screenshot
from tests.e2e import answers
from tests.e2e.mark import FORM, assert_on_top
from tests.e2e.people import Customer, Staff
from tests.e2e.site import ROOT, Site

FORMS: Final = ROOT / "forms" / "connection"


@dataclass
class Walk:
    """The site, a desk, a phone, and the case that goes through them."""

    site: Site
    staff: Staff
    customer: Customer
    #: Where the public looks the progress up.
    public: Page
    screenshot: Screenshot
    case: str = ""
    public_number: str = ""

    def work(
        self, login: str, name: str, form: str, given: Mapping[str, Any], outcome: str = "", shot: str = ""
    ) -> None:
        """An hour later somebody takes the task from the inbox, fills its form in and presses a button of it."""
        self.site.work_hours(1)
        self.staff.sign_in(login)
        self.staff.take(self.case, name)
        sheet = self.staff.sheet(form, FORMS)
        if shot:
            assert_on_top(self.staff.page, FORM)
            self.screenshot(shot, self.staff.page)
        sheet.submit(given, outcome)
        self.site.settle()

    def answer(self, message: str, form: str, given: Mapping[str, Any], shot: str = "") -> None:
        """The customer signs in and does what the start page asks for."""
        self.site.work_hours(1)
        self.customer.sign_in()
        if shot:
            self.customer.page.goto(f"{self.site.url}/my/{self.case}/steps/{message}")
            assert_on_top(self.customer.page, FORM)
            self.screenshot(shot, self.customer.page, full_page=True)
        self.customer.answer(self.case, message, form, FORMS, given)
        self.site.settle()

    def check_progress(self, stage: str, state: str = "预计", shot: str = "") -> None:
        """The public page tells stage, state and predicted day by the number alone, and nothing about the customer."""
        page = self.public
        page.goto(f"{self.site.url}/progress")
        page.get_by_label("查询编号").fill(self.public_number)
        page.get_by_label("手机号后四位").fill(answers.PHONE[-4:])
        page.get_by_role("button", name="查询").click()
        expect(page.locator(".way li[aria-current=step]")).to_contain_text(stage)
        expect(page.locator("main")).to_contain_text(state)
        expect(page.locator("main")).not_to_contain_text("超期")
        expect(page.locator(".lead").first).to_contain_text("预计")
        shown = page.content()
        assert not [secret for secret in answers.SECRETS if secret in shown]
        if shot:
            self.screenshot(shot, page, full_page=True)
