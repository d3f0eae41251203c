"""In English no page holds Chinese but what packs, people and cases say themselves."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import Call, Handlers
from tests.web.conftest import PACK, ROOT, STAFF, START, Browser, World
from web.notify import escalations
from web.packfiles import read_pack_folder

HAN = re.compile(r"[㐀-鿿]+")
#: Punctuation that only Chinese has.
FULL_WIDTH = re.compile(r"[、，。；：！？（）「」《》]")
#: Whole texts of a file, with figures and punctuation.
CONTENT = re.compile(r'[^"<>\n]*[㐀-鿿][^"<>\n]*')
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
    return words_of(PACK)


def words_of(pack: Path) -> set[str]:
    """Every run of Chinese in the files of a pack, with its punctuation."""
    texts = [path.read_text("utf-8") for path in pack.rglob("*") if path.suffix in {".bpmn", ".dmn", ".form", ".toml"}]
    return OWN | {word for text in (*texts, *map(str, STAFF.values())) for word in _words(text)}


def _words(text: str) -> Iterator[str]:
    yield from HAN.findall(text)
    yield from (html.unescape(whole).strip() for whole in CONTENT.findall(text))


def chinese(page: str, known: Iterable[str]) -> list[str]:
    """Runs of Chinese on a page, scripts' data and values of pack, people and case left out."""
    text = re.sub(r"<script type=\"application/json\".*?</script>", "", page, flags=re.S)
    text = html.unescape(text)
    for word in sorted(known, key=len, reverse=True):
        text = text.replace(word, "")
    return sorted((set(HAN.findall(text)) | set(FULL_WIDTH.findall(text))) - INITIALS)


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


def test_an_empty_inbox_says_in_english_how_much_can_be_claimed(small_world: World, pack_words: set[str]) -> None:
    small_world.hand_in(small_world.customer(), name="Wang")
    desk = speaks_english(small_world.signed_in("desk"))

    page = desk.get("/inbox?tab=mine").text

    assert "Nothing to do now; 1 can be claimed." in page
    assert chinese(page, pack_words) == []


@pytest.mark.parametrize("caused_in", ["zh", "en"])
def test_a_notice_speaks_the_language_of_its_reader(small_world: World, caused_in: str, pack_words: set[str]) -> None:
    case = small_world.hand_in(small_world.customer(), name="Wang")
    desk, lead = small_world.signed_in("desk"), small_world.signed_in("lead")
    task = small_world.task(desk, case)
    lead.client.set_cookie("locale", caused_in)
    assert lead.post(f"/api/tasks/{task['id']}/remind", {"reason": "soon"}).status_code == 200

    chinese_page = desk.get("/notices").text
    english_page = speaks_english(desk).get("/notices").text

    assert f"案件 {case}：请尽快办理" in chinese_page
    assert "Reminder: " in english_page
    assert chinese(english_page, pack_words) == []


def test_escalations_speak_english(small_world: World, pack_words: set[str]) -> None:
    case = small_world.hand_in(small_world.customer(), name="Wang")
    house, handlers = small_world.house, Handlers()
    escalations.install(handlers, house.sealer)
    matter = {"business_key": case, "key": "case", "percent": 120, "action": "remind", "late": True}
    told = {"whom": f"u:{small_world.ids['lead']}", "items": [matter, matter], "region": "north", "channel": ""}
    with small_world.app.app_context(), house.database.transaction() as connection:
        call = Call(
            escalations.TOPIC, "", "", case, "", told, "escalation:1", START, "system", connect=lambda: connection
        )
        handlers.find(escalations.TOPIC).function(call)

    chinese_page = small_world.signed_in("lead").get("/notices").text
    english_page = speaks_english(small_world.signed_in("lead")).get("/notices").text

    assert "有 2 件时限要注意" in chinese_page
    assert "2 limits need attention" in english_page
    assert chinese(english_page, pack_words) == []


def test_the_public_rules_say_one_working_day(small_world: World) -> None:
    """The rules of the supply company, whose figures have a limit of one day."""
    pack = ROOT / "bpmn" / "connection"
    house = small_world.house
    with small_world.app.test_request_context(), house.database.transaction() as connection:
        made = house.engine.deploy(connection, read_pack_folder(pack), actor=small_world.ids["analyst"], now=START)
        house.engine.approve(connection, made.id, actor=small_world.ids["admin"], now=START)
    words = words_of(pack)

    for customer_class in ("LV", "HV1"):
        page = speaks_english(small_world.browser()).get(f"/sunshine?class={customer_class}").text
        assert re.search(r"\b1 working day\b", page)
        assert not re.search(r"\b1 working days", page)
        assert chinese(page, words) == []


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
