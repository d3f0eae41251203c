"""Undoing what was completed: the newest record first.

Handlers run below the throwing token. Thrown inside an event sub-process, they undo the scope around it and run there,
below the token of the event sub-process, and remember for whom.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.spiff.area import Area, Record
from engine.spiff.catching import Boundary
from engine.spiff.nested import Nested
from engine.spiff.token import STARTED, THROWER, UNDOING

if TYPE_CHECKING:
    from engine.spiff.token import Token


def begin(token: Token, activity: str, wait: bool = True) -> bool:
    """Start the handlers of the records of a scope (or of one activity); return whether the token waits for any."""
    area = _responsible(token.workflow)
    chosen = [record for record in area.records if activity in ("", record.activity.removesuffix("#item"))]
    area.records = [record for record in area.records if record not in chosen]
    parent = area.task_tree
    if wait:
        parent = token if area is token.workflow else area.top_workflow.index[token.workflow.parents[-1]]
    before = set(parent._children)
    for record in reversed(chosen):
        _undo(area, record, parent)
    if parent is not token and wait:
        for id in parent._children.keys() - before:
            area.tasks[id].internal_data[THROWER] = token.id
    return wait and bool(chosen)


def _responsible(area: Area) -> Area:
    """Return the scope whose activities are undone; an event sub-process undoes those of the scope around it."""
    host = area.top_workflow.index.get(area.parents[-1]) if area.parents else None
    around = host is not None and host.task_spec.facts.triggered
    return host.workflow if around and host is not None else area


def _undo(area: Area, record: Record, parent: Token) -> None:
    if record.handler:
        handler = area.spec.task_specs[record.handler]
        handler._update(area.spawn(handler, parent, record.scope))
    else:
        _reopen(area, record, parent)


def _reopen(area: Area, record: Record, parent: Token) -> None:
    """Open a completed sub-process again, only to run the handlers inside it."""
    top = area.top_workflow
    node = area.spec.task_specs[record.activity]
    assert isinstance(node, Nested)
    host = parent.workflow.spawn(node, parent)
    host._state = STARTED
    host.internal_data[UNDOING] = True
    scope = top.open_scope(host, area.definition, node.inside, record.scope)
    top.touched[scope] = None
    if node.inside.undoing is not None:
        scope.records = record.nested
        node.inside.undoing.run(scope)
        return
    for nested in reversed(record.nested):
        _undo(scope, nested, scope.task_tree)


def cancelled(token: Token) -> None:
    """Finish a cancel end event: leave the transaction by its cancel boundary event, without which none is deployed."""
    area = token.workflow
    current: Token = area.top_workflow.index[area.parents[-1]]
    while True:
        for child in current.children:
            if isinstance(child.task_spec, Boundary) and child.task_spec.facts.event.kind == "cancel":
                child.task_spec.fire(child)
                return
        current = current.parent
