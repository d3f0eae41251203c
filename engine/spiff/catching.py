"""Nodes that wait for an event: catch events, receive tasks, boundary events, event sub-processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.spiff import waits
from engine.spiff.effects import Entered
from engine.spiff.facts import Facts
from engine.spiff.nested import Nested
from engine.spiff.node import Node
from engine.spiff.token import THROWER, WAITING, Token

if TYPE_CHECKING:
    from engine.spiff.area import Area


class Catch(Node):
    """An intermediate catch event or a receive task; behind an event-based gateway its siblings die when it fires."""

    def _update_hook(self, my_task: Token) -> bool:
        self.enter(my_task)
        my_task._set_state(WAITING)
        waits.arm(my_task, self.facts.event)
        return False

    def fire(self, token: Token) -> None:
        """The event came: go on."""
        for other in siblings(token):
            other.cancel()
        waits.disarm(token, self.facts.event)
        token._ready()

    def _on_cancel(self, my_task: Token) -> None:
        if my_task.last_state == WAITING:
            waits.disarm(my_task, self.facts.event)
        super()._on_cancel(my_task)


def siblings(token: Token) -> list[Token]:
    """Return the tokens that wait behind the same event-based gateway."""
    group = token.internal_data.get("group")
    around = token.workflow.task_tree.children if group is not None else []
    return [other for other in around if other is not token and other.internal_data.get("group") == group]


class Boundary(Node):
    """A boundary event: a waiter below its host, and a token of its own once it fired."""

    def arm(self, host: Token) -> None:
        """Begin to wait beside an activity."""
        token = Token(host.workflow, self, host, WAITING, scope=host.scope)
        waits.arm(token, self.facts.event, self.facts.interrupting)

    def fire(self, token: Token) -> None:
        """The event came: interrupt the host or leave it alone, and send a token along the flows."""
        workflow, host = token.workflow, token.parent
        if self.facts.interrupting:
            above = host.parent
            host.cancel()
            if above.id != workflow.task_tree.id:
                above.task_spec.child_done(above, host)
        elif self.facts.event.kind == "timer" and not waits.rearm(token, self.facts.event):
            token.cancel()
        passing = workflow.spawn(self)
        self._update(passing)

    def _on_cancel(self, my_task: Token) -> None:
        if my_task.on_root:
            super()._on_cancel(my_task)
        else:
            waits.disarm(my_task, self.facts.event)


class EventSub(Nested):
    """An event sub-process: a waiter under the root of its scope, and an ordinary sub-process once it fired."""

    visible = False
    trigger: Facts

    def arm(self, root: Token) -> None:
        """Begin to wait as long as the scope is open."""
        token = Token(root.workflow, self, root, WAITING)
        waits.arm(token, self.trigger.event, self.trigger.interrupting)

    def fire(self, token: Token) -> None:
        """The event came: end everything else of the scope if it interrupts, then run."""
        workflow = token.workflow
        if self.trigger.interrupting:
            workflow.clear()
        elif self.trigger.event.kind == "timer" and not waits.rearm(token, self.trigger.event):
            token.cancel()
        self.run(workflow)

    def run(self, workflow: Area) -> None:
        """Begin as an ordinary sub-process of a scope."""
        running = workflow.spawn(self)
        top = workflow.top_workflow
        top.emit(Entered(self.element, workflow.process_id, running.id, workflow.parents))
        self.enter(running)
        running._ready()

    def begins(self) -> list[Node]:
        """Begin behind the event that has fired."""
        return [self.inside.task_specs[self.trigger.id]]

    def child_done(self, token: Token, child: Token) -> None:
        """Hear that a handler has finished; the compensation event inside goes on after the last of its own."""
        thrower = child.internal_data.get(THROWER, "")
        found = token.workflow.top_workflow.index.get(thrower)
        if found is not None and all(other.internal_data.get(THROWER) != thrower for other in token.children):
            found.complete()

    def _on_complete(self, my_task: Token) -> None:
        self.note_left(my_task, "completed")
        super()._on_complete(my_task)

    def _on_cancel(self, my_task: Token) -> None:
        if my_task.last_state == WAITING:
            waits.disarm(my_task, self.trigger.event)
            return
        super()._on_cancel(my_task)
        self.note_left(my_task, "cancelled")


def event_node(token: Token) -> Facts:
    """Return the facts of the event that a waiting token waits for."""
    node = token.task_spec
    return node.trigger if isinstance(node, EventSub) else node.facts


def is_waiting(token: Token) -> bool:
    """Say whether a token waits for an event (and not at a join)."""
    return token._state == WAITING and isinstance(token.task_spec, Catch | Boundary | EventSub)
