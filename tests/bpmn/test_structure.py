"""The diagrams keep the rules of the house: allowed elements, roles, stages, forms, limits, messages and names."""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree as Xml

import pytest

from engine import dmn
from tests.bpmn.pack import (
    BPMN,
    CAMUNDA,
    CLASSES,
    FLOW_NODES,
    STAGES,
    components,
    diagrams,
    elements,
    files,
    forms,
    kind,
    manifest,
    properties,
)
from tests.bpmn.walk import OWN

EVENTS = {
    "startEvent": {"", "messageEventDefinition"},
    "endEvent": {"", "messageEventDefinition", "errorEventDefinition", "terminateEventDefinition"},
    "intermediateThrowEvent": {"messageEventDefinition"},
    "intermediateCatchEvent": {"messageEventDefinition", "timerEventDefinition"},
    "boundaryEvent": {"messageEventDefinition", "timerEventDefinition", "errorEventDefinition"},
}
TOPICS = {
    f"connection.{name}"
    for name in [
        "register_case",
        "forced_variant",
        "one_time_notice",
        "feasibility_check",
        "make_reply",
        "fee_notice",
        "archive",
        "notify",
        "record_contract",
        "record_route",
        "collect_documents",
        "preliminary_review",
        "commitment_letter",
        "record_commitment",
        "commitment_copy",
        "deferral_notice",
        "enter_credit",
        "credit_notice",
        "change_credit",
        "check_credit",
        "open_obstacle",
    ]
}
PARTS = {"flow": {"sequenceFlow", "documentation", "extensionElements", "incoming", "outgoing"}}


def id_of(element: Xml.Element) -> str:
    return element.attrib["id"]


def limits() -> set[str]:
    """Every limit key that a diagram names."""
    found = (properties(element).get("limit") for _, element in elements(*FLOW_NODES))
    return {key for key in found if key}


def test_only_the_agreed_kinds_of_elements_are_drawn() -> None:
    strange = set()
    for name, diagram in diagrams().items():
        for scope in (*diagram.iter(f"{BPMN}process"), *diagram.iter(f"{BPMN}subProcess")):
            strange |= {(name, kind(child)) for child in scope if kind(child) not in FLOW_NODES | PARTS["flow"]}
    assert strange == set()


def test_events_have_the_agreed_definitions() -> None:
    strange = []
    for name, event in elements(*EVENTS):
        found = {kind(child) for child in event if kind(child).endswith("EventDefinition")} or {""}
        if not found <= EVENTS[kind(event)]:
            strange.append((name, id_of(event), found))
    assert strange == []


def test_every_diagram_is_executable_and_keeps_its_history_for_a_while() -> None:
    for diagram in diagrams().values():
        (process,) = diagram.iter(f"{BPMN}process")
        assert process.attrib["isExecutable"] == "true"
        assert process.attrib[f"{CAMUNDA}historyTimeToLive"].startswith("P")
        assert process.attrib["name"]


def test_ids_are_unique_in_the_whole_diagram() -> None:
    for name, diagram in diagrams().items():
        ids = [element.attrib["id"] for element in diagram.iter() if "id" in element.attrib]
        assert len(ids) == len(set(ids)), name


def test_user_tasks_have_role_stage_limit_form_and_guidance() -> None:
    roles = set(manifest()["roles"])
    for _, task in elements("userTask"):
        named = task.attrib[f"{CAMUNDA}candidateGroups"]
        # Who sits in a joint meeting is worked out from the roles that the decision of the departments names.
        groups = {"CM"} if named.startswith("=") else set(named.split(","))
        guidance = task.findtext(f"{BPMN}documentation") or ""
        found = properties(task)
        assert groups <= roles, id_of(task)
        assert found["stage"] in STAGES and found["limit"] == id_of(task)
        assert task.attrib[f"{CAMUNDA}formRef"] == id_of(task).removeprefix("ut_")
        assert task.attrib[f"{CAMUNDA}formRef"] in forms()
        assert task.attrib[f"{CAMUNDA}formRefBinding"] == "deployment"
        assert all(word in guidance for word in ("目的：", "检查：", "材料：")), id_of(task)


