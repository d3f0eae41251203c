"""Two people, one task: the second learns who was faster, and nothing typed is lost."""

from __future__ import annotations

import re
from typing import Final

import pytest
from marshmallow import Schema

from tests.web.conftest import World, request_id
from web.answers import _flat
from web.api import asked, schemas, staffing_shapes


def test_claiming_a_task_that_somebody_just_took_names_them(world: World) -> None:
    case = world.hand_in(world.customer())
    first, second = world.signed_in("desk"), world.signed_in("desk2")
    task = world.task(second, case)
    assert first.post(f"/api/tasks/{task['id']}/claim").status_code == 200

    late = second.post(f"/api/tasks/{task['id']}/claim")

    assert late.status_code == 409
    assert late.json["conflict"] == {"kind": "claimed", "by": "窗口甲"}
    assert "窗口甲" in late.json["title"]


def test_completing_a_finished_task_names_who_and_when_and_keeps_the_draft(world: World) -> None:
    case = world.hand_in(world.customer())
    first, second = world.signed_in("desk"), world.signed_in("desk2")
    task = world.task(second, case)
    second.post(f"/api/tasks/{task['id']}/draft", {"data": {"remark": "先记下"}})
    assert world.complete(first, task, outcome="accept").status_code == 200

    late = world.complete(second, task, outcome="receipt")

    assert late.status_code == 409
    assert late.json["conflict"]["kind"] == "completed"
    assert late.json["conflict"]["by"] == "窗口甲"
    assert "09:30" in late.json["title"]
    assert second.get(f"/api/tasks/{task['id']}/draft").json["data"] == {"remark": "先记下"}


def test_a_task_that_changed_meanwhile_tells_its_present_revision(world: World) -> None:
    case = world.hand_in(world.customer())
    desk = world.signed_in("desk")
    task = world.task(desk, case)
    desk.post(f"/api/tasks/{task['id']}/claim")

    stale = world.complete(desk, task, outcome="accept")

    assert (stale.status_code, stale.json["conflict"]["kind"]) == (409, "stale")
    fresh = {**task, "rev": stale.json["conflict"]["rev"]}
    assert world.complete(desk, fresh, outcome="accept").status_code == 200


def test_the_same_request_id_with_other_content_is_refused(world: World) -> None:
    case = world.hand_in(world.customer())
    desk = world.signed_in("desk")
    task = world.task(desk, case)
    body = {"rev": task["rev"], "request_id": request_id(), "data": {"outcome": "accept"}}
    assert desk.post(f"/api/tasks/{task['id']}/complete", body).status_code == 200

    other = desk.post(f"/api/tasks/{task['id']}/complete", {**body, "data": {"outcome": "refuse"}})

    assert other.status_code == 409


def test_a_form_that_does_not_fit_answers_by_component_key(small_world: World) -> None:
    case = small_world.hand_in(small_world.customer())
    desk = small_world.signed_in("desk")
    task = small_world.task(desk, case)

    wrong = small_world.complete(desk, task, outcome="maybe", account="12")

    assert wrong.status_code == 422
    assert set(wrong.json["errors"]) == {"outcome", "account"}
    assert wrong.mimetype == "application/problem+json"


def test_only_a_candidate_completes(small_world: World) -> None:
    case = small_world.hand_in(small_world.customer())
    desk, lead = small_world.signed_in("desk"), small_world.signed_in("lead")
    task = small_world.task(desk, case)

    assert small_world.complete(lead, task, outcome="accept").status_code == 403


def test_a_task_is_given_to_a_colleague_of_the_same_role_and_region_only(world: World) -> None:
    case = world.hand_in(world.customer())
    desk = world.signed_in("desk")
    task = world.task(desk, case)
    desk.post(f"/api/tasks/{task['id']}/claim")
    url = f"/api/tasks/{task['id']}/assign"

    assert desk.post(url, {"assignee": world.ids["southdesk"]}).status_code == 422
    assert desk.post(url, {"assignee": world.ids["store"]}).status_code == 422
    assert desk.post(url, {"assignee": world.ids["desk2"]}).status_code == 200
    assert world.task(world.signed_in("desk2"), case)["assignee"] == world.ids["desk2"]


def test_a_lead_hands_on_what_somebody_else_holds(world: World) -> None:
    case = world.hand_in(world.customer())
    desk, lead = world.signed_in("desk"), world.signed_in("lead")
    task = world.task(desk, case)
    desk.post(f"/api/tasks/{task['id']}/claim")

    address, receiver = f"/api/tasks/{task['id']}/assign", {"assignee": world.ids["desk2"]}
    assert lead.post(address, receiver).json["errors"].keys() == {"reason"}
    assert lead.post(address, {**receiver, "reason": "休假"}).status_code == 200


def test_giving_a_task_back_lets_others_take_it(world: World) -> None:
    case = world.hand_in(world.customer())
    first, second = world.signed_in("desk"), world.signed_in("desk2")
    task = world.task(first, case)
    first.post(f"/api/tasks/{task['id']}/claim")
    assert second.post(f"/api/tasks/{task['id']}/release").status_code == 403

    assert first.post(f"/api/tasks/{task['id']}/release").status_code == 200
    assert second.post(f"/api/tasks/{task['id']}/claim").status_code == 200


def _schemas() -> list[type[Schema]]:
    """Every shape of a request, of bodies and of queries."""
    modules = (schemas, asked, staffing_shapes)
    found = {kind for module in modules for kind in vars(module).values() if isinstance(kind, type)}
    return sorted(
        (kind for kind in found if issubclass(kind, (schemas.Request, asked.Query))), key=lambda k: k.__name__
    )


WRONG: Final = (None, {}, [], "", "x" * 30_000, -7, 10**9, "2026-13-99", True, [{"x": 1}], {"x": None})


@pytest.mark.parametrize("kind", _schemas(), ids=lambda kind: kind.__name__)
def test_whatever_a_request_lacks_is_told_in_chinese(small_world: World, kind: type[Schema]) -> None:
    shape = kind()
    names = [field.data_key or name for name, field in shape.fields.items()]
    with small_world.app.test_request_context():
        for value in WRONG:
            for body in ({}, dict.fromkeys(names, value)):
                try:
                    found = shape.validate(body)
                except (AttributeError, TypeError):
                    continue  # A hook of the shape expects what the web gives it.
                for path, texts in _flat("", found):
                    assert all(re.search("[\u4e00-\u9fff]", text) for text in texts), (path, texts)


def test_a_request_id_that_comes_with_other_content_is_told_in_the_readers_language(small_world: World) -> None:
    customer = small_world.customer()
    id = request_id()
    data = {"parcel_number": "20261118", "name": "王小明", "phone": "13800136021", "weight": 800, "region": "north"}
    first = customer.post("/api/cases", {"request_id": id, "data": data})
    again = customer.post("/api/cases", {"request_id": id, "data": {**data, "weight": 900}})

    assert first.status_code == 201, first.text
    assert again.status_code == 409
    assert "已经用于另外的内容" in again.json["title"] and id not in again.text
