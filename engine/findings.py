"""Findings about the files of a pack, said in both languages: the texts stand in one `findings.toml` beside each room.

An entry of such a file is one finding:

    [stage_missing]
    fact = ["用户任务没有写阶段。", "The user task has no stage."]
    advice = ["…", "…"]
    severity = "warning"        # without it the finding is an error

Chinese first, English second; `{name}` stands for a value. `[reasons]` holds half sentences that errors carry, and
`[words]` technical words, both as pairs.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Said:
    """A text in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Act:
    """What an editor does to cure a finding: how, to which word of the element, and with which value.

    property, attribute: write a `camunda:property`, an attribute (empty takes it out).
    default: make the flow `value` the default. unconditional: take the condition of the flow `value` out.
    resize: give the shape `value` units (width x height). rename: read the variable `value` in place of `name`.
    end: draw an end event behind it. remove: take it and its flows out of the drawing.
    field: write the word `name` of a form component. create: add the file `name`.
    """

    how: Literal[
        "property", "attribute", "default", "unconditional", "resize", "rename", "end", "remove", "field", "create"
    ]
    name: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Cure:
    """One click that cures a finding, and what the button says."""

    act: Act
    title: str
    title_en: str


@dataclass(frozen=True, slots=True)
class Words:
    """What a finding says."""

    fact: Said
    advice: Said
    severity: Severity


@dataclass(frozen=True)
class Problem:
    """One finding about a file: where it is, what is wrong, and what to do; texts without suffix are Chinese."""

    file: str
    #: Id of the element or form component; empty when the finding is about the whole file.
    element: str
    message: str
    advice: str
    severity: Severity = "error"
    #: Which check found it.
    code: str = ""
    #: Empty in what was stored before findings had two languages.
    message_en: str = ""
    advice_en: str = ""
    #: None where only a person can say how.
    cure: Cure | None = None

    @classmethod
    def of(cls, file: str, element: str, code: str, words: Words, cure: Cure | None = None) -> Problem:
        """The finding `code` of an element."""
        fact, advice = words.fact, words.advice
        return cls(file, element, fact.zh, advice.zh, words.severity, code, fact.en, advice.en, cure)

    def __str__(self) -> str:
        place = " · ".join(filter(None, (self.file, self.element, self.code)))
        english = f" ({self.message_en} {self.advice_en})" if self.message_en else ""
        return f"{place}: {self.message} {self.advice}{english}"


class Doubt(ValueError):
    """A text of a file means nothing; `message` (Chinese) and `message_en` say why in half a sentence."""

    def __init__(self, said: Said) -> None:
        self.message = said.zh
        self.message_en = said.en
        super().__init__(said.en)


def reason(error: Exception) -> Said:
    """Why something failed: in both languages where the error knows them, with the place where FEEL knows it."""
    told = str(error)
    said = Said(getattr(error, "message", "") or told, getattr(error, "message_en", "") or told)
    line, column = (getattr(error, word, None) for word in ("line", "column"))
    if not isinstance(line, int) or not isinstance(column, int):
        return said
    return Said(f"第 {line} 行第 {column} 列：{said.zh}", f"line {line}, column {column}: {said.en}")


class Catalogue:
    """The findings of one package, read from its `findings.toml`."""

    def __init__(self, package: str) -> None:
        # Read once and at import: a check touches no file but those of the pack.
        read = tomllib.loads(files(package).joinpath("findings.toml").read_text("utf-8"))
        #: Half sentences that errors carry.
        self.reasons: Mapping[str, tuple[str, str]] = read.pop("reasons", {})
        #: Technical words.
        self.words: Mapping[str, tuple[str, str]] = read.pop("words", {})
        #: Every finding by its code, in the order of the file.
        self.entries: Mapping[str, Mapping[str, Any]] = read

    def say(self, code: str, /, **values: object) -> Words:
        """What the finding `code` says with some values; `Said` values keep their language."""
        entry = self.entries[code]
        return Words(_filled(entry["fact"], values), _filled(entry["advice"], values), entry.get("severity", "error"))

    def problem(self, file: str, element: str, code: str, act: Act | None = None, /, **values: object) -> Problem:
        """The finding `code` about an element of a file, with what an editor can do about it.

        `value` among the values is how the button names the value of the act.
        """
        cure = None
        if act is not None:
            title = _filled(self.entries[code]["cure"], {"value": act.value, **values})
            cure = Cure(act, title.zh, title.en)
        return Problem.of(file, element, code, self.say(code, **values), cure)

    def doubt(self, code: str, /, **values: object) -> Doubt:
        """The error with the reason `code`."""
        return Doubt(_filled(self.reasons[code], values))

    def word(self, name: str) -> Said:
        """A technical word in both languages; one that is not listed means itself."""
        return Said(*self.words.get(name, (name, name)))


def _filled(pair: tuple[str, str], values: Mapping[str, object]) -> Said:
    zh, en = pair
    chinese = {name: value.zh if isinstance(value, Said) else value for name, value in values.items()}
    english = {name: value.en if isinstance(value, Said) else value for name, value in values.items()}
    return Said(zh.format_map(chinese), en.format_map(english))


#: What can be wrong with files as files, and with `pack.toml`.
FILES: Final = Catalogue("engine")
