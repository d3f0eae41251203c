"""Ways through the drawn processes, found in the diagrams alone: what a case of some facts can come to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from typing import Any
from xml.etree import ElementTree as Xml

from engine import feel
from tests.bpmn.pack import BPMN, CAMUNDA, components, diagrams, forms, kind, manifest, properties

CALLED = "calledElement"
#: Words of FEEL that are no variables.
WORDS = {"and", "or", "not", "list", "contains", "true", "false", "null", "if", "then", "else"}


@cache
def processes() -> dict[str, Xml.Element]:
    """Every process by its id."""
    found = (process for diagram in diagrams().values() for process in diagram.iter(f"{BPMN}process"))
    return {process.attrib["id"]: process for process in found}


def reached(process: str, facts: Mapping[str, Any]) -> Iterator[Xml.Element]:
    """Every element that a case of these facts can come to; what people decide on the way is left open."""
    yield from _scope(processes()[process], facts)


def approvals(process: str, facts: Mapping[str, Any]) -> set[str]:
    """Ids of the tasks marked as approvals that a case of these facts can come to."""
    return {node.attrib["id"] for node in reached(process, facts) if properties(node).get("approval") == "true"}


def asked(process: str, facts: Mapping[str, Any]) -> dict[str, set[str]]:
    """Types of papers by the message with which a case of these facts can be asked for them."""
    messages = {message for node in reached(process, facts) if (message := _awaited(node)) in manifest()["messages"]}
    return {message: papers(manifest()["messages"][message]["form"]) for message in messages}


def papers(form: str) -> set[str]:
    """Types of papers that a form takes."""
    pickers = (part for part in components(forms()[form]) if part["type"] == "filepicker")
    return {part["key"].removeprefix("doc_") for part in pickers if part["key"].startswith("doc_")}


def _scope(scope: Xml.Element, facts: Mapping[str, Any]) -> Iterator[Xml.Element]:
    nodes = {node.attrib["id"]: node for node in scope if "id" in node.attrib}
    todo = [id for id, node in nodes.items() if kind(node) == "startEvent"]
    seen: set[str] = set()
    while todo:
        id = todo.pop()
        if id in seen:
            continue
        seen.add(id)
        node = nodes[id]
        yield node
        if kind(node) == "subProcess":
            yield from _scope(node, facts)
        elif kind(node) == "callActivity" and not node.attrib[CALLED].startswith("="):
            yield from _scope(processes()[node.attrib[CALLED]], {**facts, **_handed(node)})
        todo += _targets(node, scope, facts)


def _handed(call: Xml.Element) -> dict[str, Any]:
    """Constants that a call hands to its process beside all variables."""
    ins = (item.attrib for item in call.iter(f"{CAMUNDA}in") if "sourceExpression" in item.attrib)
    return {item["target"]: _value(item["sourceExpression"].removeprefix("="), {}) for item in ins}


def _targets(node: Xml.Element, scope: Xml.Element, facts: Mapping[str, Any]) -> set[str]:
    """Where a token can go from a node, whatever the words mean that are no facts."""
    flows = [flow for flow in scope.iterfind(f"{BPMN}sequenceFlow") if flow.attrib["sourceRef"] == node.attrib["id"]]
    if kind(node) != "exclusiveGateway" or len(flows) == 1:
        return {flow.attrib["targetRef"] for flow in flows}
    conditions = [text for flow in flows if (text := flow.findtext(f"{BPMN}conditionExpression"))]
    open_words = sorted({word for text in conditions for word in _words(text)} - facts.keys())
    values = [_values(word, conditions, scope) for word in open_words]
    if not all(values):
        return {flow.attrib["targetRef"] for flow in flows}
    cases = ({**facts, **dict(zip(open_words, chosen, strict=True))} for chosen in product(*values))
    return {_first(flows, node.attrib.get("default"), case) for case in cases}


def _first(flows: list[Xml.Element], default: str | None, case: Mapping[str, Any]) -> str:
    """The flow that the gateway takes: the first whose condition holds, else the default."""
    conditions = ((flow, flow.findtext(f"{BPMN}conditionExpression")) for flow in flows)
    holding = (flow for flow, text in conditions if text and _value(text, case) is True)
    taken = next(holding, None)
    if taken is None:
        taken = next(flow for flow in flows if flow.attrib["id"] == default)
    return taken.attrib["targetRef"]


def _words(condition: str) -> set[str]:
    bare = re.sub(r'"[^"]*"', "", condition)
    return {name.partition(".")[0] for name in re.findall(r"[a-z_]+(?:\.[a-z_]+)*", bare)} - WORDS


def _values(word: str, conditions: list[str], scope: Xml.Element) -> set[str]:
    """What a word can mean: the outcomes of the forms before it, or what it is compared with; empty for anything."""
    compared = {value for text in conditions for value in re.findall(rf'{word} = "([^"]*)"', text)}
    if word != "outcome":
        return compared | {"something else"} if compared else set()
    offered = [_outcomes(task) for task in scope.iter(f"{BPMN}userTask")]
    return set().union(*(outcomes for outcomes in offered if outcomes & compared))


def _outcomes(task: Xml.Element) -> set[str]:
    parts = components(forms()[task.attrib[f"{CAMUNDA}formRef"]])
    return {option["value"] for part in parts if part.get("key") == "outcome" for option in part["values"]}


def _awaited(node: Xml.Element) -> str:
    """Name of the message that an element waits for; empty for none."""
    definition = node.find(f"{BPMN}messageEventDefinition")
    thrown = kind(node) in ("endEvent", "intermediateThrowEvent")
    ref = node.attrib.get("messageRef") or (definition.attrib["messageRef"] if definition is not None else "")
    return "" if thrown else _names().get(ref, "")


@cache
def _names() -> dict[str, str]:
    return {e.attrib["id"]: e.attrib["name"] for diagram in diagrams().values() for e in diagram.iter(f"{BPMN}message")}


def _value(text: str, context: Mapping[str, Any]) -> object:
    return feel.compile(text).evaluate({name: feel.to_feel(value) for name, value in context.items()})
