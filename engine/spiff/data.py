"""Data objects are variables of the scope that declares them; data associations are input and output mappings.

BPMN 2.0.2, 10.4: a data object lives as long as its process or sub-process, an association copies a value when the
activity starts or ends. Data stores are drawings: nothing of a process is kept in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree

from engine.spiff import formula
from engine.spiff.facts import Parameter
from engine.spiff.formula import Formula
from engine.spiff.names import XmlNode, bpmn, child, children, text_of
from engine.spiff.notes import Notes

_NAME = re.compile(r"[^\W\d]\w*", re.UNICODE)
_ODD = re.compile(r"\W", re.UNICODE)
_PLAIN = re.compile(r"-?\d+(\.\d+)?|true|false")
_OBJECTS = ("dataObject", "property")
_ENDS = ("dataInput", "dataOutput")
_NOTHING = formula.expression("null")


class DataNames:
    """The variable behind each data object, reference, property, data input and output of a file, by element id."""

    def __init__(self, root: XmlNode) -> None:
        self.variables: dict[str, str] = {}
        shown = {item.get("dataObjectRef"): item.get("name", "") for item in root.iter(bpmn("dataObjectReference"))}
        for node in root.iter(*(bpmn(name) for name in (*_OBJECTS, *_ENDS))):
            identity = node.get("id", "")
            name = node.get("name") or shown.get(identity, "")
            if identity and not name.startswith("__"):
                self.variables[identity] = name if _NAME.fullmatch(name) else _ODD.sub("_", identity)
        for node in root.iter(bpmn("dataObjectReference")):
            target = self.variables.get(node.get("dataObjectRef", ""))
            if target is not None:
                self.variables[node.get("id", "")] = target

    def of(self, reference: str) -> str:
        """Return the variable for a reference; a text that is no id is a variable itself."""
        return self.variables.get(reference, reference)

    def declared(self, scope: XmlNode) -> dict[str, Formula | None]:
        """Return the variables that begin with a scope, with their first value if one is given."""
        nodes = [node for node in children(scope, *_OBJECTS) if node.get("id") in self.variables]
        return {self.variables[node.get("id", "")]: _first_value(node) for node in nodes}


def _first_value(node: XmlNode) -> Formula | None:
    """Read the `value` that Flowable and Activiti write into a data object."""
    for holder in node.findall(bpmn("extensionElements")):
        for item in holder.iter(etree.Element):
            text = text_of(item)
            if etree.QName(item).localname == "value" and text:
                return formula.expression(text) if _PLAIN.fullmatch(text) else Formula(text)
    return None


def associations(node: XmlNode, names: DataNames, notes: Notes) -> tuple[tuple[Parameter, ...], tuple[Parameter, ...]]:
    """Return the mappings into and out of a node that its data associations draw."""
    inputs = list(_read(node, "dataInputAssociation", names, notes))
    outputs = list(_read(node, "dataOutputAssociation", names, notes))
    taken = {item.name for item in (*inputs, *outputs)}
    # What the step writes into its own data outputs stays inside until the association copies it.
    results = [names.of(item.get("id", "")) for item in _ends(node, "dataOutput")] if outputs else []
    inputs += [Parameter(name, _NOTHING) for name in results if name not in taken]
    return tuple(inputs), tuple(outputs)


def _ends(node: XmlNode, name: str) -> Iterable[XmlNode]:
    holders = [node, *children(node, "ioSpecification")]
    return [item for holder in holders for item in children(holder, name)]


def _read(node: XmlNode, kind: str, names: DataNames, notes: Notes) -> Iterable[Parameter]:
    identity = node.get("id", "")
    for association in children(node, kind):
        for item in children(association, "assignment"):
            given = notes.compile(identity, "assignment", text_of(child(item, "from")), formula.expression)
            yield Parameter(names.of(text_of(child(item, "to"))), given)
        source, target = _source(association, names), names.variables.get(text_of(child(association, "targetRef")))
        changed = text_of(child(association, "transformation"))
        if target is None or source == target or not (changed or source) or children(association, "assignment"):
            continue
        # A result that was not given leaves the data object as it is.
        kept = f"if {source} != null then {source} else {target}" if kind == "dataOutputAssociation" else source
        yield Parameter(target, notes.compile(identity, kind, changed or kept or "", formula.expression))


def _source(association: XmlNode, names: DataNames) -> str | None:
    sources = (text_of(item) for item in children(association, "sourceRef"))
    return next((names.variables[item] for item in sources if item in names.variables), None)


def settle_loops(root: XmlNode, names: DataNames) -> None:
    """Let each multi-instance name the variable of its list in place of the element that stands for it."""
    for loop in root.iter(bpmn("multiInstanceLoopCharacteristics")):
        activity = loop.getparent()
        if activity is None:
            continue
        for item in children(loop, "loopDataInputRef", "loopDataOutputRef"):
            item.text = _outside(activity, text_of(item), names)


def _outside(activity: XmlNode, reference: str, names: DataNames) -> str:
    """Return the variable to which an association connects a data input or output of an activity."""
    for association in children(activity, "dataInputAssociation", "dataOutputAssociation"):
        ends = [text_of(end) for end in children(association, "sourceRef", "targetRef")]
        if reference in ends:
            return next(
                (names.variables[end] for end in ends if end != reference and end in names.variables), reference
            )
    return names.of(reference)
