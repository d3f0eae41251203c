"""The studio speaks one language at a time: every corner of its editors is opened and heard, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import Screenshot, opened
from tests.e2e.returns import Returns
from tests.e2e.speech import Ear
from tests.e2e.studio import Studio
from tests.e2e.test_export import DESKTOP

pytestmark = pytest.mark.e2e

#: Files that hold every kind of element, table and field.
FILES = sorted(DESKTOP.glob("*.*"))
_IDS = "() => [...new Set([...document.querySelectorAll('.djs-element')].map(one => one.dataset.elementId))]"


BOTH = pytest.mark.parametrize("studio", ["zh", "en"], indirect=True)


@pytest.fixture(scope="module")
def studio(request: pytest.FixtureRequest, browser: Browser, returns: Returns) -> Iterator[tuple[Studio, Ear]]:
    """A draft with diagrams that hold every kind of element, opened in the language."""
    with opened(browser, viewport={"width": 1440, "height": 900}) as page:
        made = Studio(returns.site, page)
        made.begin()
        made.upload(FILES)
        page.context.add_cookies([{"name": "locale", "value": request.param, "url": returns.site.url}])
        yield made, Ear(page, request.param, [path.read_text("utf-8") for path in FILES])


#: English is the language of the libraries; ours is heard in one diagram.
DIAGRAMS = [
    ("zh", "collaboration.bpmn"),
    ("zh", "nested.bpmn"),
    ("zh", "parcel_return.bpmn"),
    ("en", "parcel_return.bpmn"),
]


@pytest.mark.parametrize(("studio", "path"), DIAGRAMS, indirect=["studio"])
def test_the_modeler_speaks_the_language_of_the_page(path: str, studio: tuple[Studio, Ear]) -> None:
    desk, ear = studio
    page = desk.page
    desk.open(path)
    ear.heard.clear()
    ear.panel()
    ear.menu(".djs-palette [data-action=create]")
    for element in page.evaluate(_IDS):
        ear.select(element)
        ear.panel()
        for action in ("replace", "append", "set-color", "align-elements"):
            ear.menu(f".djs-context-pad [data-action={action}]")
    page.locator(".djs-container").first.click(position={"x": 5, "y": 300})
    page.keyboard.press("Control+f")
    ear.listen()
    page.keyboard.press("Escape")
    assert not ear.heard, "\n".join(sorted(ear.heard))


@BOTH
def test_the_simulation_speaks_the_language_of_the_page(studio: tuple[Studio, Ear], screenshot: Screenshot) -> None:
    desk, ear = studio
    page = desk.page
    desk.open("parcel_return.bpmn")
    ear.heard.clear()
    page.locator(".bts-toggle-mode").click()
    ear.listen()
    page.locator(".bts-context-pad").first.dispatch_event("click")  # a token starts
    page.locator(".bts-palette .bts-entry").nth(2).dispatch_event("click")
    expect(page.locator(".bts-log .bts-content .bts-entry:not(.placeholder)").first).to_be_visible()
    ear.listen()
    page.locator(".bts-palette .bts-entry").first.dispatch_event("click")
    ear.listen()
    screenshot(f"studio_simulation_{ear.language}", page)
    page.locator(".bts-toggle-mode").click()
    assert not ear.heard, "\n".join(sorted(ear.heard))


@BOTH
def test_the_decision_editor_speaks_the_language_of_the_page(studio: tuple[Studio, Ear]) -> None:
    desk, ear = studio
    page = desk.page
    desk.open("fares.dmn")
    ear.heard.clear()
    for name in ("车费", "取整", "等级"):
        desk.pick(name)
        page.wait_for_timeout(200)
        ear.listen()
    for cell in ("th.input-cell", "th.output-cell", "th.hit-policy"):
        for found in page.locator(cell).all():
            found.click()
            page.wait_for_timeout(100)
            ear.listen()
            page.keyboard.press("Escape")
    for cell in ("td.rule-index", "td.input-cell", "td.output-cell", "th.input-cell"):
        page.locator(cell).first.click(button="right")
        page.wait_for_timeout(100)
        ear.listen()
        page.keyboard.press("Escape")
    page.locator(".view-drd button").click()
    expect(page.locator(".dmn-drd-container")).to_be_visible()
    ear.listen()
    for element in page.evaluate(_IDS):
        ear.select(element)
        ear.listen()
        ear.menu(".djs-context-pad [data-action=replace]")
    assert not ear.heard, "\n".join(sorted(ear.heard))


@BOTH
def test_the_form_editor_speaks_the_language_of_the_page(studio: tuple[Studio, Ear]) -> None:
    desk, ear = studio
    page = desk.page
    desk.open("everything.form")
    ear.heard.clear()
    ear.panel()
    for line in page.locator("outline-list li").all():
        line.click()
        ear.panel()
    assert not ear.heard, "\n".join(sorted(ear.heard))
