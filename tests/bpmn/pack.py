"""The files of the pack "connection" as a deployment takes them, and what the tests read out of them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "bpmn" / "connection"
FORMS = ROOT / "forms" / "connection"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DI = "{http://www.omg.org/spec/DD/20100524/DI}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
CLASSES = ("RES", "LV", "MICRO", "HV1", "HV2")
STAGES = ("acceptance", "survey", "plan", "works", "connection", "archive")
#: The kinds of elements in which the processes are drawn.
FLOW_NODES = frozenset(
    [
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
        "userTask",
        "serviceTask",
        "businessRuleTask",
        "receiveTask",
        "scriptTask",
        "callActivity",
        "subProcess",
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "eventBasedGateway",
    ]
)


@cache
def files() -> dict[str, bytes]:
    """The deployment: diagrams, decisions, letters and pack.toml by their paths, forms below `forms/`."""
    kinds = (".bpmn", ".dmn", ".docx", ".toml")
    own = {path.relative_to(PACK).as_posix(): path for path in PACK.rglob("*") if path.suffix in kinds}
    return {name: path.read_bytes() for name, path in own.items()} | {
        f"forms/{path.name}": path.read_bytes() for path in FORMS.glob("*.form")
    }


@cache
def diagrams() -> dict[str, Xml.Element]:
    """Every diagram by its file."""
    return {name: Xml.fromstring(data) for name, data in files().items() if name.endswith(".bpmn")}


@cache
def manifest() -> dict[str, Any]:
    return tomllib.loads(files()["pack.toml"].decode())


@cache
def forms() -> dict[str, dict[str, Any]]:
    """Every form by the name of its file."""
    return {Path(name).stem: json.loads(data) for name, data in files().items() if name.endswith(".form")}


def kind(element: Xml.Element) -> str:
    return element.tag.rpartition("}")[2]


def elements(*kinds: str) -> Iterator[tuple[str, Xml.Element]]:
    """Every flow node of one of the kinds, with its file."""
    for name, diagram in diagrams().items():
        for element in diagram.iter():
            if kind(element) in kinds:
                yield name, element


def properties(element: Xml.Element) -> dict[str, str]:
    """The camunda properties of an element itself."""
    found = element.iterfind(f"{BPMN}extensionElements/{CAMUNDA}properties/{CAMUNDA}property")
    return {entry.attrib["name"]: entry.attrib["value"] for entry in found}


def components(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every component of a form, nested ones too."""
    for component in document.get("components", ()):
        yield component
        yield from components(component)


@dataclass(frozen=True)
class Box:
    """A drawn rectangle."""

    name: str
    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def overlaps(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def contains(self, other: Box) -> bool:
        return (
            self.left <= other.left
            and self.top <= other.top
            and self.right >= other.right
            and self.bottom >= other.bottom
        )


def box(name: str, holder: Xml.Element) -> Box:
    bounds = holder.find(f"{DC}Bounds")
    assert bounds is not None, name
    return Box(name, *(float(bounds.attrib[key]) for key in ("x", "y", "width", "height")))
