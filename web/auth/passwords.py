"""Passwords: argon2id, a strength rule, and a bound on how many are computed at once."""

from __future__ import annotations

import secrets
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _

from web.errors import Invalid

SHORTEST: Final = 12
#: One computation takes 64 MiB; four at once cannot exhaust a small machine.
_AT_ONCE: Final = BoundedSemaphore(4)
_HASHER: Final = PasswordHasher()
_COMMON: Final = frozenset({"password", "passw0rd", "qwertyuiop", "1234567890", "iloveyou", "administrator", "yekuo"})
#: Checked when there is no such account, so that the answer takes equally long.
_NOBODY: Final = _HASHER.hash(secrets.token_urlsafe(16))


def hash_password(plain: str) -> str:
    with _AT_ONCE:
        return _HASHER.hash(plain)


def verify(stored: str, plain: str) -> bool:
    """True if `plain` is the password of `stored`; as slow for an unknown account (`stored` empty)."""
    with _AT_ONCE:
        try:
            return _HASHER.verify(stored or _NOBODY, plain) and bool(stored)
        except (VerificationError, InvalidHashError):
            return False


def needs_rehash(stored: str) -> bool:
    return _HASHER.check_needs_rehash(stored)


def check_strength(plain: str, login: str) -> None:
    """Refuse passwords that are guessed first.

    Raises:
        Invalid: Too short without three kinds of characters, common, or containing the login.
    """
    lowered = plain.lower()
    kinds = sum(
        (
            any(c.islower() for c in plain),
            any(c.isupper() for c in plain),
            any(c.isdigit() for c in plain),
            any(not c.isalnum() for c in plain),
        )
    )
    long_enough = len(plain) >= SHORTEST or (len(plain) >= 10 and kinds >= 3)
    guessable = any(word in lowered for word in _COMMON) or login.lower() in lowered or len(set(plain)) < 6
    if not long_enough or guessable:
        text = _("至少 12 个字，不含账号名和常见密码。")
        raise Invalid(_("这个密码太容易被猜到。"), text, {"password": [text]})


def random_password() -> str:
    return secrets.token_urlsafe(15)
