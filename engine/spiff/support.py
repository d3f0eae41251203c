"""What can be run, and what to use in place of the rest: the tables behind the refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from lxml import etree

from engine.errors import Severity
from engine.feel import FeelError
from engine.spiff import timers
from engine.spiff.facts import BINDINGS, Event, EventKind
from engine.spiff.names import CAMUNDA, ENGINES, XmlNode, bpmn, child, children, extension, is_bpmn, local, text_of
from engine.spiff.normal import SCOPES
from engine.spiff.notes import Notes
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
_TOPIC = 'Set camunda:type="external" and a topic of a registered handler.'

#: Words inside `extensionElements` that are read.
READ = frozenset(
    {"properties", "inputOutput", "in", "out", "failedJobRetryTimeCycle", "executionListener", "taskListener"}
)
#: Words that are not, and what to use instead; a warning when the process can run without them.
_UNREAD: Mapping[str, tuple[Severity, str, str]] = {
    "connector": ("error", "cannot be run.", _TOPIC),
    "errorEventDefinition": ("error", "does not turn results into errors.", "Let the handler raise the BPMN error."),
    "formData": ("warning", "is an embedded form and not read.", "Draw a form and name it in camunda:formRef."),
    "field": ("warning", "belongs to Java code and is not read.", "Use camunda:inputOutput."),
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
_UNREAD_ATTRIBUTES: Mapping[str, tuple[Severity, str, str]] = {
    "formKey": ("warning", "is no form of form-js and not read.", "Draw a form and name it in camunda:formRef."),
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
_NOT_READ: tuple[Severity, str, str] = ("warning", "is not read.", "Remove it if it should have an effect.")
_LANGUAGES = ("", "feel", "juel")


def check_event(node: XmlNode, event: Event, place: str, notes: Notes) -> None:
    """Refuse an event definition that does not belong at this place."""
    allowed = EVENT_KINDS.get(place)
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
    _check_attributes(node, notes)
    for item in (part for holder in node.findall(bpmn("extensionElements")) for part in holder):
        _check_extension(identity, item, notes)
    for item in children(node, *OWNERS):
        if local(node) == "userTask" and not owner_text(item):
            notes.refuse(
                identity,
                f"{local(item)} names nobody.",
                "Use camunda:assignee, candidateUsers or candidateGroups.",
            )


def _check_attributes(node: XmlNode, notes: Notes) -> None:
    parts = [node, *(item for item in node if is_bpmn(item) and local(item) not in NODES)]
    for part in parts if local(node) not in ("process", *SCOPES) else [node]:
        for name in (key.removeprefix(f"{{{CAMUNDA}}}") for key in part.attrib if key.startswith(f"{{{CAMUNDA}}}")):
            if name not in READ_ATTRIBUTES and name not in _HARMLESS:
                severity, message, advice = _UNREAD_ATTRIBUTES.get(name, _NOT_READ)
                notes.refuse(node.get("id", ""), f"camunda:{name} {message}", advice, severity)


def _check_extension(identity: str, item: XmlNode, notes: Notes) -> None:
    name = etree.QName(item)
    if name.namespace == CAMUNDA and name.localname in READ:
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
    _check_binding(node, "decisionRefBinding", notes)
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
    binding = extension(node, "calledElementBinding") or "deployment"
    if binding not in ("deployment", *BINDINGS):
        message = f"calledElementBinding {binding!r} is not known."
        notes.refuse(identity, message, f"Use deployment, {', '.join(BINDINGS)}.")
    word = BINDINGS.get(binding, "")
    wanted = extension(node, word) if word else ""
    if word and not wanted:
        what = "number" if binding == "version" else "tag"
        notes.refuse(identity, f"The binding {binding} names no {what}.", f"Set camunda:{word}.")
    elif binding == "version" and wanted and not wanted.strip().isdigit() and wanted[0] not in "=$":
        message = f"calledElementVersion {wanted!r} is no number of a version."
        notes.refuse(identity, message, "Write the number that the list of versions shows, or '= FEEL'.")


def _check_binding(node: XmlNode, name: str, notes: Notes) -> None:
    """Refuse bindings of decisions that lead out of the deployment; `latest` is told to mean its own version."""
    identity, binding = node.get("id", ""), extension(node, name)
    if binding == "latest":
        message = f"{name} latest takes the version of the same deployment."
        notes.warn(identity, message, "Set it to deployment: running cases keep what they were started with.")
    elif binding not in (None, "deployment"):
        message = f"{name} {binding!r} cannot be followed."
        notes.refuse(identity, message, "Use deployment: a case stays with the files of its deployment.")


#: Any moment; a timer start event is tried once with it.
_PROBE = datetime(2026, 1, 1, tzinfo=timers.LOCAL)


def _check_timer_start(node: XmlNode, event: Event, notes: Notes) -> None:
    """A timer that begins a process knows the clock and nothing else."""
    around = node.getparent()
    if event.kind != "timer" or event.formula is None or around is None or local(around) != "process":
        return
    identity, advice = node.get("id", ""), "Write a date, duration, cycle or cron text, or FEEL with now() and today()."
    if event.formula.names:
        names = ", ".join(sorted(event.formula.names))
        notes.refuse(identity, f"The timer reads {names}, but nothing is known before a case begins.", advice)
        return
    try:
        timers.begin(event, _PROBE)
    except (ValueError, FeelError) as error:
        notes.refuse(identity, f"The timer says no time: {error}", advice)


def _check_receive(node: XmlNode, event: Event, notes: Notes) -> None:
    if event.kind == "none":
        notes.warn(
            node.get("id", ""),
            "The receive task names no message and only a direct command continues it.",
            "Set messageRef.",
        )


def _check_throw(node: XmlNode, event: Event, notes: Notes) -> None:
    if event.kind in ("error", "escalation") and not event.name:
        message = f"It throws an {event.kind} without saying which."
        notes.refuse(node.get("id", ""), message, f"Choose an {event.kind} with a code in the properties.")
    for item in children(node, "messageEventDefinition"):
        for name in (*_CODE, "topic"):
            if extension(item, name) is not None:
                message = f"camunda:{name} on a message is not run; the message goes to the outbox by itself."
                notes.refuse(node.get("id", ""), message, "Remove it, or use a service task with a topic.")


def _check_event_gateway(node: XmlNode, event: Event, notes: Notes) -> None:
    if extension(node, "asyncAfter") == "true":
        message = "Nothing can come between an event-based gateway and its events (camunda:asyncAfter)."
        notes.refuse(node.get("id", ""), message, "Use asyncBefore.")


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
