"""A real browser for the tests: a desktop page, a phone, and screenshots under build/screenshots.

The browser is the system's chromium, else the one that `make install` has unpacked under .cache/browser. A page that
throws an uncaught error or asks anything outside its own origin fails its test.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache" / "browser"
SCREENSHOTS = ROOT / "build" / "screenshots"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # The same letters in every screenshot, wherever it is taken.
    "--font-render-hinting=none",
)
LOCAL = {"127.0.0.1", "localhost", "::1", None}

Screenshot = Callable[..., Path]


def executable() -> Path:
    """The browser to start; fails with the remedy when there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    path = Path(found) if found else CACHE / "chromium"
    if not path.exists() or not (CACHE / "fonts.conf").exists():
        pytest.fail("The browser or its fonts are missing: run `make install`.")
    return path


def environment(browser: Path) -> dict[str, str]:
    """The environment of the browser: fonts from the cache, and the libraries that the unpacked one needs."""
    settings = {"FONTCONFIG_FILE": str(CACHE / "fonts.conf"), "TZ": "Asia/Shanghai"}
    if browser.parent == CACHE:
        settings["LD_LIBRARY_PATH"] = str(CACHE / "libraries" / "lib")
    return {**os.environ, **settings}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser process for the session."""
    path = executable()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(FLAGS), env=dict(environment(path)))
        yield started
        started.close()


@contextmanager
def opened(browser: Browser, **settings: Any) -> Iterator[Page]:
    """A page in a context of its own, in Chinese; uncaught errors and foreign requests fail the test at its end."""
    context = browser.new_context(**{"locale": "zh-CN", "timezone_id": "Asia/Shanghai", **settings})
    context.set_default_timeout(15_000)
    page = context.new_page()
    errors: list[str] = []
    foreign: list[str] = []

    def note(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.hostname not in LOCAL:
            foreign.append(request.url)

    context.on("request", note)
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield page
    context.close()
    assert not errors, f"The page threw: {errors}"
    assert not foreign, f"The page asked other origins: {foreign}"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A desktop of 1440 x 900."""
    with opened(browser, viewport={"width": 1440, "height": 900}) as made:
        yield made


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A phone of 390 x 844 points at two pixels each, with touch."""
    size = {"width": 390, "height": 844}
    with opened(browser, viewport=size, device_scale_factor=2, is_mobile=True, has_touch=True) as made:
        yield made


@pytest.fixture
def screenshot(request: pytest.FixtureRequest) -> Screenshot:
    """`screenshot("inbox")` writes build/screenshots/inbox.png of the test's page; `on=` shows another page."""

    def take(name: str, on: Page | None = None, *, full_page: bool = False) -> Path:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        target = SCREENSHOTS / f"{name}.png"
        shown = on or request.getfixturevalue("page" if "page" in request.fixturenames else "phone")
        shown.screenshot(path=target, full_page=full_page, animations="disabled")
        return target

    return take
