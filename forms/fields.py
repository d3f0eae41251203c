"""Component types and the marshmallow fields that check their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from marshmallow import ValidationError, fields, validate

from forms.component import Component
from forms.formats import FORMATS
from forms.patterns import matches

MAX_TEXT: Final = 20_000
MAX_CHOICES: Final = 1_000
EMAIL: Final = r"^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9-]{1,63}(\.[a-zA-Z0-9-]{1,63})*$"
DOCUMENT_ID: Final = r"^[0-9a-f]{32}$"


@dataclass(frozen=True)
class Rules:
    """What a value is held against, with FEEL already evaluated."""

    component: Component
    #: The `validate` part; min, max, minLength and maxLength are values.
    limits: Mapping[str, Any]
    #: Allowed values of a choice; None when anything goes.
    options: tuple[Any, ...] | None = None
    today: date | None = None


class Text(fields.String):
    """A text without control characters and lone surrogates; line breaks become blanks in one-line fields."""

    def __init__(self, multiline: bool, **more: Any) -> None:
        super().__init__(error_messages={"invalid": "请填写文字"}, **more)
        self._multiline = multiline

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        text = super()._deserialize(value, attr, data, **more) or ""
        if not self._multiline:
            text = text.translate({10: " ", 13: " ", 9: " "})
        # Half a character (a lone surrogate) can be sent as JSON, but neither be kept nor matched.
        if any((ord(sign) < 32 and sign not in "\n\r\t") or "\ud800" <= sign <= "\udfff" for sign in text):
            raise ValidationError("含有看不见的控制字符，请重新输入")
        return text


class Number(fields.Field[Decimal | str]):
    """An exact decimal number; a text when the component says `serializeToString`."""

    def __init__(self, as_text: bool, **more: Any) -> None:
        super().__init__(**more)
        self._as_text = as_text

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Decimal | str:
        number = decimal_of(value)
        if number is None:
            raise ValidationError("请填数字，例如 100")
        return format(number, "f") if self._as_text else number


class Choice(fields.Field[Any]):
    """One of the options."""

    def __init__(self, options: tuple[Any, ...] | None, **more: Any) -> None:
        super().__init__(**more)
        self._options = options

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Any:
        if not isinstance(value, str | int | float | Decimal | bool | dict):
            raise ValidationError("请从列表中选择")
        return pick(value, self._options)


class Choices(fields.Field[list[Any]]):
    """Some of the options, each once."""

    def __init__(self, options: tuple[Any, ...] | None, **more: Any) -> None:
        super().__init__(**more)
        self._options = options

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> list[Any]:
        if not isinstance(value, list) or len(value) > MAX_CHOICES:
            raise ValidationError("请从列表中选择")
        chosen: list[Any] = []
        for entry in value:
            found = pick(entry, self._options)
            if not any(same(found, other) for other in chosen):
                chosen.append(found)
        return chosen


class Moment(fields.Field[str]):
    """A date, time or both as ISO text, as form-js writes it."""

    def __init__(self, subtype: str, not_before: date | None, **more: Any) -> None:
        super().__init__(**more)
        self._read = SUBTYPES.get(subtype, SUBTYPES["date"])
        self._not_before = not_before

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        parse, example = self._read
        try:
            found = parse(value) if isinstance(value, str) else None
        except ValueError:
            found = None
        if found is None:
            raise ValidationError(f"请写成 {example} 的样子")
        if self._not_before and isinstance(found, date) and _day(found) < self._not_before:
            raise ValidationError(f"不能早于今天（{self._not_before.isoformat()}）")
        return str(value)


class Check(fields.Field[bool]):
    """A tick."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("请勾选或取消勾选")
        return value


class Documents(fields.Field[list[str]]):
    """Ids of uploaded documents; one only unless the component says `multiple`."""

    def __init__(self, multiple: bool, **more: Any) -> None:
        super().__init__(**more)
        self._multiple = multiple

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> list[str]:
        ids = [value] if isinstance(value, str) else value
        known = isinstance(ids, list) and len(ids) <= MAX_CHOICES and all(isinstance(id, str) for id in ids)
        if not known or not all(matches(DOCUMENT_ID, id) for id in ids):
            raise ValidationError("材料还没有传完，请等上传完成后再提交")
        if len(ids) > 1 and not self._multiple:
            raise ValidationError("只收一份材料，请删去多余的")
        return list(dict.fromkeys(ids))


def pick(value: Any, options: tuple[Any, ...] | None) -> Any:
    """The option that equals the value; numbers compare by worth, other types never mix."""
    if options is None:
        return value
    for option in options:
        if same(option, value):
            return option
    raise ValidationError("这个选项已不在列表里，请重新选择")


