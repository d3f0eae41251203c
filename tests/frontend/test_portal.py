"""The customers' pages over the real process: what they show and what they ask for."""

from __future__ import annotations

import re

import pytest

from tests.frontend.conftest import Supply, first_choice
from tests.web.conftest import Browser, request_id


@pytest.fixture(scope="module")
def case(supply: Supply) -> str:
    return supply.apply(supply.customer())


def test_a_visitor_finds_the_three_doors(supply: Supply) -> None:
    text = supply.browser().get("/").text

    assert all(words in text for words in ("申请用电", "查进度", "登录"))


def test_applying_asks_for_signing_in_first(supply: Supply) -> None:
    answer = supply.browser().get("/my/apply")

    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/my/apply"


def test_signing_in_never_leads_to_another_site(supply: Supply) -> None:
    text = supply.browser().get("/sign-in?next=//evil.example").text

    assert "evil.example" not in text


def test_the_application_comes_with_its_form_and_its_draft(supply: Supply) -> None:
    customer = supply.customer("13900139000")
    customer.post("/api/cases/draft?process=intake", {"data": {"name": "云岭茶业合作社"}})

    text = customer.get("/my/apply").text

    assert "stepwise" in text
    assert "云岭茶业合作社" in text


def test_the_progress_says_stage_step_who_and_when(supply: Supply, case: str) -> None:
    text = supply.customer().get(f"/my/{case}").text

    assert "正在受理您的申请" in text
    assert "受理审核" in text
    assert re.search(r"预计 <b>12 月 \d+ 日</b> 送电，目前按时", text)
    assert "承诺时限 3 个工作日" in text


def test_the_case_of_somebody_else_does_not_exist(supply: Supply, case: str) -> None:
    assert supply.customer("13700137000").get(f"/my/{case}").status_code == 404


def test_withdrawing_shows_the_consequences_before_the_button(supply: Supply, case: str) -> None:
    first = supply.customer().get(f"/my/{case}/steps/MSG_WITHDRAW").text
    sure = supply.customer().get(f"/my/{case}/steps/MSG_WITHDRAW?sure=yes").text

    assert "撤回后这份申请就结束" in first and "会停下的步骤" in first and "受理审核" in first
    assert "<form-fill" not in first
    # The inviting button goes on with the application; withdrawing is a plain one, and asks again.
    assert re.search(r'btn-primary" href="/my/[^"]+">不撤回', first)
    assert re.search(r'class="btn" href="/my/[^"]+sure=yes">仍要撤回', first)
    assert sure.index("不能恢复") < sure.index('class="grave"') < sure.index("<form-fill")
    assert '"message": "MSG_WITHDRAW"' in sure


def test_back_from_an_application_that_was_sent_leads_to_it(supply: Supply) -> None:
    customer = supply.customer("13600136009")
    assert customer.get("/my/apply?step=5").status_code == 200
    sent = supply.apply(customer)

    back = customer.get("/my/apply?step=5")
    assert (back.status_code, back.location) == (302, f"/my/{sent}")
    assert customer.get("/my/apply").status_code == 200
    customer.post("/api/cases/draft", {"data": {"customer_class": "LV"}})
    assert customer.get("/my/apply?step=3").status_code == 200


def test_a_step_that_is_not_waited_for_says_so(supply: Supply, case: str) -> None:
    text = supply.customer().get(f"/my/{case}/steps/MSG_CONTRACT_SIGNED").text
    assert "现在还用不着这一步" in text and "已经办过" not in text


def ask_for_papers(supply: Supply, customer: Browser) -> str:
    """An application that waits for its customer: one paper is missing."""
    case = supply.apply(customer)
    clerk = supply.signed_in("clerk")
    task = supply.task(clerk, case)
    clerk.post(f"/api/tasks/{task['id']}/claim")
    answers = {
        "outcome": "incomplete",
        "missing": ["property_proof"],
        "identity_checked": first_choice(task["form"], "identity_checked"),
        "duplicate_checked": first_choice(task["form"], "duplicate_checked"),
        "credit_result": first_choice(task["form"], "credit_result"),
        "verified": [],
    }
    done = supply.complete(clerk, supply.task(clerk, case), **answers)
    assert done.status_code == 200, done.text
    supply.work()
    return case


def test_missing_papers_are_asked_once_with_the_date(supply: Supply) -> None:
    customer = supply.customer("13600136000")
    case = ask_for_papers(supply, customer)

    page = customer.get(f"/my/{case}/steps/MSG_DOCUMENTS_SUPPLIED").text

    assert "缺 1 份" in page
    assert "前补齐" in page
    assert "需要您：补材料" in customer.get("/").text


def test_the_start_page_hides_no_turn_of_the_customer(supply: Supply) -> None:
    customer = supply.customer("13600136001")
    cases = [ask_for_papers(supply, customer) for _case in range(4)]
    waiting = supply.apply(customer)

    text = customer.get("/").text

    assert text.count("需要您：补材料") == 3
    assert "还有 1 件要您办" in text
    rows = dict(re.findall(r'<li><a href="/my/([\d-]+)">(.*?)</li>', text, re.S))
    assert {case for case, row in rows.items() if "轮到您：补材料" in row} == set(cases)
    assert "轮到您" not in rows[waiting]


def test_a_withdrawn_case_says_how_it_ended(supply: Supply) -> None:
    customer = supply.customer("13500135000")
    case = supply.apply(customer)
    data = {"withdraw_code": _withdraw_code(customer, case), "withdraw_confirmed": True}
    body = {"message": "MSG_WITHDRAW", "request_id": request_id(), "data": data}
    answer = customer.post(f"/api/cases/{case}/messages", body)
    assert answer.status_code == 200, answer.text
    supply.work()

    text = customer.get(f"/my/{case}").text

    assert "已按您的要求撤回" in text
    assert f"/my/{case}/rating" in text


def test_the_public_progress_names_no_customer(supply: Supply, case: str) -> None:
    public = re.search(r"\d\d-\d\d-\d{4}-[A-Z0-9-]+", supply.customer().get(f"/my/{case}").text)
    assert public
    body = {"number": public.group(0), "last_four": "6021"}

    answer = supply.browser().post("/api/progress", body)

    assert answer.status_code == 200, answer.text
    assert [step["label"] for step in answer.json["forecast"]]
    assert "13800136021" not in answer.text


def _withdraw_code(customer: Browser, case: str) -> str:
    text = customer.get(f"/my/{case}/steps/MSG_WITHDRAW?sure=yes").text
    found = re.search(r'"key": "withdraw_code".*?"value": "([^"]+)"', text)
    return found.group(1) if found else ""


def test_the_public_rules_are_those_of_the_running_table(supply: Supply) -> None:
    low, high = (supply.browser().get(f"/sunshine?class={name}").text for name in ("LV", "HV1"))

    assert "设计审查" in high
    assert "设计审查" not in low
    assert "31 个工作日" in high
    assert "总平面图" in high
    assert "可容缺" in low
