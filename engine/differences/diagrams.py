"""What is different between two diagrams: steps, flows and their properties; the drawing itself is told apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from engine import xml
from engine.differences.change import Change, Facts, compared
from engine.xml import Plain

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
#: Elements that stand for themselves; everything else is a field of the one around it.
_STANDING: Final = frozenset(
    {
        *("process", "collaboration", "participant", "lane", "subProcess", "transaction", "adHocSubProcess"),
        *("task", "userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask"),
        *("callActivity", "startEvent", "endEvent", "boundaryEvent"),
        *("intermediateCatchEvent", "intermediateThrowEvent"),
        *("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"),
        *("sequenceFlow", "messageFlow", "association", "textAnnotation", "group"),
        *("dataObject", "dataObjectReference", "dataStoreReference", "message", "signal", "error", "escalation"),
    }
)
#: Said by the flows already.
_SAID: Final = frozenset({"incoming", "outgoing", "id", "flowNodeRef"})
#: Properties that say how long a step may take and whose time it is.
_LIMITS: Final = frozenset({"property limit", "property clock", "property stage", "dueDate", "followUpDate"})
_NAMED: Final = frozenset({"property", "inputParameter", "outputParameter"})


@dataclass(frozen=True)
class _Drawing:
    facts: Mapping[str, Facts]
    #: Id of the element -> its bounds or waypoints as text.
    places: Mapping[str, str]


def compare(file: str, old: bytes, new: bytes) -> Iterator[Change]:
    """The changes of one diagram; elements that only stand elsewhere on the page have the effect "layout"."""
    before, after = _read(old, file), _read(new, file)
    yield from compared(file, "flow", before.facts, after.facts, limits=_LIMITS, moved=_moved)
    for id, place in after.places.items():
        if id in before.places and before.places[id] != place and id in after.facts:
            facts = after.facts[id]
            yield Change(file, "layout", "moved", id, facts.name, facts.kind)


def _moved(old: Facts, new: Facts) -> bool:
    """A step between the same two others, or with one new neighbour, stands where it stood."""
    parents, before, after = (pair[0] != pair[1] for pair in zip(old.place, new.place, strict=True))
    return parents or (before and after)


def _read(data: bytes, file: str) -> _Drawing:
    root = xml.plain(data, file)
    standing: dict[str, tuple[Plain, str]] = {}
    _collect(root, "", standing)
    neighbours = _neighbours([node for node, _parent in standing.values()])
    facts = {id: _facts(node, parent, neighbours.get(id, ())) for id, (node, parent) in standing.items()}
    return _Drawing(facts, _places(root))


def _collect(node: Plain, parent: str, found: dict[str, tuple[Plain, str]]) -> None:
    for child in node.children:
        own = child.attributes.get("id", "")
        if child.space == BPMN and child.name in _STANDING and own:
            found[own] = (child, parent)
            _collect(child, own, found)
        elif child.space == BPMN:
            _collect(child, parent, found)


def _neighbours(nodes: list[Plain]) -> dict[str, tuple[str, ...]]:
    """Which steps come before and after each step: the place of a step in the way of a case."""
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for node in nodes:
        if node.name == "sequenceFlow":
            source, target = node.attributes.get("sourceRef", ""), node.attributes.get("targetRef", "")
            after.setdefault(source, []).append(target)
            before.setdefault(target, []).append(source)
    ids = {*before, *after}
    return {id: (" ".join(sorted(before.get(id, ()))), " ".join(sorted(after.get(id, ())))) for id in ids}


def _facts(node: Plain, parent: str, place: tuple[str, ...]) -> Facts:
    fields = dict(_attributes(node))
    for child in node.children:
        if not (child.space == BPMN and child.name in _STANDING and child.attributes.get("id")):
            fields.update(_nested(child))
    return Facts(node.attributes["id"], _name(node), node.name, fields, (parent, *(place or ("", ""))))


def _name(node: Plain) -> str:
    text = node.first("text")
    return node.attributes.get("name") or (text.text if text else "") or node.attributes["id"]


def _attributes(node: Plain) -> Iterator[tuple[str, str]]:
    return ((key, value) for key, value in node.attributes.items() if key not in _SAID)


def _nested(node: Plain, path: str = "") -> Iterator[tuple[str, str]]:
    """Texts folded into an element, by a readable path: "property limit", "timerEventDefinition timeDate"."""
    if node.name in _SAID:
        return
    label = f"{path} {node.name}".strip()
    if node.name in _NAMED:
        label = f"{node.name} {node.attributes.get('name', '')}"
        yield label, node.attributes.get("value", node.text)
    elif node.text:
        yield label, node.text
    inner = "" if node.name in ("extensionElements", "properties", "inputOutput") else label
    if node.name not in _NAMED:
        yield from ((f"{label} {key}", value) for key, value in _attributes(node) if key != "type")
    for child in node.children:
        yield from _nested(child, inner)


def _places(root: Plain) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in root.walk():
        if node.name in ("BPMNShape", "BPMNEdge"):
            points = [_numbers(child) for child in node.walk() if child.name in ("Bounds", "waypoint")]
            found[node.attributes.get("bpmnElement", "")] = " ".join(points)
    return found


def _numbers(node: Plain) -> str:
    values = (node.attributes.get(key) for key in ("x", "y", "width", "height"))
    return ",".join(f"{float(value):g}" for value in values if value)