def test_the_user_tasks_are_the_agreed_ones() -> None:
    names = [
        "accept",
        "survey_dispatch",
        "survey",
        "capacity_solution",
        "plan_draft",
        "rev_marketing",
        "rev_planning",
        "rev_om",
        "rev_dispatch",
        "rev_legal",
        "plan_reply",
        "fee_check",
        "design_review",
        "construction_notice",
        "external_works",
        "mid_inspection",
        "completion_inspection",
        "contract",
        "meter_install",
        "dispatch_agreement",
        "energise",
        "archive_check",
        "false_document",
        "deferred_accept",
        "verify_supplement",
        "expost",
        "credit_objection",
        "credit_repair",
        "prev_marketing",
        "prev_planning",
        "prev_om",
        "prev_dispatch",
        "prev_metering",
        "prev_legal",
        "consolidate",
        "joint_meeting",
        "arbitrate",
        "meter_prepare",
        "permit_apply",
        "permit_chase",
    ]
    expected = {f"ut_{name}" for name in names} | {f"ut_overdue_{stage}" for stage in STAGES}
    assert {id_of(task) for _, task in elements("userTask")} == expected


def test_a_step_is_drawn_once_and_called_and_only_the_heads_tasks_are_drawn_in_every_variant() -> None:
    found = Counter(id_of(task) for _, task in elements("userTask"))
    assert {name for name, times in found.items() if times > 1} <= {f"ut_overdue_{stage}" for stage in STAGES}


def test_every_element_has_a_chinese_name_where_a_reader_looks_for_one() -> None:
    named = ("userTask", "serviceTask", "businessRuleTask", "receiveTask", "scriptTask", "callActivity", "subProcess")
    for _, element in elements(*named, "boundaryEvent", "intermediateCatchEvent"):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in element.attrib.get("name", "")), id_of(element)


def test_ways_out_of_a_deciding_gateway_are_named_and_only_the_default_has_no_condition() -> None:
    for name, gateway in elements("exclusiveGateway"):
        out = [reference.text for reference in gateway.iterfind(f"{BPMN}outgoing")]
        flows = [flow for flow in diagrams()[name].iter(f"{BPMN}sequenceFlow") if id_of(flow) in out]
        if len(flows) > 1:
            bare = [id_of(flow) for flow in flows if flow.find(f"{BPMN}conditionExpression") is None]
            assert all(flow.attrib.get("name") for flow in flows), id_of(gateway)
            assert bare == [gateway.attrib["default"]]


def test_parallel_gateways_either_split_or_join() -> None:
    for name, gateway in elements("parallelGateway"):
        ways = [len(gateway.findall(f"{BPMN}{side}")) for side in ("incoming", "outgoing")]
        assert min(ways) == 1 and max(ways) > 1, (name, id_of(gateway))


#: Waits during which the utility works on, or which are its own.
BESIDE_THE_WORK = {"rt_supplement", "on_inquiry_closed", "on_review", "on_review_open"}


def test_customers_steps_carry_their_clock() -> None:
    for _, element in elements("receiveTask", "intermediateCatchEvent"):
        if kind(element) == "receiveTask" or element.find(f"{BPMN}messageEventDefinition") is not None:
            expected = "utility" if id_of(element) in BESIDE_THE_WORK else "customer"
            expected = "government" if id_of(element) == "rt_permits" else expected
            assert properties(element)["clock"] == expected, id_of(element)


#: The diagrams in which the stages of a variant are drawn: the standard process is accepted in intake.
VARIANTS = {
    "standard": {"intake.bpmn", "standard.bpmn"},
    "deferred": {"deferred.bpmn"},
    "parallel": {"intake.bpmn", "parallel.bpmn"},
}


