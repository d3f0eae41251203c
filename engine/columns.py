"""What every table of the engine is made of: the one metadata, moments, and a few kinds of columns."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    literal_column,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: Order of tasks without a due moment: after all others, without relying on how a database sorts nulls.
LAST_MOMENT = datetime(9999, 12, 31, tzinfo=UTC)


class Moment(TypeDecorator[datetime]):
    """An instant: aware on our side, `timestamptz` in PostgreSQL, sortable UTC text in SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"A moment without time zone cannot be stored: {value}. Pass an aware datetime.")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


#: A growing number, used where the order of writing matters.
Sequence = BigInteger().with_variant(Integer(), "sqlite")


def id_column() -> Column[str]:
    return Column("id", String(64), primary_key=True)


def word(name: str, default: str | None = "", **more: Any) -> Column[str]:
    """A short text that is never null; `default=None` makes it required."""
    if default is not None:
        more["server_default"] = default
    return Column(name, String(255), nullable=False, **more)


def open_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over the few rows that still matter, so that it stays small for ever."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


def state_is(table: Table, word: str) -> ColumnElement[bool]:
    """The condition of an `open_index`, literally: with a bound value no database could tell that the index serves."""
    condition: ColumnElement[bool] = table.c.state == literal_column(f"'{word}'")
    return condition
