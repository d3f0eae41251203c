"""Codes of a pack in words: what stands in decision tables, for people who do not write them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import Connection

from engine.labels import option_labels
from web.database import remembered
from web.packs import pack_of, said
from web.wording import listed

#: What only machines read: an identifier.
_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
#: A cell is a list of texts, numbers and comparisons, or everything but such a list.
_NOT: Final = re.compile(r"\s*not\((.*)\)\s*", re.DOTALL)
_PART: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|([^",]+)')


@dataclass(frozen=True, slots=True)
class Speech:
    """What the codes of one deployment are called."""

    #: Options of choices, by key of the field and value.
    options: Mapping[str, Mapping[str, str]]
    #: Codes that mean the same wherever they stand.
    words: Mapping[str, str]

    def code(self, value: str, key: str = "") -> str | None:
        """What a code is called, as the value of the field `key` first of all; None for one without a name."""
        return self.options.get(key, {}).get(value) or self.words.get(value)

    def value(self, text: str, key: str = "") -> str | None:
        """The value of a cell in words; None for nothing, and for codes that have no name."""
        if text in ("null", ""):
            return None
        if text.startswith("["):
            return self._list(text, key)
        known = self.code(text, key)
        return known if known is not None or _CODE.fullmatch(text) else text

    def asked(self, cell: str, key: str = "") -> str:
        """What a row asks of an input: `not("RES")` is everything but households; empty where codes have no name."""
        outside = _NOT.fullmatch(cell)
        parts = _PART.findall(outside.group(1) if outside else cell)
        words = listed(filter(None, (self._part(text, plain.strip(), key) for text, plain in parts)))
        return _("除%(what)s以外", what=words) if outside and words else words

    def _part(self, text: str, plain: str, key: str) -> str | None:
        return self.value(text, key) if text else self.code(plain, key) or _sign(plain)

    def _list(self, text: str, key: str) -> str | None:
        try:
            items = json.loads(text)
        except ValueError:
            return text
        return listed(self.code(str(item), key) or str(item) for item in items) or None


def _sign(plain: str) -> str:
    return plain.replace(">=", "≥").replace("<=", "≤")


def speech_of(connection: Connection, deployment_id: str) -> Speech:
    """The words of a deployment in the language of the reader; its forms say their options in their own."""
    return remembered(connection, ("speech", deployment_id), lambda: _speech(connection, deployment_id))


def _speech(connection: Connection, deployment_id: str) -> Speech:
    words = pack_of(connection, deployment_id).words
    named = (words.regions, words.variants, words.kinds, words.stages, words.roles)
    known = {id: said(label.zh, label.en) for labels in named for id, label in labels.items()}
    fixed = {"true": _("是"), "false": _("否"), "verified": _("已核实"), "unverified": _("未核实")}
    return Speech(option_labels(connection, deployment_id), {**known, **fixed})
