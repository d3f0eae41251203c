"""Every JSON answer of the API is held to the shape that its description names, in every test that asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, current_app, request
from marshmallow import RAISE, Schema

from web.api.replies import Problem


def hold(app: Flask) -> None:
    """Check the answers of this application; a wrong one fails the test that asked."""
    app.after_request(_check)


def _check(response: Response) -> Response:
    if request.path.startswith("/api/") and response.is_json and request.endpoint != "api-docs.openapi_json":
        shape = Problem() if response.status_code >= 400 else _shape(response.status_code)
        wrong = shape.validate(response.json, many=shape.many)
        assert not wrong, f"{request.endpoint} {response.status_code}: {wrong}"
    return response


def _shape(status: int) -> Schema:
    view = current_app.view_functions[request.endpoint or ""]
    documented: Mapping[int, list[Mapping[str, Any]]] = getattr(view, "_apidoc")["response"]["responses"]  # noqa: B009
    found: Schema = next(doc["schema"] for doc in documented[status] if "schema" in doc)
    return type(found)(many=found.many, unknown=RAISE)