def test_every_stage_has_one_timer_that_opens_the_heads_task() -> None:
    for variant, own in VARIANTS.items():
        found = {}
        for name, timer in elements("boundaryEvent"):
            if name in own and timer.attrib.get("cancelActivity") == "false":
                flows = diagrams()[name].iter(f"{BPMN}sequenceFlow")
                (flow,) = (one for one in flows if one.attrib["sourceRef"] == id_of(timer))
                found[flow.attrib["targetRef"]] = timer.findtext(f"{BPMN}timerEventDefinition/{BPMN}timeDate")
        assert found == {f"ut_overdue_{stage}": f'due("{stage}")' for stage in STAGES}, variant


def test_messages_of_the_diagrams_are_those_of_the_manifest() -> None:
    drawn = {message.attrib["name"] for diagram in diagrams().values() for message in diagram.iter(f"{BPMN}message")}
    assert drawn - {"MSG_CONNECTED", *OWN} == set(manifest()["messages"])
    for message in manifest()["messages"].values():
        assert message["form"] in forms() and message["by"] in ("customer", "partner", "system", "staff")


def test_references_to_messages_and_errors_are_resolved() -> None:
    for name, diagram in diagrams().items():
        roots = {id_of(root) for root in diagram if kind(root) in ("message", "error")}
        used = {e.attrib[key] for e in diagram.iter() for key in ("messageRef", "errorRef") if key in e.attrib}
        assert used == roots, name


def test_ends_of_a_case_have_the_agreed_names() -> None:
    (process,) = diagrams()["intake.bpmn"].iter(f"{BPMN}process")
    ends = {id_of(end) for end in process.iterfind(f"{BPMN}endEvent")}
    early = {"E_REFUSED", "E_LAPSED", "E_NOT_FEASIBLE", "E_PLAN_EXPIRED", "E_WITHDRAWN", "E_TERMINATED"}
    assert ends == {"MSG_CONNECTED", *early}


def test_service_tasks_use_the_agreed_topics() -> None:
    used = {task.attrib[f"{CAMUNDA}topic"] for _, task in elements("serviceTask")}
    assert used == TOPICS
    notices = {
        parameter.text
        for _, task in elements("serviceTask")
        for parameter in task.iter(f"{CAMUNDA}inputParameter")
        if parameter.attrib["name"] == "template"
    }
    assert notices <= set(manifest()["notices"])


@pytest.mark.parametrize("customer_class", CLASSES)
def test_every_limit_that_a_diagram_names_has_a_row_for_every_class(customer_class: str) -> None:
    table = dmn.load(files()["decisions/time_limits.dmn"])
    for profile in ("paper", "practice", "ceiling"):
        for step in {*limits(), "case"}:
            asked = {"step": step, "class": customer_class, "profile": profile, "region": "binjiang"}
            found = table.evaluate("time_limits", asked)
            assert isinstance(found, dict) and found["days"] > 0, asked
            assert found["status"] in ("verified", "unverified") and found["source"]


def test_whoever_can_suspect_a_paper_does_not_decide_about_it() -> None:
    suspecting = {
        id_of(task)
        for _, task in elements("userTask")
        for part in components(forms()[task.attrib[f"{CAMUNDA}formRef"]])
        if part.get("key") == "outcome" and "false" in {option["value"] for option in part["values"]}
    }
    (decision,) = (task for _, task in elements("userTask") if id_of(task) == "ut_false_document")
    (four_eyes,) = (
        part.attrib["value"] for part in decision.iter(f"{CAMUNDA}property") if part.attrib["name"] == "four_eyes"
    )
    assert set(four_eyes.split(",")) == suspecting
    assert len(suspecting) > 5


def test_words_of_a_pause_say_what_is_awaited() -> None:
    stopping = [element for _, element in elements("receiveTask", "intermediateCatchEvent", "userTask")]
    stopping = [element for element in stopping if properties(element).get("clock") in ("customer", "government")]
    words = {id_of(element): properties(element).get("cause", element.attrib["name"]) for element in stopping}
    assert len(words) > 12 and [id for id, told in words.items() if not told.startswith("等")] == []
