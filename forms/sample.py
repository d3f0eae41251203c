"""Plausible answers for a form: for previews, demonstrations and walks through a process."""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from math import ceil
from typing import Any

from forms.conditions import evaluate
from forms.opening import calendar_functions

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = ("建国", "晓岚", "敏", "志强", "静", "立", "洋", "雪", "文博", "佳怡", "海涛", "秀英", "子涵", "明", "丽华")
_TRADES = ("精密制造", "食品", "冷链物流", "数据服务", "包装", "新材料", "纺织", "五金机电", "茶业", "充电服务")
_PLACES = ("临江恒达", "滨江瑞丰", "城东宏图", "云岭", "江畔", "博远", "智造园", "启明", "华泰", "沿江")
_STREETS = ("创新大道", "沿江路", "工业二路", "文化路", "和平街", "科技园路", "港城大道", "人民东路")

#: Patterns of plain numbers, such as those of meters.
_DIGITS = re.compile(r"\^\\d\{(\d+)(?:,\d+)?\}\$")
#: Weights and check characters of an identity card number (GB 11643-1999, ISO 7064 MOD 11-2).
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
#: Characters of a unified credit code (GB 32100-2015); the check is MOD 31-3.
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True)
class Sampler:
    """Makes answers up; the same ``rng`` state gives the same answers."""

    rng: random.Random
    today: date
    #: Variables that the form is opened with.
    context: Mapping[str, Any]
    #: Uploads something for a file picker and returns its document ids.
    papers: Callable[[Mapping[str, Any]], list[str]]
    #: What people write into fields with these labels, from chance, variables and the day; "（选填）" is left off.
    examples: Mapping[str, Callable[[random.Random, Mapping[str, Any], date], Any]] = field(default_factory=dict)

    def fill(self, document: Mapping[str, Any], chosen: Mapping[str, Any]) -> dict[str, Any]:
        """Return JSON answers to a form-js document: ``chosen`` values by key, the rest made up.

        Required components are always answered, optional ones with even odds, optional files never.
        Answers of hidden components may be among them; the form drops those when it validates.
        """
        answers: dict[str, Any] = {}
        for component in document.get("components", ()):
            self._answer(component, chosen, answers)
        return answers

    def _answer(self, component: Mapping[str, Any], chosen: Mapping[str, Any], into: dict[str, Any]) -> None:
        kind = component.get("type")
        if kind == "group":
            inner = into.setdefault(component["path"], {}) if component.get("path") else into
            for child in component.get("components", ()):
                self._answer(child, chosen, inner)
        elif kind == "dynamiclist":
            path = component["path"]
            into[path] = chosen[path] if path in chosen else [self.fill(component, {})]
        elif "key" in component:
            self._put(component, chosen, into)

    def _put(self, component: Mapping[str, Any], chosen: Mapping[str, Any], into: dict[str, Any]) -> None:
        key, kind = component["key"], component["type"]
        if key in chosen:
            into[key] = chosen[key]
        elif component.get("readonly") or component.get("disabled") or not self._wanted(component):
            return
        elif kind == "filepicker":
            into[key] = self.papers(component)
        elif kind in _WRITTEN and (example := self._example(component)) is not None:
            into[key] = example(self.rng, {**self.context, **chosen}, self.today)
        elif kind in _MAKERS:
            into[key] = _MAKERS[kind](component, self)

    def _example(self, component: Mapping[str, Any]) -> Callable[..., Any] | None:
        """None for fields that say themselves what fits, such as the number of a person."""
        pattern = str(component.get("validate", {}).get("pattern", ""))
        label = str(component.get("label") or component.get("dateLabel") or "").replace("（选填）", "")
        return None if _maker(component) or _DIGITS.fullmatch(pattern) else self.examples.get(label)

    def _wanted(self, component: Mapping[str, Any]) -> bool:
        if component.get("validate", {}).get("required"):
            return True
        return component["type"] not in ("filepicker", "checkbox") and _makeable(component) and self.rng.random() < 0.5


def _makeable(component: Mapping[str, Any]) -> bool:
    """Whether a text that fits can be made up: not for patterns that are not known here."""
    pattern, maker = str(component.get("validate", {}).get("pattern", "")), _maker(component)
    if not pattern or _DIGITS.fullmatch(pattern):
        return True
    return maker is not None and re.fullmatch(pattern, maker(random.Random(0))) is not None


def _maker(component: Mapping[str, Any]) -> Callable[[random.Random], str] | None:
    properties = component.get("properties", {})
    kind = component.get("validate", {}).get("validationType")
    words = (kind, properties.get("format"), properties.get("sensitive"))
    return next((_FORMATS[word] for word in words if word in _FORMATS), None)


