"""The public progress of a case: by its number and the last four digits of the phone, without any customer data."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from engine import queries
from web import prediction, standing
from web.api import replies, schemas
from web.api.room import Room
from web.auth import throttle
from web.auth.access import public
from web.context import house, now
from web.database import read
from web.errors import Missing
from web.wording import day_text, days_text

blueprint = Room("progress", __name__, url_prefix="/api/progress", description=__doc__)


@blueprint.post("")
@blueprint.few
@blueprint.arguments(schemas.Progress, location="json_or_form")
@blueprint.response(200, replies.ProgressReply)
@public
def show(body: dict[str, Any]) -> dict[str, Any]:
    """Stages, who is in charge by staff number, and the predicted date. A POST, so that no number gets into a log."""
    throttle.count((throttle.PROGRESS, throttle.address()))
    key = standing.find_public(read(), house().finders, body["number"], body["last_four"])
    if key is None:
        raise Missing(_("没有这个申请编号。"), _("检查是否抄全，或用手机号登录找回。"))
    stages = standing.stages(read(), key, now())
    return {
        "stages": [stage.as_dict() for stage in stages],
        "in_charge": standing.in_charge(read(), key),
        "forecast": _forecast(key, {stage.key: stage.label for stage in stages}),
    }


def _forecast(key: str, labels: dict[str, str]) -> list[dict[str, Any]]:
    """The predicted end of each stage to come, and where each number comes from."""
    entry = min(queries.instances(read(), business_key=key), key=lambda found: found.started_at)
    steps = prediction.of_case(read(), entry, tuple(labels), now()) if labels else ()
    moment = now()
    return [
        {"label": labels[at.stage], "basis": at.basis, "days": days_text(at.days), "day": day_text(at.at, moment)}
        for at in steps
    ]
