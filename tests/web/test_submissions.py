"""A finished task shows what was submitted then, whatever the case says now; sealed values stay masked."""

from __future__ import annotations

import html
import json
import re
from typing import Any, cast

from sqlalchemy import update

from engine import metadata, queries
from forms import Form
from tests.web.conftest import Browser, World
from web.api.filling import Filling

ACCOUNT = "6217000012345678"


def filled(page: str, part: str) -> dict[str, Any]:
    """What the page hands to its form."""
    found = re.search(rf'data-part="{part}">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(html.unescape(found.group(1)))
    return data


def checked(world: World) -> tuple[str, Browser, str]:
    """A case whose parcel the desk has checked: the case, the desk, the finished task."""
    case = world.hand_in(world.customer())
    desk = world.signed_in("desk")
    task = world.task(desk, case)
    assert world.complete(desk, task, outcome="accept", account=ACCOUNT).status_code == 200
    return case, desk, task["id"]


def test_a_finished_task_shows_what_was_submitted_on_its_page_and_by_the_api(world: World) -> None:
    _case, desk, task_id = checked(world)
    answer = desk.get(f"/api/tasks/{task_id}").json
    assert (answer["state"], answer["data"]["outcome"]) == ("completed", "accept")
    assert answer["data"]["account"] and answer["data"]["account"] != ACCOUNT

    page = desk.get(f"/tasks/{task_id}").text
    assert "下面是办结时的内容" in page
    assert filled(page, "data")["outcome"] == "accept"
    assert ACCOUNT not in page


def test_what_was_submitted_stays_when_the_case_goes_on_and_ends(world: World) -> None:
    case, desk, task_id = checked(world)
    store = world.signed_in("store")
    assert world.complete(store, world.task(store, case), shelf="A-12").status_code == 200
    lead = world.signed_in("lead")
    last = world.task(lead, case)
    assert filled(lead.get(f"/tasks/{last['id']}").text, "data").get("outcome") is None
    assert world.complete(lead, last, outcome="agree").status_code == 200

    assert desk.get(f"/api/tasks/{task_id}").json["data"]["outcome"] == "accept"
    assert lead.get(f"/api/tasks/{last['id']}").json["data"]["outcome"] == "agree"


def test_a_task_finished_before_anything_was_kept_says_so_instead_of_showing_an_empty_form(world: World) -> None:
    _case, desk, task_id = checked(world)
    rows = metadata.tables["task"]
    with world.app.app_context(), world.house.database.transaction() as connection:
        connection.execute(update(rows).where(rows.c.id == task_id).values(submitted=None))
    page = desk.get(f"/tasks/{task_id}").text
    assert "系统那时还不留存填写的内容" in page
    assert "下面是办结时的内容" not in page
    assert "<form-fill" not in page


def test_a_withdrawn_task_says_that_nobody_submitted_anything(world: World) -> None:
    case = world.hand_in(world.customer())
    desk = world.signed_in("desk")
    task = world.task(desk, case)
    admin = world.signed_in("admin")
    with world.app.app_context(), world.house.database.transaction() as connection:
        instance = next(iter(queries.instances(connection, business_key=case)))
        world.house.engine.cancel(connection, instance.id, reason="错寄", actor="admin", now=world.clock())
    page = admin.get(f"/tasks/{task['id']}").text
    assert "没有人提交过" in page
    assert "<form-fill" not in page


def test_a_draft_over_what_is_known_keeps_what_it_does_not_name_and_clears_what_it_says_is_null() -> None:
    group = {"id": "g", "type": "group", "path": "site", "components": [{"id": "k", "type": "number", "key": "kva"}]}
    number = {"id": "n", "type": "number", "key": "n"}
    form = Form.load({"id": "x", "components": [group, number]})
    known = {"site": {"kva": 10, "shown_later": "a"}, "n": 7, "of_the_case": 1}
    filling = Filling(form, known, {}, "", cast(Any, None))
    assert filling.typed_over({}) == {"site": {"kva": 10, "shown_later": "a"}, "n": 7}
    typed = {"site": {"kva": None}, "n": None}
    assert filling.typed_over(typed) == {"site": {"kva": None, "shown_later": "a"}, "n": None}
