"""Diagrams: their XML, and where the tokens of a case stand in them."""

from __future__ import annotations

from typing import Any

from flask import Response

from engine import queries
from web import diagram
from web.api import replies
from web.api.room import Room
from web.auth import scope
from web.auth.access import staff
from web.auth.person import signed_in_person
from web.context import now
from web.database import read

blueprint = Room("definitions", __name__, url_prefix="/api", description=__doc__)


@blueprint.get("/definitions/<definition_id>/xml")
@blueprint.raw("application/xml")
@staff
def xml(definition_id: str) -> Response:
    """The diagram as it was deployed; it never changes, so browsers may keep it."""
    response = Response(queries.definition_xml(read(), definition_id), mimetype="application/xml")
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


@blueprint.get("/cases/<business_key>/diagram")
@blueprint.response(200, replies.DiagramReply(many=True))
@staff
def state(business_key: str) -> list[dict[str, Any]]:
    """For each instance of a case: its diagram and the state of its elements."""
    scope.check_case(read(), signed_in_person(), business_key)
    return [drawn.as_dict() for drawn in diagram.of_case(read(), business_key, now())]
