"""Patterns of form-js (JavaScript syntax) on a linear-time engine, limited to what both sides understand alike."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

import re2

from engine.findings import Doubt
from forms.errors import FINDINGS

MAX_PATTERN: Final = 500
#: Words that one of the two engines lacks or reads differently: inline flags, \A, \z, classes by name, quoting, \C.
FOREIGN: Final = re.compile(r"\(\?(?!:)|\\[AzZCQEpPk1-9cG]|\[\[:|\(\?P")
UNICODE: Final = re.compile(r"\\u([0-9a-fA-F]{4})|\\u\{([0-9a-fA-F]{1,6})\}")


class PatternRefused(Exception):
    """The pattern cannot be run with the same result on both sides; `doubt` says why."""

    def __init__(self, doubt: Doubt) -> None:
        self.doubt = doubt
        super().__init__(str(doubt))


def matches(pattern: str, text: str) -> bool:
    """True if the pattern is found in the text, as `RegExp.test` says in the browser."""
    return _compiled(pattern).search(text) is not None


def check(pattern: str) -> None:
    """Raise `PatternRefused` with the reason if the pattern is not allowed."""
    _compiled(pattern)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> Any:
    if len(pattern) > MAX_PATTERN:
        raise PatternRefused(FINDINGS.doubt("pattern_too_long", most=MAX_PATTERN))
    foreign = FOREIGN.search(pattern.replace(r"\\", ""))
    if foreign:
        raise PatternRefused(FINDINGS.doubt("pattern_foreign", text=foreign.group()))
    options = re2.Options()
    options.log_errors = False
    source = UNICODE.sub(lambda found: f"\\x{{{found[1] or found[2]}}}", pattern).replace(r"\/", "/")
    try:
        return re2.compile(source, options)
    except re2.error as error:
        raise PatternRefused(FINDINGS.doubt("pattern_unreadable", reason=repr(error.args[0]))) from error
