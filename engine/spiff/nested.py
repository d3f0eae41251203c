"""Activities with a scope inside: sub-processes and call activities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.spiff.errors import ExpressionFailed
from engine.spiff.facts import BINDINGS
from engine.spiff.node import Node
from engine.spiff.token import UNDOING

if TYPE_CHECKING:
    from engine.spiff.area import Area
    from engine.spiff.definition import Definition
    from engine.spiff.process import Process
    from engine.spiff.token import Token


class Nested(Node):
    """An embedded sub-process (or transaction): runs its own scope and goes on when that is empty."""

    inside: Process

    def _run_hook(self, my_task: Token) -> bool | None:
        top = my_task.workflow.top_workflow
        id = top.scopes.open(f"{my_task.id}*", my_task.scope, self.inside.first_values())
        scope = top.open_scope(my_task, my_task.workflow.definition, self.inside, id)
        scope.begin(self.begins())
        return None

    def begins(self) -> list[Node]:
        """Return the nodes where the scope begins."""
        return self.inside.starts

    def scope_done(self, token: Token, scope: Area) -> None:
        """Hear that nothing is left inside."""
        if UNDOING in token.internal_data:
            self._undone(token)
            return
        if self.undo is None and (scope.records or scope.spec.undoing is not None):
            token.workflow.record(self, scope.scope, scope.records)
        token.complete()

    def _undone(self, token: Token) -> None:
        """End what was open again only for its handlers (BPMN 2.0.2, 10.7): all else was done when it was completed."""
        if token.on_root:
            self.leave(token, [])
        else:
            self.pass_on(token)

    def _on_cancel(self, my_task: Token) -> None:
        my_task.workflow.top_workflow.close_scope(my_task)
        if UNDOING not in my_task.internal_data:
            super()._on_cancel(my_task)


class Call(Nested):
    """A call activity: runs another process, which sees only what is passed to it.

    Unless it is bound otherwise, that is the process of the deployment of its caller. Which one it is is decided when
    the call begins and stays so until it ends.
    """

    def _run_hook(self, my_task: Token) -> bool | None:
        top = my_task.workflow.top_workflow
        called = self._asked(my_task, "calledElement")
        if not called:
            raise ExpressionFailed(self.element, "calledElement", "it names no process.")
        definition = self._definition(my_task, called)
        spec = definition.scopes[definition.id]
        id = top.scopes.open(f"{my_task.id}*", None, spec.first_values() | self._passed(my_task))
        top.scopes.follow(id)
        scope = top.open_scope(my_task, definition, spec, id)
        scope.begin(spec.starts)
        return None

    def _definition(self, token: Token, called: str) -> Definition:
        top, caller = token.workflow.top_workflow, token.workflow.definition
        binding = self.facts.attributes.get("calledElementBinding") or "deployment"
        if binding == "deployment":
            return top.definition_of(
                called if caller.deployment == top.definition.deployment else caller.beside(called)
            )
        word = BINDINGS[binding]
        return top.host.bound(called, caller, binding, self._asked(token, word) if word else "")

    def _asked(self, token: Token, word: str) -> str:
        """Return what a text of the call says; empty for nothing."""
        formula = self.facts.formula(word)
        value = token.workflow.top_workflow.value(formula, token, word) if formula else None
        return "" if value is None else str(value)

    def _passed(self, token: Token) -> dict[str, object]:
        top = token.workflow.top_workflow
        values: dict[str, object] = {}
        for item in self.facts.ins:
            if item.formula is None:
                values.update(top.scopes.visible(token.scope))
            else:
                values[item.target] = top.value(item.formula, token, "camunda:in")
        return values

    def scope_done(self, token: Token, scope: Area) -> None:
        """Take the results over and go on.

        Of "all" variables only those come back that the called process has written: what it was handed and left
        alone may have been changed meanwhile by another branch.
        """
        top = token.workflow.top_workflow
        for item in self.facts.outs:
            if item.formula is None:
                values = top.scopes.results(scope.scope)
            else:
                values = {item.target: top.value(item.formula, scope.task_tree, "camunda:out")}
            write = top.scopes.write_local if item.local else top.scopes.write
            write(token.scope, values)
        # What a called process did is not undone from outside, unless the call has a handler of its own.
        token.complete()
