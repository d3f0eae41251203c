"""What every group of commands has in common."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from flask import request
from flask.json.provider import DefaultJSONProvider
from flask_smorest import Blueprint


class Room(Blueprint):
    """A flask-smorest blueprint whose commands may also take a plain HTML form."""

    DEFAULT_LOCATION_CONTENT_TYPE_MAPPING: ClassVar[dict[str, str]] = {
        **Blueprint.DEFAULT_LOCATION_CONTENT_TYPE_MAPPING,
        "json_or_form": "application/json",
    }


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
