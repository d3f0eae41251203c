"""Cases in which a person has done something and which now wait for somebody outside."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import Connection, select

from engine import calendars, metadata, queries
from web.auth.person import Person
from web.packs import pack_of
from web.wording import Timing

_TASK: Final = metadata.tables["task"]
_WAIT: Final = metadata.tables["wait"]
#: More says nothing to a person; the list of cases has them all.
MOST: Final = 200


def waiting_tasks(connection: Connection, who: Person) -> list[queries.Task]:
    """The last task that this person completed in each waiting case, the case that waits longest first."""
    done = (_TASK.c.closed_by == who.id) & (_TASK.c.state == "completed")
    mine = done & _TASK.c.instance_id.in_(select(_WAIT.c.instance_id))
    found = queries.tasks(connection, where=mine, limit=1_000)
    latest = {task.instance_id: task for task in sorted(found, key=lambda task: task.closed_at or task.created_at)}
    return list(latest.values())[:MOST]


def waiting_timing(connection: Connection, task: queries.Task, now: datetime) -> Timing:
    """For what the case waits, and since how many working days."""
    waits = queries.waits(connection, task.business_key)
    if not waits:
        return Timing("on_time")
    first = waits[0]
    message = pack_of(connection, first.deployment_id).messages.get(first.message)
    days = calendars.current(connection, task.region).working_days(first.opened_at, now)
    cause = _("等：%(title)s", title=message.title if message else first.element)
    return Timing("paused", None, days=max(days, Decimal(0)).quantize(Decimal("0.1")), cause=cause)
