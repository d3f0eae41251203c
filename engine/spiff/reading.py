"""Reads flow nodes of a normalised tree into facts, and notes every problem instead of stopping."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import chain

from engine.feel import FeelError
from engine.findings import Doubt, reason
from engine.spiff import formula, timers
from engine.spiff.facts import FlowFacts, Parameter, Passing, Repetition
from engine.spiff.formula import Formula, Unreadable
from engine.spiff.listeners import read_listeners
from engine.spiff.names import CAMUNDA, XmlNode, bpmn, child, children, extension, extensions, flag, local, text_of
from engine.spiff.normal import SCOPES
from engine.spiff.notes import Notes

_ATTRIBUTE = f"{{{CAMUNDA}}}"
_MIXED = (
    "assignee", "candidateGroups", "candidateUsers", "dueDate", "followUpDate", "priority", "topic", "decisionRef",
    "calledElementVersion", "calledElementVersionTag",
)  # fmt: skip
#: Those that are moments.
_DATES = ("dueDate", "followUpDate")
_EMPTY: Mapping[str, str] = {}


def read_flow(node: XmlNode, notes: Notes) -> FlowFacts:
    """Read a sequence flow with its condition."""
    identity = node.get("id", "")
    text = text_of(child(node, "conditionExpression"))
    condition = notes.compile(identity, "condition", text, formula.expression) if text else None
    listeners = read_listeners(node, notes)
    return FlowFacts(identity, node.get("sourceRef", ""), node.get("targetRef", ""), condition, listeners)


def attributes_of(node: XmlNode) -> dict[str, str]:
    """Return the `camunda:` attributes by short name, and the few of BPMN that others look at."""
    found = {key.removeprefix(_ATTRIBUTE): value for key, value in node.attrib.items() if key.startswith(_ATTRIBUTE)}
    for name in ("calledElement", "scriptFormat", "instantiate"):
        if node.get(name):
            found[name] = node.get(name, "")
    if flag(node, "instantiate"):
        found["instantiate"] = "true"
    return found


def properties_of(node: XmlNode) -> Mapping[str, str]:
    """Return the `camunda:property` values of an element."""
    holders = extensions(node, "properties")
    items = chain.from_iterable(holder.findall(f"{_ATTRIBUTE}property") for holder in holders)
    return {item.get("name", ""): item.get("value", "") for item in items} or _EMPTY


def parameters(node: XmlNode, tag: str, notes: Notes) -> tuple[Parameter, ...]:
    """Read `camunda:inputParameter` or `outputParameter`; lists, maps and scripts inside are refused."""
    found = []
    for holder in extensions(node, "inputOutput"):
        for item in holder.findall(_ATTRIBUTE + tag):
            name = item.get("name", "")
            if len(item):
                notes.note(node.get("id", ""), "parameter_structured", tag=tag, name=name)
            compiled = notes.compile(node.get("id", ""), f"{tag} {name}", text_of(item), formula.mixed)
            found.append(Parameter(name, compiled))
    return tuple(found)


def passings(node: XmlNode, tag: str, notes: Notes) -> tuple[Passing, ...]:
    """Read `camunda:in` or `camunda:out` of a call activity; the business key passes by itself."""
    found = []
    for item in extensions(node, tag):
        if item.get("businessKey") is not None:
            continue
        if item.get("variables") == "all":
            found.append(Passing(None, "", item.get("local") == "true"))
            continue
        text, target = item.get("sourceExpression") or item.get("source") or "", item.get("target") or ""
        if not text or not target:
            missing = "passing_without_target" if text else "passing_without_source"
            notes.note(node.get("id", ""), missing, tag=tag)
            continue
        compiled = notes.compile(node.get("id", ""), f"camunda:{tag}", text, formula.expression)
        found.append(Passing(compiled, target, item.get("local") == "true"))
    return tuple(found)


def formulas(node: XmlNode, notes: Notes) -> dict[str, Formula]:
    """Compile the texts of the attributes and children that may hold expressions."""
    identity = node.get("id", "")
    found: dict[str, Formula] = {}
    for word in _MIXED:
        text = extension(node, word)
        if text:
            found[word] = notes.compile(identity, f"camunda:{word}", text, formula.mixed)
        if word in _DATES and word in found:
            _check_date(identity, word, found[word], notes)
    if node.get("calledElement"):
        found["calledElement"] = notes.compile(identity, "calledElement", node.get("calledElement", ""), formula.mixed)
    found |= _addressing(identity, properties_of(node), notes)
    script = text_of(child(node, "script"))
    if script and node.get("scriptFormat", "").lower() == "feel":
        found["script"] = notes.compile(identity, "script", script, formula.expression)
    return found


def _addressing(identity: str, properties: Mapping[str, str], notes: Notes) -> dict[str, Formula]:
    """By which key a message is matched, and how long one that is stored is good."""
    said = {word: properties[word] for word in ("correlationKey", "ttl") if properties.get(word)}
    found = {word: notes.compile(identity, word, text, formula.mixed) for word, text in said.items()}
    key, ttl = found.get("correlationKey"), found.get("ttl")
    if key is not None and key.expression is None and not isinstance(key, Unreadable):
        notes.note(identity, "correlation_fixed", text=key.source)
    if ttl is not None and not isinstance(ttl, Unreadable):
        _check_ttl(identity, ttl, notes)
    return found


def _check_ttl(identity: str, ttl: Formula, notes: Notes) -> None:
    """Refuse a time to live that is no duration, as far as it is known before anything runs."""
    try:
        if ttl.expression is None:
            timers.check("duration", ttl.source)
        else:
            timers.try_out("duration", ttl)
    except Doubt as error:
        notes.note(identity, "timer_unreadable", where="ttl", reason=reason(error))
    except FeelError:
        # Too much work, which is told when it happens.
        pass


def _check_date(identity: str, word: str, found: Formula, notes: Notes) -> None:
    """Refuse a fixed date that is none."""
    try:
        timers.try_out("date", found)
    except Doubt as error:
        notes.note(identity, "date_unreadable", where=f"camunda:{word}", reason=reason(error))
    except FeelError:
        # Unreadable, which is told, or too much work, which is told when it happens.
        pass


def repetition(node: XmlNode, notes: Notes) -> Repetition | None:
    """Read multi-instance or standard loop characteristics."""
    many = child(node, "multiInstanceLoopCharacteristics")
    if many is not None:
        return _multi_instance(node.get("id", ""), many, notes)
    loop = child(node, "standardLoopCharacteristics")
    return _standard_loop(node.get("id", ""), loop, notes) if loop is not None else None


def _multi_instance(identity: str, node: XmlNode, notes: Notes) -> Repetition:
    cardinality = _optional(identity, "loopCardinality", text_of(child(node, "loopCardinality")), notes)
    collection = _collection(identity, node, notes)
    if cardinality is None and collection is None:
        notes.note(identity, "instances_unsaid")
    _check_count(identity, cardinality, notes)
    items = children(node, "inputDataItem")
    variable = extension(node, "elementVariable")
    named = next((item.get("name") for item in items), None)
    if variable and named and variable != named:
        told = {"one": f"camunda:elementVariable {variable}", "other": f"inputDataItem {named}"}
        notes.note(identity, "instances_of_two", **told)
    outputs = children(node, "outputDataItem")
    return Repetition(
        sequential=flag(node, "isSequential"),
        cardinality=cardinality,
        collection=collection,
        item=variable or _item_name(items),
        until=_optional(identity, "completionCondition", text_of(child(node, "completionCondition")), notes),
        output=text_of(child(node, "loopDataOutputRef")),
        output_item=_item_name(outputs),
    )


def _collection(identity: str, node: XmlNode, notes: Notes) -> Formula | None:
    """The list to go through, which the standard and the extension may both name if they name the same."""
    said, named = extension(node, "collection") or "", text_of(child(node, "loopDataInputRef"))
    found = _optional(identity, "collection", said or named, notes)
    other = _optional(identity, "collection", named, notes)
    if found is not None and other is not None and found.source != other.source:
        told = {"one": f"camunda:collection {said}", "other": f"loopDataInputRef {named}"}
        notes.note(identity, "instances_of_two", **told)
    return found


def _check_count(identity: str, cardinality: Formula | None, notes: Notes) -> None:
    """Refuse a fixed number of items that is none."""
    if cardinality is None or cardinality.expression is None or cardinality.names:
        return
    try:
        value = cardinality.value({})
    except FeelError:
        # Too much work; that is told when it happens.
        return
    if isinstance(value, str | bool) or (isinstance(value, Decimal) and (value < 0 or value != int(value))):
        notes.note(identity, "cardinality_no_count", text=cardinality.source)


def _item_name(items: list[XmlNode]) -> str:
    return next((item.get("name") or item.get("id") or "" for item in items), "")


def _standard_loop(identity: str, node: XmlNode, notes: Notes) -> Repetition:
    again = _optional(identity, "loopCondition", text_of(child(node, "loopCondition")), notes)
    maximum = node.get("loopMaximum", "")
    if again is None and not maximum.isdigit():
        notes.note(identity, "loop_unsaid")
    return Repetition(
        sequential=True,
        standard=True,
        again=again,
        test_before=flag(node, "testBefore"),
        maximum=int(maximum) if maximum.isdigit() else None,
    )


def _optional(identity: str, where: str, text: str, notes: Notes) -> Formula | None:
    return notes.compile(identity, where, text, formula.expression) if text else None


def read_node(node: XmlNode, scope: str, lane: str, notes: Notes) -> dict[str, object]:
    """Return the facts common to all flow nodes, as keyword arguments of `Facts`."""
    return {
        **_identity(node),
        "scope": scope,
        "attributes": attributes_of(node),
        "properties": properties_of(node),
        "lane": lane,
        "interrupting": flag(node, "cancelActivity", default=True) and flag(node, "isInterrupting", default=True),
        "attached_to": node.get("attachedToRef", ""),
        "default": node.get("default", ""),
        "repetition": repetition(node, notes),
        "inputs": parameters(node, "inputParameter", notes),
        "outputs": parameters(node, "outputParameter", notes),
        "ins": passings(node, "in", notes),
        "outs": passings(node, "out", notes),
        "formulas": formulas(node, notes),
        "for_compensation": flag(node, "isForCompensation"),
        "triggered": local(node) in SCOPES and flag(node, "triggeredByEvent"),
        "retries": next((text_of(item) for item in extensions(node, "failedJobRetryTimeCycle")), None),
        "listeners": read_listeners(node, notes),
        **_asynchronous(node),
    }


def _identity(node: XmlNode) -> dict[str, str]:
    """Read who a node is: its id stands in where it has no name."""
    id, documentation = node.get("id", ""), text_of(node.find(bpmn("documentation")))
    return {"id": id, "name": node.get("name") or id, "kind": local(node), "documentation": documentation}


def _asynchronous(node: XmlNode) -> dict[str, bool]:
    """Read before and after which steps a job of its own comes."""
    found = {f"async_{word.lower()}": extension(node, f"async{word}") == "true" for word in ("Before", "After")}
    many = child(node, "multiInstanceLoopCharacteristics")
    if many is not None:
        for word in ("Before", "After"):
            found[f"items_async_{word.lower()}"] = extension(many, f"async{word}") == "true"
    return found
