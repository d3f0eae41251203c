"""A page with the viewer of form-js of this build, and of ours only what says which day it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser import opened
from tests.node import answers, program

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "node_modules" / "@bpmn-io" / "form-js" / "dist" / "form-viewer.umd.js"
#: `today()` of the page
TODAY = "2026-11-20"


@contextmanager
def viewer(browser: Browser, **settings: Any) -> Iterator[Page]:
    """An empty page that knows `FormViewer`, and `Today.onDay` for its forms; `settings` are those of the browser."""
    with opened(browser, **settings) as page:
        page.set_content(f'<!doctype html><html data-today="{TODAY}"><body></body></html>')
        page.add_script_tag(path=SCRIPT)
        page.add_script_tag(content=_today())
        yield page


@cache
def _today() -> str:
    module = ROOT / "web" / "frontend" / "src" / "form" / "today.ts"
    with TemporaryDirectory() as folder:
        script = Path(__file__).parent / "parity" / "bundle.mjs"
        return str(answers(program(), script, [str(module), "Today"], Path(folder)))
