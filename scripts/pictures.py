"""Takes the pictures of the README from a running demonstration: `python -m scripts.pictures URL --log FILE`.

FILE is where the demonstration prints; the customer's sign-in code is read from it (without it, it is asked for). The
pictures go to docs/pictures, each in at most 150 kB.
"""

from __future__ import annotations

import argparse
import io
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import FLAGS, environment, executable

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "pictures"
LARGEST: Final = 150_000
PASSWORD: Final = "yekuo-demo-2026"
PHONE: Final = "13800138000"
#: A diagram of more shapes and labels is shown in part.
READABLE: Final = 40
#: Picture -> a diagram in which a variant differs from the others, and how much of it is shown.
VARIANTS: Final = {
    "standard": ("标准流程", "全图"),
    "deferred": ("容缺补件", "全图"),
    "parallel": ("拟定与并行会审", "当前步骤"),
}
#: Pages of the list of cases that are looked through.
MOST_PAGES: Final = 8
DESK: Final[dict[str, Any]] = {"viewport": {"width": 1440, "height": 900}}
HAND: Final[dict[str, Any]] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}


class PictureMissing(Exception):
    """The demonstration shows nothing of which this picture could be taken; the message says what was looked for."""


def small(png: bytes) -> bytes:
    """The picture with as many colours as fit into the allowed size."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64, 32):
        out = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= LARGEST:
            return out.getvalue()
    raise PictureMissing(f"A picture has {out.tell()} bytes even with 32 colours: show less of the page.")


def take(page: Page, name: str) -> None:
    """Write the visible part of the page once it has come to rest."""
    page.wait_for_load_state("networkidle")
    page.mouse.move(0, 0)
    # Diagrams fade in and forms lay themselves out after the last request.
    page.wait_for_timeout(700)
    data = small(page.screenshot(animations="disabled"))
    (FOLDER / f"{name}.png").write_bytes(data)
    print(f"{name}.png  {len(data) // 1000} kB  {page.url}")


@contextmanager
def visitor(browser: Browser, site: str, **screen: Any) -> Iterator[Page]:
    """A page of somebody who has not signed in."""
    context = browser.new_context(
        base_url=site, locale="zh-CN", timezone_id="Asia/Shanghai", color_scheme="light", **screen
    )
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def sign_in(page: Page, login: str) -> None:
    """Sign in as a member of staff of the demonstration."""
    page.goto("/login")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def first(page: Page, selector: str, what: str) -> str:
    """The address behind the first such link."""
    link = page.locator(selector).first
    if not link.count():
        raise PictureMissing(f"{page.url} shows no {what}.")
    return link.get_attribute("href") or ""


def staff_pictures(browser: Browser, site: str) -> None:
    """Sign-in, inbox, a task with its form, a case with its diagram, and why its deadlines are what they are."""
    with visitor(browser, site, viewport={"width": 720, "height": 480}) as page:
        page.goto("/login")
        take(page, "sign-in")
    with visitor(browser, site, **DESK) as page:
        sign_in(page, "hvcm1")
        page.goto("/inbox?tab=groups")
        page.locator("[data-row]").first.click(position={"x": 300, "y": 30})
        page.wait_for_selector(".peek-body")
        take(page, "inbox")
        open_task(page)
        take(page, "task")
    with visitor(browser, site, **DESK) as page:
        sign_in(page, "head1")
        address = busiest_case(page)
        page.goto(address)
        page.wait_for_selector("bpmn-view svg .djs-visual")
        take(page, "case")
        page.goto(f"{address}/limits")
        take(page, "deadlines")


def open_task(page: Page) -> None:
    """Open a plan to be drafted (else any task) and take it, because only its holder sees the buttons."""
    links = []
    for tab in ("mine", "groups"):
        page.goto(f"/inbox?tab={tab}")
        found = page.locator("[data-row] a[data-main]")
        links += found.evaluate_all("all => all.map(one => [!one.textContent.includes('拟定供电方案'), one.href])")
    for _other, address in sorted(links):
        page.goto(address)
        claim = page.locator("[data-claim]")
        if claim.count():
            claim.first.click()
            claim.first.wait_for(state="detached")
        page.wait_for_selector("form-fill .fjs-form")
        if page.locator(".form-foot .btn-primary").count():
            return
    raise PictureMissing("The inbox has no task that this person can do.")


def busiest_case(page: Page) -> str:
    """Of some running cases, the one that has come farthest and stands in a diagram that can be read as a whole."""
    page.goto("/cases?state=running&page=2")
    links = page.locator('a[href^="/cases/"]').evaluate_all("all => all.map(one => one.getAttribute('href'))")
    found = []
    for address in [link for link in dict.fromkeys(links) if re.fullmatch(r"/cases/[\w-]+", link)][:12]:
        page.goto(address)
        page.wait_for_selector("bpmn-view svg .djs-visual")
        shapes = page.locator("bpmn-view .djs-shape").count()
        past = page.locator(".stages .is-finished").count()
        found.append((shapes <= READABLE, past, shapes, address))
    if not found:
        raise PictureMissing(f"{page.url} shows no running case.")
    return str(max(found)[-1])


def variant_pictures(browser: Browser, site: str) -> None:
    """One running case of each variant, where it differs from the others."""
    with visitor(browser, site, **DESK) as page:
        sign_in(page, "head1")
        for name, (diagram, part) in VARIANTS.items():
            page.goto(case_of(page, diagram))
            page.wait_for_selector("bpmn-view svg .djs-visual")
            page.get_by_role("button", name=part).click()
            take(page, name)


def case_of(page: Page, diagram: str) -> str:
    """The address of a diagram of a running case that has one of this name."""
    for number in range(1, MOST_PAGES):
        page.goto(f"/cases?state=running&page={number}")
        links = page.locator("[data-row] a[data-main]").evaluate_all("all => all.map(one => one.getAttribute('href'))")
        for address in links:
            page.goto(address)
            chosen = page.get_by_role("link", name=diagram, exact=True)
            if chosen.count():
                return chosen.first.get_attribute("href") or ""
    raise PictureMissing(f"No running case has the diagram {diagram!r}.")


def design_pictures(browser: Browser, site: str) -> None:
    """An analyst's draft with its diagram, and the calendar of the administrators."""
    with visitor(browser, site, **DESK) as page:
        sign_in(page, "analyst1")
        page.goto("/studio")
        begun = page.locator("[data-row] a[data-main]")
        if begun.count():
            page.goto(begun.first.get_attribute("href") or "")
        else:
            page.locator("form[action$='/workspaces'] .btn").first.click()
            page.wait_for_url("**/studio/*")
        page.goto(first(page, 'a[href*="edit"][href$="standard.bpmn"]', "standard.bpmn to draw"))
        page.wait_for_selector(".djs-container .djs-visual")
        page.locator('[data-element-id="call_plan"]').first.click()
        take(page, "studio")
    with visitor(browser, site, **DESK) as page:
        sign_in(page, "admin1")
        page.goto("/admin/calendar")
        take(page, "calendar")


