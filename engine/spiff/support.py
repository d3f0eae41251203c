"""What can be run, and what to use in place of the rest: the tables behind the refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree

from engine.errors import Severity
from engine.spiff.facts import Event, EventKind
from engine.spiff.names import CAMUNDA, ENGINES, XmlNode, bpmn, child, children, extension, is_bpmn, local, text_of
from engine.spiff.normal import SCOPES
from engine.spiff.reading import Notes

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
        "standardLoopCharacteristics",
    }
)  # fmt: skip
DATA = frozenset({"dataObject", "dataObjectReference", "dataStoreReference", "property", "ioSpecification"})

#: Node kinds and constructs that are refused: what they are, and what to draw instead.
REFUSED: Mapping[str, tuple[str, str]] = {
    "complexGateway": (
        "A complex gateway cannot be run.",
        "Use inclusive or parallel gateways, or a multi-instance with completionCondition.",
    ),
    "adHocSubProcess": (
        "An ad-hoc sub-process cannot be run.",
        "Use a sub-process with an inclusive gateway and a loop.",
    ),
    "choreographyTask": ("A choreography cannot be run.", "Draw a process with message events."),
    "subChoreography": ("A choreography cannot be run.", "Draw a process with message events."),
}

_EVENT_KINDS: Mapping[str, frozenset[EventKind]] = {
    "startEvent": frozenset({"none", "message"}),
    "eventSubProcessStart": frozenset({"message", "timer", "signal", "error", "escalation", "conditional"}),
    "subProcessStart": frozenset({"none"}),
    "endEvent": frozenset({"none", "message", "error", "terminate", "signal", "escalation", "compensate", "cancel"}),
    "intermediateCatchEvent": frozenset({"message", "timer", "signal", "conditional", "link"}),
    "intermediateThrowEvent": frozenset({"none", "message", "signal", "escalation", "compensate", "link"}),
    "boundaryEvent": frozenset(
        {"message", "timer", "error", "escalation", "signal", "conditional", "compensate", "cancel"}
    ),
}
_CODE = ("class", "delegateExpression", "expression")
_NO_LISTENER = "Use a script task in FEEL or a service task with a topic."
_TOPIC = 'Set camunda:type="external" and a topic of a registered handler.'

#: Words inside `extensionElements` that are read.
_READ = frozenset({"properties", "inputOutput", "in", "out", "failedJobRetryTimeCycle"})
#: Words that are not, and what to use instead; a warning when the process can run without them.
_UNREAD: Mapping[str, tuple[Severity, str, str]] = {
    "executionListener": (
        "error",
        "runs code of another engine.",
        "Use a script task in FEEL or a service task with a topic.",
    ),
    "taskListener": (
        "error",
        "runs code of another engine.",
        "Use a script task in FEEL or a service task with a topic.",
    ),
    "connector": ("error", "cannot be run.", _TOPIC),
    "errorEventDefinition": ("error", "does not turn results into errors.", "Let the handler raise the BPMN error."),
    "formData": ("warning", "is an embedded form and not read.", "Draw a form and name it in camunda:formRef."),
    "field": ("warning", "belongs to Java code and is not read.", "Use camunda:inputOutput."),
}
#: Attributes that are not read, likewise.
_UNREAD_ATTRIBUTES: Mapping[str, tuple[Severity, str, str]] = {
    "formKey": ("warning", "is an embedded form and not read.", "Draw a form and name it in camunda:formRef."),
    "initiator": (
        "warning",
        "is not read; no variable takes who started the process.",
        "Pass it as a variable at the start.",
    ),
    "caseRef": ("error", "asks for a case in CMMN, which cannot be run.", "Use calledElement."),
    "variableMappingClass": ("error", "calls code of another engine.", "Use camunda:in and camunda:out."),
    "variableMappingDelegateExpression": (
        "error",
        "calls code of another engine.",
        "Use camunda:in and camunda:out.",
    ),
}
_ASSIGNMENT = frozenset({"performer", "humanPerformer", "potentialOwner", "resourceRole"})
_DRAWN_DATA = frozenset({"ioSpecification", "dataInputAssociation", "dataOutputAssociation", "property"})
_LANGUAGES = ("", "feel", "juel")


def check_event(node: XmlNode, event: Event, place: str, notes: Notes) -> None:
    """Refuse an event definition that does not belong at this place."""
    allowed = _EVENT_KINDS.get(place)
    if allowed is not None and event.kind not in allowed:
        what = "No event definition" if event.kind == "none" else f"A {event.kind} event"
        kinds = ", ".join(sorted(allowed))
        notes.refuse(node.get("id", ""), f"{what} cannot stand at this place ({place}).", f"Possible here: {kinds}.")


def check_flow(node: XmlNode, source: str, notes: Notes) -> None:
    """Refuse conditions in other languages; note those that do not count."""
    condition = child(node, "conditionExpression")
    if condition is None:
        return
    identity = node.get("id", "")
    language = condition.get("language", "")
    if language.lower() not in _LANGUAGES or extension(condition, "resource") is not None:
        notes.refuse(
            identity, f"Conditions in {language or 'a resource'} are never run.", "Write the condition in FEEL."
        )
    if source in ("parallelGateway", "eventBasedGateway"):
        notes.warn(
            identity, f"A condition behind the {source} does not count.", "Use an inclusive or exclusive gateway."
        )


def check_node(node: XmlNode, event: Event, notes: Notes) -> None:
    """Refuse what a node asks for and the engine cannot do."""
    check_extensions(node, notes)
    check = _CHECKS.get(local(node))
    if check is not None:
        check(node, event, notes)


def check_extensions(node: XmlNode, notes: Notes) -> None:
    """Note every extension and every part of a node or process that is not read."""
    identity = node.get("id", "")
    for item in (part for holder in node.findall(bpmn("extensionElements")) for part in holder):
        _check_extension(identity, item, notes)
    for name, (severity, message, advice) in _UNREAD_ATTRIBUTES.items():
        if extension(node, name) is not None:
            notes.refuse(identity, f"camunda:{name} {message}", advice, severity)
    for item in filter(is_bpmn, node):
        name = local(item)
        if name in _ASSIGNMENT:
            notes.refuse(identity, f"{name} is not read.", "Use camunda:assignee, candidateUsers or candidateGroups.")
        elif name in _DRAWN_DATA and local(node) not in SCOPES:
            notes.warn(identity, f"{name} is only drawn; no data flows along it.", "Use camunda:inputOutput.")


def _check_extension(identity: str, item: XmlNode, notes: Notes) -> None:
    name = etree.QName(item)
    if name.namespace == CAMUNDA and name.localname in _READ:
        return
    if name.namespace == CAMUNDA and name.localname in _UNREAD:
        severity, message, advice = _UNREAD[name.localname]
        notes.refuse(identity, f"camunda:{name.localname} {message}", advice, severity)
    elif name.namespace in ENGINES:
        message = f"{name.localname} is made for {ENGINES[name.namespace]} and not read."
        notes.refuse(identity, message, "Save the diagram for Camunda 7 and use its properties.")
    else:
        notes.warn(identity, f"The extension {name.localname} is not read.", "Remove it if it should have an effect.")


def _check_work(node: XmlNode, event: Event, notes: Notes) -> None:
    identity = node.get("id", "")
    for name in _CODE:
        if extension(node, name) is not None:
            notes.refuse(
                identity,
                f"camunda:{name} calls code of another engine.",
                'Set camunda:type="external" and a topic of a registered handler.',
            )
            return
    if extension(node, "topic") or (local(node) == "sendTask" and event.kind == "message"):
        return
    if local(node) == "businessRuleTask" and extension(node, "decisionRef"):
        _check_decision(node, notes)
        return
    what = "camunda:decisionRef" if local(node) == "businessRuleTask" else 'camunda:type="external" and camunda:topic'
    notes.refuse(identity, "Nothing says what this task does.", f"Set {what}.")


def _check_decision(node: XmlNode, notes: Notes) -> None:
    if not extension(node, "resultVariable"):
        notes.warn(node.get("id", ""), "The result of the decision is not kept.", "Set camunda:resultVariable.")
    mapping = extension(node, "mapDecisionResult")
    if mapping not in (None, "singleEntry", "singleResult", "collectEntries", "resultList"):
        notes.refuse(
            node.get("id", ""),
            f"mapDecisionResult {mapping!r} is not known.",
            "Use singleEntry, singleResult, collectEntries or resultList.",
        )


def _check_script(node: XmlNode, event: Event, notes: Notes) -> None:
    identity = node.get("id", "")
    language = node.get("scriptFormat", "")
    if language.lower() != "feel":
        notes.refuse(
            identity,
            f"Scripts in {language or 'an unnamed language'} are never run.",
            'Set scriptFormat="feel" and write FEEL.',
        )
    if extension(node, "resource") or not text_of(child(node, "script")):
        notes.refuse(identity, "The script task holds no script.", "Write the FEEL expression into the script.")
    if not extension(node, "resultVariable"):
        notes.refuse(identity, "The script names no variable for its result.", "Set camunda:resultVariable.")


def _check_call(node: XmlNode, event: Event, notes: Notes) -> None:
    identity = node.get("id", "")
    if not node.get("calledElement"):
        notes.refuse(
            identity,
            "The call activity does not say which process it calls.",
            "Set calledElement to a process id or '= FEEL'.",
        )
    binding = extension(node, "calledElementBinding")
    if binding not in (None, "latest", "deployment"):
        notes.refuse(
            identity,
            f"calledElementBinding {binding!r} cannot be followed.",
            "Use deployment: called processes come from the caller's deployment.",
        )


def _check_receive(node: XmlNode, event: Event, notes: Notes) -> None:
    if event.kind == "none":
        notes.warn(
            node.get("id", ""),
            "The receive task names no message and only a direct command continues it.",
            "Set messageRef.",
        )


def _check_throw(node: XmlNode, event: Event, notes: Notes) -> None:
    for item in children(node, "messageEventDefinition"):
        for name in (*_CODE, "topic"):
            if extension(item, name) is not None:
                message = f"camunda:{name} on a message is not run; the message goes to the outbox by itself."
                notes.refuse(node.get("id", ""), message, "Remove it, or use a service task with a topic.")


_CHECKS: Mapping[str, Callable[[XmlNode, Event, Notes], None]] = {
    "serviceTask": _check_work,
    "sendTask": _check_work,
    "businessRuleTask": _check_work,
    "scriptTask": _check_script,
    "callActivity": _check_call,
    "receiveTask": _check_receive,
    "intermediateThrowEvent": _check_throw,
    "endEvent": _check_throw,
}
