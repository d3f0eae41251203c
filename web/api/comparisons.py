"""Comparisons: for a comparison, cases of a region and a kind begin in a way that an administrator has chosen."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from marshmallow import Schema, fields

from bpmn import comparisons
from web.api import replies, schemas
from web.api.replies import moment
from web.api.room import Room
from web.auth.access import right
from web.auth.person import signed_in_person
from web.context import now
from web.database import command, read
from web.errors import Invalid, TakenAlready
from web.packs import Pack, active_packs

blueprint = Room("comparisons", __name__, url_prefix="/api/comparisons", description=__doc__)


class ComparisonReply(Schema):
    id = fields.String(required=True)
    pack = fields.String(required=True)
    region = fields.String(required=True)
    kind = fields.String(required=True)
    process = fields.String(required=True)
    reason = fields.String(required=True)
    begun_by = fields.String(required=True)
    begun_at = moment(required=True)
    ended_by = fields.String(required=True)
    ended_at = moment(allow_none=True, required=True)


@blueprint.get("")
@blueprint.response(200, ComparisonReply(many=True))
@right("approve")
def listing() -> list[dict[str, Any]]:
    """Running comparisons, then ended ones, the youngest first."""
    return [
        {
            "id": row.id,
            "pack": row.pack,
            "region": row.region,
            "kind": row.kind,
            "process": row.process,
            "reason": row.reason,
            "begun_by": row.begun_by,
            "begun_at": row.begun_at,
            "ended_by": row.ended_by,
            "ended_at": row.ended_at,
        }
        for row in comparisons.comparisons(read())
    ]


@blueprint.post("")
@blueprint.arguments(schemas.Comparison, location="json_or_form")
@blueprint.response(201, replies.Made)
@right("approve")
def begin(body: dict[str, Any]) -> dict[str, Any]:
    """Begin a comparison for cases that begin from now on; the one for the same cases ends with it."""
    who = signed_in_person()
    with command() as connection:
        _check(next((pack for pack in active_packs(connection) if pack.id == body["pack"]), None), body)
        scope = comparisons.Scope(body["pack"], body["region"], body["kind"])
        moment = {"reason": body["reason"], "actor": who.id, "now": now()}
        comparison_id = comparisons.begin(connection, scope, body["process"], **moment)
    return {"ok": True, "id": comparison_id, "message": _("试点已开始，从现在起的新案件照此办理")}


@blueprint.post("/<comparison_id>/end")
@blueprint.response(200, replies.Done)
@right("approve")
def end(comparison_id: str) -> dict[str, Any]:
    """End a comparison; cases that have begun go on as they are."""
    who = signed_in_person()
    with command() as connection:
        if not comparisons.end(connection, comparison_id, actor=who.id, now=now()):
            raise TakenAlready(_("这个试点已经结束，或者没有这个试点。"), _("重新载入，看现在有哪些试点。"))
    return {"ok": True, "message": _("试点已结束，新案件照路由办理")}


def _check(pack: Pack | None, body: dict[str, Any]) -> None:
    """Everything that is named must be known to the active version of the pack."""
    words = pack.words if pack else None
    wrong = {
        "pack": words is None,
        "process": words is not None and body["process"] not in words.variants,
        "region": words is not None and body["region"] not in ("", *words.regions),
        "kind": words is not None and body["kind"] not in ("", *words.kinds),
    }
    errors = {name: [_("启用的流程包里没有这一项。")] for name, found in wrong.items() if found}
    if errors:
        raise Invalid(_("试点没有开始。"), _("从列表里选一项。"), errors)
