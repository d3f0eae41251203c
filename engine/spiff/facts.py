"""What the file says about one flow node, read once and never changed: the input of every specification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.spiff.formula import Formula

EventKind = Literal[
    "none",
    "message",
    "timer",
    "signal",
    "error",
    "escalation",
    "conditional",
    "compensate",
    "cancel",
    "terminate",
    "link",
]
TimerKind = Literal["", "date", "duration", "cycle"]

#: Bindings of a call that lead beyond its deployment, and the attribute that says which version; empty for none.
BINDINGS: Mapping[str, str] = {
    "latest": "",
    "version": "calledElementVersion",
    "versionTag": "calledElementVersionTag",
}


@dataclass(frozen=True, slots=True)
class Event:
    """An event definition.

    `name` is the message or signal name, the error or escalation code, or the activity to compensate; empty: any.
    """

    kind: EventKind
    name: str = ""
    timer: TimerKind = ""
    formula: Formula | None = None
    #: Variables that take the code and the message of a caught error (`camunda:errorCodeVariable` …).
    code_variable: str = ""
    message_variable: str = ""
    #: Whether a compensation event waits until all is undone (`waitForCompletion`).
    waits: bool = True


@dataclass(frozen=True, slots=True)
class Parameter:
    """One `camunda:inputParameter` or `outputParameter`."""

    name: str
    formula: Formula


@dataclass(frozen=True, slots=True)
class Passing:
    """One `camunda:in` or `camunda:out` of a call activity; without a formula all variables are passed."""

    formula: Formula | None
    target: str
    local: bool = False


@dataclass(frozen=True, slots=True)
class Listener:
    """What happens at an event of an element: FEEL is evaluated, or a job with a topic is written."""

    event: str
    formula: Formula | None
    topic: str


@dataclass(frozen=True, slots=True)
class Repetition:
    """Multi-instance or loop characteristics of an activity."""

    sequential: bool
    cardinality: Formula | None = None
    collection: Formula | None = None
    item: str = ""
    #: Completion condition of a multi-instance.
    until: Formula | None = None
    #: Condition of a standard loop, tried before each round when `test_before`, else after it.
    again: Formula | None = None
    standard: bool = False
    test_before: bool = False
    maximum: int | None = None
    output: str = ""
    output_item: str = ""


@dataclass(frozen=True, slots=True)
class FlowFacts:
    """A sequence flow."""

    id: str
    source: str
    target: str
    condition: Formula | None
    listeners: tuple[Listener, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """One flow node; `formulas` are its compiled texts by their `camunda:` word or BPMN element."""

    id: str
    name: str
    kind: str
    scope: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    documentation: str = ""
    lane: str = ""
    event: Event = Event("none")
    interrupting: bool = True
    attached_to: str = ""
    default: str = ""
    repetition: Repetition | None = None
    inputs: tuple[Parameter, ...] = ()
    outputs: tuple[Parameter, ...] = ()
    ins: tuple[Passing, ...] = ()
    outs: tuple[Passing, ...] = ()
    formulas: Mapping[str, Formula] = field(default_factory=dict)
    #: The compensation handler that belongs to a compensation boundary event.
    handler: str = ""
    for_compensation: bool = False
    triggered: bool = False
    retries: str | None = None
    listeners: tuple[Listener, ...] = ()
    #: Whether a job of its own comes before the step, and after it.
    async_before: bool = False
    async_after: bool = False
    #: The same for each item of a repeated activity.
    items_async_before: bool = False
    items_async_after: bool = False

    def formula(self, word: str) -> Formula | None:
        """Return the compiled text of that word, None when the node has none."""
        return self.formulas.get(word)
