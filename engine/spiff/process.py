"""The specification of one process or sub-process: its nodes, connected by its sequence flows."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

from engine.spiff.catching import Boundary, EventSub
from engine.spiff.facts import FlowFacts, Listener
from engine.spiff.formula import Formula
from engine.spiff.nested import Call, Nested
from engine.spiff.node import Flow, Node, Root
from engine.spiff.repeat import Multi


class Process(BpmnProcessSpec):  # type: ignore[misc]  # the library has no types
    """A workflow specification of the library without its start and end machinery."""

    def __init__(self, name: str, description: str, filename: str | None) -> None:
        WorkflowSpec.__init__(self, name=name, filename=filename)
        self.description = description
        self.svg = None
        self.io_specification = None
        self.data_objects: dict[str, object] = {}
        self.data_stores: dict[str, object] = {}
        self.correlation_keys: dict[str, object] = {}
        self.bpmn_start_events: list[object] = []
        self.start = self.root = Root(self)
        #: Nodes where the scope begins by itself.
        self.starts: list[Node] = []
        #: Event sub-processes that wait from the beginning of the scope.
        self.event_subs: list[EventSub] = []
        #: The event sub-process that undoes this sub-process once it is completed.
        self.undoing: EventSub | None = None
        #: Variables that begin with the scope, and their first values.
        self.data: Mapping[str, Formula | None] = {}
        #: Whether this is a whole process and no sub-process.
        self.outermost = True
        self.listeners: tuple[Listener, ...] = ()
        self._reach: dict[str, dict[str, frozenset[str]]] = {}

    @property
    def nodes(self) -> Iterable[Node]:
        """All flow nodes of this scope."""
        return (node for node in self.task_specs.values() if node is not self.root)

    def connect(self, flows: Iterable[FlowFacts]) -> None:
        """Connect the nodes; flows that lead nowhere were refused before."""
        for facts in flows:
            source, target = self.task_specs.get(facts.source), self.task_specs.get(facts.target)
            if source is None or target is None:
                continue
            default = source.facts.default == facts.id
            flow = Flow(facts.id, source, target, facts.condition, default, facts.listeners)
            source.flows.append(flow)
            target.incoming.append(flow)
            source.connect(target)

    def settle(self, scopes: Mapping[str, Process]) -> None:
        """Finish the nodes once all scopes of the file exist: attachments, starts, bodies of sub-processes."""
        for node in list(self.nodes):
            if isinstance(node, Boundary):
                self._attach(node)
            elif isinstance(node, Nested) and not isinstance(node, Call):
                node.inside = scopes[node.element]
            if isinstance(node, EventSub):
                node.trigger = next(item.facts for item in node.inside.nodes if item.facts.kind == "startEvent")
                if node.trigger.event.kind == "compensate":
                    self.undoing = node
                else:
                    self.event_subs.append(node)
        self.starts = self._starts()

    def first_values(self) -> dict[str, object]:
        """Return the variables of the data objects of the scope; those of a process begin only with a given value."""
        return {
            name: value.value({}) if value is not None else None
            for name, value in self.data.items()
            if value is not None or not self.outermost
        }

    def _attach(self, boundary: Boundary) -> None:
        host: Node | None = self.task_specs.get(boundary.facts.attached_to)
        if host is None:
            return
        if boundary.facts.event.kind == "compensate":
            activity = host.inner if isinstance(host, Multi) else host
            activity.undo = self.task_specs.get(boundary.facts.handler)
        else:
            host.boundaries.append(boundary)

    def _starts(self) -> list[Node]:
        events = [node for node in self.nodes if node.facts.kind == "startEvent"]
        if events:
            return [node for node in events if node.facts.event.kind == "none"]
        return [node for node in self.nodes if not node.incoming and self._begins(node)]

    def _begins(self, node: Node) -> bool:
        passive = isinstance(node, Boundary | EventSub) or node.facts.for_compensation
        return not passive and not node.name.endswith("#item") and not _instantiates(node)

    def reaching(self, join: Node) -> Mapping[str, frozenset[str]]:
        """Return, for each flow into a join, the nodes from which a token can come over it without passing the join."""
        if join.name not in self._reach:
            self._reach[join.name] = {flow.id: self._sources(flow, join) for flow in join.incoming}
        return self._reach[join.name]

    def _sources(self, flow: Flow, join: Node) -> frozenset[str]:
        found: set[str] = set()
        queue = deque([flow.source])
        while queue:
            node = queue.popleft()
            if node is join or node.name in found:
                continue
            found.add(node.name)
            queue.extend(item.source for item in node.incoming)
            if isinstance(node, Boundary):
                queue.append(self.task_specs[node.facts.attached_to])
        return frozenset(found)


def _instantiates(node: Node) -> bool:
    return node.facts.attributes.get("instantiate") == "true"
