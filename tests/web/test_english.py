"""In English no page holds Chinese but what packs, people and cases say themselves."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from tests.web.conftest import PACK, STAFF, Browser, World

HAN = re.compile(r"[㐀-鿿]+")
#: The switch of languages names each in itself.
OWN = {"中文"}
#: Where a picture of a person would stand.
INITIALS = {name[0] for name, _roles, _regions in STAFF.values()}
STAFF_PAGES = (
    "/inbox?tab=mine", "/inbox?tab=groups", "/inbox?tab=waiting", "/inbox?tab=done", "/inbox?tab=mine&q=nothing",
    "/cases", "/cases?q=nothing", "/notices", "/apply", "/password",
    "/cases/{case}", "/cases/{case}/limits", "/cases/{case}/documents", "/cases/{case}/record", "/cases/{case}/notes",
    "/tasks/{task}", "/tasks/{task}/peek", "/nowhere", "/cases/26-11-9999",
)  # fmt: skip
CUSTOMER_PAGES = ("/", "/my/{case}", "/my/{case}/documents", "/my/{case}/rating", "/progress", "/sunshine", "/nowhere")
ADMIN_PAGES = ("/admin/users", "/admin/deployments", "/admin/incidents")


@pytest.fixture(scope="module")
def pack_words() -> set[str]:
    """Every run of Chinese that the pack and the people of the tests bring along."""
    texts = [path.read_text("utf-8") for path in PACK.rglob("*") if path.suffix in {".bpmn", ".dmn", ".form", ".toml"}]
    return OWN | {word for text in (*texts, *map(str, STAFF.values())) for word in HAN.findall(text)}


def chinese(page: str, known: Iterable[str]) -> list[str]:
    """Runs of Chinese on a page, scripts' data and values of pack, people and case left out."""
    text = re.sub(r"<script type=\"application/json\".*?</script>", "", page, flags=re.S)
    text = html.unescape(text)
    for word in sorted(known, key=len, reverse=True):
        text = text.replace(word, "")
    return sorted(set(HAN.findall(text)) - INITIALS)


def speaks_english(browser: Browser) -> Browser:
    browser.client.set_cookie("locale", "en")
    return browser


def found(browser: Browser, pages: Iterable[str], values: dict[str, Any], known: set[str]) -> Iterator[str]:
    for page in pages:
        answer = browser.get(page.format(**values))
        assert answer.status_code in {200, 403, 404}, (page, answer.status_code)
        assert "<html" not in answer.text or 'lang="en"' in answer.text, page
        yield from (f"{page}: {run}" for run in chinese(answer.text, known))


def test_every_page_of_staff_speaks_english(small_world: World, pack_words: set[str]) -> None:
    case = small_world.hand_in(small_world.customer(), name="Wang")
    desk = small_world.signed_in("desk")
    task = small_world.task(desk, case)["id"]
    assert desk.post(f"/api/tasks/{task}/claim").status_code == 200
    values = {"case": case, "task": task}
    lead = small_world.signed_in("lead")

    mixed = [*found(speaks_english(desk), STAFF_PAGES, values, pack_words)]
    mixed += found(speaks_english(lead), STAFF_PAGES, values, pack_words)

    assert mixed == []


def test_late_paused_and_finished_work_speaks_english(small_world: World, pack_words: set[str]) -> None:
    case = small_world.hand_in(small_world.customer(), name="Wang")
    desk = small_world.signed_in("desk")
    task = small_world.task(desk, case)
    assert desk.post(f"/api/tasks/{task['id']}/claim").status_code == 200
    small_world.clock.pass_(minutes=20)
    assert small_world.complete(desk, small_world.task(desk, case), condition="good").status_code in {200, 422}
    small_world.clock.pass_(days=9)
    lead = speaks_english(small_world.signed_in("lead"))

    assert [*found(lead, STAFF_PAGES, {"case": case, "task": task["id"]}, pack_words)] == []


def test_every_page_of_customers_speaks_english(small_world: World, pack_words: set[str]) -> None:
    customer = speaks_english(small_world.customer())
    case = small_world.hand_in(customer, name="Wang")

    assert [*found(customer, CUSTOMER_PAGES, {"case": case}, pack_words)] == []


def test_every_page_of_administrators_speaks_english(small_world: World, pack_words: set[str]) -> None:
    admin = speaks_english(small_world.signed_in("admin"))

    assert [*found(admin, ADMIN_PAGES, {}, pack_words)] == []


def test_refusals_speak_english(small_world: World) -> None:
    stranger = speaks_english(small_world.browser())

    for path in ("/inbox", "/my/26-11-0001", "/nowhere"):
        assert not chinese(stranger.get(path).text, OWN), path
    for path, body in (
        ("/api/progress", {"number": "26-11-0001", "last_four": "0000"}), ("/api/progress", {}),
        ("/api/session", {"login": "nobody", "password": "x"}), ("/api/session/code", {"phone": "12"}),
        ("/api/cases", {}),
    ):  # fmt: skip
        assert not chinese(stranger.post(path, body).text, OWN), path
