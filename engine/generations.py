"""How many instances have begun one another by messages and signals with nobody and no time in between.

The number goes along with what a process throws, in the job that hands it on, and stays with an instance in its saved
state. A person, the clock or a partner who moves an instance lets it count from nought again.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, select

from engine.errors import LimitReached
from engine.models import job
from engine.projection import THROWN
from engine.values import from_column

#: More than this begin one another only in a circle.
MOST: Final = 100


class TooManyGenerations(LimitReached):
    """Instances begin one another by messages or signals on and on."""

    def __init__(self, process_id: str, limit: int) -> None:
        super().__init__(
            f"{limit} instances began one another by messages or signals with nobody and no time in between, and "
            f"{process_id!r} would be one more. Retry to begin up to {limit} more of them; skip to end the chain here."
        )


def thrower(connection: Connection, message_id: str) -> int | None:
    """The generation of the instance that threw a message; None for a message from outside."""
    # A thrown message has the key of the job that hands it on as its id.
    own = (job.c.idempotency_key == message_id, job.c.topic == THROWN)
    row = connection.execute(select(job.c.variables).where(*own)).one_or_none()
    # Jobs that were written before this was counted say nothing of it.
    return None if row is None else int(from_column(row.variables).get("generation", 0))
