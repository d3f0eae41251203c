"""Teams and keepers: a case goes to the team that its pack names, and to one person of it for its whole life."""

from __future__ import annotations

import pytest

from tests.web.conftest import World
from tests.web.staffed import handed_in, ids, keeper_and_other, make_team, staffed


def test_two_cases_get_two_keepers_and_each_finds_the_task_in_the_inbox(world: World) -> None:
    staffed(world)
    first, second = handed_in(world), handed_in(world)

    keeper, other, _login = keeper_and_other(world, first)
    assert second not in keeper.get("/inbox").text
    assert second in other.get("/inbox").text
    assert first not in other.get("/inbox?tab=groups").text
    page = other.get(f"/cases/{first}").text
    assert "退货窗口" in page
    assert "0527-1" in page, "the phone of the office stands beside the name"


def test_a_team_with_nobody_is_told_to_those_who_assign_and_the_role_of_the_region_goes_on(world: World) -> None:
    staffed(world)
    answer = world.signed_in("admin").post("/api/teams/front", {"members": []})
    assert answer.status_code == 200
    case = handed_in(world)
    world.signed_in("lead")
    work(world)

    assert case in world.signed_in("desk").get("/inbox?tab=groups").text
    assert "班组没有人可派" in world.signed_in("lead").get(f"/cases/{case}/record").text
    told = [text for receiver, text in world.notices() if receiver == world.ids["lead"]]
    assert len([text for text in told if "前台班" in text]) == 1
    handed_in(world)
    work(world)
    assert len([text for receiver, text in world.notices() if receiver == world.ids["lead"]]) == len(told)


def test_a_case_of_a_region_outside_the_district_goes_to_the_role(world: World) -> None:
    staffed(world)
    case = handed_in(world, region="south")
    assert case in world.signed_in("southdesk").get("/inbox?tab=groups").text


def test_whoever_looks_after_a_case_hands_it_on_only_with_a_reason(world: World) -> None:
    staffed(world)
    case = handed_in(world)
    keeper, other, login = keeper_and_other(world, case)
    task = world.task(keeper, case)
    receiver = world.ids["desk2" if login == "desk" else "desk"]

    refused = keeper.post(f"/api/tasks/{task['id']}/release")
    assert refused.status_code == 403
    assert "转办" in refused.json["remedy"]
    unexplained = keeper.post(f"/api/tasks/{task['id']}/assign", {"assignee": receiver})
    assert unexplained.status_code == 422
    assert "reason" in unexplained.json["errors"]
    assert keeper.post(f"/api/tasks/{task['id']}/assign", {"assignee": receiver, "reason": "外出"}).status_code == 200
    assert case in other.get("/inbox").text
    assert "外出" in other.get(f"/cases/{case}/record").text


def test_another_keeper_is_an_act_of_those_who_assign_with_reason_and_trace(world: World) -> None:
    staffed(world)
    case = handed_in(world)
    keeper, other, login = keeper_and_other(world, case)
    receiver = world.ids["desk2" if login == "desk" else "desk"]
    body = {"role": "DESK", "assignee": receiver, "reason": "调岗"}
    lead = world.signed_in("lead")

    assert keeper.post(f"/api/cases/{case}/keeper", body).status_code == 403
    assert lead.post(f"/api/cases/{case}/keeper", {**body, "reason": ""}).status_code == 422
    assert lead.post(f"/api/cases/{case}/keeper", {**body, "role": "WAREHOUSE"}).status_code == 422
    assert lead.post(f"/api/cases/{case}/keeper", {**body, "assignee": world.ids["southdesk"]}).status_code == 422
    done = lead.post(f"/api/cases/{case}/keeper", body)
    assert (done.status_code, done.json["moved"]) == (200, 1)
    assert case in other.get("/inbox").text
    record = lead.get(f"/cases/{case}/record").text
    assert "负责人由" in record
    assert "调岗" in record


def test_administrators_keep_teams(world: World) -> None:
    admin = world.signed_in("admin")
    make_team(world, "desk")
    assert admin.post("/api/teams", {"id": "front", "title": "又一个", "regions": ["north"]}).status_code == 409
    assert admin.post("/api/teams", {"id": "1x", "title": "坏", "regions": ["north"]}).status_code == 422
    assert admin.post("/api/teams", {"id": "back", "title": "无片区", "regions": []}).json["errors"]["regions"]
    nobody = {"id": "back", "title": "后台", "regions": ["north"], "members": ["0" * 32]}
    assert admin.post("/api/teams", nobody).json["errors"]["members"]
    page = admin.post("/api/teams/front", {"choices": "yes", "region:*": "yes", f"member:{world.ids['desk2']}": "yes"})
    assert page.status_code == 200
    (found,) = admin.get("/api/teams").json
    assert (found["regions"], found["members"]) == (["*"], ids(world, "desk2"))
    for address in ("/admin/teams", "/admin/teams/front", "/admin/teams/new"):
        assert admin.get(address).status_code == 200
    assert admin.post("/api/teams/front/remove").status_code == 200
    assert admin.get("/api/teams").json == []
    assert admin.post("/api/teams/front/remove").status_code == 404


@pytest.mark.parametrize("login", ["desk", "store", "nobody"])
def test_others_do_not_keep_teams(small_world: World, login: str) -> None:
    browser = small_world.signed_in(login)
    assert browser.post("/api/teams", {"id": "mine", "title": "我的", "regions": ["north"]}).status_code == 403
    assert browser.get("/admin/teams").status_code == 403


def work(world: World) -> None:
    """Do every due job, as the clock would."""
    house = world.house
    with world.app.test_request_context():
        with house.database.snapshot() as connection:
            due = house.engine.due_jobs(connection, world.clock())
        for job in due:
            assert house.engine.run_job(house.database.transaction, job, world.clock()) == "done"
