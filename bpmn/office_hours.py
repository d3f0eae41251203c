"""Office hours as the people of a demonstration keep them: Monday to Friday, without holidays."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
OPENS, CLOSES = time(8, 30), time(17, 30)
_DAY = timedelta(days=1)


def later(moment: datetime, hours: float) -> datetime:
    """The moment that many office hours later; itself for none in office hours, else the next opening."""
    left, local = timedelta(hours=hours), _forward(moment.astimezone(ZONE))
    while left > (rest := _at(local, CLOSES) - local):
        left, local = left - rest, _forward(_at(local, CLOSES) + timedelta(minutes=1))
    return (local + left).astimezone(moment.tzinfo)


def earlier(moment: datetime, hours: float) -> datetime:
    """The moment that many office hours earlier, the reverse of `later`."""
    left, local = timedelta(hours=hours), _back(moment.astimezone(ZONE))
    while left > (rest := local - _at(local, OPENS)):
        left, local = left - rest, _back(_at(local, OPENS) - timedelta(minutes=1))
    return (local - left).astimezone(moment.tzinfo)


def _forward(local: datetime) -> datetime:
    """The first moment of office hours from `local` on."""
    if local.time() > CLOSES:
        local = _at(local + _DAY, OPENS)
    local = max(local, _at(local, OPENS))
    return local if local.weekday() < 5 else _at(local + _DAY * (7 - local.weekday()), OPENS)


def _back(local: datetime) -> datetime:
    """The last moment of office hours up to `local`."""
    if local.time() < OPENS:
        local = _at(local - _DAY, CLOSES)
    local = min(local, _at(local, CLOSES))
    return local if local.weekday() < 5 else _at(local - _DAY * (local.weekday() - 4), CLOSES)


def _at(local: datetime, hour: time) -> datetime:
    return datetime.combine(local.date(), hour, ZONE)