def same(one: object, other: object) -> bool:
    """Equality as in the browser, where true is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def decimal_of(value: object) -> Decimal | None:
    """The exact number that a JSON value or text stands for; None if it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 40 else None


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if len(text) == 10 else None


def _datetime(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if "T" in text else None


SUBTYPES: Final[Mapping[str, tuple[Callable[[str], date | time | None], str]]] = {
    "date": (_date, "2026-11-20"),
    "time": (time.fromisoformat, "14:30"),
    "datetime": (_datetime, "2026-11-20T14:30"),
}


def _text(rules: Rules, multiline: bool) -> fields.Field[Any]:
    limits, checks = rules.limits, [validate.Length(max=MAX_TEXT, error=f"最多 {MAX_TEXT} 个字")]
    more: list[Callable[[Any], Any]] = [*checks, *_lengths(limits)]
    if limits.get("pattern"):
        more.append(_pattern(str(limits["pattern"]), str(limits.get("patternErrorMessage") or "")))
    if limits.get("validationType") == "email":
        more.append(_pattern(EMAIL, "邮箱地址不对，例如 name@example.com"))
    known = FORMATS.get(str(rules.component.properties.get("format") or ""))
    if known is not None:
        more.append(_guard(known.fits, known.message))
    return Text(multiline, validate=more)


def _number(rules: Rules) -> fields.Field[Any]:
    raw, limits = rules.component.raw, rules.limits
    checks: list[Callable[[Any], Any]] = []
    digits, step = raw.get("decimalDigits"), decimal_of(raw.get("increment"))
    if isinstance(digits, int) and digits >= 0:
        checks.append(
            _guard(lambda value: _decimals(value) <= digits, f"最多 {digits} 位小数" if digits else "请填整数")
        )
    if step:
        checks.append(_guard(lambda value: Decimal(value) % step == 0, f"只能填 {step} 的倍数"))
    low, high = decimal_of(limits.get("min")), decimal_of(limits.get("max"))
    if low is not None:
        checks.append(_guard(lambda value: Decimal(value) >= low, f"不能小于 {low}"))
    if high is not None:
        checks.append(_guard(lambda value: Decimal(value) <= high, f"不能大于 {high}"))
    return Number(bool(raw.get("serializeToString")), validate=checks)


def _moment(rules: Rules) -> fields.Field[Any]:
    raw = rules.component.raw
    return Moment(str(raw.get("subtype") or "date"), rules.today if raw.get("disallowPassedDates") else None)


#: Component type -> the field that checks its value; an expression is computed here and never taken from outside.
FIELDS: Final[Mapping[str, Callable[[Rules], fields.Field[Any]]]] = {
    "textfield": lambda rules: _text(rules, multiline=False),
    "textarea": lambda rules: _text(rules, multiline=True),
    "number": _number,
    "checkbox": lambda rules: Check(),
    "checklist": lambda rules: Choices(rules.options),
    "taglist": lambda rules: Choices(rules.options),
    "radio": lambda rules: Choice(rules.options),
    "select": lambda rules: Choice(rules.options),
    "datetime": _moment,
    "filepicker": lambda rules: Documents(bool(rules.component.raw.get("multiple"))),
}
#: What a missing required value is told.
MISSING: Final[Mapping[str, str]] = {
    "checkbox": "请勾选后再提交",
    "checklist": "请至少选择一项",
    "taglist": "请至少选择一项",
    "radio": "请选择一项",
    "select": "请选择一项",
    "datetime": "请选择时间",
    "filepicker": "请上传材料",
}


def _lengths(limits: Mapping[str, Any]) -> list[Callable[[Any], Any]]:
    shortest, longest = decimal_of(limits.get("minLength")), decimal_of(limits.get("maxLength"))
    checks: list[Callable[[Any], Any]] = []
    if shortest is not None:
        checks.append(_guard(lambda text: _units(text) >= shortest, f"至少填 {shortest} 个字"))
    if longest is not None:
        checks.append(_guard(lambda text: _units(text) <= longest, f"最多 {longest} 个字，请删短"))
    return checks


def _units(text: str) -> int:
    """Length of the trimmed text as the browser counts it, in UTF-16 units."""
    return len(text.strip().encode("utf-16-le")) // 2


def _decimals(value: Decimal | str) -> int:
    exponent = Decimal(value).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _pattern(pattern: str, message: str) -> Callable[[Any], Any]:
    return _guard(lambda text: matches(pattern, text), message or "格式不对，请照示例检查后重填")


def _guard(holds: Callable[[Any], bool], message: str) -> Callable[[Any], None]:
    def check(value: Any) -> None:
        if not holds(value):
            raise ValidationError(message)

    return check
