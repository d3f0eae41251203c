"""往来: remarks of colleagues on a case, and what was sent to its customer."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection, select

from engine import queries
from web.notify.models import notice
from web.notify.outbox import ON_SCREEN, open_notice
from web.people import names
from web.seals import open_text, sealer


def notes(connection: Connection, business_key: str) -> list[dict[str, Any]]:
    """Remarks with author, moment and text, the latest first; customers do not see them."""
    written = queries.notes(connection, business_key)
    people = names(connection, [row.author for row in written])
    return [
        {
            "author": people[row.author],
            "at": row.at,
            "text": open_text(row.text, table="note", column="text", row=business_key),
        }
        for row in reversed(written)
    ]


def sent(connection: Connection, business_key: str) -> list[dict[str, Any]]:
    """What went out to the customer: channel, text, moment, and whether it has gone."""
    own = select(notice).where(notice.c.business_key == business_key, notice.c.channel.not_in(ON_SCREEN))
    return [
        {"channel": row.channel, "text": open_notice(row, sealer()), "at": row.created_at, "state": _state(row.state)}
        for row in connection.execute(own)
    ]


def _state(word: str) -> str:
    return {"waiting": _("待发"), "sent": _("已发出"), "failed": _("没发出")}.get(word, word)
