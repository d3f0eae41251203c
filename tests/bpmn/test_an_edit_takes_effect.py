"""An analyst edits the shipped files in a modeler, a second person approves them: new cases follow, running ones stay.

Nothing but the files changes: one review is moved before another, one limit is raised, and one task with a form of its
own is added.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from xml.etree import ElementTree as Xml

import pytest
from sqlalchemy import Engine as Database

from bpmn.office_hours import ZONE
from engine import Engine, Handlers, queries
from engine.errors import SameActor
from engine.models import deployment, instance
from forms import check_files
from tests.bpmn.conftest import copy, in_memory
from tests.bpmn.pack import BPMN, BPMNDI, CAMUNDA, DC, DI, files
from tests.bpmn.walk import MONDAY, Walk

DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
PLAN, SURVEY, LIMITS = "shared/plan.bpmn", "shared/survey.bpmn", "decisions/time_limits.dmn"
for prefix, space in {"bpmn": BPMN, "bpmndi": BPMNDI, "camunda": CAMUNDA, "dc": DC, "di": DI}.items():
    Xml.register_namespace(prefix, space.strip("{}"))

NOTICE_FORM = {
    "id": "visit_notice",
    "type": "default",
    "schemaVersion": 19,
    "components": [
        {
            "id": "field_told_by",
            "key": "told_by",
            "type": "select",
            "label": "用什么方式告知",
            "values": [{"label": "电话", "value": "phone"}, {"label": "短信", "value": "sms"}],
            "validate": {"required": True},
        }
    ],
}


@dataclass(frozen=True)
class Modeler:
    """A diagram that is open in an editor."""

    root: Xml.Element

    @classmethod
    def opened(cls, file: str) -> Modeler:
        return cls(Xml.fromstring(files()[file]))

    def find(self, id: str) -> Xml.Element:
        (found,) = (element for element in self.root.iter() if element.get("id") == id)
        return found

    def drawn(self, id: str) -> Xml.Element:
        (found,) = (shape for shape in self.root.iter(f"{BPMNDI}BPMNShape") if shape.get("bpmnElement") == id)
        return found

    def connect(self, flow_id: str, source: str = "", target: str = "") -> None:
        """Drag an end of a flow to another element."""
        flow = self.find(flow_id)
        for end, tag, id in (("sourceRef", "outgoing", source), ("targetRef", "incoming", target)):
            if id:
                before, after = self.find(flow.attrib[end]), self.find(id)
                for reference in before.findall(f"{BPMN}{tag}"):
                    if reference.text == flow_id:
                        before.remove(reference)
                Xml.SubElement(after, f"{BPMN}{tag}").text = flow_id
                flow.set(end, id)

    def saved(self) -> bytes:
        return Xml.tostring(self.root, encoding="utf-8", xml_declaration=True)


def with_operation_before_planning() -> bytes:
    """The boxes of two reviews change places; what follows each place stays."""
    plan = Modeler.opened(PLAN)
    plan.connect("flow_planning_due_to_rev_planning", target="ut_rev_om")
    plan.connect("flow_om_due_to_rev_om", target="ut_rev_planning")
    plan.connect("flow_rev_planning_to_planning", source="ut_rev_om")
    plan.connect("flow_rev_om_to_om", source="ut_rev_planning")
    first, second = (plan.drawn(id).find(f"{DC}Bounds") for id in ("ut_rev_planning", "ut_rev_om"))
    assert first is not None and second is not None
    first.attrib["x"], second.attrib["x"] = second.attrib["x"], first.attrib["x"]
    return plan.saved()


def with_a_notice_before_the_survey() -> bytes:
    """A user task with a form of its own between dispatch and survey."""
    survey = Modeler.opened(SURVEY)
    process = next(survey.root.iter(f"{BPMN}process"))
    task = Xml.SubElement(process, f"{BPMN}userTask", {"id": "ut_visit_notice", "name": "告知到访"})
    task.set(f"{CAMUNDA}formRef", "visit_notice")
    task.set(f"{CAMUNDA}formRefBinding", "deployment")
    task.set(f"{CAMUNDA}candidateGroups", "SURVEY_DISPATCH")
    holder = Xml.SubElement(Xml.SubElement(task, f"{BPMN}extensionElements"), f"{CAMUNDA}properties")
    for name, value in {"stage": "survey", "limit": "ut_survey_dispatch"}.items():
        Xml.SubElement(holder, f"{CAMUNDA}property", {"name": name, "value": value})
    flow = {"id": "flow_visit_notice_to_survey", "sourceRef": "ut_visit_notice", "targetRef": "ut_survey"}
    Xml.SubElement(process, f"{BPMN}sequenceFlow", flow)
    survey.connect("flow_survey_dispatch_to_survey", target="ut_visit_notice")
    Xml.SubElement(task, f"{BPMN}outgoing").text = flow["id"]
    Xml.SubElement(survey.find("ut_survey"), f"{BPMN}incoming").text = flow["id"]
    return survey.saved()


def with_five_days_for_the_survey() -> bytes:
    table = Xml.fromstring(files()[LIMITS])
    rules = [rule for rule in table.iter(f"{DMN}rule") if rule.findtext(f"{DMN}inputEntry/{DMN}text") == '"ut_survey"']
    (general,) = (rule for rule in rules if not "".join(rule.itertext()).count('"practice"'))
    days = general.find(f"{DMN}outputEntry/{DMN}text")
    assert days is not None and days.text == "2"
    days.text = "5"
    return Xml.tostring(table, encoding="utf-8", xml_declaration=True)


def edited() -> dict[str, bytes]:
    form = json.dumps(NOTICE_FORM, ensure_ascii=False).encode()
    return {
        **files(),
        PLAN: with_operation_before_planning(),
        SURVEY: with_a_notice_before_the_survey(),
        LIMITS: with_five_days_for_the_survey(),
        "forms/visit_notice.form": form,
    }


@dataclass(frozen=True)
class Cases:
    """One case from before the edit, waiting for its dispatch, and one from after it."""

    old: Walk
    new: Walk


@pytest.fixture
def cases(template: Database) -> Iterator[Cases]:
    database = in_memory()
    copy(template, database)
    old = Walk(database, forced="standard")
    old.start("HV1")
    old.go("ut_survey_dispatch")
    engine = Engine(Handlers(), checks=[check_files])
    with database.begin() as connection:
        made = engine.deploy(connection, edited(), actor="analyst", now=MONDAY, note="运检先审")
        with pytest.raises(SameActor):
            engine.approve(connection, made.id, actor="analyst", now=MONDAY)
        engine.approve(connection, made.id, actor="admin", now=MONDAY)
    new = Walk(database, number="26-11-0188", forced="standard")
    new.start("HV1")
    yield Cases(old, new)
    database.dispose()


def version(case: Walk) -> int:
    (row,) = case.rows(instance, business_key=case.number)
    (found,) = case.rows(deployment, id=row.deployment_id)
    return int(found.version)


def reviews(case: Walk) -> list[str]:
    case.go()
    assert case.end == "MSG_CONNECTED"
    return [name.removeprefix("ut_rev_") for name in case.path if name.startswith("ut_rev_")]


def due(case: Walk, element: str) -> date:
    moment = case.tasks()[element].due_at
    return moment.astimezone(ZONE).date()  # type: ignore[no-any-return]


def test_the_edit_is_the_second_version_and_running_cases_stay_on_the_first(cases: Cases) -> None:
    assert (version(cases.old), version(cases.new)) == (1, 2)
    states = {row.version: row.state for row in cases.new.rows(deployment)}
    assert states == {1: "retired", 2: "active"}


def test_a_new_case_is_reviewed_in_the_new_order_and_an_old_one_in_the_old(cases: Cases) -> None:
    assert reviews(cases.new) == ["marketing", "om", "planning", "dispatch"]
    assert reviews(cases.old) == ["marketing", "planning", "om", "dispatch"]


def test_a_return_from_the_moved_review_still_leads_to_the_draft(cases: Cases) -> None:
    cases.new.go("ut_rev_om")
    cases.new.do("ut_rev_om", outcome="return", reason_code="information_error", reason="间隔已占用")
    assert set(cases.new.tasks()) == {"ut_plan_draft"}


def test_a_new_case_has_the_new_limit_and_an_old_one_keeps_the_old(cases: Cases) -> None:
    cases.new.go("ut_survey")
    cases.old.go("ut_survey")
    assert (due(cases.new, "ut_survey"), due(cases.old, "ut_survey")) == (date(2026, 11, 23), date(2026, 11, 18))


def test_a_new_case_gets_the_new_task_with_its_form_and_an_old_one_does_not(cases: Cases) -> None:
    cases.new.go("ut_visit_notice")
    (row,) = cases.new.open_tasks()
    assert (row.element, row.name, row.form_ref, row.stage) == ("ut_visit_notice", "告知到访", "visit_notice", "survey")
    with cases.new.transaction() as connection:
        assert queries.form(connection, row.deployment_id, row.form_ref) == NOTICE_FORM
    cases.new.do("ut_visit_notice", told_by="phone")
    assert set(cases.new.tasks()) == {"ut_survey"}
    assert cases.new.variables("ut_survey")["told_by"] == "phone"
    cases.old.go()
    assert "ut_visit_notice" not in cases.old.passed()
