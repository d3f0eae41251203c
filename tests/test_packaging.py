"""What is shipped and what the locks say."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
NPM_LOCKS = (ROOT / "package-lock.json", ROOT / "tests/e2e/browser/package-lock.json")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_locked_package_has_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text("utf-8")
    pins = re.findall(r"^\S+==\S+.*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)

    assert pins
    assert all("--hash=sha256:" in pin for pin in pins)
    assert "://" not in text
    assert not re.search(r"^\s*-", text.replace("    --hash", ""), re.MULTILINE)


@pytest.mark.parametrize("lock", NPM_LOCKS, ids=lambda lock: lock.parent.name)
def test_npm_locks_hold_hashes_and_no_download_addresses(lock: Path) -> None:
    packages = [entry for path, entry in json.loads(lock.read_text("utf-8"))["packages"].items() if path]

    assert packages
    assert all(entry.get("integrity", "").startswith("sha") for entry in packages if not entry.get("inBundle"))
    assert not any("resolved" in entry for entry in packages)


def test_npm_runs_no_scripts_of_packages() -> None:
    for folder in (ROOT, ROOT / "tests/e2e/browser"):
        assert "ignore-scripts=true" in (folder / ".npmrc").read_text("utf-8").splitlines()


@pytest.mark.deep
def test_the_wheel_holds_all_that_a_site_needs(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()

    for wanted in ("bpmn/connection/*.bpmn", "bpmn/connection/decisions/*.dmn", "forms/connection/*.form"):
        folder, ending = wanted.split("*")
        shipped = {name for name in names if name.startswith(folder) and name.endswith(ending)}
        assert shipped == {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob(f"*{ending}")}
    for wanted in ("migrations/env.py", "web/static/dist/.vite/manifest.json", "web/static/dist/third-party.txt"):
        assert wanted in names
    assert not [name for name in names if name.startswith(("tests/", "web/frontend/", "scripts/"))]
