"""Checks the shape of a diagram: ids, flows, attachments, links, starts. Everything wrong is noted at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from lxml import etree

from engine.findings import Act, Said
from engine.spiff.facts import Facts, FlowFacts
from engine.spiff.names import XmlNode, bpmn, child, children, flag, is_bpmn, local
from engine.spiff.normal import SCOPES, links, scopes
from engine.spiff.notes import Notes, word
from engine.spiff.support import ACTIVITIES, DATA, NODES, REFUSED, SILENT, STORES


def check_tree(root: XmlNode, notes: Notes) -> None:
    """Note doubled ids, unknown elements, elements without id and links without partner."""
    processes = list(root.iter(bpmn("process")))
    ids = Counter(node.get("id") for process in processes for node in process.iter(etree.Element) if is_bpmn(node))
    for identity, count in ids.items():
        if identity and count > 1:
            notes.note(identity, "id_used_twice", id=identity, count=count)
    _check_places(root, notes)
    for process in processes:
        if not process.get("id"):
            notes.note("", "process_without_id")
    for scope in scopes(root):
        _check_children(scope, notes)
        _check_links(scope, notes)


#: Declarations beside the processes to which elements refer by id.
DECLARED = ("message", "signal", "error", "escalation")


def check_declarations(root: XmlNode, notes: Notes) -> None:
    """Refuse messages, signals, errors and escalations that nothing can refer to; they get an id to read on with."""
    for number, node in enumerate(root.iter(*(bpmn(name) for name in DECLARED))):
        if not node.get("id"):
            name = node.get("name", "")
            named = Said(f"“{name}”", f" {name!r}") if name else ""
            notes.note("", "declaration_without_id", kind=word(local(node)), name=named)
            node.set("id", f"#{number}")


def _check_places(root: XmlNode, notes: Notes) -> None:
    """Refuse flow nodes that stand where no process would find them, and ids that are kept for the engine."""
    for node in root.iter(*(bpmn(name) for name in NODES | frozenset(REFUSED))):
        around = node.getparent()
        outside = around is None or not is_bpmn(around) or local(around) not in SCOPES
        if outside and local(node) in REFUSED:
            notes.note(node.get("id", ""), REFUSED[local(node)])
        elif outside:
            notes.note(node.get("id", ""), "element_outside", kind=word(local(node)))
        if "#" in node.get("id", ""):
            notes.note(node.get("id", ""), "id_with_hash")


def _check_children(scope: XmlNode, notes: Notes) -> None:
    for node in scope:
        if not is_bpmn(node):
            continue
        name = local(node)
        identity = node.get("id", "")
        if name in NODES:
            if not identity:
                notes.note("", "element_without_id", kind=word(name), scope=scope.get("id"))
        elif name in REFUSED:
            notes.note(identity, REFUSED[name])
        elif name in STORES:
            notes.note(identity, "store_only_drawn", kind=word(name))
        elif name not in SILENT | DATA:
            notes.note(identity, "element_unknown", kind=name)


def _check_links(scope: XmlNode, notes: Notes) -> None:
    throws, catches = links(scope, "intermediateThrowEvent"), links(scope, "intermediateCatchEvent")
    for name, nodes in throws.items():
        count = len(catches.get(name, ()))
        if count != 1:
            notes.note(nodes[0].get("id", ""), "link_targets", name=name, count=count)
    for name, nodes in catches.items():
        if name not in throws:
            notes.note(nodes[0].get("id", ""), "link_without_source", name=name)


def check_scope(scope: XmlNode, here: Mapping[str, Facts], flows: Mapping[str, FlowFacts], notes: Notes) -> None:
    """Note what is wrong with the flows, attachments and starts of a scope whose own nodes are `here`."""
    own = [flows[flow.get("id", "")] for flow in children(scope, "sequenceFlow")]
    drawn = {node.get("id", "") for node in scope if is_bpmn(node) and local(node) not in SILENT}
    for flow in own:
        _check_flow(flow, here, drawn, notes)
    for node in here.values():
        _check_attachment(node, here, notes)
        _check_default(node, own, notes)
        if node.kind == "eventBasedGateway":
            _check_event_gateway(node, own, here, notes)
        if node.kind == "endEvent" and node.event.kind == "cancel" and local(scope) != "transaction":
            notes.note(node.id, "cancel_end_outside")
        if node.attributes.get("instantiate") == "true":
            _check_instantiating(node, own, here, notes)
    _check_starts(scope, here, own, notes)
    _check_cancel(scope, here, notes)


def _check_cancel(scope: XmlNode, here: Mapping[str, Facts], notes: Notes) -> None:
    """A transaction that is cancelled was not successful: it leaves by its cancel event only (BPMN 2.0.2, 10.3.5)."""
    caught = {node.attached_to for node in here.values() if node.event.kind == "cancel"}
    for inside in children(scope, "transaction"):
        ends = [end for end in children(inside, "endEvent") if child(end, "cancelEventDefinition") is not None]
        if ends and inside.get("id", "") not in caught:
            notes.note(inside.get("id", ""), "cancelled_nowhere", end=ends[0].get("id", ""))


def _check_instantiating(node: Facts, flows: list[FlowFacts], here: Mapping[str, Facts], notes: Notes) -> None:
    """What begins a process has no flow before it, and begins by messages and signals (BPMN 2.0.2, 10.3.3, 10.6.6)."""
    if any(flow.target == node.id for flow in flows):
        notes.note(node.id, "begins_behind_a_flow", kind=word(node.kind))
    for flow in flows:
        target = here.get(flow.target) if flow.source == node.id else None
        if node.kind == "eventBasedGateway" and target is not None and target.event.kind not in _BEGINNING:
            notes.note(target.id, "begins_by_no_message", kind=word(target.event.kind))


_BEGINNING = ("message", "signal", "none")


def _check_flow(flow: FlowFacts, here: Mapping[str, Facts], drawn: set[str], notes: Notes) -> None:
    """`drawn` are the ids of all that stands in the scope: flows at what cannot be run are not wrong themselves."""
    source, target = here.get(flow.source), here.get(flow.target)
    if source is None and flow.source not in drawn:
        notes.note(flow.id, "flow_begins_nowhere", id=flow.source)
    if target is None and flow.target not in drawn:
        notes.note(flow.id, "flow_ends_nowhere", id=flow.target)
    if source is not None and source.kind == "boundaryEvent" and source.event.kind == "compensate":
        notes.note(flow.id, "flow_leaves_compensation", id=source.id)
    if source is not None and source.kind == "endEvent":
        notes.note(flow.id, "flow_leaves_end", id=source.id)
    if target is not None and target.kind in ("startEvent", "boundaryEvent"):
        notes.note(flow.id, "flow_enters_event", kind=word(target.kind), id=target.id)
    for node in (source, target):
        if node is not None and (node.triggered or node.for_compensation):
            what = "event_sub_process" if node.triggered else "compensation_handler"
            notes.note(flow.id, "flow_touches", kind=word(what), id=node.id)


def _check_attachment(node: Facts, here: Mapping[str, Facts], notes: Notes) -> None:
    if node.repetition is not None and (node.kind not in ACTIVITIES or node.triggered):
        notes.note(node.id, "repeated_no_activity")
    if node.kind == "startEvent" and node.event.kind in ("error", "compensate") and not node.interrupting:
        notes.note(node.id, "always_interrupts", kind=word(node.event.kind), attribute="isInterrupting")
    if node.kind != "boundaryEvent":
        return
    host = here.get(node.attached_to)
    if host is None or host.kind not in ACTIVITIES or host.triggered:
        notes.note(node.id, "boundary_on_nothing", id=node.attached_to)
        return
    if node.event.kind == "cancel" and host.kind != "transaction":
        notes.note(node.id, "cancel_on_no_transaction")
    if node.event.kind in ("error", "cancel") and not node.interrupting:
        notes.note(node.id, "always_interrupts", kind=word(node.event.kind), attribute="cancelActivity")
    if node.event.kind == "compensate" and not node.handler:
        notes.note(node.id, "compensation_unconnected")


def _check_default(node: Facts, flows: list[FlowFacts], notes: Notes) -> None:
    if not node.default:
        return
    default = next((flow for flow in flows if flow.id == node.default and flow.source == node.id), None)
    if default is None:
        notes.note(node.id, "default_of_another", id=node.default)
    elif default.condition is not None:
        gateway = node.kind == "exclusiveGateway"
        code = "default_with_condition" if gateway else "default_of_task_with_condition"
        notes.note(node.id, code, Act("unconditional", node.id, node.default), id=node.default)


def _check_event_gateway(node: Facts, flows: list[FlowFacts], here: Mapping[str, Facts], notes: Notes) -> None:
    for flow in flows:
        target = here.get(flow.target) if flow.source == node.id else None
        if target is not None and target.kind not in ("intermediateCatchEvent", "receiveTask"):
            notes.note(node.id, "event_gateway_to_no_event", id=target.id)
        elif target is not None and any(other.target == target.id and other.source != node.id for other in flows):
            notes.note(target.id, "event_gateway_shared", id=target.id, gateway=node.id)
    behind = [flow.target for flow in flows if flow.source == node.id]
    if not behind:
        notes.note(node.id, "event_gateway_to_nothing")
    elif len(behind) == 1:
        notes.note(node.id, "event_gateway_to_one")
    targets = [here[id] for id in behind if id in here]
    receivers = [target.id for target in targets if target.kind == "receiveTask"]
    for event in here.values():
        if event.kind == "boundaryEvent" and event.attached_to in receivers:
            notes.note(event.id, "boundary_behind_event_gateway", id=event.attached_to)
    if receivers and any(target.kind != "receiveTask" and target.event.kind == "message" for target in targets):
        notes.note(node.id, "event_gateway_mixed")


def _check_starts(scope: XmlNode, here: Mapping[str, Facts], flows: list[FlowFacts], notes: Notes) -> None:
    identity = scope.get("id", "")
    starts = [node for node in here.values() if node.kind == "startEvent"]
    if flag(scope, "triggeredByEvent"):
        if len(starts) != 1:
            notes.note(identity, "event_sub_process_starts", count=len(starts))
        _check_undoing(scope, starts, notes)
        return
    plain = [node for node in starts if node.event.kind == "none"]
    if len(plain) > 1:
        notes.note(plain[1].id, "second_start")
    _check_same_starts(starts, notes)
    entered = {flow.target for flow in flows}
    if not here or not (starts or any(can_begin(node, entered) for node in here.values())):
        notes.note(identity, "nothing_begins")


def _check_same_starts(starts: list[Facts], notes: Notes) -> None:
    """Two start events for one message or signal: only one of them could begin."""
    seen: set[tuple[str, str]] = set()
    for node in starts:
        event = (node.event.kind, node.event.name)
        if node.event.kind in ("message", "signal") and event in seen:
            notes.note(node.id, "same_start", kind=word(node.event.kind), name=node.event.name)
        seen.add(event)


def _check_undoing(scope: XmlNode, starts: list[Facts], notes: Notes) -> None:
    """A compensation event sub-process undoes the completed sub-process around it; a process is never undone."""
    around = scope.getparent()
    for start in starts:
        if start.event.kind == "compensate" and around is not None and local(around) == "process":
            notes.note(start.id, "undoing_a_process")


def can_begin(node: Facts, entered: set[str]) -> bool:
    """Say whether a scope without start events begins at a node, if the flows enter these nodes."""
    jumped_to = node.kind == "intermediateCatchEvent" and node.event.kind == "link"
    passive = node.kind == "boundaryEvent" or node.triggered or node.for_compensation or jumped_to
    return node.id not in entered and not passive


def place_of(node: XmlNode) -> str:
    """Return the word for a node's place by which event kinds are allowed."""
    if local(node) != "startEvent":
        return local(node)
    scope = node.getparent()
    if scope is None or local(scope) == "process":
        return "startEvent"
    return "eventSubProcessStart" if flag(scope, "triggeredByEvent") else "subProcessStart"


def handlers(scope: XmlNode, notes: Notes) -> dict[str, str]:
    """Return which activity each compensation boundary event is associated with (BPMN 2.0.2, 10.7.1).

    The association leads from the event to the activity; those with notes and data only explain.
    """
    activities = {node.get("id", "") for node in children(scope, *ACTIVITIES)}
    found: dict[str, list[str]] = {}
    for link in children(scope, "association"):
        event, activity = link.get("sourceRef", ""), link.get("targetRef", "")
        if activity in activities and activity not in found.setdefault(event, []):
            found[event].append(activity)
    events = [
        event.get("id", "")
        for event in children(scope, "boundaryEvent")
        if child(event, "compensateEventDefinition") is not None
    ]
    for event in events:
        if len(found.get(event, ())) > 1:
            notes.note(event, "several_handlers", names=", ".join(found[event]))
    return {event: found.get(event, [""])[0] for event in events}
