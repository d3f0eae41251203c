"""The way of an error or escalation: outwards from where it was thrown until somebody catches it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.spiff.area import is_waiter
from engine.spiff.catching import Boundary, event_node, is_waiting

if TYPE_CHECKING:
    from engine.spiff.facts import EventKind
    from engine.spiff.token import Token


def throw(token: Token, kind: EventKind, code: str, message: str = "") -> bool:
    """Fire the nearest waiter that catches this; return whether there was one.

    On each level a waiter for exactly this code wins over one for any code.
    """
    for level in _levels(token):
        waiter = _catcher(level, kind, code)
        if waiter is not None:
            _tell(waiter, code, message)
            waiter.task_spec.fire(waiter)
            return True
    return False


def _levels(token: Token) -> Iterator[list[Token]]:
    """Yield the waiters of the activity, its multi-instance body, its scope, then of the scope's host, and so on."""
    current: Token | None = token
    while current is not None:
        area = current.workflow
        while current.id != area.task_tree.id:
            yield [child for child in current.children if isinstance(child.task_spec, Boundary) and is_waiting(child)]
            current = current.parent
        yield [child for child in area.task_tree.children if is_waiter(child)]
        current = area.top_workflow.index.get(area.parents[-1]) if area.parents else None


def _catcher(waiters: list[Token], kind: EventKind, code: str) -> Token | None:
    fitting = [waiter for waiter in waiters if event_node(waiter).event.kind == kind]
    exact = [waiter for waiter in fitting if event_node(waiter).event.name == code]
    return next(iter(exact or [waiter for waiter in fitting if not event_node(waiter).event.name]), None)


def _tell(waiter: Token, code: str, message: str) -> None:
    event = event_node(waiter).event
    values = {event.code_variable: code, event.message_variable: message}
    values.pop("", None)
    if values:
        waiter.workflow.top_workflow.scopes.write(waiter.workflow.scope, values)
