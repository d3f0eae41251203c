"""Administrators keep the calendar in the browser: drag, keys, tools, notices; time limits and due dates by hand."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Screenshot
from tests.frontend.conftest import Supply
from tests.frontend.test_in_browser import NARROW, enter
from tests.web.test_calendar import NOTICE
from web import almanac

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def house(supply: Supply) -> Supply:
    """With a calendar, a second administrator's eyes elsewhere, and a case whose deadlines run."""
    with supply.app.app_context(), supply.house.database.transaction() as connection:
        almanac.seed(connection, supply.clock())
    supply.apply(supply.customer())
    return supply


def calendar(page: Page, house: Supply, query: str = "?year=2027") -> None:
    enter(page, house, house.signed_in("approver"))
    page.goto(f"{house.url}/admin/calendar{query}")


def day(date: str) -> str:
    return f'label:has(input[value="{date}"])'


def test_the_year_stands_in_twelve_months(page: Page, house: Supply, screenshot: Screenshot) -> None:
    calendar(page, house)

    expect(page.locator(".months section")).to_have_count(12)
    expect(page.locator("#m1 header")).to_contain_text("个工作日")
    expect(page.locator(".year-side")).to_contain_text("2027 年为暂定")
    screenshot("calendar-1440")


def test_days_are_dragged_over_with_a_tool(page: Page, house: Supply, screenshot: Screenshot) -> None:
    calendar(page, house)
    page.fill('input[name="name"]', "春节")
    page.get_by_text("设为休息", exact=True).click()
    first, last = (page.locator(day(date)).bounding_box() for date in ("2027-02-10", "2027-02-12"))
    assert first and last
    page.mouse.move(first["x"] + 8, first["y"] + 8)
    page.mouse.down()
    page.mouse.move(last["x"] + 8, last["y"] + 8, steps=6)
    page.mouse.up()

    expect(page.locator(".change-list tbody tr")).to_have_count(3)
    expect(page.locator(".change-list")).to_contain_text("2027-02-11 周四")
    expect(page.locator(".change-list")).to_contain_text("春节")
    assert page.url.endswith("#m2")
    screenshot("calendar-draft-1440")


def test_days_are_chosen_by_keys_and_undone(page: Page, house: Supply) -> None:
    calendar(page, house)
    page.locator('input[value="2027-03-01"]').focus()
    for key in ("ArrowDown", "ArrowRight", "Space", "ArrowRight", "Space"):
        page.keyboard.press(key)
    assert page.locator("input[name=days]:checked").evaluate_all("boxes => boxes.map(box => box.value)") == [
        "2027-03-09",
        "2027-03-10",
    ]
    page.get_by_text("只上上午", exact=True).click()
    expect(page.locator("#m3 .is-half")).to_have_count(2)

    page.get_by_role("button", name="撤销").click()
    expect(page.locator("#m3 .is-half")).to_have_count(0)


def test_what_a_change_moves_is_seen_before_it_is_switched_on(
    page: Page, house: Supply, screenshot: Screenshot
) -> None:
    calendar(page, house, "?year=2026")
    page.get_by_text("设为休息", exact=True).click()
    page.locator(day("2026-11-19")).click()

    tiles = page.locator(".year-side .tiles")
    expect(tiles).to_contain_text("到期日移动")
    assert int(tiles.locator("strong").first.inner_text()) >= 2
    expect(page.locator(".year-side")).to_contain_text("要告知客户")
    screenshot("calendar-effect-1440")


def test_a_long_trial_shows_how_far_it_is_can_be_stopped_and_goes_on(
    page: Page, house: Supply, monkeypatch: pytest.MonkeyPatch, screenshot: Screenshot
) -> None:
    monkeypatch.setattr("web.calendar_days.PART", 1)
    page.route("**/calendar/effect?*", lambda route: None if "stop" not in route.request.url else route.continue_())
    calendar(page, house, "?year=2026")
    page.get_by_text("设为休息", exact=True).click()
    page.locator(day("2026-11-19")).click()

    side = page.locator(".year-side")
    expect(side).to_contain_text("正在试算 1 / ")
    screenshot("calendar-trial-1440")
    side.get_by_role("button", name="停止").click()
    expect(side).to_contain_text("已停止：试算了 1 / ")
    page.unroute("**/calendar/effect?*")
    side.get_by_role("button", name="接着试算").click()
    expect(side.locator(".tiles strong").first).to_have_text(re.compile("^[2-9]"))
    expect(side).not_to_contain_text("试算 1 / ")


def test_a_pasted_notice_shows_its_days_first(page: Page, house: Supply, screenshot: Screenshot) -> None:
    calendar(page, house)
    page.get_by_role("button", name="导入通知").click()
    page.fill("#notice-text", NOTICE)
    page.get_by_role("button", name="读出日子").click()
    expect(page.get_by_role("heading", name="读到 16 天")).to_be_visible()
    screenshot("calendar-notice-1440")

    page.get_by_role("button", name="采用这 16 天").click()
    expect(page.locator(".year-side")).to_contain_text("2027 年：确认 365 天")
    expect(page.locator("#m2 .is-makeup")).to_have_count(1)


def test_on_a_phone_the_calendar_is_read_only(phone: Page, house: Supply, screenshot: Screenshot) -> None:
    calendar(phone, house)

    expect(phone.locator("day-grid")).to_be_hidden()
    expect(phone.locator(".day-list")).to_contain_text("春节")
    assert phone.evaluate(NARROW)
    screenshot("calendar-390", phone)


def test_the_profile_in_force_is_chosen_and_ceilings_are_marked(
    page: Page, house: Supply, screenshot: Screenshot
) -> None:
    enter(page, house, house.signed_in("approver"))
    page.goto(f"{house.url}/admin/limits")
    expect(page.locator(".is-above")).to_have_count(3)
    screenshot("limits-1440")

    page.get_by_role("button", name="换口径").click()
    page.select_option("#profile", "practice")
    page.locator("dialog[open] #reason").fill("按现行实务考核")
    page.locator("dialog[open]").get_by_role("button", name="换口径").click()

    expect(page.get_by_role("heading", name="在用的口径：现行实务")).to_be_visible()
    expect(page.locator(".is-above")).to_have_count(0)
