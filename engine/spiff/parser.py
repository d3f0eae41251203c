"""Turns BPMN files into definitions on the library's parser, with our own node parser and specifications."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar, Final, NamedTuple

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from engine import xml
from engine.errors import ProblemsFound
from engine.findings import Problem
from engine.spiff import checks, references, specs, ways
from engine.spiff.data import DataNames, associations, settle_loops
from engine.spiff.definition import Definition, Parsed
from engine.spiff.events import References, read_event
from engine.spiff.facts import Facts, FlowFacts, Listener
from engine.spiff.lanes import give_work, lane_of, lanes_of
from engine.spiff.listeners import read_listeners
from engine.spiff.names import XmlNode, bpmn, children, flag, local
from engine.spiff.node import Node
from engine.spiff.normal import SCOPES, normalise, only_drawn, scopes
from engine.spiff.notes import Notes
from engine.spiff.outline import define
from engine.spiff.process import Process
from engine.spiff.reading import read_flow, read_node
from engine.spiff.support import NODES, check_event, check_extensions, check_flow, check_node
from engine.spiff.unhonoured import check_unhonoured

_SUFFIXES = (".bpmn", ".bpmn20.xml")
#: Files whose processes are kept: those of a pack are read again and again while somebody draws one of them.
_KEPT: Final = 64


def parse(files: Mapping[str, bytes], stored: bool = False) -> Parsed:
    """Parse all BPMN files among `files`; a file with errors gives problems, and drafts of its processes.

    Files that were `stored` once have passed the checks of their time. What is refused since then keeps nobody's case
    from going on: the processes of such a file run as they are drawn, where that can be done.
    """
    definitions: dict[str, Definition] = {}
    problems: list[Problem] = []
    drafts: list[Definition] = []
    failed: set[str] = set()
    unreadable: list[str] = []
    for name, data in sorted(files.items()):
        if not name.endswith(_SUFFIXES):
            continue
        read = _read_file(name, data, stored)
        notes = Notes(name, list(read.problems))
        if read.definitions is None:
            unreadable.append(name)
        _add(read.definitions or (), definitions, notes)
        if notes.failed:
            failed.add(name)
            drafts += read.definitions or ()
        problems += notes.problems
    runnable = [found for found in definitions.values() if found.file not in failed or (stored and found.scopes)]
    return Parsed(runnable, problems, drafts, unreadable)


def _add(found: Iterable[Definition], definitions: dict[str, Definition], notes: Notes) -> None:
    """Take the processes of a file in, the first of each name."""
    for definition in found:
        other = definitions.setdefault(definition.id, definition)
        if other is not definition:
            notes.note(definition.id, "process_defined_twice", id=definition.id, other=other.file)


class _Read(NamedTuple):
    """The processes of one file, None when nothing can be said about what it holds; and everything found in it."""

    definitions: tuple[Definition, ...] | None
    problems: tuple[Problem, ...]


@lru_cache(_KEPT)
def _read_file(name: str, data: bytes, stored: bool) -> _Read:
    notes = Notes(name)
    definitions = _parse_file(data, notes, stored)
    return _Read(None if definitions is None else tuple(definitions), tuple(notes.problems))


def _parse_file(data: bytes, notes: Notes, stored: bool) -> list[Definition] | None:
    """Return the processes of a file; None when nothing can be said about what it holds."""
    try:
        root = xml.parse(data, notes.file).getroot()
    except ProblemsFound as found:
        notes.problems += found.problems
        return None
    if root.tag != bpmn("definitions"):
        notes.note("", "no_bpmn")
        return None
    parser = Parser(notes, stored)
    try:
        parser.add_bpmn_xml(root, notes.file)
        return parser.definitions()
    except ValidationException as error:
        notes.note(getattr(error, "id", ""), "element_invalid", reason=error)
        return None


class NodeParser(TaskParser):  # type: ignore[misc]  # the library has no types
    """Creates the specification of one flow node; connecting is done by the scope, without recursion."""

    def create_task(self) -> Node:
        """Return a new specification from the facts of the node."""
        parser = self.process_parser.parser
        facts: Facts = parser.facts[self.bpmn_id]
        if local(self.node) in SCOPES:
            parser.create_parser(self.node, self.filename)
        node: Node = specs.build(self.spec_class, self.spec, facts)
        return node


class ScopeParser(ProcessParser):  # type: ignore[misc]
    """Creates all nodes of a process or sub-process first and connects them by its sequence flows afterwards."""

    def create_spec(self) -> Process:
        """Return the empty specification of the scope."""
        return Process(self.bpmn_id, self.get_name(), self.filename)

    def add_tasks(self) -> None:
        """Fill the specification."""
        for node in children(self.node, *NODES):
            _, spec_class = self.parser._get_parser_class(node.tag)
            NodeParser(self, spec_class, node, self.nsmap, lane=self.lane).create_task()
        flows = [self.parser.flows[flow.get("id")] for flow in children(self.node, "sequenceFlow")]
        self.spec.connect(flows)


class Parser(BpmnParser):  # type: ignore[misc]
    """Parses one file: the library reads its tables and processes, we read the nodes."""

    PARSER_CLASSES: ClassVar = {bpmn(name): (NodeParser, spec) for name, spec in specs.BY_KIND.items()}
    PROCESS_PARSER_CLASS = ScopeParser

    def __init__(self, notes: Notes, stored: bool = False) -> None:
        super().__init__()
        self.notes = notes
        self.stored = stored
        self.facts: dict[str, Facts] = {}
        self.flows: dict[str, FlowFacts] = {}
        self._listeners: dict[str, tuple[Listener, ...]] = {}

    def add_bpmn_xml(self, bpmn: XmlNode, filename: str | None = None) -> None:
        """Normalise and check the tree, then take it in; problems go to the notes."""
        normalise(bpmn)
        self.notes.drawn = only_drawn(bpmn)
        checks.check_declarations(bpmn, self.notes)
        super().add_bpmn_xml(bpmn, filename)
        checks.check_tree(bpmn, self.notes)
        references.check_references(bpmn, self.notes)
        check_unhonoured(bpmn, self.notes)
        self._data = DataNames(bpmn)
        settle_loops(bpmn, self._data)
        give_work(bpmn)
        lanes = lanes_of(bpmn)
        declared = References(self.messages, self.signals, self.errors, self.escalations)
        for scope in list(scopes(bpmn)):
            self._read_scope(scope, declared, lanes)
        here: dict[str, dict[str, Facts]] = {}
        for facts in self.facts.values():
            here.setdefault(facts.scope, {})[facts.id] = facts
        for scope in list(scopes(bpmn)):
            self._check_scope(scope, here)

    def _check_scope(self, scope: XmlNode, here: Mapping[str, Mapping[str, Facts]]) -> None:
        own = here.get(scope.get("id", ""), {})
        around = scope.getparent()
        beside = here.get(around.get("id", ""), {}) if around is not None and flag(scope, "triggeredByEvent") else {}
        checks.check_scope(scope, own, self.flows, self.notes)
        references.check_undoing(own, beside, self.notes)
        flows = [self.flows[flow.get("id", "")] for flow in children(scope, "sequenceFlow")]
        subs = (item for item in children(scope, "subProcess") if flag(item, "triggeredByEvent"))
        starts = (self.facts.get(references.trigger(item)) for item in subs)
        outer = here.get(around.get("id", ""), {}) if around is not None else {}
        if all(flow.source in own and flow.target in own for flow in flows):
            # Where part of a scope cannot be read, nobody can say what its ways reach.
            ways.check_ways(own, flows, ways.can_be_ended(scope.get("id", ""), outer), self.notes)
        references.check_rivals(own, [start for start in starts if start is not None], flows, self.notes)

    def create_parser(self, node: XmlNode, filename: str | None = None, lane: str | None = None) -> None:
        """Take in a process or sub-process; a second one of the same id is a problem that the checks tell."""
        if node.get("id") not in self.process_parsers:
            super().create_parser(node, filename, lane)

    def _add_correlations(self, bpmn: XmlNode) -> None:
        """Messages are correlated by the property `correlationKey`; correlation properties are drawing."""

    def _add_data_stores(self, bpmn: XmlNode) -> None:
        """Data stores are drawings here; the library would ask for a Python class."""

    def _add_diagram_indexes(self, bpmn: XmlNode) -> None:
        """Positions are drawing and not read; lanes are read by us."""
        self.document_lanes[self._document_key(bpmn)] = {}

    def _read_scope(self, scope: XmlNode, declared: References, lanes: Mapping[str, XmlNode]) -> None:
        handlers = checks.handlers(scope, self.notes)
        kinds = {node.get("id", ""): local(node) for node in children(scope, *NODES)}
        for flow in children(scope, "sequenceFlow"):
            facts = read_flow(flow, self.notes)
            self.flows[facts.id] = facts
            check_flow(flow, kinds.get(flow.get("sourceRef", ""), ""), self.notes)
        if local(scope) == "process":
            check_extensions(scope, self.notes)
            self._listeners[scope.get("id", "")] = read_listeners(scope, self.notes)
        for node in children(scope, *NODES):
            identity = node.get("id", "")
            event = read_event(node, declared, self.notes)
            lane = lane_of(node, lanes)
            name = lane.get("name", "") if lane is not None else ""
            common: dict[str, Any] = read_node(node, scope.get("id", ""), name, self.notes)
            self._associate(node, common)
            self.facts[identity] = Facts(**common, event=event, handler=handlers.get(identity, ""))
            check_event(node, event, checks.place_of(node), self.notes)
            check_node(node, event, self.notes)

    def _associate(self, node: XmlNode, common: dict[str, Any]) -> None:
        inputs, outputs = associations(node, self._data, self.notes)
        common["inputs"] += inputs
        common["outputs"] += outputs

    def definitions(self) -> list[Definition]:
        """Return all executable processes of the file; they can be run only if nothing was refused."""
        nodes = [self.process_parsers[identity].node for identity in self.get_process_ids()]
        found = [self._definition(node) for node in nodes if local(node) == "process"]
        if not found:
            self.notes.note("", "no_executable_process")
        return found

    def _definition(self, node: XmlNode) -> Definition:
        inside = {scope.get("id", "") for scope in scopes(node)}
        facts = [item for item in self.facts.values() if item.scope in inside]
        own = {flow.get("id", "") for flow in node.iter(bpmn("sequenceFlow"))}
        flows = [self.flows[id] for id in self.flows if id in own]
        built = self._built(node) if not self.notes.failed else self._rebuilt(node, flows) if self.stored else {}
        return define(node, self.notes.file, facts, flows, built)

    def _rebuilt(self, node: XmlNode, flows: Sequence[FlowFacts]) -> dict[str, Process]:
        """Return what `_built` does for a file that is refused today; nothing if a part of it cannot be run at all."""
        if not all({flow.source, flow.target} <= self.facts.keys() for flow in flows):
            return {}
        try:
            return self._built(node)
        except (LookupError, StopIteration, AttributeError, ValidationException):
            # Checks that found something have said why the parts do not fit together.
            return {}

    def _built(self, node: XmlNode) -> dict[str, Process]:
        """Return the specifications of a process and of all its sub-processes, by their ids."""
        built: dict[str, Process] = {node.get("id", ""): self.get_spec(node.get("id"))}
        for scope in scopes(node):
            built[scope.get("id", "")] = self.get_spec(scope.get("id"))
        for item in scopes(node):
            process = built[item.get("id", "")]
            process.outermost = item is node
            process.data = self._data.declared(item)
            process.listeners = self._listeners[node.get("id", "")] if item is node else ()
            process.settle(built)
        return built
