"""Keys for tests and a house with one running case."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.seals import Sealer
from tests.engine.core.house import House, parcel_house

OLD = b"o" * 32
NEW = b"n" * 32
INDEX = b"i" * 32


@pytest.fixture
def sealer() -> Sealer:
    return Sealer({"k1": OLD}, "k1", INDEX)


@pytest.fixture
def rotated() -> Sealer:
    """The same installation after its key was changed."""
    return Sealer({"k1": OLD, "k2": NEW}, "k2", INDEX)


@pytest.fixture
def house(tables_url: str) -> Iterator[House]:
    found = parcel_house(tables_url)
    yield found
    found.database.dispose()
