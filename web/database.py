"""The database of an installation: read-only snapshots for pages, one transaction per command, the only commit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from flask import Flask, current_app, g, has_app_context, has_request_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from engine import metadata
from web.config import Settings

AfterCommit = Callable[[], None]
_T = TypeVar("_T")

#: Milliseconds a writer waits for another one before it gives up.
_BUSY_MS: Final = 5_000
_READ: Final = "yekuo_read"
#: Lock not available, deadlock, serialization failure.
_LOST: Final = frozenset({"55P03", "40P01", "40001"})
_PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    # FULL: a committed step survives a power cut, not only a crash of the process.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={_BUSY_MS}",
)


@dataclass(frozen=True, slots=True)
class Opened:
    """The snapshot of a request, and what has been found in it."""

    manager: AbstractContextManager[Connection]
    connection: Connection
    found: dict[Hashable, Any] = field(default_factory=dict)


class Database:
    """Connections of one application; bound to the shared metadata, so migrations see every table."""

    def __init__(self) -> None:
        self.flask = SQLAlchemy(metadata=metadata)
        self._after_commit: list[AfterCommit] = []

    def init_app(self, app: Flask, settings: Settings) -> None:
        app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _options(settings)
        self.flask.init_app(app)
        with app.app_context():
            _prepare(self.engine)
        app.extensions["yekuo.database"] = self
        app.teardown_request(lambda _error: _close_read())

    @property
    def engine(self) -> Engine:
        return self.flask.engine

    def after_commit(self, call: AfterCommit) -> None:
        """Have `call` called after every commit (the clock is woken this way)."""
        self._after_commit.append(call)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction, committed at the end; scripts, the clock and `command` use it."""
        with self.engine.begin() as connection:
            yield connection
        for call in self._after_commit:
            call()

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A read-only transaction; writing in it fails on both databases."""
        with self.engine.connect() as raw:
            connection = raw.execution_options(**_read_options(self.engine))
            with connection.begin() as transaction:
                yield connection
                transaction.rollback()


def database() -> Database:
    """The database of the current application."""
    found: Database = current_app.extensions["yekuo.database"]
    return found


def read() -> Connection:
    """The read-only snapshot of this request; opened at first use, closed with the request."""
    if "read" not in g:
        manager = database().snapshot()
        g.read = Opened(manager, manager.__enter__())
    opened: Opened = g.read
    return opened.connection


def remembered(connection: Connection, key: Hashable, ask: Callable[[], _T]) -> _T:
    """What `ask` finds, asked once in the snapshot of this request, which cannot change; in a command always anew."""
    opened: Opened | None = g.get("read") if has_app_context() else None
    if opened is None or opened.connection is not connection:
        return ask()
    if key not in opened.found:
        opened.found[key] = ask()
    found: _T = opened.found[key]
    return found


@contextmanager
def command() -> Iterator[Connection]:
    """The one transaction of a request that changes something; later reads see its result."""
    _close_read()
    with database().transaction() as connection:
        yield connection
    g.committed = True


def committed() -> bool:
    """True if a command of this request has been committed."""
    return bool(g.get("committed", False))


def lost_race(error: DBAPIError) -> bool:
    """True if another transaction was in the way and nothing is wrong with this one: it may simply be done again."""
    if isinstance(error.orig, sqlite3.OperationalError):
        return error.orig.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    return getattr(error.orig, "sqlstate", None) in _LOST


def _close_read() -> None:
    if not has_request_context() and "read" not in g:
        return
    opened: Opened | None = g.pop("read", None)
    if opened is not None:
        opened.manager.__exit__(None, None, None)


def _options(settings: Settings) -> dict[str, object]:
    size = settings.threads + 4
    # Values of statements may be personal: errors and logs show the statement only.
    common: dict[str, object] = {"pool_size": size, "hide_parameters": True}
    if make_url(settings.database_url).get_backend_name() == "sqlite":
        return {**common, "max_overflow": size, "connect_args": {"check_same_thread": False}}
    limits = "-c lock_timeout=3000 -c statement_timeout=15000 -c timezone=UTC"
    return {**common, "max_overflow": 4, "pool_pre_ping": True, "connect_args": {"options": limits}}


def _read_options(bound: Engine) -> dict[str, object]:
    if bound.dialect.name == "sqlite":
        return {_READ: True}
    return {_READ: True, "postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}


def _prepare(bound: Engine) -> None:
    if bound.dialect.name == "sqlite":
        event.listen(bound, "connect", _on_connect)
        event.listen(bound, "begin", _on_begin)


def _on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions by itself: `_on_begin` says which kind.
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _on_begin(connection: Connection) -> None:
    """A command takes the write lock at once, so that it cannot fail half-way; a page never waits for it."""
    reading = bool(connection.get_execution_options().get(_READ))
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
