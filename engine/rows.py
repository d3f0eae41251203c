"""Small statements that several parts write: new ids, and an insert that happens once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite


def new_id() -> str:
    """A random id that cannot be guessed."""
    return uuid.uuid4().hex


def insert_once(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Insert the row unless its key is taken (waiting for a transaction that is just taking it); say whether it was."""
    return connection.execute(_insert_once(table, connection.dialect.name), dict(row)).first() is not None


@cache
def _insert_once(table: Table, dialect: str) -> Executable:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing().returning(*table.primary_key.columns)