def customer_pictures(browser: Browser, site: str, log: Path | None) -> None:
    """What a customer sees on a phone: an application, its progress, and the plan to confirm."""
    with visitor(browser, site, **HAND) as page:
        customer_sign_in(page, log)
        page.goto("/my/apply")
        page.wait_for_selector("form-fill .fjs-form")
        take(page, "apply")
        page.goto("/")
        steps = '[href$="/steps/MSG_CUSTOMER_CONFIRMED"]'
        cases = page.locator('.cases a[href^="/my/"]').evaluate_all("all => all.map(one => one.getAttribute('href'))")
        for address in cases:
            page.goto(address)
            if page.locator(steps).count():
                break
        else:
            raise PictureMissing(f"No case of {PHONE} waits for the confirmation of its plan.")
        take(page, "progress")
        page.goto(first(page, steps, "plan to confirm"))
        page.wait_for_selector("form-fill .fjs-form")
        take(page, "confirm")


def customer_sign_in(page: Page, log: Path | None) -> None:
    """Sign in with the code that the demonstration prints."""
    page.goto("/sign-in")
    read = log.stat().st_size if log else 0
    page.fill("[name=phone]", PHONE)
    page.click("[formaction='/api/session/code']")
    page.fill("[name=code]", code_in(log, read) if log else input(f"The code printed for {PHONE}: "))
    page.click("form[action='/api/session/customer'] button[type=submit]:not([formaction])")
    page.wait_for_url("**/")


def code_in(log: Path, start: int) -> str:
    """The code that appears in the log behind `start` within half a minute."""
    for _ in range(60):
        with log.open("rb") as stream:
            stream.seek(start)
            found = re.findall(rf"{PHONE}\D+(\d{{6}})\b", stream.read().decode(errors="replace"))
        if found:
            return str(found[-1])
        time.sleep(0.5)
    raise PictureMissing(f"No code for {PHONE} was printed to {log}: is it the demonstration's output?")


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="address of the demonstration, such as http://127.0.0.1:8000")
    parser.add_argument("--log", type=Path, help="file that the demonstration prints to")
    chosen = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS), env=dict(environment(path)))
        staff_pictures(browser, chosen.url)
        variant_pictures(browser, chosen.url)
        design_pictures(browser, chosen.url)
        customer_pictures(browser, chosen.url, chosen.log)
        browser.close()


if __name__ == "__main__":
    main()
