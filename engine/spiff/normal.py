"""Makes diagrams of different modelers alike before they are read: vendor words, prefixes, flow ids, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from engine.spiff.names import CAMUNDA, VENDORS, XmlNode, bpmn, child, children, is_bpmn
from engine.spiff.spelling import respell

_SHARED = "EventDefinition"
#: Attributes and elements that name another element by a qualified name (BPMN 2.0.2, XSD: xsd:QName).
_QUALIFIED = (
    "messageRef", "signalRef", "errorRef", "escalationRef", "attachedToRef", "activityRef", "calledElement",
    "processRef", "sourceRef", "targetRef", "dataObjectRef", "correlationKeyRef",
)  # fmt: skip
_QUALIFIED_TEXTS = tuple(
    bpmn(name)
    for name in (
        "eventDefinitionRef", "loopDataInputRef", "loopDataOutputRef", "flowNodeRef", "sourceRef", "targetRef",
        "resourceRef",
    )
)  # fmt: skip
#: Attributes that are true or false (BPMN 2.0.2, XSD: xsd:boolean, which also writes 1 and 0), and those of `camunda:`.
FLAGS = (
    "cancelActivity", "instantiate", "isClosed", "isCollection", "isExecutable", "isForCompensation", "isImmediate",
    "isInterrupting", "isSequential", "isUnlimited", "parallelMultiple", "testBefore", "triggeredByEvent",
    "waitForCompletion",
)  # fmt: skip
EXTENDED_FLAGS = ("asyncAfter", "asyncBefore", "exclusive")
_BOOLEANS = {"1": "true", "0": "false", "true": "true", "false": "false"}
_QNAME = re.compile(r"\s*([^\W\d][\w.-]*):([\w.-]+)\s*")
SCOPES = frozenset({"process", "subProcess", "transaction", "adHocSubProcess"})


def normalise(root: XmlNode) -> None:
    """Rewrite a tree in place: vendor names and other spellings to `camunda:`, an id for each flow, links as flows.

    A link without its partner stays as it is; the checks report it.
    """
    for node in root.iter(etree.Element):
        _rename(node)
        _spell_flags(node)
        if is_bpmn(node):
            _unqualify(node, root.get("targetNamespace", ""))
            respell(node)
    taken = {node.get("id") for node in root.iter(etree.Element)}
    for number, flow in enumerate(root.iter(bpmn("sequenceFlow")), 1):
        if not flow.get("id"):
            flow.set("id", _free(f"flow_{number}", taken))
    for number, node in enumerate(_nameless(root), 1):
        node.set("id", _free(f"drawn_{number}", taken))
    _resolve_definitions(root)
    for scope in scopes(root):
        _join_links(scope, taken)


def scopes(root: XmlNode) -> Iterator[XmlNode]:
    """Yield every process and sub-process element."""
    yield from root.iter(*(bpmn(name) for name in SCOPES))


def only_drawn(root: XmlNode) -> frozenset[str]:
    """Return the ids in processes with `isExecutable="false"`, partner pools for instance, without those used twice."""
    drawn: set[str] = set()
    run: set[str] = set()
    for process in root.iter(bpmn("process")):
        ids = {node.get("id", "") for node in process.iter(etree.Element)}
        (drawn if _is_drawing(process) else run).update(ids)
    return frozenset(drawn - run - {""})


def _is_drawing(process: XmlNode) -> bool:
    return process.get("isExecutable") == "false"


def links(scope: XmlNode, kind: str) -> dict[str, list[XmlNode]]:
    """Return the link events of a scope (`intermediateThrowEvent` or `intermediateCatchEvent`) by link name."""
    found: dict[str, list[XmlNode]] = {}
    for node in children(scope, kind):
        definition = child(node, "linkEventDefinition")
        if definition is not None:
            found.setdefault(definition.get("name", ""), []).append(node)
    return found


def _nameless(root: XmlNode) -> Iterator[XmlNode]:
    """Yield what has no id of the processes that are only drawn: BPMN asks for none, and nobody has to refer to it."""
    for process in filter(_is_drawing, root.iter(bpmn("process"))):
        parts = (node for scope in scopes(process) for node in (scope, *scope))
        yield from (node for node in parts if is_bpmn(node) and not node.get("id"))


def _resolve_definitions(root: XmlNode) -> None:
    """Put shared event definitions of the file into the events that refer to them; unknown references stay."""
    shared = {node.get("id"): node for node in root if is_bpmn(node) and etree.QName(node).localname.endswith(_SHARED)}
    for reference in list(root.iter(bpmn("eventDefinitionRef"))):
        found = shared.get((reference.text or "").strip())
        around = reference.getparent()
        if found is not None and around is not None:
            copy = deepcopy(found)
            copy.attrib.pop("id", None)
            around.replace(reference, copy)


def _rename(node: XmlNode) -> None:
    name = etree.QName(node)
    if name.namespace in VENDORS:
        node.tag = f"{{{CAMUNDA}}}{name.localname}"
    for key, value in list(node.attrib.items()):
        attribute = etree.QName(key)
        if attribute.namespace in VENDORS:
            del node.attrib[key]
            node.set(f"{{{CAMUNDA}}}{attribute.localname}", value)


def _spell_flags(node: XmlNode) -> None:
    """Write `1` and `0` out, so that whoever asks finds `true` or `false`; what is neither stays and is refused."""
    for name in (*FLAGS, *(f"{{{CAMUNDA}}}{word}" for word in EXTENDED_FLAGS), "local"):
        text = node.get(name)
        if text is not None:
            node.set(name, _BOOLEANS.get(text.strip(), text))


def _unqualify(node: XmlNode, own: str) -> None:
    """Take the prefix of the file's own namespace from what a node refers to; names of other files stay."""
    for word in _QUALIFIED:
        text = node.get(word)
        if text is not None and ":" in text:
            node.set(word, _local_name(node, text, own))
    if node.tag in _QUALIFIED_TEXTS and node.text and ":" in node.text:
        node.text = _local_name(node, node.text, own)


def _local_name(node: XmlNode, text: str, own: str) -> str:
    match = _QNAME.fullmatch(text)
    return match[2] if match is not None and node.nsmap.get(match[1]) == own else text


def _free(name: str, taken: set[str | None]) -> str:
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def _join_links(scope: XmlNode, taken: set[str | None]) -> None:
    targets = links(scope, "intermediateCatchEvent")
    for name, throws in links(scope, "intermediateThrowEvent").items():
        if len(targets.get(name, ())) != 1:
            continue
        for throw in throws:
            flow = etree.SubElement(scope, bpmn("sequenceFlow"))
            flow.set("id", _free(f"link_{throw.get('id')}", taken))
            flow.set("sourceRef", throw.get("id", ""))
            flow.set("targetRef", targets[name][0].get("id", ""))
