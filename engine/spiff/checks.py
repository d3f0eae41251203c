"""Checks the shape of a diagram: ids, flows, attachments, links, starts. Everything wrong is noted at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from lxml import etree

from engine.errors import Severity
from engine.spiff.facts import Facts, FlowFacts
from engine.spiff.names import XmlNode, bpmn, child, children, flag, is_bpmn, local
from engine.spiff.normal import SCOPES, links, scopes
from engine.spiff.notes import Notes
from engine.spiff.support import ACTIVITIES, DATA, NODES, REFUSED, SILENT, STORES

_DRAW_AGAIN = "Draw it again in the modeler."


def check_tree(root: XmlNode, notes: Notes) -> None:
    """Note doubled ids, unknown elements, elements without id and links without partner."""
    processes = list(root.iter(bpmn("process")))
    ids = Counter(node.get("id") for process in processes for node in process.iter(etree.Element) if is_bpmn(node))
    for identity, count in ids.items():
        if identity and count > 1:
            notes.refuse(identity, f"The id {identity!r} is used {count} times.", "Give each element its own id.")
    _check_places(root, notes)
    for process in processes:
        if not process.get("id"):
            notes.refuse("", "A process has no id.", "Give it one in its properties; instances are started by it.")
    for scope in scopes(root):
        _check_children(scope, notes)
        _check_links(scope, notes)


#: Declarations beside the processes to which elements refer by id.
DECLARED = ("message", "signal", "error", "escalation")


def check_declarations(root: XmlNode, notes: Notes) -> None:
    """Refuse messages, signals, errors and escalations that nothing can refer to; they get an id to read on with."""
    for number, node in enumerate(root.iter(*(bpmn(name) for name in DECLARED))):
        if not node.get("id"):
            named = f" {node.get('name')!r}" if node.get("name") else ""
            notes.refuse("", f"The {local(node)}{named} has no id.", "Give it one; elements refer to it by its id.")
            node.set("id", f"#{number}")


def _check_places(root: XmlNode, notes: Notes) -> None:
    """Refuse flow nodes that stand where no process would find them, and ids that are kept for the engine."""
    for node in root.iter(*(bpmn(name) for name in NODES | frozenset(REFUSED))):
        around = node.getparent()
        if around is None or not is_bpmn(around) or local(around) not in SCOPES:
            message = f"The {local(node)} stands outside of any process or sub-process."
            notes.refuse(node.get("id", ""), message, _DRAW_AGAIN)
        if "#" in node.get("id", ""):
            notes.refuse(node.get("id", ""), "An id cannot contain '#'.", "Change it in the properties.")


def _check_children(scope: XmlNode, notes: Notes) -> None:
    for node in scope:
        if not is_bpmn(node):
            continue
        name = local(node)
        identity = node.get("id", "")
        if name in NODES:
            if not identity:
                notes.refuse("", f"A {name} in {scope.get('id')!r} has no id.", "Give it an id in the properties.")
        elif name in REFUSED:
            notes.refuse(identity, *REFUSED[name])
        elif name in STORES:
            notes.warn(
                identity,
                f"{name} is only drawn; no data flows along it.",
                "Use process variables and input/output mappings.",
            )
        elif name not in SILENT | DATA:
            notes.refuse(identity, f"The element {name} cannot be run.", "Remove it or use a supported element.")


def _check_links(scope: XmlNode, notes: Notes) -> None:
    throws, catches = links(scope, "intermediateThrowEvent"), links(scope, "intermediateCatchEvent")
    for name, nodes in throws.items():
        count = len(catches.get(name, ()))
        if count != 1:
            message = f"The link {name!r} has {count} targets in its scope."
            notes.refuse(nodes[0].get("id", ""), message, "Draw exactly one catching link event of that name.")
    for name, nodes in catches.items():
        if len(nodes) > 1 and name not in throws:
            notes.refuse(
                nodes[1].get("id", ""), f"The link {name!r} has {len(nodes)} targets in its scope.", "Keep one of them."
            )


def check_scope(scope: XmlNode, here: Mapping[str, Facts], flows: Mapping[str, FlowFacts], notes: Notes) -> None:
    """Note what is wrong with the flows, attachments and starts of a scope whose own nodes are `here`."""
    own = [flows[flow.get("id", "")] for flow in children(scope, "sequenceFlow")]
    for flow in own:
        _check_flow(flow, here, notes)
    for node in here.values():
        _check_attachment(node, here, notes)
        _check_default(node, own, notes)
        if node.kind == "eventBasedGateway":
            _check_event_gateway(node, own, here, notes)
        if node.kind == "endEvent" and node.event.kind == "cancel" and local(scope) != "transaction":
            message = "A cancel end event stands outside of a transaction, where nothing can be cancelled."
            notes.refuse(
                node.id, message, "Make the sub-process a transaction, or end with an error or terminate event."
            )
    _check_starts(scope, here, own, notes)


def _check_flow(flow: FlowFacts, here: Mapping[str, Facts], notes: Notes) -> None:
    source, target = here.get(flow.source), here.get(flow.target)
    for end, identity, node in (("begins", flow.source, source), ("ends", flow.target, target)):
        if node is None:
            message = f"The flow {end} at {identity!r}, which is no element of its process or sub-process."
            notes.refuse(flow.id, message, _DRAW_AGAIN)
    if source is not None and source.kind == "endEvent":
        notes.refuse(
            flow.id, f"The flow leaves the end event {source.id!r}.", "Use an intermediate event or remove the flow."
        )
    if target is not None and target.kind in ("startEvent", "boundaryEvent"):
        notes.refuse(
            flow.id,
            f"The flow enters the {target.kind} {target.id!r}.",
            "Let it end at an activity, a gateway or another event.",
        )
    for node in (source, target):
        if node is not None and (node.triggered or node.for_compensation):
            what = "event sub-process" if node.triggered else "compensation handler"
            notes.refuse(flow.id, f"The flow touches the {what} {node.id!r}.", "Remove the flow; its event starts it.")


def _check_attachment(node: Facts, here: Mapping[str, Facts], notes: Notes) -> None:
    if node.repetition is not None and (node.kind not in ACTIVITIES or node.triggered):
        notes.refuse(node.id, "Only activities can be repeated.", "Put it into a sub-process and repeat that.")
    if node.kind != "boundaryEvent":
        return
    host = here.get(node.attached_to)
    if host is None or host.kind not in ACTIVITIES or host.triggered:
        notes.refuse(
            node.id, f"The boundary event hangs on {node.attached_to!r}, which is no activity beside it.", _DRAW_AGAIN
        )
        return
    if node.event.kind == "cancel" and host.kind != "transaction":
        notes.refuse(node.id, "A cancel event can only hang on a transaction.", "Make the sub-process a transaction.")
    if node.event.kind in ("error", "cancel") and not node.interrupting:
        notes.refuse(node.id, f"A {node.event.kind} event always interrupts.", 'Remove cancelActivity="false".')
    if node.event.kind == "compensate" and not node.handler:
        notes.refuse(
            node.id,
            "No compensation handler belongs to the event.",
            "Connect it by an association to an activity marked for compensation.",
        )


def _check_default(node: Facts, flows: list[FlowFacts], notes: Notes) -> None:
    if not node.default:
        return
    default = next((flow for flow in flows if flow.id == node.default and flow.source == node.id), None)
    if default is None:
        notes.refuse(node.id, f"The default flow {node.default!r} does not leave it.", "Choose the default flow again.")
    elif default.condition is not None:
        message = f"The default flow {node.default!r} has a condition, which would never count."
        severity: Severity = "error" if node.kind == "exclusiveGateway" else "warning"
        notes.refuse(node.id, message, "Remove the condition, or choose another default flow.", severity)


def _check_event_gateway(node: Facts, flows: list[FlowFacts], here: Mapping[str, Facts], notes: Notes) -> None:
    for flow in flows:
        target = here.get(flow.target) if flow.source == node.id else None
        if target is not None and target.kind not in ("intermediateCatchEvent", "receiveTask"):
            message = f"The event-based gateway leads to {target.id!r}, which waits for no event."
            notes.refuse(node.id, message, "Let each of its flows end at a catching event or a receive task.")
        elif target is not None and any(other.target == target.id and other.source != node.id for other in flows):
            message = f"Other flows enter {target.id!r} beside the event-based gateway {node.id!r}."
            notes.refuse(target.id, message, "Give it a single incoming flow; draw the event twice if need be.")
    if all(flow.source != node.id for flow in flows):
        notes.refuse(node.id, "The event-based gateway leads to no event.", "Draw a flow to each event.")


def _check_starts(scope: XmlNode, here: Mapping[str, Facts], flows: list[FlowFacts], notes: Notes) -> None:
    identity = scope.get("id", "")
    starts = [node for node in here.values() if node.kind == "startEvent"]
    if flag(scope, "triggeredByEvent"):
        if len(starts) != 1:
            notes.refuse(
                identity,
                f"The event sub-process has {len(starts)} start events.",
                "Give it exactly one, with the event that starts it.",
            )
        _check_undoing(scope, starts, notes)
        return
    plain = [node for node in starts if node.event.kind == "none"]
    if len(plain) > 1:
        notes.refuse(plain[1].id, "A second start event without trigger.", "Keep one, or use message start events.")
    _check_same_starts(starts, notes)
    entered = {flow.target for flow in flows}
    if not here or not (starts or any(can_begin(node, entered) for node in here.values())):
        notes.refuse(identity, "Nothing in it can begin.", "Draw a start event.")


def _check_same_starts(starts: list[Facts], notes: Notes) -> None:
    """Two start events for one message or signal: only one of them could begin."""
    seen: set[tuple[str, str]] = set()
    for node in starts:
        event = (node.event.kind, node.event.name)
        if node.event.kind in ("message", "signal") and event in seen:
            message = f"Another start event waits for the same {node.event.kind} {node.event.name!r}."
            notes.refuse(node.id, message, "Keep one of them and split behind it.")
        seen.add(event)


def _check_undoing(scope: XmlNode, starts: list[Facts], notes: Notes) -> None:
    """A compensation event sub-process undoes the completed sub-process around it; a process is never undone."""
    around = scope.getparent()
    for start in starts:
        if start.event.kind == "compensate" and around is not None and local(around) == "process":
            message = "A compensation event sub-process directly in a process never starts: nothing undoes a process."
            notes.refuse(start.id, message, "Draw it inside the sub-process that it undoes.")


def can_begin(node: Facts, entered: set[str]) -> bool:
    """Say whether a scope without start events begins at a node, if the flows enter these nodes."""
    passive = node.kind == "boundaryEvent" or node.triggered or node.for_compensation
    return node.id not in entered and not passive


def place_of(node: XmlNode) -> str:
    """Return the word for a node's place by which event kinds are allowed."""
    if local(node) != "startEvent":
        return local(node)
    scope = node.getparent()
    if scope is None or local(scope) == "process":
        return "startEvent"
    return "eventSubProcessStart" if flag(scope, "triggeredByEvent") else "subProcessStart"


def handlers(scope: XmlNode) -> dict[str, str]:
    """Return which activity each compensation boundary event is associated with."""
    found: dict[str, str] = {}
    for link in children(scope, "association"):
        found[link.get("sourceRef", "")] = link.get("targetRef", "")
    return {
        event.get("id", ""): found.get(event.get("id", ""), "")
        for event in children(scope, "boundaryEvent")
        if child(event, "compensateEventDefinition") is not None
    }
