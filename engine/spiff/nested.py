"""Activities with a scope inside: sub-processes and call activities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.spiff.errors import ExpressionFailed
from engine.spiff.node import Node

if TYPE_CHECKING:
    from engine.spiff.area import Area
    from engine.spiff.process import Process
    from engine.spiff.token import Token


class Nested(Node):
    """An embedded sub-process (or transaction): runs its own scope and goes on when that is empty."""

    inside: Process

    def _run_hook(self, my_task: Token) -> bool | None:
        top = my_task.workflow.top_workflow
        id = top.scopes.open(f"{my_task.id}*", my_task.scope)
        scope = top.open_scope(my_task, my_task.workflow.definition, self.inside, id)
        scope.begin(self.begins())
        return None

    def begins(self) -> list[Node]:
        """Return the nodes where the scope begins."""
        return self.inside.starts

    def scope_done(self, token: Token, scope: Area) -> None:
        """Hear that nothing is left inside."""
        if scope.records and self.undo is None:
            token.workflow.record(self, scope.scope, scope.records)
        token.complete()

    def _on_cancel(self, my_task: Token) -> None:
        my_task.workflow.top_workflow.close_scope(my_task)
        super()._on_cancel(my_task)


class Call(Nested):
    """A call activity: runs another process of the same deployment, which sees only what is passed to it."""

    def _run_hook(self, my_task: Token) -> bool | None:
        top = my_task.workflow.top_workflow
        formula = self.facts.formula("calledElement")
        called = top.value(formula, my_task, "calledElement") if formula else None
        if not isinstance(called, str) or not called:
            raise ExpressionFailed(self.element, "calledElement", f"{called!r} is no process id.")
        definition = top.host.process(called)
        id = top.scopes.open(f"{my_task.id}*", None, self._passed(my_task))
        scope = top.open_scope(my_task, definition, definition.scopes[definition.id], id)
        scope.begin(scope.spec.starts)
        return None

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
        """Take the results over and go on."""
        top = token.workflow.top_workflow
        for item in self.facts.outs:
            if item.formula is None:
                values = top.scopes.own(scope.scope)
            else:
                values = {item.target: top.value(item.formula, scope.task_tree, "camunda:out")}
            write = top.scopes.write_local if item.local else top.scopes.write
            write(token.scope, values)
        super().scope_done(token, scope)
