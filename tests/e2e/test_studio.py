"""The studio in the browser: a draft is drawn, checked, submitted, read, activated for some and taken back."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from engine import workspaces
from tests.browser import Screenshot, opened
from tests.e2e.mark import assert_on_top
from tests.e2e.returns import Returns
from tests.e2e.site import ZONE
from tests.e2e.studio import Reviewer, Studio
from web.auth import users

pytestmark = pytest.mark.e2e

DIAGRAM = "parcel_return.bpmn"
#: The mark of bpmn.io in each editor.
MARKS = {
    DIAGRAM: ".bjs-powered-by",
    "handling.dmn": ".dmn-js-parent .bjs-powered-by",
    "forms/shelve.form": ".fjs-powered-by a",
}


def test_a_change_is_drawn_checked_reviewed_activated_and_taken_back(
    browser: Browser, page: Page, returns: Returns, screenshot: Screenshot
) -> None:
    studio = Studio(returns.site, page)
    studio.begin()

    editor = studio.open(DIAGRAM)
    studio.insert("复核包裹", "f7", 300)
    expect(studio.findings()).to_have_count(3)  # neither stage nor form nor anybody
    expect(editor.locator("outline-list li", has_text="复核包裹").locator(".ink-overdue")).to_be_visible()
    screenshot("studio_findings", page)
    for field, value in (("candidateGroups", "LEAD"), ("formRef", "check"), ("stage", "checking")):
        studio.entry(f"yekuo-{field}").select_option(value)
    expect(studio.findings()).to_have_count(0)
    studio.save()

    studio.open("handling.dmn")
    studio.type_cell("ie1", "< 4000")
    expect(studio.findings().first).to_contain_text("4000")  # nothing is said of what weighs between both rows
    studio.type_cell("ie2", ">= 4000")
    expect(studio.findings()).to_have_count(0)
    studio.save()

    studio.open("forms/shelve.form")
    studio.pick("货位")
    studio.group("general")
    studio.entry("label").fill("货架与货位")
    studio.save()  # what is still being typed counts

    page.goto(studio.draft)
    expect(page.locator("tr", has_text="改动")).to_have_count(3)
    page.get_by_label("改了什么、为什么").fill("重的包裹先复核")
    page.get_by_role("button", name="提交审核").click()
    page.wait_for_url("**/admin/deployments/*")

    with opened(browser, viewport={"width": 1440, "height": 900}) as desk:
        reviewer = Reviewer(returns.site, desk)
        reviewer.open("v2")
        expect(desk.locator("main")).to_contain_text("货位 → 货架与货位")
        desk.get_by_role("link", name="与 v1 对比").click()
        compare = desk.locator("bpmn-compare")
        expect(compare).to_have_attribute("data-ready", "")
        expect(desk.get_by_role("heading", level=1)).to_have_text("包裹退货 v1 → v2")
        expect(compare.locator("output")).to_have_text(re.compile(r"^改动 1 / \d+$"))  # it opens at the first one
        screenshot("studio_compare", desk)
        new = compare.locator("figure").nth(1)
        added = new.locator(".djs-shape", has_text="复核包裹").locator(".djs-visual rect").first
        expect(added).to_have_css("stroke", reviewer.colour("--finished"))
        expect(compare.locator("figure").nth(0).locator(".djs-shape", has_text="复核包裹")).to_have_count(0)
        for side in range(2):
            assert_on_top(desk, f"bpmn-compare figure:nth-of-type({side + 1}) .bjs-powered-by")
        table = desk.locator("main")
        for words in ("复核包裹", "新增用户任务", "< 5000 → < 4000"):
            expect(table).to_contain_text(words)
        for noise in ("命中策略", "schemaVersion"):  # the editors write it in other words
            expect(table).not_to_contain_text(noise)

        desk.go_back()
        desk.get_by_label("意见").fill("可以，先在北店试")
        desk.get_by_role("button", name="写下意见").click()
        expect(desk.locator("main")).to_contain_text("可以，先在北店试")
        tomorrow = (returns.site.moment.astimezone(ZONE) + timedelta(days=1)).date()
        desk.get_by_label("北店").check()
        desk.get_by_label("从哪天起").fill(tomorrow.isoformat())
        desk.get_by_role("button", name="启用 v2").click()
        expect(desk.locator("main")).to_contain_text("北店 · 全部新案件")
        screenshot("studio_activated", desk)

        today = returns.hand_in(page, parcel_number="20268801", region="north")
        returns.site.pass_until(datetime.combine(tomorrow, datetime.min.time(), ZONE) + timedelta(hours=9))
        north = returns.hand_in(page, parcel_number="20268802", region="north")
        south = returns.hand_in(page, parcel_number="20268803", region="south")
        assert [returns.version(case) for case in (today, north, south)] == [1, 2, 1]

        Reviewer(returns.site, desk).open("v2")
        desk.get_by_label("为什么退回").fill("货架号还没有贴")
        desk.get_by_role("button", name="退回之前的版本").click()
        expect(desk.get_by_role("button", name="启用 v2")).to_be_visible()  # and none to go back any more
        expect(desk.get_by_role("button", name="退回之前的版本")).to_have_count(0)
    assert returns.version(returns.hand_in(page, parcel_number="20268804", region="north")) == 1
    assert returns.version(north) == 2  # what is under way stays on its version


def test_of_two_on_one_file_the_second_only_looks_and_sees_the_name(
    browser: Browser, page: Page, returns: Returns
) -> None:
    first = Studio(returns.site, page)
    first.begin()
    first.open(DIAGRAM)
    with opened(browser, viewport={"width": 1440, "height": 900}) as other:
        second = Studio(returns.site, other, "analyst2")
        second.draft = first.draft
        editor = second.open(DIAGRAM)

        expect(other.locator(".chip", has_text="韩冰 正在改，已按只读打开")).to_be_visible()
        expect(other.get_by_role("button", name="保存")).to_have_count(0)
        second.pick("退款")
        expect(editor.locator(".djs-context-pad .entry")).to_have_count(0)
        expect(editor.locator(".djs-palette")).to_have_count(0)
        expect(second.entry("yekuo-stage")).to_be_disabled()

        page.goto(first.draft)  # the first one closes the file
        second.open(DIAGRAM)
        expect(other.get_by_role("button", name="保存")).to_be_visible()


def test_what_is_drawn_without_network_stays_on_the_device_and_is_sent_when_it_is_back(
    page: Page, returns: Returns
) -> None:
    studio = Studio(returns.site, page)
    studio.begin()
    studio.open(DIAGRAM)
    page.context.set_offline(True)
    studio.rename("退款", "退款给客户")
    page.keyboard.press("Control+s")
    expect(page.locator("#saved")).to_contain_text("没有网络，已存本机")
    assert "退款给客户" not in studio.stored(DIAGRAM)

    page.context.set_offline(False)

    expect(page.locator("[data-kept=saved]")).to_be_visible()
    assert "退款给客户" in studio.stored(DIAGRAM)


def test_what_was_drawn_a_moment_before_the_page_goes_away_is_there_again(page: Page, returns: Returns) -> None:
    studio = Studio(returns.site, page)
    studio.begin()
    studio.open(DIAGRAM)
    studio.rename("退款", "退款给客户")  # the field keeps the cursor

    page.goto("about:blank")
    studio.wait_stored(DIAGRAM, "退款给客户")
    studio.open(DIAGRAM)

    expect(page.locator("outline-list li", has_text="退款给客户")).to_be_visible()


def test_who_goes_to_submit_takes_along_what_was_just_drawn(page: Page, returns: Returns) -> None:
    studio = Studio(returns.site, page)
    studio.begin()
    studio.open(DIAGRAM)
    expect(page.get_by_role("heading", level=1)).to_have_text("包裹退货")
    studio.rename("退款", "退款给客户")
    page.get_by_role("link", name="去提交审核").click()
    page.wait_for_url("**#submit")
    expect(page.locator("tr", has_text="改动")).to_have_count(1)
    expect(page.get_by_label("改了什么、为什么")).to_be_visible()


def test_who_lost_the_file_to_somebody_else_is_told_while_drawing(page: Page, returns: Returns) -> None:
    page.clock.install()
    studio = Studio(returns.site, page)
    studio.begin()
    studio.open(DIAGRAM)
    id, site = studio.draft.rsplit("/", 1)[1], returns.site
    with site.app.test_request_context(), site.house.database.transaction() as connection:
        mine, other = (users.id_of(connection, login) for login in ("analyst1", "analyst2"))
        workspaces.give_back(connection, id, DIAGRAM, actor=mine)
        workspaces.take(connection, id, DIAGRAM, actor=other, now=site.now())

    page.clock.fast_forward(31_000)

    expect(page.get_by_role("alert")).to_contain_text("李蕾")


@pytest.mark.parametrize("how", ["a closed tab", "a session that ends"])
def test_nothing_drawn_is_lost_by(how: str, page: Page, returns: Returns) -> None:
    studio = Studio(returns.site, page)
    studio.begin()
    studio.open(DIAGRAM)
    page.context.set_offline(how == "a closed tab")
    if how == "a session that ends":
        page.wait_for_load_state("networkidle")  # an answer under way would bring the cookie back
        page.context.clear_cookies()
    studio.rename("退款", "退款给客户")
    page.keyboard.press("Control+s")
    expect(page.locator("bpmn-edit")).to_have_attribute("data-kept", "local" if how == "a closed tab" else "refused")

    page.goto("about:blank")
    page.context.set_offline(False)
    if how == "a session that ends":
        studio.sign_in()
    studio.open(DIAGRAM)

    expect(page.locator("outline-list li", has_text="退款给客户")).to_be_visible()
    studio.wait_stored(DIAGRAM, "退款给客户")


@pytest.mark.parametrize("path", MARKS)
def test_the_mark_is_on_top_in_the_editor_of(path: str, page: Page, returns: Returns, screenshot: Screenshot) -> None:
    studio = Studio(returns.site, page)
    studio.begin()
    with page.expect_response(lambda answer: "/edit" in answer.url) as answered:
        studio.open(path)
    assert_on_top(page, MARKS[path])
    screenshot(f"studio_{path.rsplit('.', 1)[1]}", page)
    policy = answered.value.headers["content-security-policy"]
    assert "script-src 'self'" in policy and "unsafe-eval" not in policy
    page.emulate_media(color_scheme="dark")  # the libraries draw in black, the mark too
    expect(page.locator("body")).not_to_have_css("background-color", "rgb(244, 246, 248)")
    expect(page.locator(".studio .canvas")).to_have_css("background-color", "rgb(255, 255, 255)")


def test_on_a_phone_a_file_is_only_looked_at(
    browser: Browser, page: Page, returns: Returns, screenshot: Screenshot
) -> None:
    studio = Studio(returns.site, page)
    studio.begin()
    with opened(browser, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True) as phone:
        pocket = Studio(returns.site, phone)
        pocket.draft = studio.draft
        # The form editor has no read-only state; one sees the form as people fill it.
        for path, mark in {**MARKS, "forms/shelve.form": "form-preview .is-phone .fjs-powered-by a"}.items():
            pocket.open(path)
            expect(phone.locator(".studio > .notice")).to_contain_text("屏幕太窄")
            expect(phone.get_by_role("button", name="保存")).to_have_count(0)
            assert phone.evaluate("document.documentElement.scrollWidth") == 390
            assert_on_top(phone, mark)
            screenshot(f"studio_phone_{path.rsplit('.', 1)[1]}", phone)
        studio.open(DIAGRAM)  # nothing is locked by who only looks
        expect(page.get_by_role("button", name="保存")).to_be_visible()
