"""Cases of the pack "connection", each on a database of its own in which the pack is in force."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from bpmn.connection import Desk
from tests.bpmn.walk import Walk, deployed


def in_memory() -> Database:
    return create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})


def copy(source: Database, target: Database) -> None:
    """Copy everything from one database in memory into another one."""
    with source.connect() as given, target.connect() as taken:
        given.connection.driver_connection.backup(taken.connection.driver_connection)  # type: ignore[union-attr]


@pytest.fixture(scope="session")
def template() -> Iterator[Database]:
    """The pack in force; deployed once, because every case only reads it."""
    database = in_memory()
    deployed(database, {})
    yield database
    database.dispose()


@pytest.fixture
def begin(cases: Callable[..., Walk]) -> Callable[..., Walk]:
    """Begin a case of a class, which runs as it is routed."""
    return cases


@pytest.fixture
def standard(cases: Callable[..., Walk]) -> Callable[..., Walk]:
    """Begin a case of a class that runs the standard process because a comparison asks for it."""
    return partial(cases, forced="standard")


@pytest.fixture
def cases(template: Database) -> Iterator[Callable[..., Walk]]:
    """Begin a case of a class.

    `fee_total` is what the stand-in handlers charge, `extra` are more files of the pack, `forced` is the variant that a
    comparison asks for, with a `desk` the real handlers work; all other keywords are variables of the application.
    """
    with ExitStack() as opened:

        def made(
            customer_class: str,
            *,
            fee_total: Any = 0,
            extra: Mapping[str, bytes] | None = None,
            desk: Desk | None = None,
            forced: str = "",
            **other: Any,
        ) -> Walk:
            database = in_memory()
            opened.callback(database.dispose)
            if extra:
                deployed(database, extra)
            else:
                copy(template, database)
            walk = Walk(database, fee_total, desk=desk, forced=forced)
            walk.start(customer_class, **other)
            return walk

        yield made
