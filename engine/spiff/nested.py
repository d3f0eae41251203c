"""Activities with a scope inside: sub-processes and call activities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.spiff.errors import ExpressionFailed
from engine.spiff.node import Node

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
        if self.undo is None and (scope.records or scope.spec.undoing is not None):
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
        self._check_version(definition)
        spec = definition.scopes[definition.id]
        id = top.scopes.open(f"{my_task.id}*", None, spec.first_values() | self._passed(my_task))
        top.scopes.follow(id)
        scope = top.open_scope(my_task, definition, spec, id)
        scope.begin(spec.starts)
        return None

    def _check_version(self, definition: Definition) -> None:
        """Raise when the call is bound to another version tag than the deployment holds."""
        attributes = self.facts.attributes
        wanted = attributes.get("calledElementVersionTag", "")
        if attributes.get("calledElementBinding") == "versionTag" and wanted != definition.version_tag:
            reason = f"the deployment holds {definition.id!r} as {definition.version_tag!r}, not as {wanted!r}."
            raise ExpressionFailed(self.element, "calledElementVersionTag", reason)

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
