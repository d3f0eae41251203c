"""What can be run, and what to use in place of the rest: the tables behind the refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree

from engine.findings import Said
from engine.spiff.facts import BINDINGS, Event, EventKind
from engine.spiff.names import CAMUNDA, ENGINES, XmlNode, bpmn, child, children, extension, is_bpmn, local, text_of
from engine.spiff.normal import SCOPES
from engine.spiff.notes import Notes, word
from engine.spiff.spelling import OWNERS, owner_text

ACTIVITIES = frozenset(
    {
        "task", "manualTask", "userTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask",
        "callActivity", "subProcess", "transaction",
    }
)  # fmt: skip
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
NODES = ACTIVITIES | GATEWAYS | EVENTS
#: Parts of a scope that only describe or draw.
SILENT = frozenset(
    {
        "documentation", "extensionElements", "laneSet", "sequenceFlow", "association", "textAnnotation", "group",
        "incoming", "outgoing", "auditing", "monitoring", "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics", "performer", "humanPerformer", "potentialOwner", "resourceRole",
        "correlationSubscription", "supportedInterfaceRef", "ioBinding", "supports", "dataInputAssociation",
        "dataOutputAssociation",
    }
)  # fmt: skip
#: Data objects and properties are variables; what is written into a data store is kept nowhere.
DATA = frozenset({"dataObject", "dataObjectReference", "property", "ioSpecification"})
STORES = frozenset({"dataStoreReference"})

#: Node kinds and constructs that are refused, and the finding that says what to draw instead.
REFUSED: Mapping[str, str] = {
    "complexGateway": "complex_gateway",
    "adHocSubProcess": "ad_hoc_sub_process",
    "choreographyTask": "choreography",
    "subChoreography": "choreography",
}

#: Kinds of events by the place where they stand.
EVENT_KINDS: Mapping[str, frozenset[EventKind]] = {
    "startEvent": frozenset({"none", "message", "signal", "timer"}),
    "eventSubProcessStart": frozenset(
        {"message", "timer", "signal", "error", "escalation", "conditional", "compensate"}
    ),
    "subProcessStart": frozenset({"none"}),
    "endEvent": frozenset({"none", "message", "error", "terminate", "signal", "escalation", "compensate", "cancel"}),
    "intermediateCatchEvent": frozenset({"message", "timer", "signal", "conditional", "link"}),
    "intermediateThrowEvent": frozenset({"none", "message", "signal", "escalation", "compensate", "link"}),
    "boundaryEvent": frozenset(
        {"message", "timer", "error", "escalation", "signal", "conditional", "compensate", "cancel"}
    ),
}
_CODE = ("class", "delegateExpression", "expression")

#: Words inside `extensionElements` that are read.
READ = frozenset(
    {"properties", "inputOutput", "in", "out", "failedJobRetryTimeCycle", "executionListener", "taskListener"}
)
#: Words that are not, and the finding that says what to use instead; a warning when the process can run without them.
_UNREAD: Mapping[str, str] = {
    "connector": "extension_connector",
    "errorEventDefinition": "extension_error_definition",
    "formData": "extension_form_data",
    "field": "extension_field",
}
#: `camunda:` attributes that are read.
READ_ATTRIBUTES = frozenset(
    {
        "assignee", "candidateGroups", "candidateUsers", "dueDate", "followUpDate", "priority", "formRef",
        "formRefBinding", "decisionRef", "decisionRefBinding", "resultVariable", "mapDecisionResult",
        "topic", "type", "asyncBefore", "asyncAfter", "versionTag", "calledElementBinding", "calledElementVersion",
        "calledElementVersionTag", "collection", "elementVariable", "errorCodeVariable", "errorMessageVariable",
        "escalationCodeVariable", "class", "delegateExpression", "expression", "resource",
    }
)  # fmt: skip
#: Attributes that say how another engine works inside; a process means the same without them.
_HARMLESS = frozenset(
    {
        "exclusive", "historyTimeToLive", "modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon",
        "taskPriority", "jobPriority", "isStartableInTasklist",
    }
)  # fmt: skip
#: Attributes that are not read, likewise.
_UNREAD_ATTRIBUTES: Mapping[str, str] = {
    "formKey": "attribute_form_key",
    "initiator": "attribute_initiator",
    "caseRef": "attribute_case",
    "variableMappingClass": "attribute_mapping_code",
    "variableMappingDelegateExpression": "attribute_mapping_code",
}


def check_event(node: XmlNode, event: Event, place: str, notes: Notes) -> None:
    """Refuse an event definition that does not belong at this place."""
    allowed = EVENT_KINDS.get(place)
    if allowed is not None and event.kind not in allowed:
        code = "event_needed" if event.kind == "none" else "event_misplaced"
        kinds = [word(kind) for kind in sorted(allowed)]
        listed = Said("、".join(kind.zh for kind in kinds), ", ".join(kind.en for kind in kinds))
        notes.note(node.get("id", ""), code, kind=word(event.kind), place=word(place), kinds=listed)


def check_flow(node: XmlNode, source: str, notes: Notes) -> None:
    """Note conditions that do not count."""
    if child(node, "conditionExpression") is not None and source in ("parallelGateway", "eventBasedGateway"):
        notes.note(node.get("id", ""), "condition_ignored", kind=word(source))


def check_node(node: XmlNode, event: Event, notes: Notes) -> None:
    """Refuse what a node asks for and the engine cannot do."""
    check_extensions(node, notes)
    check = _CHECKS.get(local(node))
    if check is not None:
        check(node, event, notes)


def check_extensions(node: XmlNode, notes: Notes) -> None:
    """Note every extension and every part of a node or process that is not read."""
    identity = node.get("id", "")
    _check_attributes(node, notes)
    for item in (part for holder in node.findall(bpmn("extensionElements")) for part in holder):
        _check_extension(identity, item, notes)
    for item in children(node, *OWNERS):
        if local(node) != "userTask":
            notes.note(identity, "owner_of_no_task", kind=local(item))
        elif not owner_text(item):
            notes.note(identity, "owner_names_nobody", kind=local(item))


def _check_attributes(node: XmlNode, notes: Notes) -> None:
    parts = [node, *(item for item in node if is_bpmn(item) and local(item) not in NODES)]
    for part in parts if local(node) not in ("process", *SCOPES) else [node]:
        for name in (key.removeprefix(f"{{{CAMUNDA}}}") for key in part.attrib if key.startswith(f"{{{CAMUNDA}}}")):
            if name not in READ_ATTRIBUTES and name not in _HARMLESS:
                notes.note(node.get("id", ""), _UNREAD_ATTRIBUTES.get(name, "attribute_unread"), name=name)


def _check_extension(identity: str, item: XmlNode, notes: Notes) -> None:
    name = etree.QName(item)
    if name.namespace == CAMUNDA and name.localname in READ:
        return
    if name.namespace == CAMUNDA and name.localname in _UNREAD:
        notes.note(identity, _UNREAD[name.localname])
    elif name.namespace in ENGINES:
        notes.note(identity, "extension_of_another", name=name.localname, engine=ENGINES[name.namespace])
    else:
        notes.note(identity, "extension_unread", name=name.localname)


def _check_work(node: XmlNode, event: Event, notes: Notes) -> None:
    identity = node.get("id", "")
    for name in _CODE:
        if extension(node, name) is not None:
            notes.note(identity, "work_calls_code", name=name)
            return
    if extension(node, "topic") or (local(node) == "sendTask" and event.kind == "message"):
        return
    if local(node) == "businessRuleTask" and extension(node, "decisionRef"):
        _check_decision(node, notes)
        return
    external = Said('camunda:type="external" 和 camunda:topic', 'camunda:type="external" and camunda:topic')
    what = "camunda:decisionRef" if local(node) == "businessRuleTask" else external
    notes.note(identity, "work_unsaid", what=what)


def _check_decision(node: XmlNode, notes: Notes) -> None:
    if not extension(node, "resultVariable"):
        notes.note(node.get("id", ""), "result_not_kept")
    _check_binding(node, "decisionRefBinding", notes)
    mapping = extension(node, "mapDecisionResult")
    if mapping not in (None, "singleEntry", "singleResult", "collectEntries", "resultList"):
        notes.note(node.get("id", ""), "result_mapping_unknown", name=mapping)


def _check_script(node: XmlNode, event: Event, notes: Notes) -> None:
    identity = node.get("id", "")
    language = node.get("scriptFormat", "")
    if language.lower() != "feel":
        notes.note(identity, "script_foreign", language=language or word("unnamed_language"))
    if extension(node, "resource") or not text_of(child(node, "script")):
        notes.note(identity, "script_empty")
    if not extension(node, "resultVariable"):
        notes.note(identity, "script_without_result")


def _check_call(node: XmlNode, event: Event, notes: Notes) -> None:
    identity = node.get("id", "")
    if not node.get("calledElement"):
        notes.note(identity, "call_unsaid")
    binding = extension(node, "calledElementBinding") or "deployment"
    if binding not in ("deployment", *BINDINGS):
        notes.note(identity, "call_binding_unknown", binding=binding, bindings=", ".join(BINDINGS))
    attribute = BINDINGS.get(binding, "")
    wanted = extension(node, attribute) if attribute else ""
    if attribute and not wanted:
        notes.note(identity, "call_version_missing" if binding == "version" else "call_tag_missing", word=attribute)
    elif binding == "version" and wanted and not wanted.strip().isdigit() and wanted[0] not in "=$":
        notes.note(identity, "call_version_no_number", text=wanted)


def _check_binding(node: XmlNode, name: str, notes: Notes) -> None:
    """Refuse bindings of decisions that lead out of the deployment; `latest` is told to mean its own version."""
    identity, binding = node.get("id", ""), extension(node, name)
    if binding == "latest":
        notes.note(identity, "binding_latest", name=name)
    elif binding not in (None, "deployment"):
        notes.note(identity, "binding_unknown", name=name, binding=binding)


def _check_timer_start(node: XmlNode, event: Event, notes: Notes) -> None:
    """A timer that begins a process knows the clock and nothing else."""
    around, formula = node.getparent(), event.formula
    if event.kind != "timer" or around is None or local(around) != "process":
        return
    if formula is None or formula.expression is None:
        # A fixed text was tried when it was read, as FEEL that reads the clock alone is.
        return
    identity = node.get("id", "")
    if formula.names:
        notes.note(identity, "start_timer_reads", names=", ".join(sorted(formula.names)))


def _check_receive(node: XmlNode, event: Event, notes: Notes) -> None:
    if event.kind == "none":
        notes.note(node.get("id", ""), "receive_without_message")


def _check_throw(node: XmlNode, event: Event, notes: Notes) -> None:
    if event.kind in ("error", "escalation") and not event.name:
        notes.note(node.get("id", ""), "throws_unsaid", kind=word(event.kind))
    for item in children(node, "messageEventDefinition"):
        for name in (*_CODE, "topic"):
            if extension(item, name) is not None:
                notes.note(node.get("id", ""), "message_with_code", name=name)


def _check_event_gateway(node: XmlNode, event: Event, notes: Notes) -> None:
    if extension(node, "asyncAfter") == "true":
        notes.note(node.get("id", ""), "event_gateway_async")


_CHECKS: Mapping[str, Callable[[XmlNode, Event, Notes], None]] = {
    "serviceTask": _check_work,
    "sendTask": _check_work,
    "businessRuleTask": _check_work,
    "scriptTask": _check_script,
    "callActivity": _check_call,
    "startEvent": _check_timer_start,
    "receiveTask": _check_receive,
    "eventBasedGateway": _check_event_gateway,
    "intermediateThrowEvent": _check_throw,
    "endEvent": _check_throw,
}
