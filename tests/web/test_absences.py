"""Absences: a deputy acts with both names, within the rights of both, and no longer than the absence lasts."""

from __future__ import annotations

from tests.web.conftest import World
from tests.web.staffed import away, handed_in, keeper_and_other, staffed


def test_a_deputy_works_in_the_place_of_the_absent_until_the_absence_ends_by_itself(world: World) -> None:
    staffed(world)
    case = handed_in(world)
    keeper, other, login = keeper_and_other(world, case)
    deputy = "desk2" if login == "desk" else "desk"
    name = {"desk": "窗口甲", "desk2": "窗口乙"}[login]
    assert away(keeper, world.ids[deputy], "2026-11-18", "2026-11-19", reason="培训").status_code == 201

    inbox = other.get("/inbox").text
    assert case in inbox
    assert f"代 {name}" in inbox
    told = [text for receiver, text in world.notices() if receiver == world.ids[deputy]]
    assert len([text for text in told if "代理" in text]) == 1
    task = world.task(other, case)
    assert f"您代理{name}办理" in other.get(f"/tasks/{task['id']}").text
    world.clock.pass_(days=3)
    other = world.signed_in(deputy)
    assert case not in other.get("/inbox").text
    assert world.complete(other, task, outcome="accept").status_code in (403, 404)
    assert case in world.signed_in(login).get("/inbox").text


def test_both_names_stand_in_the_record_of_what_a_deputy_did(world: World) -> None:
    staffed(world)
    case = handed_in(world)
    keeper, other, login = keeper_and_other(world, case)
    name, second = ("窗口甲", "窗口乙") if login == "desk" else ("窗口乙", "窗口甲")
    deputy = "desk2" if login == "desk" else "desk"
    away(keeper, world.ids[deputy], "2026-11-18", "2026-11-19")
    task = world.task(other, case)
    assert world.complete(other, task, outcome="accept").status_code == 200
    assert f"{second}（代{name}）" in other.get(f"/cases/{case}/record").text
    for login in ("desk", "desk2"):
        page = world.signed_in(login).get(f"/tasks/{task['id']}").text
        assert f"代{name}办理" in page, "both see who did it for whom"


def test_ending_an_absence_ends_the_sight_of_the_deputy_at_once(world: World) -> None:
    staffed(world)
    case = handed_in(world)
    keeper, other, login = keeper_and_other(world, case)
    made = away(keeper, world.ids["desk2" if login == "desk" else "desk"], "2026-11-18", "2026-11-30").json["id"]
    assert case in other.get("/inbox").text
    assert other.post(f"/api/absences/{made}/end").status_code == 403
    assert keeper.post(f"/api/absences/{made}/end").status_code == 200
    assert case not in other.get("/inbox").text
    assert keeper.post(f"/api/absences/{made}/end").status_code == 404
    assert keeper.get("/api/absences").json == []


def test_chains_and_circles_of_deputies_are_refused(world: World) -> None:
    third = {"login": "desk3", "name": "窗口丙", "roles": ["DESK"], "regions": ["north"]}
    third_id = world.signed_in("admin").post("/api/users", third).json["id"]
    desk, desk2 = world.signed_in("desk"), world.signed_in("desk2")
    assert away(desk, world.ids["desk2"], "2026-11-20", "2026-11-25").status_code == 201

    for deputy in (world.ids["desk"], third_id):
        refused = away(desk2, deputy, "2026-11-22", "2026-11-23")
        assert refused.status_code == 422
        assert "窗口甲" in refused.json["errors"]["deputy"][0]
    assert "已经登记过" in away(desk, third_id, "2026-11-25", "2026-11-27").json["errors"]["starts_at"][0]
    assert away(desk2, third_id, "2026-11-26", "2026-11-27").status_code == 201, "once the first is back"
    absent_too = away(world.signed_in("desk"), world.ids["desk2"], "2026-11-26", "2026-11-26")
    assert "也离岗" in absent_too.json["errors"]["deputy"][0]


def test_a_deputy_must_be_active_and_hold_the_roles(world: World) -> None:
    desk = world.signed_in("desk")
    for login in ("store", "desk", "nobody", "admin"):
        assert "deputy" in away(desk, world.ids[login], "2026-11-20", "2026-11-21").json["errors"]
    assert "ends_at" in away(desk, world.ids["desk2"], "2026-11-21", "2026-11-20").json["errors"]
    assert "ends_at" in away(desk, world.ids["desk2"], "2026-11-10", "2026-11-12").json["errors"]
    assert away(desk, world.ids["desk2"], "bald", "2026-11-12").status_code == 422
    page = desk.get("/absence").text
    assert "窗口乙" in page
    assert "库管员" not in page


def test_administrators_enter_the_absence_of_somebody_ill_and_nobody_else_does(world: World) -> None:
    body = ("2026-11-18", "2026-11-19")
    assert away(world.signed_in("lead"), world.ids["desk2"], *body, user=world.ids["desk"]).status_code == 403
    admin = world.signed_in("admin")
    assert away(admin, world.ids["desk2"], *body, user=world.ids["desk"]).status_code == 201
    assert admin.get(f"/absence?user={world.ids['desk']}").status_code == 200
    assert world.signed_in("lead").get(f"/absence?user={world.ids['desk']}").status_code == 403
    assert "窗口乙" in world.signed_in("desk").get("/absence").text
    assert {world.ids["desk"], world.ids["desk2"]} <= {receiver for receiver, _text in world.notices()}
