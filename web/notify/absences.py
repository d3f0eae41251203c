"""The notice to a deputy that they stand in for somebody."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Connection

from engine.seals import Sealer
from web.auth import absences, users
from web.notify.outbox import Notice
from web.notify.staff import post_staff


def tell(connection: Connection, absence_id: str, sealer: Sealer, now: datetime, *, mail: bool) -> None:
    """Tell the deputy, and the absent person if an administrator has entered the absence."""
    found = absences.absence_of(connection, absence_id)
    name, deputy = (users.account(connection, one).name for one in (found.user_id, found.deputy_id))
    span = absences.span_text(found, now)
    text = _("%(span)s %(name)s离岗，由%(deputy)s代理。", span=span, name=name, deputy=deputy)
    text += _("代理的任务在待办里标「代 %(name)s」，办理记录写两个人的名字。", name=name)
    receivers = {found.deputy_id} | ({found.user_id} if found.created_by != found.user_id else set())
    for receiver in receivers:
        notice = Notice(f"absence:{found.id}:{receiver}", "staff", receiver, text, _("离岗代理"))
        post_staff(connection, notice, now, sealer, mail=mail)
