"""The browser of the tests: without these, a screenshot or a green page test would prove nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import opened

pytestmark = pytest.mark.e2e

GLYPHS = """text => {
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    canvas.width = canvas.height = 40;
    pen.font = "32px sans-serif";
    pen.fillText(text, 2, 34);
    return Array.from(pen.getImageData(0, 0, 40, 40).data).join();
}"""


def test_chinese_characters_have_glyphs_of_their_own(page: Page) -> None:
    drawn = {hashlib.sha256(page.evaluate(GLYPHS, character).encode()).hexdigest() for character in "业扩报装受理勘查"}

    assert len(drawn) == 8  # missing glyphs would all be the same box


def test_the_page_is_a_chinese_desktop(page: Page) -> None:
    assert page.evaluate("[navigator.language, innerWidth, innerHeight]") == ["zh-CN", 1440, 900]
    assert page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Asia/Shanghai"


def test_the_phone_is_narrow_and_sharp(phone: Page) -> None:
    phone.set_content('<meta name="viewport" content="width=device-width"><p>手机</p>')

    assert phone.evaluate("[innerWidth, devicePixelRatio]") == [390, 2]


def test_a_screenshot_is_written(page: Page, screenshot: Callable[..., Path]) -> None:
    page.set_content("<h1>业扩报装</h1>")

    assert screenshot("browser").read_bytes().startswith(b"\x89PNG")


def test_an_uncaught_error_of_a_page_fails_its_test(browser: Browser) -> None:
    with pytest.raises(AssertionError, match="out of order"), opened(browser) as page:
        page.evaluate("setTimeout(() => { throw new Error('out of order') })")
        page.wait_for_timeout(50)


def test_a_request_to_another_origin_fails_its_test(browser: Browser) -> None:
    with pytest.raises(AssertionError, match=r"elsewhere\.invalid"), opened(browser) as page:
        page.route("**/*", lambda route: route.abort())
        page.set_content('<img src="https://elsewhere.invalid/mark.png">')
        page.wait_for_timeout(50)
