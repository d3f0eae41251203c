"""What browser tests of whole journeys share: one shop that takes parcels back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import opened
from tests.conftest import Templates
from tests.e2e.returns import Returns
from tests.e2e.site import PARCEL, PARCEL_STAFF, site


@pytest.fixture(scope="module")
def returns(browser: Browser, templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Returns]:
    """A shop that takes parcels back, with one return at its desk."""
    with site(tmp_path_factory.mktemp("returns"), templates, PARCEL, PARCEL_STAFF) as running:
        made = Returns(running)
        with opened(browser, viewport={"width": 1440, "height": 900}) as page:
            made.hand_in(page)
        yield made
