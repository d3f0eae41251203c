"""Which specification runs which BPMN element."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.spiff.activities import Decide, Job, Script, Send, User
from engine.spiff.catching import Boundary, Catch, EventSub
from engine.spiff.facts import Facts
from engine.spiff.gateways import EventGate, Exclusive, Inclusive, Parallel
from engine.spiff.nested import Call, Nested
from engine.spiff.node import Node, Pass
from engine.spiff.repeat import Multi
from engine.spiff.throwing import Throw

if TYPE_CHECKING:
    from engine.spiff.process import Process

BY_KIND: Mapping[str, type[Node]] = {
    "startEvent": Pass,
    "endEvent": Throw,
    "intermediateThrowEvent": Throw,
    "intermediateCatchEvent": Catch,
    "boundaryEvent": Boundary,
    "task": Pass,
    "manualTask": Pass,
    "userTask": User,
    "serviceTask": Job,
    "sendTask": Send,
    "receiveTask": Catch,
    "scriptTask": Script,
    "businessRuleTask": Decide,
    "callActivity": Call,
    "subProcess": Nested,
    "transaction": Nested,
    "exclusiveGateway": Exclusive,
    "parallelGateway": Parallel,
    "inclusiveGateway": Inclusive,
    "eventBasedGateway": EventGate,
}


def build(kind: type[Node], process: Process, facts: Facts) -> Node:
    """Create the specification of a node, with a body around it when it runs several times."""
    kind = _special(kind, facts)
    if facts.repetition is None:
        return kind(process, facts)
    return Multi(process, facts, kind(process, facts, f"{facts.id}#item"))


def _special(kind: type[Node], facts: Facts) -> type[Node]:
    if facts.triggered:
        return EventSub
    if facts.event.kind == "link":
        return Pass
    if facts.kind in ("sendTask", "businessRuleTask") and "topic" in facts.formulas:
        return Job
    return kind
