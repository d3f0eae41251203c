"""One form: a form-js document that validates what people submit."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields

from engine import Problem
from engine.feel import FeelError
from forms.checks import problems_of
from forms.component import EMPTY, Component, read
from forms.conditions import computed, evaluate
from forms.errors import FINDINGS, FormErrors, FormUnreadable
from forms.fields import FIELDS, MISSING, Rules
from forms.opening import calendar_functions
from forms.places import Place, Sheet, every, get, put
from forms.summary import Row, options, summary

Checked = list[tuple[Place, Any]]

FEEL_LIMITS: Final = ("min", "max", "minLength", "maxLength")
#: What a field says whose `refusal` cannot be computed.
UNCOMPUTED: Final = "这一项的检查规则算不出来，先不能提交。请让流程分析员改正表单里这一项的 refusal。"


@dataclass(frozen=True)
class Clean:
    """What a submission leaves behind: only values of visible, writable components and computed ones."""

    #: Process variables; numbers are Decimal, dates ISO texts, sensitive values missing.
    values: dict[str, Any] = field(default_factory=dict)
    #: Path -> (kind, plain text) of values to be sealed; never to be stored or logged as they are.
    sensitive: dict[str, tuple[str, str]] = field(default_factory=dict, repr=False)
    #: Ids of the uploaded documents.
    documents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Form:
    """A readable form document."""

    id: str
    document: Mapping[str, Any] = field(repr=False)
    components: tuple[Component, ...] = field(repr=False)

    @classmethod
    def load(cls, document: Mapping[str, Any]) -> Form:
        """A form of a document; `FormUnreadable` if it is no form at all. Use `problems` for everything else."""
        if not isinstance(document, Mapping):
            raise FormUnreadable(FINDINGS.doubt("no_object"))
        return cls(str(document.get("id") or ""), document, read(document))

    def problems(self, file: str = "") -> list[Problem]:
        """Everything that speaks against deploying the form."""
        return problems_of(self.document, self.components, file or f"{self.id}.form")

    def validate(
        self, data: Mapping[str, Any], *, context: Mapping[str, Any], partial: bool = False, today: date | None = None
    ) -> Clean:
        """Check submitted JSON against the form; `FormErrors` with all messages.

        `context` are the variables that the form was opened with; `partial` (for drafts) lets required values be
        missing; `today` is the business date, for fields that refuse the past and for `today()` in expressions.
        """
        sheet = Sheet(self.components, data, {**calendar_functions(today), **context})
        checked, errors = _checked(sheet, partial, today)
        if not errors and not partial:
            errors = _refused(sheet)
        if errors:
            raise FormErrors(*_named(errors))
        return _clean(sheet, checked)

    def said(self, key: str, value: Any) -> str:
        """The label of the option that was chosen in a field; the value itself if the form has no such option."""
        parts = (part for top in self.components for part in top.walk() if part.path == (key,))
        return next((label for part in parts for option, label in options(part.raw) if option == value), str(value))

    def summary(self, data: Mapping[str, Any]) -> list[Row]:
        """Labels and values for reading and printing, hidden components left out."""
        return summary(self.components, data)


def _checked(sheet: Sheet, partial: bool, today: date | None) -> tuple[Checked, list[tuple[Place, list[str]]]]:
    """Every visible place with its checked value, or the places with messages."""
    slots: dict[str, Place] = {}
    asked: dict[str, Any] = {}
    done: Checked = []
    for number, place in enumerate(place for place in sheet.places() if not place.hidden):
        value = get(sheet.data, place.path)
        if place.fixed or _kept_seal(place, value, sheet.context):
            done.append((place, value))
            continue
        slots[f"f{number}"] = place
        if not _unset(place.component, value):
            asked[f"f{number}"] = value
    schema = Schema.from_dict({name: _field(place, partial, today) for name, place in slots.items()})
    try:
        loaded = schema().load(asked)
    except ValidationError as error:
        return [], [(slots[name], _flat(messages)) for name, messages in error.messages_dict.items()]
    empty = [(place, EMPTY[place.component.type]) for name, place in slots.items() if name not in loaded]
    return [*done, *((slots[name], value) for name, value in loaded.items()), *empty], []


def _refused(sheet: Sheet) -> list[tuple[Place, list[str]]]:
    """The visible places whose `refusal` says a sentence: what no single field can see, asked of the whole answer."""
    asked = ((place, _refusal(place)) for place in sheet.places() if not place.hidden)
    return [(place, [told]) for place, told in asked if isinstance(told, str) and told]


def _refusal(place: Place) -> Any:
    """What the `refusal` of a place says; a rule that cannot be computed lets nothing through and says so."""
    try:
        return computed(place.component.refusal, place.scope.context())
    except FeelError:
        return UNCOMPUTED


def _field(place: Place, partial: bool, today: date | None) -> fields.Field[Any]:
    component, context = place.component, place.scope.context()
    limits = {**component.rules, **{name: evaluate(component.rules.get(name), context) for name in FEEL_LIMITS}}
    made = FIELDS[component.type](Rules(component, limits, _options(component, context), today))
    made.required = bool(limits.get("required")) and not partial
    made.error_messages["required"] = MISSING.get(component.type, "请填写")
    return made


def _options(component: Component, context: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Values of the options of a choice; nothing may be chosen if they cannot be found."""
    raw = component.raw
    if raw.get("valuesExpression"):
        found = evaluate(raw["valuesExpression"], context)
    else:
        found = context.get(str(raw["valuesKey"])) if raw.get("valuesKey") else raw.get("values")
    if not isinstance(found, list):
        return ()
    return tuple(entry.get("value") if isinstance(entry, Mapping) else entry for entry in found)


