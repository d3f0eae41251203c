"""Where answers stand in the data of a form, in the browser's own code."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
BUNDLE = """
import { rolldown } from "rolldown";
const made = await rolldown({ input: "web/frontend/src/form/places.ts" });
const { output } = await made.generate({ format: "esm" });
const { over } = await import("data:text/javascript," + encodeURIComponent(output[0].code));
console.log(JSON.stringify(JSON.parse(process.argv[1]).map(([data, answers]) => over(data, answers))));
"""


def test_answers_lie_over_others_inside_groups_and_null_clears() -> None:
    asked: list[list[Any]] = [
        [{"n": 7, "kept": 1}, {"n": None}],
        [{"site": {"kva": 10, "kept": {"a": 1}}}, {"site": {"kva": None, "kept": {"b": 2}}}],
        [{"rows": [{"a": 1}]}, {"rows": []}],
        [{"site": None}, {"site": {"a": 1}}],
        [{"site": {"a": 1}}, {"site": None}],
    ]
    command = ["node", "--input-type=module", "-e", BUNDLE, json.dumps(asked)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert json.loads(told) == [
        {"n": None, "kept": 1},
        {"site": {"kva": None, "kept": {"a": 1, "b": 2}}},
        {"rows": []},
        {"site": {"a": 1}},
        {"site": None},
    ]
