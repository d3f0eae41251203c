"""The people of the tests at their browsers: staff on the desktop, the customer on the phone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.filling import Sheet, document, entries
from tests.e2e.site import PASSWORD, ZONE, Site


class Staff:
    """A desk in the office at which different people sign in."""

    def __init__(self, site: Site, page: Page) -> None:
        self.site, self.page = site, page

    @property
    def today(self) -> date:
        return self.site.moment.astimezone(ZONE).date()

    def sign_in(self, login: str, home: str = "inbox") -> None:
        """Sit down as somebody else, who comes to the page `home`; the session of the person before is not theirs."""
        leave(self.page)
        self.page.goto(f"{self.site.url}/login")
        self.page.get_by_label("账号").fill(login)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.page.get_by_label("密码").press("Enter")
        self.page.wait_for_url(f"**/{home}")

    def row(self, case: str, name: str) -> Locator:
        """The task in the inbox, free or given to this person already; a click away is its preview."""
        found = self.page.locator("tr[data-row]").filter(has=self.page.get_by_role("link", name=name, exact=True))
        for tab in ("groups", "mine"):
            self.page.goto(f"{self.site.url}/inbox?tab={tab}&q={case}")
            if found.count():
                break
        return found

    def take(self, case: str, name: str) -> None:
        """Look at the task in the inbox and take it, or go on with what one has; its page opens."""
        self.row(case, name).click()
        peek = self.page.locator("#peek")
        peek.get_by_role("button", name="领取并办理").or_(peek.get_by_role("link", name="继续办理")).click()
        self.page.wait_for_url("**/tasks/*")

    def sheet(self, form: str, folder: Path) -> Sheet:
        """The designed form on the page that is open."""
        expect(self.page.locator("form-fill .fjs-form, form-fill .fjs-container").first).to_be_visible()
        return Sheet(self.page, document(folder, form))


class Customer:
    """The customer's phone."""

    def __init__(self, site: Site, page: Page, number: str) -> None:
        self.site, self.page, self.number = site, page, number

    def sign_in(self) -> None:
        """By a code that comes as a text message; Enter in the code field signs in."""
        leave(self.page)
        self.page.goto(f"{self.site.url}/sign-in")
        self.page.get_by_label("手机号").fill(self.number)
        with self.page.expect_response("**/api/session/code") as sent:
            self.page.get_by_role("button", name="发验证码").click()
        assert sent.value.ok
        self.page.get_by_label("验证码").fill(self.site.last_code(self.number))
        self.page.get_by_label("验证码").press("Enter")
        self.page.wait_for_url(f"{self.site.url}/")

    def answer(self, case: str, message: str, form: str, folder: Path, answers: Mapping[str, Any]) -> None:
        """From the card on the start page to the step, and back to the case when it is sent."""
        self.page.goto(f"{self.site.url}/")
        self.page.locator(f'a.btn-primary[href$="/my/{case}/steps/{message}"]').click()
        expect(self.page.locator("form-fill .fjs-container").first).to_be_visible()
        Sheet(self.page, document(folder, form)).submit(answers)
        self.page.wait_for_url(f"**/my/{case}")

    def apply(self, form: str, folder: Path, answers: Mapping[str, Any], slip: tuple[str, str]) -> str:
        """The application in steps, with one field mistyped at first; the number of the new case."""
        self.page.goto(f"{self.site.url}/")
        self.page.get_by_role("link", name="申请用电").first.click()
        sheet = Sheet(self.page, document(folder, form))
        steps = sheet.steps()
        self._fill(sheet, {**answers, slip[0]: slip[1]})
        sheet.press()
        expect(self.page.locator("form-fill .errors")).to_contain_text("有 1 处要改")
        expect(self.page.locator("h1[data-part=step-title]")).to_have_text(steps[0][0])
        expect(self.page.locator(".fjs-has-errors")).to_have_count(1)
        sheet.type(entries(steps[0][1], {slip[0]: answers[slip[0]]}))
        for title, _ in steps[1:]:
            sheet.press()
            expect(self.page.locator("h1[data-part=step-title]")).to_have_text(title)
        sheet.go_on()
        return self.page.url.rsplit("/", 1)[1]

    def _fill(self, sheet: Sheet, answers: Mapping[str, Any]) -> None:
        left, steps = dict(answers), sheet.steps()
        for number, (title, components) in enumerate(steps, 1):
            expect(self.page.locator("h1[data-part=step-title]")).to_have_text(title)
            count = f"第 {number} 步，共 {len(steps)} 步"
            expect(self.page.locator(".step-bar [data-part=step-count]")).to_have_text(count)
            own = {key: left.pop(key) for key in list(left) if _has(components, key)}
            sheet.type(entries(components, own))
            if number < len(steps):
                sheet.press()
                sheet.expect_no_refusal()
        assert not left, f"no step asks for {sorted(left)}"


def leave(page: Page) -> None:
    """Forget who was signed in. The page goes first: what it still asks would bring the cookie back."""
    page.goto("about:blank")
    page.context.clear_cookies()


def _has(components: list[Any], key: str) -> bool:
    return any(key in (one.get("key"), one.get("path")) or _has(one.get("components", []), key) for one in components)
