"""Settings are read once, and keys that anybody could know are refused."""

from __future__ import annotations

import base64
import shutil
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from web.cli import main
from web.config import from_environment
from web.errors import BadSetting

GOOD = base64.b64encode(bytes(range(100, 132))).decode()
OTHER = base64.b64encode(bytes(range(140, 172))).decode()
PRODUCTION = {
    "YEKUO_DATABASE_URL": "postgresql://db/yekuo",
    "YEKUO_URL": "https://yekuo.example",
    "YEKUO_SECRET_KEYS": GOOD,
    "YEKUO_SEAL_KEYS": f"k1:{GOOD}",
    "YEKUO_INDEX_KEY": OTHER,
}


def test_an_embedded_installation_makes_its_own_keys_once(tmp_path: Path) -> None:
    environ = {"YEKUO_HOME": str(tmp_path / "var")}

    first, second = from_environment(environ), from_environment(environ)

    assert first == second
    keys = tmp_path / "var" / "keys"
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys.iterdir()} == {0o600}
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700


def test_production_takes_given_keys_and_secure_cookies(tmp_path: Path) -> None:
    settings = from_environment({**PRODUCTION, "YEKUO_HOME": str(tmp_path)})

    assert settings.database_url == "postgresql+psycopg://db/yekuo"
    assert settings.secure
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("missing", ["YEKUO_SECRET_KEYS", "YEKUO_SEAL_KEYS", "YEKUO_INDEX_KEY"])
def test_production_without_a_key_does_not_start(tmp_path: Path, missing: str) -> None:
    environ = {**PRODUCTION, "YEKUO_HOME": str(tmp_path), missing: ""}

    with pytest.raises(BadSetting, match=missing):
        from_environment(environ)


@pytest.mark.parametrize(
    "weak",
    [
        "short",
        "x" * 64,
        "change-me-change-me-change-me-0123456789",
        base64.b64encode(b"yekuo-default-key-0123456789abcd").decode(),
    ],
)
def test_weak_and_known_keys_are_refused(tmp_path: Path, weak: str) -> None:
    for name, value in (("YEKUO_SECRET_KEYS", weak), ("YEKUO_SEAL_KEYS", f"k1:{weak}")):
        with pytest.raises(BadSetting, match=name):
            from_environment({**PRODUCTION, "YEKUO_HOME": str(tmp_path), name: value})


def test_sqlite_serves_one_process(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="YEKUO_WORKERS"):
        from_environment({"YEKUO_HOME": str(tmp_path), "YEKUO_WORKERS": "2"})


def test_the_command_line_makes_accounts_and_deploys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YEKUO_HOME", str(tmp_path / "var"))
    run = CliRunner().invoke
    pack = str(Path(__file__).parent / "packs" / "parcel")

    assert run(main, ["migrate"]).exit_code == 0
    added = run(main, ["user", "add", "desk1", "--name", "窗口", "--role", "DESK", "--region", "north"])
    for login in ("first", "second"):
        assert run(main, ["user", "add", login, "--name", login, "--role", "ADMIN"]).exit_code == 0
    assert run(main, ["deploy", pack, "--actor", "ghost"]).exit_code == 1
    deployed = run(main, ["deploy", pack, "--actor", "first"])
    deployment_id = deployed.output.split()[-1]
    refused = run(main, ["approve", deployment_id, "--actor", "first"])
    approved = run(main, ["approve", deployment_id, "--actor", "second"])

    assert added.exit_code == 0 and len(added.output.split()[1]) >= 16
    assert "version 1" in deployed.output, deployed.output
    assert (refused.exit_code, approved.exit_code) == (1, 0), refused.output
    told = "Error: 这是您自己做的，不能由您自己审核。请另一位有权限的同事办理。"
    assert refused.output.replace("。 ", "。").startswith(told) and "Ask another colleague" in refused.output
    assert deployment_id not in refused.output
    assert "desk1" in run(main, ["user", "list"]).output
    assert "/api/tasks/<task_id>/complete" in run(main, ["routes"]).output


def test_the_command_line_counts_warnings_apart_and_fails_only_by_problems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YEKUO_HOME", str(tmp_path / "var"))
    run, pack = CliRunner().invoke, tmp_path / "parcel"
    shutil.copytree(Path(__file__).parent / "packs" / "parcel", pack)
    diagram = pack / "parcel_return.bpmn"
    sound = diagram.read_text()
    assert run(main, ["check", str(pack)]).output == "没有发现问题。(No problem found.)\n"
    assert not list((tmp_path / "var").glob("*.sqlite*"))  # asking makes no installation

    assert run(main, ["migrate"]).exit_code == 0
    assert run(main, ["check", str(pack)]).output == "没有发现问题。(No problem found.)\n"

    diagram.write_text(
        sound.replace(
            "<bpmn:startEvent ", '<bpmn:startEvent xmlns:c="http://camunda.org/schema/1.0/bpmn" c:initiator="who" '
        )
    )
    warned = run(main, ["check", str(pack)])
    line = "有 1 处提醒，不影响部署。(1 warning; nothing is refused for it.)"
    assert (warned.exit_code, warned.output.splitlines()[0]) == (
        0,
        "有 1 处提醒，不影响部署。(1 warning; nothing is refused for it.)",
    )

    diagram.write_text(diagram.read_text().replace('=outcome = "receipt"', "=outcome = = 1"))
    for word in ("check", "deploy"):
        refused = run(main, [word, str(pack)])
        lines = refused.output.splitlines()
        assert refused.exit_code == 1
        assert "1 problem found; correct it and deploy again." in lines[0]
        assert line in lines[2:]
