"""A page with the viewer of form-js of this build, and nothing of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser import opened

SCRIPT = Path(__file__).parents[2] / "node_modules" / "@bpmn-io" / "form-js" / "dist" / "form-viewer.umd.js"


@contextmanager
def viewer(browser: Browser) -> Iterator[Page]:
    """An empty page that knows `FormViewer`."""
    with opened(browser) as page:
        page.set_content("<!doctype html><body></body>")
        page.add_script_tag(path=SCRIPT)
        yield page
