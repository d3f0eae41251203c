"""What breaks on the way costs nothing that was typed or sent; photos that nobody can read are told before."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser import Screenshot
from tests.e2e.answers import dispatch
from tests.e2e.filling import photo
from tests.frontend.conftest import ACCEPTED, Supply
from tests.frontend.test_in_browser import NARROW, answer_all, enter, open_task

pytestmark = pytest.mark.e2e


def at_papers(page: Page, supply: Supply, phone: str) -> None:
    enter(page, supply, supply.customer(phone))
    page.goto(f"{supply.url}/my/apply?step=4")
    expect(page.locator("upload-field").first).to_be_visible()


def choose(page: Page, name: str, kind: str, data: bytes) -> None:
    picker = page.locator("upload-field input[type=file]").first
    picker.set_input_files({"name": name, "mimeType": kind, "buffer": data})


def test_an_upload_that_was_cut_goes_on_where_it_was(phone: Page, supply: Supply) -> None:
    at_papers(phone, supply, "13800138101")
    sent: list[str] = []

    def cut_once(route: Route) -> None:
        sent.append(str(re.search(rb'name="offset"\r\n\r\n(\d+)', route.request.post_data_buffer or b"")))
        if len(sent) == 3:
            route.abort("connectionreset")
        else:
            route.continue_()

    phone.route("**/api/documents", cut_once)
    choose(phone, "房产证.pdf", "application/pdf", b"%PDF-1.4\n" + b"x" * 1_600_000 + b"\n%%EOF")

    expect(phone.locator(".uploads .ink-finished").first).to_be_visible(timeout=15_000)
    expect(phone.locator(".uploads").first).to_contain_text("1.6 MB")
    offsets = [int(re.findall(r"(\d+)'", one)[-1]) for one in sent]
    assert offsets == [0, 500_000, 1_000_000, 1_000_000, 1_500_000]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (photo(shade=40), "照片太暗"),
        (photo(width=300), "照片太小（300 × 200）"),
        (photo(stripe=0, shade=180), "照片太模糊"),
    ],
    ids=["dark", "small", "blurred"],
)
def test_a_photo_that_nobody_can_read_is_told_before_it_is_sent(
    phone: Page, supply: Supply, data: bytes, why: str, screenshot: Screenshot
) -> None:
    at_papers(phone, supply, "13800138102")
    choose(phone, "营业执照.png", "image/png", data)

    refused = phone.locator(".uploads [role=alert]").first
    expect(refused).to_contain_text(why)
    expect(phone.locator(".uploads .ink-finished")).to_have_count(0)
    screenshot("portal-photo-390", phone)
    assert phone.evaluate(NARROW)
    refused.get_by_role("button", name="仍然用这张").click()

    expect(phone.locator(".uploads .ink-finished")).to_have_count(1)
    expect(phone.locator(".uploads [role=alert]")).to_have_count(0)


def test_a_good_photo_goes_up_without_a_question(phone: Page, supply: Supply) -> None:
    at_papers(phone, supply, "13800138103")
    choose(phone, "营业执照.png", "image/png", photo())

    expect(phone.locator(".uploads .ink-finished")).to_have_count(1)


def test_after_a_lost_session_a_designed_form_keeps_what_was_typed(page: Page, supply: Supply) -> None:
    case = supply.apply(supply.customer("13800138104"))
    open_task(page, supply, case)
    here = page.url
    # An answer on its way would renew the cookie that is taken away here.
    page.route("**/draft", lambda route: route.abort())
    answer_all(page)
    page.context.clear_cookies()
    page.locator("textarea").first.fill("户名已电话核对")

    page.locator(".form-foot .btn-primary").click()

    told = page.locator("form-fill .errors")
    expect(told).to_contain_text("登录已过期，请重新登录；您填的都还在。")
    told.get_by_role("button", name="去登录").click()
    page.wait_for_url("**/login?next=*")
    enter(page, supply, supply.signed_in("clerk"))
    page.goto(here)
    expect(page.locator("textarea").first).to_have_value("户名已电话核对")


def test_after_a_lost_session_a_plain_form_keeps_what_was_typed(page: Page, supply: Supply) -> None:
    case = supply.apply(supply.customer("13800138105"))
    enter(page, supply, supply.signed_in("clerk"))
    page.goto(f"{supply.url}/cases/{case}/notes")
    page.locator("main textarea").first.fill("客户希望下午联系")
    page.context.clear_cookies()
    page.locator("main action-form button").last.click()
    expect(page.locator("[data-part=problem]")).to_contain_text("登录已过期，请重新登录；您填的都还在。")

    page.get_by_role("button", name="去登录").click()
    page.wait_for_url("**/login?next=*")
    enter(page, supply, supply.signed_in("clerk"))
    page.goto(f"{supply.url}/cases/{case}/notes")

    expect(page.locator("main textarea").first).to_have_value("客户希望下午联系")


def test_a_long_form_has_an_index_with_ticks(page: Page, supply: Supply, screenshot: Screenshot) -> None:
    case = supply.apply(supply.customer("13800138106"))
    clerk = supply.signed_in("clerk")
    task = supply.task(clerk, case)
    done = supply.complete(clerk, task, outcome="complete", verified=["business_licence"], **ACCEPTED)
    assert done.status_code == 200, done.text
    supply.work()
    order = {**dispatch(date(2026, 11, 18)), "surveyor": "N-clerk", "survey_at": "2026-11-19T09:30"}
    done = supply.complete(clerk, supply.task(clerk, case), **order)
    assert done.status_code == 200, done.text
    supply.work()

    open_task(page, supply, case)

    entries = page.locator(".index li")
    # The fields of the fourteenth group come with the outcome.
    expect(entries).to_have_count(13)
    expect(page.locator(".index .meta")).to_contain_text("/ 13")
    entries.last.locator("a").click()
    last = page.locator(".fjs-form-field-group:visible").last
    expect(last).to_contain_text(entries.last.inner_text())
    expect(last).to_be_in_viewport()
    screenshot("task-index", page)
    page.locator(".form-foot .btn-primary").click()
    expect(page.locator(".index .ink-overdue").first).to_be_visible()


def test_what_somebody_typed_is_not_for_the_next_person_at_the_device(page: Page, supply: Supply) -> None:
    case = supply.apply(supply.customer("13800138107"))
    enter(page, supply, supply.signed_in("clerk"))
    notes = f"{supply.url}/cases/{case}/notes"
    page.goto(notes)
    kept = "() => Object.keys(localStorage).filter(key => key.startsWith('draft:') || key.startsWith('studio|'))"
    page.evaluate("localStorage.setItem('draft:/api/x', '{}'); localStorage.setItem('studio|w|a.bpmn', '{}')")

    page.context.clear_cookies()
    page.goto(f"{supply.url}/login")
    assert len(page.evaluate(kept)) == 2, "a lost session loses nothing"
    enter(page, supply, supply.signed_in("clerk"))
    page.goto(notes)
    assert len(page.evaluate(kept)) == 2
    enter(page, supply, supply.customer("13800138108"))
    page.goto(f"{supply.url}/")
    assert page.evaluate(kept) == []

    page.evaluate("localStorage.setItem('draft:/api/y', '{}')")
    page.locator(".portal-bar .menu summary").click()
    with page.expect_navigation():
        page.get_by_role("button", name="退出").click()
    assert page.evaluate(kept) == []


def test_a_tab_that_grew_old_says_so_at_once_and_keeps_what_was_typed(page: Page, supply: Supply) -> None:
    page.clock.install()
    case = supply.apply(supply.customer("13800138130"))
    open_task(page, supply, case)
    typed = page.locator("textarea").first
    typed.fill("电话里核对过户名")
    clerk = supply.signed_in("clerk")
    task = supply.task(clerk, case)
    done = supply.complete(clerk, task, outcome="complete", verified=["business_licence"], **ACCEPTED)
    assert done.status_code == 200, done.text

    with page.expect_response("**/state"):
        page.clock.run_for(20_000)
    page.clock.run_for(5_000)

    told = page.locator("live-region [role=alert]")
    expect(told).to_contain_text("陈晓岚 已办结：今日")
    expect(told.get_by_role("link", name="看现在的任务")).to_be_visible()
    expect(typed).to_have_value("电话里核对过户名")


def at_the_list(page: Page, supply: Supply) -> list[str]:
    """The inbox with two tasks that anybody may take; their ids, the one of the preview first."""
    for number in range(2):
        supply.apply(supply.customer(f"1380013811{number}"))
    enter(page, supply, supply.signed_in("clerk"))
    page.goto(f"{supply.url}/inbox?tab=groups")
    return [row.get_attribute("data-key") or "" for row in page.locator("tr[data-row]").all()[:2]]


def preview(page: Page, task: str) -> Locator:
    return page.locator(f'#peek form[action="/api/tasks/{task}/claim"]')


def test_a_list_that_renews_itself_swallows_no_press(page: Page, supply: Supply) -> None:
    page.clock.install()
    tasks = at_the_list(page, supply)
    page.wait_for_load_state("networkidle")
    first, second = (page.locator(f"[data-key='{task}']") for task in tasks)
    expect(preview(page, tasks[0])).to_be_visible()

    box = second.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 300, box["y"] + 10)
    page.mouse.down()
    supply.signed_in("clerk").post(f"/api/tasks/{tasks[0]}/claim")
    with page.expect_response("**part=list*"):
        page.clock.run_for(20_000)
    page.clock.run_for(5_000)
    expect(first).to_be_visible()
    page.mouse.up()

    expect(preview(page, tasks[1])).to_be_visible()
    expect(first).to_be_visible()
    page.clock.run_for(5_000)
    expect(first).to_have_count(0)
    expect(second).to_have_attribute("aria-selected", "true")


def test_a_row_chosen_before_the_page_is_complete_shows_its_own_preview(page: Page, supply: Supply) -> None:
    late: list[Route] = []
    page.route("**/assets/htmx*", lambda route: late.append(route))
    with page.expect_request("**/assets/htmx*"):
        tasks = at_the_list(page, supply)
    page.locator(f"[data-key='{tasks[1]}']").click()
    expect(page.locator("tr[aria-selected=true]")).to_have_attribute("data-key", tasks[1])
    expect(preview(page, tasks[0])).to_be_visible()

    late[0].continue_()

    expect(preview(page, tasks[1])).to_be_visible()


def test_what_was_typed_last_is_there_after_the_page_was_left_at_once(page: Page, supply: Supply) -> None:
    case = supply.apply(supply.customer("13800138131"))
    open_task(page, supply, case)
    page.locator("textarea").first.fill("刚刚写下的一句")

    page.reload()

    expect(page.locator("textarea").first).to_have_value("刚刚写下的一句")
    # What the device kept goes to the server, and is kept there only.
    expect(page.locator(".form-foot")).to_contain_text("已保存", timeout=10_000)
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:'))") == []
