"""What a customer may do instead of saying yes, in a browser: object to the plan, ask for more time, withdraw."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Screenshot
from tests.conftest import Templates
from tests.e2e import answers
from tests.e2e.filling import Sheet, document
from tests.e2e.people import Customer, Staff
from tests.e2e.site import CONNECTION, CONNECTION_STAFF, site
from tests.e2e.test_connection_walk import FORMS, Walk

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.fixture
def walk(tmp_path: Path, templates: Templates, page: Page, phone: Page, screenshot: Screenshot) -> Iterator[Walk]:
    with site(tmp_path, templates, CONNECTION, CONNECTION_STAFF) as running:
        desk, customer = Staff(running, page), Customer(running, phone, answers.PHONE)
        yield Walk(running, desk, customer, phone.context.new_page(), screenshot)


def test_the_customer_objects_asks_for_time_and_withdraws(walk: Walk) -> None:
    plan_is_replied(walk)
    objects(walk)
    asks_for_more_time(walk)
    withdraws(walk)


def plan_is_replied(walk: Walk) -> None:
    walk.customer.sign_in()
    walk.case = walk.customer.apply("application", FORMS, answers.APPLICATION, ("credit_code", answers.MISTYPED))
    walk.site.settle()
    walk.work("accept1", "受理审核", "accept", answers.ACCEPT_INCOMPLETE, "incomplete")
    walk.answer("MSG_DOCUMENTS_SUPPLIED", "supply_documents", answers.SUPPLIED)
    walk.work("accept2", "受理审核", "accept", answers.ACCEPT_COMPLETE, "complete")
    walk.work("survey_dispatch1", "勘查派工", "survey_dispatch", answers.dispatch(walk.staff.today))
    walk.work("surveyor1", "现场勘查", "survey", answers.visit(walk.staff.today), "feasible")
    draws_and_replies(walk)


def draws_and_replies(walk: Walk) -> None:
    walk.work("cm1", "拟定供电方案", "plan_draft", {"plan": answers.PLAN, **answers.WORKS})
    marketing = {"checked_marketing": ["load", "category", "price", "billing", "contract"]}
    walk.work("cm2", "营销会审", "rev_marketing", marketing, "agree")
    planning = {"checked_planning": ["access", "grid_plan", "capacity", "interface"]}
    walk.work("planning1", "规划会审", "rev_planning", planning, "agree")
    walk.work("om1", "运检会审", "rev_om", {"checked_om": ["line", "construction", "safety"]}, "agree")
    dispatch = {"checked_dispatch": ["mode", "protection", "agreement"]}
    walk.work("grid_dispatch1", "调度会审", "rev_dispatch", dispatch, "agree")
    replies(walk)


def replies(walk: Walk) -> None:
    until = str(walk.staff.today + timedelta(days=20))
    reply = {"reply_channel": "online", "plan_valid_until": until, "reply_checked": True}
    walk.work("cm1", "答复供电方案", "plan_reply", reply)


def open_way(walk: Walk, title: str, message: str, form: str) -> Sheet:
    """From the page of the plan, or from the case, by the link that the customer sees."""
    walk.site.work_hours(1)
    walk.customer.sign_in()
    phone = walk.customer.page
    phone.goto(f"{walk.site.url}/my/{walk.case}")
    phone.get_by_role("link", name=title).click()
    phone.wait_for_url(f"**/steps/{message}")
    if message == "MSG_WITHDRAW":
        # The consequences first; the form comes when they are wanted all the same.
        expect(phone.get_by_role("link", name="不撤回，继续办")).to_be_visible()
        phone.get_by_role("link", name="仍要撤回").click()
    expect(phone.locator("form-fill .fjs-container").first).to_be_visible()
    return Sheet(phone, document(FORMS, form))


def objects(walk: Walk) -> None:
    sheet = open_way(walk, "对方案有异议", "MSG_CUSTOMER_OBJECTED", "object_plan")
    walk.screenshot("portal_object", walk.customer.page, full_page=True)
    sheet.submit({"objection_code": "cost", "objection_text": "红线外电缆由公司投资，请在方案里写明。"})
    walk.customer.page.wait_for_url(f"**/my/{walk.case}")
    walk.site.settle()
    assert walk.site.open_tasks(walk.case) == {"ut_plan_draft"}
    expect(walk.customer.page.locator("h1")).to_have_text("正在制定供电方案")
    draws_and_replies(walk)


def asks_for_more_time(walk: Walk) -> None:
    sheet = open_way(walk, "申请延长方案有效期", "MSG_EXTENSION_REQUESTED", "extension")
    walk.screenshot("portal_extension", walk.customer.page, full_page=True)
    until = str(walk.staff.today + timedelta(days=90))
    sheet.submit({"extension_until": until, "extension_reason": "厂房验收推迟到明年二月。"})
    walk.customer.page.wait_for_url(f"**/my/{walk.case}")
    walk.site.settle()
    assert walk.site.open_tasks(walk.case) == {"ut_plan_reply"}
    replies(walk)


def withdraws(walk: Walk) -> None:
    sheet = open_way(walk, "撤回申请", "MSG_WITHDRAW", "withdraw")
    phone = walk.customer.page
    expect(phone.get_by_text("撤回后这份申请就结束，不能恢复。")).to_be_visible()
    walk.screenshot("portal_withdraw", phone, full_page=True)
    sheet.submit({"withdraw_code": "changed_plan", "withdraw_confirmed": True})
    phone.wait_for_url(f"**/my/{walk.case}")
    walk.site.settle()
    phone.reload()
    expect(phone.locator("h1")).to_have_text("已按您的要求撤回")
    instance = walk.site.instance(walk.case)
    assert (instance.state, instance.end_event) == ("ended", "E_WITHDRAWN")
    assert walk.site.open_tasks(walk.case) == set()
