"""Two versions of a pack are compared by what they mean: each change once, with its place and both sides."""

from __future__ import annotations

import io
import json
from itertools import pairwise
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from engine.differences import Change, compare

PACK = Path(__file__).resolve().parents[2] / "web" / "packs" / "parcel"
#: receive -> check -> (gateway) …: three steps in a row, drawn.
ROW = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
 xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="d">
 <process id="p" name="流程">{steps}</process>
 <di:BPMNDiagram id="x"><di:BPMNPlane id="y" bpmnElement="p">{shapes}</di:BPMNPlane></di:BPMNDiagram></definitions>"""


def diagram(*ids: str, y: int = 80, **more: str) -> bytes:
    """Steps in a row, joined by flows; `more` gives what stands inside a step."""
    steps = "".join(f'<userTask id="{id}" name="{id}步">{more.get(id, "")}</userTask>' for id in ids)
    pairs = pairwise(ids)
    flows = "".join(f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairs)
    boxes = "".join(
        f'<di:BPMNShape id="s{n}" bpmnElement="{id}"><dc:Bounds x="{n * 150}" y="{y}" width="100" height="80"/>'
        "</di:BPMNShape>"
        for n, id in enumerate(ids)
    )
    return ROW.format(steps=steps + flows, shapes=boxes).encode()


def changes(old: bytes, new: bytes, path: str = "a.bpmn", effect: str = "flow") -> set[tuple[str, str, str]]:
    """(act, element, field) of the changes with that effect, flows of a diagram left out."""
    found = compare({path: old}, {path: new})
    return {(c.act, c.element, c.field) for c in found if c.effect == effect and c.kind != "sequenceFlow"}


def properties(**values: str) -> str:
    inner = "".join(f'<camunda:property name="{name}" value="{value}"/>' for name, value in values.items())
    return f"<extensionElements><camunda:properties>{inner}</camunda:properties></extensionElements>"


def test_equal_versions_have_no_difference() -> None:
    files = {path.name: path.read_bytes() for path in PACK.rglob("*") if path.is_file()}

    assert compare(files, dict(files)) == ()


def test_a_new_step_is_added_and_its_neighbours_stand_where_they_stood() -> None:
    assert changes(diagram("a", "b", "c"), diagram("a", "b", "new", "c")) == {("added", "new", "")}
    assert changes(diagram("a", "b", "new", "c"), diagram("a", "b", "c")) == {("removed", "new", "")}


def test_a_step_that_changes_its_place_in_the_way_has_moved() -> None:
    found = changes(diagram("a", "b", "c", "d", "e"), diagram("a", "c", "d", "b", "e"))

    assert ("moved", "b", "") in found
    assert ("moved", "a", "") not in found and ("moved", "e", "") not in found


def test_a_limit_is_told_with_both_sides() -> None:
    old, new = (diagram("a", a=properties(limit=key, note=key)) for key in ("slow", "quick"))

    found = {change.field: change for change in compare({"a.bpmn": old}, {"a.bpmn": new})}

    assert found["property limit"] == Change(
        "a.bpmn", "limits", "changed", "a", "a步", "userTask", "property limit", "slow", "quick"
    )
    assert found["property note"].effect == "flow"


def test_conditions_timers_and_guidance_are_fields_of_their_step() -> None:
    timer = (
        "<documentation>{0}</documentation><timerEventDefinition id='t'><timeDate>{0}</timeDate></timerEventDefinition>"
    )
    old, new = (diagram("a", a=timer.format(text)) for text in ("one", "two"))

    assert changes(old, new) == {("changed", "a", "documentation"), ("changed", "a", "timerEventDefinition timeDate")}


def test_a_shape_that_only_stands_elsewhere_is_layout_and_comes_last() -> None:
    old, new = diagram("a", "b"), diagram("a", "b", "c", y=200)

    found = compare({"a.bpmn": old}, {"a.bpmn": new})

    assert [change.element for change in found if change.effect == "layout"] == ["a", "b"]
    assert found[-1].effect == "layout" and found[0].effect == "flow"


def test_a_cell_of_a_table_is_told_by_its_row_and_column() -> None:
    path = next(path for path in PACK.rglob("*.dmn") if "time_limits" in path.read_text("utf-8"))
    old = path.read_bytes()
    place = old.index(b"<outputEntry")
    start = old.index(b"<text>", place) + 6
    new = old[:start] + b"77" + old[old.index(b"</text>", start) :]

    (change,) = compare({"limits.dmn": old}, {"limits.dmn": new})

    assert (change.effect, change.act, change.kind, change.name) == ("limits", "changed", "rule", "1")
    assert change.after == "77" and change.field


def test_components_come_go_and_change() -> None:
    def form(*components: dict[str, object]) -> bytes:
        return json.dumps({"type": "default", "id": "f", "components": components}).encode()

    name = {"type": "textfield", "id": "n", "key": "name", "label": "姓名", "layout": {"row": "r1"}}
    old = form(name, {"type": "number", "id": "k", "key": "kva", "label": "容量"})
    new = form(
        {**name, "validate": {"required": True}, "layout": {"row": "r2"}},
        {"type": "checkbox", "id": "c", "key": "agree", "label": "同意"},
    )

    assert changes(old, new, "f.form", "forms") == {
        ("added", "c", ""),
        ("removed", "k", ""),
        ("changed", "n", "validate.required"),
    }
    assert changes(old, new, "f.form", "layout") == {("moved", "n", "")}


def test_paragraphs_of_a_letter_are_compared_by_their_text() -> None:
    def letter(*paragraphs: str) -> bytes:
        document, out = Document(), io.BytesIO()
        for text in paragraphs:
            document.add_paragraph(text)
        document.save(out)
        return out.getvalue()

    (change,) = compare({"l.docx": letter("一", "二", "三")}, {"l.docx": letter("一", "两", "三")})

    assert (change.effect, change.field, change.before, change.after) == ("letters", "2", "二", "两")


def test_entries_of_the_manifest_are_named_by_their_path() -> None:
    old = (PACK / "pack.toml").read_bytes()
    new = old.replace("退货窗口".encode(), "退货台".encode())

    found = compare({"pack.toml": old}, {"pack.toml": new})

    assert found and all(change.effect == "manifest" and "退货台" in change.after for change in found)
    assert {change.field for change in found} == {"roles.DESK.zh"}


@pytest.mark.parametrize("path", ["a.bpmn", "a.dmn", "a.form", "a.docx", "pack.toml"])
def test_a_file_that_cannot_be_read_is_changed_as_a_whole(path: str) -> None:
    found = compare({path: b"\xff broken"}, {path: b"<also broken"})

    assert [(change.file, change.act, change.field) for change in found] == [(path, "changed", "")]


@given(st.permutations(["a", "b", "c", "d", "e"]), st.permutations(["a", "b", "c", "d", "e"]))
def test_what_one_way_adds_the_other_way_removes(old: list[str], new: list[str]) -> None:
    first, second = diagram(*old[:4]), diagram(*new[:4])
    there, back = changes(first, second), changes(second, first)

    assert {id for act, id, _field in there if act == "added"} == {id for act, id, _f in back if act == "removed"}
    assert (there == set()) == (back == set())


def test_what_an_editor_only_writes_in_other_words_is_no_difference() -> None:
    table = (PACK / "handling.dmn").read_bytes()
    form = (PACK / "forms" / "shelve.form").read_bytes()

    assert compare({"a.dmn": table}, {"a.dmn": table.replace(b' hitPolicy="UNIQUE"', b"")}) == ()
    assert compare({"a.form": form}, {"a.form": form.replace(b'"schemaVersion": 18', b'"schemaVersion": 19')}) == ()
    (changed,) = compare({"a.dmn": table}, {"a.dmn": table.replace(b'"UNIQUE"', b'"FIRST"')})
    assert (changed.field, changed.before, changed.after) == ("hitPolicy", "UNIQUE", "FIRST")
