"""Patterns of form-js (JavaScript syntax) on a linear-time engine, limited to what both sides understand alike."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

import re2

MAX_PATTERN: Final = 500
#: Words that one of the two engines lacks or reads differently: inline flags, \A, \z, classes by name, quoting, \C.
FOREIGN: Final = re.compile(r"\(\?(?!:)|\\[AzZCQEpPk1-9cG]|\[\[:|\(\?P")
UNICODE: Final = re.compile(r"\\u([0-9a-fA-F]{4})|\\u\{([0-9a-fA-F]{1,6})\}")


class PatternRefused(ValueError):
    """The pattern cannot be run with the same result on both sides."""


def matches(pattern: str, text: str) -> bool:
    """True if the pattern is found in the text, as `RegExp.test` says in the browser."""
    return _compiled(pattern).search(text) is not None


def check(pattern: str) -> None:
    """Raise `PatternRefused` with the reason if the pattern is not allowed."""
    _compiled(pattern)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> Any:
    if len(pattern) > MAX_PATTERN:
        raise PatternRefused(f"it has more than {MAX_PATTERN} characters.")
    foreign = FOREIGN.search(pattern.replace(r"\\", ""))
    if foreign:
        raise PatternRefused(f"{foreign.group()!r} is not the same in the browser and on the server.")
    options = re2.Options()
    options.log_errors = False
    source = UNICODE.sub(lambda found: f"\\x{{{found[1] or found[2]}}}", pattern).replace(r"\/", "/")
    try:
        return re2.compile(source, options)
    except re2.error as error:
        raise PatternRefused(f"it cannot be read ({error.args[0]!r}).") from error
