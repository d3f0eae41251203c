"""Who sees the credit record, who enters into it and reviews it, and what it means for the customer's next form."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

import pytest

from tests.conftest import BOTH, Templates
from tests.postgres import Postgres
from tests.web.companions import Company, company
from tests.web.conftest import Browser, request_id
from web.assets import Assets


@pytest.fixture(scope="module", params=BOTH)
def firm(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, templates: Templates, assets: Assets
) -> Iterator[Company]:
    """The company on SQLite and on PostgreSQL, once per file."""
    home = tmp_path_factory.mktemp("company")
    if request.param == "sqlite":
        with company(templates.sqlite(home / "yekuo.sqlite"), home, assets) as made:
            yield made
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = templates.postgres(server)
    with company(server.url(name), home, assets) as made:
        yield made
    server.drop(name)


def send(browser: Browser, case: str, message: str, data: Mapping[str, Any] | None = None, **more: Any) -> Any:
    body = {"request_id": request_id(), "message": message, "data": dict(data or {}), **more}
    return browser.post(f"/api/cases/{case}/messages", body)


def entries(firm: Company) -> dict[str, str]:
    """Number of the case -> id of its entry, as the list shows them."""
    page = firm.staff("supervise1").get("/credit?state=all").text
    found = re.findall(r'data-key="([0-9a-f]{32})".*?<td class="second nowrap">([\w-]+)</td>', page, re.DOTALL)
    return {number: id for id, number in found}


def keys(page: str) -> set[str]:
    """The questions of the form on a page."""
    return set(re.findall(r'"key": ?"(\w+)"', unescape(page)))


def proof(browser: Browser, case: str) -> str:
    file = (io.BytesIO(b"%PDF-1.4\n%%EOF"), "evidence.pdf")
    answer = browser.upload(f"/api/cases/{case}/documents", {"file": file, "type": "evidence"})
    assert answer.status_code == 201, answer.text
    return str(answer.json["id"])


def entry(browser: Browser, case: str) -> dict[str, Any]:
    text = "监督检查发现所交租赁合同与登记不符。"
    return {"credit_reason_code": "false_concealed", "credit_reason": text, "evidence": [proof(browser, case)]}


@pytest.mark.parametrize(
    ("login", "status"),
    [("supervise1", 200), ("legal1", 200), ("accept1", 403), ("cm1", 403), ("head1", 403), ("analyst1", 403)],
)
def test_supervision_and_legal_read_the_credit_record_and_nobody_else(firm: Company, login: str, status: int) -> None:
    id = entries(firm)[firm.cases["容缺逾期终止"]]
    for path in ("/credit", "/credit?state=expired", f"/credit/{id}"):
        assert firm.staff(login).get(path).status_code == status
    assert ('href="/credit"' in firm.staff(login).get("/inbox").text) is (status == 200)


def test_a_customer_and_a_stranger_do_not_read_it(firm: Company) -> None:
    answers = [who.get("/credit") for who in (firm.owner(), firm.browser())]
    assert [one.status_code for one in answers] == [403, 401]
    assert not [one for one in answers if firm.cases["容缺逾期终止"] in one.text]


def test_an_entry_tells_reason_days_and_what_can_be_done_now(firm: Company) -> None:
    found = entries(firm)
    waiting = firm.staff("supervise1").get(f"/credit/{found[firm.cases['容缺逾期终止']]}").text
    assert "承诺补交的材料逾期未补" in waiting and "主动复核信用记录" in waiting
    objected = firm.staff("legal1").get(f"/credit/{found[firm.cases['异议复核']]}").text
    assert "异议复核" in objected and "主动复核信用记录" not in objected


def test_an_entry_that_is_not_there_says_so(firm: Company) -> None:
    answer = firm.staff("supervise1").get("/credit/" + "0" * 32)
    assert answer.status_code == 404 and "没有这条信用记录" in answer.text


@pytest.mark.parametrize("login", ["accept1", "cm1", "head1"])
def test_staff_of_another_role_neither_see_the_button_nor_send(firm: Company, login: str) -> None:
    case = firm.cases["容缺受理"]
    browser = firm.staff(login)
    assert "MSG_CREDIT_ENTERED" not in browser.get(f"/cases/{case}").text
    assert browser.get(f"/cases/{case}/send/MSG_CREDIT_ENTERED").status_code == 404
    refused = send(browser, case, "MSG_CREDIT_ENTERED")
    assert refused.status_code in (403, 404)
    assert case not in entries(firm)


def test_a_clerk_who_answers_for_customers_is_told_whose_step_it_is(firm: Company) -> None:
    case = firm.cases["容缺受理"]
    clerk = next(
        one
        for one in map(firm.staff, ("accept1", "accept2", "accept3"))
        if one.get(f"/cases/{case}").status_code == 200
    )
    refused = send(clerk, case, "MSG_CREDIT_ENTERED")
    assert (refused.status_code, refused.json["title"]) == (403, "这一条由监督、法规发。"), refused.text


def test_the_customer_of_a_case_cannot_send_what_is_for_staff(firm: Company) -> None:
    refused = send(firm.owner(), firm.cases["容缺逾期终止"], "MSG_CREDIT_REVIEW", {"review_text": "我没有错"})
    assert refused.status_code == 403


def test_legal_sees_the_case_of_an_entry_that_it_may_review_and_no_other(firm: Company) -> None:
    legal = firm.staff("legal1")
    case = firm.cases["容缺逾期终止"]
    assert legal.get(f"/cases/{case}").status_code == 200
    assert "转复核" in legal.get(f"/cases/{case}/send/MSG_CREDIT_REVIEW").text
    assert firm.staff("cm6").get(f"/cases/{case}").status_code == 404


def test_a_case_that_is_not_there_takes_nothing(firm: Company) -> None:
    assert send(firm.staff("supervise1"), "26-11-9999", "MSG_CREDIT_ENTERED").status_code == 404


def test_an_entry_without_evidence_is_refused_and_nothing_begins(firm: Company) -> None:
    case = firm.cases["容缺受理"]
    supervisor = firm.staff("supervise1")
    page = supervisor.get(f"/cases/{case}/send/MSG_CREDIT_ENTERED")
    assert page.status_code == 200 and "记入并告知" in page.text
    given = {"credit_reason_code": "false_concealed", "credit_reason": "材料与登记不符，已核实。", "evidence": []}
    assert send(supervisor, case, "MSG_CREDIT_ENTERED", given).status_code == 422
    assert case not in entries(firm)


def test_supervision_enters_with_evidence_once_and_the_second_time_is_told_it_stands(firm: Company) -> None:
    case, supervisor = firm.cases["容缺受理"], firm.staff("supervise1")
    given, once = entry(supervisor, case), request_id()
    first = send(supervisor, case, "MSG_CREDIT_ENTERED", given, request_id=once)
    assert (first.status_code, first.json["replayed"]) == (200, False), first.text
    again = send(supervisor, case, "MSG_CREDIT_ENTERED", given, request_id=once)
    assert (again.status_code, again.json["replayed"]) == (200, True)
    other = send(firm.staff("supervise2"), case, "MSG_CREDIT_ENTERED", entry(firm.staff("supervise2"), case))
    assert other.status_code == 409, other.text
    assert case in entries(firm)
    shown = supervisor.get(f"/credit/{entries(firm)[case]}").text
    assert "隐瞒重要事实" in shown and "evidence.pdf" in shown


def test_the_next_application_says_until_when_and_offers_no_commitment(firm: Company) -> None:
    page = firm.owner().get("/my/apply").text
    case = firm.cases["容缺逾期终止"]
    assert "这次申请不适用容缺和告知承诺" in page and f"/my/{case}" in page
    assert not {"commitment_offered", "planning_compliant"} & keys(page)
    (day,) = re.findall(r"有效期至 (\d{4}-\d{2}-\d{2}) 的信用记录", unescape(page))
    assert day > "2027-11-01"


def test_the_customer_of_a_terminated_case_reads_why_and_until_when_the_entry_lasts(firm: Company) -> None:
    page = firm.owner().get(f"/my/{firm.cases['容缺逾期终止']}").text
    assert "原因：承诺补交的材料逾期未补。" in page
    assert re.search(r"已记入信用记录，有效期至 2027-11-\d\d。有异议请在 \d{4}-\d\d-\d\d 前提出。", page)


def test_the_record_names_limits_as_the_diagrams_do(firm: Company) -> None:
    page = firm.staff("supervise1").get(f"/cases/{firm.cases['容缺逾期终止']}/record").text
    shown = unescape(re.sub(r"<[^>]+>", " ", page))
    assert "限期补件" in shown and not re.search(r"\b(supplement|commitment|documents_lapse)\b", shown)


def test_who_has_no_entry_is_offered_the_commitment(firm: Company) -> None:
    page = firm.customer("13800136021").get("/my/apply").text
    assert {"commitment_offered", "planning_compliant"} <= keys(page) and "的信用记录" not in page


def test_programs_read_what_the_pages_of_the_credit_record_show(firm: Company) -> None:
    case = firm.cases["容缺逾期终止"]
    id = entries(firm)[case]
    supervisor = firm.staff("supervise1")

    listed = supervisor.get("/api/credit").json
    assert {one["case"] for one in listed} >= {case}
    assert supervisor.get("/api/credit?state=nonsense").status_code == 422
    told = supervisor.get(f"/api/credit/{id}").json
    page = supervisor.get(f"/credit/{id}").text
    assert told["reason"] in page and told["until"] in page and told["text"] in page
    assert [one["title"] for one in told["events"]] == ["记入"]
    assert [one["name"] for one in told["tasks"]] == re.findall(r'href="/tasks/\w+">([^<]+)<', page)
    assert firm.staff("cm1").get("/api/credit").status_code == 403
    assert firm.owner().get(f"/api/credit/{id}").status_code == 403
    assert supervisor.get("/api/credit/nothing").status_code == 404


def test_programs_read_the_public_rules_and_the_calculator(firm: Company) -> None:
    anybody = firm.browser()
    rules = anybody.get("/api/sunshine?class=HV1").json
    page = anybody.get("/sunshine?class=HV1").text
    assert [step["title"] for step in rules["steps"]] == re.findall(
        r'<th scope="row" class="first">([^<]+)</th><td class="desk-only">[^<]', page
    )
    assert (rules["papers"] and rules["fees"] == []) or rules["fees"]
    asked = "class=HV1&industry=manufacturing&name=注塑机&count=8&power=55"
    advice = anybody.get(f"/api/capacity?{asked}").json
    assert advice["recommended"] > 0
    assert all(line in unescape(anybody.get(f"/capacity?{asked}").text) for line in advice["lines"])
    assert anybody.get("/api/capacity").json["recommended"] is None


def test_customers_follow_their_applications_by_the_api_alone(firm: Company) -> None:
    owner, case = firm.owner(), firm.cases["容缺逾期终止"]
    (line,) = [one for one in owner.get("/api/my").json if one["case"] == case]
    mine = owner.get(f"/api/my/{case}").json
    page = owner.get(f"/my/{case}").text

    assert line["headline"] == mine["headline"]
    assert mine["headline"] in page and mine["public_number"] in page
    assert [stage["title"] for stage in mine["stages"]] and mine["running"] is False
    asks = {one["message"] for one in mine["asks"]}
    assert asks
    form = owner.get(f"/api/my/{case}/steps/{min(asks)}").json
    assert form["form"]["components"]
    assert owner.get("/api/my/application").json["form"]["id"] == "application"
    assert owner.get(f"/api/my/{case}/steps/MSG_NOPE").status_code == 404
    assert firm.staff("cm1").get(f"/api/my/{case}").status_code == 403


def test_a_customer_is_told_the_truth_about_a_step_that_is_not_open(firm: Company) -> None:
    owner, case = firm.owner(), firm.cases["容缺逾期终止"]

    assert "没有这一步" in owner.get(f"/my/{case}/steps/MSG_NOPE").text
    assert "这份申请已经结束" in owner.get(f"/my/{case}/steps/MSG_CUSTOMER_CONFIRMED").text
    assert "这一步已经办过" in owner.get(f"/my/{case}/steps/MSG_COMMITMENT_SIGNED").text


def test_customers_read_their_own_words_about_a_number_that_is_not_theirs(firm: Company) -> None:
    foreign = firm.cases["容缺受理"]
    for path in (f"/my/{foreign}", f"/my/{foreign}/documents", "/my/26-99-9999"):
        answer = firm.owner().get(path)
        assert answer.status_code == 404
        assert "没有这个申请编号" in answer.text and "案件" not in answer.text
    assert "没有这个申请编号" in firm.owner().get(f"/api/my/{foreign}").json["title"]


def test_whoever_withdraws_while_papers_are_examined_reads_at_once_why_not(firm: Company) -> None:
    case = firm.cases["核查中要撤回"]
    desks = (firm.staff(login) for login in ("accept1", "accept2", "accept3"))
    desk = next(one for one in desks if one.get(f"/api/cases/{case}").status_code == 200)
    told = {"withdraw_code": "other", "withdraw_confirmed": True}
    answer = desk.post(
        f"/api/cases/{case}/messages", {"message": "MSG_WITHDRAW", "request_id": request_id(), "data": told}
    )
    assert answer.status_code == 422, answer.text
    assert "核查有结论之前不能撤回" in answer.text
