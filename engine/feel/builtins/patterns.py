"""Regular expressions of XPath (F&O 3.1, 5.6.1), run by an engine whose time grows only with the text."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import re2

from engine.feel import limits
from engine.feel.errors import NoValue
from engine.feel.scope import Run

_FLAGS = frozenset("smixq")
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


def _wrong(text: str) -> NoValue:
    return NoValue(f"正则表达式不对或不支持：{text}", f"the pattern is wrong or not supported: {text}")


@lru_cache(maxsize=512)
def pattern(text: str, flags: str) -> Any:
    """Return the compiled pattern; raises NoValue when pattern or flags are wrong, or need backtracking."""
    if not set(flags) <= _FLAGS:
        raise NoValue(f"不认识的标志：{flags}", f"unknown flags: {flags}")
    translated = re2.escape(text) if "q" in flags else _Translation(text, flags).result()
    prefix = "".join(flag for flag in "smi" if flag in flags)
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 8 << 20
    try:
        return re2.compile(f"(?{prefix})(?:{translated})" if prefix else translated, options)
    except re2.error:
        raise _wrong(text) from None


class _Translation:
    """Rewrites one XPath pattern for the engine, character by character."""

    def __init__(self, text: str, flags: str) -> None:
        self.text = _without_blanks(text) if "x" in flags else text
        # Without flag s the dot matches neither kind of line end.
        self.dot = "." if "s" in flags else r"[^\n\r]"
        self.at = 0

    def result(self) -> str:
        parts: list[str] = []
        while self.at < len(self.text):
            parts.append(self.atom())
        return "".join(parts)

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


def substitute(compiled: Any, text: str, replacement: str, run: Run) -> str:
    """Return the text with all matches replaced; $n is group n, \\$ a dollar."""
    if compiled.search("") is not None:
        raise NoValue("正则表达式不能匹配空文字", "the pattern must not match the empty text")
    parts: list[str] = []
    end = size = 0
    for match in compiled.finditer(text):
        run.spend(8)
        parts += (text[end : match.start()], _filled(replacement, match))
        size += len(parts[-1]) + len(parts[-2])
        if size > limits.CHARACTERS:
            raise NoValue("结果太长", "the result is too long")
        end = match.end()
    parts.append(text[end:])
    return "".join(parts)


def _filled(replacement: str, match: Any) -> str:
    if "$" not in replacement and "\\" not in replacement:
        return replacement
    return _REFERENCE.sub(lambda found: _reference(found, match), replacement)


def _reference(found: re.Match[str], match: Any) -> str:
    escaped, number, stray = found.groups()
    if stray or (escaped and escaped not in "\\$"):
        raise NoValue("替换文字里 \\ 或 $ 的用法不对", "wrong use of \\ or $ in the replacement")
    if escaped:
        return str(escaped)
    groups = match.re.groups
    rest = ""
    # $12 with fewer groups is group 1 followed by 2.
    while len(number) > 1 and int(number) > groups:
        number, rest = number[:-1], number[-1] + rest
    return (match.group(int(number)) or "" if int(number) <= groups else "") + rest


def split_by(compiled: Any, text: str, run: Run) -> list[str]:
    """Return the parts of a text between the matches of a pattern that is never empty."""
    if compiled.search("") is not None:
        raise NoValue("分隔符不能为空", "the delimiter must not match the empty text")
    parts: list[str] = []
    end = 0
    for match in compiled.finditer(text):
        run.spend(8)
        parts.append(text[end : match.start()])
        end = match.end()
    return [*parts, text[end:]]
