"""Server-side sessions: the signed cookie holds a random id and the CSRF token, the table says whose it is.

Idle time is the age of the signed cookie, renewed with each answer but not by background polling; so reading pages
writes nothing. Ending a session, disabling a user or changing a password deletes rows and works at once.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flask import Flask, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, login_user, logout_user
from sqlalchemy import Connection, Row, delete, insert, select, update

from web.auth import csrf, staffing
from web.auth.models import session as session_table
from web.auth.models import user
from web.auth.person import Person
from web.auth.rights import rights_of
from web.auth.throttle import address
from web.context import now
from web.database import read

IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=12)
#: Publishing and similar acts ask for the password again when the last proof is older.
PROOF: Final = timedelta(minutes=15)
#: Set by the pages' polling, which must not keep an abandoned browser signed in.
POLL_HEADER: Final = "X-Live"


class CookieInterface(SecureCookieSessionInterface):
    """Flask's signed cookie, not renewed by polling."""

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        return session.modified or (session.permanent and POLL_HEADER not in request.headers)


def init_app(app: Flask, *, secure: bool) -> None:
    app.session_interface = CookieInterface()
    app.config.update(
        SESSION_COOKIE_NAME="__Host-yekuo" if secure else "yekuo",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=IDLE,
    )
    manager = LoginManager()
    manager.session_protection = None  # the table and the signature protect it; addresses change on the way
    manager.user_loader(_load)
    manager.init_app(app)


def open_session(connection: Connection, user_id: str, *, only_case: str | None = None) -> None:
    """Begin a session for a user who has just proved who they are; any earlier one of this browser ends."""
    close_session(connection)
    session_id, moment = secrets.token_urlsafe(32), now()
    row = {
        "id": _digest(session_id),
        "user_id": user_id,
        "created_at": moment,
        "proved_at": moment,
        "expires_at": moment + ABSOLUTE,
        "address": address(),
        "agent": (request.user_agent.string or "")[:200],
        "business_key": only_case,
    }
    connection.execute(insert(session_table).values(row))
    csrf.renew()
    session.permanent = True
    found = _person(connection, session_id, moment)
    if found is not None:
        login_user(found)


def close_session(connection: Connection) -> None:
    """End the session of this browser."""
    held = session.get("_user_id")
    if held:
        connection.execute(delete(session_table).where(session_table.c.id == _digest(held)))
    logout_user()
    session.clear()


def close_all(connection: Connection, user_id: str, *, but: str | None = None) -> None:
    """End every session of a user, except the one whose cookie id is `but`."""
    query = delete(session_table).where(session_table.c.user_id == user_id)
    connection.execute(query.where(session_table.c.id != _digest(but)) if but else query)


@dataclass(frozen=True, slots=True)
class Opened:
    """A living session, as its owner sees it."""

    #: Names the session to its owner and opens nothing: the digest of the id in the cookie.
    id: str
    created_at: datetime
    expires_at: datetime
    address: str
    agent: str
    #: The one that asks.
    current: bool


def opened(connection: Connection, user_id: str, own: str) -> list[Opened]:
    """Where somebody is signed in, the latest first; `own` is the id in the cookie that asks."""
    living = (session_table.c.user_id == user_id, session_table.c.expires_at > now())
    rows = connection.execute(select(session_table).where(*living).order_by(session_table.c.created_at.desc()))
    names = ("id", "created_at", "expires_at", "address", "agent")
    return [Opened(**{name: getattr(row, name) for name in names}, current=row.id == _digest(own)) for row in rows]


def close_one(connection: Connection, user_id: str, opened_id: str) -> bool:
    """End one session of a user; False if there is none with this id."""
    own = (session_table.c.user_id == user_id, session_table.c.id == opened_id)
    return connection.execute(delete(session_table).where(*own)).rowcount == 1


def prove(connection: Connection, session_id: str) -> None:
    """Note that the person has just proved who they are again."""
    rows = update(session_table).where(session_table.c.id == _digest(session_id))
    connection.execute(rows.values(proved_at=now()))


def proved_recently(connection: Connection, session_id: str) -> bool:
    query = select(session_table.c.proved_at).where(session_table.c.id == _digest(session_id))
    proved: datetime | None = connection.execute(query).scalar()
    return proved is not None and now() - proved <= PROOF


def sweep(connection: Connection, moment: datetime) -> None:
    """Delete sessions that are over."""
    connection.execute(delete(session_table).where(session_table.c.expires_at < moment))


def _load(session_id: str) -> Person | None:
    return _person(read(), session_id, now())


def _person(connection: Connection, session_id: str, moment: datetime) -> Person | None:
    query = (
        select(user, session_table.c.business_key.label("only_case"))
        .join(session_table, session_table.c.user_id == user.c.id)
        .where(session_table.c.id == _digest(session_id), session_table.c.expires_at > moment, user.c.state != "left")
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return _person_of(connection, row, session_id, moment)


#: Columns of `user` that a person carries as they are.
_PLAIN: Final = ("id", "kind", "login", "name", "number", "department", "state", "state_reason", "must_change")


def _person_of(connection: Connection, row: Row[Any], session_id: str, moment: datetime) -> Person:
    worker, words = staffing.loaded(connection, row.id, moment)
    return Person(
        session=session_id,
        roles=words.roles,
        regions=words.regions,
        rights=rights_of(connection, words.roles) if row.state == "active" else frozenset(),
        preferences=json.loads(row.preferences),
        only_case=row.only_case,
        worker=worker,
        **{name: getattr(row, name) for name in _PLAIN},
    )


def _digest(session_id: str | None) -> str:
    return hashlib.sha256((session_id or "").encode()).hexdigest()
