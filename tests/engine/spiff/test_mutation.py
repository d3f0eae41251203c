"""20,000 damaged files: nothing crashes, hangs, fills the memory or runs code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.spiff import mutation

ROOT = Path(__file__).resolve().parents[3]
OWN = tuple(
    ROOT / name for name in ("tests/engine/spiff", "tests/engine/core/parcel", "tests/engine/core/across", "bpmn")
)


def run(seeds: tuple[int, ...], count: int, folders: tuple[Path, ...]) -> list[dict[str, object]]:
    """Let one process per seed try `count` files each, all at the same time."""
    names = [str(folder) for folder in folders]
    Path(mutation.CANARY).unlink(missing_ok=True)
    commands = [[sys.executable, "-m", "tests.engine.spiff.mutation", str(seed), str(count), *names] for seed in seeds]
    started = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for command in commands]
    found = [json.loads(process.communicate()[0]) for process in started]
    assert not Path(mutation.CANARY).exists()
    return found


def test_damaged_files_do_no_harm():
    (told,) = run((20,), 300, OWN)
    assert told["failures"] == []
    assert told["started"] > 30


def test_the_watch_notices_code_that_runs(tmp_path, monkeypatch):
    """The canary itself: a reader that compiles a text is told, one that never returns is stopped."""
    program = """
import sys
from pathlib import Path
from tests.engine.spiff import mutation
mutation.SECONDS = 0.2
nothing, hang, fail = (lambda: 0), (lambda: any(False for _ in range(10**10))), (lambda: 1 / 0)
acts = [nothing, nothing, lambda: eval("1 + 1"), lambda: len([open("/dev/null").close()]), hang, fail]
mutation.live = lambda data, dice: acts.pop(0)()
print(*mutation.run(1, 5, [Path(sys.argv[1])])["failures"], sep="\\n")
"""
    command = [sys.executable, "-c", program, str(OWN[0])]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [line.split(":")[1].strip() for line in said.splitlines()] == [
        "audit events ['compile', 'exec']",
        "audit events ['open']",
        "TooSlow",
        "ZeroDivisionError",
    ]


@pytest.mark.deep
def test_twenty_thousand_damaged_files_do_no_harm(corpora):
    for told in run((1, 2), 10_000, (*OWN, corpora / "operaton")):
        assert told["failures"] == []
        assert told["started"] > 1_500
