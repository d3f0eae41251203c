"""What a whole instance and each open sub-process have in common: a root, its tokens, its joins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.spiff import listeners
from engine.spiff.catching import Catch, EventSub
from engine.spiff.node import Flow, Node
from engine.spiff.token import STARTED, WAITING, Token

if TYPE_CHECKING:
    from engine.spiff.definition import Definition
    from engine.spiff.instance import Instance
    from engine.spiff.process import Process


@dataclass(slots=True)
class Record:
    """A completed activity that can be undone: by its handler, or by undoing what a sub-process did."""

    activity: str
    handler: str
    scope: str
    nested: list[Record] = field(default_factory=list)


class Area:
    """A workflow container of ours; mixed into the instance and the sub-workflow of the library."""

    spec: Process
    task_tree: Token
    tasks: dict[str, Token]
    top_workflow: Instance
    definition: Definition
    completed: bool
    #: How many process calls lie around this area.
    calls: int

    def lay(self, definition: Definition, scope: str, parents: tuple[str, ...]) -> None:
        """Prepare the empty area."""
        self.definition = definition
        self.scope = scope
        #: Tokens of the enclosing activities, outermost first.
        self.parents = parents
        #: As `Host.process` takes it: the plain id, or `id@deployment` of a process from another one.
        self.process_id = definition.id
        if definition.deployment != self.top_workflow.definition.deployment:
            self.process_id = definition.beside(definition.id)
        #: Tokens that wait at a join, by its name and the flow by which they came, oldest first.
        self.arrivals: dict[str, dict[str, list[Token]]] = {}
        self.records: list[Record] = []

    def plant(self, id: str | None = None) -> None:
        """Make the root token."""
        self.task_tree = Token(self, self.spec.root, None, STARTED, id)

    def begin(self, nodes: Iterable[Node]) -> None:
        """Arm the event sub-processes and put a token on each of the given nodes."""
        listeners.tell(self.spec.listeners, "start", self.task_tree, self.spec.name)
        for waiting in self.spec.event_subs:
            waiting.arm(self.task_tree)
        for node in nodes:
            if self.top_workflow.halting and not isinstance(node, Catch):
                node.hold(self.spawn(node), "before")
            else:
                node._update(self.spawn(node))
        self.top_workflow.touched[self] = None

    def spawn(self, node: Node, parent: Token | None = None, scope: str | None = None) -> Token:
        """Make a token for a node, under the root if nothing else is said; the caller lets it in."""
        return Token(self, node, parent or self.task_tree, scope=scope)

    def arrive(self, token: Token) -> None:
        """Let a token wait at its join."""
        self.arrivals.setdefault(token.task_spec.name, {}).setdefault(token.flow, []).append(token)

    def depart(self, token: Token) -> None:
        """Take a token away from its join, if it waits there."""
        flows = self.arrivals.get(token.task_spec.name, {})
        waiting = flows.get(token.flow, [])
        if token in waiting:
            waiting.remove(token)
            if not waiting:
                del flows[token.flow]
            if not flows:
                del self.arrivals[token.task_spec.name]

    def take(self, flow: Flow) -> None:
        """Send a token along a flow."""
        token = Token(self, flow.target, self.task_tree)
        token.flow = flow.id
        flow.target._update(token)

    @property
    def idle(self) -> bool:
        """Whether nothing is left but event sub-processes that wait."""
        return all(is_waiter(token) for token in self.task_tree.children)

    def busy(self) -> list[Token]:
        """Return the tokens under the root that are no waiting event sub-processes."""
        return [token for token in self.task_tree.children if not is_waiter(token)]

    def clear(self, keep: Token | None = None) -> None:
        """Cancel everything under the root except one token."""
        for token in self.task_tree.children:
            if token is not keep:
                token.cancel()

    def record(self, node: Node, scope: str = "", nested: list[Record] | None = None) -> None:
        """Remember that an activity was completed, how to undo it, and which variables its undoing sees."""
        handler = node.undo.name if node.undo is not None else ""
        self.records.append(Record(node.name, handler, scope or self.scope, nested or []))


def is_waiter(token: Token) -> bool:
    """Say whether a token is an event sub-process that still waits for its event."""
    return token._state == WAITING and isinstance(token.task_spec, EventSub)
