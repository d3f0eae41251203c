"""What still lies before an instance: the longest way from its tokens to the end, for predictions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.feel import FeelError
from engine.spiff.nested import Call, Nested
from engine.spiff.node import Flow, Node

if TYPE_CHECKING:
    from engine.spiff.area import Area
    from engine.spiff.definition import Definition, Element
    from engine.spiff.instance import Instance
    from engine.spiff.process import Process

#: Weight of an activity, in any unit; zero for what does not count.
Weigh = Callable[["Element"], Decimal]
Way = tuple[Decimal, tuple["Element", ...]]
_NOWHERE: Way = (Decimal(0), ())
#: What a form answers is not known before it is filled, whatever an earlier form of the same name said.
_UNDECIDED = frozenset({"outcome"})


def steps_ahead(instance: Instance, weigh: Weigh) -> tuple[Element, ...]:
    """Return the activities on the heaviest way from where the instance stands to its end, in order.

    Conditions that today's variables decide are followed; where a form will decide, the heaviest way is taken
    that leads on: neither back to a passed node nor into an error end. Parallel branches count once, by the heaviest.
    """
    return _Walk(instance, weigh).standing(instance)[1]


class _Walk:
    def __init__(self, instance: Instance, weigh: Weigh) -> None:
        self._instance = instance
        self._weigh = weigh
        self._context = {**instance.variables, **instance.host.functions(instance)}
        #: The way from a node, the node included; None while it is being looked for and when it leads nowhere.
        self._ways: dict[Node, Way | None] = {}

    def standing(self, area: Area) -> Way:
        """The way from the tokens of an area to its end."""
        return _heaviest(self._from_token(area, token.id) for token in area.busy())

    def _from_token(self, area: Area, id: str) -> Way:
        node = area.tasks[id].task_spec
        inner = self._instance.subprocesses.get(id)
        if inner is None:
            return self._from(node, area.definition) or _NOWHERE
        return _joined(self.standing(inner), self._onward(node, area.definition) or _NOWHERE)

    def _from(self, node: Node, definition: Definition) -> Way | None:
        if node not in self._ways:
            self._ways[node] = None
            onward = self._onward(node, definition)
            if onward is not None:
                self._ways[node] = _joined(self._inside(node, definition), onward)
        return self._ways[node]

    def _onward(self, node: Node, definition: Definition) -> Way | None:
        """The way behind a node; None when it only leads back or into an error."""
        if not node.flows:
            return None if _is_error_end(node) else _NOWHERE
        ways = [self._from(flow.target, definition) for flow in self._open(node)]
        forward = [way for way in ways if way is not None]
        return _heaviest(forward) if forward else None

    def _inside(self, node: Node, definition: Definition) -> Way:
        """The node itself, or for a sub-process and a call activity what lies in it."""
        if isinstance(node, Call):
            return self._called(node)
        if isinstance(node, Nested):
            return self._scope(node.inside, definition)
        element = definition.elements.get(node.element)
        return (self._weigh(element), (element,)) if element is not None else _NOWHERE

    def _called(self, node: Call) -> Way:
        formula = node.facts.formula("calledElement")
        try:
            id = formula.value(self._context) if formula is not None else None
        except FeelError:
            return _NOWHERE
        if not isinstance(id, str):
            return _NOWHERE
        definition = self._instance.host.process(id)
        return self._scope(definition.scopes[definition.id], definition)

    def _scope(self, scope: Process, definition: Definition) -> Way:
        return _heaviest(self._from(start, definition) or _NOWHERE for start in scope.starts)

    def _open(self, node: Node) -> list[Flow]:
        """The flows that may be taken: the one that today's variables decide, else all."""
        if node.facts.kind != "exclusiveGateway":
            return list(node.flows)
        known = [flow for flow in node.flows if flow.condition is not None]
        if not all(self._decidable(flow) for flow in known):
            return list(node.flows)
        taken = [flow for flow in known if self._holds(flow)]
        return taken[:1] or [flow for flow in node.flows if flow.default]

    def _decidable(self, flow: Flow) -> bool:
        names = flow.condition.names if flow.condition is not None else frozenset()
        return not names & _UNDECIDED and names <= self._context.keys()

    def _holds(self, flow: Flow) -> bool:
        try:
            return flow.condition is None or flow.condition.value(self._context) is True
        except FeelError:
            return False


def _is_error_end(node: Node) -> bool:
    return node.facts.kind == "endEvent" and node.facts.event.kind in ("error", "cancel")


def _heaviest(ways: Iterable[Way]) -> Way:
    return max(ways, key=lambda way: way[0], default=_NOWHERE)


def _joined(first: Way, second: Way) -> Way:
    return first[0] + second[0], first[1] + second[1]
