"""The read-only picture of a process that the rest of the engine sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from engine.findings import Problem
from engine.spiff import timers
from engine.spiff.facts import Event

if TYPE_CHECKING:
    from engine.spiff.process import Process


@dataclass(frozen=True, slots=True)
class Element:
    """One flow node of a process, nested ones included."""

    id: str
    name: str
    #: BPMN local name: userTask, serviceTask, exclusiveGateway, boundaryEvent …
    kind: str
    #: Id of the process or sub-process that directly contains it.
    scope: str
    #: `camunda:` attributes by their short names, and `calledElement`, `scriptFormat`, `message` of BPMN itself.
    attributes: Mapping[str, str]
    #: `camunda:property` values: stage, limit, clock …
    properties: Mapping[str, str]
    documentation: str
    form_ref: str | None
    form_binding: str | None
    lane: str
    #: Where each FEEL text stands and what it says.
    expressions: Sequence[tuple[str, str]]
    #: The variables that its FEEL reads, each with a text that does.
    reads: Sequence[tuple[str, str]] = ()
    #: The variables that it writes by itself, without those of its form and its handler.
    writes: frozenset[str] = frozenset()
    #: Ids of what can happen next; `ID end` stands for the end of the sub-process ID.
    next: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Definition:
    """One executable process of a file; shared by all its instances and by threads."""

    id: str
    name: str
    version_tag: str
    file: str
    elements: Mapping[str, Element]
    #: Start message name -> id of the start event (or receiving node) that it starts.
    start_messages: Mapping[str, str]
    #: The same for signals.
    start_signals: Mapping[str, str]
    #: Timer start events by their ids.
    start_timers: Mapping[str, Event]
    has_none_start: bool
    #: Names of all messages the process can receive while it runs.
    messages: frozenset[str]
    #: `camunda:property` values of the process itself: limit.
    properties: Mapping[str, str]
    #: Where the end of each sub-process leads, by `ID end`.
    ends: Mapping[str, frozenset[str]]
    #: Specifications by scope id: the process and each of its sub-processes.
    scopes: Mapping[str, Process] = field(repr=False)
    #: The deployment that it belongs to; empty where there is only one.
    deployment: str = ""

    def beside(self, process_id: str) -> str:
        """Name a process of the same deployment so that every host finds it: `id@deployment`."""
        return f"{process_id}@{self.deployment}" if self.deployment else process_id

    def first_start(self, element: str, now: datetime) -> timers.Cycle | None:
        """Return when a timer start event comes due, counted from now, None for never; `ValueError` for no time."""
        return timers.begin(self.start_timers[element], now)


def split(process_id: str) -> tuple[str, str]:
    """Return the plain id of a process and its deployment; that is empty for the one of the instance."""
    plain, _, deployment = process_id.partition("@")
    return plain, deployment


@dataclass(frozen=True)
class Parsed:
    """The processes of the files without errors, and everything found in all files."""

    definitions: list[Definition]
    problems: list[Problem]
    #: The processes of files with errors: to be judged further, never to be run.
    drafts: list[Definition] = field(default_factory=list)
    #: Files of which nobody can say which processes they hold.
    unreadable: list[str] = field(default_factory=list)
