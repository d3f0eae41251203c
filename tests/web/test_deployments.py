"""Versions of packs: checked as a whole, activated by a second person who has just proved who they are."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.web.conftest import PACK, PASSWORD, World
from web.errors import Invalid
from web.packfiles import read_pack_folder, read_zip


def zipped(files: Mapping[str, bytes]) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    out.seek(0)
    return out


def changed() -> dict[str, bytes]:
    files = read_pack_folder(PACK)
    return {**files, "pack.toml": files["pack.toml"].replace("退货窗口".encode(), "退货台".encode())}


def test_a_draft_is_activated_by_another_person_after_proof(world: World) -> None:
    analyst, admin = world.signed_in("analyst"), world.signed_in("admin")
    made = analyst.upload("/api/deployments", {"file": (zipped(changed()), "parcel.zip"), "note": "窗口改名"})
    assert (made.status_code, made.json["version"], made.json["state"]) == (201, 2, "draft"), made.text
    url = f"/api/deployments/{made.json['id']}/approve"

    assert analyst.post(url).status_code == 403
    world.clock.pass_(minutes=16)
    assert admin.post(url).status_code == 403
    assert admin.post("/api/session/proof", {"password": "wrong"}).status_code == 422
    assert admin.post("/api/session/proof", {"password": PASSWORD}).status_code == 200
    assert admin.post(url).status_code == 200

    assert "退货台" in admin.get("/admin/users").text
    states = {row["version"]: row["state"] for row in admin.get("/api/deployments").json}
    assert states == {1: "retired", 2: "active"}


def test_the_author_cannot_approve_even_as_administrator(small_world: World) -> None:
    admin = small_world.signed_in("admin")
    made = admin.upload("/api/deployments", {"file": (zipped(changed()), "parcel.zip")})

    refused = admin.post(f"/api/deployments/{made.json['id']}/approve")

    assert refused.status_code == 403
    assert "自己" in refused.json["title"]


def test_all_problems_are_told_at_once_with_file_and_element(small_world: World) -> None:
    files = changed()
    files["parcel_return.bpmn"] = files["parcel_return.bpmn"].replace(b'=outcome = "receipt"', b"=outcome = = 1")
    files["forms/check.form"] = files["forms/check.form"].replace(b'"key": "outcome"', b'"key": "out come"')

    refused = small_world.signed_in("analyst").upload("/api/deployments", {"file": (zipped(files), "parcel.zip")})

    assert refused.status_code == 422
    assert {problem["file"] for problem in refused.json["problems"]} >= {"parcel_return.bpmn", "forms/check.form"}
    assert all(problem["advice"] for problem in refused.json["problems"])


def test_hostile_archives_are_refused(small_world: World) -> None:
    analyst = small_world.signed_in("analyst")
    bomb = zipped({"a.bpmn": b"\0" * (3 * 1024 * 1024)})
    many = zipped({f"{n}.bpmn": b"x" for n in range(301)})
    climbing = zipped({"../../etc/evil.bpmn": b"x"})
    garbage = io.BytesIO(b"PK not a zip")

    answers = [
        analyst.upload("/api/deployments", {"file": (file, "pack.zip")}).status_code
        for file in (bomb, many, climbing, garbage)
    ]

    assert answers == [413, 413, 422, 422]


def test_the_same_files_give_the_same_version(world: World) -> None:
    analyst = world.signed_in("analyst")
    same = read_pack_folder(PACK)

    again = analyst.upload(
        "/api/deployments", {"file": (zipped({f"parcel/{path}": data for path, data in same.items()}), "parcel.zip")}
    )

    assert (again.status_code, again.json["version"], again.json["state"]) == (201, 1, "active")


@pytest.mark.parametrize("folder", ["parcel/", "upload/2026/parcel/"])
def test_folders_around_the_pack_and_what_systems_add_are_left_out(folder: str) -> None:
    files = read_pack_folder(PACK)
    packed = {f"{folder}{path}": data for path, data in files.items()}
    packed |= {f"__MACOSX/{folder}._pack.toml": b"x", f"{folder}.DS_Store.txt": b"x"}

    assert read_zip(zipped(packed).getvalue()) == files


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("damage", [b"\x0f\xa5" * 4, b""])
def test_a_damaged_zip_is_told_as_one(method: int, damage: bytes) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("pack.toml", bytes(range(256)) * 4)
    data = out.getvalue()
    broken = data[:60] + damage + data[68 if damage else 90 :]

    with pytest.raises(Invalid, match="打不开"):
        read_zip(broken)


def test_a_zip_of_several_packs_or_with_files_beside_the_pack_says_what_to_do(small_world: World) -> None:
    analyst, files = small_world.signed_in("analyst"), read_pack_folder(PACK)
    inside = {f"parcel/{path}": data for path, data in files.items()}
    two = zipped({**inside, "other/pack.toml": b"[pack]"})
    beside = zipped({**inside, "notes.txt": b"x"})

    several, outside = (analyst.upload("/api/deployments", {"file": (file, "p.zip")}).json for file in (two, beside))

    assert "other/pack.toml、parcel/pack.toml" in several["title"]
    assert "notes.txt" in outside["title"] and "parcel/" in outside["title"] and outside["remedy"]


def test_a_folder_that_holds_one_pack_is_that_pack(tmp_path: Path) -> None:
    for path, data in read_pack_folder(PACK).items():
        (tmp_path / "parcel" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "parcel" / path).write_bytes(data)

    assert read_pack_folder(tmp_path) == read_pack_folder(tmp_path / "parcel")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "pack.toml").write_bytes(b"")
    with pytest.raises(Invalid):
        read_pack_folder(tmp_path)


def test_the_plain_form_goes_on_to_the_new_version_or_lists_the_problems(small_world: World) -> None:
    analyst = small_world.signed_in("analyst")
    html = {"Accept": "text/html"}
    broken = {**changed(), "pack.toml": b"[pack]\n"}

    good = analyst.client.post(
        "/api/deployments", data={"csrf_token": analyst.token(), "file": (zipped(changed()), "p.zip")}, headers=html
    )
    bad = analyst.client.post(
        "/api/deployments", data={"csrf_token": analyst.token(), "file": (zipped(broken), "p.zip")}, headers=html
    )

    assert good.status_code == 303 and good.headers["Location"].startswith("/admin/deployments/")
    assert bad.status_code == 422 and "pack.toml" in bad.text and "<html" in bad.text
