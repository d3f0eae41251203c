"""Workspaces over HTTP: drawn file by file, checked like a deployment, submitted once, overwritten by nobody."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from werkzeug.test import TestResponse

from engine import workspaces
from tests.web.conftest import PACK, PASSWORD, Browser, World
from web.packfiles import read_pack_folder

DIAGRAM = "parcel_return.bpmn"


def begun(world: World, browser: Browser) -> str:
    """A workspace on the active version."""
    (active,) = [row for row in browser.get("/api/deployments").json or [] if row["state"] == "active"]
    made = browser.post("/api/workspaces", {"base": active["id"], "title": "改名"})
    assert made.status_code == 201, made.text
    return str((made.json or {})["id"])


def text_of(browser: Browser, id: str, path: str = DIAGRAM) -> dict[str, Any]:
    found: dict[str, Any] = browser.get(f"/api/workspaces/{id}/file", query_string={"path": path}).json or {}
    return found


def test_a_change_is_kept_and_submitted_as_the_next_version(world: World) -> None:
    analyst = world.signed_in("analyst")
    id = begun(world, analyst)
    manifest = text_of(analyst, id, "pack.toml")

    text = manifest["text"].replace("退货窗口", "退货台")
    saved = analyst.post(f"/api/workspaces/{id}/file", {"path": "pack.toml", "text": text, "rev": manifest["rev"]})
    assert (saved.status_code, (saved.json or {})["rev"]) == (200, 1), saved.text
    files = {file["path"]: file["state"] for file in (analyst.get(f"/api/workspaces/{id}").json or {})["files"]}
    assert files["pack.toml"] == "changed" and files[DIAGRAM] == "same"

    made = analyst.post(f"/api/workspaces/{id}/submit", {"note": "窗口改名"})
    assert (made.status_code, (made.json or {})["version"]) == (201, 2), made.text
    again = analyst.post(f"/api/workspaces/{id}/submit", {"note": "窗口改名"})
    assert again.status_code == 409
    assert analyst.get("/api/workspaces").json == []


def test_two_analysts_on_one_file_are_told_of_one_another(world: World) -> None:
    first, second = world.signed_in("analyst"), world.signed_in("analyst")
    id = begun(world, first)
    read = text_of(first, id)
    body = {"path": DIAGRAM, "text": read["text"].replace("退", "返", 1), "rev": 0}

    assert first.post(f"/api/workspaces/{id}/file", body).status_code == 200
    late = second.post(f"/api/workspaces/{id}/file", {**body, "text": read["text"] + "\n"})

    assert late.status_code == 409
    assert (late.json or {})["conflict"] == {"kind": "file", "by": "分析员", "rev": 1}
    assert "返" in text_of(second, id)["text"]


def test_the_checks_are_those_of_a_deployment(world: World) -> None:
    analyst = world.signed_in("analyst")
    id = begun(world, analyst)
    broken = text_of(analyst, id)["text"].replace('=outcome = "receipt"', "=outcome = = 1")

    found = analyst.post(f"/api/workspaces/{id}/check", {"path": DIAGRAM, "text": broken})
    problems = [one for one in (found.json or {})["problems"] if one["severity"] == "error"]
    assert problems and {one["file"] for one in problems} == {DIAGRAM}
    assert all(one["element"] and one["advice"] for one in problems)

    # Checking changes nothing; what is saved decides at the submission, which says the same.
    assert text_of(analyst, id)["rev"] == 0
    analyst.post(f"/api/workspaces/{id}/file", {"path": DIAGRAM, "text": broken, "rev": 0})
    refused = analyst.post(f"/api/workspaces/{id}/submit", {"note": "坏的"})
    assert refused.status_code == 422
    assert {(one["element"], one["message"]) for one in problems} <= {
        (one["element"], one["message"]) for one in (refused.json or {})["problems"]
    }
    page = analyst.get(f"/studio/{id}")
    assert page.status_code == 200 and problems[0]["element"] in page.text


def test_files_go_in_and_out_as_they_are(world: World) -> None:
    analyst = world.signed_in("analyst")
    id = begun(world, analyst)
    added = (io.BytesIO(b'{"type": "default", "id": "extra", "components": []}'), "extra.form")
    taken = analyst.upload(f"/api/workspaces/{id}/upload", {"files": added, "folder": "forms"})
    assert (taken.status_code, (taken.json or {})["paths"]) == (200, ["forms/extra.form"]), taken.text

    packed = analyst.get(f"/api/workspaces/{id}/zip")
    with zipfile.ZipFile(io.BytesIO(packed.data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert files.pop("forms/extra.form").startswith(b'{"type"')
    assert files == read_pack_folder(PACK)
    assert analyst.get(f"/api/workspaces/{id}/raw", query_string={"path": "pack.toml"}).data == files["pack.toml"]

    back = analyst.post(f"/api/workspaces/{id}/file/restore", {"path": "forms/extra.form", "rev": 1})
    assert back.status_code == 200
    gone = analyst.post(f"/api/workspaces/{id}/file/remove", {"path": "pack.toml", "rev": 0})
    assert (gone.json or {})["rev"] == 1
    with zipfile.ZipFile(io.BytesIO(analyst.get(f"/api/workspaces/{id}/zip").data)) as archive:
        assert set(archive.namelist()) == set(files) - {"pack.toml"}


def test_an_upload_replaces_what_a_colleague_drew_only_when_that_was_seen(small_world: World) -> None:
    analyst, house = small_world.signed_in("analyst"), small_world.house
    id = begun(small_world, analyst)
    drawn = text_of(analyst, id)["text"].replace("退", "返", 1)
    with small_world.app.test_request_context(), house.database.transaction() as connection:
        by, moment = small_world.ids["admin"], small_world.clock.now
        workspaces.write(connection, id, DIAGRAM, drawn.encode(), rev=0, actor=by, now=moment)

    def uploaded(content: str, **seen: str) -> TestResponse:
        files = {"files": [(io.BytesIO(content.encode()), DIAGRAM), (io.BytesIO(b"{}"), "new.form")]}
        return analyst.upload(f"/api/workspaces/{id}/upload", {**files, **seen})

    refused = uploaded(drawn + "\n")
    assert refused.status_code == 409 and "管理员" in refused.json["title"] and DIAGRAM in refused.json["title"]
    assert text_of(analyst, id)["text"] == drawn
    assert "new.form" not in {file["path"] for file in (analyst.get(f"/api/workspaces/{id}").json or {})["files"]}
    assert f'type="checkbox" name="seen" value="1 {DIAGRAM}"' in analyst.get(f"/studio/{id}").text

    assert uploaded(drawn).status_code == 200, "the same content overwrites nothing"
    assert 'type="hidden" name="seen" value="1 new.form"' in analyst.get(f"/studio/{id}").text
    assert uploaded(drawn + "\n", seen=f"1 {DIAGRAM}").status_code == 200
    assert text_of(analyst, id)["text"] == drawn + "\n"


def test_a_draft_on_an_older_version_is_submitted_only_with_the_newer_one_seen(world: World) -> None:
    analyst, admin = world.signed_in("analyst"), world.signed_in("admin")
    late, early = begun(world, analyst), begun(world, analyst)
    manifest = text_of(analyst, early, "pack.toml")["text"]
    for id, name in ((early, "退货台"), (late, "退货口")):
        body = {"path": "pack.toml", "text": manifest.replace("退货窗口", name), "rev": 0}
        assert analyst.post(f"/api/workspaces/{id}/file", body).status_code == 200
    assert "beside" not in analyst.get(f"/studio/{late}").text
    made = analyst.post(f"/api/workspaces/{early}/submit", {"note": "改名"}).json or {}
    assert admin.post("/api/session/proof", {"password": PASSWORD}).status_code == 200
    assert admin.post(f"/api/deployments/{made['id']}/approve", {}).status_code == 200

    page = analyst.get(f"/studio/{late}").text
    assert "v2 已经在用，这份草稿画在 v1 上" in page and "退货窗口 → 退货台" in page
    refused = analyst.post(f"/api/workspaces/{late}/submit", {"note": "改名"})
    assert refused.status_code == 409 and "v2" in (refused.json or {})["title"]
    again = analyst.post(f"/api/workspaces/{late}/submit", {"note": "改名", "beside": made["id"]})
    assert again.status_code == 201, again.text
    assert "这一版画在 v1 上，不是 v2" in admin.get(f"/admin/deployments/{(again.json or {})['id']}").text
    assert "这一版画在" not in admin.get(f"/admin/deployments/{made['id']}").text


@pytest.mark.parametrize("path", ["../pack.toml", "run.py"])
def test_a_path_that_no_pack_may_have_is_refused(small_world: World, path: str) -> None:
    analyst = small_world.signed_in("analyst")
    id = begun(small_world, analyst)

    refused = analyst.post(f"/api/workspaces/{id}/file", {"path": path, "text": "x", "rev": 0})

    assert refused.status_code == 422 and (refused.json or {})["problems"]


def test_a_lock_names_who_is_drawing_and_an_editor_opens_read_only_then(small_world: World) -> None:
    analyst, other = small_world.signed_in("analyst"), small_world.signed_in("admin")
    id = begun(small_world, analyst)
    assert analyst.post(f"/api/workspaces/{id}/lock", {"path": DIAGRAM}).status_code == 200

    page = other.get(f"/studio/{id}/edit", query_string={"path": DIAGRAM}).text
    assert "readonly" in page and "分析员" in page
    assert "readonly" not in analyst.get(f"/studio/{id}/edit", query_string={"path": DIAGRAM}).text
    assert analyst.post(f"/api/workspaces/{id}/unlock", {"path": DIAGRAM}).status_code == 200


def test_words_for_the_pickers_come_from_the_pack(small_world: World) -> None:
    analyst = small_world.signed_in("analyst")
    words = analyst.get(f"/api/workspaces/{begun(small_world, analyst)}/words").json or {}

    assert {word["id"] for word in words["roles"]} >= {"DESK", "WAREHOUSE", "LEAD"}
    assert words["forms"] and words["stages"] and words["processes"]
    assert all(word["file"].endswith(".form") for word in words["forms"])


def test_where_a_file_is_used_is_told_with_elements_and_manifest(small_world: World) -> None:
    analyst = small_world.signed_in("analyst")
    id = begun(small_world, analyst)

    def used(path: str) -> list[tuple[str, str, str]]:
        answer = analyst.get(f"/api/workspaces/{id}/uses", query_string={"path": path})
        assert answer.status_code == 200, answer.text
        return [(use["id"], use["file"], use["element"] or use["name"]) for use in answer.json or []]

    assert used("forms/shelve.form") == [("shelve", DIAGRAM, "ut_shelve")]
    assert used("forms/hand_in.form") == [("hand_in", "pack.toml", "messages.MSG_HANDED_IN")]
    assert used("handling.dmn") == [("handling", DIAGRAM, "br_handling")]
    assert used("time_limits.dmn") == []
    page = analyst.get(f"/studio/{id}").text
    assert "这些地方还在用它" in page and f"path={DIAGRAM}#ut_shelve" in page
    assert "库管员" in page and "MSG_RECEIPT_SENT" in page  # roles and messages with their places


def test_a_decision_is_tried_with_values_as_they_are_typed(small_world: World) -> None:
    analyst = small_world.signed_in("analyst")
    id = begun(small_world, analyst)
    files = {path: data.decode() for path, data in read_pack_folder(PACK).items() if path.endswith(".dmn")}
    path, text = next((path, text) for path, text in files.items() if 'id="time_limits"' in text)
    body = {"path": path, "text": text, "decision": "time_limits"}

    asked = (analyst.post(f"/api/workspaces/{id}/try", body).json or {})["inputs"]
    step = next(one for one in asked if one["name"] == "step")
    found = analyst.post(f"/api/workspaces/{id}/try", {**body, "inputs": {"step": step["words"][0]}}).json or {}

    assert found["rules"] and found["value"] != "null"
    nothing = analyst.post(f"/api/workspaces/{id}/try", {**body, "inputs": {"step": "no such step"}}).json or {}
    assert [rule["id"] for rule in nothing["rules"]] == ["rule_rest"]
    refused = analyst.post(f"/api/workspaces/{id}/try", {**body, "text": "<broken"})
    assert refused.status_code == 422 and (refused.json or {})["remedy"]


def test_only_analysts_draw_and_others_look(small_world: World) -> None:
    analyst, admin, desk = (small_world.signed_in(login) for login in ("analyst", "admin", "desk"))
    id = begun(small_world, analyst)

    assert admin.get(f"/studio/{id}").status_code == 200
    assert admin.post(f"/api/workspaces/{id}/file", {"path": "pack.toml", "text": "", "rev": 0}).status_code == 403
    assert desk.get(f"/studio/{id}").status_code == 403
    assert desk.get(f"/api/workspaces/{id}").status_code == 403
