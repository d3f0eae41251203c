"""Checks of what the elements of a process refer to outside their diagram."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.checks.content import Content, is_literal
from engine.errors import Problem
from engine.pack import FILE
from engine.properties import certificates_of, four_eyes_of
from engine.retry import parse_retries
from engine.spiff import BINDINGS, Definition, Element

#: Values of the property `clock`: whose time runs while the element is open.
CLOCKS: Final = ("utility", "customer", "government")
_WHO: Final = ("assignee", "candidateGroups", "candidateUsers")


def check_processes(content: Content) -> list[Problem]:
    """Problems of user tasks, calls and retries."""
    found: list[Problem] = []
    for definition in content.definitions:
        for element in definition.elements.values():
            if element.kind == "userTask":
                found += _user_task(content, definition, element)
            elif element.form_ref:
                found += _form(content, definition, element)
            for part in (_call, _topic, _clock, _retries):
                found += part(content, definition, element)
    return found


def _user_task(content: Content, definition: Definition, element: Element) -> list[Problem]:
    return [
        *_stage(content, definition, element),
        *_form(content, definition, element),
        *_people(content, definition, element),
        *_four_eyes(content, definition, element),
        *_certificates(content, definition, element),
    ]


def _stage(content: Content, definition: Definition, element: Element) -> Iterator[Problem]:
    stage = element.properties.get("stage", "")
    stages = content.pack.stages if content.pack is not None else {}
    if not stage:
        yield Problem(
            definition.file, element.id, "The user task has no stage.", "Add the camunda:property stage to it."
        )
    elif stages and stage not in stages:
        message = f"The stage {stage!r} is not among those of {FILE}."
        yield Problem(definition.file, element.id, message, f"Use one of {', '.join(stages)}, or add it to [stages].")


def _form(content: Content, definition: Definition, element: Element) -> Iterator[Problem]:
    ref = element.form_ref or ""
    if not ref:
        yield Problem(
            definition.file, element.id, "The user task names no form.", "Set camunda:formRef to the id of a form."
        )
        return
    if element.form_binding not in (None, "", "deployment"):
        message = f"The form is bound to {element.form_binding!r}, but a case keeps the forms of its deployment."
        yield Problem(definition.file, element.id, message, "Set camunda:formRefBinding to deployment.")
    if is_literal(ref) and ref not in content.forms:
        message = f"The form {ref!r} is missing."
        yield Problem(
            definition.file, element.id, message, f"Add a .form file with the id {ref!r}, or correct camunda:formRef."
        )


def _people(content: Content, definition: Definition, element: Element) -> Iterator[Problem]:
    if not any(element.attributes.get(name, "").strip() for name in _WHO):
        message = "Nobody can do the user task: it names no role and no person."
        yield Problem(definition.file, element.id, message, "Set camunda:candidateGroups to a role of the pack.")
    groups = element.attributes.get("candidateGroups", "")
    # Without any role the pack itself is the problem.
    if content.pack is None or not content.pack.roles or not is_literal(groups):
        return
    for role in filter(None, (part.strip() for part in groups.split(","))):
        if role not in content.pack.roles:
            message = f"The role {role!r} is not in {FILE}."
            yield Problem(
                definition.file,
                element.id,
                message,
                f"Add it to [roles], or use one of {', '.join(content.pack.roles)}.",
            )


def _four_eyes(content: Content, definition: Definition, element: Element) -> Iterator[Problem]:
    known = {other.id for _, other in content.elements("userTask")}
    for id in four_eyes_of(element):
        if id not in known and not content.has_broken_diagrams:
            message = f"four_eyes names {id!r}, which is no user task of the pack."
            yield Problem(definition.file, element.id, message, "Name the ids of user tasks, separated by commas.")


def _certificates(content: Content, definition: Definition, element: Element) -> Iterator[Problem]:
    known = content.pack.certificates if content.pack is not None else {}
    for kind in certificates_of(element):
        if kind not in known:
            message = f"The certificate {kind!r} is not in {FILE}."
            advice = f"Use one of {', '.join(known)}, or add it to [certificates]." if known else "Add [certificates]."
            yield Problem(definition.file, element.id, message, advice)


def _call(content: Content, definition: Definition, element: Element) -> Iterator[Problem]:
    called = element.attributes.get("calledElement", "")
    if element.kind != "callActivity" or not called or not is_literal(called):
        return
    if element.attributes.get("calledElementBinding", "deployment") in BINDINGS:
        return
    if called not in content.process_ids and not content.has_broken_diagrams:
        message = f"The called process {called!r} is in none of the diagrams."
        yield Problem(definition.file, element.id, message, "Add its diagram to the pack, or correct calledElement.")


def _topic(content: Content, definition: Definition, element: Element) -> Iterator[Problem]:
    topic = element.attributes.get("topic", "")
    if content.handlers is None or not topic or not is_literal(topic) or topic in content.handlers:
        return
    message = f"No handler is registered for the topic {topic!r}; the step will end in an incident."
    yield Problem(definition.file, element.id, message, "Correct camunda:topic, or register a handler.", "warning")


def _clock(_content: Content, definition: Definition, element: Element) -> Iterator[Problem]:
    clock = element.properties.get("clock")
    if clock is not None and clock not in CLOCKS:
        message = f"The property clock is {clock!r}."
        yield Problem(definition.file, element.id, message, f"Use {', '.join(CLOCKS)}.")


def _retries(_content: Content, definition: Definition, element: Element) -> Iterator[Problem]:
    try:
        parse_retries(element.attributes.get("failedJobRetryTimeCycle"))
    except ValueError as error:
        yield Problem(definition.file, element.id, str(error), "Correct camunda:failedJobRetryTimeCycle.")
