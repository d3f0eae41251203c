"""Repairs: incidents and what an operator does with them. No personal data is shown on the way."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from engine import queries
from web.api import replies, schemas
from web.api.room import Room
from web.auth import scope
from web.auth.access import right
from web.auth.person import signed_in_person
from web.context import engine, now
from web.database import command, read

blueprint = Room("operations", __name__, url_prefix="/api/incidents", description=__doc__)


@blueprint.get("")
@blueprint.response(200, replies.IncidentReply(many=True))
@right("operate")
def listing() -> list[dict[str, Any]]:
    """Open incidents, the oldest first."""
    return [
        {
            "id": row.id,
            "case": row.business_key,
            "element": row.element,
            "error": row.error,
            "message": row.message,
            "since": row.opened_at,
        }
        for row in queries.incidents(read())
    ]


@blueprint.post("/<incident_id>/retry")
@blueprint.response(200, replies.Done)
@right("operate")
def retry(incident_id: str) -> dict[str, Any]:
    """Try the failed step again."""
    who = signed_in_person()
    with command() as connection:
        engine().retry(connection, incident_id, actor=who.actor(), now=now())
    return {"ok": True, "message": _("已排队重试")}


@blueprint.post("/<incident_id>/skip")
@blueprint.arguments(schemas.Reason)
@blueprint.response(200, replies.Done)
@right("operate")
def skip(body: dict[str, Any], incident_id: str) -> dict[str, Any]:
    """Go on without the failed step; the reason stays in the record."""
    who = signed_in_person()
    with command() as connection:
        engine().skip(connection, incident_id, reason=body["reason"], actor=who.actor(), now=now())
    return {"ok": True, "message": _("已跳过")}


@blueprint.post("/cases/<business_key>/cancel")
@blueprint.arguments(schemas.Cancel)
@blueprint.response(200, replies.Done)
@right("operate")
def cancel(body: dict[str, Any], business_key: str) -> dict[str, Any]:
    """Terminate every running instance of a case; this cannot be undone."""
    who = signed_in_person()
    with command() as connection:
        scope.check_case(connection, who, business_key)
        for row in queries.instances(connection, business_key=business_key):
            if row.state == "running":
                engine().cancel(connection, row.id, reason=body["reason"], actor=who.actor(), now=now())
    return {"ok": True, "message": _("案件已终止")}
