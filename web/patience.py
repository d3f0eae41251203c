"""The application, patient with locks: a request that lost a race is done again before anybody hears of it."""

from __future__ import annotations

import random
import time
from typing import Any, Final

import structlog
from flask import Flask, g, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from web.database import committed, lost_race

log = structlog.get_logger("yekuo.web")

#: Tries of one request, the first included.
TRIES: Final = 4
#: Seconds before the second try; each further one waits twice as long, and a random share keeps rivals apart.
_FIRST_WAIT: Final = 0.05
#: What the first try has left on the request: read again by the next one.
_REMEMBERED: Final = ("_login_user", "people")


class Site(Flask):
    """Flask with a second chance for requests that lost a race for a lock.

    Only what the database calls a lost race is tried again, never a refusal; only if nothing was committed, and only
    without files, whose content is read once. Request ids make a repeated command safe where its answer was lost.
    """

    def dispatch_request(self) -> ResponseReturnValue:
        before = dict(session)
        for turn in range(1, TRIES):
            try:
                return super().dispatch_request()
            except DBAPIError as error:
                if not lost_race(error) or committed() or request.files:
                    raise
                log.info("lost a race", endpoint=request.endpoint, turn=turn)
                _rest(turn)
                _as_before(before)
        return super().dispatch_request()


def _rest(turn: int) -> None:
    time.sleep(_FIRST_WAIT * 2 ** (turn - 1) * (0.5 + random.random()))


def _as_before(kept: dict[str, Any]) -> None:
    """The cookie as it came; who is signed in is read again."""
    session.clear()
    session.update(kept)
    for name in _REMEMBERED:
        g.pop(name, None)
