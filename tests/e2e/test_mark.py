"""The mark of bpmn.io stands visible and uncovered in the first form and the first diagram that anybody sees."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.mark import DIAGRAM, FORM, assert_on_top
from tests.e2e.people import Staff
from tests.e2e.returns import Returns

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("device", ["page", "phone"])
def test_the_mark_is_on_top_in_the_first_form_and_diagram(
    device: str, returns: Returns, request: pytest.FixtureRequest
) -> None:
    page: Page = request.getfixturevalue(device)
    desk = Staff(returns.site, page)
    desk.sign_in("desk1")

    page.goto(f"{returns.site.url}/apply")
    assert_on_top(page, FORM)
    page.goto(f"{returns.site.url}/cases/{returns.case}")
    assert_on_top(page, DIAGRAM)


def test_the_mark_leads_to_bpmn_io(page: Page, returns: Returns) -> None:
    Staff(returns.site, page).sign_in("desk1")

    page.goto(f"{returns.site.url}/apply")

    expect(page.locator(FORM).first).to_have_attribute("href", "https://bpmn.io")
