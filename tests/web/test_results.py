"""Whoever works on a case reads what its finished steps decided; what a pack names as material stands open."""

from __future__ import annotations

import io
import json
import re
from html import unescape

from tests.web.conftest import World, request_id

ACCOUNT = "6217000012345678"


def shelved(world: World) -> tuple[str, dict[str, str]]:
    """A case that waits for the refund, and its finished tasks by name."""
    case = world.hand_in(world.customer())
    done: dict[str, str] = {}
    for login, data in (("desk", {"outcome": "accept", "account": ACCOUNT}), ("store", {"shelf": "A-12"})):
        browser = world.signed_in(login)
        task = world.task(browser, case)
        assert world.complete(browser, task, **data).status_code == 200
        done[task["name"]] = task["id"]
        world.clock.pass_(minutes=5)
    return case, done


def opened(page: str) -> list[str]:
    """Names of the steps that stand open."""
    return re.findall(r'<details class="ruling result"[^>]* open>\s*<summary><b>([^<]+)</b>', page)


def folded(page: str) -> list[str]:
    """Names of the steps that are folded."""
    return re.findall(r'<details class="ruling result"[^>]*(?<! open)>\s*<summary><b>([^<]+)</b>', page)


def test_a_task_shows_the_results_that_its_pack_names_open_beside_the_form(world: World) -> None:
    case, _done = shelved(world)
    lead = world.signed_in("lead")
    refund = world.task(lead, case)
    page = lead.get(f"/tasks/{refund['id']}").text
    assert set(opened(page)) == {"上架", "验收包裹"}
    assert "A-12" in page
    assert "收下" in page
    assert ACCOUNT not in page


def test_a_task_without_material_begins_with_the_case_and_has_the_results_folded(world: World) -> None:
    case = world.hand_in(world.customer())
    desk = world.signed_in("desk")
    check = world.task(desk, case)
    page = desk.get(f"/tasks/{check['id']}?context=results").text
    assert (opened(page), folded(page)) == ([], ["退货申请"])
    assert 'class="ruling result"' not in desk.get(f"/tasks/{check['id']}").text


def test_the_case_lists_its_finished_steps_the_latest_first_and_folded(world: World) -> None:
    case, done = shelved(world)
    lead = world.signed_in("lead")
    page = lead.get(f"/cases/{case}/results").text
    assert "表单与结果" in lead.get(f"/cases/{case}").text
    assert (opened(page), folded(page)) == ([], ["上架", "验收包裹", "退货申请"])
    assert opened(lead.get(f"/cases/{case}/results?step={done['验收包裹']}").text) == ["验收包裹"]
    assert world.signed_in("southdesk").get(f"/cases/{case}/results").status_code == 404


def test_a_click_on_a_finished_step_of_the_diagram_leads_to_its_result(world: World) -> None:
    case, done = shelved(world)
    found = re.search(r"tokens='([^']*)'", world.signed_in("lead").get(f"/cases/{case}").text)
    assert found is not None
    marks = {mark["element"]: mark["href"] for mark in json.loads(unescape(found.group(1)))}
    task = done["验收包裹"]
    assert marks["ut_check"] == f"/cases/{case}/results?step={task}#step-{task}"
    assert marks["ut_refund"].startswith("/tasks/")
    assert marks["gw_result"] == ""


def test_the_api_gives_the_same_lines_with_sealed_values_masked(world: World) -> None:
    case, _done = shelved(world)
    results = world.signed_in("lead").get(f"/api/cases/{case}/results").json["results"]
    assert [result["name"] for result in results] == ["上架", "验收包裹", "退货申请"]
    shelf = [line["text"] for line in results[0]["lines"]]
    assert "A-12" in shelf
    assert ACCOUNT not in json.dumps(results)
    assert world.customer().get(f"/api/cases/{case}/results").status_code == 403


def test_what_the_customer_sent_stands_among_the_results(world: World) -> None:
    customer = world.customer()
    case = world.hand_in(customer)
    desk = world.signed_in("desk")
    asked = world.complete(desk, world.task(desk, case), outcome="receipt", account=ACCOUNT)
    assert asked.status_code == 200
    world.clock.pass_(minutes=5)
    file = (io.BytesIO(b"%PDF-1.4\n%%EOF"), "小票.pdf")
    paper = customer.upload(f"/api/cases/{case}/documents", {"file": file, "type": "receipt"}).json["id"]
    body = {"message": "MSG_RECEIPT_SENT", "request_id": request_id(), "data": {"receipt": [paper]}}
    assert customer.post(f"/api/cases/{case}/messages", body).status_code == 200

    results = desk.get(f"/api/cases/{case}/results").json["results"]
    assert [(one["form"], one["who"], bool(one["task"])) for one in results] == [
        ("receipt", "客户", False),
        ("check", "窗口甲", True),
        ("hand_in", "客户", False),
    ]
    assert [file["name"] for line in results[0]["lines"] for file in line["files"]] == ["小票.pdf"]
