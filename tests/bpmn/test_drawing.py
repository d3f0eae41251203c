"""Diagrams are drawn completely and readably."""

from __future__ import annotations

from itertools import combinations, pairwise
from xml.etree import ElementTree as Xml

import pytest

from tests.bpmn.pack import BPMN, BPMNDI, DI, FLOW_NODES, Box, box, diagrams, kind

FILES = sorted(diagrams())
TASKS = frozenset(name for name in FLOW_NODES if name.endswith("Task") or name == "callActivity")
MAX_WIDTH = 1600
LETTER, MARGIN = 18, 6


def drawn(name: str) -> dict[str, Xml.Element]:
    """The drawing of every element of a diagram."""
    found = {}
    for tag in ("BPMNShape", "BPMNEdge"):
        for shape in diagrams()[name].iter(BPMNDI + tag):
            found[shape.attrib["bpmnElement"]] = shape
    return found


def model(name: str) -> dict[str, Xml.Element]:
    """Every flow node and sequence flow of a diagram."""
    return {e.attrib["id"]: e for e in diagrams()[name].iter() if kind(e) in FLOW_NODES or kind(e) == "sequenceFlow"}


def shapes(name: str, *, containers: bool = False) -> list[Box]:
    drawing = drawn(name)
    return [
        box(id, drawing[id])
        for id, element in model(name).items()
        if kind(element) != "sequenceFlow" and (containers or kind(element) != "subProcess")
    ]


def labels(name: str) -> list[Box]:
    found = ((id, shape.find(f"{BPMNDI}BPMNLabel")) for id, shape in drawn(name).items())
    return [box(id, label) for id, label in found if label is not None]


def covers(label: Box, shape: Box, of_kind: str) -> bool:
    """True if a label lies over a shape; the corners of a gateway's box are free."""
    if not of_kind.endswith("Gateway"):
        return label.overlaps(shape)
    x, y = shape.left + shape.width / 2, shape.top + shape.height / 2
    away = (
        max(label.left - x, x - label.right, 0) / shape.width + max(label.top - y, y - label.bottom, 0) / shape.height
    )
    return away < 0.5


def waypoints(shape: Xml.Element) -> list[tuple[float, float]]:
    return [(float(point.attrib["x"]), float(point.attrib["y"])) for point in shape.iter(f"{DI}waypoint")]


@pytest.mark.parametrize("name", FILES)
def test_every_element_is_drawn_and_nothing_else(name: str) -> None:
    assert set(drawn(name)) == set(model(name))


@pytest.mark.parametrize("name", FILES)
def test_shapes_do_not_overlap(name: str) -> None:
    hosts = {e.attrib["id"]: e.attrib.get("attachedToRef") for e in model(name).values()}
    clashes = [
        (a.name, b.name)
        for a, b in combinations(shapes(name), 2)
        if a.overlaps(b) and hosts[a.name] != b.name and hosts[b.name] != a.name
    ]
    assert clashes == []


@pytest.mark.parametrize("name", FILES)
def test_what_is_inside_a_sub_process_is_drawn_inside(name: str) -> None:
    drawing = drawn(name)
    for sub in diagrams()[name].iter(f"{BPMN}subProcess"):
        outer = box(sub.attrib["id"], drawing[sub.attrib["id"]])
        inner = [e for e in sub if kind(e) in FLOW_NODES and kind(e) != "boundaryEvent"]
        assert [e.attrib["id"] for e in inner if not outer.contains(box("", drawing[e.attrib["id"]]))] == []


@pytest.mark.parametrize("name", FILES)
def test_labels_cover_neither_shapes_nor_one_another(name: str) -> None:
    found = labels(name)
    elements = model(name)
    over_shapes = [(a.name, b.name) for a in found for b in shapes(name) if covers(a, b, kind(elements[b.name]))]
    over_labels = [(a.name, b.name) for a, b in combinations(found, 2) if a.overlaps(b)]
    assert (over_shapes, over_labels) == ([], [])


@pytest.mark.parametrize("name", FILES)
def test_no_flow_runs_through_a_label(name: str) -> None:
    struck = []
    for id, shape in drawn(name).items():
        for (x1, y1), (x2, y2) in pairwise(waypoints(shape)):
            way = Box(id, min(x1, x2), min(y1, y2), max(abs(x2 - x1), 0.1), max(abs(y2 - y1), 0.1))
            struck += [(id, label.name) for label in labels(name) if way.overlaps(label)]
    assert struck == []


