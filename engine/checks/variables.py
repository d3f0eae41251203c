"""Variables that diagrams read: whether anything in the pack writes them, and which forms nobody fills in.

Known are the fields of all forms, results of scripts and decisions, mappings, items of repetitions, codes of errors,
contexts of listeners and what handlers say they give. Messages, parallel ways and calls bring values from anywhere, and
a false alarm costs more than a late one: of the order of steps only what is certain is told (`order`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from difflib import get_close_matches
from typing import Any, Final

from engine import feel
from engine.checks.content import FINDINGS, Content, is_literal
from engine.checks.order import check_order
from engine.findings import Act, Problem
from engine.library import HOST_FUNCTIONS, form_document
from engine.pack import FILE
from engine.spiff import Element

#: What the engine itself gives to a repeated activity, and functions that it adds to FEEL.
GIVEN: Final = frozenset(
    {"loopCounter", "nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances", "now", "today", *HOST_FUNCTIONS}
)
#: What a row of a list in a form can ask for.
ROWS: Final = frozenset({"this", "parent", "i"})
#: How like a known name an unknown one must be to be taken for a slip of the pen.
LIKE: Final = 0.85


def check_variables(content: Content) -> Iterator[Problem]:
    """Variables that nothing writes, and forms that nothing shows."""
    if content.unread or content.has_broken_diagrams:
        # What cannot be read may write or show anything.
        return
    yield from _unused_forms(content)
    known, certain = known_names(content)
    for definition, element in content.elements():
        yield from _unknown(definition.file, element.id, element.reads, known, certain)
    if certain:
        yield from _in_order(content)
    for path in content.forms.values():
        fields = list(_fields(form_document(content.files[path]) or {}))
        own = {_name(field) for field in fields} | ROWS
        for field in fields:
            id = str(field.get("id") or "")
            yield from _unknown(path, id, _asked(field), known | own, certain)
            if certain and field.get("readonly") is True and _name(field) and _name(field) not in known:
                yield FINDINGS.problem(path, id, "field_never_filled", Act("field", "readonly"), name=_name(field))


def _in_order(content: Content) -> Iterator[Problem]:
    """Steps that read, themselves or in their forms, what only later steps write."""
    asked = {element.form_ref for _, element in content.elements("userTask")}
    beside = (path for id, path in content.forms.items() if id not in asked)
    elsewhere = {*GIVEN, *(content.pack.carries if content.pack is not None else ())}
    for path in (*beside, *_of_messages(content)):
        elsewhere |= _filled(content, path)
    return check_order(content, lambda one: _all_written(content, one), lambda one: _all_read(content, one), elsewhere)


def _of_messages(content: Content) -> Iterator[str]:
    """The forms with which messages and starts bring values whenever they come."""
    pack = content.pack
    named = () if pack is None else (pack.start_form, *(notice.form for notice in pack.messages.values()))
    return (content.forms[id] for id in named if id in content.forms)


def _filled(content: Content, path: str) -> set[str]:
    """The variables that people fill in with a form."""
    fields = _fields(form_document(content.files[path]) or {})
    return {_name(field) for field in fields if field.get("readonly") is not True} - {""}


def _all_written(content: Content, element: Element) -> set[str]:
    path = content.forms.get(element.form_ref or "")
    return {*element.writes, *(_given(content, element) or ()), *(_filled(content, path) if path else ())}


def _all_read(content: Content, element: Element) -> Iterator[tuple[str, str]]:
    yield from element.reads
    path = content.forms.get(element.form_ref or "")
    if path:
        fields = list(_fields(form_document(content.files[path]) or {}))
        own = _filled(content, path) | ROWS
        yield from ((name, text) for field in fields for name, text in _asked(field) if name not in own)
        yield from ((_name(field), path) for field in fields if field.get("readonly") is True and _name(field))


def _unknown(
    file: str, element: str, reads: Iterable[tuple[str, str]], known: Set[str], certain: bool
) -> Iterator[Problem]:
    """What is read and unknown, each name once; without certainty only what looks like a slip of the pen."""
    told: set[str] = set()
    for name, text in reads:
        if name in known or name in told:
            continue
        told.add(name)
        near = get_close_matches(name, known - GIVEN, 1, LIKE)
        if near:
            act = Act("rename", name, near[0]) if file.endswith(".bpmn") else None
            yield FINDINGS.problem(file, element, "variable_misspelt", act, name=name, text=text, near=near[0])
        elif certain:
            yield FINDINGS.problem(file, element, "variable_unknown", name=name, text=text)


def known_names(content: Content) -> tuple[frozenset[str], bool]:
    """Every variable that something in the pack writes, and whether there can be no other."""
    found = set(GIVEN)
    certain = content.handlers is not None
    for path in content.forms.values():
        found |= _filled(content, path)
    for _, element in content.elements():
        found |= element.writes
        gives = _given(content, element)
        certain = certain and gives is not None
        found |= set(gives or ())
    if content.pack is not None:
        found |= set(content.pack.carries)
    return frozenset(found), certain


def _given(content: Content, element: Element) -> tuple[str, ...] | None:
    """What the handler of an element says it gives; None when nobody can say."""
    topic = element.attributes.get("topic", "")
    if not topic:
        return ()
    return content.handlers.gives(topic) if content.handlers is not None and is_literal(topic) else None


def _fields(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every component of a form, those inside of groups and lists too."""
    ahead = [document]
    while ahead:
        for component in ahead.pop().get("components") or ():
            if isinstance(component, Mapping):
                ahead.append(component)
                yield component


def _name(field: Mapping[str, Any]) -> str:
    """The variable of a component: the first part of its key or path; empty for none."""
    return str(field.get("key") or field.get("path") or "").partition(".")[0]


def _asked(field: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The variables that the FEEL of a component reads; what is broken is told by the check of forms."""
    rules = field.get("validate")
    hidden = field.get("conditional")
    texts = [field.get(word) for word in ("expression", "readonly", "valuesExpression")]
    texts += [*rules.values()] if isinstance(rules, Mapping) else []
    texts += [*hidden.values()] if isinstance(hidden, Mapping) else []
    for text in texts:
        if isinstance(text, str) and text.startswith("="):
            try:
                names = feel.compile(text[1:]).names
            except feel.FeelError:
                continue
            yield from ((name, text) for name in sorted(names))


def _unused_forms(content: Content) -> Iterator[Problem]:
    """Forms that no step, no message and no start names."""
    named = [element.form_ref or "" for _, element in content.elements() if element.form_ref]
    if content.pack is None or not all(map(is_literal, named)):
        return
    pack = content.pack
    used = {*named, pack.start_form, pack.rating, *(notice.form for notice in pack.messages.values())}
    for id, path in content.forms.items():
        if id not in used:
            yield FINDINGS.problem(path, "", "form_unused", id=id, file=FILE)
