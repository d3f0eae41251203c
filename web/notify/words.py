"""Words of a notice in both languages of the interface: who reads it decides, not who or what caused it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import force_locale

from web.notify.outbox import Notice
from web.presentation import LOCALES


@dataclass(frozen=True, slots=True)
class Words:
    """Subject and text, Chinese and English."""

    chinese: tuple[str, str]
    english: tuple[str, str]

    def to(self, key: str, receiver: str, business_key: str | None = None, channel: str = "staff") -> Notice:
        """The notice with these words for one colleague."""
        subject, text = self.chinese
        return Notice(key, channel, receiver, text, subject, business_key, *self.english)


def in_both(say: Callable[[], tuple[str, str]]) -> Words:
    """What `say` gives, subject and text, in each language; dates in it must not depend on the day of reading."""
    spoken = []
    for locale in (LOCALES["zh"], LOCALES["en"]):
        with force_locale(locale):
            spoken.append(say())
    return Words(*spoken)
