"""Certificates and four eyes: who may not do a task is told why, and who may instead."""

from __future__ import annotations

from tests.web.conftest import World
from tests.web.staffed import certify, handed_in, keeper_and_other, staffed
from web.clock import Clock


def to_storing(world: World) -> str:
    """A case whose parcel was checked and is to be put on a shelf."""
    case = handed_in(world)
    keeper, _other, _login = keeper_and_other(world, case)
    answer = world.complete(keeper, world.task(keeper, case), outcome="accept")
    assert answer.status_code == 200, answer.text
    return case


def test_without_a_certificate_a_task_is_neither_taken_nor_given_and_the_page_says_what_to_do(world: World) -> None:
    staffed(world)
    case = to_storing(world)
    store = world.signed_in("store")
    task = world.task(store, case)

    refused = store.post(f"/api/tasks/{task['id']}/claim")
    assert refused.status_code == 403
    assert "没有登记叉车证" in refused.json["title"]
    assert "管理员" in refused.json["remedy"]
    page = store.get(f"/tasks/{task['id']}").text
    assert "没有登记叉车证" in page
    assert "领取并办理" not in page
    given = world.signed_in("lead").post(f"/api/tasks/{task['id']}/assign", {"assignee": world.ids["store"]})
    assert given.status_code == 403

    assert certify(world, "store", "2026-11-20").status_code == 201
    assert store.post(f"/api/tasks/{task['id']}/claim").status_code == 200
    world.clock.pass_(days=5)
    store = world.signed_in("store")
    late = world.complete(store, world.task(store, case), shelf="A-01")
    assert late.status_code == 403
    assert "到期" in store.get(f"/tasks/{task['id']}").text


def test_holders_and_administrators_are_told_once_before_a_certificate_runs_out(world: World) -> None:
    staffed(world)
    certify(world, "store", "2026-12-10")
    clock = Clock(world.app)

    def told() -> list[str]:
        with world.app.app_context():
            clock.tidy()
        return [receiver for receiver, text in world.notices() if "叉车证" in text]

    assert told() == []
    world.clock.pass_(days=13)
    assert sorted(told()) == sorted(world.ids[login] for login in ("store", "admin", "admin2"))
    world.clock.pass_(days=1)
    assert len(told()) == 3


def test_a_renewed_certificate_is_no_reason_to_warn(world: World) -> None:
    staffed(world)
    certify(world, "store", "2026-11-20", "L-1")
    certify(world, "store", "2028-11-20", "L-2")
    with world.app.app_context():
        Clock(world.app).tidy()
    assert [text for _receiver, text in world.notices() if "叉车证" in text] == []


def test_administrators_keep_certificates_of_kinds_that_a_pack_knows(world: World) -> None:
    staffed(world)
    admin = world.signed_in("admin")
    address = f"/api/users/{world.ids['store']}/certificates"
    assert certify(world, "store", "2027-11-20").status_code == 201
    assert certify(world, "store", "2028-11-20").json["errors"]["number"]
    paper = {"kind": "swim", "number": "1", "valid_until": "2027-01-01"}
    assert admin.post(address, paper).json["errors"]["kind"]
    assert admin.post(address, {**paper, "kind": "lift", "valid_until": "bald"}).status_code == 422
    assert world.signed_in("store").post(address, paper).status_code == 403
    (found,) = admin.get(address).json
    assert (found["state"], found["number"]) == ("valid", "L-1")
    page = admin.get(f"/admin/users/{world.ids['store']}").text
    assert "叉车证" in page
    assert "叉车证" in admin.get("/admin/users").text
    assert admin.post(f"{address}/{found['id']}/remove").status_code == 200
    assert admin.post(f"{address}/{found['id']}/remove").status_code == 404


def test_whoever_did_the_step_cannot_check_it_in_another_role_and_the_answer_names_who_can(world: World) -> None:
    staffed(world)
    certify(world, "store", "2027-11-20")
    admin = world.signed_in("admin")
    for login in ("desk", "desk2"):
        assert admin.post(f"/api/users/{world.ids[login]}", {"roles": ["DESK", "LEAD"]}).status_code == 200
    case = to_storing(world)
    login = done_by(world, case)
    store = world.signed_in("store")
    task = world.task(store, case)
    store.post(f"/api/tasks/{task['id']}/claim")
    done = world.complete(store, world.task(store, case), shelf="A-01")
    assert done.status_code == 200, done.text

    both = world.signed_in(login)
    task = world.task(both, case)
    refused = both.post(f"/api/tasks/{task['id']}/claim")
    assert refused.status_code == 403
    assert refused.json["title"] == "「验收包裹」由您办理，不能由您审核。"
    assert "店长" in refused.json["remedy"]
    assert "验收包裹" in both.get(f"/tasks/{task['id']}").text
    beside = both.get(f"/tasks/{task['id']}/peek").text
    assert "「验收包裹」由您办理，不能由您审核。" in beside and "领取并办理" not in beside
    assert "领取并办理" in world.signed_in("lead").get(f"/tasks/{task['id']}/peek").text
    candidates = world.signed_in("lead").get(f"/api/tasks/{task['id']}/candidates").json
    assert {one["id"]: one["fit"] for one in candidates}[world.ids[login]] is False


def done_by(world: World, case: str) -> str:
    """Who of the desk has done something in the case."""
    return next(login for login in ("desk", "desk2") if case in world.signed_in(login).get("/inbox?tab=done").text)
