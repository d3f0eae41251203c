"""A form is looked at as people will see it: beside the desk on a phone whose 390 px are the screen of its styles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Screenshot
from tests.e2e.mark import assert_on_top
from tests.e2e.returns import Returns
from tests.e2e.studio import Studio

pytestmark = pytest.mark.e2e

_ROW = [
    {"type": "textfield", "id": f"Field_{key}", "key": key, "label": label, "layout": {"row": "Row_1", "columns": 8}}
    for key, label in (("left", "左边"), ("right", "右边"))
]


def test_fields_of_a_row_stand_below_each_other_on_the_phone_only(
    page: Page, returns: Returns, tmp_path: Path, screenshot: Screenshot
) -> None:
    form = tmp_path / "row.form"
    form.write_text(json.dumps({"type": "default", "id": "row", "schemaVersion": 18, "components": _ROW}))
    studio = Studio(returns.site, page)
    studio.begin()
    studio.upload([form], "forms")
    studio.open("forms/row.form")
    page.get_by_role("button", name="预览", exact=True).click()

    phone = page.frame_locator("form-preview iframe")
    desk = page.locator("form-preview .is-desk")
    tops = {}
    for name, sheet in (("desk", desk), ("phone", phone)):
        fields = [sheet.get_by_label(label) for label in ("左边", "右边")]
        expect(fields[1]).to_be_visible()
        tops[name] = [field.bounding_box() for field in fields]
    left, right = tops["desk"]
    assert left and right and left["y"] == right["y"]
    above, below = tops["phone"]
    assert above and below and below["y"] > above["y"] + above["height"] and below["x"] == above["x"]
    assert phone.locator("html").evaluate("html => [innerWidth, html.scrollWidth]") == [390, 390]
    assert (phone.locator("html").get_attribute("lang") or "").startswith("zh")
    expect(phone.locator(".fjs-powered-by a")).to_be_visible()
    assert_on_top(page, "form-preview .is-desk .fjs-powered-by a")
    screenshot("studio_preview", page)
