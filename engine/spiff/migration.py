"""Carries a running instance over to another version of its processes.

Works on the saved form: element names are mapped, then the instance is built on the new definitions, and what waits is
brought in line with them: new boundary events and event sub-processes are armed, removed ones are dropped, kept timers
keep their due time. What has no place in the new version is told before anything is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from engine.errors import EngineError
from engine.findings import Problem
from engine.spiff import state, waits
from engine.spiff.area import Area
from engine.spiff.catching import Boundary, Catch, EventSub, event_node, is_waiting
from engine.spiff.definition import Definition
from engine.spiff.effects import Moved, TimerDisarmed, WaitClosed
from engine.spiff.errors import CannotMigrate
from engine.spiff.facts import Event
from engine.spiff.gateways import Join
from engine.spiff.host import Host
from engine.spiff.node import Node
from engine.spiff.notes import FINDINGS, word
from engine.spiff.token import WAITING

if TYPE_CHECKING:
    from engine.spiff.instance import Instance
    from engine.spiff.process import Process

Kind = TypeVar("Kind", bound="Instance")

#: Process id -> {old element id: new element id}; what is not named keeps its id.
Renames = Mapping[str, Mapping[str, str]]
Processes = Callable[[str], Definition]

_ITEM = "#item"
_CLOSED: Mapping[str, Callable[[str], WaitClosed | TimerDisarmed]] = {
    "message": WaitClosed,
    "signal": WaitClosed,
    "timer": TimerDisarmed,
}


def migrate(kind: type[Kind], saved: bytes, before: Processes, host: Host, renames: Renames) -> Kind:
    """Return the instance on the processes of `host`, with the effects of the change.

    `before` gives the processes it ran on. Raises `CannotMigrate` with every obstacle.
    """
    plan = Plan(saved, before, host, renames)
    if plan.problems:
        raise CannotMigrate(plan.problems)
    instance = state.build(kind, plan.document, host)
    for id, element in plan.moved.items():
        instance.emit(Moved(id, element, instance.index[id].task_spec.facts.name))
    for id, node in plan.dropped.items():
        closed = _CLOSED.get(_event(node).kind)
        if closed is not None:
            instance.emit(closed(id))
    for area in [instance, *instance.subprocesses.values()]:
        if area.task_tree.id in plan.scopes:
            _bring_in_line(area, plan)
        instance.touched[area] = None
    instance.advance()
    return instance


class Plan:
    """The saved document rewritten for the new version, and what stands against it."""

    def __init__(self, saved: bytes, before: Processes, host: Host, renames: Renames) -> None:
        self.document = state.load(saved)
        self.renames = renames
        self.problems: list[Problem] = []
        #: Token id -> the node on which it stood.
        self.stood: dict[str, Node] = {}
        #: Waiting tokens that the new version does not know, likewise.
        self.dropped: dict[str, Node] = {}
        #: Token id -> its new element, where that has another id.
        self.moved: dict[str, str] = {}
        #: Root token id -> the scope it was the root of.
        self.scopes: dict[str, Process] = {}
        for area in self.document["a"]:
            if "@" in area[1]:
                # A call bound to a version of its own stays with it.
                continue
            try:
                _AreaPlan(self, before(area[1]), host.process(area[1])).rewrite(area)
            except EngineError as error:
                self.problems.append(Problem("", area[1], str(error), "Deploy the process too, or end the call first."))

    def renamed(self, process: str, name: str) -> str:
        """Return the new name of a node; items of a multi-instance follow their activity."""
        base = name.removesuffix(_ITEM)
        return self.renames.get(process, {}).get(base, base) + name[len(base) :]


class _AreaPlan:
    """One open scope on its way from the old definition to the new one."""

    def __init__(self, plan: Plan, old: Definition, new: Definition) -> None:
        self.plan = plan
        self.old = old
        self.new = new

    def rewrite(self, area: list[Any]) -> None:
        """Rewrite the saved form of the area in place."""
        old = self.old.scopes[area[2]]
        self.plan.scopes[area[4]] = old
        area[2] = self._name(area[2])
        new = self.new.scopes.get(area[2])
        if new is None:
            self._refuse(old.name, "migration_scope_gone")
            return
        area[5] = [token for token in area[5] if self._token(token, old, new)]
        for record in area[6]:
            self._record(record, new)

    def _name(self, name: str) -> str:
        return self.plan.renamed(self.old.id, name)

    def _token(self, token: list[Any], old: Process, new: Process) -> bool:
        """Rewrite a token; return False when it is to be left out."""
        node: Node = old.task_specs[token[1]]
        found: Node | None = new.task_specs.get(self._name(node.name))
        self.plan.stood[token[0]] = node
        if token[3] == WAITING and isinstance(node, Boundary | EventSub) and not self._still_waits(node, found):
            self.plan.dropped[token[0]] = node
            return False
        reason = _misfit(node, found)
        if reason or found is None:
            kinds = [_event(one).kind for one in (node, found) if one is not None]
            self._refuse(node.element, reason, kind=word(kinds[0]), other=word(kinds[-1]))
            return True
        if found.element != node.element:
            self.plan.moved[token[0]] = found.element
        token[1] = found.name
        if token[3] == WAITING and isinstance(node, Join):
            token[5] = self._flow(token[5], node, found)
        return True

    def _still_waits(self, node: Node, found: Node | None) -> bool:
        if found is None or type(node) is not type(found) or _event(node).kind != _event(found).kind:
            return False
        return found.facts.attached_to == self._name(node.facts.attached_to)

    def _flow(self, id: str, node: Node, found: Node) -> str:
        """Return the flow into a join that takes the place of the one by which a token came."""
        source = next((self._name(flow.source.name) for flow in node.incoming if flow.id == id), "")
        for flow in found.incoming:
            if flow.id == self._name(id) or flow.source.name == source:
                return flow.id
        self._refuse(node.element, "migration_flow_gone", id=id)
        return id

    def _record(self, record: list[Any], new: Process | None) -> None:
        record[0], record[1] = self._name(record[0]), self._name(record[1])
        if new is not None and (record[1] or record[0]) not in new.task_specs:
            self._refuse(record[0], "migration_undoing_gone")
        for nested in record[3]:
            self._record(nested, self.new.scopes.get(record[0].removesuffix(_ITEM)))

    def _refuse(self, element: str, code: str, /, **values: object) -> None:
        self.plan.problems.append(FINDINGS.problem(self.new.file, element, code, **values))


def _event(node: Node) -> Event:
    return node.trigger.event if isinstance(node, EventSub) else node.facts.event


def _misfit(node: Node, found: Node | None) -> str:
    """Return the finding that says why a token cannot stand on the new node, empty when it can."""
    if found is None:
        return "migration_element_gone"
    if type(node) is not type(found):
        return "migration_kind_changed"
    if isinstance(node, Catch) and _event(node).kind != _event(found).kind:
        return "migration_event_changed"
    return ""


def _bring_in_line(area: Area, plan: Plan) -> None:
    for token in list(area.tasks.values()):
        if token is area.task_tree or token.id not in plan.stood:
            continue
        old = plan.stood[token.id]
        if is_waiting(token) and _event(old) != event_node(token).event:
            _wait_for_new_name(token, old)
        known = {plan.renamed(area.process_id, boundary.name) for boundary in old.boundaries}
        for boundary in token.task_spec.boundaries:
            if boundary.name not in known and not token.held:
                boundary.arm(token)
    known = {plan.renamed(area.process_id, node.name) for node in plan.scopes[area.task_tree.id].event_subs}
    for node in area.spec.event_subs:
        if node.name not in known and not area.completed:
            node.arm(area.task_tree)


def _wait_for_new_name(token: Any, old: Node) -> None:
    """Let a kept wait be known by its new message; timers keep their due time."""
    event = event_node(token).event
    if event.kind in ("message", "signal"):
        waits.disarm(token, _event(old))
        waits.arm(token, event)
