"""The office calendar of an installation: seeded once, and an alarm while the next holiday notice is missing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection

from engine import calendars
from web.wording import local

#: Years before and after the present one that a first calendar covers.
_BEFORE: Final = 6
_AFTER: Final = 9
#: The State Council publishes the next year between October and December; from this month on its absence is told.
_ALARM_MONTH: Final = 12
SEEDER: Final = "system"


def seed(connection: Connection, now: datetime) -> str:
    """Put the published notices in force where no calendar is yet; the name of the version in force."""
    year = local(now).year
    return calendars.seed(connection, year - _BEFORE, year + _AFTER, actor=SEEDER, now=now)


def guessed_from(connection: Connection, now: datetime) -> date | None:
    """The first day that is only guessed though its notice should be loaded by now; None if all is well."""
    today = local(now).date()
    horizon = date(today.year + (today.month >= _ALARM_MONTH), 12, 31)
    first = calendars.provisional_from(connection)
    return first if first is not None and first <= horizon else None
