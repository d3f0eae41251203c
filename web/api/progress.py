"""The public progress of a case: by its number and the last four digits of the phone, without any customer data."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from engine import queries
from web import charge, prediction, standing
from web.api import replies, schemas
from web.api.room import Room
from web.auth import throttle
from web.auth.access import public
from web.context import house, now
from web.database import read
from web.errors import Missing
from web.packs import pack_of
from web.wording import day_text, days_text

blueprint = Room("progress", __name__, url_prefix="/api/progress", description=__doc__)


@blueprint.post("")
@blueprint.few
@blueprint.arguments(schemas.Progress, location="json_or_form")
@blueprint.response(200, replies.ProgressReply)
@public
def show(body: dict[str, Any]) -> dict[str, Any]:
    """Stages, open steps and who is in charge of them, and the predicted date. A POST: no number gets into a log."""
    key = case_of(body["number"], body["last_four"])
    entry = entry_of(key)
    pack = pack_of(read(), entry.deployment_id)
    stages = standing.stages(read(), key, now())
    return {
        "stages": [stage.as_dict() for stage in stages],
        "steps": [one.as_dict() for one in charge.of_case(read(), key, pack, pack.words.public_staff)],
        "forecast": _forecast(entry, {stage.key: stage.label for stage in stages}),
    }


def case_of(number: str, last_four: str) -> str:
    """The case that somebody asks for without signing in; every question is counted.

    Raises:
        Missing: There is no such number, or the digits are of another phone.
        TooMany: This address asks too often.
    """
    throttle.count((throttle.PROGRESS, throttle.address()))
    digits = schemas.LAST_FOUR.fullmatch(last_four)
    key = standing.find_public(read(), house().finders, number, last_four) if digits else None
    if key is None:
        raise Missing(_("没有这个申请编号。"), _("检查是否抄全，或用手机号登录找回。"))
    return key


def entry_of(business_key: str) -> queries.Instance:
    """The instance with which a case began."""
    return min(queries.instances(read(), business_key=business_key), key=lambda found: found.started_at)


def _forecast(entry: queries.Instance, labels: dict[str, str]) -> list[dict[str, Any]]:
    """The predicted end of each stage to come, and where each number comes from."""
    moment = now()
    steps = prediction.of_case(read(), entry, tuple(labels), moment) if labels else ()
    return [
        {"label": labels[at.stage], "basis": at.basis, "days": days_text(at.days), "day": day_text(at.at, moment)}
        for at in steps
    ]
