"""What BPMN itself can say and this engine does not do: refused where it changes the run, else told.

Every attribute and part of the standard that is not read stands in a table here; `support` does the same for what
stands in extensions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.spiff.names import XmlNode, bpmn, child, children, extension, is_bpmn, local, text_of
from engine.spiff.normal import EXTENDED_FLAGS, FLAGS, scopes
from engine.spiff.notes import Notes, word

_FLAG = frozenset({"true", "false"})
#: Parts of which an element has one at most (BPMN 2.0.2, XSD).
_ONCE = (
    "conditionExpression", "condition", "script", "loopCardinality", "loopDataInputRef", "loopDataOutputRef",
    "inputDataItem", "outputDataItem", "completionCondition", "loopCondition", "multiInstanceLoopCharacteristics",
    "standardLoopCharacteristics",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Fixed:
    """An attribute that can be run with one value only, which it also has when it is not written."""

    value: str
    code: str


#: By element ("" for any) and attribute. Tables 10.3, 10.29, 10.22 and 10.109 of BPMN 2.0.2.
_FIXED: Mapping[tuple[str, str], _Fixed] = {
    ("", "startQuantity"): _Fixed("1", "start_quantity"),
    ("", "completionQuantity"): _Fixed("1", "completion_quantity"),
    ("multiInstanceLoopCharacteristics", "behavior"): _Fixed("All", "instances_behavior"),
    ("transaction", "method"): _Fixed("##Compensate", "transaction_method"),
    ("eventBasedGateway", "eventGatewayType"): _Fixed("Exclusive", "event_gateway_parallel"),
}
#: Elements that hold an expression.
_EXPRESSIONS = (
    "conditionExpression", "condition", "completionCondition", "loopCondition", "loopCardinality", "timeDate",
    "timeDuration", "timeCycle", "from", "transformation", "formalExpression", "expression", "messagePath", "dataPath",
)  # fmt: skip
#: FEEL, or JUEL that is converted; FEEL also by its address.
_OURS = re.compile(r"|feel|juel|https?://\S*/feel(/\d{8})?/?", re.IGNORECASE)
_INTEGER = re.compile(r"[+-]?\d+")
#: What a whole file may say besides: tools write it whatever the expressions are.
_COMMON = re.compile(r"\S*xpath\S*|\S*java\S*types?\S*", re.IGNORECASE)
#: Parts by which BPMN finds the receiver of a message.
_CORRELATION = ("correlationProperty", "correlationKey", "correlationSubscription")


def check_unhonoured(root: XmlNode, notes: Notes) -> None:
    """Note everything of the standard in a file that is not done as it says."""
    for node in root.iter(etree.Element):
        if is_bpmn(node):
            _check_attributes(node, notes)
            _check_parts(node, notes)
    _check_languages(root, notes)
    for node in root.iter(*(bpmn(name) for name in _CORRELATION)):
        notes.note(_named(node), "correlation_unread", kind=local(node))
    for scope in scopes(root):
        for node in scope:
            if is_bpmn(node):
                _check_repetition(node, notes)
                _check_direction(node, scope, notes)


def _named(node: XmlNode) -> str:
    """The id of a node, else of the nearest element around it that has one."""
    around: Iterator[XmlNode] = iter((node, *node.iterancestors()))
    return next((one.get("id", "") for one in around if one.get("id")), "")


def _activity(node: XmlNode) -> str:
    """The id under which a part of an element is told: that of the element."""
    around = node.getparent()
    part = local(node).endswith(("LoopCharacteristics", "EventDefinition"))
    return _named(around) if part and around is not None else _named(node)


def _check_attributes(node: XmlNode, notes: Notes) -> None:
    for name in (*FLAGS, *EXTENDED_FLAGS):
        value = node.get(name) if name in FLAGS else extension(node, name)
        if value is not None and value not in _FLAG:
            notes.note(_activity(node), "flag_unreadable", name=name, text=value)
    for (kind, name), fixed in _FIXED.items():
        value = node.get(name)
        if value is not None and kind in ("", local(node)) and not _is_fixed(value.strip(), fixed.value):
            notes.note(_activity(node), fixed.code, text=value)


def _is_fixed(text: str, value: str) -> bool:
    """Say whether a text means a value; whole numbers may have zeros and a plus before them (XSD: xsd:integer)."""
    return text == value or (value.isdigit() and _INTEGER.fullmatch(text) is not None and int(text) == int(value))


def _check_parts(node: XmlNode, notes: Notes) -> None:
    for name in _ONCE:
        if len(children(node, name)) > 1:
            notes.note(_activity(node), "part_twice", part=name)


def _check_languages(root: XmlNode, notes: Notes) -> None:
    """Refuse expressions in other languages, wherever they stand; what the whole file says is only told."""
    common = root.get("expressionLanguage", "")
    if not _OURS.fullmatch(common.strip()) and not _COMMON.fullmatch(common.strip()):
        notes.note("", "file_language", language=common)
    for node in root.iter(*(bpmn(name) for name in _EXPRESSIONS)):
        language = node.get("language", "").strip()
        if not _OURS.fullmatch(language) or extension(node, "resource") is not None:
            told = {"where": word(local(node)), "language": language or word("a_resource")}
            notes.note(_around(node), "language_foreign", **told)


def _around(node: XmlNode) -> str:
    """The id of the flow or flow node to which an expression belongs."""
    around = node.getparent()
    while around is not None and local(around).endswith(("LoopCharacteristics", "EventDefinition", "Association")):
        around = around.getparent()
    return _named(node if around is None else around)


def _check_repetition(node: XmlNode, notes: Notes) -> None:
    """One activity repeats in one way, over one count (tables 10.28 and 10.29)."""
    many, loop = child(node, "multiInstanceLoopCharacteristics"), child(node, "standardLoopCharacteristics")
    identity = node.get("id", "")
    if many is not None and loop is not None:
        notes.note(identity, "repeated_twice")
    if loop is not None:
        maximum = loop.get("loopMaximum", "").strip()
        if maximum and not maximum.isdigit():
            notes.note(identity, "loop_maximum_unreadable", text=maximum)
    if many is not None:
        said = [name for name in ("loopCardinality", "loopDataInputRef") if text_of(child(many, name))]
        said += ["camunda:collection"] if extension(many, "collection") else []
        if "loopCardinality" in said and len(said) > 1:
            notes.note(identity, "instances_counted_twice", words=", ".join(said))


#: By `gatewayDirection`: whether several flows may come in, and go out (BPMN 2.0.2, 8.3.9).
_DIRECTIONS: Mapping[str, tuple[bool, bool]] = {"Converging": (True, False), "Diverging": (False, True)}


def _check_direction(node: XmlNode, scope: XmlNode, notes: Notes) -> None:
    told = node.get("gatewayDirection", "")
    if told not in _DIRECTIONS:
        return
    flows = children(scope, "sequenceFlow")
    counts = [sum(flow.get(end) == node.get("id") for flow in flows) for end in ("targetRef", "sourceRef")]
    if any(count > 1 and not many for count, many in zip(counts, _DIRECTIONS[told], strict=True)):
        notes.note(node.get("id", ""), "direction_wrong", text=told)
