"""The office calendar of an installation: seeded once, and an alarm while the next holiday notice is missing."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import calendars
from engine.seals import Sealer
from web.auth import users
from web.auth.person import ADMIN
from web.notify.staff import post_staff
from web.notify.words import in_both
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


def tell(connection: Connection, guessed: date, now: datetime, sealer: Sealer, *, mail: bool) -> None:
    """Tell every administrator once a week that the holiday notice of a year is missing."""
    year, week, _day = local(now).isocalendar()
    words = in_both(partial(_words, guessed))
    for account in users.holders(connection, [ADMIN], ""):
        key = f"calendar:{guessed.year}:{year}-{week:02d}:{account.id}"
        post_staff(connection, words.to(key, account.id), now, sealer, mail=mail)


def _words(guessed: date) -> tuple[str, str]:
    named = {"year": guessed.year, "day": guessed.isoformat()}
    return _("%(year)d 年的日历还没有确认", **named), _(
        "%(year)d 年的日历还没有确认：从 %(day)s 起的到期时间都是暂定。请在「日历」里导入放假通知，再由另一位启用。",
        **named,
    )
