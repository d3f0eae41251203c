"""Listeners: FEEL whose context is written into variables, or a topic whose job runs beside the process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from engine.spiff import formula
from engine.spiff.effects import Told, Warned
from engine.spiff.facts import Listener
from engine.spiff.names import XmlNode, camunda, extensions, local, text_of
from engine.spiff.notes import Notes

if TYPE_CHECKING:
    from engine.spiff.token import Token

#: Events of `camunda:executionListener` and `camunda:taskListener` that are heard.
EVENTS: Mapping[str, tuple[str, ...]] = {
    "executionListener": ("start", "end", "take"),
    "taskListener": ("create", "complete", "delete"),
}
_TOPIC = "topic:"


def read_listeners(node: XmlNode, notes: Notes) -> tuple[Listener, ...]:
    """Read the listeners of an element; those that run code of another engine are refused."""
    return tuple(_read_all(node, notes))


def _read_all(node: XmlNode, notes: Notes) -> Iterator[Listener]:
    identity = node.get("id", "")
    for kind, events in EVENTS.items():
        for item in extensions(node, kind):
            event = item.get("event") or ("take" if local(node) == "sequenceFlow" else "")
            if event not in events:
                notes.note(identity, "listener_unheard", kind=kind, event=event, events=", ".join(events))
                continue
            listener = _read(identity, kind, event, item, notes)
            if listener is not None:
                yield listener


def _read(identity: str, kind: str, event: str, item: XmlNode, notes: Notes) -> Listener | None:
    text = item.get("expression", "").strip()
    script = item.find(camunda("script"))
    if script is not None and script.get("scriptFormat", "").lower() == "feel" and text_of(script):
        text = "=" + text_of(script).removeprefix("=")
    if text.startswith(_TOPIC) and text.removeprefix(_TOPIC).strip():
        return Listener(event, None, text.removeprefix(_TOPIC).strip())
    if text.startswith("="):
        return Listener(event, notes.compile(identity, f"{kind} {event}", text, formula.expression), "")
    notes.note(identity, "listener_code", kind=kind)
    return None


def tell(listeners: tuple[Listener, ...], event: str, token: Token, element: str) -> None:
    """Let the listeners of an event act on the variables that a token sees."""
    for listener in listeners:
        if listener.event == event:
            _act(listener, token, element)


def _act(listener: Listener, token: Token, element: str) -> None:
    top = token.workflow.top_workflow
    if listener.formula is None:
        values = top.scopes.visible(token.scope)
        top.emit(Told(element, listener.topic, listener.event, values, int(top.new_id(), 36)))
        return
    value = top.value(listener.formula, token, f"listener {listener.event}")
    if isinstance(value, dict):
        top.scopes.write(token.scope, value)
    elif value is not None:
        top.emit(Warned(element, f"listener {listener.event}: {value!r} is no context; no variable was written."))
