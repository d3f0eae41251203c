"""Parcel returns: a site with a pack that knows nothing of electricity, and one return that stands at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.sync_api import Page

from engine import queries
from tests.e2e.filling import Sheet, document
from tests.e2e.people import Staff
from tests.e2e.site import PARCEL, Site

FORMS: Final = PARCEL / "forms"
HANDED_IN: Final[Mapping[str, Any]] = {
    "parcel_number": "20261118",
    "name": "王小明",
    "phone": "13800136021",
    "weight": 800,
    "region": "north",
}


@dataclass
class Returns:
    """The site and the numbers of the returns that were handed in."""

    site: Site
    cases: list[str] = field(default_factory=list)

    @property
    def case(self) -> str:
        """The first one."""
        return self.cases[0]

    def hand_in(self, page: Page, **changes: Any) -> str:
        """The desk takes a parcel in; the number of the return."""
        desk = Staff(self.site, page)
        desk.sign_in("desk1")
        page.goto(f"{self.site.url}/apply")
        Sheet(page, document(FORMS, "hand_in")).submit({**HANDED_IN, **changes})
        self.site.settle()
        self.cases.append(page.url.rsplit("/", 1)[1])
        return self.cases[-1]

    def version(self, case: str) -> int:
        """The version of the pack on which a return runs."""
        with self.site.reading() as connection:
            rows = {row.id: row.version for row in queries.deployments(connection)}
        return rows[self.site.instance(case).deployment_id]
