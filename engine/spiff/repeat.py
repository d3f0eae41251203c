"""Activities that run several times: multi-instance, parallel or sequential, and the standard loop."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.spiff.errors import ExpressionFailed, TooManyItems
from engine.spiff.facts import Facts, Repetition
from engine.spiff.node import Node

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.token import Token

#: More items than this in one activity are a mistake in the data.
MOST_ITEMS = 1_000


class Multi(Node):
    """The body around the items; boundary events hang on it, the items run below it.

    Variables: `nrOfInstances`, `nrOfActiveInstances`, `nrOfCompletedInstances` in the body's scope,
    `loopCounter` (from 0) and the element variable in the item's.
    """

    visible = False

    def __init__(self, process: Process, facts: Facts, inner: Node) -> None:
        super().__init__(process, facts)
        self.inner = inner
        inner.async_before, inner.async_after = facts.items_async_before, facts.items_async_after
        assert facts.repetition is not None
        self.repetition: Repetition = facts.repetition

    def enter(self, token: Token) -> None:
        """Arm the boundary events, which see the counts; the mappings and listeners belong to each item."""
        token.scope = token.workflow.top_workflow.scopes.open(f"{token.id}+", token.scope)
        for boundary in self.boundaries:
            boundary.arm(token)

    def _map_outputs(self, token: Token) -> None:
        """The mappings belong to each item."""

    def _run_hook(self, my_task: Token) -> bool | None:
        data = my_task.internal_data
        data.update(done=0, next=0, total=None if self.repetition.standard else self._total(my_task))
        if self.repetition.standard:
            return None if self._next_round(my_task, my_task.scope, first=True) else True
        if not data["total"]:
            return True
        for _ in range(1 if self.repetition.sequential else data["total"]):
            self._start(my_task)
        return None

    def _total(self, token: Token) -> int:
        top, repetition = token.workflow.top_workflow, self.repetition
        if repetition.collection is not None:
            items = top.value(repetition.collection, token, "collection")
            if not isinstance(items, list):
                raise ExpressionFailed(self.element, "collection", f"{items!r} is no list.")
            token.internal_data["items"] = items
            return self._bounded(len(items))
        assert repetition.cardinality is not None
        number = top.value(repetition.cardinality, token, "loopCardinality")
        if not isinstance(number, Decimal) or number < 0 or number != int(number):
            raise ExpressionFailed(self.element, "loopCardinality", f"{number!r} is no count.")
        return self._bounded(int(number))

    def _bounded(self, count: int) -> int:
        if count > MOST_ITEMS:
            raise TooManyItems(self.element, count, MOST_ITEMS)
        return count

    def _start(self, token: Token) -> None:
        top, data = token.workflow.top_workflow, token.internal_data
        index: int = data["next"]
        data["next"] = index + 1
        self._count(token)
        item = token.workflow.spawn(self.inner, token)
        item.internal_data["loop"] = index
        values: dict[str, object] = {"loopCounter": index}
        if self.repetition.item and "items" in data:
            values[self.repetition.item] = data["items"][index]
        item.scope = top.scopes.open(f"{item.id}.", token.scope, values)
        self.inner._update(item)

    def _count(self, token: Token) -> None:
        data = token.internal_data
        if not self.repetition.standard:
            values = {
                "nrOfInstances": data["total"],
                "nrOfCompletedInstances": data["done"],
                "nrOfActiveInstances": data["next"] - data["done"],
            }
            token.workflow.top_workflow.scopes.write_local(token.scope, values)

    def child_done(self, token: Token, child: Token) -> None:
        """Count a finished item; start the next one or finish the whole."""
        token.internal_data["done"] += 1
        self._count(token)
        self._collect(token, child)
        if self._finished(token, child):
            self._hand_over(token)
            token.complete()

    def _finished(self, token: Token, child: Token) -> bool:
        top, data = token.workflow.top_workflow, token.internal_data
        if self.repetition.standard:
            return not self._next_round(token, child.scope)
        until = self.repetition.until
        if data["done"] == data["total"] or (until is not None and top.holds(until, child.scope, self.element)):
            return True
        if self.repetition.sequential:
            self._start(token)
        return False

    def _next_round(self, token: Token, scope: str, first: bool = False) -> bool:
        """Start another round of a standard loop if its maximum and condition allow.

        Tested before, `loopCounter` is that of the round to come; tested after, that of the round that is over.
        """
        top, loop = token.workflow.top_workflow, self.repetition
        if loop.maximum is not None and token.internal_data["next"] >= loop.maximum:
            return False
        if loop.test_before:
            # The loop's own count of rounds, never that of a loop around it.
            scope = token.scope
            top.scopes.write_local(scope, {"loopCounter": token.internal_data["next"]})
        asked = loop.again is not None and (loop.test_before or not first)
        if asked and loop.again is not None and not top.holds(loop.again, scope, self.element):
            return False
        self._start(token)
        return True

    def _collect(self, token: Token, child: Token) -> None:
        name = self.repetition.output_item
        if self.repetition.output and name:
            data, index = token.internal_data, child.internal_data["loop"]
            results: list[object] = data.setdefault("results", [None] * data["total"])
            results[index] = token.workflow.top_workflow.scopes.visible(child.scope).get(name)

    def _hand_over(self, token: Token) -> None:
        if self.repetition.output:
            results = token.internal_data.get("results", [])
            token.workflow.top_workflow.scopes.write(token.workflow.scope, {self.repetition.output: results})
