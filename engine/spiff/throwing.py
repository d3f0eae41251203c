"""Nodes that throw: end events and intermediate throw events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from engine.errors import UncaughtError
from engine.spiff import compensation, walk
from engine.spiff.activities import Send
from engine.spiff.effects import Signalled, Warned
from engine.spiff.node import Flow

if TYPE_CHECKING:
    from engine.spiff.token import Token


class Throw(Send):
    """An intermediate throw event or an end event; what it does depends on its event definition."""

    def _run_hook(self, my_task: Token) -> bool | None:
        return _THROWS[self.facts.event.kind](self, my_task)

    def _on_complete(self, my_task: Token) -> None:
        if self.facts.kind == "endEvent":
            my_task.workflow.top_workflow.note_end(my_task)
        super()._on_complete(my_task)

    def choose(self, token: Token) -> list[Flow]:
        """Return the flows of an intermediate event; an end event has none."""
        return super().choose(token) if self.flows else []

    def child_done(self, token: Token, child: Token) -> None:
        """Hear that a compensation handler has finished; go on after the last one."""
        if token._children:
            return
        if self.facts.event.kind == "cancel":
            compensation.cancelled(token)
        else:
            token.complete()


def _go_on(node: Throw, token: Token) -> bool | None:
    return True


def _message(node: Throw, token: Token) -> bool | None:
    return Send._run_hook(node, token)


def _signal(node: Throw, token: Token) -> bool | None:
    top = token.workflow.top_workflow
    top.emit(Signalled(node.element, node.facts.event.name, node.payload(token)))
    top.broadcast(node.facts.event.name)
    return True


def _escalation(node: Throw, token: Token) -> bool | None:
    code = node.facts.event.name
    if not walk.throw(token, "escalation", code):
        text = f"The escalation {code!r} is caught by no event."
        token.workflow.top_workflow.emit(Warned(node.element, text))
    return True


def _error(node: Throw, token: Token) -> bool | None:
    code = node.facts.event.name
    token.workflow.top_workflow.note_end(token)
    if not walk.throw(token, "error", code):
        raise UncaughtError(node.element, code)
    return True


def _terminate(node: Throw, token: Token) -> bool | None:
    token.workflow.clear(keep=token)
    return True


def _compensate(node: Throw, token: Token) -> bool | None:
    event = node.facts.event
    return None if compensation.begin(token, event.name, event.waits) else True


def _cancel(node: Throw, token: Token) -> bool | None:
    token.workflow.clear(keep=token)
    if not compensation.begin(token, ""):
        compensation.cancelled(token)
    return None


_THROWS: Mapping[str, Callable[[Throw, Token], bool | None]] = {
    "none": _go_on,
    "link": _go_on,
    "message": _message,
    "signal": _signal,
    "escalation": _escalation,
    "error": _error,
    "terminate": _terminate,
    "compensate": _compensate,
    "cancel": _cancel,
}
