"""人员负荷: what people hold, handing it on one by one, and handing over before somebody leaves."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.conftest import World
from tests.web.staffed import certify, handed_in, keeper_and_other, staffed


def load_of(world: World, login: str) -> dict[str, Any]:
    rows = world.signed_in("lead").get("/api/workload").json
    return next(dict(row) for row in rows if row["id"] == world.ids[login])


def open_ids(world: World, login: str) -> list[str]:
    """Ids of the tasks that somebody holds."""
    table = world.house.database.flask.metadata.tables["task"]
    held = table.select().where(table.c.assignee == world.ids[login], table.c.state == "open")
    with world.app.app_context(), world.house.database.snapshot() as connection:
        return [row.id for row in connection.execute(held)]


def test_the_load_counts_open_tasks_and_cases_and_shows_who_is_away_and_whose_certificate_ran_out(world: World) -> None:
    staffed(world)
    for _ in range(3):
        handed_in(world)
    certify(world, "store", "2026-11-01")
    both = [load_of(world, login) for login in ("desk", "desk2")]
    assert sorted(row["open"] for row in both) == [1, 2]
    assert sum(row["cases"] for row in both) == 3
    assert both[0]["teams"] == ["前台班"]
    desk = world.signed_in("desk")
    body = {"deputy": world.ids["desk2"], "first_day": "2026-11-18", "last_day": "2026-11-19"}
    assert desk.post("/api/absences", body).status_code == 201
    assert load_of(world, "desk")["deputy"] == "窗口乙"
    assert load_of(world, "store")["certificates"][0]["state"] == "expired"

    page = world.signed_in("lead").get("/workload").text
    assert "窗口乙代理" in page
    assert "叉车证已过期" in page
    narrowed = world.signed_in("lead").get("/workload?role=WAREHOUSE").text
    assert "库管员" in narrowed
    assert "窗口甲" not in narrowed


@pytest.mark.parametrize("login", ["desk", "admin", "nobody"])
def test_only_those_who_assign_or_supervise_see_the_load(small_world: World, login: str) -> None:
    browser = small_world.signed_in(login)
    assert browser.get("/workload").status_code == 403
    assert browser.get("/api/workload").status_code == 403
    assert browser.post("/api/workload/reassign", {"tasks": ["x"], "reason": "weil"}).status_code == 403


def test_several_tasks_are_handed_on_each_on_its_own_and_every_row_says_what_became_of_it(world: World) -> None:
    staffed(world)
    cases = [handed_in(world) for _ in range(2)]
    keeper, _other, login = keeper_and_other(world, cases[0])
    other = "desk2" if login == "desk" else "desk"
    shelving = handed_in(world)
    holder, _rest, _name = keeper_and_other(world, shelving)
    assert world.complete(holder, world.task(holder, shelving), outcome="accept").status_code == 200
    lead = world.signed_in("lead")
    stored = world.task(world.signed_in("store"), shelving)["id"]
    tasks = [*open_ids(world, login), stored]

    answer = lead.post("/api/workload/reassign", {"tasks": tasks, "assignee": world.ids[other], "reason": "均衡"})
    assert answer.status_code == 200
    outcomes = {one["task_id"]: one for one in answer.json["outcomes"]}
    assert outcomes[stored]["ok"] is False
    assert "职责" in outcomes[stored]["text"]
    assert all(outcomes[task]["ok"] for task in tasks[:-1])
    assert answer.json["moved"] == len(tasks) - 1
    assert open_ids(world, login) == []
    assert keeper.get("/inbox").status_code == 200


def test_a_page_hands_on_what_is_ticked_and_gets_a_fragment(world: World) -> None:
    staffed(world)
    case = handed_in(world)
    _keeper, _other, login = keeper_and_other(world, case)
    lead = world.signed_in("lead")
    page = lead.get(f"/workload/{world.ids[login]}").text
    (task,) = open_ids(world, login)
    assert f'name="task:{task}"' in page
    form = {f"task:{task}": "yes", "choices": "yes", "assignee": "", "reason": "均衡", "csrf_token": lead.token()}
    answer = lead.client.post("/api/workload/reassign", data=form, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "已转办 1 件" in answer.text
    nothing = lead.client.post("/api/workload/reassign", data={**form, f"task:{task}": ""} | {"choices": "yes"})
    assert nothing.status_code in (200, 422)


def test_an_automatic_choice_takes_nobody_unfit_or_away(world: World) -> None:
    staffed(world)
    case = handed_in(world)
    _keeper, _other, login = keeper_and_other(world, case)
    other = "desk2" if login == "desk" else "desk"
    body = {"deputy": world.ids[login], "first_day": "2026-11-18", "last_day": "2026-11-19"}
    assert world.signed_in(other).post("/api/absences", body).status_code == 201
    answer = world.signed_in("lead").post("/api/workload/reassign", {"tasks": open_ids(world, login), "reason": "均衡"})
    (outcome,) = answer.json["outcomes"]
    assert outcome["ok"] is False
    assert "没有别人" in outcome["text"]


def test_leaving_hands_over_first_and_says_what_there_is(world: World) -> None:
    staffed(world)
    cases = [handed_in(world) for _ in range(2)]
    _keeper, _other, login = keeper_and_other(world, cases[0])
    other = "desk2" if login == "desk" else "desk"
    admin, address = world.signed_in("admin"), f"/api/users/{world.ids[login]}"

    assert "交给" in admin.get(f"/admin/users/{world.ids[login]}").text
    refused = admin.post(address, {"state": "left"})
    assert refused.status_code == 422
    assert "1 个在办任务、1 个负责的案件" in refused.json["errors"]["hand_over_to"][0]
    assert admin.post(address, {"state": "left", "hand_over_to": "auto", "reason": "退休"}).status_code == 200
    assert open_ids(world, login) == []
    assert len(open_ids(world, other)) == 2
    assert "退休" in world.signed_in("lead").get(f"/cases/{cases[0]}/record").text


def test_what_nobody_can_take_keeps_the_person_and_changes_nothing(world: World) -> None:
    staffed(world)
    certify(world, "store", "2027-01-01")
    case = handed_in(world)
    keeper, _other, _login = keeper_and_other(world, case)
    assert world.complete(keeper, world.task(keeper, case), outcome="accept").status_code == 200
    store = world.signed_in("store")
    task = world.task(store, case)
    assert store.post(f"/api/tasks/{task['id']}/claim").status_code == 200

    admin, address = world.signed_in("admin"), f"/api/users/{world.ids['store']}"
    refused = admin.post(address, {"state": "suspended", "hand_over_to": "auto", "reason": "红牌"})
    assert refused.status_code == 422
    assert "什么都没有改" in refused.json["title"]
    assert open_ids(world, "store") == [task["id"]]
    assert world.signed_in("store").get("/inbox").status_code == 200


def test_whoever_stands_in_for_somebody_does_not_leave(world: World) -> None:
    body = {"deputy": world.ids["desk2"], "first_day": "2026-11-18", "last_day": "2026-11-19"}
    assert world.signed_in("desk").post("/api/absences", body).status_code == 201
    refused = world.signed_in("admin").post(f"/api/users/{world.ids['desk2']}", {"state": "left"})
    assert refused.status_code == 422
    assert "窗口甲" in refused.json["title"]
