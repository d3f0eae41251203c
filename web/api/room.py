"""What every group of commands has in common."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import wraps
from http import HTTPStatus
from typing import Any, ClassVar, Final

from flask import Response, request
from flask.json.provider import DefaultJSONProvider
from flask_smorest import Blueprint
from marshmallow import Schema

from web.auth.access import ATTRIBUTE

View = Callable[..., Any]
#: How callers show who they are: header or cookie of each proof, and what it is.
PROOFS: Final[Mapping[str, tuple[str, str, str]]] = {
    "session": ("cookie", "yekuo", "Set by POST /api/session or /api/session/customer; `__Host-yekuo` under https."),
    "csrf": ("header", "X-CSRF-Token", "`csrf_token` of GET /api/session; it changes with every sign-in."),
    "partner": ("header", "X-Partner", "Name of the partner."),
    "timestamp": ("header", "X-Timestamp", "Seconds since 1970, at most five minutes from the present."),
    "signature": (
        "header",
        "X-Signature",
        "HMAC-SHA-256, in hex, over four lines: method, path with query, timestamp, SHA-256 of the body in hex.",
    ),
}
Decorator = Callable[[View], View]


class Room(Blueprint):
    """A flask-smorest blueprint whose commands may also take a plain HTML form, and whose refusals are described."""

    DEFAULT_LOCATION_CONTENT_TYPE_MAPPING: ClassVar[dict[str, str]] = {
        **Blueprint.DEFAULT_LOCATION_CONTENT_TYPE_MAPPING,
        "json_or_form": "application/json",
    }

    def response(self, status_code: int, schema: Any = None, **more: Any) -> Decorator:
        """Answer with this status. The shape is for readers: what the view gives goes out as it is, HTML too."""
        described = self.alt_response(status_code, schema=schema, success=True, **more)

        def decorate(view: View) -> View:
            @wraps(view)
            def answered(*arguments: Any, **named: Any) -> Any:
                found = view(*arguments, **named)
                return found if isinstance(found, (Response, tuple)) else (found, status_code)

            decorated: View = described(answered)
            return decorated

        return decorate

    def raw(self, content_type: str) -> Decorator:
        """Describe an answer that is no JSON."""
        text = {"type": "string", "format": "binary"}
        described: Decorator = self.alt_response(200, schema=text, content_type=content_type, success=True)
        return described

    def upload(self, shape: type[Schema]) -> Decorator:
        """Describe a request that brings files."""
        described = self.doc(requestBody={"content": {"multipart/form-data": {"schema": shape}}})
        too_large, refused = HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY

        def decorate(view: View) -> View:
            for status in (too_large, refused):
                view = self.alt_response(status.value, response=status.name)(view)
            decorated: View = described(view)
            return decorated

        return decorate

    def few(self, view: View) -> View:
        """Describe that the command is counted and may be refused for a while."""
        status = HTTPStatus.TOO_MANY_REQUESTS
        described: View = self.alt_response(status.value, response=status.name)(view)
        return described

    def add_url_rule(self, rule: str, endpoint: Any = None, view_func: Any = None, *rest: Any, **options: Any) -> None:
        """Add the refusals that follow from who may call, and from what the address names."""
        access = getattr(view_func, ATTRIBUTE, None)
        documented = self.doc(security=_proofs(access.kind if access else "", options.get("methods", ())))(view_func)
        for status in _refusals(rule, access.kind if access else "", "POST" in options.get("methods", ())):
            documented = self.alt_response(status.value, response=status.name)(documented)
        super().add_url_rule(rule, endpoint or view_func.__name__, documented, *rest, **options)


def _proofs(kind: str, methods: Collection[str]) -> list[dict[str, list[str]]]:
    """What a request carries: names of `PROOFS`, all of those of one entry."""
    if kind == "partner":
        return [{"partner": [], "timestamp": [], "signature": []}]
    carried = ([] if kind == "public" else ["session"]) + (["csrf"] if "POST" in methods else [])
    return [{name: [] for name in carried}] if carried else []


def _refusals(rule: str, kind: str, changes: bool) -> Iterator[HTTPStatus]:
    if kind != "public":
        yield HTTPStatus.UNAUTHORIZED
    if kind != "public" or changes:
        yield HTTPStatus.FORBIDDEN
    if "<" in rule:
        yield HTTPStatus.NOT_FOUND
    if changes:
        yield from (HTTPStatus.CONFLICT, HTTPStatus.SERVICE_UNAVAILABLE)


class JsonProvider(DefaultJSONProvider):
    """Moments and days as ISO 8601, decimals as numbers, Chinese as it is."""

    ensure_ascii = False
    sort_keys = False

    @staticmethod
    def default(o: Any) -> Any:
        if isinstance(o, (datetime, date)):
            return o.isoformat()
        if isinstance(o, Decimal):
            return int(o) if o == o.to_integral_value() else float(o)
        if isinstance(o, (frozenset, set, tuple)):
            return sorted(o)
        return DefaultJSONProvider.default(o)


def fragment_wanted() -> bool:
    """True if htmx asks: it swaps a piece of HTML into the page where scripts would read JSON."""
    return "HX-Request" in request.headers


def form_posted() -> bool:
    """True for a plain form of a page, which is answered by going on to another page."""
    return "text/html" in request.headers.get("Accept", "") and not request.is_json
