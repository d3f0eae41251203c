"""A notice to a colleague: on their screen, and a line to their office mailbox where mail is set up."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from engine.seals import Sealer
from web.auth.models import user
from web.notify.outbox import Notice, post


def post_staff(connection: Connection, new: Notice, now: datetime, sealer: Sealer, *, mail: bool) -> None:
    """Put a notice that is read on the screen into the outbox, by mail as well if `mail` and an address is known."""
    post(connection, new, now, sealer)
    if not mail:
        return
    address = connection.scalar(select(user.c.mail).where(user.c.id == new.receiver))
    if address:
        post(connection, replace(new, key=f"{new.key}:mail", channel="mail", receiver=address), now, sealer)
