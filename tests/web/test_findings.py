"""One list of findings: the same codes, elements and order in editor, page, API and command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.web.conftest import PACK, Browser, World
from tests.web.test_deployments import zipped
from tests.web.test_workspaces import DIAGRAM, begun
from web.cli import main
from web.packfiles import read_pack_folder

ENGLISH = {"Accept-Language": "en"}
Place = tuple[str, str, str]


def broken() -> dict[str, bytes]:
    """A pack with mistakes in a diagram, a form, a decision and pack.toml, errors and a warning."""
    files = read_pack_folder(PACK)
    diagram = files[DIAGRAM].decode().replace('=outcome = "receipt"', "=outcome = = 1")
    diagram = re.sub(r'(camunda:property name="stage" value)="\w+"', r'\1="gone"', diagram)
    files[DIAGRAM] = diagram.replace("<bpmn:startEvent ", '<bpmn:startEvent camunda:initiator="who" ', 1).encode()
    files["forms/check.form"] = files["forms/check.form"].replace(b'"key": "outcome"', b'"key": "out come"')
    files["handling.dmn"] = re.sub(rb'hitPolicy="\w+"', b'hitPolicy="LAST"', files["handling.dmn"])
    files["pack.toml"] += b'\n[messages.MSG_NEVER]\ntitle = "x"\n'
    return files


@pytest.fixture
def drawn(small_world: World) -> tuple[Browser, str]:
    """An analyst whose workspace holds the mistakes."""
    analyst = small_world.signed_in("analyst")
    id = begun(small_world, analyst)
    for path, data in broken().items():
        body = {"path": path, "text": data.decode(), "rev": 0}
        assert analyst.post(f"/api/workspaces/{id}/file", body).status_code == 200, path
    return analyst, id


def places(problems: list[dict[str, str]]) -> list[Place]:
    return [(one["file"], one["element"], one["code"]) for one in problems]


def test_editor_page_api_and_command_line_tell_the_same_list(
    small_world: World, drawn: tuple[Browser, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    analyst, id = drawn
    editor = places((analyst.post(f"/api/workspaces/{id}/check", {"path": "", "text": ""}).json or {})["problems"])
    api = analyst.upload("/api/deployments", {"file": (zipped(broken()), "parcel.zip")})
    page = re.findall(
        r'data-code="(\w+)"[^>]*>.*?path=([^"&#]+)[^"]*#([^"]*)"', analyst.get(f"/studio/{id}").text, re.DOTALL
    )
    told = command_line(small_world, tmp_path, monkeypatch)

    assert len({code for _, _, code in editor}) >= 6 and "role_unheld" in {code for _, _, code in editor}
    assert places((api.json or {})["problems"]) == editor
    assert [(file.replace("%2F", "/"), element, code) for code, file, element in page] == editor
    assert told == [" · ".join(filter(None, place)) for place in editor]


def command_line(world: World, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The places that `yekuo check` names, in its order; it asks the same accounts."""
    monkeypatch.setenv("YEKUO_HOME", str(folder / "var"))
    monkeypatch.setenv("YEKUO_DATABASE_URL", world.house.settings.database_url)
    for path, data in broken().items():
        (folder / "pack" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "pack" / path).write_bytes(data)
    output = CliRunner().invoke(main, ["check", str(folder / "pack")]).output
    assert all(re.search("[一-鿿].*\\(.*[a-z]", line) for line in output.splitlines() if line), output
    return [line.split(": ")[0] for line in output.splitlines() if " · " in line.split(": ")[0]]


def test_each_reader_gets_their_language(drawn: tuple[Browser, str]) -> None:
    analyst, id = drawn
    chinese = (analyst.post(f"/api/workspaces/{id}/check", {"path": "", "text": ""}).json or {})["problems"]
    answer = analyst.post(f"/api/workspaces/{id}/check", {"path": "", "text": ""}, headers=ENGLISH)
    english = (answer.json or {})["problems"]
    refused = analyst.post(f"/api/workspaces/{id}/submit", {"note": "trial"}, headers=ENGLISH)
    assert refused.status_code == 422, refused.text

    assert places(chinese) == places(english)
    assert all(re.search("[一-鿿]", one["message"]) and re.search("[一-鿿]", one["advice"]) for one in chinese)
    assert [one["message"] for one in english] == [one["message"] for one in (refused.json or {})["problems"]]
    told = {one["code"]: one["message"] for one in english}
    assert told["stage_unknown"] == "The stage 'gone' is not among those of pack.toml."
    assert "有阶段" not in str(english) and "没有" in str(chinese)
