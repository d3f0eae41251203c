"""The time limits in force: which profile a region works by, and what every step is given."""

from __future__ import annotations

from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _

from engine import profiles
from web import calendar_days
from web.api import asked, replies, schemas, time_replies
from web.api.room import Room
from web.auth.access import right
from web.auth.person import signed_in_person
from web.context import now
from web.database import command, read
from web.errors import Missing
from web.packs import active_packs

blueprint = Room("limits", __name__, url_prefix="/api/limits", description=__doc__)
_MINUTE: Final = 60


@blueprint.get("")
@blueprint.arguments(asked.LimitsAsked, location="query")
@blueprint.response(200, time_replies.LimitsReply)
@right("calendar", "deploy")
def show(query: dict[str, Any]) -> dict[str, Any]:
    """Limits of an active pack in a region, with their ceilings."""
    region, deployment_id = query["region"], deployment_of(query["pack"])
    rows = profiles.table_in_force(read(), deployment_id, region)
    return {
        "region": region,
        "profile": profiles.in_force(read(), region),
        "profiles": list(profiles.known_profiles(read(), deployment_id)),
        "limits": [_row(row) for row in rows],
    }


@blueprint.post("/profile")
@blueprint.arguments(schemas.Profile)
@blueprint.response(200, replies.Done)
@right("calendar")
def choose(body: dict[str, Any]) -> dict[str, Any]:
    """Put a profile in force in a region, or in the whole company, for deadlines that begin from now on."""
    who, region = signed_in_person(), body["region"]
    with command() as connection:
        calendar_days.check_region(connection, region)
        known = {name for pack in active_packs(connection) for name in _profiles(pack.deployment_id)}
        more = {"known": tuple(sorted(known)), "reason": body["reason"], "actor": who.id, "now": now()}
        profiles.choose(connection, region, body["profile"], **more)
    target = url_for("admin.limits", region=region or None)
    return {"ok": True, "message": _("已换口径：之后开始的时限按它算"), "next": target}


def deployment_of(pack_id: str) -> str:
    """The active deployment of a pack that sets limits."""
    packs = [pack for pack in active_packs(read()) if not pack_id or pack.id == pack_id]
    found = next((pack.deployment_id for pack in packs if profiles.sets_limits(read(), pack.deployment_id)), None)
    if found is None:
        raise Missing(_("没有启用的流程包设了时限。"), _("先在「版本与启用」里启用一个流程包。"))
    return found


def _profiles(deployment_id: str) -> tuple[str, ...]:
    return profiles.known_profiles(read(), deployment_id)


def _row(row: profiles.Row) -> dict[str, Any]:
    limit, ceiling = row.limit, row.ceiling
    return {
        "step": row.step,
        "title": row.title,
        "customer_class": row.customer_class,
        "days": limit.working_days,
        "clock_minutes": None if limit.clock is None else limit.clock.total_seconds() / _MINUTE,
        "source": limit.source,
        "status": limit.status,
        "row": limit.row,
        "ceiling_days": ceiling.working_days if ceiling else None,
        "above_ceiling": row.above,
    }
