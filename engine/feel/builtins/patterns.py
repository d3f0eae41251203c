"""Regular expressions of XPath (F&O 3.1, 5.6.1), run by an engine whose time grows only with the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2

from engine.feel import limits
from engine.feel.builtins.pattern_size import Meter
from engine.feel.errors import NoValue
from engine.feel.scope import Run

_FLAGS = frozenset("smixq")
#: bytes that one pattern may use, its memory of places in texts included
_MEMORY = 1 << 20
#: steps of a match besides those of going through the text
_MATCH = 15
#: Unicode blocks by XPath name, those in everyday use
_BLOCKS = {
    "IsBasicLatin": r"\x{0}-\x{7F}",
    "IsLatin-1Supplement": r"\x{80}-\x{FF}",
    "IsGreek": r"\x{370}-\x{3FF}",
    "IsCyrillic": r"\x{400}-\x{4FF}",
    "IsHiragana": r"\x{3040}-\x{309F}",
    "IsKatakana": r"\x{30A0}-\x{30FF}",
    "IsCJKUnifiedIdeographs": r"\x{4E00}-\x{9FFF}",
    "IsCJKSymbolsandPunctuation": r"\x{3000}-\x{303F}",
}
#: multi-character escapes of XML Schema -> what goes into a character class
_CLASSES = {
    "d": r"\p{Nd}", "s": r" \t\n\r", "w": r"\p{L}\p{N}\p{S}\p{M}",
    "i": r"\p{L}_:", "c": r"\p{L}\p{N}\p{M}_:.\-\x{B7}",
}  # fmt: skip
_SINGLE = frozenset("nrt\\|.?*+(){}-[]^$") | frozenset("/ #")


def _wrong(text: str, why: str = "不对或不支持", why_en: str = "it is wrong or not supported") -> NoValue:
    short = text if len(text) <= 60 else text[:60] + "…"
    return NoValue(f"正则表达式{why}：{short}", f"the pattern cannot be used, {why_en}: {short}")


@dataclass(frozen=True, slots=True)
class Size:
    """How large a pattern is once its repetitions are written out."""

    #: steps of making it ready
    cost: int
    #: places in it where a character of the text may stand
    width: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern ready to be used, and what it asks of every character of a text."""

    compiled: Any
    width: int

    def search(self, text: str, run: Run) -> Any:
        """Return the first match or None."""
        self.pay(text, run)
        return self.compiled.search(text)

    def matches(self, text: str, run: Run) -> Iterator[Any]:
        """Yield all matches; raises NoValue for a pattern that matches the empty text."""
        if self.compiled.search("") is not None:
            raise NoValue("正则表达式不能匹配空文字", "the pattern must not match the empty text")
        self.pay(text, run)
        for match in self.compiled.finditer(text):
            run.spend(_MATCH)
            yield match

    def pay(self, text: str, run: Run) -> None:
        """Pay for going through a text once: at worst every place is tried at every character."""
        run.spend(len(text) * self.width)


def pattern(text: str, flags: str, run: Run) -> Pattern:
    """Return the pattern ready to be used; raises NoValue when it or the flags are wrong, or need backtracking.

    Making it ready is paid for once in an evaluation, whether or not another one has made it before.
    """
    if not set(flags) <= _FLAGS:
        raise NoValue(f"不认识的标志：{flags}", f"unknown flags: {flags}")
    key = (text, flags)
    found: Pattern | None = run.patterns.get(key)
    if found is None:
        run.spend(len(text) * limits.LETTER)
        source, parts = _translated(text, flags)
        if parts.cost > limits.STEPS * 2 // 3:
            raise _wrong(text, "太复杂，请拆开或缩短重复", "it is too complex, split it or repeat less")
        run.spend(limits.PATTERN + parts.cost)
        found = run.patterns[key] = Pattern(_compiled(source, flags), parts.width)
    return found


@lru_cache(maxsize=256)
def _translated(text: str, flags: str) -> tuple[str, Size]:
    if "q" in flags:
        return re2.escape(text), Size(len(text) * limits.LETTER, len(text))
    translation = _Translation(text, flags)
    return translation.result(), translation.size()


@lru_cache(maxsize=128)
def _compiled(source: str, flags: str) -> Any:
    prefix = "".join(flag for flag in "smi" if flag in flags)
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        return re2.compile(f"(?{prefix})(?:{source})" if prefix else source, options)
    except re2.error:
        raise _wrong(source) from None


