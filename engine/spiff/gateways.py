"""Gateways: exclusive, parallel, inclusive, event-based."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.spiff.node import Flow, Node
from engine.spiff.token import WAITING, Token

if TYPE_CHECKING:
    from engine.spiff.area import Area


class Exclusive(Node):
    """Takes the first flow that holds, in file order; a flow without condition always holds."""

    def choose(self, token: Token) -> list[Flow]:
        """Return the one flow to take."""
        for flow in self.flows:
            if not flow.default and self.holds(flow, token):
                return [flow]
        return self.default_flow() if self.flows else []


class Join(Node):
    """A gateway where tokens may have to wait for one another; each remembers the flow it came by."""

    def _update_hook(self, my_task: Token) -> bool:
        self.enter(my_task)
        if len(self.incoming) < 2:
            return True
        my_task._set_state(WAITING)
        my_task.workflow.arrive(my_task)
        return self.arrived(my_task)

    def arrived(self, token: Token) -> bool:
        """Look at the join after an arrival; return whether that token may run now."""
        raise NotImplementedError

    def first_of_each(self, area: Area) -> dict[str, Token]:
        """Return the oldest waiting token of each flow; later ones count for the next round."""
        tokens = (waiting[0] for waiting in area.arrivals.get(self.name, {}).values())
        return {token.flow: token for token in sorted(tokens, key=lambda token: int(token.id, 36))}

    def merge(self, tokens: list[Token]) -> Token:
        """Make one of several waiting tokens and return it."""
        for token in tokens:
            token.workflow.depart(token)
        *others, last = tokens
        for other in others:
            self.note_left(other, "completed")
            other.remove()
        return last

    def _on_cancel(self, my_task: Token) -> None:
        my_task.workflow.depart(my_task)
        super()._on_cancel(my_task)


class Parallel(Join):
    """Waits for one token on each incoming flow, takes all outgoing ones; conditions do not count."""

    def arrived(self, token: Token) -> bool:
        """Run when every flow has brought a token."""
        if len(token.workflow.arrivals[self.name]) < len(self.incoming):
            return False
        found = self.first_of_each(token.workflow)
        self.merge([other for other in found.values() if other is not token] + [token])
        return True

    def choose(self, token: Token) -> list[Flow]:
        """Return all flows."""
        return self.flows


class Inclusive(Join):
    """Takes every flow that holds; as a join waits until no other token can still come.

    That is looked at only when the instance is quiet: on arrival the siblings have not moved yet. A token that can
    reach a flow without a token holds the join back, unless it can also reach one that has a token (BPMN 2.0.2, on
    inclusive gateways): else a token behind the join would wait for the join in a loop, and the join for it.
    """

    def arrived(self, token: Token) -> bool:
        """Wait until the instance is quiet."""
        token.workflow.top_workflow.joining[token.workflow] = None
        return False

    def try_join(self, area: Area) -> bool:
        """Go on if no token of the scope holds the join back."""
        found = self.first_of_each(area)
        empty: set[str] = set()
        filled: set[str] = set()
        for id, nodes in area.spec.reaching(self).items():
            (filled if id in found else empty).update(nodes)
        busy = area.busy()
        # Each look goes through all tokens of the scope, which costs about as much as four items of a list.
        area.top_workflow.weigh(4 * len(busy), self.element)
        for token in busy:
            name = token.task_spec.name
            if token.held if token.task_spec is self else name in empty and name not in filled:
                return False
        self.merge(list(found.values()))._ready()
        return True


class EventGate(Node):
    """Arms the events behind it as one group; the first that comes ends the others."""

    def _on_complete(self, my_task: Token) -> None:
        area = my_task.workflow
        self.note_left(my_task, "completed")
        my_task.remove()
        for flow in self.flows:
            token = area.spawn(flow.target)
            token.flow = flow.id
            token.internal_data["group"] = my_task.id
            flow.target._update(token)
