"""The notice to a deputy that they stand in for somebody."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Connection

from engine.seals import Sealer
from web.auth import absences, users
from web.notify.staff import post_staff
from web.notify.words import in_both
from web.wording import long_day


def tell(connection: Connection, absence_id: str, sealer: Sealer, now: datetime, *, mail: bool) -> None:
    """Tell the deputy, and the absent person if an administrator has entered the absence."""
    found = absences.absence_of(connection, absence_id)
    name, deputy = (users.account(connection, one).name for one in (found.user_id, found.deputy_id))

    def said() -> tuple[str, str]:
        span = _("%(first)s 至 %(last)s", first=long_day(found.starts_at, now), last=long_day(found.last_day, now))
        text = _("%(span)s %(name)s离岗，由%(deputy)s代理。", span=span, name=name, deputy=deputy)
        return _("离岗代理"), text + _("代理的任务在待办里标「代 %(name)s」，办理记录写两个人的名字。", name=name)

    words = in_both(said)
    receivers = {found.deputy_id} | ({found.user_id} if found.created_by != found.user_id else set())
    for receiver in receivers:
        post_staff(connection, words.to(f"absence:{found.id}:{receiver}", receiver), now, sealer, mail=mail)
