"""How Alembic reaches the database: through the connection it is given, or that of the running application."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from engine import Moment, metadata


def render(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """Write our own type by its name, everything else as Alembic does."""
    if kind == "type" and isinstance(item, Moment):
        autogen.imports.add("from engine import Moment")
        return "Moment()"
    return False


def opened() -> AbstractContextManager[Connection]:
    """The connection to migrate: tests and scripts hand one over, the application has an engine."""
    given = context.config.attributes.get("connection")
    if given is not None:
        return nullcontext(given)
    connect: AbstractContextManager[Connection] = current_app.extensions["migrate"].db.engine.connect()
    return connect


def run() -> None:
    with opened() as connection:
        context.configure(
            connection=connection, target_metadata=metadata, render_item=render, render_as_batch=True, compare_type=True
        )
        with context.begin_transaction():
            context.run_migrations()


run()
