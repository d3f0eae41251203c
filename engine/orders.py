"""Orders end with what they are about; how they are given and answered is in `engine.supervision`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, update

from engine.columns import state_is
from engine.models import supervision


def lapse(connection: Connection, instance_id: str, now: datetime) -> None:
    """An instance that has ended wants no answers any more."""
    own = (supervision.c.instance_id == instance_id, state_is(supervision, "open"))
    connection.execute(update(supervision).where(*own).values(state="lapsed", answered_at=now))
