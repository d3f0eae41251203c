"""The server gives the same answer as the browser: the same fields shown, the same refused, the same data.

The pairs of form and data stand in `parity/`: `built.jsonl` holds forms built to try one thing each, with what
@bpmn-io/form-js-viewer 1.23.0 answered; `shipped.jsonl` names forms of the connection pack. Both are opened in the
form-js of this build, in a real browser.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from forms import Form, FormErrors
from forms.opening import calendar_functions
from forms.places import Sheet
from tests.browser import opened

FOLDER = Path(__file__).parent / "parity"
ROOT = Path(__file__).parents[2]
VIEWER = ROOT / "node_modules" / "@bpmn-io" / "form-js" / "dist" / "form-viewer.umd.js"
FORMS = ROOT / "forms" / "connection"
#: pairs opened beside one another in one page
BATCH = 50
Record = dict[str, Any]
#: `today()`; the pairs ask only for days long before and long after
CLOCK = calendar_functions(date(2026, 11, 20))


def lines(name: str) -> list[Record]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


@cache
def shipped_components(name: str) -> list[Record]:
    """The components of a form of the pack, without file pickers: there the browser's part is our own."""
    document = json.loads((FORMS / f"{name}.form").read_text(encoding="utf-8"))
    return list(_without_files(document["components"]))


def _without_files(components: list[Record]) -> Iterator[Record]:
    for component in components:
        if component["type"] != "filepicker":
            inner = {"components": list(_without_files(component["components"]))} if "components" in component else {}
            yield {**component, **inner}


BUILT = lines("built")
SHIPPED = [{**line, "components": shipped_components(line["form"])} for line in lines("shipped")]


def on_purpose(record: Record) -> bool:
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


def shown(record: Record, given: Any) -> list[str]:
    """Ids of the fields that the server takes as shown for a submission, with row numbers."""
    components = Form.load({"id": "x", "components": record["components"]}).components
    places = Sheet(components, given, {**CLOCK, **record["data"]}).places()
    fields = (place for place in places if not place.hidden and place.component.keyed)
    return sorted(".".join(map(str, (place.component.id, *place.scope.rows))) for place in fields)


def answer(record: Record, given: Any) -> tuple[list[str], Any]:
    """Ids of the fields that the server refuses in a submission, and the data when it refuses none."""
    form = Form.load({"id": "x", "components": record["components"]})
    try:
        clean = form.validate(given, context={**CLOCK, **record["data"]})
    except FormErrors as refused:
        return ids_of(refused.by_id), None
    return [], plain(clean.values)


@pytest.fixture(scope="module")
def answers(browser: Browser) -> tuple[list[Record], list[Record]]:
    """What the browser answers to the built and to the shipped pairs."""
    script = (FOLDER / "browser.js").read_text(encoding="utf-8")
    with opened(browser) as page:
        page.set_content("<!doctype html><body></body>")
        page.add_script_tag(path=VIEWER)
        pairs = [{name: record[name] for name in ("components", "data")} for record in BUILT + SHIPPED]
        found: list[Record] = []
        for start in range(0, len(pairs), BATCH):
            found += page.evaluate(script, pairs[start : start + BATCH])
    return found[: len(BUILT)], found[len(BUILT) :]


def test_the_pairs_are_many() -> None:
    assert len(BUILT) > 250 and sum(bool(record["wrong"]) for record in BUILT) > 80
    assert sum(on_purpose(record) for record in BUILT) < 10
    assert {record["form"] for record in SHIPPED} == {path.stem for path in FORMS.glob("*.form")}


@pytest.mark.parametrize("record", [record for record in BUILT if not on_purpose(record)])
def test_the_server_answers_as_the_browser_once_did(record: Record) -> None:
    wrong, values = answer(record, record["data"])
    assert wrong == record["wrong"]
    assert values is None or values == plain(record["submitted"])


@pytest.mark.e2e
def test_the_browser_still_answers_as_recorded(answers: tuple[list[Record], list[Record]]) -> None:
    for record, found in zip(BUILT, answers[0], strict=True):
        assert found["wrong"] == record["wrong"], record
        assert found["submitted"] == record["submitted"], record


@pytest.mark.e2e
@pytest.mark.parametrize(("number", "records"), [(0, BUILT), (1, SHIPPED)], ids=["built", "shipped"])
def test_the_server_shows_and_refuses_the_fields_that_the_browser_does(
    number: int, records: list[Record], answers: tuple[list[Record], list[Record]]
) -> None:
    differing = []
    for record, found in zip(records, answers[number], strict=True):
        given = found["submitted"]
        mine = shown(record, given), answer(record, given)[0]
        if mine != (found["shown"], found["wrong"]) and not (number == 0 and on_purpose(record)):
            differing.append((record["components"], record["data"], mine, found))
    assert differing == []
