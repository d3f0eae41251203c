"""Checks of what the elements of a process refer to outside their diagram."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from itertools import count
from typing import Final, Literal

from engine.checks.content import FINDINGS, Content, is_literal, nearest
from engine.findings import Act, Problem, Said
from engine.pack import FILE, Label
from engine.properties import certificates_of, clock_while_of, four_eyes_of, shows_of
from engine.retry import parse_retries
from engine.spiff import BINDINGS, Definition, Element

#: Values of the property `clock`: whose time runs while the element is open.
CLOCKS: Final = ("utility", "customer", "government")
#: How the kinds of elements end at which no token stays.
PASSED: Final = ("Gateway", "startEvent", "endEvent", "ThrowEvent", "boundaryEvent")
#: Kinds of elements that stay open until something comes.
WAITS: Final = ("receiveTask", "intermediateCatchEvent", "userTask")
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
            for part in (_call, _topic, _clock, _limit, _retries):
                found += part(content, definition, element)
    return found


def _user_task(content: Content, definition: Definition, element: Element) -> list[Problem]:
    return [
        *_stage(content, definition, element),
        *_form(content, definition, element),
        *_people(content, definition, element),
        *_four_eyes(content, definition, element),
        *_certificates(content, definition, element),
        *_shows(content, definition, element),
    ]


def _stage(content: Content, definition: Definition, element: Element) -> Iterator[Problem]:
    stage = element.properties.get("stage", "")
    stages = content.pack.stages if content.pack is not None else {}
    if not stage:
        act = _usual(definition, "property", "stage", stages)
        yield FINDINGS.problem(definition.file, element.id, "stage_missing", act, **_named(stages, act))
    elif stages and stage not in stages:
        told = {"stage": stage, "file": FILE, "stages": ", ".join(stages)}
        act = nearest("property", "stage", stage, stages) or _usual(definition, "property", "stage", stages)
        yield FINDINGS.problem(definition.file, element.id, "stage_unknown", act, **told, **_named(stages, act))


def _usual(
    definition: Definition, how: Literal["property", "attribute"], name: str, known: Collection[str]
) -> Act | None:
    """What most user tasks of the same diagram say, else the first word that the pack knows."""
    word = name.removeprefix("camunda:")
    tasks = [element for element in definition.elements.values() if element.kind == "userTask"]
    said = [(one.properties if how == "property" else one.attributes).get(word, "") for one in tasks]
    counted = Counter(value for value in said if value in known).most_common(1)
    value = counted[0][0] if counted else next(iter(known), "")
    return Act(how, name, value) if value else None


def _named(known: Mapping[str, Label], act: Act | None) -> dict[str, Said]:
    """How a button names the word of the pack that it writes."""
    label = known.get(act.value) if act is not None else None
    return {"value": Said(label.zh, label.en)} if label is not None else {}


def blank_form(id: str, title: str) -> str:
    """A new form with one field, to be drawn on."""
    field = {"type": "textarea", "id": f"field_{id}_note", "key": f"{id}_note", "label": f"{title}：说明（选填）"}
    form = {"type": "default", "id": id, "schemaVersion": 18, "components": [field]}
    return json.dumps(form, ensure_ascii=False, indent=2) + "\n"


#: Ids that editors make up.
_MADE_UP: Final = re.compile(r"(Activity|Task|UserTask)_\w{7}")


def _new_form(content: Content, definition: Definition, element: Element) -> str:
    """An id for the form of a step: that of the step, where somebody chose it, else the process with a number."""
    if not _MADE_UP.fullmatch(element.id):
        return element.id.removeprefix("ut_")
    asked = {one.form_ref for _, one in content.elements()} | set(content.forms)
    return next(id for n in count(1) if (id := f"{definition.id}_{n}") not in asked)


def _form(content: Content, definition: Definition, element: Element) -> Iterator[Problem]:
    ref = element.form_ref or ""
    if not ref:
        named = Act("attribute", "camunda:formRef", _new_form(content, definition, element))
        yield FINDINGS.problem(definition.file, element.id, "form_unnamed", named)
        return
    if element.form_binding not in (None, "", "deployment"):
        own = Act("attribute", "camunda:formRefBinding", "deployment")
        yield FINDINGS.problem(definition.file, element.id, "form_binding", own, binding=element.form_binding)
    if is_literal(ref) and ref not in content.forms:
        act = Act("create", f"forms/{ref}.form", blank_form(ref, element.name)) if ref.isidentifier() else None
        yield FINDINGS.problem(definition.file, element.id, "form_missing", act, id=ref)


def _people(content: Content, definition: Definition, element: Element) -> Iterator[Problem]:
    if not any(element.attributes.get(name, "").strip() for name in _WHO):
        roles = content.pack.roles if content.pack is not None else {}
        act = _usual(definition, "attribute", "camunda:candidateGroups", roles)
        yield FINDINGS.problem(definition.file, element.id, "nobody", act, **_named(roles, act))
    groups = element.attributes.get("candidateGroups", "")
    # Without any role the pack itself is the problem.
    if content.pack is None or not content.pack.roles or not is_literal(groups):
        return
    for role in filter(None, (part.strip() for part in groups.split(","))):
        if role not in content.pack.roles:
            told = {"role": role, "file": FILE, "roles": ", ".join(content.pack.roles)}
            alone = "," not in groups
            act = nearest("attribute", "camunda:candidateGroups", role, content.pack.roles) if alone else None
            named = _named(content.pack.roles, act)
            yield FINDINGS.problem(definition.file, element.id, "role_unknown", act, **told, **named)


def _four_eyes(content: Content, definition: Definition, element: Element) -> Iterator[Problem]:
    known = {other.id for _, other in content.elements("userTask", "startEvent")}
    for id in four_eyes_of(element):
        if id not in known and not content.has_broken_diagrams:
            yield FINDINGS.problem(definition.file, element.id, "four_eyes_unknown", id=id)


def _shows(content: Content, definition: Definition, element: Element) -> Iterator[Problem]:
    steps = {other.id for _, other in content.elements("userTask")}
    for id in shows_of(element):
        if id not in steps and id not in content.forms and not content.has_broken_diagrams:
            act = nearest("property", "shows", id, {*steps, *content.forms}) if shows_of(element) == (id,) else None
            yield FINDINGS.problem(definition.file, element.id, "shows_unknown", act, id=id)


def _certificates(content: Content, definition: Definition, element: Element) -> Iterator[Problem]:
    known = content.pack.certificates if content.pack is not None else {}
    for kind in certificates_of(element):
        if kind not in known:
            code = "certificate_unknown" if known else "certificate_unlisted"
            told = {"kind": kind, "file": FILE, "known": ", ".join(known)}
            yield FINDINGS.problem(definition.file, element.id, code, **told)


def _call(content: Content, definition: Definition, element: Element) -> Iterator[Problem]:
    called = element.attributes.get("calledElement", "")
    if element.kind != "callActivity" or not called or not is_literal(called):
        return
    if element.attributes.get("calledElementBinding", "deployment") in BINDINGS:
        return
    if called not in content.process_ids and not content.has_broken_diagrams:
        yield FINDINGS.problem(definition.file, element.id, "call_missing", id=called)


def _topic(content: Content, definition: Definition, element: Element) -> Iterator[Problem]:
    topic = element.attributes.get("topic", "")
    if content.handlers is None or not topic or not is_literal(topic) or topic in content.handlers:
        return
    act = nearest("attribute", "camunda:topic", topic, content.handlers.topics)
    yield FINDINGS.problem(definition.file, element.id, "topic_unserved", act, topic=topic)


def _clock(content: Content, definition: Definition, element: Element) -> Iterator[Problem]:
    clock = element.properties.get("clock")
    if clock is not None and clock not in CLOCKS:
        told = {"clock": clock, "clocks": ", ".join(CLOCKS)}
        yield FINDINGS.problem(definition.file, element.id, "clock_unknown", Act("property", "clock"), **told)
    known = {other.id for _, other in content.elements(*WAITS)} if clock_while_of(element) else set()
    for id in clock_while_of(element):
        if id not in known and not content.has_broken_diagrams:
            yield FINDINGS.problem(definition.file, element.id, "clock_while_unknown", id=id)


def _limit(_content: Content, definition: Definition, element: Element) -> Iterator[Problem]:
    if element.properties.get("limit") and element.kind.endswith(PASSED):
        yield FINDINGS.problem(definition.file, element.id, "limit_idle")


def _retries(_content: Content, definition: Definition, element: Element) -> Iterator[Problem]:
    text = element.attributes.get("failedJobRetryTimeCycle")
    try:
        parse_retries(text)
    except ValueError:
        yield FINDINGS.problem(definition.file, element.id, "retries_unreadable", text=text)
