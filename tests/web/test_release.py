"""From draft to new cases: the difference read, remarks made, activated for some first, taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.web.conftest import PACK, PASSWORD, Browser, World
from tests.web.test_deployments import zipped
from web.packfiles import read_pack_folder
from web.wording import local


def drafted(world: World, old: str = "退货窗口", new: str = "退货台") -> str:
    """Another version, up for review."""
    files = read_pack_folder(PACK)
    files["pack.toml"] = files["pack.toml"].replace(old.encode(), new.encode())
    made = world.signed_in("analyst").upload("/api/deployments", {"file": (zipped(files), "p.zip"), "note": "改名"})
    assert made.status_code == 201, made.text
    return str((made.json or {})["id"])


def proved(world: World, login: str = "admin") -> Browser:
    browser = world.signed_in(login)
    assert browser.post("/api/session/proof", {"password": PASSWORD}).status_code == 200
    return browser


def states(browser: Browser) -> dict[int, str]:
    return {row["version"]: row["state"] for row in browser.get("/api/deployments").json or []}


def first(browser: Browser) -> str:
    return next(str(row["id"]) for row in browser.get("/api/deployments").json or [] if row["version"] == 1)


def test_a_reviewer_reads_the_difference_in_words(world: World) -> None:
    id, admin = drafted(world), world.signed_in("admin")

    page = admin.get(f"/admin/deployments/{id}").text
    assert "退货窗口 → 退货台" in page and "包的设置" in page
    changes: list[dict[str, Any]] = (
        admin.get(f"/api/deployments/{id}/changes", query_string={"against": first(admin)}).json or []
    )
    assert {(one["effect"], one["act"], one["after"]) for one in changes} == {("manifest", "changed", "退货台")}
    compared = admin.get("/admin/compare", query_string={"old": first(admin), "new": id})
    assert compared.status_code == 200 and "退货台" in compared.text


def test_a_version_is_activated_for_a_region_from_a_day_on_and_taken_back(world: World) -> None:
    id, admin = drafted(world), proved(world)
    tomorrow = (world.clock.now + timedelta(days=1)).date().isoformat()

    done = admin.post(f"/api/deployments/{id}/approve", {"regions": ["north"], "starts_on": tomorrow, "note": "先试"})
    assert done.status_code == 200, done.text
    assert states(admin) == {1: "active", 2: "trial"}
    (switch, _before) = admin.get(f"/api/deployments/{id}/activations").json or []
    assert (switch["regions"], switch["share"], switch["note"], switch["ended_at"]) == (["north"], 100, "先试", None)
    page = admin.get(f"/admin/deployments/{id}").text
    assert "v2 这一版" in page and f'href="/admin/deployments/{first(admin)}">v1</a>' in page
    assert switch["starts_at"].startswith(tomorrow[:8]) or switch["starts_at"] > world.clock.now.isoformat()

    back = admin.post(f"/api/deployments/{id}/roll-back", {"reason": "角色不全"})
    assert back.status_code == 200 and "v1" in (back.json or {})["message"], back.text
    assert states(admin) == {1: "active", 2: "retired"}
    assert "先试" in admin.get(f"/admin/deployments/{id}").text


def test_the_page_posts_ticked_regions_and_empty_fields(world: World) -> None:
    id, admin = drafted(world), proved(world)

    ticked = {"region:north": "yes", "share": "25", "starts_on": "", "note": ""}
    assert admin.post(f"/api/deployments/{id}/approve", ticked).status_code == 200

    (switch, _before) = admin.get(f"/api/deployments/{id}/activations").json or []
    assert (switch["regions"], switch["share"]) == (["north"], 25)


def test_an_unknown_region_or_share_is_refused(world: World) -> None:
    id, admin = drafted(world), proved(world)

    assert admin.post(f"/api/deployments/{id}/approve", {"regions": ["moon"]}).status_code == 422
    assert admin.post(f"/api/deployments/{id}/approve", {"share": 0}).status_code == 422
    assert states(admin) == {1: "active", 2: "draft"}


def test_a_day_in_the_past_is_refused_and_today_is_at_once(world: World) -> None:
    id, admin = drafted(world), proved(world)
    today = local(world.clock.now).date()

    late = admin.post(f"/api/deployments/{id}/approve", {"starts_on": (today - timedelta(days=1)).isoformat()})
    assert late.status_code == 422 and "已经过去" in (late.json or {})["errors"]["starts_on"][0], late.text
    assert admin.post(f"/api/deployments/{id}/approve", {"starts_on": today.isoformat()}).status_code == 200
    assert states(admin) == {1: "retired", 2: "active"}


def test_the_page_of_the_base_offers_no_way_back_to_what_was_taken_back(world: World) -> None:
    id, admin = drafted(world), proved(world)
    world.clock.pass_(minutes=1)
    assert admin.post(f"/api/deployments/{id}/approve", {}).status_code == 200
    assert "退回之前的版本" in admin.get(f"/admin/deployments/{id}").text
    world.clock.pass_(minutes=1)
    assert admin.post(f"/api/deployments/{id}/roll-back", {"reason": "角色不全"}).status_code == 200

    assert states(admin) == {1: "active", 2: "retired"}
    assert "退回之前的版本" not in admin.get(f"/admin/deployments/{first(admin)}").text


def test_remarks_stay_with_the_version_and_a_refused_draft_can_be_drawn_on(world: World) -> None:
    analyst, admin = world.signed_in("analyst"), world.signed_in("admin")
    workspace = analyst.post("/api/workspaces", {"base": first(admin), "title": "改名"}).json or {}
    text = (analyst.get(f"/api/workspaces/{workspace['id']}/file", query_string={"path": "pack.toml"}).json or {})[
        "text"
    ]
    body = {"path": "pack.toml", "text": text.replace("退货窗口", "退货台"), "rev": 0}
    assert analyst.post(f"/api/workspaces/{workspace['id']}/file", body).status_code == 200
    made = analyst.post(f"/api/workspaces/{workspace['id']}/submit", {"note": "窗口改名"}).json or {}

    assert analyst.post(f"/api/deployments/{made['id']}/comments", {"text": "请看第 3 行"}).status_code == 201
    world.clock.pass_(minutes=1)
    assert analyst.post(f"/api/deployments/{made['id']}/send-back", {"text": "x"}).status_code == 403
    assert admin.post(f"/api/deployments/{made['id']}/send-back", {"text": "名称请用全称"}).status_code == 200

    told = admin.get(f"/api/deployments/{made['id']}/comments").json or []
    assert [(one["author"], one["text"]) for one in told] == [("分析员", "请看第 3 行"), ("管理员甲", "名称请用全称")]
    assert states(admin)[2] == "returned"
    assert (analyst.get(f"/api/workspaces/{workspace['id']}").json or {})["state"] == "open"
    again = analyst.post(f"/api/workspaces/{workspace['id']}/submit", {"note": "窗口改名"})
    assert again.status_code == 201 and states(admin)[2] == "draft"


def test_roles_of_a_version_on_trial_count_for_their_people(world: World) -> None:
    id, admin = drafted(world), proved(world)
    assert admin.post(f"/api/deployments/{id}/approve", {"regions": ["north"]}).status_code == 200

    applying = world.signed_in("desk").get("/inbox")
    assert applying.status_code == 200
    assert admin.get("/admin/users").status_code == 200


def test_going_back_needs_proof_and_the_right(world: World) -> None:
    id = drafted(world)
    proved(world).post(f"/api/deployments/{id}/approve", {})
    world.clock.pass_(minutes=16)

    late = world.signed_in("analyst").post(f"/api/deployments/{id}/roll-back", {"reason": "不对"})
    assert late.status_code == 403
