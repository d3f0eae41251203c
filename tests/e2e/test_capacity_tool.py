"""帮我算 in a real browser: the devices of the form are worked out line by line, and the value goes into the form."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import Screenshot
from tests.conftest import Templates
from tests.e2e import answers
from tests.e2e.filling import Sheet, document, entries
from tests.e2e.people import Customer
from tests.e2e.site import CONNECTION, CONNECTION_STAFF, site
from tests.e2e.walk import FORMS


def test_a_customer_lets_the_capacity_be_worked_out(
    tmp_path: Path, templates: Templates, phone: Page, screenshot: Screenshot
) -> None:
    with site(tmp_path, templates, CONNECTION, CONNECTION_STAFF) as running:
        asked: list[str] = []
        phone.on("request", lambda request: asked.append(request.url))
        customer = Customer(running, phone, answers.PHONE)
        customer.sign_in()
        phone.goto(f"{running.url}/my/apply")
        sheet = Sheet(phone, document(FORMS, "application"))
        left = dict(answers.APPLICATION)
        kva = left.pop("kva")
        for _title, components in sheet.steps()[:3]:
            own = [one for one in left if _asks(components, one)]
            sheet.type(entries(components, {key: left.pop(key) for key in own}))
            if "devices" in own:
                break
            sheet.press()
        phone.get_by_role("link", name="帮我算").click()
        box = phone.locator("form-fill dialog[open]")
        expect(box).to_contain_text("÷ 功率因数 0.9 = 234.6 kVA")
        expect(box).to_contain_text("同类已送电客户只有 0 户")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        screenshot("portal_capacity", phone)
        box.get_by_role("button", name="采用 315 kVA").click()
        expect(box).to_have_count(0)
        expect(phone.get_by_label("申请容量")).to_have_value("315")
        assert kva != 315
        (url,) = [url for url in asked if "/capacity?" in url]
        assert not [secret for secret in answers.SECRETS if secret in url] and "phone" not in url


def test_the_calculator_is_a_page_for_everybody(
    tmp_path: Path, templates: Templates, phone: Page, screenshot: Screenshot
) -> None:
    with site(tmp_path, templates, CONNECTION, CONNECTION_STAFF) as running:
        phone.goto(f"{running.url}/capacity")
        phone.get_by_label("客户类别").select_option("RES")
        for number, (name, count, power) in enumerate([("空调", "2", "1.5"), ("热水器", "1", "2")], 1):
            for field, value in (("name", name), ("count", count), ("power", power)):
                phone.locator(f"#{field}-{number}").fill(value)
        phone.get_by_role("button", name="计算").click()
        expect(phone.locator(".advice")).to_contain_text("空调 2 台 × 1.5 kW + 热水器 1 台 × 2 kW = 5 kW")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        screenshot("capacity_page", phone, full_page=True)


def _asks(components: list[dict[str, object]], key: str) -> bool:
    return any(key in (one.get("key"), one.get("path")) or _asks(one.get("components", []), key) for one in components)  # type: ignore[arg-type]
