"""The repair pack, whose limits are short, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import Engine, Handlers
from tests.engine.core.house import House, deploy, files_of, open_database

PACK = Path(__file__).parent / "pack"


@pytest.fixture
def house(tables_url: str) -> Iterator[House]:
    """Monday 2026-11-16, 09:00 in Shanghai."""
    handlers = Handlers()
    found = House(open_database(tables_url), Engine(handlers), handlers)
    deploy(found, files_of(PACK))
    yield found
    found.database.dispose()
