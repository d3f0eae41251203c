"""What a process looks like from outside, told from its facts alone: its elements and how it can begin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from engine.spiff.checks import can_begin
from engine.spiff.definition import Definition, Element
from engine.spiff.facts import Facts, FlowFacts, Listener
from engine.spiff.formula import Formula
from engine.spiff.names import XmlNode, extension
from engine.spiff.process import Process
from engine.spiff.reading import properties_of

_END = " end"


def define(
    node: XmlNode, file: str, facts: Sequence[Facts], flows: Sequence[FlowFacts], scopes: Mapping[str, Process]
) -> Definition:
    """Return the definition of a process element with these flow nodes and flows, its sub-processes' included.

    Without specifications (`scopes` empty) it can be looked at but not run.
    """
    identity = node.get("id", "")
    here = {item.id: item for item in facts if item.scope == identity}
    leaving: dict[str, list[FlowFacts]] = {}
    for flow in flows:
        leaving.setdefault(flow.source, []).append(flow)
    ahead = _ahead(facts, flows)
    return Definition(
        id=identity,
        name=node.get("name") or identity,
        version_tag=extension(node, "versionTag") or "",
        file=file,
        elements={item.id: _element(item, leaving.get(item.id, ()), ahead[item.id]) for item in facts},
        ends={id: frozenset(places) for id, places in ahead.items() if id.endswith(_END)},
        **_beginnings(here, flows),
        messages=frozenset(item.event.name for item in facts if _receives(item)),
        properties=properties_of(node),
        scopes=scopes,
    )


def _ahead(facts: Sequence[Facts], flows: Sequence[FlowFacts]) -> dict[str, set[str]]:
    """What can happen right after each node, into sub-processes and out of them; `ID end` is the end of one."""
    scopes = {item.scope for item in facts}
    found: dict[str, set[str]] = {item.id: set() for item in facts}
    found |= {f"{id}{_END}": set() for id in scopes}
    entered, left = {flow.target for flow in flows}, {flow.source for flow in flows}
    for flow in flows:
        # A sub-process is left at its end, every other node at once.
        source = f"{flow.source}{_END}" if flow.source in scopes else flow.source
        found.setdefault(source, set()).add(flow.target)
    for item in facts:
        for before in _before(item, entered):
            found.setdefault(before, set()).add(item.id)
        if item.id not in left:
            found[f"{item.id}{_END}" if item.id in scopes else item.id].add(f"{item.scope}{_END}")
        if item.repetition is not None and item.id in scopes:
            found[f"{item.id}{_END}"].add(item.id)
        if item.handler:
            found[item.id].add(item.handler)
    return found


def _before(item: Facts, entered: set[str]) -> Iterator[str]:
    """What lets a node happen beside the flows: the activity it hangs on, the scope that it begins or breaks into."""
    if item.attached_to:
        yield item.attached_to
    elif item.triggered or can_begin(item, entered):
        yield item.scope


def _beginnings(here: Mapping[str, Facts], flows: Sequence[FlowFacts]) -> dict[str, Any]:
    """Return how a process can begin: by itself, by messages, by signals, by the clock."""
    gates = {id for id, item in here.items() if _instantiates(item)}
    behind = {flow.target for flow in flows if flow.source in gates}
    begins = [item for id, item in here.items() if item.kind == "startEvent" or id in gates | behind]
    return {
        "start_messages": {item.event.name: item.id for item in begins if item.event.kind == "message"},
        "start_signals": {item.event.name: item.id for item in begins if item.event.kind == "signal"},
        "start_timers": {item.id: item.event for item in begins if _is_timer_start(item)},
        "has_none_start": _begins_by_itself(here, flows),
    }


def _is_timer_start(facts: Facts) -> bool:
    return facts.kind == "startEvent" and facts.event.kind == "timer"


def _begins_by_itself(here: Mapping[str, Facts], flows: Sequence[FlowFacts]) -> bool:
    events = [item for item in here.values() if item.kind == "startEvent"]
    if events:
        return any(item.event.kind == "none" for item in events)
    entered = {flow.target for flow in flows}
    return any(can_begin(item, entered) and not _instantiates(item) for item in here.values())


def _instantiates(facts: Facts) -> bool:
    return facts.attributes.get("instantiate") == "true"


def _receives(facts: Facts) -> bool:
    throwing = facts.kind in ("endEvent", "intermediateThrowEvent", "sendTask")
    return facts.event.kind == "message" and not throwing


def _element(facts: Facts, flows: Iterable[FlowFacts], ahead: Iterable[str]) -> Element:
    attributes = dict(facts.attributes)
    if facts.event.kind == "message":
        attributes["message"] = facts.event.name
    if facts.retries:
        attributes["failedJobRetryTimeCycle"] = facts.retries
    return Element(
        id=facts.id,
        name=facts.name,
        kind=facts.kind,
        scope=facts.scope,
        attributes=attributes,
        properties=facts.properties,
        documentation=facts.documentation,
        form_ref=facts.attributes.get("formRef"),
        form_binding=facts.attributes.get("formRefBinding"),
        lane=facts.lane,
        expressions=(*_expressions(facts), *_conditions(flows)),
        reads=tuple(_reads(facts, flows)),
        writes=frozenset(_writes(facts, flows)) - {""},
        next=frozenset(ahead),
    )


def _conditions(flows: Iterable[FlowFacts]) -> Iterator[tuple[str, str]]:
    for flow in flows:
        if flow.condition is not None:
            yield f"condition {flow.id}", flow.condition.source


def _expressions(facts: Facts) -> Iterator[tuple[str, str]]:
    for where, text in _formulas(facts):
        yield where, text.source


def _formulas(facts: Facts) -> Iterator[tuple[str, Formula]]:
    """Where each FEEL text of a node stands, and what it is."""
    repetition = facts.repetition
    texts = [*facts.formulas.items(), ("event", facts.event.formula)]
    texts += [(f"input {item.name}", item.formula) for item in facts.inputs]
    texts += [(f"output {item.name}", item.formula) for item in facts.outputs]
    texts += [(f"in {item.target}", item.formula) for item in facts.ins]
    texts += [(f"out {item.target}", item.formula) for item in facts.outs]
    if repetition is not None:
        names = ("cardinality", "collection", "until", "again")
        texts += [(name, getattr(repetition, name)) for name in names]
    for where, text in texts:
        if text is not None and text.expression is not None:
            yield where, text


def _reads(facts: Facts, flows: Iterable[FlowFacts]) -> Iterator[tuple[str, str]]:
    formulas = [formula for where, formula in _formulas(facts) if not where.startswith("out ")]
    formulas += [flow.condition for flow in flows if flow.condition is not None]
    formulas += [heard.formula for heard in _heard(facts, flows) if heard.formula is not None]
    for formula in formulas:
        for name in sorted(formula.names):
            yield name, formula.source


def _writes(facts: Facts, flows: Iterable[FlowFacts]) -> Iterator[str]:
    yield from (item.name for item in (*facts.inputs, *facts.outputs))
    yield from (item.target for item in (*facts.ins, *facts.outs))
    yield from (facts.attributes.get("resultVariable", ""), facts.event.code_variable, facts.event.message_variable)
    if facts.repetition is not None:
        yield from (facts.repetition.item, facts.repetition.output, facts.repetition.output_item)
    for heard in _heard(facts, flows):
        # A listener writes the entries of the context that it gives.
        yield from _ENTRY.findall(heard.formula.source if heard.formula is not None else "")


def _heard(facts: Facts, flows: Iterable[FlowFacts]) -> Iterator[Listener]:
    yield from facts.listeners
    for flow in flows:
        yield from flow.listeners


#: The key of an entry of a context.
_ENTRY = re.compile(r"""[{,]\s*"?([^\W\d]\w*)"?\s*:""")
