"""The mark of bpmn.io: the licence of bpmn-js and form-js asks that it stays visible and uncovered."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Page, expect

#: The mark on a diagram and the one under a form.
DIAGRAM: Final = "bpmn-view .bjs-powered-by"
FORM: Final = "form-fill .fjs-powered-by a"

#: How much of the mark is uncovered (of five points of it), its width and height, and how opaque it is drawn.
_LOOK: Final = """mark => {
    const { left, top, width, height } = mark.getBoundingClientRect();
    const places = [[.5, .5], [.1, .5], [.9, .5], [.5, .2], [.5, .8]];
    const at = ([x, y]) => document.elementFromPoint(left + x * width, top + y * height);
    const free = places.filter(place => mark.contains(at(place)));
    let opacity = 1;
    for (let one = mark; one; one = one.parentElement) opacity *= getComputedStyle(one).opacity;
    return { free: free.length, width, height, opacity };
}"""


def assert_on_top(page: Page, selector: str) -> None:
    """The mark is drawn, opaque, and when one scrolls to it nothing lies over it."""
    mark = page.locator(selector).first
    expect(mark).to_be_visible()
    mark.click(trial=True)  # waits until it stands still and would take the click itself
    look = mark.evaluate(_LOOK)
    assert look["free"] == 5, f"something lies over the mark: {look}"
    assert look["width"] >= 20 and look["height"] >= 10, f"the mark is too small: {look}"
    assert look["opacity"] > 0.9, f"the mark is faint: {look}"
