"""What browser tests of whole journeys share: one shop that takes parcels back, and a supply company for one case."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import Screenshot, opened
from tests.conftest import Templates
from tests.e2e import answers
from tests.e2e.people import Customer, Staff
from tests.e2e.returns import Returns
from tests.e2e.site import CONNECTION, CONNECTION_STAFF, PARCEL, PARCEL_STAFF, site
from tests.e2e.walk import Walk


@pytest.fixture(scope="module")
def returns(browser: Browser, templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Returns]:
    """A shop that takes parcels back, with one return at its desk."""
    with site(tmp_path_factory.mktemp("returns"), templates, PARCEL, PARCEL_STAFF) as running:
        made = Returns(running)
        with opened(browser, viewport={"width": 1440, "height": 900}) as page:
            made.hand_in(page)
        yield made


@pytest.fixture
def walk(tmp_path: Path, templates: Templates, page: Page, phone: Page, screenshot: Screenshot) -> Iterator[Walk]:
    with site(tmp_path, templates, CONNECTION, CONNECTION_STAFF) as running:
        desk, customer = Staff(running, page), Customer(running, phone, answers.PHONE)
        yield Walk(running, desk, customer, phone.context.new_page(), screenshot)
