"""Progress without signing in: stage, step, team, person as the pack opens it, dates and reasons; never a name."""

from __future__ import annotations

import re

import pytest

from tests.frontend.conftest import Supply
from tests.web.conftest import Browser


@pytest.fixture(scope="module")
def case(supply: Supply) -> str:
    return supply.apply(supply.customer())


@pytest.fixture(scope="module")
def public(supply: Supply, case: str) -> str:
    found = re.search(r'copy-text value="([^"]+)"', supply.customer().get(f"/my/{case}").text)
    assert found
    return found.group(1)


def ask(browser: Browser, number: str, digits: str) -> tuple[int, str]:
    form = {"number": number, "last_four": digits, "csrf_token": browser.token()}
    answer = browser.client.post("/progress", data=form)
    return answer.status_code, answer.text


def task_of(supply: Supply, case: str) -> str:
    page = supply.signed_in("clerk").get(f"/inbox?tab=groups&q={case}").text
    return str(re.findall(r'data-key="([0-9a-f]{32})"', page)[0])


def test_until_somebody_takes_the_step_the_team_and_its_phone_are_told(supply: Supply, public: str) -> None:
    status, text = ask(supply.browser(), public, "6021")

    assert status == 200
    assert "正在受理您的申请" in text
    assert "受理审核" in text
    assert 'href="tel:8600-2101"' in text
    assert re.search(r"预计 <b>12 月 \d+ 日</b> 送电，目前按时", text)
    assert "预计日期怎么算的" in text


def test_wrong_digits_and_no_digits_find_nothing_and_keep_the_number(supply: Supply, public: str) -> None:
    for digits in ("0000", "", "021"):
        status, text = ask(supply.browser(), public, digits)
        assert status == 404
        assert "没有这个申请编号" in text
        assert f'value="{public}"' in text


def test_asking_too_often_is_answered_with_the_minutes_to_wait(supply: Supply) -> None:
    supply.clock.pass_(minutes=2)
    stranger = supply.browser()

    answers = [ask(stranger, "26-11-0001-AAAA", "1234") for _ in range(11)]

    assert [status for status, _ in answers] == [404] * 10 + [429]
    assert re.search(r"请 \d+ 分钟后再试", answers[-1][1])
    assert "26-11-0001-AAAA" in answers[-1][1]


def test_who_holds_the_step_is_told_by_staff_number_and_late_cases_say_why(
    supply: Supply, case: str, public: str
) -> None:
    clerk = supply.signed_in("clerk")
    assert clerk.post(f"/api/tasks/{task_of(supply, case)}/claim").status_code == 200
    supply.clock.pass_(days=9)
    supply.known.clear()

    _status, text = ask(supply.browser(), public, "6021")
    own = supply.customer().get(f"/my/{case}").text

    assert "N-clerk" in text
    assert "陈晓岚" not in text
    assert re.search(r"比承诺晚 [\d.]+ 天，原因：受理审核还没有办完，新的预计 \d+ 月 \d+ 日", text)
    assert "超期" not in text + own
    assert "比承诺晚" in own


def test_the_form_of_the_head_of_department_gives_reason_and_new_day(supply: Supply) -> None:
    case = supply.apply(supply.customer("13800138077"))
    supply.clock.pass_(days=7)
    supply.work()
    supply.known.clear()
    head = supply.signed_in("clerk")
    page = head.get(f"/cases/{case}").text
    found = re.search(r'href="/tasks/([0-9a-f]{32})">受理超期处理', page)
    assert found, page
    task = found.group(1)
    assert head.post(f"/api/tasks/{task}/claim").status_code == 200
    rev = head.get(f"/api/tasks/{task}").json["rev"]
    data = {
        "overdue_acceptance_cause": "hand_over", "overdue_acceptance_expected": "2026-12-24",
        "overdue_acceptance_text": "两个部门之间没有交接。", "overdue_acceptance_told": True, "outcome": "urged",
    }  # fmt: skip
    done = head.post(f"/api/tasks/{task}/complete", {"rev": rev, "request_id": "overdue-0001", "data": data})
    assert done.status_code == 200, done.text

    text = supply.customer("13800138077").get(f"/my/{case}").text

    assert "原因：部门衔接，新的预计 12 月 24 日" in text