class _Translation:
    """Rewrites one XPath pattern for the engine, character by character."""

    def __init__(self, text: str, flags: str) -> None:
        self.text = _without_blanks(text) if "x" in flags else text
        # Without flag s the dot matches neither kind of line end.
        self.dot = "." if "s" in flags else r"[^\n\r]"
        self.at = 0
        self.meter = Meter(2 if "i" in flags else 1)

    def result(self) -> str:
        parts: list[str] = []
        while self.at < len(self.text):
            begin = self.at
            parts.append(self.atom())
            self.meter.take(self.text[begin : self.at], parts[-1])
        return "".join(parts)

    def size(self) -> Size:
        """Return how large what was translated is."""
        return Size(*self.meter.total())

    def take(self) -> str:
        if self.at >= len(self.text):
            raise _wrong(self.text)
        self.at += 1
        return self.text[self.at - 1]

    def atom(self) -> str:
        character = self.take()
        if character == "\\":
            return self.escape(False)
        if character == "[":
            return self.character_class()
        if character == "(" and self.text.startswith("?", self.at) and not self.text.startswith("?:", self.at):
            raise _wrong(self.text)
        return self.dot if character == "." else character

    def escape(self, inside: bool) -> str:
        character = self.take()
        if character in "pP":
            return self.category(character)
        if character in _CLASSES:
            return _CLASSES[character] if inside else f"[{_CLASSES[character]}]"
        if character.lower() in _CLASSES:
            if inside:
                return r"\D" if character == "D" else r"\S" if character == "S" else r"\W"
            return f"[^{_CLASSES[character.lower()]}]"
        if character not in _SINGLE:
            raise _wrong(self.text)
        return character if character in " #/" else "\\" + character

    def category(self, letter: str) -> str:
        end = self.text.find("}", self.at)
        if self.take() != "{" or end < 0:
            raise _wrong(self.text)
        name, self.at = self.text[self.at : end], end + 1
        if not name.startswith("Is"):
            return rf"\{letter}{{{name}}}"
        if name not in _BLOCKS:
            raise _wrong(self.text)
        return f"[{'^' if letter == 'P' else ''}{_BLOCKS[name]}]"

    def character_class(self) -> str:
        negated = self.text.startswith("^", self.at)
        self.at += negated
        parts: list[str] = []
        start = self.at
        while True:
            character = self.take()
            if character == "]" and self.at - 1 > start:
                break
            if character == "\\":
                parts.append(self.escape(True))
            elif character == "-" and self.text.startswith("[", self.at):
                return self.subtraction(parts, negated)
            elif character in "[]":
                raise _wrong(self.text)
            else:
                parts.append(character)
        return f"[{'^' if negated else ''}{''.join(parts)}]"

    def subtraction(self, parts: list[str], negated: bool) -> str:
        """Return [a-z-[aeiou]] as the characters that remain."""
        self.at += 1
        taken = self.character_class()
        if self.take() != "]" or negated or taken.startswith("[^"):
            raise _wrong(self.text)
        left = _characters("".join(parts), self.text) - _characters(taken[1:-1], self.text)
        return "[" + "".join(re2.escape(chr(code)) for code in sorted(left)) + "]"


def _characters(body: str, text: str) -> set[int]:
    if "\\" in body:
        raise _wrong(text)
    codes: set[int] = set()
    at = 0
    while at < len(body):
        last = at
        if body[at + 1 : at + 2] == "-" and at + 2 < len(body):
            last = at + 2
        if ord(body[last]) - ord(body[at]) > 2000:
            raise _wrong(text)
        codes.update(range(ord(body[at]), ord(body[last]) + 1))
        at = last + 1
    return codes


def _without_blanks(text: str) -> str:
    """Return a pattern without the blanks that flag x allows; those in a character class stay."""
    parts: list[str] = []
    depth = 0
    for character in text:
        depth += (character == "[") - (character == "]")
        if depth > 0 or character not in " \t\n\r":
            parts.append(character)
    return "".join(parts)


_REFERENCE = re.compile(r"\\(.)|\$([0-9]+)|([\\$])", re.DOTALL)


def substitute(found: Pattern, text: str, replacement: str, run: Run) -> str:
    """Return the text with all matches replaced; $n is group n, \\$ a dollar."""
    run.spend(len(replacement) * 6)
    filling = _filling(replacement, found.compiled.groups)
    parts: list[str] = []
    end = size = 0
    for match in found.matches(text, run):
        run.spend(limits.MATCH + len(filling) * 8)
        parts.append(text[end : match.start()])
        parts += (part if type(part) is str else match.group(part) or "" for part in filling)
        size += sum(map(len, parts[-1 - len(filling) :]))
        if size > limits.CHARACTERS:
            raise NoValue("结果太长", "the result is too long")
        end = match.end()
    parts.append(text[end:])
    return "".join(parts)


def _filling(replacement: str, groups: int) -> list[str | int]:
    """Return what a replacement consists of: texts and numbers of groups."""
    parts: list[str | int] = []
    end = 0
    for found in _REFERENCE.finditer(replacement):
        parts += (replacement[end : found.start()], *_reference(found, groups))
        end = found.end()
    return [part for part in (*parts, replacement[end:]) if part != ""]


def _reference(found: re.Match[str], groups: int) -> list[str | int]:
    escaped, number, stray = found.groups()
    if stray or (escaped and escaped not in "\\$"):
        raise NoValue("替换文字里 \\ 或 $ 的用法不对", "wrong use of \\ or $ in the replacement")
    if escaped:
        return [str(escaped)]
    # $12 with fewer groups is group 1 followed by 2; no text has a thousand groups.
    digits = 1
    while digits < min(len(number), 4) and int(number[: digits + 1]) <= groups:
        digits += 1
    group = int(number[:digits])
    return [group if group <= groups else "", number[digits:]]


def split_by(found: Pattern, text: str, run: Run) -> list[str]:
    """Return the parts of a text between the matches of a pattern that is never empty."""
    parts: list[str] = []
    end = 0
    for match in found.matches(text, run):
        run.spend(limits.MATCH)
        parts.append(text[end : match.start()])
        end = match.end()
    return [*parts, text[end:]]
