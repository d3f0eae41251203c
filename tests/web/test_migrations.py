"""The migrations lead to every table of the house, those of the web and of the packs included, on both databases."""

from __future__ import annotations

from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from web.app import MIGRATIONS, create_app
from web.database import Database


def config() -> Config:
    return Config(MIGRATIONS / "alembic.ini")


def run(url: str, step: str, target: str) -> set[str]:
    """Migrate in one transaction, and return the tables there are afterwards."""
    engine = create_engine(url)
    with engine.begin() as connection:
        options = config()
        options.attributes["connection"] = connection
        getattr(command, step)(options, target)
        found = set(inspect(connection).get_table_names())
    engine.dispose()
    return found


def differences(url: str) -> list[Any]:
    """What a migration would still have to do."""
    engine = create_engine(url)
    with engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, Database().flask.metadata)
    engine.dispose()
    return list(found)


def test_the_newest_migration_makes_every_table_of_the_whole_house(database_url: str) -> None:
    assert create_app.__module__ == "web.app"  # loads every room, so that the metadata is whole
    tables = {table.name for table in Database().flask.metadata.sorted_tables}

    assert {"user", "session", "notice", "form_draft", "case", "instance"} <= tables
    assert run(database_url, "upgrade", "head") == tables | {"alembic_version"}
    assert differences(database_url) == []


def test_the_last_migration_goes_down_and_up_again(database_url: str) -> None:
    head = ScriptDirectory.from_config(config()).get_current_head()
    before = run(database_url, "upgrade", "head")

    run(database_url, "downgrade", "-1")
    assert differences(database_url) != [] or head is None
    assert run(database_url, "upgrade", "head") == before
    assert differences(database_url) == []
