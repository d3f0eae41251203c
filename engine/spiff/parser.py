"""Turns BPMN files into definitions on the library's parser, with our own node parser and specifications."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from engine import xml
from engine.errors import Problem, ProblemsFound
from engine.spiff import checks, specs
from engine.spiff.data import DataNames, associations, settle_loops
from engine.spiff.definition import Definition, Element, Parsed
from engine.spiff.events import References, read_event
from engine.spiff.facts import Facts, FlowFacts, Listener
from engine.spiff.lanes import give_work, lane_of, lanes_of
from engine.spiff.listeners import read_listeners
from engine.spiff.names import XmlNode, bpmn, children, extension, local
from engine.spiff.node import Node
from engine.spiff.normal import SCOPES, normalise, scopes
from engine.spiff.notes import Notes
from engine.spiff.process import Process
from engine.spiff.reading import read_flow, read_node
from engine.spiff.support import NODES, check_event, check_extensions, check_flow, check_node

_SUFFIXES = (".bpmn", ".bpmn20.xml")


def parse(files: Mapping[str, bytes]) -> Parsed:
    """Parse all BPMN files among `files`; a file with errors gives problems and no definition."""
    definitions: dict[str, Definition] = {}
    problems: list[Problem] = []
    for name, data in sorted(files.items()):
        if not name.endswith(_SUFFIXES):
            continue
        notes = Notes(name)
        for definition in _parse_file(data, notes):
            other = definitions.setdefault(definition.id, definition)
            if other is not definition:
                message = f"The process {definition.id!r} is also defined in {other.file}."
                notes.refuse(definition.id, message, "Rename or remove one of them.")
        problems += notes.problems
    return Parsed(list(definitions.values()), problems)


def _parse_file(data: bytes, notes: Notes) -> list[Definition]:
    try:
        root = xml.parse(data, notes.file).getroot()
    except ProblemsFound as found:
        notes.problems += found.problems
        return []
    if root.tag != bpmn("definitions"):
        notes.refuse("", "The file holds no BPMN definitions.", "Export it as BPMN 2.0.")
        return []
    parser = Parser(notes)
    try:
        parser.add_bpmn_xml(root, notes.file)
    except ValidationException as error:
        notes.refuse(getattr(error, "id", ""), f"{error}.", "Correct the element in the modeler.")
    return [] if notes.failed else parser.definitions()


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

    def __init__(self, notes: Notes) -> None:
        super().__init__()
        self.notes = notes
        self.facts: dict[str, Facts] = {}
        self.flows: dict[str, FlowFacts] = {}
        self._leaving: dict[str, list[FlowFacts]] = {}
        self._listeners: dict[str, tuple[Listener, ...]] = {}

    def add_bpmn_xml(self, bpmn: XmlNode, filename: str | None = None) -> None:
        """Normalise and check the tree, then take it in; problems go to the notes."""
        normalise(bpmn)
        super().add_bpmn_xml(bpmn, filename)
        checks.check_tree(bpmn, self.notes)
        self._data = DataNames(bpmn)
        settle_loops(bpmn, self._data)
        give_work(bpmn)
        lanes = lanes_of(bpmn)
        references = References(self.messages, self.signals, self.errors, self.escalations)
        for scope in list(scopes(bpmn)):
            self._read_scope(scope, references, lanes)
        here: dict[str, dict[str, Facts]] = {}
        for facts in self.facts.values():
            here.setdefault(facts.scope, {})[facts.id] = facts
        for scope in list(scopes(bpmn)):
            checks.check_scope(scope, here.get(scope.get("id", ""), {}), self.flows, self.notes)

    def _add_data_stores(self, bpmn: XmlNode) -> None:
        """Data stores are drawings here; the library would ask for a Python class."""

    def _add_diagram_indexes(self, bpmn: XmlNode) -> None:
        """Positions are drawing and not read; lanes are read by us."""
        self.document_lanes[self._document_key(bpmn)] = {}

    def _read_scope(self, scope: XmlNode, references: References, lanes: Mapping[str, XmlNode]) -> None:
        handlers = checks.handlers(scope)
        kinds = {node.get("id", ""): local(node) for node in children(scope, *NODES)}
        for flow in children(scope, "sequenceFlow"):
            facts = read_flow(flow, self.notes)
            self.flows[facts.id] = facts
            self._leaving.setdefault(facts.source, []).append(facts)
            check_flow(flow, kinds.get(flow.get("sourceRef", ""), ""), self.notes)
        if local(scope) == "process":
            check_extensions(scope, self.notes)
            self._listeners[scope.get("id", "")] = read_listeners(scope, self.notes)
        for node in children(scope, *NODES):
            identity = node.get("id", "")
            event = read_event(node, references, self.notes)
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
        """Build the specifications of all executable processes."""
        found = [self._definition(identity) for identity in self.get_process_ids() if self._is_process(identity)]
        if not found:
            self.notes.warn("", "The file holds no executable process.", "Mark the process as executable.")
        return found

    def _is_process(self, identity: str) -> bool:
        return local(self.process_parsers[identity].node) == "process"

    def _definition(self, identity: str) -> Definition:
        node: XmlNode = self.process_parsers[identity].node
        built = self._built(node)
        facts = [self.facts[item] for item in self.facts if self.facts[item].scope in built]
        top = built[identity]
        starts = _starts_by("message", facts, top)
        return Definition(
            id=identity,
            name=node.get("name") or identity,
            version_tag=extension(node, "versionTag") or "",
            file=self.notes.file,
            elements={item.id: _element(item, self._leaving.get(item.id, ())) for item in facts},
            start_messages=starts,
            start_signals=_starts_by("signal", facts, top),
            has_none_start=bool(top.starts),
            messages=frozenset(item.event.name for item in facts if _receives(item)),
            scopes=built,
        )

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


def _starts_by(kind: str, facts: Iterable[Facts], process: Process) -> dict[str, str]:
    """Return which events of a kind begin a process, and where."""
    here = (item for item in facts if item.scope == process.name and item.event.kind == kind)
    return {item.event.name: item.id for item in here if process.can_start_at(item.id)}


def _receives(facts: Facts) -> bool:
    throwing = facts.kind in ("endEvent", "intermediateThrowEvent", "sendTask")
    return facts.event.kind == "message" and not throwing


def _element(facts: Facts, flows: Iterable[FlowFacts]) -> Element:
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
    )


def _conditions(flows: Iterable[FlowFacts]) -> Iterator[tuple[str, str]]:
    for flow in flows:
        if flow.condition is not None:
            yield f"condition {flow.id}", flow.condition.source


def _expressions(facts: Facts) -> Iterator[tuple[str, str]]:
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
            yield where, text.source
