"""Migrations: they lead to the tables of the models, on both databases, forth and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from engine.columns import metadata
from engine.models import __all__ as names
from tests.engine.core.house import open_database

ROOT = Path(__file__).resolve().parents[3]
TABLES = {name for name in names if name in metadata.tables}


def run(url: str, step: str, target: str) -> set[str]:
    """Migrate in one transaction, and return the tables there are afterwards."""
    database = open_database(url)
    with database.begin() as connection:
        config = Config(ROOT / "migrations" / "alembic.ini")
        config.attributes["connection"] = connection
        getattr(command, step)(config, target)
        found = set(inspect(connection).get_table_names())
    database.dispose()
    return found


def of_the_engine(thing: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
    """Whether a table, or what belongs to one, is the engine's; other packages bring migrations of their own."""
    return (thing if kind == "table" else thing.table).name in TABLES


def differences(url: str) -> list[Any]:
    """What a migration would still have to do for the tables of the engine."""
    database = open_database(url)
    with database.begin() as connection:
        options = {"include_object": of_the_engine, "compare_type": True}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    database.dispose()
    return list(found)


def test_the_newest_migration_makes_the_tables_of_the_models(database_url: str) -> None:
    assert run(database_url, "upgrade", "head") >= TABLES
    assert differences(database_url) == []


def test_every_migration_can_be_taken_back_and_repeated(database_url: str) -> None:
    run(database_url, "upgrade", "head")
    assert run(database_url, "downgrade", "base") == {"alembic_version"}
    assert run(database_url, "upgrade", "head") >= TABLES
