"""References inside a file that lead nowhere, and events of which nobody could say which one hears.

What would change how the process runs is refused. Words that only repeat the drawing (`incoming`, `outgoing`,
participants, message flows) are told as warnings: a flow is what its own ends say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.findings import Said
from engine.spiff.facts import Facts, FlowFacts
from engine.spiff.names import XmlNode, bpmn, child, children, local, text_of
from engine.spiff.normal import scopes
from engine.spiff.notes import Notes, word
from engine.spiff.support import ACTIVITIES, NODES

_DATA = ("dataObject", "dataObjectReference", "property", "dataInput", "dataOutput", "dataStoreReference", "dataStore")
_PLACES = ("subProcess", "transaction")


def check_references(root: XmlNode, notes: Notes) -> None:
    """Note what the elements of a file name and the file does not hold."""
    ids = {node.get("id", ""): local(node) for node in root.iter("{*}*") if node.get("id")}
    _check_data(root, ids, notes)
    for process in root.iter(bpmn("process")):
        own = {node.get("id", "") for node in process.iter(*(bpmn(name) for name in NODES))}
        for reference in process.iter(bpmn("flowNodeRef")):
            _check_lane(reference, own, ids, notes)
    for node in root.iter(bpmn("participant"), bpmn("messageFlow")):
        for attribute in ("processRef", "sourceRef", "targetRef"):
            name = node.get(attribute, "")
            if name and name not in ids:
                notes.note(node.get("id", ""), "points_nowhere", kind=word(local(node)), name=name)
    for scope in scopes(root):
        _check_ends(scope, notes)


def _check_data(root: XmlNode, ids: Mapping[str, str], notes: Notes) -> None:
    for node in root.iter(bpmn("dataObjectReference")):
        name = node.get("dataObjectRef", "")
        if ids.get(name) != "dataObject":
            notes.note(node.get("id", ""), "data_object_missing", name=name)
    for node in root.iter(bpmn("dataInputAssociation"), bpmn("dataOutputAssociation")):
        owner = node.getparent()
        ends = [*children(node, "sourceRef"), *children(node, "targetRef")]
        for name in (text_of(end) for end in ends if not children(node, "assignment")):
            if owner is not None and name in ids and ids[name] not in _DATA:
                notes.note(owner.get("id", ""), "association_to_no_data", name=name)
            elif owner is not None and name not in ids:
                notes.note(owner.get("id", ""), "association_to_nothing", name=name)


def _check_lane(reference: XmlNode, own: set[str], ids: Mapping[str, str], notes: Notes) -> None:
    name, lane = text_of(reference), reference.getparent()
    if name in own or lane is None:
        return
    notes.note(lane.get("id", ""), "lane_of_another" if name in ids else "lane_of_nothing", name=name)


def _check_ends(scope: XmlNode, notes: Notes) -> None:
    """Warn of `incoming` and `outgoing` that the flows themselves do not confirm."""
    flows = {flow.get("id", ""): flow for flow in children(scope, "sequenceFlow")}
    for node in children(scope, *NODES):
        for tag, end in (("incoming", "targetRef"), ("outgoing", "sourceRef")):
            for name in (text_of(item) for item in children(node, tag)):
                flow = flows.get(name)
                if flow is None or flow.get(end) != node.get("id"):
                    notes.note(node.get("id", ""), f"{tag}_unconfirmed", name=name)


def check_undoing(here: Mapping[str, Facts], around: Mapping[str, Facts], notes: Notes) -> None:
    """Note compensations of activities that are not there, and handlers that undo nothing."""
    for node in here.values():
        if node.event.kind == "compensate" and node.kind in ("endEvent", "intermediateThrowEvent") and node.event.name:
            _check_undone(node, {**here, **around}, notes)
        if node.kind == "boundaryEvent" and node.event.kind == "compensate" and node.handler:
            handler = here.get(node.handler)
            if handler is None or handler.kind not in ACTIVITIES or not handler.for_compensation:
                notes.note(node.id, "handler_no_compensation", name=node.handler)


def _check_undone(node: Facts, reachable: Mapping[str, Facts], notes: Notes) -> None:
    name = node.event.name
    target = reachable.get(name)
    if target is None or target.kind not in ACTIVITIES or target.triggered:
        notes.note(node.id, "compensates_nothing", name=name)
        return
    undone = any(item.attached_to == name and item.event.kind == "compensate" for item in reachable.values())
    if not undone and target.kind not in _PLACES:
        notes.note(node.id, "compensates_without_handler", name=name)


def check_rivals(here: Mapping[str, Facts], starts: list[Facts], flows: list[FlowFacts], notes: Notes) -> None:
    """Refuse two events at one place that wait for the same thing: nobody could say which of them hears.

    `starts` are the start events of the event sub-processes of the scope.
    """
    places: dict[str, list[Facts]] = {"": starts}
    for node in here.values():
        if node.kind == "boundaryEvent":
            places.setdefault(node.attached_to, []).append(node)
    for flow in flows:
        source, target = here.get(flow.source), here.get(flow.target)
        if source is not None and target is not None and source.kind == "eventBasedGateway":
            places.setdefault(f"behind {source.id}", []).append(target)
    for nodes in places.values():
        for node, event in _same_events(nodes):
            notes.note(node.id, "rival_events", event=event)


_CODED = ("message", "signal", "error", "escalation")
_SINGLE = ("cancel", "compensate")


def _same_events(nodes: Iterable[Facts]) -> Iterator[tuple[Facts, Said]]:
    seen: set[tuple[str, str]] = set()
    for node in nodes:
        kind, name = node.event.kind, node.event.name
        if kind not in (*_CODED, *_SINGLE) or (kind in ("message", "signal") and not name):
            continue
        key = (kind, "" if kind in _SINGLE else name)
        if key in seen:
            said = word(kind)
            yield node, Said(f"{said.zh}“{name}”", f"{said.en} {name!r}") if name else said
        seen.add(key)


def trigger(scope: XmlNode) -> str:
    """Return the id of the start event of an event sub-process, empty when it has none."""
    start = child(scope, "startEvent")
    return start.get("id", "") if start is not None else ""
