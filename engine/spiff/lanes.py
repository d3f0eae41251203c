"""Lanes say who works: a user task that names nobody belongs to the role of its lane."""

from __future__ import annotations

from collections.abc import Mapping

from engine.spiff.names import XmlNode, bpmn, camunda, extension, extensions, local, text_of

#: `camunda:property` of a lane that names its role; without it the role is called like the lane.
ROLE = "role"
_SAYS_WHO = ("assignee", "candidateGroups", "candidateUsers")


def lanes_of(root: XmlNode) -> dict[str, XmlNode]:
    """Return the innermost lane of each node that a lane names."""
    found: dict[str, XmlNode] = {}
    for reference in root.iter(bpmn("flowNodeRef")):
        lane = reference.getparent()
        outer = found.get(text_of(reference))
        if lane is not None and (outer is None or outer in lane.iterancestors()):
            found[text_of(reference)] = lane
    return found


def lane_of(node: XmlNode, lanes: Mapping[str, XmlNode]) -> XmlNode | None:
    """Return the lane of a node; inside a sub-process it is that of the sub-process."""
    current: XmlNode | None = node
    while current is not None and local(current) != "process":
        if current.get("id", "") in lanes:
            return lanes[current.get("id", "")]
        current = current.getparent()
    return None


def give_work(root: XmlNode) -> None:
    """Write the role of its lane into each user task that names nobody."""
    lanes = lanes_of(root)
    for task in root.iter(bpmn("userTask")) if lanes else ():
        lane = lane_of(task, lanes)
        if lane is not None and not any(extension(task, word) for word in _SAYS_WHO):
            role = _role(lane)
            if role:
                task.set(camunda("candidateGroups"), role)


def _role(lane: XmlNode) -> str:
    for holder in extensions(lane, "properties"):
        for item in holder.findall(camunda("property")):
            if item.get("name") == ROLE and item.get("value"):
                return item.get("value", "")
    return lane.get("name", "").strip()