def _text(component: Mapping[str, Any], sampler: Sampler) -> str:
    rng, rules, maker = sampler.rng, component.get("validate", {}), _maker(component)
    if maker:
        return maker(rng)
    digits = _DIGITS.fullmatch(str(rules.get("pattern", "")))
    if digits:
        return "".join(str(rng.randint(0, 9)) for _ in range(int(digits[1])))
    return _fit(rng.choice(("符合要求", "正常", "已核对", "见附件")), component)


def _fit(text: str, component: Mapping[str, Any]) -> str:
    rules = component.get("validate", {})
    shortest, longest = int(rules.get("minLength") or 0), int(rules.get("maxLength") or 200)
    return text.ljust(shortest, "。")[:longest]


def _number(component: Mapping[str, Any], sampler: Sampler) -> int:
    """A whole number, so that every number of decimals fits."""
    rules = component.get("validate", {})
    low, high = ceil(_bound(rules.get("min"), Decimal(1))), int(_bound(rules.get("max"), Decimal(100)))
    return sampler.rng.randint(low, max(low, min(high, low + 20)))


def _bound(value: Any, default: Decimal) -> Decimal:
    return Decimal(str(value)) if isinstance(value, (int, float)) else default


def _option(component: Mapping[str, Any], sampler: Sampler) -> Any:
    seen = {**calendar_functions(sampler.today), **sampler.context}
    options = component.get("values") or evaluate(component.get("valuesExpression"), seen) or [None]
    first = options[0]
    return first["value"] if isinstance(first, Mapping) else first


def _options(component: Mapping[str, Any], sampler: Sampler) -> list[Any]:
    found = _option(component, sampler)
    return [] if found is None else [found]


def _date(component: Mapping[str, Any], sampler: Sampler) -> str:
    day = sampler.today + timedelta(days=sampler.rng.randint(0, 30))
    subtype = component.get("subtype", "date")
    return {"date": day.isoformat(), "time": "09:30", "datetime": f"{day.isoformat()}T09:30"}[subtype]


def person(rng: random.Random) -> str:
    """A Chinese person's name."""
    return rng.choice(_SURNAMES) + rng.choice(_GIVEN)


def company(rng: random.Random) -> str:
    """A Chinese company's name."""
    return f"{rng.choice(_PLACES)}{rng.choice(_TRADES)}有限公司"


def address(rng: random.Random) -> str:
    """A street and house number."""
    return f"{rng.choice(_STREETS)} {rng.randint(1, 320)} 号"


def mobile(rng: random.Random) -> str:
    """An eleven-digit mobile number."""
    return f"1{rng.choice((38, 39, 50, 86, 77))}{rng.randint(0, 99_999_999):08d}"


def id_card(rng: random.Random) -> str:
    """An identity card number with a right check character."""
    born = date(1955, 1, 1) + timedelta(days=rng.randint(0, 18_000))
    body = f"{rng.choice((330108, 330104, 320106))}{born:%Y%m%d}{rng.randint(0, 999):03d}"
    return body + _ID_CHECKS[sum(int(digit) * weight for digit, weight in zip(body, _ID_WEIGHTS, strict=True)) % 11]


def credit_code(rng: random.Random) -> str:
    """A unified social credit code with a right check character."""
    body = "91330108MA" + "".join(rng.choice(_CREDIT_ALPHABET) for _ in range(7))
    total = sum(_CREDIT_ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + _CREDIT_ALPHABET[-total % 31]


def account(rng: random.Random) -> str:
    """A bank account number with a right Luhn digit."""
    body = "6228" + f"{rng.randint(0, 10**14 - 1):014d}"
    digits = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body))]
    return body + str(-sum(digit // 10 + digit % 10 for digit in digits) % 10)


_FORMATS: dict[object, Callable[[random.Random], str]] = {
    "id_card": id_card,
    "id_no": id_card,
    "credit_code": credit_code,
    "mobile": mobile,
    "phone": mobile,
    "contact": person,
    "name": person,
    "address": address,
    "account": account,
    "email": lambda rng: f"user{rng.randint(1, 9999)}@example.com",
}

#: Types of fields that people write into.
_WRITTEN = ("textfield", "textarea", "number", "datetime")

_MAKERS: dict[object, Callable[[Mapping[str, Any], Sampler], Any]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "checkbox": lambda component, sampler: True,
    "radio": _option,
    "select": _option,
    "checklist": _options,
    "taglist": _options,
    "datetime": _date,
}
