"""What the house told somebody on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from web.notify.models import notice
from web.notify.outbox import ON_SCREEN, on_screen
from web.presentation import look
from web.seals import sealer

#: Older ones say nothing to a person.
MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Told:
    """One notice, opened for its reader."""

    subject: str
    text: str
    at: datetime
    #: Number of the case, empty without one.
    key: str


def told_to(connection: Connection, user_id: str) -> list[Told]:
    """The notices of one person in the language of the request, the newest first."""
    own = select(notice).where(notice.c.channel.in_(ON_SCREEN), notice.c.receiver == user_id)
    rows = connection.execute(own.order_by(notice.c.created_at.desc()).limit(MOST))
    english = look().locale == "en"
    told = ((row, *on_screen(row, sealer(), english=english)) for row in rows)
    return [Told(subject, text, row.created_at, row.business_key or "") for row, subject, text in told]
