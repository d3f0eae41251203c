"""Rate limits kept in the database, so that all nodes agree. Counting happens in a transaction of its own:
a refused sign-in must count although its command is rolled back."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask import g, request
from flask_babel import ngettext
from sqlalchemy import Connection, delete, func, insert, select

from web.auth.models import attempt
from web.context import now, settings
from web.database import database
from web.errors import TooMany


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` events of a kind per `window`."""

    kind: str
    count: int
    window: timedelta


MINUTE: Final = timedelta(minutes=1)
LOGIN_ACCOUNT: Final = Limit("login-account", 5, MINUTE)
LOGIN_ADDRESS: Final = Limit("login-address", 20, MINUTE)
CODE_PHONE: Final = Limit("code-phone", 3, timedelta(minutes=10))
CODE_ADDRESS: Final = Limit("code-address", 10, timedelta(minutes=10))
PROGRESS: Final = Limit("progress", 10, MINUTE)
UPLOAD: Final = Limit("upload", 60, timedelta(hours=1))


def count(*limits: tuple[Limit, str]) -> None:
    """Count one event for each limit and who it is about.

    Raises:
        TooMany: One of the limits was reached already; the event counts nevertheless.
    """
    keys = [(limit, _key(limit, who)) for limit, who in limits]
    # A request that is done again after a lost race is still one event.
    counted: set[str] = g.setdefault("counted", set())
    fresh = [(limit, key) for limit, key in keys if key not in counted]
    longest = _counted(fresh, now()) if fresh else 0
    counted.update(key for _limit, key in keys)
    if longest:
        minutes = max(1, round(longest / 60))
        raise TooMany(ngettext("太频繁，请 %(num)d 分钟后再试。", "太频繁，请 %(num)d 分钟后再试。", minutes), longest)


def _counted(limits: list[tuple[Limit, str]], moment: datetime) -> int:
    """Write the events down; seconds to wait for the strictest limit."""
    with database().transaction() as connection:
        waits = [_wait(connection, limit, key, moment) for limit, key in limits]
        connection.execute(insert(attempt), [{"key": key, "at": moment} for _limit, key in limits])
    return max(waits)


def forgive(limit: Limit, who: str) -> None:
    """Forget the events of somebody who got it right."""
    with database().transaction() as connection:
        connection.execute(delete(attempt).where(attempt.c.key == _key(limit, who)))


def sweep(connection: Connection, moment: datetime) -> None:
    """Delete events that no limit looks at any more."""
    connection.execute(delete(attempt).where(attempt.c.at < moment - timedelta(days=1)))


def address() -> str:
    return request.remote_addr or ""


def _wait(connection: Connection, limit: Limit, key: str, moment: datetime) -> int:
    """Seconds until the next event is welcome, 0 now."""
    since = moment - limit.window
    query = select(func.count(), func.min(attempt.c.at)).where(attempt.c.key == key, attempt.c.at > since)
    seen, oldest = connection.execute(query).one()
    if seen < limit.count:
        return 0
    return max(1, int((oldest + limit.window - moment).total_seconds()))


def _key(limit: Limit, who: str) -> str:
    """Neither accounts nor addresses are readable in the table."""
    return hmac.new(settings().index_key, f"{limit.kind}:{who}".encode(), hashlib.sha256).hexdigest()
