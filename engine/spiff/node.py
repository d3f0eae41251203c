"""The common life of every flow node: enter, wait or run, leave along the flows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin

from engine.spiff import listeners
from engine.spiff.effects import Entered, JobClosed, JobOpened, Left, Reason
from engine.spiff.errors import NoFlowTaken
from engine.spiff.facts import Facts, Listener
from engine.spiff.formula import Formula

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.token import Token


#: Topic of the job of a held token: it does nothing but let the token go on, in a transaction of its own.
CONTINUE = "engine.continue"


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow between two specifications."""

    id: str
    source: Node
    target: Node
    condition: Formula | None
    default: bool
    listeners: tuple[Listener, ...] = ()


class Node(BpmnSpecMixin):  # type: ignore[misc]  # the library has no types
    """Specification of one flow node; shared by all instances and holding none of their state."""

    #: Whether the node opens a history entry when a token comes.
    visible = True
    #: Whether somebody outside finishes the step (a person or a worker).
    external = False

    def __init__(self, process: Process, facts: Facts, name: str = "") -> None:
        super().__init__(
            process, name or facts.id, bpmn_name=facts.name, lane=facts.lane, documentation=facts.documentation
        )
        self.process = process
        self.facts = facts
        self.element = facts.id
        self.async_before, self.async_after = facts.async_before, facts.async_after
        self.flows: list[Flow] = []
        self.incoming: list[Flow] = []
        #: Boundary events that wait while a token is here.
        self.boundaries: list[Any] = []
        #: The handler that undoes this activity, if it has one.
        self.undo: Node | None = None

    def _predict(self, my_task: Token, seen: object = None, looked_ahead: int = 0, mask: int = 0) -> None:
        """Nothing is predicted."""

    def test(self) -> None:
        """Checked once when the file is parsed."""

    def _update(self, my_task: Token) -> None:
        if self.async_before:
            self.hold(my_task, "before")
        else:
            self.let_in(my_task)

    def let_in(self, token: Token) -> None:
        """Begin the step with a token that has come."""
        if self._update_hook(token):
            token._ready()

    def hold(self, token: Token, where: str) -> None:
        """Let a token wait for a job of its own, so that what follows is another transaction."""
        token.held = where
        top = token.workflow.top_workflow
        number = int(top.new_id(), 36)
        top.emit(JobOpened(token.id, self.element, CONTINUE, {}, self.facts.retries, number))

    def release(self, token: Token) -> None:
        """The job of a held token is done: go on where it waited."""
        where, token.held = token.held, ""
        token.workflow.top_workflow.emit(JobClosed(token.id, "completed"))
        if where == "before":
            self.let_in(token)
        else:
            self.pass_on(token)

    def leave(self, token: Token, flows: list[Flow]) -> None:
        """Remove a token that is done and send others along the flows."""
        area = token.workflow
        token.remove()
        for flow in flows:
            if flow.listeners:
                listeners.tell(flow.listeners, "take", area.task_tree, flow.id)
            area.take(flow)

    def _update_hook(self, my_task: Token) -> bool:
        """Let a token in; return whether it may run at once."""
        self.enter(my_task)
        return True

    def enter(self, token: Token) -> None:
        """Note the arrival, map the inputs and arm the boundary events."""
        workflow = token.workflow
        top = workflow.top_workflow
        if self.visible:
            top.emit(Entered(self.element, workflow.process_id, token.id, workflow.parents))
        if self.facts.inputs or self.facts.outputs:
            self._map_inputs(token)
        for boundary in self.boundaries:
            boundary.arm(token)
        if self.facts.listeners:
            listeners.tell(self.facts.listeners, "start", token, self.element)

    def _map_inputs(self, token: Token) -> None:
        top = token.workflow.top_workflow
        values = {item.name: top.value(item.formula, token, f"input {item.name}") for item in self.facts.inputs}
        token.scope = top.scopes.open(token.id, token.scope, values)

    def _run_hook(self, my_task: Token) -> bool | None:
        return True

    def _on_complete(self, my_task: Token) -> None:
        workflow = my_task.workflow
        for child in my_task.children:
            child.cancel()
        if self.facts.listeners:
            listeners.tell(self.facts.listeners, "end", my_task, self.element)
        if self.facts.outputs:
            self._map_outputs(my_task)
        if self.undo is not None:
            workflow.record(self, "" if my_task.on_root else my_task.scope)
        if self.visible:
            self.note_left(my_task, "completed")
        if self.async_after or workflow.top_workflow.halting:
            self.hold(my_task, "after")
        else:
            self.pass_on(my_task)

    def pass_on(self, token: Token) -> None:
        """Let a token that is done go: to the activity it was started by, else along the flows."""
        if token.on_root:
            self.leave(token, self.choose(token))
            return
        parent = token.parent
        token.remove()
        parent.task_spec.child_done(parent, token)

    def _map_outputs(self, token: Token) -> None:
        top = token.workflow.top_workflow
        outer = top.scopes.table[token.scope].parent or token.scope
        for item in self.facts.outputs:
            top.scopes.write(outer, {item.name: top.value(item.formula, token, f"output {item.name}")})

    def choose(self, token: Token) -> list[Flow]:
        """Return the flows to take: all without conditions, else the true ones, else the default."""
        conditional = [flow for flow in self.flows if flow.condition is not None]
        if not conditional:
            return [flow for flow in self.flows if not flow.default] or self.flows
        chosen = [flow for flow in self.flows if not flow.default and self.holds(flow, token)]
        return chosen or self.default_flow()

    def holds(self, flow: Flow, token: Token) -> bool:
        """Say whether a flow may be taken now; one without condition always may."""
        if flow.condition is None:
            return True
        workflow = token.workflow
        return workflow.top_workflow.holds(flow.condition, workflow.scope, flow.id)

    def default_flow(self) -> list[Flow]:
        """Return the default flow; raise `NoFlowTaken` when there is none."""
        found = [flow for flow in self.flows if flow.default]
        if not found:
            raise NoFlowTaken(self.element)
        return found

    def note_left(self, token: Token, reason: Reason) -> None:
        """Close the history entry of a token."""
        workflow = token.workflow
        workflow.top_workflow.emit(Left(self.element, workflow.process_id, token.id, reason, workflow.parents))

    def _on_cancel(self, my_task: Token) -> None:
        if self.visible:
            self.note_left(my_task, "cancelled")

    def child_done(self, token: Token, child: Token) -> None:
        """Hear that a token started below this one has finished."""
        raise NotImplementedError(f"{self.element} starts nothing below itself")


class Root(Node):
    """The root of a scope; all tokens that follow flows hang under it."""

    visible = False

    def __init__(self, process: Process) -> None:
        super().__init__(process, Facts("#root", "", "root", process.name))


class Pass(Node):
    """A node that does nothing but go on: start events, plain and manual tasks, link events, merging gateways."""
