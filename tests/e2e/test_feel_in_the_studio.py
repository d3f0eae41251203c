"""FEEL is written with help: names that are known at that place, in conditions and in cells of decision tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Screenshot
from tests.e2e.returns import Returns
from tests.e2e.site import PARCEL
from tests.e2e.speech import Ear
from tests.e2e.studio import Studio

pytestmark = pytest.mark.e2e

DIAGRAM = "parcel_return.bpmn"


def offered(page: Page) -> list[str]:
    """What the open list of completions offers."""
    page.locator(".cm-tooltip-autocomplete li").first.wait_for()
    page.wait_for_timeout(150)  # the list follows the letters
    return page.locator(".cm-tooltip-autocomplete .cm-completionLabel").all_inner_texts()


def test_a_condition_is_completed_from_what_was_filled_in_before(
    page: Page, returns: Returns, screenshot: Screenshot
) -> None:
    studio = Studio(returns.site, page)
    studio.begin()
    Ear(page, "zh", ())
    studio.open(DIAGRAM)
    page.evaluate("id => speech.select(id)", "f4")
    editor = page.locator("[data-entry-id=yekuo-condition] .cm-content")
    expect(editor).to_contain_text('outcome = "receipt"')
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("rem")
    assert "remark" in offered(page)  # the form of the step before the gateway
    screenshot("studio_feel", page)
    page.keyboard.press("Control+a")
    page.keyboard.type("wei")
    assert "weight" in offered(page)  # handed in at the beginning, where no step of the diagram asks
    page.keyboard.press("Control+a")
    page.keyboard.type("add")
    assert "add working days(from, n)" in offered(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+a")
    page.keyboard.type("weight > 100")
    studio.save()
    assert "=weight &gt; 100</bpmn:conditionExpression>" in studio.stored(DIAGRAM)


def test_what_comes_later_is_not_offered(page: Page, returns: Returns, tmp_path: Path) -> None:
    straight = (PARCEL / DIAGRAM).read_text("utf-8").replace("<bpmn:incoming>f10</bpmn:incoming>", "", 1)
    (tmp_path / DIAGRAM).write_text(straight.replace('targetRef="gw_again"', 'targetRef="e_lapsed"'))
    studio = Studio(returns.site, page)
    studio.begin()
    Ear(page, "zh", ())
    studio.upload([tmp_path / DIAGRAM])
    studio.open(DIAGRAM)
    page.evaluate("id => speech.select(id)", "f4")
    page.locator("[data-entry-id=yekuo-condition] .cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("s")
    assert "shelf" not in offered(page)


def test_a_cell_of_a_table_is_completed(page: Page, returns: Returns) -> None:
    studio = Studio(returns.site, page)
    studio.begin()
    studio.open("handling.dmn")
    page.locator("td[data-element-id=ie1]").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("wei")
    assert "weight" in offered(page)


def test_who_when_and_timers_are_completed_and_plain_texts_stay(page: Page, returns: Returns) -> None:
    studio = Studio(returns.site, page)
    studio.begin()
    studio.open(DIAGRAM)
    studio.pick("退款")
    studio.group("CamundaPlatform__UserAssignment")
    due = page.locator("[data-entry-id=dueDate]")
    due.get_by_role("textbox").fill("=rem")  # a sign at the beginning makes it FEEL
    due.locator(".cm-content").click()
    page.keyboard.press("End")
    page.keyboard.type("a")
    assert "remark" in offered(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+a")
    page.keyboard.type("due(remark)")
    studio.save()
    assert 'camunda:dueDate="=due(remark)"' in studio.stored(DIAGRAM)

    page.locator("outline-list li[data-id=b_late]").click()
    studio.group("timer")
    value = page.locator("[data-entry-id=timerEventDefinitionValue]")
    expect(value.get_by_role("textbox")).to_have_value("P7D")
