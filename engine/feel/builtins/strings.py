"""String functions (DMN 1.5, 10.3.4.3)."""

from __future__ import annotations

from decimal import Decimal

from engine.feel import limits
from engine.feel.arithmetic import whole
from engine.feel.builtins.catalogue import builtin
from engine.feel.builtins.patterns import pattern, split_by, substitute
from engine.feel.errors import NoValue
from engine.feel.scope import Scope
from engine.feel.values import Value

#: delimiters without special meaning in a pattern
_PLAIN = frozenset({",", ";", ":", "/", " ", "、", "，", "；"})


@builtin("substring", "string: string, start position: number, length?: number | null")
def substring(text: str, start: Decimal, length: Decimal | None = None) -> Value:
    """Return the characters from a position (1 the first, -1 the last) on, at most `length` of them."""
    first = whole(start)
    if first == 0 or abs(first) > len(text) or (length is not None and whole(length) < 1):
        raise NoValue("起始位置或长度超出文字", "start position or length lie outside the text")
    begin = first - 1 if first > 0 else len(text) + first
    return text[begin:] if length is None else text[begin : begin + whole(length)]


@builtin("string length", "string: string")
def string_length(text: str) -> Value:
    """Return the number of characters."""
    return Decimal(len(text))


@builtin("upper case", "string: string")
def upper_case(text: str) -> Value:
    """Return the text in capitals."""
    return text.upper()


@builtin("lower case", "string: string")
def lower_case(text: str) -> Value:
    """Return the text in small letters."""
    return text.lower()


@builtin("substring before", "string: string, match: string")
def substring_before(text: str, match: str) -> Value:
    """Return what stands before the first `match`, nothing when it does not occur."""
    return text.partition(match)[0] if match and match in text else ""


@builtin("substring after", "string: string, match: string")
def substring_after(text: str, match: str) -> Value:
    """Return what stands after the first `match`, nothing when it does not occur."""
    if not match:
        return text
    return text.partition(match)[2]


@builtin("contains", "string: string, match: string")
def contains(text: str, match: str) -> Value:
    """Say whether `match` occurs."""
    return match in text


@builtin("starts with", "string: string, match: string")
def starts_with(text: str, match: str) -> Value:
    """Say whether the text begins with `match`."""
    return text.startswith(match)


@builtin("ends with", "string: string, match: string")
def ends_with(text: str, match: str) -> Value:
    """Say whether the text ends with `match`."""
    return text.endswith(match)


@builtin("matches", "input: string, pattern: string, flags?: string | null", wants_scope=True)
def matches(scope: Scope, text: str, expression: str, flags: str | None = None) -> Value:
    """Say whether the pattern occurs in the text."""
    return pattern(expression, flags or "", scope.run).search(text, scope.run) is not None


@builtin("replace", "input: string, pattern: string, replacement: string, flags?: string | null", wants_scope=True)
def replace(scope: Scope, text: str, expression: str, replacement: str, flags: str | None = None) -> Value:
    """Return the text with every match replaced; $1 ... stand for the groups."""
    return substitute(pattern(expression, flags or "", scope.run), text, replacement, scope.run)


@builtin("split", "string: string, delimiter: string", wants_scope=True)
def split(scope: Scope, text: str, delimiter: str) -> Value:
    """Return the parts between matches of the delimiter pattern."""
    if (delimiter and delimiter.isalnum()) or delimiter in _PLAIN:
        return text.split(delimiter)
    return split_by(pattern(delimiter, "", scope.run), text, scope.run)


@builtin("string join", "list: list, delimiter?: string | null")
def string_join(items: list[Value], delimiter: str | None = None) -> Value:
    """Return the strings of a list joined; nulls are left out."""
    texts = [item for item in items if item is not None]
    if not all(type(text) is str for text in texts):
        raise NoValue("列表里不全是文字", "the list holds more than strings")
    size = sum(map(len, texts)) + len(texts) * len(delimiter or "")
    if size > limits.CHARACTERS:
        raise NoValue("结果太长", "the result is too long")
    return (delimiter or "").join(texts)
