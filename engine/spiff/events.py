"""Reads event definitions and resolves what they refer to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.feel import FeelError
from engine.findings import Doubt, reason
from engine.spiff import formula, timers
from engine.spiff.facts import Event, EventKind, TimerKind
from engine.spiff.formula import Formula
from engine.spiff.names import XmlNode, child, children, extension, flag, is_bpmn, local, text_of
from engine.spiff.notes import Notes, word

_SUFFIX = "EventDefinition"
_TIMERS: Mapping[str, TimerKind] = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


@dataclass(frozen=True, slots=True)
class References:
    """The messages, signals, errors and escalations that a file declares, by their ids."""

    messages: Mapping[str, str]
    signals: Mapping[str, str]
    errors: Mapping[str, Mapping[str, str | None]]
    escalations: Mapping[str, Mapping[str, str | None]]


def read_event(node: XmlNode, references: References, notes: Notes) -> Event:
    """Return the event definition of a node; several at once are refused."""
    definitions = [item for item in node if is_bpmn(item) and local(item).endswith(_SUFFIX)]
    identity = node.get("id", "")
    if local(node) in ("receiveTask", "sendTask"):
        return _task_message(node, references, notes)
    if len(definitions) > 1 or flag(node, "parallelMultiple"):
        throws = local(node) in ("endEvent", "intermediateThrowEvent")
        notes.note(identity, "several_results" if throws else "several_events")
    unknown = children(node, "eventDefinitionRef")
    if unknown:
        notes.note(identity, "event_definition_missing", name=text_of(unknown[0]))
    if not definitions:
        return Event("none")
    kind = local(definitions[0]).removesuffix(_SUFFIX)
    read = _READERS.get(kind)
    if read is None:
        notes.note(identity, "event_kind_unknown", kind=kind)
        return Event("none")
    return read(identity, definitions[0], references, notes)


def _task_message(node: XmlNode, references: References, notes: Notes) -> Event:
    reference = node.get("messageRef")
    if reference is None:
        return Event("none")
    return Event("message", _resolve(node.get("id", ""), "message", reference, references.messages, notes))


def _message(identity: str, node: XmlNode, references: References, notes: Notes) -> Event:
    return Event("message", _resolve(identity, "message", node.get("messageRef"), references.messages, notes))


def _signal(identity: str, node: XmlNode, references: References, notes: Notes) -> Event:
    return Event("signal", _resolve(identity, "signal", node.get("signalRef"), references.signals, notes))


def _resolve(identity: str, kind: str, reference: str | None, table: Mapping[str, str], notes: Notes) -> str:
    if reference is None or reference not in table:
        missing = "event_not_declared" if reference else "event_names_nothing"
        notes.note(identity, missing, kind=word(kind), name=reference)
        return ""
    name = table[reference] or ""
    if not name or "${" in name or "#{" in name or name.startswith("="):
        notes.note(identity, "event_without_name", kind=word(kind), name=reference)
    return name


def _error(identity: str, node: XmlNode, references: References, notes: Notes) -> Event:
    code = _code(identity, "error", node.get("errorRef"), "error_code", references.errors, notes)
    return Event(
        "error",
        code,
        code_variable=extension(node, "errorCodeVariable") or "",
        message_variable=extension(node, "errorMessageVariable") or "",
    )


def _escalation(identity: str, node: XmlNode, references: References, notes: Notes) -> Event:
    code = _code(identity, "escalation", node.get("escalationRef"), "escalation_code", references.escalations, notes)
    return Event("escalation", code, code_variable=extension(node, "escalationCodeVariable") or "")


def _code(
    identity: str,
    kind: str,
    reference: str | None,
    key: str,
    table: Mapping[str, Mapping[str, str | None]],
    notes: Notes,
) -> str:
    if reference is None:
        return ""
    if reference not in table:
        notes.note(identity, "code_not_declared", kind=word(kind), name=reference)
        return ""
    return table[reference].get(key) or reference


def _timer(identity: str, node: XmlNode, references: References, notes: Notes) -> Event:
    said = [item for item in children(node, *_TIMERS) if text_of(item)]
    if len(said) > 1:
        notes.note(identity, "timer_twice", words=", ".join(map(local, said)))
    if not said:
        notes.note(identity, "timer_without_time")
        return Event("timer")
    tag, kind = local(said[0]), _TIMERS[local(said[0])]
    return Event("timer", timer=kind, formula=_timer_formula(identity, tag, kind, text_of(said[0]), notes))


def _timer_formula(identity: str, tag: str, kind: TimerKind, text: str, notes: Notes) -> Formula:
    if text.startswith("=") or "{" in text or not timers.looks_fixed(text):
        return _computed(identity, tag, kind, notes.compile(identity, tag, text, formula.expression), notes)
    try:
        timers.check(kind, text)
    except Doubt as error:
        notes.note(identity, "timer_unreadable", where=tag, reason=reason(error))
    if kind == "cycle" and timers.never(text):
        notes.note(identity, "timer_never", text=text)
    return Formula(text)


def _computed(identity: str, tag: str, kind: TimerKind, found: Formula, notes: Notes) -> Formula:
    """Try a FEEL text that gives the same whenever it is asked."""
    try:
        if found.expression is not None:
            timers.try_out(kind, found)
    except (Doubt, FeelError) as error:
        notes.note(identity, "timer_unreadable", where=tag, reason=reason(error))
    return found


def _conditional(identity: str, node: XmlNode, references: References, notes: Notes) -> Event:
    text = text_of(child(node, "condition"))
    if not text:
        notes.note(identity, "condition_missing")
        return Event("conditional")
    return Event("conditional", formula=notes.compile(identity, "condition", text, formula.expression))


def _plain(kind: EventKind) -> Callable[[str, XmlNode, References, Notes], Event]:
    return lambda identity, node, references, notes: Event(kind)


def _compensate(identity: str, node: XmlNode, references: References, notes: Notes) -> Event:
    return Event("compensate", node.get("activityRef", ""), waits=flag(node, "waitForCompletion", default=True))


def _link(identity: str, node: XmlNode, references: References, notes: Notes) -> Event:
    return Event("link", node.get("name", ""))


_READERS: Mapping[str, Callable[[str, XmlNode, References, Notes], Event]] = {
    "message": _message,
    "signal": _signal,
    "error": _error,
    "escalation": _escalation,
    "timer": _timer,
    "conditional": _conditional,
    "compensate": _compensate,
    "link": _link,
    "cancel": _plain("cancel"),
    "terminate": _plain("terminate"),
}
