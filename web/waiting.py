"""Cases that stand still for somebody outside: for what each waits, and those in which a person has done something."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


def waits_of(connection: Connection, keys: Iterable[str]) -> Mapping[str, queries.Wait]:
    """For what some cases stand still, by case; what may be sent at any time, such as a withdrawal, is left out."""
    found: dict[str, queries.Wait] = {}
    for one in queries.waits(connection, *dict.fromkeys(keys)):
        message = pack_of(connection, one.deployment_id).messages.get(one.message)
        if message is not None and not message.anytime:
            found.setdefault(one.business_key, one)
    return found


def title_of(connection: Connection, one: queries.Wait) -> str:
    """What the message of a wait is called."""
    message = pack_of(connection, one.deployment_id).messages.get(one.message)
    return message.title if message else one.element


def waiting_tasks(connection: Connection, who: Person) -> list[queries.Task]:
    """The last task that this person completed in each waiting case, the case that waits longest first."""
    done = (_TASK.c.closed_by == who.id) & (_TASK.c.state == "completed")
    mine = done & _TASK.c.instance_id.in_(select(_WAIT.c.instance_id))
    found = queries.tasks(connection, where=mine, limit=1_000)
    latest = {task.instance_id: task for task in sorted(found, key=lambda task: task.closed_at or task.created_at)}
    waits = waits_of(connection, (task.business_key for task in latest.values()))
    waiting = [task for task in latest.values() if task.business_key in waits]
    return sorted(waiting, key=lambda task: waits[task.business_key].opened_at)[:MOST]


def matching(connection: Connection, who: Person, words: Mapping[str, str]) -> list[queries.Task]:
    """Those of `waiting_tasks` that fit `text`, `region` and `element`, each empty for all."""
    region, element = words["region"], words["element"]
    return [
        task
        for task in waiting_tasks(connection, who)
        if words["text"] in f"{task.business_key} {task.name} {task.title}"
        and region in ("", task.region)
        and element in ("", task.element)
    ]


def waiting_timings(connection: Connection, tasks: Iterable[queries.Task], now: datetime) -> Mapping[str, Timing]:
    """For what the case of each task waits, and since how many working days, by task."""
    tasks = tuple(tasks)
    waits = waits_of(connection, (task.business_key for task in tasks))
    return {task.id: _timing(connection, task, waits.get(task.business_key), now) for task in tasks}


def _timing(connection: Connection, task: queries.Task, one: queries.Wait | None, now: datetime) -> Timing:
    if one is None:
        return Timing("on_time")
    days = calendars.current(connection, task.region).working_days(one.opened_at, now)
    cause = _("等：%(title)s", title=title_of(connection, one))
    return Timing("paused", None, days=max(days, Decimal(0)).quantize(Decimal("0.1")), cause=cause)
