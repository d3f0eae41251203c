"""A parcel comes back: from the customer's form over three tasks to the end, through pages and commands only."""

from __future__ import annotations

from tests.web.conftest import World, request_id


def test_a_parcel_return_runs_from_the_form_to_the_refund(world: World) -> None:
    customer = world.customer()
    case = world.hand_in(customer)

    desk = world.signed_in("desk")
    check = world.task(desk, case)
    assert check["name"] == "验收包裹"
    assert desk.post(f"/api/tasks/{check['id']}/claim").status_code == 200
    done = world.complete(desk, world.task(desk, case), outcome="accept", account="6217000012345678")
    assert done.status_code == 200, done.text

    store = world.signed_in("store")
    shelve = world.task(store, case)
    done = world.complete(store, shelve, shelf="A-12")
    assert done.status_code == 200, done.text

    lead = world.signed_in("lead")
    done = world.complete(lead, world.task(lead, case), outcome="agree")
    assert done.status_code == 200, done.text
    assert "已办结" in lead.get(f"/cases/{case}").text
    assert "办结 验收包裹：收下" in lead.get(f"/cases/{case}/record").text


def test_the_same_completion_twice_happens_once(world: World) -> None:
    case = world.hand_in(world.customer())
    desk = world.signed_in("desk")
    task = world.task(desk, case)
    body = {
        "rev": task["rev"],
        "request_id": request_id(),
        "data": {"outcome": "accept", "account": "6217000012345678"},
    }

    first = desk.post(f"/api/tasks/{task['id']}/complete", body)
    second = desk.post(f"/api/tasks/{task['id']}/complete", body)

    assert (first.status_code, second.status_code) == (200, 200)
    assert (first.json["replayed"], second.json["replayed"]) == (False, True)
