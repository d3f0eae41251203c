"""What a file draws, whether it can be run or not: for showing, counting and comparing models."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from engine import xml
from engine.spiff.names import XmlNode, bpmn, is_bpmn, local


@dataclass(frozen=True, slots=True)
class Drawn:
    """One element of a drawing."""

    id: str
    #: BPMN local name: userTask, sequenceFlow, lane, participant …
    kind: str
    name: str
    #: Id of the process, sub-process, lane set or collaboration that directly contains it.
    parent: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """All BPMN elements of a file."""

    #: By id; elements without id are only counted.
    elements: Mapping[str, Drawn]
    #: How many elements there are of each kind, those without id too.
    counts: Mapping[str, int]
    #: Ids of the processes, executable or not.
    processes: tuple[str, ...]


def survey(data: bytes, file: str) -> Drawing:
    """Return what a file draws; `ProblemsFound` only when it is no XML that may be read."""
    root = xml.parse(data, file).getroot()
    nodes = [node for node in root.iter(etree.Element) if is_bpmn(node)]
    return Drawing(
        elements={node.get("id", ""): _drawn(node) for node in nodes if node.get("id")},
        counts=Counter(local(node) for node in nodes),
        processes=tuple(node.get("id", "") for node in root.iter(bpmn("process"))),
    )


def _drawn(node: XmlNode) -> Drawn:
    parent = node.getparent()
    return Drawn(node.get("id", ""), local(node), node.get("name", ""), "" if parent is None else parent.get("id", ""))
