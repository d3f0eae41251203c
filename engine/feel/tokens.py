"""Cuts an expression into tokens, and knows which names consist of several of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from engine.feel import limits
from engine.feel.errors import FeelError, place

#: kind, text, offset; kinds: name, number, string, at, op, other, end
Token: TypeAlias = tuple[str, str, int]

# Name characters follow DMN 1.5, 10.3.1.2 rules 27-31; \w covers letters of every script.
_START = r"[^\W\d]|[\u00b7\u200c\u200d\u2070-\u218f\u2c00-\u2fef\u3001\uf900-\ufdcf\U00010000-\U000effff]"
_TOKEN = re.compile(
    rf"""(?P<space>(?:\s|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)+)
    |(?P<name>(?:{_START})(?:\w|{_START})*|\?)
    |(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?)
    |(?P<string>"(?:[^"\\]|\\.)*")
    |(?P<at>@\s*"(?:[^"\\]|\\.)*")
    |(?P<op>\*\*|\.\.|<=|>=|!=|->|[-+*/<>=(){{}}\[\],:.])
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)

KEYWORDS = frozenset(
    [
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "and",
        "or",
        "between",
        "instance",
        "function",
        "external",
        "true",
        "false",
        "null",
    ]
)
#: words that begin something and so never continue a name
CONNECTORS = frozenset(["then", "else", "in", "return", "satisfies", "and", "or", "between", "instance"])

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_ESCAPE = re.compile(
    r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))",
    re.DOTALL,
)


def cut(source: str) -> list[Token]:
    """Return the tokens of an expression, closed by an end token; raises FeelError for an oversized source."""
    if len(source) > limits.SOURCE:
        raise FeelError(
            f"表达式有 {len(source)} 个字符，最多 {limits.SOURCE} 个；请拆成几步",
            1,
            1,
            f"the expression has {len(source)} characters, at most {limits.SOURCE} are allowed; split it",
        )
    found = [
        (match.lastgroup or "other", match.group(), match.start())
        for match in _TOKEN.finditer(source)
        if match.lastgroup != "space"
    ]
    found.append(("end", "", len(source)))
    return found


def unescape(text: str, source: str, at: int) -> str:
    """Return the characters a quoted literal stands for."""
    body = text[1:-1]
    if "\\" not in body:
        return body
    return _ESCAPE.sub(lambda match: _character(match, source, at), body)


def _character(match: re.Match[str], source: str, at: int) -> str:
    high, low, four, six, single = match.groups()
    if high:
        return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00)
    if four or six:
        code = int(four or six, 16)
        if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF:
            return chr(code)
    elif single in _ESCAPES:
        return _ESCAPES[single]
    elif single not in "uU":
        return "\\" + single
    line, column = place(source, at)
    raise FeelError("文字中的 \\ 写法不对", line, column, "a \\ in the text is not followed by a known escape")


class Names:
    """Known names, found by their first token; the longest match wins."""

    __slots__ = ("known", "long")

    def __init__(self, names: Iterable[str] = (), base: Names | None = None) -> None:
        self.known: set[str] = set(base.known) if base else set()
        #: first token -> (token texts, name) of names with several tokens, longest first
        self.long: dict[str, list[tuple[tuple[str, ...], str]]] = dict(base.long) if base else {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Learn one more name."""
        if name in self.known:
            return
        self.known.add(name)
        if name.isalnum():
            return
        parts = tuple(token[1] for token in cut(name)[:-1])
        if len(parts) > 1:
            others = [known for known in self.long.get(parts[0], []) if known[0] != parts]
            self.long[parts[0]] = sorted([*others, (parts, name)], key=lambda entry: -len(entry[0]))

    def match(self, tokens: Sequence[Token], at: int) -> tuple[int, str]:
        """Return how many tokens the longest known name at a position takes, and the name; 0 when none fits."""
        for parts, name in self.long.get(tokens[at][1], ()):
            if at + len(parts) < len(tokens) and all(tokens[at + step][1] == part for step, part in enumerate(parts)):
                return len(parts), name
        return 0, ""


def join(tokens: Sequence[Token]) -> str:
    """Return the name that tokens spell: as written, with single blanks where the source had any."""
    text = tokens[0][1]
    end = tokens[0][2] + len(text)
    for _, part, at in tokens[1:]:
        text += f" {part}" if at > end else part
        end = at + len(part)
    return text
