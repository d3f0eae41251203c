"""The server gives the same answer as the browser.

Each line of `files/browser.jsonl` is a form with the data that it was opened with, and what `submit()` of
@bpmn-io/form-js-viewer 1.23.0 answered: the components with messages and the submitted data.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from forms import Form, FormErrors

LINES = (Path(__file__).parent / "files" / "browser.jsonl").read_text(encoding="utf-8").splitlines()
RECORDS = [json.loads(line) for line in LINES]


def on_purpose(record: dict[str, Any]) -> bool:
    """Read-only values are the server's own and not asked of the browser; a list without rows is an empty list here."""
    fixed = any(component.get("readonly") for component in record["components"])
    return fixed or record["data"].get("rows") == []


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return float(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


def ids_of(by_id: dict[str, Any]) -> list[str]:
    """Component ids, with the row number after a dot inside lists."""
    found = []
    for id, messages in by_id.items():
        found += [f"{id}.{row}" for row in messages] if isinstance(messages, dict) else [id]
    return sorted(found)


def test_the_record_is_large_enough() -> None:
    assert len(RECORDS) > 250 and sum(bool(record["wrong"]) for record in RECORDS) > 80
    assert sum(on_purpose(record) for record in RECORDS) < 10


@pytest.mark.parametrize("record", [record for record in RECORDS if not on_purpose(record)])
def test_the_server_answers_as_the_browser(record: dict[str, Any]) -> None:
    form = Form.load({"id": "x", "components": record["components"]})
    try:
        clean = form.validate(record["data"], context=record["data"])
    except FormErrors as refused:
        wrong = ids_of(refused.by_id)
        values = None
    else:
        wrong, values = [], plain(clean.values)
    assert wrong == record["wrong"]
    assert values is None or values == plain(record["submitted"])
