"""What can be run, and what to use in place of the rest: the tables behind the refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.spiff.facts import Event, EventKind
from engine.spiff.names import XmlNode, child, extension, extensions, local, text_of
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
_LISTENERS = ("executionListener", "taskListener")
_CODE = ("class", "delegateExpression", "expression")


def check_event(node: XmlNode, event: Event, place: str, notes: Notes) -> None:
    """Refuse an event definition that does not belong at this place."""
    allowed = _EVENT_KINDS.get(place)
    if allowed is not None and event.kind not in allowed:
        what = "No event definition" if event.kind == "none" else f"A {event.kind} event"
        kinds = ", ".join(sorted(allowed))
        notes.refuse(node.get("id", ""), f"{what} cannot stand at this place ({place}).", f"Possible here: {kinds}.")


def check_node(node: XmlNode, event: Event, notes: Notes) -> None:
    """Refuse what a node asks for and the engine cannot do."""
    _check_extensions(node, notes)
    check = _CHECKS.get(local(node))
    if check is not None:
        check(node, event, notes)


def _check_extensions(node: XmlNode, notes: Notes) -> None:
    identity = node.get("id", "")
    for name in _LISTENERS:
        if any(True for _ in extensions(node, name)):
            notes.refuse(
                identity,
                f"camunda:{name} runs code of another engine.",
                "Use a script task in FEEL or a service task with a topic.",
            )
    if any(True for _ in extensions(node, "connector")):
        notes.refuse(
            identity, "A connector cannot be run.", 'Use a service task with camunda:type="external" and a topic.'
        )
    if extension(node, "formKey") or any(True for _ in extensions(node, "formData")):
        notes.warn(
            identity,
            "The embedded form (formKey or formData) is not read.",
            "Draw a form and name it in camunda:formRef.",
        )
    for item in node:
        if isinstance(item.tag, str) and local(item) in (
            "performer",
            "humanPerformer",
            "potentialOwner",
            "resourceRole",
        ):
            notes.refuse(
                identity, f"{local(item)} is not read.", "Use camunda:assignee, candidateUsers or candidateGroups."
            )


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
    for name in ("caseRef", "variableMappingClass", "variableMappingDelegateExpression"):
        if extension(node, name) is not None:
            notes.refuse(
                identity, f"camunda:{name} cannot be run.", "Use calledElement with camunda:in and camunda:out."
            )


def _check_receive(node: XmlNode, event: Event, notes: Notes) -> None:
    if event.kind == "none":
        notes.warn(
            node.get("id", ""),
            "The receive task names no message and only a direct command continues it.",
            "Set messageRef.",
        )


_CHECKS: Mapping[str, Callable[[XmlNode, Event, Notes], None]] = {
    "serviceTask": _check_work,
    "sendTask": _check_work,
    "businessRuleTask": _check_work,
    "scriptTask": _check_script,
    "callActivity": _check_call,
    "receiveTask": _check_receive,
}
