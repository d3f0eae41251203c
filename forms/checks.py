"""What speaks against deploying a form: every problem of the file with its component and advice."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from engine import Problem, feel
from forms.component import CONTAINERS, DISPLAYS, EMPTY, NOT_PERSONAL, REFUSED, Component, read
from forms.conditions import is_expression
from forms.errors import FormUnreadable
from forms.formats import FORMATS
from forms.patterns import PatternRefused
from forms.patterns import check as check_pattern

#: Kinds of personal data that can be sealed; each has a mask.
SENSITIVE: Final = frozenset(
    {
        "id_no",
        "phone",
        "name",
        "address",
        "account",
        "contact",
        "credit_code",
        "email",
        "certificate",
        "location",
        "other",
    }
)
KEY: Final = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
NOW: Final = re.compile(r"\bnow\s*\(")
CHOICES: Final = frozenset({"radio", "select", "checklist", "taglist"})
FEEL_RULES: Final = ("min", "max", "minLength", "maxLength")
#: Keys and labels that mean personal data: what, by its key, by its label.
PERSONAL: Final = (
    ("id_no", re.compile(r"(^|_)(id_?(no|card|number)|passport)($|_)"), re.compile("身份证|护照号|证件号码")),
    ("phone", re.compile(r"(^|_)(phone|mobile|tel|telephone)($|_)"), re.compile("手机|电话")),
    ("account", re.compile(r"bank_?(account|no|card)|(^|_)account_no($|_)"), re.compile("银行账号|银行卡|账号")),
    ("email", re.compile(r"(^|_)e?mail($|_)"), re.compile("邮箱|电子邮件")),
    (
        "name",
        re.compile(r"(^|_)(applicant|customer|contact|agent|legal)_(name|person)($|_)"),
        re.compile("联系人|户名|姓名"),
    ),
    ("address", re.compile(r"(^|_)address($|_)"), re.compile("详细地址|用电地址|联系地址")),
)


def check_files(files: Mapping[str, bytes]) -> list[Problem]:
    """Problems of all form files of a deployment, for the `checks` of `engine.deploy`."""
    found: list[Problem] = []
    ids: dict[str, str] = {}
    for path in sorted(path for path in files if path.endswith(".form")):
        document, problems = _load(path, files[path])
        found += problems
        id = str(document.get("id") or "") if document else ""
        if id and id in ids:
            found.append(Problem(path, "", f"Form id {id!r} is also used by {ids[id]}.", "Give each form its own id."))
        ids.setdefault(id, path)
    return found


def problems_of(document: Mapping[str, Any], components: tuple[Component, ...], file: str) -> list[Problem]:
    """Problems of one readable document."""
    found = [Problem(file, element, message, advice) for element, message, advice in _errors(document, components)]
    found += [Problem(file, element, text, advice, "warning") for element, text, advice in _warnings(components)]
    return found


def _load(path: str, data: bytes) -> tuple[Mapping[str, Any] | None, list[Problem]]:
    try:
        document = json.loads(data)
        if not isinstance(document, dict):
            raise FormUnreadable("it is no JSON object.")
        return document, problems_of(document, read(document), path)
    except (ValueError, RecursionError) as error:
        advice = "Open it in the form editor and save it again."
        return None, [Problem(path, "", f"The file is no readable JSON ({error}).", advice)]
    except FormUnreadable as error:
        return None, [Problem(path, "", "The file is no form-js schema.", str(error))]


Finding = tuple[str, str, str]


def _errors(document: Mapping[str, Any], components: tuple[Component, ...]) -> Iterator[Finding]:
    if not document.get("id"):
        yield "", "The form has no id.", "Set an id: tasks refer to the form by it."
    if document.get("type", "default") != "default":
        yield "", f"Form type {document['type']!r} is unknown.", 'Set type to "default".'
    everything = [component for top in components for component in top.walk()]
    yield from _identities(everything)
    yield from _duplicate_keys(components, ())
    for component in everything:
        for message, advice in _component(component):
            yield component.id or component.label, message, advice


def _identities(everything: Iterable[Component]) -> Iterator[Finding]:
    counts = Counter(component.id for component in everything)
    for component in everything:
        if not component.id and (component.keyed or component.type in CONTAINERS):
            where = component.label or component.type
            yield where, "The component has no id.", "Give it a stable id: messages of the server find it by that."
    for id, count in counts.items():
        if id and count > 1:
            yield id, f"The id is used by {count} components.", "Give each component its own id."


def _duplicate_keys(components: Iterable[Component], base: tuple[str, ...]) -> Iterator[Finding]:
    """The same value place used twice; allowed for alternatives of which a condition hides the others."""
    seen: dict[tuple[str, ...], Component] = {}
    for component in _same_scope(components):
        if not component.path:
            continue
        other = seen.setdefault(component.path, component)
        if other is not component and not (component.hide and other.hide):
            key = ".".join(component.path)
            yield (
                component.id,
                f"Key {key!r} is also used by {other.id!r}.",
                "Use another key or hide one by a condition.",
            )
        if component.repeats:
            yield from _duplicate_keys(component.children, (*base, *component.path))


def _same_scope(components: Iterable[Component]) -> Iterator[Component]:
    for component in components:
        if component.type == "group":
            yield from _same_scope(component.children)
        else:
            yield component


def _component(component: Component) -> Iterator[tuple[str, str]]:
    kind = component.type
    if kind in REFUSED or not (kind in EMPTY or kind in CONTAINERS or kind in DISPLAYS):
        yield f"Component type {kind!r} is not supported.", "Remove it or use another component."
        return
    if component.keyed or component.repeats:
        yield from _key(component)
    yield from _expressions(component)
    yield from _pattern(component)
    yield from _options(component)
    yield from _sensitive(component)


def _key(component: Component) -> Iterator[tuple[str, str]]:
    word = "path" if component.repeats else "key"
    text = str(component.raw.get(word) or "")
    if not text:
        yield f"The component has no {word}.", f"Set a {word}: the process variable gets this name."
    elif not KEY.fullmatch(text):
        yield f"{word} {text!r} is no name.", "Use letters, digits and _ only, parts joined by dots."


def _expressions(component: Component) -> Iterator[tuple[str, str]]:
    raw, rules = component.raw, component.rules
    texts = {f"validate.{name}": rules.get(name) for name in FEEL_RULES}
    texts |= {"readonly": raw.get("readonly"), "conditional.hide": component.hide}
    texts |= {name: raw.get(name) for name in ("valuesExpression", "expression")}
    for where, text in texts.items():
        if isinstance(text, str) and is_expression(text):
            try:
                feel.compile(text[1:])
            except feel.FeelError as error:
                yield f"{where} is no FEEL: {error}", "Correct the expression."
            if NOW.search(text):
                yield (
                    f"{where} asks for now().",
                    "Ask for today(): the clocks of browser and server are never the same.",
                )
        elif text and where in ("conditional.hide", "valuesExpression", "expression"):
            yield f"{where} does not begin with '='.", "Write = before the expression."
    if component.type == "expression" and not raw.get("expression"):
        yield "The expression is empty.", "Write a FEEL expression or remove the component."


def _pattern(component: Component) -> Iterator[tuple[str, str]]:
    pattern = component.rules.get("pattern")
    if pattern:
        try:
            check_pattern(str(pattern))
        except PatternRefused as error:
            yield f"The pattern is not allowed: {error}", "Use a plain pattern without look-around and references."
    if component.rules.get("validationType") == "phone":
        advice = 'Set property format = "mobile" instead: this type refuses 11-digit mobile numbers.'
        yield "validationType phone wants an international prefix.", advice
    known = component.properties.get("format")
    if known and known not in FORMATS:
        yield f"Property format {known!r} is unknown.", f"Use one of {', '.join(FORMATS)}."


def _options(component: Component) -> Iterator[tuple[str, str]]:
    raw = component.raw
    if component.type not in CHOICES or raw.get("valuesKey") or raw.get("valuesExpression"):
        return
    values = [entry.get("value") for entry in raw.get("values") or [] if isinstance(entry, Mapping)]
    if not values:
        yield "The choice has no options.", "Add values, or name where they come from (valuesKey, valuesExpression)."
    double = [value for value, count in Counter(map(repr, values)).items() if count > 1]
    if double:
        yield f"Option value {double[0]} stands twice.", "Give each option its own value."


def _sensitive(component: Component) -> Iterator[tuple[str, str]]:
    kind = component.sensitive
    if kind:
        if kind not in SENSITIVE:
            yield f"Property sensitive {kind!r} is unknown.", f"Use one of {', '.join(sorted(SENSITIVE))}."
        if component.type not in ("textfield", "textarea"):
            yield f"A {component.type} cannot be sealed.", "Use a text field for personal data."
        return
    declared = component.properties.get("sensitive") == NOT_PERSONAL
    guess = "" if declared or component.type not in ("textfield", "textarea") else _personal(component)
    if guess:
        advice = f'Set property sensitive = "{guess}", or "{NOT_PERSONAL}" if it names no person.'
        yield "The field looks like personal data and is not sealed.", advice


def _personal(component: Component) -> str:
    key = component.path[-1] if component.path else ""
    return next(
        (kind for kind, by_key, by_label in PERSONAL if by_key.search(key) or by_label.search(component.label)), ""
    )


def _warnings(components: tuple[Component, ...]) -> Iterator[Finding]:
    for component in (found for top in components for found in top.walk()):
        known = FORMATS.get(str(component.properties.get("format") or ""))
        if known and not component.rules.get("pattern"):
            advice = f"Set validate.pattern to {known.pattern}"
            yield component.id, "The browser does not check the format before sending.", advice
