"""BPMN on the classes of SpiffWorkflow: the only place that knows that library.

The library gives the parser skeleton, token objects, states and workflow containers; specifications, ready queue,
variable scopes, timers, events and the saved form are ours, by subclassing. Diagrams are read once into definitions;
instances run on them, ask a `Host` for everything outside, and answer with effects.
"""

from engine.spiff import effects, guard
from engine.spiff.definition import Definition, Element, Parsed, split
from engine.spiff.drawing import Drawing, Drawn, survey
from engine.spiff.errors import (
    CallTooDeep,
    CannotMigrate,
    ExpressionFailed,
    NoFlowTaken,
    NoTimeBetween,
    StepLimitExceeded,
    TokenGone,
    TooFarBehind,
)
from engine.spiff.facts import BINDINGS
from engine.spiff.host import Host, Ruling
from engine.spiff.instance import Instance
from engine.spiff.node import CONTINUE
from engine.spiff.parser import parse
from engine.spiff.timers import LOCAL, MOST_AT_ONCE, MOST_MISSED, Cycle, clock_functions

guard.check()

__all__ = [
    "BINDINGS",
    "CONTINUE",
    "LOCAL",
    "MOST_AT_ONCE",
    "MOST_MISSED",
    "CallTooDeep",
    "CannotMigrate",
    "Cycle",
    "Definition",
    "Drawing",
    "Drawn",
    "Element",
    "ExpressionFailed",
    "Host",
    "Instance",
    "NoFlowTaken",
    "NoTimeBetween",
    "Parsed",
    "Ruling",
    "StepLimitExceeded",
    "TokenGone",
    "TooFarBehind",
    "clock_functions",
    "effects",
    "parse",
    "split",
    "survey",
]
