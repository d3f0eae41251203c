"""What keeps a form from being deployed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser

from forms import Form, FormUnreadable, check_files
from tests.forms.conftest import FILES
from tests.forms.viewer import viewer

#: whether form-js opens each of some forms
OPENS = """(forms) => Promise.all(forms.map((components) => {
  const form = new FormViewer.Form({ container: document.body.appendChild(document.createElement("div")) });
  return form.importSchema({ type: "default", id: "x", components }, {}).then(() => true, () => false);
}))"""
GOOD = {"id": "c", "type": "textfield", "key": "note"}


def found(*components: dict[str, Any], **document: Any) -> list[str]:
    form = Form.load({"id": "x", "type": "default", "components": list(components), **document})
    return [f"{problem.element}: {problem.message_en}" for problem in form.problems()]


def test_a_right_form_has_no_problems() -> None:
    assert check_files({"forms/application.form": (FILES / "application.form").read_bytes()}) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": ""}, "The component has no id."),
        ({"key": ""}, "The component has no key."),
        ({"key": "a b"}, "key 'a b' is no name."),
        ({"type": "html"}, "Component type 'html' is not supported."),
        ({"type": "iframe"}, "Component type 'iframe' is not supported."),
        ({"type": "hologram"}, "Component type 'hologram' is not supported."),
        ({"conditional": {"hide": "=1 +"}}, "conditional.hide is no FEEL"),
        ({"conditional": {"hide": "x > 1"}}, "conditional.hide does not begin with '='."),
        ({"validate": {"maxLength": "=((1"}}, "validate.maxLength is no FEEL"),
        ({"readonly": "=)"}, "readonly is no FEEL"),
        ({"properties": {"refusal": "=if"}}, "properties.refusal is no FEEL"),
        ({"conditional": {"hide": "=date(x) < now()"}}, "conditional.hide asks for now()."),
        ({"type": "expression"}, "The expression is empty."),
        ({"validate": {"pattern": "(?=a)b"}}, "The pattern is not allowed"),
        ({"validate": {"pattern": "(a)\\1"}}, "The pattern is not allowed"),
        ({"validate": {"pattern": "["}}, "The pattern is not allowed"),
        ({"validate": {"validationType": "phone"}}, "validationType phone wants an international prefix."),
        ({"properties": {"format": "passport"}}, "Property format 'passport' is unknown."),
        ({"properties": {"sensitive": "shoe_size"}}, "Property sensitive 'shoe_size' is unknown."),
        ({"type": "number", "properties": {"sensitive": "id_no"}}, "A number cannot be sealed."),
        ({"type": "select"}, "The choice has no options."),
        ({"type": "radio", "values": [{"value": 1}, {"value": 1}]}, "Option value 1 stands twice."),
        ({"key": "contact_phone"}, "The field looks like personal data and is not sealed."),
        ({"key": "x", "label": "法人身份证号"}, "The field looks like personal data and is not sealed."),
        ({"key": "bank_account"}, "The field looks like personal data and is not sealed."),
    ],
)
def test_each_mistake_is_named_with_its_component(change: dict[str, Any], message: str) -> None:
    texts = found({**GOOD, **change})
    assert any(message in text for text in texts), texts


def test_a_field_that_only_looks_personal_can_say_so() -> None:
    assert found({**GOOD, "key": "hotline_phone", "properties": {"sensitive": "none"}}) == []


def test_ids_and_keys_are_unique() -> None:
    texts = found(GOOD, GOOD)
    assert (
        texts
        == [
            "c: The id is used 2 times, the form itself included.",
            "c: Key 'note' is that of 'c', or one lies inside the other.",
        ][: len(texts)]
    )
    assert found(GOOD, {**GOOD, "id": "d"}) == ["d: Key 'note' is that of 'c', or one lies inside the other."]


def leaf(id: str, key: str, **more: Any) -> dict[str, Any]:
    return {**GOOD, "id": id, "key": key, **more}


def group(id: str, path: str, *inside: dict[str, Any]) -> dict[str, Any]:
    return {"id": id, "type": "group", "label": id, "path": path, "components": list(inside)}


def rows(id: str, path: str, *inside: dict[str, Any]) -> dict[str, Any]:
    named = {"label": id, "path": path, "isRepeating": True, "components": list(inside)}
    return {"id": id, "type": "dynamiclist", **named}


#: components -> whether their places overlap
PLACES: list[tuple[list[dict[str, Any]], bool]] = [
    ([leaf("c", "k", conditional={"hide": "=a"}), leaf("d", "k", conditional={"hide": "=not(a)"})], True),
    ([leaf("c", "k"), leaf("d", "k.inner")], True),
    ([leaf("c", "k.inner"), leaf("d", "k")], True),
    ([leaf("c", "k"), group("g", "k", leaf("d", "inner"))], True),
    ([group("g", "k", leaf("d", "inner")), leaf("c", "k")], True),
    ([group("g", "", leaf("d", "k")), leaf("c", "k")], True),
    ([rows("l", "k", leaf("d", "inner")), leaf("c", "k")], True),
    ([rows("l", "k", leaf("d", "inner")), leaf("c", "k.other")], True),
    ([rows("l", "k", leaf("d", "inner")), group("g", "k", leaf("c", "other"))], True),
    ([rows("l", "k", leaf("d", "inner")), rows("m", "k", leaf("c", "other"))], True),
    ([rows("l", "k", leaf("d", "inner"), leaf("e", "inner"))], True),
    ([leaf("c", "k.one"), leaf("d", "k.two")], False),
    ([leaf("c", "k"), leaf("d", "kk")], False),
    ([leaf("c", "k.one"), group("g", "k", leaf("d", "two"))], False),
    ([group("g", "k", leaf("d", "one")), group("h", "k", leaf("e", "two"))], False),
    ([group("g", "k", group("h", "", leaf("d", "one")), group("i", "inner", leaf("e", "one")))], False),
    ([leaf("c", "inner"), rows("l", "k", leaf("d", "inner"), rows("m", "more", leaf("e", "inner")))], False),
]


@pytest.mark.parametrize(("components", "overlap"), PLACES)
def test_places_that_overlap_are_refused_whatever_conditions_hide(
    components: list[dict[str, Any]], overlap: bool
) -> None:
    codes = {one.code for one in Form.load({"id": "x", "components": components}).problems()}
    assert codes == ({"key_twice"} if overlap else set())


@pytest.mark.e2e
def test_the_browser_opens_no_form_with_places_that_overlap(browser: Browser) -> None:
    with viewer(browser) as page:
        opens = page.evaluate(OPENS, [*(components for components, _ in PLACES), [{**GOOD, "id": "x"}]])
    assert opens == [*(not overlap for _, overlap in PLACES), False]


def test_a_component_may_not_have_the_id_of_the_form() -> None:
    assert found({**GOOD, "id": "x"}) == ["x: The id is used 2 times, the form itself included."]


def test_a_row_has_its_own_keys() -> None:
    rows = {"id": "l", "type": "dynamiclist", "path": "rows", "components": [{**GOOD, "id": "d"}]}
    assert found(GOOD, rows) == []


def test_a_form_needs_an_id() -> None:
    assert "The form has no id." in found(GOOD, id="")[0]


def test_a_format_that_the_browser_does_not_check_is_a_warning() -> None:
    form = Form.load({"id": "x", "components": [{**GOOD, "properties": {"format": "mobile", "sensitive": "phone"}}]})
    (problem,) = form.problems("a.form")
    assert problem.severity == "warning" and "^1[3-9]" in problem.advice_en and problem.file == "a.form"


def test_files_that_are_no_forms_are_problems_not_crashes() -> None:
    files = {
        "a.form": b"{",
        "b.form": b"[]",
        "c.form": json.dumps({"id": "x", "components": 3}).encode(),
        "d.form": b"\xff\xfe",
        "e.form": b"[" * 100_000,
        "f.bpmn": b"<",
    }
    assert [problem.file for problem in check_files(files)] == ["a.form", "b.form", "c.form", "d.form", "e.form"]


def test_two_files_must_not_share_a_form_id() -> None:
    data = json.dumps({"id": "x", "components": []}).encode()
    (problem,) = check_files({"a.form": data, "b.form": data})
    assert problem.file == "b.form" and "also used by a.form" in problem.message_en


def test_no_document_is_no_form() -> None:
    with pytest.raises(FormUnreadable):
        Form.load([])  # type: ignore[arg-type]  # what a file may hold
