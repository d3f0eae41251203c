"""The commands: every change of the site is one POST to one of these addresses, described at /api/openapi.json."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Any

from flask import Flask, Response
from flask_smorest import Api, Blueprint

from web import __version__
from web.api import (
    calendar,
    cases,
    comparisons,
    deadlines,
    definitions,
    deployments,
    documents,
    limits,
    messages,
    notices,
    operations,
    progress,
    session,
    staffing,
    supervision,
    tasks,
    users,
    workload,
    workspaces,
)
from web.api.replies import Problem
from web.api.room import PROOFS
from web.auth.access import open_to_all

ROOMS = (
    *(session, tasks, cases, documents, messages, notices, progress, deadlines, supervision, staffing, workload),
    *(definitions, deployments, operations, users, calendar, limits, workspaces, comparisons),
)


class QuietApi(Api):
    """flask-smorest without its error handlers: `web.answers` is the one map from errors to answers.

    The description is made when it is first asked for; made at the start it would be half of what starting costs.
    """

    ERROR_SCHEMA = Problem
    DEFAULT_RESPONSE_CONTENT_TYPE: str = "application/json"

    def __init__(self, app: Flask) -> None:
        self._undescribed: list[Blueprint] = []
        self._describing = Lock()
        super().__init__(app)

    def register_blueprint(self, blp: Blueprint, **options: Any) -> None:
        """Open a room; its commands are described later."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blp.name] = self
        self._app.register_blueprint(blp, **options)
        self._undescribed.append(blp)

    def _openapi_json(self) -> Response:
        with self._describing:
            while self._undescribed:
                room = self._undescribed.pop(0)
                room.register_views_in_doc(self, self._app, self.spec, name=room.name, parameters=None)
                self.spec.tag({"name": room.name, "description": room.description})
        found: Response = super()._openapi_json()
        return found

    def _register_responses(self) -> None:
        """Refusals have a media type of their own (RFC 9457)."""
        usual = self.DEFAULT_RESPONSE_CONTENT_TYPE
        self.DEFAULT_RESPONSE_CONTENT_TYPE = "application/problem+json"
        super()._register_responses()
        self.DEFAULT_RESPONSE_CONTENT_TYPE = usual

    def _register_error_handlers(self) -> None:
        return


def init_app(app: Flask, more: Sequence[Blueprint] = ()) -> None:
    """Open the rooms of every house, and `more` of the faces that know one business."""
    app.config.update(
        API_TITLE="Yekuo",
        API_VERSION=__version__,
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = QuietApi(app)
    for name, (place, header, text) in PROOFS.items():
        scheme = {"type": "apiKey", "in": place, "name": header, "description": text}
        api.spec.components.security_scheme(name, scheme)
    for blueprint in (*(room.blueprint for room in ROOMS), *more):
        api.register_blueprint(blueprint)
    open_to_all(app, "api-docs.openapi_json")
