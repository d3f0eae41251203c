"""Requests of partner systems, signed with a shared key.

The signature is HMAC-SHA-256 over four lines: method, path with query, timestamp (seconds), SHA-256 of the body in hex.
Headers: `X-Partner`, `X-Timestamp`, `X-Signature` (hex). A timestamp further than five minutes away is refused.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from flask import request
from flask_babel import gettext as _

from web.context import now, settings
from web.errors import NotSignedIn

TOLERANCE_SECONDS: Final = 300
#: Compared when the partner is unknown, so that the answer takes equally long.
_NOBODY: Final = b"\0" * 32


def signature(key: bytes, method: str, path: str, timestamp: str, body: bytes) -> str:
    """The signature that a partner sends; also used by client examples and tests."""
    text = "\n".join((method.upper(), path, timestamp, hashlib.sha256(body).hexdigest()))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def check_signature() -> None:
    """Refuse the request unless a known partner signed exactly this one, just now.

    Raises:
        NotSignedIn: Unknown partner, wrong signature or old timestamp; the answer does not tell which.
    """
    key = settings().partner_keys.get(partner_id(), _NOBODY)
    timestamp = request.headers.get("X-Timestamp", "")
    path = request.full_path if request.query_string else request.path
    expected = signature(key, request.method, path, timestamp, request.get_data(cache=True))
    good = hmac.compare_digest(expected, request.headers.get("X-Signature", ""))
    fresh = timestamp.isdigit() and abs(now().timestamp() - int(timestamp)) <= TOLERANCE_SECONDS
    if not (good and fresh and key is not _NOBODY):
        raise NotSignedIn(_("这个请求的签名不对或已过期。"), _("检查伙伴编号、密钥和本机时间，再发一次。"))


def partner_id() -> str:
    return request.headers.get("X-Partner", "")
