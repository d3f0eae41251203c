"""The parcel house on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engine.core.house import House, parcel_house


@pytest.fixture
def house(tables_url: str) -> Iterator[House]:
    found = parcel_house(tables_url)
    yield found
    found.database.dispose()