def _unset(component: Component, value: Any) -> bool:
    """True for what form-js counts as not filled in; a required tick must be set."""
    return value is None or value in ("", []) or (component.type == "checkbox" and value is False)


def _kept_seal(place: Place, value: Any, context: Mapping[str, Any]) -> bool:
    """True for the unchanged reference to a value that was sealed before; any other reference is refused as no text."""
    return bool(place.component.sensitive) and isinstance(value, Mapping) and value in every(context, place.path)


def _clean(sheet: Sheet, checked: Checked) -> Clean:
    values: dict[str, Any] = {}
    sensitive: dict[str, tuple[str, str]] = {}
    documents: list[str] = []
    # Lists come before their rows, so that each row is put into what was known of it.
    for place, value in sorted(checked, key=lambda pair: len(pair[0].path)):
        root = place.path[0]
        if len(place.path) > 1 and root not in values and isinstance(sheet.context.get(str(root)), dict):
            values[str(root)] = copy.deepcopy(sheet.context[str(root)])
        if place.component.repeats:
            put(values, place.path, sheet.known_rows[place.path])
        elif place.component.sensitive and isinstance(value, str) and value:
            sensitive[place.name] = (place.component.sensitive, value)
        elif not place.fixed or place.component.type == "expression":
            put(values, place.path, value)
            documents += value or [] if place.component.type == "filepicker" else []
    return Clean(values, sensitive, tuple(dict.fromkeys(documents)))


def _named(errors: list[tuple[Place, list[str]]]) -> tuple[dict[str, list[str]], dict[str, Any]]:
    """Messages by path, and by component id with row numbers nested as form-js does."""
    by_path = {place.name: messages for place, messages in errors}
    by_id: dict[str, Any] = {}
    for place, messages in errors:
        holder, key = by_id, place.component.id
        for row in place.scope.rows:
            holder, key = holder.setdefault(key, {}), str(row)
        holder[key] = messages
    return by_path, by_id


def _flat(messages: Any) -> list[str]:
    if isinstance(messages, dict):
        return [text for part in messages.values() for text in _flat(part)]
    return [str(text) for text in messages] if isinstance(messages, list) else [str(messages)]
