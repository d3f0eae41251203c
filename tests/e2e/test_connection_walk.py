"""One high-voltage application of 630 kVA, from the customer's phone to power on, with what goes wrong on the way."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
import zstandard
from playwright.sync_api import expect

from tests.e2e import answers
from tests.e2e.filling import SIGNED
from tests.e2e.mark import DIAGRAM, FORM, assert_on_top
from tests.e2e.people import leave
from tests.e2e.site import Site
from tests.e2e.walk import FORMS, Walk

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def test_a_factory_gets_its_power(walk: Walk) -> None:
    is_compared(walk)
    applies(walk)
    supplies_what_is_missing(walk)
    survey_comes_late(walk)
    plan_is_returned_once(walk)
    customer_confirms_and_pays(walk)
    works_are_done(walk)
    defects_are_found_and_fixed(walk)
    power_comes(walk)
    case_is_closed(walk)
    nothing_of_the_customer_lies_about(walk)


def is_compared(walk: Walk) -> None:
    """Two administrators see it: for a comparison, factories of this region go through the standard process."""
    walk.staff.sign_in("admin1")
    page = walk.staff.page
    page.get_by_role("link", name="办理方式试点").click()
    page.get_by_label("区域").select_option(label="滨江区")
    page.get_by_label("类别").select_option(label="高压单电源")
    page.get_by_label("怎样办理").select_option(label="标准流程")
    page.get_by_label("为什么").fill("与并行审批对比一个月")
    page.get_by_role("button", name="开始试点").click()
    expect(page.get_by_role("row").filter(has_text="滨江区 · 高压单电源")).to_contain_text("与并行审批对比一个月")
    walk.screenshot("comparisons", page)


def applies(walk: Walk) -> None:
    phone = walk.customer.page
    phone.goto(f"{walk.site.url}/")
    walk.screenshot("portal_home", phone, full_page=True)
    walk.customer.sign_in()
    phone.goto(f"{walk.site.url}/my/apply")
    assert_on_top(phone, FORM)
    walk.screenshot("portal_apply", phone, full_page=True)
    walk.case = walk.customer.apply("application", FORMS, answers.APPLICATION, ("credit_code", answers.MISTYPED))
    walk.site.settle()
    phone.goto(f"{walk.site.url}/my/{walk.case}")
    walk.public_number = phone.locator("copy-text").first.get_attribute("value") or ""
    assert walk.public_number.startswith(walk.case)
    walk.check_progress("报装申请")


def supplies_what_is_missing(walk: Walk) -> None:
    walk.work("accept1", "受理审核", "accept", answers.ACCEPT_INCOMPLETE, "incomplete", shot="task")
    notices = [text for to, text in walk.site.gateway.texts if to == answers.PHONE and "还缺" in text]
    assert len(notices) == 1, "told once"
    assert "产权或使用权证明" in notices[0]
    walk.check_progress("报装申请", "暂停")
    walk.answer("MSG_DOCUMENTS_SUPPLIED", "supply_documents", answers.SUPPLIED, shot="portal_supply")
    walk.work("accept2", "受理审核", "accept", answers.ACCEPT_COMPLETE, "complete")


def survey_comes_late(walk: Walk) -> None:
    walk.check_progress("现场勘查")
    walk.work("survey_dispatch1", "勘查派工", "survey_dispatch", answers.dispatch(walk.staff.today))
    assert walk.site.open_tasks(walk.case) == {"ut_survey"}
    walk.site.pass_time(days=6)
    assert walk.site.open_tasks(walk.case) == {"ut_survey", "ut_overdue_survey"}
    walk.check_progress("现场勘查", "比承诺晚", shot="portal_progress")
    walk.work("head1", "勘查超期处理", "overdue_survey", answers.overdue("survey", walk.staff.today), "reassigned")
    walk.work("surveyor1", "现场勘查", "survey", answers.visit(walk.staff.today), "feasible")


def plan_is_returned_once(walk: Walk) -> None:
    walk.check_progress("制定方案")
    plan = {"plan": answers.PLAN, **answers.WORKS}
    walk.work("cm1", "拟定供电方案", "plan_draft", plan)
    marketing = {"checked_marketing": ["load", "category", "price", "billing", "contract"]}
    walk.work("cm2", "营销会审", "rev_marketing", marketing, "agree")
    walk.work("planning1", "规划会审", "rev_planning", answers.RETURN, "return")
    assert walk.site.open_tasks(walk.case) == {"ut_plan_draft"}
    walk.work("cm1", "拟定供电方案", "plan_draft", plan)
    walk.work("cm2", "营销会审", "rev_marketing", marketing, "agree")
    planning = {"checked_planning": ["access", "grid_plan", "capacity", "interface"]}
    walk.work("planning1", "规划会审", "rev_planning", planning, "agree")
    walk.work("om1", "运检会审", "rev_om", {"checked_om": ["line", "construction", "safety"]}, "agree")
    dispatch = {"checked_dispatch": ["mode", "protection", "agreement"]}
    walk.work("grid_dispatch1", "调度会审", "rev_dispatch", dispatch, "agree")


def customer_confirms_and_pays(walk: Walk) -> None:
    until = str(walk.staff.today + timedelta(days=365))
    reply = {"reply_channel": "online", "plan_valid_until": until, "reply_checked": True}
    walk.work("cm1", "答复供电方案", "plan_reply", reply)
    reads_the_plan(walk)
    signed = {"plan_read": True, "signed_name": answers.CONTACT, "plan_signature": SIGNED}
    walk.answer("MSG_CUSTOMER_CONFIRMED", "confirm_plan", signed, shot="portal_confirm")
    payment = {
        "paid_demand": f"{walk.case}-F1",
        "paid_amount": answers.FEE,
        "payment_reference": "B20261203-7781",
        "paid_at": "2026-12-03T10:20",
        "payment_channel": "bank",
    }
    sent = walk.site.send_as_partner(walk.case, "MSG_PAYMENT_RECEIVED", "B20261203-7781", payment)
    assert sent["taken"]
    walk.site.settle()


def reads_the_plan(walk: Walk) -> None:
    walk.site.work_hours(1)
    walk.customer.sign_in()
    phone = walk.customer.page
    phone.goto(f"{walk.site.url}/my/{walk.case}/steps/MSG_CUSTOMER_CONFIRMED")
    points = phone.locator("dl.facts")
    for said in ("630", "SCB14-630/10 一台", "创新 P208 线", "红线外由公司投资，红线内由客户投资"):
        expect(points).to_contain_text(said)


def works_are_done(walk: Walk) -> None:
    walk.check_progress("施工与验收", "暂停")
    walk.answer("MSG_DESIGN_SUBMITTED", "design_submission", answers.DESIGN)
    walk.work("design_review1", "设计审查", "design_review", answers.DESIGN_REVIEW, "pass")
    told = {
        "start_allowed": str(walk.staff.today + timedelta(days=1)),
        "notice_channel": "online",
        "free_choice_told": True,
        "concealed_told": True,
    }
    walk.work("cm1", "开工告知", "construction_notice", told)
    walk.work("construction1", "外线工程", "external_works", answers.milestones(walk.staff.today))
    walk.answer("MSG_CONTRACTOR_NAMED", "contractor", answers.contractor(walk.staff.today))
    walk.answer("MSG_COMPLETION_REPORTED", "completion_report", answers.report(walk.staff.today))


def defects_are_found_and_fixed(walk: Walk) -> None:
    walk.work("inspector1", "竣工检验", "completion_inspection", answers.INSPECTED_BAD, "fail")
    assert walk.site.open_tasks(walk.case) == set()
    walk.answer("MSG_DEFECTS_FIXED", "defects_fixed", answers.FIXED)
    walk.work("inspector1", "竣工检验", "completion_inspection", answers.INSPECTED_GOOD, "pass")


def power_comes(walk: Walk) -> None:
    walk.check_progress("装表送电")
    assert walk.site.open_tasks(walk.case) == {"ut_contract", "ut_meter_install", "ut_dispatch_agreement"}
    looks_at_the_case(walk)
    walk.work("cm1", "起草合同", "contract", answers.CONTRACT)
    signed = {"contract_read": True, "contract_signed_name": answers.CONTACT, "sign_mode": "electronic"}
    walk.answer("MSG_CONTRACT_SIGNED", "contract_sign", signed)
    walk.work("metering1", "装表", "meter_install", answers.meters(walk.staff.today))
    walk.work("grid_dispatch1", "调度协议", "dispatch_agreement", answers.agreement(walk.staff.today))
    walk.work("om1", "送电", "energise", answers.energised(walk.staff.today), "energised")


def looks_at_the_case(walk: Walk) -> None:
    page = walk.staff.page
    leave(page)
    page.goto(f"{walk.site.url}/login")
    walk.screenshot("login", page)
    walk.staff.sign_in("cm1")
    page.goto(f"{walk.site.url}/inbox?tab=groups")
    page.locator("tr[data-row]").first.click()
    expect(page.locator("#peek h2")).to_be_visible()
    walk.screenshot("inbox", page)
    page.goto(f"{walk.site.url}/cases/{walk.case}")
    assert_on_top(page, DIAGRAM)
    expect(page.get_by_text("标准流程（试点指定，路由为标准流程）")).to_be_visible()
    walk.screenshot("case", page)
    page.emulate_media(color_scheme="dark")
    page.reload()
    expect(page.locator(DIAGRAM)).to_be_visible()
    walk.screenshot("case_dark", page)
    page.emulate_media(color_scheme="light")


def case_is_closed(walk: Walk) -> None:
    walk.work("cm1", "归档核对", "archive_check", answers.ARCHIVED, "complete")
    instance = walk.site.instance(walk.case)
    assert (instance.state, instance.end_event) == ("ended", "MSG_CONNECTED")
    walk.staff.page.goto(f"{walk.site.url}/cases/{walk.case}")
    expect(walk.staff.page.locator("body")).to_contain_text("送电归档")
    walk.site.work_hours(1)
    walk.customer.sign_in()
    phone = walk.customer.page
    phone.goto(f"{walk.site.url}/my/{walk.case}")
    expect(phone.locator("h1")).to_have_text("已送电")
    walk.screenshot("portal_connected", phone, full_page=True)
    phone.get_by_role("link", name="评价").click()
    phone.get_by_label("很满意").first.check()
    phone.get_by_label("会向别人推荐我们的服务吗").fill("9")
    phone.get_by_label("意见和建议（选填）").fill("每一步都看得见。")
    phone.get_by_role("button", name="提交评价").click()
    phone.wait_for_url(f"**/my/{walk.case}")


def nothing_of_the_customer_lies_about(walk: Walk) -> None:
    """Tables, files and log hold what the customer typed in sealed form only."""
    everything = list(kept(walk.site))
    told = [(place, secret) for place, data in everything for secret in answers.SECRETS if speaks(data, secret)]
    assert told == []
    # What is no secret is found, so the search reads what it should.
    words = (str(answers.PLAN["transformer"]), walk.case)
    known = {place for place, data in everything if any(speaks(data, word) for word in words)}
    assert {"yekuo.sqlite", "instance", "task", "case"} <= known
    # The saved state of the case is among it, decompressed.
    assert any(
        place == "instance" and b'"customer_class"' in data and data.startswith(b"{") for place, data in everything
    )
    assert any(place == "log" and b"portal.sign_in" in data for place, data in everything)


def kept(site: Site) -> Iterator[tuple[str, bytes]]:
    """Everything that the installation wrote: files, every value of every table (unpacked), the log."""
    for path in sorted(site.home.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes()
    with closing(sqlite3.connect(site.home / "yekuo.sqlite")) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            for row in connection.execute(f'SELECT * FROM "{name}"'):
                yield from ((name, unpacked(value)) for value in row if isinstance(value, (str, bytes)))
    yield "log", site.log.getvalue().encode()


def unpacked(value: str | bytes) -> bytes:
    """The plain bytes of a value; saved states are Zstandard frames."""
    data = value.encode() if isinstance(value, str) else value
    if data.startswith(zstandard.FRAME_HEADER):
        return zstandard.ZstdDecompressor().decompress(data, max_output_size=50_000_000)
    return data


def speaks(data: bytes, secret: str) -> bool:
    return any(form.encode() in data for form in (secret, json.dumps(secret)[1:-1]))
