"""What speaks against deploying a form: every problem of the file with its component and advice."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final

from engine import Problem, feel
from engine.feel import portable
from engine.feel.portable import Shape
from engine.findings import Act, reason
from forms.component import CONTAINERS, DISPLAYS, EMPTY, NOT_PERSONAL, REFUSED, Component, read
from forms.conditions import is_expression
from forms.errors import FINDINGS, FormUnreadable
from forms.formats import FORMATS
from forms.patterns import PatternRefused
from forms.patterns import check as check_pattern
from forms.shapes import known_shapes

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
REFUSAL: Final = "properties.refusal"
FEEL_RULES: Final = ("min", "max", "minLength", "maxLength")
CONDITIONS: Final = frozenset({"conditional.hide", "readonly"})
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


#: The code of a finding, the values that it names, and what an editor can do about it.
Finding = tuple[str, Mapping[str, object]] | tuple[str, Mapping[str, object], Act]


def check_files(files: Mapping[str, bytes]) -> list[Problem]:
    """Problems of all form files of a deployment, for the `checks` of `engine.deploy`."""
    found: list[Problem] = []
    ids: dict[str, str] = {}
    for path in sorted(path for path in files if path.endswith(".form")):
        document, problems = _load(path, files[path])
        found += problems
        id = str(document.get("id") or "") if document else ""
        if id and id in ids:
            found.append(FINDINGS.problem(path, "", "id_shared", id=id, other=ids[id]))
        ids.setdefault(id, path)
    return found


def problems_of(document: Mapping[str, Any], components: tuple[Component, ...], file: str) -> list[Problem]:
    """Problems of one readable document."""
    found = chain(_errors(document, components), _warnings(components))
    return [FINDINGS.problem(file, element, code, *act, **values) for element, (code, values, *act) in found]


def _load(path: str, data: bytes) -> tuple[Mapping[str, Any] | None, list[Problem]]:
    try:
        document = json.loads(data)
        if not isinstance(document, dict):
            raise FormUnreadable(FINDINGS.doubt("no_object"))
        return document, problems_of(document, read(document), path)
    except (ValueError, RecursionError) as error:
        return None, [FINDINGS.problem(path, "", "json_unreadable", reason=error)]
    except FormUnreadable as error:
        return None, [FINDINGS.problem(path, "", "no_form", reason=reason(error.doubt))]


def _errors(document: Mapping[str, Any], components: tuple[Component, ...]) -> Iterator[tuple[str, Finding]]:
    if not document.get("id"):
        yield "", ("id_missing", {})
    if document.get("type", "default") != "default":
        yield "", ("type_unknown", {"type": document["type"]})
    everything = [component for top in components for component in top.walk()]
    yield from _identities(everything, str(document.get("id") or ""))
    yield from _duplicate_keys(components)
    for component, shapes in known_shapes(components):
        for finding in _component(component, shapes):
            yield component.id or component.label, finding


def _identities(everything: Sequence[Component], form: str) -> Iterator[tuple[str, Finding]]:
    """Ids that are missing or not the only one; to form-js the form is a component too."""
    counts = Counter([form, *(component.id for component in everything)])
    for component in everything:
        if not component.id and (component.keyed or component.type in CONTAINERS):
            yield component.label or component.type, ("component_without_id", {})
    for id, count in counts.items():
        if id and count > 1:
            yield id, ("component_id_twice", {"count": count})


def _duplicate_keys(components: Iterable[Component]) -> Iterator[tuple[str, Finding]]:
    """Value places that overlap: form-js opens no form with two of them, whatever their conditions hide."""
    claims: list[Component] = []
    for component in _same_scope(components):
        other = next((one for one in claims if _overlap(one, component)), None)
        if other is not None:
            yield component.id, ("key_twice", {"key": ".".join(component.path), "other": other.id})
        claims.append(component)
        if component.repeats:
            yield from _duplicate_keys(component.children)


def _overlap(one: Component, other: Component) -> bool:
    """Whether one has the place of the other or lies inside it; only the place of a group has room for others."""
    shorter, longer = sorted((one, other), key=lambda place: len(place.path))
    if not shorter.path or longer.path[: len(shorter.path)] != shorter.path:
        return False
    return shorter.type != "group" or (shorter.path == longer.path and longer.type != "group")


def _same_scope(components: Iterable[Component]) -> Iterator[Component]:
    for component in components:
        yield component
        if component.type == "group":
            yield from _same_scope(component.children)


def _component(component: Component, shapes: Mapping[str, Shape]) -> Iterator[Finding]:
    kind = component.type
    if kind in REFUSED or not (kind in EMPTY or kind in CONTAINERS or kind in DISPLAYS):
        yield "component_unknown", {"type": kind}
        return
    if component.keyed or component.repeats:
        yield from _key(component)
    yield from _expressions(component, shapes)
    yield from _pattern(component)
    yield from _options(component)
    yield from _sensitive(component)


def _key(component: Component) -> Iterator[Finding]:
    word = "path" if component.repeats else "key"
    text = str(component.raw.get(word) or "")
    if not text:
        yield "key_missing", {"word": word}
    elif not KEY.fullmatch(text):
        yield "key_no_name", {"word": word, "text": text}


def _expressions(component: Component, shapes: Mapping[str, Shape]) -> Iterator[Finding]:
    raw, rules = component.raw, component.rules
    texts = {f"validate.{name}": rules.get(name) for name in FEEL_RULES}
    texts |= {"readonly": raw.get("readonly"), "conditional.hide": component.hide, REFUSAL: component.refusal}
    texts |= {name: raw.get(name) for name in ("valuesExpression", "expression")}
    for where, text in texts.items():
        if isinstance(text, str) and is_expression(text):
            try:
                feel.compile(text[1:])
            except feel.FeelError as error:
                yield "rule_no_feel", {"where": where, "reason": reason(error)}
            else:
                for word in _differing(where, text[1:], shapes):
                    cure = FINDINGS.word(f"{word}_cure")
                    yield "rule_answers_differ", {"where": where, "what": FINDINGS.word(word), "cure": cure}
            if NOW.search(text):
                yield "rule_asks_now", {"where": where}
        elif text and where in ("conditional.hide", "valuesExpression", "expression", REFUSAL):
            yield "rule_without_sign", {"where": where}
    if component.type == "expression" and not raw.get("expression"):
        yield "expression_empty", {}


def _differing(where: str, source: str, shapes: Mapping[str, Shape]) -> list[str]:
    """What browser and server may answer differently; a refusal is asked of the server alone."""
    if where in CONDITIONS:
        return sorted(portable.condition(source, shapes))
    if where.startswith("validate."):
        return sorted(portable.limit(source, shapes))
    return [] if where == REFUSAL else sorted(portable.value(source, shapes)[0])


def _pattern(component: Component) -> Iterator[Finding]:
    pattern = component.rules.get("pattern")
    if pattern:
        try:
            check_pattern(str(pattern))
        except PatternRefused as error:
            yield "pattern_refused", {"reason": reason(error.doubt)}
    if component.rules.get("validationType") == "phone":
        yield "phone_validation", {}
    known = component.properties.get("format")
    if known and known not in FORMATS:
        yield "format_unknown", {"name": known, "known": ", ".join(FORMATS)}


def _options(component: Component) -> Iterator[Finding]:
    raw = component.raw
    if component.type not in CHOICES or raw.get("valuesKey") or raw.get("valuesExpression"):
        return
    values = [entry.get("value") for entry in raw.get("values") or [] if isinstance(entry, Mapping)]
    if not values:
        yield "no_options", {}
    double = [value for value, count in Counter(map(repr, values)).items() if count > 1]
    if double:
        yield "option_twice", {"value": double[0]}


def _sensitive(component: Component) -> Iterator[Finding]:
    kind = component.sensitive
    if kind:
        if kind not in SENSITIVE:
            yield "sensitive_unknown", {"kind": kind, "known": ", ".join(sorted(SENSITIVE))}
        if component.type not in ("textfield", "textarea"):
            yield "cannot_be_sealed", {"type": component.type}
        return
    declared = component.properties.get("sensitive") == NOT_PERSONAL
    guess = "" if declared or component.type not in ("textfield", "textarea") else _personal(component)
    if guess:
        told = {"guess": guess, "kind": FINDINGS.word(guess), "none": NOT_PERSONAL}
        yield "not_sealed", told, Act("field", "properties.sensitive", guess)


def _personal(component: Component) -> str:
    key = component.path[-1] if component.path else ""
    return next(
        (kind for kind, by_key, by_label in PERSONAL if by_key.search(key) or by_label.search(component.label)), ""
    )


def _warnings(components: tuple[Component, ...]) -> Iterator[tuple[str, Finding]]:
    for component in (found for top in components for found in top.walk()):
        known = FORMATS.get(str(component.properties.get("format") or ""))
        if known and not component.rules.get("pattern"):
            act = Act("field", "validate.pattern", known.pattern)
            yield component.id, ("format_unchecked", {"pattern": known.pattern}, act)
