"""The forms ask what the reference asks, keep personal data sealed, and offer the outcomes that the diagrams know."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from tests.bpmn.pack import BPMN, FORMS, components, diagrams, elements, files, forms, manifest

ALL = sorted(forms())
KEYED = {
    "textfield",
    "textarea",
    "number",
    "checkbox",
    "checklist",
    "radio",
    "select",
    "datetime",
    "filepicker",
    "expression",
}
PERSONAL = {
    "name": "name",
    "id_no": "id_no",
    "other_id_no": "id_no",
    "credit_code": "credit_code",
    "phone": "phone",
    "contact": "contact",
    "address": "address",
    "agent_name": "name",
    "agent_id_no": "id_no",
    "agent_phone": "phone",
    "email": "email",
    "coordinates": "location",
    "bank_account": "account",
    "tax_no": "account",
    "existing_account": "account",
    "special_help": "other",
}


def keyed(name: str) -> dict[str, Mapping[str, Any]]:
    """The components of a form that carry a value, by key; of two with one key the one outside a list of rows."""
    found: dict[str, Mapping[str, Any]] = {}
    for component in components(forms()[name]):
        if component["type"] in KEYED:
            found.setdefault(component["key"], component)
    return found


def outcomes(name: str) -> set[str]:
    return {option["value"] for option in keyed(name).get("outcome", {}).get("values", ())}


def groups(name: str) -> list[str]:
    return [c["label"] for c in components(forms()[name]) if c["type"] == "group" and c.get("label")]


def is_required(component: Mapping[str, Any]) -> bool:
    return bool(component.get("validate", {}).get("required"))


@pytest.mark.parametrize("name", ALL)
def test_a_form_is_written_as_the_editor_writes_it(name: str) -> None:
    document = forms()[name]
    assert (document["id"], document["type"], document["schemaVersion"]) == (name, "default", 19)
    source = (FORMS / f"{name}.form").read_text()
    assert source == json.dumps(document, ensure_ascii=False, indent=2) + "\n"


@pytest.mark.parametrize("name", ALL)
def test_components_have_stable_ids_unique_keys_and_chinese_labels(name: str) -> None:
    found = list(components(forms()[name]))
    ids = [component["id"] for component in found]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", id) for id in ids)
    for component in found:
        label = component.get("label") or component.get("dateLabel") or component.get("text", "")
        if component["type"] in KEYED - {"expression"}:
            assert any("\u4e00" <= letter <= "\u9fff" for letter in label), component["id"]


@pytest.mark.parametrize("name", ALL)
def test_patterns_explain_themselves(name: str) -> None:
    for component in components(forms()[name]):
        rules = component.get("validate", {})
        assert ("pattern" in rules) == ("patternErrorMessage" in rules), component["id"]


def test_every_form_is_used_by_a_task_a_message_or_the_rating() -> None:
    used = {task.attrib["id"].removeprefix("ut_") for _, task in elements("userTask")}
    used |= {message["form"] for message in manifest()["messages"].values()} | {manifest()["public"]["rating"]}
    assert used == set(ALL)


def test_outcomes_that_a_diagram_asks_for_are_offered_by_a_form() -> None:
    offered = set().union(*(outcomes(name) for name in ALL))
    asked = set()
    for diagram in diagrams().values():
        for condition in diagram.iter(f"{BPMN}conditionExpression"):
            asked |= set(re.findall(r'outcome = "(\w+)"', condition.text or ""))
    assert asked <= offered


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("accept", {"complete", "incomplete", "refuse", "false"}),
        ("survey", {"feasible", "not_feasible", "revisit", "false"}),
        ("rev_om", {"agree", "return"}),
        ("design_review", {"pass", "return", "false"}),
        ("completion_inspection", {"pass", "fail", "false"}),
        ("false_document", {"back", "terminate"}),
    ],
)
def test_the_outcomes_of_a_step_are_those_of_its_row(name: str, expected: set[str]) -> None:
    assert outcomes(name) == expected
    assert is_required(keyed(name)["outcome"])


@pytest.mark.parametrize("name", [name for name in ALL if outcomes(name) & {"return", "refuse", "false"}])
def test_a_return_needs_a_reason_and_its_code(name: str) -> None:
    assert is_required(keyed(name)["reason"]) and is_required(keyed(name)["reason_code"])


def test_personal_data_of_the_application_is_sealed() -> None:
    found = {
        key: c["properties"]["sensitive"]
        for key, c in keyed("application").items()
        if "sensitive" in c.get("properties", {})
    }
    assert found == PERSONAL


def test_no_other_form_asks_for_personal_data_in_the_open() -> None:
    words = re.compile(r"姓名|手机号|身份证号|户名|联系人|负责人$|签名$|银行账号")
    for name in ALL:
        for key, component in keyed(name).items():
            if component["type"] in ("textfield", "textarea") and words.search(component.get("label", "")):
                assert component.get("properties", {}).get("sensitive"), (name, key)


def test_the_application_gives_the_variables_that_start_a_case() -> None:
    variables = [
        "business_type",
        "customer_class",
        "hv",
        "region",
        "voltage",
        "kva",
        "usage",
        "industry",
        "important",
        "agent",
        "small_micro",
        "planning_compliant",
        "commitment_offered",
        "planned_land",
        "land_date",
        "red_line",
        "special_line",
        "expected_date",
        "restricted_industry",
    ]
    assert set(variables) <= set(keyed("application"))


def test_the_application_requires_what_every_customer_must_give() -> None:
    required = {key for key, component in keyed("application").items() if is_required(component)}
    always = [
        "business_type",
        "customer_class",
        "name",
        "id_type",
        "id_no",
        "contact",
        "phone",
        "region",
        "address",
        "usage",
        "kva",
        "voltage",
        "privacy_agreed",
        "truth_stated",
    ]
    assert set(always) <= required
    assert not {"bank_account", "expected_date", "email", "campaign_code", "special_help"} & required


def test_the_survey_has_twelve_items_with_photos_and_signatures_where_they_are_due() -> None:
    titles = [title for title in groups("survey") if re.match(r"\d+ ", title)]
    assert [int(title.split()[0]) for title in titles] == list(range(1, 13))
    evidence = {key: is_required(c) for key, c in keyed("survey").items() if c["type"] == "filepicker"}
    assert evidence == {f"photo_{n}": True for n in (5, 7, 9, 10, 11)} | {"signature_1": True, "signature_12": True}


def test_the_plan_has_eight_elements_that_must_be_filled() -> None:
    elements_of_plan = [
        c for c in components(forms()["plan_draft"]) if str(c.get("id", "")).startswith("group_element_")
    ]
    assert [int(group["label"].split()[0]) for group in elements_of_plan] == list(range(1, 9))
    assert all(any(is_required(c) for c in group["components"]) for group in elements_of_plan)


def test_the_completion_checklist_has_twelve_numbered_points() -> None:
    points = {key: c for key, c in keyed("completion_inspection").items() if key.startswith("check_")}
    assert [int(c["label"].split()[0]) for c in points.values()] == list(range(1, 13))
    assert all(is_required(c) for c in points.values())


def test_no_paper_is_asked_for_by_two_forms_of_the_customer() -> None:
    asked: dict[str, list[str]] = {}
    for name in {message["form"] for message in manifest()["messages"].values()} - {"supply_documents"}:
        for component in components(forms()[name]):
            document = component.get("properties", {}).get("document")
            if document:
                asked.setdefault(document, []).append(name)
    assert [document for document, names in asked.items() if len(names) > 1] == []


def test_the_application_takes_every_paper_of_the_checklist_and_the_supplement_too() -> None:
    checklist = set(re.findall(rb'<text>"(\w+)"</text>', files()["decisions/document_checklist.dmn"]))
    for name in ("application", "supply_documents"):
        offered = {
            c["properties"]["document"] for c in components(forms()[name]) if "document" in c.get("properties", {})
        }
        assert len(offered) == 12
        assert {document.encode() for document in offered} <= checklist


def test_the_rating_asks_for_the_five_dimensions_of_service_quality() -> None:
    found = {c["properties"]["dimension"] for c in keyed("rating").values() if "dimension" in c.get("properties", {})}
    assert found == {"tangibility", "reliability", "responsiveness", "assurance", "empathy"}


def test_what_customers_write_freely_is_sealed() -> None:
    """People write names and numbers there."""
    own = [message["form"] for message in manifest()["messages"].values() if message.get("by") == "customer"]
    texts = [(form, part) for form in own for part in components(forms()[form]) if part["type"] == "textarea"]
    open_ones = [(form, part["key"]) for form, part in texts if not part.get("properties", {}).get("sensitive")]
    assert len(texts) >= 8
    assert open_ones == []


@pytest.mark.parametrize("key", ["identity_note", "existing_note"])
def test_notes_of_surveyors_on_people_are_sealed(key: str) -> None:
    [part] = [part for part in components(forms()["survey"]) if part.get("key") == key]
    assert part["properties"]["sensitive"] == "other"
