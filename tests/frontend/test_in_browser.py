"""The pages in a real browser: what a customer and a clerk meet, on the phone and on the desk."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from tests.browser import Screenshot, opened
from tests.e2e.filling import Sheet, document, entries
from tests.e2e.site import ROOT
from tests.frontend.conftest import ACCEPTED, Supply
from tests.web.conftest import Browser

pytestmark = pytest.mark.e2e

#: True when nothing lies over the middle of the bpmn.io mark and it is drawn.
FREE = """element => {
    const box = element.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    const drawn = box.width > 20 && getComputedStyle(element).visibility === "visible";
    return drawn && (element === top || element.contains(top));
}"""
FORMS = ROOT / "forms" / "connection"
NARROW = "document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture(scope="module")
def case(supply: Supply) -> str:
    return supply.apply(supply.customer())


def enter(page: Page, supply: Supply, who: Browser) -> None:
    """Give the browser the session of somebody who is signed in already."""
    cookies = who.client._cookies.values()
    page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "url": supply.url} for cookie in cookies if cookie.value]
    )


def open_task(page: Page, supply: Supply, case: str) -> None:
    clerk = supply.signed_in("clerk")
    task = supply.task(clerk, case)
    clerk.post(f"/api/tasks/{task['id']}/claim")
    enter(page, supply, clerk)
    page.goto(f"{supply.url}/tasks/{task['id']}")
    page.wait_for_selector("form-fill .fjs-form")


def answer_all(page: Page) -> None:
    """Everything that the form asks, also what the outcome of the primary button asks more."""
    schema = document(FORMS, "accept")
    sheet, found = Sheet(page, schema), entries(schema["components"], ACCEPTED)
    sheet.type(one for one in found if not one.after_outcome)
    sheet.press()
    # The first of the fields that the outcome opens takes the focus.
    expect(page.locator("form-fill .fjs-container :focus")).to_have_count(1)
    sheet.type(one for one in found if one.after_outcome)


def test_a_customer_signs_in_with_a_code(phone: Page, supply: Supply) -> None:
    phone.goto(f"{supply.url}/sign-in")
    supply.clock.pass_(seconds=1)
    phone.fill("#phone", "13312345678")
    phone.get_by_role("button", name="发验证码").click()
    expect(phone.locator(".toast-line")).to_contain_text("验证码已发出")

    phone.fill("#code", supply.last_code("13312345678"))
    phone.get_by_role("button", name="登录", exact=True).click()

    expect(phone.get_by_text("还没有申请")).to_be_visible()


def test_a_wrong_code_keeps_what_was_typed(phone: Page, supply: Supply) -> None:
    phone.goto(f"{supply.url}/sign-in")
    phone.fill("#phone", "13312345679")
    phone.fill("#code", "000000")
    phone.get_by_role("button", name="登录", exact=True).click()

    expect(phone.get_by_role("alert")).to_contain_text("验证码不对或已过期")
    assert phone.input_value("#phone") == "13312345679"


def test_a_step_of_the_application_says_what_is_missing(phone: Page, supply: Supply, screenshot: Screenshot) -> None:
    enter(phone, supply, supply.customer("13800138000"))
    phone.goto(f"{supply.url}/my/apply?step=3")
    phone.get_by_role("button", name="下一步").click()

    summary = phone.locator(".errors")
    expect(summary).to_contain_text("处要改")
    expect(summary).to_be_focused()
    summary.get_by_role("button").first.click()

    assert phone.evaluate("document.activeElement.closest('.fjs-element') !== null")
    assert phone.evaluate(NARROW)
    screenshot("portal-apply-390", phone)


def test_an_application_is_kept_while_it_is_typed(phone: Page, supply: Supply) -> None:
    enter(phone, supply, supply.customer("13800138001"))
    phone.goto(f"{supply.url}/my/apply?step=2")
    phone.get_by_label("详细地址").fill("沿江路 218 号")
    phone.get_by_label("详细地址").blur()
    expect(phone.locator(".form-foot .saved")).to_contain_text("已保存")

    phone.reload()

    expect(phone.get_by_label("详细地址")).to_have_value("沿江路 218 号")


def test_conditions_of_a_later_step_know_the_answers_of_an_earlier_one(page: Page, supply: Supply) -> None:
    customer = supply.customer("13800138002")
    customer.post("/api/cases/draft?process=intake", {"data": {"customer_class": "HV1"}})
    enter(page, supply, customer)
    page.goto(f"{supply.url}/my/apply?step=4")

    expect(page.locator("upload-field").first).to_be_visible()
    expect(page.get_by_text("总平面图")).to_be_visible()


def test_a_file_goes_up_at_once_and_a_wrong_one_is_explained(page: Page, supply: Supply) -> None:
    enter(page, supply, supply.customer("13800138003"))
    page.goto(f"{supply.url}/my/apply?step=4")
    picker = page.locator("upload-field input[type=file]").first
    picker.set_input_files({"name": "房产证.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF"})
    expect(page.locator(".uploads").first).to_contain_text("房产证.pdf")
    expect(page.locator(".uploads .ink-finished").first).to_be_visible()

    picker = page.locator("upload-field input[type=file]").first
    picker.set_input_files({"name": "setup.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"})

    expect(page.locator(".uploads [role=alert]").first).to_contain_text("换一种格式再传")


def test_a_refusal_reads_well_on_the_phone_and_goes_with_the_next_choice(phone: Page, supply: Supply) -> None:
    enter(phone, supply, supply.customer("13800138014"))
    phone.goto(f"{supply.url}/my/apply?step=4")
    field = phone.locator("upload-field").first
    for name in ("setup.exe", "other.exe"):
        program = {"name": name, "mimeType": "application/octet-stream", "buffer": b"MZ"}
        field.locator("input[type=file]").set_input_files(program)
        expect(field.get_by_role("alert")).to_have_count(1)
        expect(field.get_by_role("alert")).to_contain_text(name)
    words = field.locator(".has-error > span:last-of-type").bounding_box()
    assert words is not None
    assert words["width"] > 200

    paper = {"name": "房产证.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF"}
    field.locator("input[type=file]").set_input_files(paper)

    expect(field).to_contain_text("房产证.pdf")
    expect(field.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("address", ["/admin/users", "/admin/limits", "/admin/comparisons"])
def test_tables_are_two_line_rows_on_the_phone(phone: Page, supply: Supply, address: str) -> None:
    admin = supply.signed_in("approver")
    if address == "/admin/comparisons":
        body = {"pack": "connection", "region": "binjiang", "process": "parallel", "reason": "与并行审批对比一个月"}
        assert admin.post("/api/comparisons", body).status_code in {200, 201}
    enter(phone, supply, admin)
    phone.goto(supply.url + address)

    title = phone.get_by_role("heading", level=1).bounding_box()
    assert title is not None
    assert title["height"] < 40
    assert phone.evaluate(NARROW)
    cells = phone.locator(".two-lines tbody tr:first-child > *:visible")
    assert cells.count() >= 2
    for cell in cells.all():
        # Words stand side by side: no cell is as narrow as one character.
        assert cell.evaluate("cell => cell.offsetHeight / parseFloat(getComputedStyle(cell).lineHeight)") < 3.2


def test_a_customer_signs_in_without_script(browser: Chromium, supply: Supply) -> None:
    with opened(browser, java_script_enabled=False) as page:
        page.goto(f"{supply.url}/sign-in?next=/progress")
        page.get_by_label("手机号").fill("13800138009")
        page.get_by_role("button", name="发验证码").click()
        expect(page.get_by_role("status")).to_contain_text("验证码已发出")
        page.get_by_label("验证码").fill(supply.last_code("13800138009"))
        page.get_by_role("button", name="登录").click()

        expect(page).to_have_url(f"{supply.url}/progress")
        page.wait_for_load_state("networkidle")


def on_paper(page: Page) -> None:
    """As the printer sees the page: the width of A4 without its margins."""
    page.set_viewport_size({"width": 688, "height": 1000})
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")


def test_paper_keeps_the_columns_of_the_list_and_nothing_to_press(page: Page, supply: Supply, case: str) -> None:
    enter(page, supply, supply.signed_in("clerk"))
    page.goto(f"{supply.url}/cases")
    on_paper(page)

    heads = page.locator("#list thead th")
    assert heads.count() >= 6
    assert all(head.is_visible() for head in heads.all())
    row = page.locator("#list tbody tr", has_text=case)
    assert {cell.evaluate("cell => getComputedStyle(cell).display") for cell in row.locator("td").all()} == {
        "table-cell"
    }
    expect(row.get_by_text("2026-11-18")).to_be_visible()
    expect(row.get_by_text("今日")).to_be_hidden()
    assert page.locator("button:visible, select:visible, input:visible, .tabs:visible").count() == 0


def test_paper_holds_the_whole_diagram_open_details_and_a_head(page: Page, supply: Supply, case: str) -> None:
    enter(page, supply, supply.signed_in("clerk"))
    page.goto(f"{supply.url}/cases/{case}")
    page.wait_for_selector("bpmn-view .djs-shape")
    on_paper(page)

    head = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--paper-head')")
    assert case in head
    assert "打印：陈晓岚 2026-11-18 " in head
    outside = """canvas => { const box = canvas.getBoundingClientRect();
        return [...canvas.querySelectorAll(".djs-shape")].filter(shape => { const one = shape.getBoundingClientRect();
            const across = one.left < box.left || one.right > box.right;
            return across || one.top < box.top || one.bottom > box.bottom; }).length }"""
    assert page.locator("bpmn-view .canvas").evaluate(outside) == 0
    expect(page.locator("bpmn-view .steps")).to_be_visible()
    folded = page.locator("#main details:not(.menu):not([open]) > :not(summary)")
    assert folded.count() > 0
    assert all(box and box["height"] > 0 for box in (one.bounding_box() for one in folded.all()))
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert page.locator("bpmn-view .canvas").get_attribute("style") == ""


def test_no_day_on_paper_is_told_from_today(page: Page, supply: Supply, case: str) -> None:
    clerk = supply.signed_in("clerk")
    task = supply.task(clerk, case)
    enter(page, supply, clerk)
    tabs = ("", "/limits", "/documents", "/results", "/notes", "/record")
    for address in (f"/tasks/{task['id']}", "/cases", *(f"/cases/{case}{tab}" for tab in tabs)):
        page.emulate_media(media="screen")
        page.goto(supply.url + address)
        page.wait_for_load_state("networkidle")
        on_paper(page)
        words = page.locator("body").inner_text()
        assert not re.search("今日|昨", words), (address, re.findall(".*(?:今日|昨).*", words))
        assert "2026-11-" in words or address.endswith(("/notes", "/documents"))


def test_progress_fits_the_phone_in_both_themes(phone: Page, supply: Supply, case: str, screenshot: Screenshot) -> None:
    enter(phone, supply, supply.customer())
    phone.goto(f"{supply.url}/my/{case}")
    expect(phone.get_by_role("heading", level=1)).to_have_text("正在受理您的申请")
    assert phone.evaluate(NARROW)
    light = phone.evaluate("getComputedStyle(document.body).backgroundColor")

    phone.locator("summary[aria-label=菜单]").click()
    phone.get_by_role("radio", name="深色").click()

    assert phone.evaluate("getComputedStyle(document.body).backgroundColor") != light
    phone.reload()
    assert phone.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    screenshot("portal-progress-390-dark", phone)


def test_anybody_with_number_and_digits_sees_the_progress(phone: Page, supply: Supply, case: str) -> None:
    public = supply.customer().get(f"/my/{case}").text.split('copy-text value="')[1].split('"')[0]
    phone.goto(f"{supply.url}/progress")
    phone.fill("#number", public)
    phone.fill("#last_four", "6021")
    phone.get_by_role("button", name="查询").click()

    expect(phone.locator(".way li")).to_have_count(5)
    expect(phone.locator(".lead")).to_contain_text("送电")
    expect(phone.locator(".charges")).to_contain_text("受理审核")
    expect(phone.locator(".charges")).to_contain_text("受理员 8600-2101")
    assert public not in phone.url


def test_an_outcome_that_needs_a_reason_asks_for_it_first(page: Page, supply: Supply, screenshot: Screenshot) -> None:
    case = supply.apply(supply.customer("13800138004"))
    open_task(page, supply, case)
    for group in page.locator(".fjs-form-field-radio").all():
        group.get_by_role("radio").first.check()

    page.get_by_role("button", name="不予受理").click()

    expect(page.locator("textarea").last).to_be_visible()
    assert page.locator(".errors").count() == 0
    page.get_by_role("button", name="不予受理").click()
    expect(page.locator(".errors")).to_contain_text("还不能提交")
    screenshot("task-accept-1440", page)


def test_the_marks_of_form_and_diagram_are_visible_and_uncovered(page: Page, supply: Supply, case: str) -> None:
    open_task(page, supply, case)
    page.locator(".work, main").last.evaluate("element => element.scrollTo(0, element.scrollHeight)")
    page.locator(".fjs-powered-by-link, .fjs-powered-by a").first.scroll_into_view_if_needed()
    assert page.locator(".fjs-powered-by a").first.evaluate(FREE)

    page.goto(f"{supply.url}/cases/{case}")
    mark = page.locator("bpmn-view .bjs-powered-by")
    expect(mark).to_be_visible()
    assert mark.evaluate(FREE)


def test_the_diagram_shows_where_the_case_stands_and_lists_its_steps(
    page: Page, supply: Supply, case: str, screenshot: Screenshot
) -> None:
    enter(page, supply, supply.signed_in("clerk"))
    page.goto(f"{supply.url}/cases/{case}")
    page.wait_for_selector("bpmn-view .djs-shape")
    screenshot("case-1440", page)

    page.get_by_role("button", name="步骤清单").click()

    expect(page.locator("bpmn-view .steps li").first).to_be_visible()
    expect(page.locator("bpmn-view .canvas")).to_be_hidden()


def test_a_diagram_that_does_not_load_leaves_the_list(page: Page, supply: Supply, case: str) -> None:
    enter(page, supply, supply.signed_in("clerk"))
    page.route("**/*.bpmn*", lambda route: route.abort())
    page.route("**/definitions/**", lambda route: route.abort())
    page.goto(f"{supply.url}/cases/{case}")

    expect(page.locator("bpmn-view")).to_contain_text("流程图没有载入")
    expect(page.locator("bpmn-view .steps")).to_be_visible()


def test_keys_move_through_the_list_but_not_while_typing(page: Page, supply: Supply) -> None:
    supply.apply(supply.customer("13800138005"))
    enter(page, supply, supply.signed_in("clerk"))
    page.goto(f"{supply.url}/inbox?tab=groups")
    page.keyboard.press("j")
    expect(page.locator("[data-row][aria-selected=true]")).to_have_count(1)

    page.keyboard.press("/")
    page.keyboard.type("jj")

    assert page.evaluate("document.activeElement.value").endswith("jj")


def test_every_key_that_the_list_of_keys_names_for_a_place_goes_there(page: Page, supply: Supply) -> None:
    enter(page, supply, supply.signed_in("clerk"))
    page.goto(f"{supply.url}/inbox")
    page.keyboard.press("?")
    named = page.locator("#keys dt:has(kbd:nth-child(2)):has(kbd:text-is('g')) kbd:nth-child(2)").all_inner_texts()
    page.keyboard.press("Escape")
    assert {"i", "c", "n"} <= set(named)

    for key in named:
        # From elsewhere: the address tells that the page has changed.
        page.goto(f"{supply.url}/{'cases' if key == 'i' else 'inbox'}")
        goal = page.locator(f"[data-go={key}]").first.get_attribute("href")
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.wait_for_url(f"**{goal}")


def test_english_changes_the_pages_words(chromium_english: Page, supply: Supply) -> None:
    chromium_english.goto(f"{supply.url}/")

    expect(chromium_english.get_by_role("heading", level=1)).to_have_text("Getting connected starts here")


@pytest.fixture
def chromium_english(browser: Chromium) -> Page:
    context = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    made = context.new_page()
    yield made
    context.close()


def test_a_signature_is_drawn_and_uploaded(page: Page, supply: Supply) -> None:
    customer = supply.customer("13800138006")
    enter(page, supply, customer)
    page.goto(f"{supply.url}/my/apply?step=4")
    page.evaluate(
        """() => { const field = document.querySelector("upload-field");
        field.setAttribute("capture", "signature"); field.show([]); }"""
    )
    box = page.locator("canvas.signature").bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 20, steps=5)
    page.mouse.up()

    page.get_by_role("button", name="签好了").click()

    expect(page.locator(".uploads").first).to_contain_text("signature.png")


def test_somebody_faster_is_named_and_nothing_typed_is_lost(page: Page, supply: Supply) -> None:
    case = supply.apply(supply.customer("13800138007"))
    open_task(page, supply, case)
    answer_all(page)
    page.locator("textarea").first.fill("电话里核对过户名")
    clerk = supply.signed_in("clerk")
    task = supply.task(clerk, case)
    done = supply.complete(clerk, task, outcome="complete", verified=["business_licence"], **ACCEPTED)
    assert done.status_code == 200, done.text

    page.get_by_role("button", name="材料齐全").click()

    expect(page.get_by_role("alert").first).to_contain_text("办结")
    expect(page.get_by_role("button", name="用新的")).to_be_visible()
    expect(page.locator("textarea").first).to_have_value("电话里核对过户名")


def test_the_page_before_an_application_is_sent_lists_every_answer(
    phone: Page, supply: Supply, screenshot: Screenshot
) -> None:
    customer = supply.customer("13800138011")
    given = {
        "business_type": "new",
        "customer_class": "HV1",
        "name": "启东飞驰橡塑制品有限公司",
        "land_date": "2026-05-18",
        "kva": 630,
        "expected_date": "2027-01-12",
        "devices": [
            {"name": "数控加工中心", "count": 12, "power": 22},
            {"name": "螺杆空压机", "count": 2, "power": 75},
        ],
    }
    assert customer.post("/api/cases/draft", {"data": given}).status_code == 200
    enter(phone, supply, customer)
    phone.goto(f"{supply.url}/my/apply?step=5")

    listed = phone.locator(".outline")
    expect(listed).to_contain_text("2026-05-18")
    expect(listed).to_contain_text("2027-01-12")
    expect(listed).to_contain_text("630 kW/kVA")
    rows = listed.locator("dd").filter(has_text="数控加工中心").locator("p")
    expect(rows).to_have_count(2)
    expect(rows.first).to_have_text("设备 数控加工中心，台数 12，单台功率 22 kW")
    expect(rows.last).to_have_text("设备 螺杆空压机，台数 2，单台功率 75 kW")
    assert listed.get_by_text("启东飞驰橡塑制品有限公司").count() == 1
    assert min(box["width"] for box in (one.bounding_box() for one in listed.locator("dd").all()) if box) > 100
    assert phone.evaluate(NARROW)
    screenshot("portal-check-390", phone)
