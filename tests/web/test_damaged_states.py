"""A saved state that cannot be read stops its process, and takes no page with it: what else is known is shown."""

from __future__ import annotations

import re

import pytest
import zstandard

from tests.web.conftest import Browser, World
from tests.web.test_outside import waiting_for_receipt
from tests.web.test_rights import rules

#: What can have happened to the bytes of a state: overwritten, cut, of another version, without its parts.
DAMAGES = {
    "other bytes": lambda blob: b"broken",
    "nothing": lambda blob: b"",
    "cut": lambda blob: blob[: len(blob) // 2],
    "other version": lambda blob: zstandard.compress(b'{"v": 99}'),
    "parts missing": lambda blob: zstandard.compress(b'{"v": 1, "p": "parcel_return"}'),
}


def damage(world: World, name: str, good: bytes = b"") -> bytes:
    """Overwrite the states of all instances; return what one of them was."""
    with world.app.app_context(), world.house.database.transaction() as connection:
        table = world.house.database.flask.metadata.tables["instance"]
        blob = good or bytes(connection.execute(table.select()).first().blob)
        connection.execute(table.update().values(blob=DAMAGES[name](blob)))
    return blob


def pages(world: World, browser: Browser, case: str, task: str) -> dict[str, str]:
    """Every page and answer about a case and its task that does not end in an error of ours."""
    found = {}
    for rule, method in rules(world.app):
        if method != "GET" or not {"business_key", "task_id"} & set(rule.arguments):
            continue
        path = rule.rule.replace("<business_key>", case).replace("<task_id>", task)
        answer = browser.get(re.sub(r"<[^>]+>", "0" * 32, path))
        assert answer.status_code < 500, path
        found[rule.rule] = answer.text
    return found


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_state_is_named_and_the_rest_of_the_case_is_shown(world: World, name: str) -> None:
    case = world.hand_in(world.customer())
    desk, admin = world.signed_in("desk"), world.signed_in("admin")
    task = world.task(desk, case)
    desk.post(f"/api/tasks/{task['id']}/claim")
    task = world.task(desk, case)
    blob = damage(world, name)

    shown = pages(world, desk, case, task["id"])
    assert "流程读不出来，先停在这里" in shown["/cases/<business_key>"]
    assert task["name"] in shown["/cases/<business_key>"]
    assert "这个任务现在办不了" in shown["/tasks/<task_id>"]
    assert "is left untouched" not in shown["/tasks/<task_id>"], "the technical reason is for who can repair it"
    assert "It is left untouched" in pages(world, admin, case, task["id"])["/cases/<business_key>"]

    refused = world.complete(desk, task, outcome="accept", account="6217000012345678")
    assert refused.status_code == 422, refused.text
    with world.app.app_context(), world.house.database.transaction() as connection:
        table = world.house.database.flask.metadata.tables["instance"]
        connection.execute(table.update().values(blob=blob))
    assert "流程读不出来" not in desk.get(f"/cases/{case}").text
    assert world.complete(desk, task, outcome="accept", account="6217000012345678").status_code == 200


@pytest.mark.parametrize("name", DAMAGES)
def test_a_customer_reads_on_beside_a_damaged_state(world: World, name: str) -> None:
    case, customer = waiting_for_receipt(world)
    step = f"/my/{case}/steps/MSG_RECEIPT_SENT"
    assert "提交小票" in customer.get(step).text
    damage(world, name)

    for path in ("", "/documents", "/rating"):
        answer = customer.get(f"/my/{case}{path}")
        assert answer.status_code == 200 and case in answer.text, path
    stopped = customer.get(step)
    assert stopped.status_code == 200
    assert "这一步现在办不了" in stopped.text and "您办过的都在" in stopped.text
    assert "instance" not in stopped.text, "the technical reason is for who can repair it"