@pytest.mark.parametrize("name", FILES)
def test_labels_are_wide_enough_for_their_letters(name: str) -> None:
    names = {id: element.attrib.get("name", "") for id, element in model(name).items()}
    assert [found.name for found in labels(name) if found.width < LETTER * len(names[found.name]) + MARGIN] == []


@pytest.mark.parametrize("name", FILES)
def test_every_event_and_gateway_with_a_name_has_a_label(name: str) -> None:
    labelled = {found.name for found in labels(name)}
    external = [
        id
        for id, element in model(name).items()
        if element.attrib.get("name") and kind(element) not in TASKS | {"subProcess"}
    ]
    assert [id for id in external if id not in labelled] == []


@pytest.mark.parametrize("name", FILES)
def test_flows_are_drawn_with_right_angles(name: str) -> None:
    slanted = [
        id
        for id, shape in drawn(name).items()
        for (x1, y1), (x2, y2) in pairwise(waypoints(shape))
        if x1 != x2 and y1 != y2
    ]
    assert slanted == []


@pytest.mark.parametrize("name", FILES)
def test_flows_cross_no_task_and_no_event(name: str) -> None:
    ends = {id: (e.attrib.get("sourceRef"), e.attrib.get("targetRef")) for id, e in model(name).items()}
    hosts = {e.attrib["id"]: e.attrib.get("attachedToRef") for e in model(name).values()}
    crossings = []
    for id, shape in drawn(name).items():
        for (x1, y1), (x2, y2) in pairwise(waypoints(shape)):
            way = Box(id, min(x1, x2), min(y1, y2), max(abs(x2 - x1), 0.1), max(abs(y2 - y1), 0.1))
            own = {*ends[id], *(hosts.get(end or "") for end in ends[id])}
            crossings += [(id, other.name) for other in shapes(name) if other.name not in own and way.overlaps(other)]
    assert crossings == []


@pytest.mark.parametrize("name", FILES)
def test_flows_begin_and_end_at_their_shapes(name: str) -> None:
    drawing = drawn(name)
    loose = []
    for id, element in model(name).items():
        if kind(element) == "sequenceFlow":
            way = waypoints(drawing[id])
            for end, (x, y) in ((element.attrib["sourceRef"], way[0]), (element.attrib["targetRef"], way[-1])):
                shape = box(end, drawing[end])
                if not shape.left <= x <= shape.right or not shape.top <= y <= shape.bottom:
                    loose.append((id, end))
    assert loose == []


@pytest.mark.parametrize("name", FILES)
def test_the_whole_process_fits_on_one_screen(name: str) -> None:
    every = shapes(name, containers=True) + labels(name)
    assert max(found.right for found in every) - min(found.left for found in every) <= MAX_WIDTH
    assert min(found.left for found in every) >= 0 and min(found.top for found in every) >= 0


@pytest.mark.parametrize("name", FILES)
def test_boxes_have_room_for_their_names_and_stand_apart(name: str) -> None:
    boxes = [found for found in shapes(name) if kind(model(name)[found.name]) in TASKS]
    assert all(found.width >= 100 and found.height >= 72 for found in boxes)
    tight = [
        (a.name, b.name)
        for a, b in combinations(boxes, 2)
        if a.left < b.right and b.left < a.right and max(a.top, b.top) - min(a.bottom, b.bottom) < 30
    ]
    assert tight == []


@pytest.mark.parametrize("name", FILES)
def test_a_labelled_way_from_a_gateway_to_the_next_task_is_long_enough(name: str) -> None:
    elements, drawing = model(name), drawn(name)
    short = []
    for id, flow in elements.items():
        if kind(flow) == "sequenceFlow" and flow.attrib.get("name"):
            source, target = elements[flow.attrib["sourceRef"]], elements[flow.attrib["targetRef"]]
            way = waypoints(drawing[id])
            length = sum(abs(x2 - x1) + abs(y2 - y1) for (x1, y1), (x2, y2) in pairwise(way))
            if kind(source).endswith("Gateway") and kind(target) in TASKS and length < 50:
                short.append((id, length))
    assert short == []
