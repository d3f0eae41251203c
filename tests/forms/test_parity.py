"""The server gives the same answer as the browser: the same fields shown, the same refused, the same data.

The pairs of form and data stand in `parity/`: `built.jsonl` holds forms built to try one thing each, with what
@bpmn-io/form-js-viewer 1.23.0 answered; `typed.jsonl` holds forms in which a person changes or clears what they were
opened with; `shipped.jsonl` names forms of the connection pack. Both are opened in the
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

from engine.feel.portable import DIFFERENCES
from forms import Form, FormErrors
from forms.errors import FINDINGS
from forms.opening import calendar_functions
from forms.places import Sheet
from tests.forms.viewer import TODAY, viewer

FOLDER = Path(__file__).parent / "parity"
ROOT = Path(__file__).parents[2]
FORMS = ROOT / "forms" / "connection"
#: pairs opened beside one another in one page
BATCH = 50
Record = dict[str, Any]
CLOCK = calendar_functions(date.fromisoformat(TODAY))


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
TYPED = lines("typed")
SHIPPED = [{**line, "components": shipped_components(line["form"])} for line in lines("shipped")]


#: what browser and server answer differently, with data that show it, and what to write instead
DIFFERING = lines("differing")
GIVEN = [{}, *(line["data"] for line in DIFFERING), {"kind": None, "amount": None, "xs": None, "rows": [], "txt": None}]


#: the fields that the conditions ask for; the form check knows their kinds
FIELDS: list[Record] = [
    {"type": "number", "id": "amount", "key": "amount", "label": "N"},
    {"type": "number", "id": "n2", "key": "n2", "label": "N2"},
    {"type": "textfield", "id": "txt", "key": "txt", "label": "T"},
    {"type": "textfield", "id": "kind", "key": "kind", "label": "K"},
    {"type": "datetime", "id": "d1", "key": "d1", "label": "D1"},
    {"type": "datetime", "id": "d2", "key": "d2", "label": "D2"},
    {"type": "taglist", "id": "xs", "key": "xs", "label": "X", "values": [{"label": "a", "value": "a"}]},
]


def hidden_by(condition: str, data: Any) -> Record:
    """A form with one required field, hidden under a condition."""
    field = {"type": "textfield", "id": "f", "key": "field", "label": "F", "validate": {"required": True}}
    return {"components": [{**field, "conditional": {"hide": f"={condition}"}}], "data": data}


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


def in_browser(browser: Browser, records: list[Record], **settings: Any) -> list[Record]:
    """What form-js shows, refuses and submits."""
    script = (FOLDER / "browser.js").read_text(encoding="utf-8")
    with viewer(browser, **settings) as page:
        pairs = [{name: record.get(name) for name in ("components", "data", "typed")} for record in records]
        found: list[Record] = []
        for start in range(0, len(pairs), BATCH):
            found += page.evaluate(script, pairs[start : start + BATCH])
    return found


@pytest.fixture(scope="module")
def answers(browser: Browser) -> tuple[list[Record], list[Record]]:
    """What the browser answers to the built and to the shipped pairs."""
    found = in_browser(browser, BUILT + SHIPPED)
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


@pytest.mark.parametrize("record", TYPED)
def test_what_was_changed_or_cleared_is_taken_over_as_the_browser_sent_it(record: Record) -> None:
    given = record["submitted"]
    assert Form.load({"id": "x", "components": record["components"]}).problems() == []
    assert (shown(record, given), answer(record, given)[0]) == (record["shown"], record["wrong"])
    values = answer(record, given)[1]
    assert values is None or values == plain(given)


@pytest.mark.parametrize("line", DIFFERING, ids=[line["hide"] for line in DIFFERING])
def test_the_form_check_refuses_what_is_answered_differently_and_not_what_it_advises(line: Record) -> None:
    documents = [
        {"id": "x", "components": FIELDS + hidden_by(line[name], {})["components"]} for name in ("hide", "cure")
    ]
    refused, advised = (Form.load(document).problems() for document in documents)
    what = FINDINGS.word(line["what"])
    told = [one for one in refused if one.code == "rule_answers_differ"]
    assert told and all(one.message_en.startswith("conditional.hide has ") for one in told)
    assert what.en in " ".join(one.message_en for one in refused) and what.zh in " ".join(
        one.message for one in refused
    )
    assert [one for one in advised if one.code != "component_without_id"] == []


def test_every_difference_has_its_words_and_most_an_example() -> None:
    words = {word.removesuffix("_cure") for word in FINDINGS.words if word.endswith("_cure")}
    assert words == DIFFERENCES
    assert words - {line["what"] for line in DIFFERING} == {"no_boolean", "list_as_condition", "computed_moment"}


def test_fields_of_the_form_are_known_by_their_kind() -> None:
    fields = [
        {"type": "number", "id": "n", "key": "amount", "label": "N"},
        {"type": "checklist", "id": "c", "key": "ticks", "label": "C", "values": [{"label": "a", "value": "a"}]},
        {"type": "checkbox", "id": "b", "key": "agreed", "label": "B"},
        {"type": "datetime", "id": "d", "key": "day", "label": "D"},
        {"type": "number", "id": "w", "key": "whole", "label": "W", "decimalDigits": 0},
        {"type": "expression", "id": "x1", "key": "total", "expression": "=sum(for row in rows return row.kw)"},
        {"type": "expression", "id": "x2", "key": "double", "expression": "=whole + whole"},
        {"type": "expression", "id": "x3", "key": "loud", "expression": "=double > 5"},
        {"type": "dynamiclist", "id": "l", "path": "rows", "components": [
            {"type": "number", "id": "kw", "key": "kw", "label": "kW"},
            {"type": "number", "id": "p", "key": "pieces", "label": "P", "decimalDigits": 0}]},
        {"type": "expression", "id": "x4", "key": "later", "expression": '=date(day) + duration("P1D")'},
        {"type": "expression", "id": "x5", "key": "days", "expression": "=for d in [day] return date(d)"},
        {"type": "textfield", "id": "town", "key": "address.town", "label": "T"},
    ]  # fmt: skip
    for condition, words in [
        ("agreed > 1", ["mixed_kinds"]), ("ticks", ["list_as_condition"]), ("ticks = kept", ["list_equality"]),
        ("if amount then true else false", ["no_boolean"]), ('amount in ("a", "b")', ["mixed_kinds"]),
        ('day > "2026-01-01"', []), ("amount > 1", []), ("amount in (1, 2)", []),
        ("if agreed then true else false", []), ("day = today()", ["mixed_kinds"]), ("agreed + 1 > 1", ["mixed_kinds"]),
        ("whole + 1 > 2", []), ("amount + 1 > 2", ["fraction"]), ("whole + 0.5 > 2", ["fraction"]),
        ("total > 2", ["fraction"]), ("double > 2", []), ("loud = true", []), ("sum(rows.kw) > 2", ["fraction"]),
        ("sum(rows.pieces) > 2", []), ("some row in rows satisfies row.kw = 2", []), ("rows[1].kw > 2.5", []),
        ("some row in rows satisfies row.kw = \"2\"", ["mixed_kinds"]),
        ("kept > 1", []), ("kept * 2 > 1", ["fraction"]),
        ("kept > 1 and kept = \"a\"", ["mixed_kinds"]), ("kept.part > 1 and kept.part = \"a\"", ["mixed_kinds"]),
        ('later > date("2026-01-01")', ["computed_moment"]), ('later = "2026-01-02"', ["computed_moment"]),
        ("later = later", ["computed_moment"]), ("later > kept", ["computed_moment"]), ("later != null", []),
        ("later.year > 2026", ["part_missing"]), ("date(later) > date(day)", ["moment_of_text"]),
        ("later in (\"2026-01-02\")", ["mixed_kinds"]), ("list contains(days, today())", ["mixed_kinds"]),
        ("list contains(rows.pieces, amount * 0.1)", ["fraction"]), ("list contains(rows.pieces, whole)", []),
        ("address.town = 5", ["mixed_kinds"]), ("if kept then amount > 1 else kept > 5", ["mixed_kinds"]),
    ]:  # fmt: skip
        components = [*fields, *hidden_by(condition, {})["components"]]
        found = [one for one in Form.load({"id": "x", "components": components}).problems() if one.element == "f"]
        told = [word for word in words if any(FINDINGS.word(word).en in one.message_en for one in found)]
        assert told == words and len(found) == len(words), condition


@pytest.mark.parametrize(
    ("condition", "answered"),
    [
        ("r.kw > 100", False), ("r.kw != null and r.kw > 100", True), ("r.kw > 100 and null != r.kw", True),
        ("r.kw != null or r.kw > 100", False), ("r.kw = null or r.kw > 100", True),
        ("r.nm != null and r.kw > 100", False),
        ("not(r.kw = null) and r.kw > -1", True), ("not(r.kw = null or r.nm = null) and r.kw > 1", True),
        ("if r.kw = null then false else r.kw > 100", True), ("if r.kw != null then false else r.kw > 100", False),
        ('r.nm in ("a", "b")', True), ('contains(r.nm, "a")', False), ('r.nm != null and contains(r.nm, "a")', True),
        ("list contains(ticks, r.nm)", False), ("ticks != null and list contains(ticks, r.nm)", True),
        ("r.kw != null and (r.kw > 100 or r.nm = null)", True), ("(r.kw != null or r.nm != null) and r.kw > 1", False),
        ("r.kw != null and r.kw > used", False), ("r.kw != null and used != null and r.kw > used", True),
    ],
)  # fmt: skip
def test_what_is_asked_of_every_row_has_an_answer_where_what_may_be_null_is_asked_for(
    condition: str, answered: bool
) -> None:
    row = [{"type": "number", "id": "kw", "key": "kw"}, {"type": "textfield", "id": "nm", "key": "nm"}]
    ticks = {"type": "checklist", "id": "c", "key": "ticks", "values": [{"label": "a", "value": "a"}]}
    fields = [{"type": "dynamiclist", "id": "l", "path": "rows", "components": row}, ticks,
              {"type": "number", "id": "u", "key": "used"}]  # fmt: skip
    components = [*fields, *hidden_by(f"some r in rows satisfies {condition}", {})["components"]]
    found = Form.load({"id": "x", "components": components}).problems()
    told = FINDINGS.word("null_in_quantifier").en
    assert [told in one.message_en for one in found] == ([] if answered else [True])


def test_a_range_of_days_is_told_as_a_range_and_as_nothing_else() -> None:
    between = hidden_by('day between "2026-01-01" and "2026-12-31"', {})["components"]
    day = {"type": "datetime", "id": "d", "key": "day", "subtype": "date", "dateLabel": "D"}
    (found,) = Form.load({"id": "x", "components": [day, *between]}).problems()
    assert f" {FINDINGS.word('range').en}:" in found.message_en


def test_conditions_in_a_row_know_the_fields_of_the_row_and_of_the_form() -> None:
    def words(condition: str) -> list[str]:
        hidden = {"conditional": {"hide": f"={condition}"}}
        row = [
            {"type": "number", "id": "kw", "key": "kw", "label": "kW"},
            {"type": "textfield", "id": "note", "key": "note", "label": "N", **hidden},
        ]
        rows = {"type": "dynamiclist", "id": "l", "path": "rows", "components": row}
        components = [{"type": "textfield", "id": "top", "key": "kw", "label": "Top"}, rows]
        return [one.code for one in Form.load({"id": "x", "components": components}).problems()]

    assert words("this.kw > 2.5") == words('kw = "a"') == words('parent.kw = "a"') == words("i[1] = 1") == []
    assert words('this.kw = "a"') == words("kw > 2.5 ") == words("this.kw * 2 > 1") == ["rule_answers_differ"]


def test_limits_that_may_have_a_fraction_are_refused_and_computed_fields_are_not() -> None:
    fields = [{"type": "number", "id": "a", "key": "a", "label": "A"}]
    for limit, codes in [("=a * 0.1", ["rule_answers_differ"]), ("=if a > 5 then 20 else 5", []), ("=a", [])]:
        limited = {"type": "number", "id": "b", "key": "b", "label": "B", "validate": {"min": limit}}
        found = Form.load({"id": "x", "components": [*fields, limited]}).problems()
        assert [one.code for one in found] == codes, limit


@pytest.mark.e2e
def test_browser_and_server_agree_on_what_is_advised_and_differ_on_what_is_refused(browser: Browser) -> None:
    advised = [hidden_by(line["cure"], data) for line in DIFFERING for data in GIVEN]
    refused = [hidden_by(line["hide"], line["data"]) for line in DIFFERING]
    found = in_browser(browser, advised + refused)
    alike = [
        answer(record, record["data"])[0] == one["wrong"] for record, one in zip(advised + refused, found, strict=True)
    ]
    assert [record for record, same in zip(advised, alike, strict=False) if not same] == []
    same = [line["hide"] for line, one in zip(DIFFERING, alike[len(advised) :], strict=True) if one]
    assert same == []


@pytest.mark.e2e
def test_the_browser_still_answers_as_recorded(answers: tuple[list[Record], list[Record]]) -> None:
    for record, found in zip(BUILT, answers[0], strict=True):
        assert found["wrong"] == record["wrong"], record
        assert found["submitted"] == record["submitted"], record


@pytest.mark.e2e
def test_the_browser_still_sends_what_was_typed_as_recorded(browser: Browser) -> None:
    for record, found in zip(TYPED, in_browser(browser, TYPED), strict=True):
        assert found == {name: record[name] for name in found}, record


@pytest.mark.e2e
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "UTC", "America/New_York"])
def test_today_is_the_day_of_the_page_wherever_the_browser_is(browser: Browser, zone: str) -> None:
    day = {"type": "datetime", "id": "d", "key": "d", "subtype": "date", "dateLabel": "D"}
    asked = [*(f"date(d) {sign} today()" for sign in ("=", "!=", "<", "<=", ">", ">=")), "today().day = 20",
             "today().weekday = 5", "date(today()) = date(d)", 'date(d) <= today() + duration("P7D")',
             'date(d) - today() > duration("P5D")', 'today() - date(d) < duration("P1D")',
             'date(d) = today() - duration("P1Y")', 'date(d) <= today() + duration("P1M")']  # fmt: skip
    days = ["2025-11-20", "2026-11-19", "2026-11-20", "2026-11-21", "2026-11-25", "2026-11-27", "2026-12-20"]
    forms = [(one, [day, *hidden_by(one, {})["components"]]) for one in asked]
    assert [one for one, form in forms if Form.load({"id": "x", "components": form}).problems()] == []
    records = [{"components": form, "data": {"d": text}} for _, form in forms for text in days]
    for record, found in zip(records, in_browser(browser, records, timezone_id=zone), strict=True):
        assert shown(record, found["submitted"]) == found["shown"], record


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
