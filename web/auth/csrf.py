"""Unsafe requests must come from our own pages: same origin, and the token of this browser's cookie."""

from __future__ import annotations

import hmac
import secrets
from typing import Final

from flask import Flask, current_app, request, session
from flask_babel import gettext as _

from web.auth.access import access_of, lost
from web.auth.person import person
from web.context import settings
from web.errors import Forbidden

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_KEY: Final = "csrf"


def init_app(app: Flask) -> None:
    app.before_request(_check)
    app.jinja_env.globals["csrf_token"] = token


def token() -> str:
    """The token of this browser, made at first use; pages carry it in a meta tag and in forms."""
    if _KEY not in session:
        session[_KEY] = secrets.token_urlsafe(24)
    found: str = session[_KEY]
    return found


def renew() -> None:
    """A new token, at every change of identity."""
    session[_KEY] = secrets.token_urlsafe(24)


def _check() -> None:
    if request.method in SAFE or request.endpoint is None:
        return
    access = access_of(current_app, request.endpoint)
    if access is not None and access.kind == "partner":
        return  # no cookie is read there; the signature stands for the sender
    if not _same_origin():
        raise Forbidden(_("这个请求不是从本站页面发出的。"), _("从本站页面再操作一次。"))
    sent = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token") or ""
    if not hmac.compare_digest(sent.encode(), session.get(_KEY, "-").encode()):
        if person() is None and access is not None and access.kind != "public":
            raise lost()
        raise Forbidden(_("页面放得太久了，没有执行。"), _("重新载入页面再试；草稿都还在。"))


def _same_origin() -> bool:
    """Browsers send Origin with every unsafe request; its absence is left to the token."""
    origin = request.headers.get("Origin")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    return origin is None or origin in {settings().origin, request.host_url.rstrip("/")}
