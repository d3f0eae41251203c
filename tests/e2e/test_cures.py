"""One click beside a finding cures it in the editor, and undo takes the click back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import Screenshot
from tests.e2e.returns import Returns
from tests.e2e.studio import Studio

pytestmark = pytest.mark.e2e

DIAGRAM = "parcel_return.bpmn"


def cure(studio: Studio, code: str) -> Locator:
    return studio.page.locator(f"check-list .finding[data-code={code}] .cure")


def gone(studio: Studio, code: str) -> None:
    """Click on the cure; a second later the finding is no longer told."""
    cure(studio, code).first.click()
    expect(cure(studio, code)).to_have_count(0)


def rewrite(studio: Studio, old: str, new: str) -> None:
    """Change the text of the file as an expert does."""
    page = studio.page
    page.locator("#as-source").click()
    source = page.locator("textarea.source")
    text = source.input_value()
    assert old in text
    source.fill(text.replace(old, new, 1))
    page.locator("#as-drawing").click()
    expect(source).to_be_hidden()


def test_a_new_step_gets_stage_role_and_form_by_clicks(page: Page, returns: Returns, screenshot: Screenshot) -> None:
    studio = Studio(returns.site, page)
    studio.begin()
    studio.open(DIAGRAM)
    studio.insert("复核包裹", "f7", 300)
    expect(studio.findings()).to_have_count(3)
    screenshot("studio_cures", page)

    gone(studio, "stage_missing")
    page.locator(".djs-container > svg").first.focus()
    page.keyboard.press("Control+z")
    expect(cure(studio, "stage_missing")).to_have_count(1)
    gone(studio, "stage_missing")
    gone(studio, "nobody")
    gone(studio, "form_unnamed")
    expect(cure(studio, "form_missing")).to_have_text("新建这个表单")
    gone(studio, "form_missing")
    expect(studio.findings()).to_have_count(0)
    studio.save()

    page.goto(studio.draft)
    expect(page.locator("tr", has_text="新增")).to_have_count(1)


def test_a_slip_of_the_pen_and_a_lost_way_are_cured(page: Page, returns: Returns) -> None:
    studio = Studio(returns.site, page)
    studio.begin()
    studio.open(DIAGRAM)
    rewrite(studio, '=outcome = "receipt"', '=outcom = "receipt"')

    expect(cure(studio, "variable_misspelt")).to_have_text("改成“outcome”")
    gone(studio, "variable_misspelt")
    studio.save()
    studio.wait_stored(DIAGRAM, '=outcome = "receipt"')


def test_a_step_that_nothing_reaches_is_removed_by_a_click(page: Page, returns: Returns) -> None:
    studio = Studio(returns.site, page)
    studio.begin()
    studio.open(DIAGRAM)
    shape = '<bpmndi:BPMNShape id="lost_di" bpmnElement="lost"><dc:Bounds x="160" y="600" width="100" height="80" />'
    rewrite(studio, "</bpmn:process>", '<bpmn:manualTask id="lost" name="没人来" /></bpmn:process>')
    rewrite(studio, "</bpmndi:BPMNPlane>", f"{shape}</bpmndi:BPMNShape></bpmndi:BPMNPlane>")

    expect(cure(studio, "unreachable")).to_have_text("删去这一步")
    gone(studio, "unreachable")
    expect(page.locator("outline-list li", has_text="没人来")).to_have_count(0)


def test_a_personal_field_is_sealed_by_a_click(page: Page, returns: Returns) -> None:
    studio = Studio(returns.site, page)
    studio.begin()
    studio.open("forms/shelve.form")
    studio.pick("货位")
    studio.group("general")
    studio.entry("label").fill("送件人手机号")
    page.keyboard.press("Tab")

    gone(studio, "not_sealed")
    studio.save()
    studio.wait_stored("forms/shelve.form", '"sensitive": "phone"')
