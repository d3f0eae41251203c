"""Pages read and never write; they speak the words of whatever pack is active."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from tests.web.conftest import PACK, START, World
from tests.web.test_rights import rules
from web.packfiles import read_pack_folder

ROOT = Path(__file__).resolve().parents[2]
#: Rooms that know no electricity.
GENERIC = (
    "web/api",
    "web/workbench",
    "web/admin",
    "web/auth",
    "web/notify",
    "web/templates/workbench",
    "web/templates/admin",
)
ELECTRICITY = re.compile(r"用电|供电|报装|业扩|千瓦|kVA|kW\b|电压|voltage|electric|survey|勘查|meter\b", re.IGNORECASE)


def busy_case(world: World) -> str:
    """A case with a draft, a note, a held task, and a deadline on the way."""
    case = world.hand_in(world.customer())
    desk = world.signed_in("desk")
    task = world.task(desk, case)
    desk.post(f"/api/tasks/{task['id']}/claim")
    desk.post(f"/api/cases/{case}/notes", {"text": "包装完好"})
    return case


def test_no_page_writes(world: World) -> None:
    case = busy_case(world)
    desk, admin = world.signed_in("desk"), world.signed_in("admin")
    task = world.task(desk, case)["id"]
    written: list[str] = []
    with world.app.app_context():
        engine = world.house.database.engine

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if re.match(r"\s*(INSERT|UPDATE|DELETE)", statement, re.IGNORECASE):
            written.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    for rule, method in rules(world.app):
        if method == "GET" and rule.endpoint != "static":
            path = (
                rule.rule.replace("<business_key>", case)
                .replace("<task_id>", task)
                .replace("<user_id>", world.ids["desk"])
            )
            for browser in (desk, admin):
                assert browser.get(re.sub(r"<[^>]+>", "0" * 32, path)).status_code < 500, path
    event.remove(engine, "before_cursor_execute", note)

    assert written == []


def test_a_page_that_tries_to_write_fails(world: World) -> None:
    with world.app.test_request_context(), pytest.raises(DBAPIError), world.house.database.snapshot() as connection:
        table = world.house.database.flask.metadata.tables["attempt"]
        connection.execute(table.insert().values(key="x", at=START))


@pytest.mark.parametrize("part", ["", "/limits", "/documents", "/notes", "/record", "?part=live"])
def test_every_page_of_a_case_renders(small_world: World, part: str) -> None:
    case = busy_case(small_world)

    page = small_world.signed_in("lead").get(f"/cases/{case}{part}")

    assert page.status_code == 200
    assert "验收" in page.text or "包装完好" in page.text or part == "/documents"


@pytest.mark.parametrize("context", ["case", "documents", "record", "guide"])
def test_every_context_of_a_task_renders(small_world: World, context: str) -> None:
    case = busy_case(small_world)
    desk = small_world.signed_in("desk")
    task = small_world.task(desk, case)

    page = desk.get(f"/tasks/{task['id']}?context={context}")

    assert page.status_code == 200
    assert "<form-fill" in page.text and f'rev="{task["rev"]}"' in page.text


def test_the_inbox_groups_by_urgency_and_says_when(world: World) -> None:
    world.hand_in(world.customer())
    desk = world.signed_in("desk")
    fresh = desk.get("/inbox?tab=groups").text
    assert "之后" in fresh or "今日到期" in fresh

    world.clock.pass_(days=5)
    late = world.signed_in("desk").get("/inbox?tab=groups").text
    assert "超期" in late and "超 1.1 天" in late


def test_the_inbox_searches_and_filters_in_the_address(small_world: World) -> None:
    case = small_world.hand_in(small_world.customer())
    desk = small_world.signed_in("desk")

    assert case in desk.get(f"/inbox?tab=groups&q={case}").text
    assert "没有符合的" in desk.get("/inbox?tab=groups&q=99-99-9999").text
    assert "没有符合的" in desk.get("/inbox?tab=groups&step=ut_refund").text


def test_a_case_that_waits_for_its_customer_stands_under_waiting(small_world: World) -> None:
    case = small_world.hand_in(small_world.customer())
    desk = small_world.signed_in("desk")
    assert case not in desk.get("/inbox?tab=waiting").text
    small_world.complete(desk, small_world.task(desk, case), outcome="receipt")
    small_world.clock.pass_(days=1)

    page = small_world.signed_in("desk").get("/inbox?tab=waiting").text

    assert case in page and "等：补小票 1 天" in page
    assert case not in small_world.signed_in("desk2").get("/inbox?tab=waiting").text


def test_the_list_of_cases_says_what_is_done_now_or_what_is_waited_for(small_world: World) -> None:
    case = small_world.hand_in(small_world.customer())
    desk = small_world.signed_in("desk")
    task = small_world.task(desk, case)
    assert f'<td class="desk">{task["name"]}</td>' in desk.get("/cases").text

    small_world.complete(desk, task, outcome="receipt")

    assert '<td class="desk">等：补小票</td>' in desk.get("/cases").text


def test_a_task_without_a_limit_is_shown_as_one(small_world: World) -> None:
    days = b'<outputEntry id="a1"><text>1</text>'
    redeploy(small_world, "time_limits.dmn", days, days.replace(b">1<", b">null<"))
    case = small_world.hand_in(small_world.customer())
    desk = small_world.signed_in("desk")
    task = small_world.task(desk, case)["id"]

    shown = [
        desk.get(path) for path in ("/inbox?tab=groups", f"/cases/{case}", f"/tasks/{task}", f"/tasks/{task}/peek")
    ]

    assert [answer.status_code for answer in shown] == [200] * 4
    assert all("不限时" in answer.text for answer in shown[:3])


def redeploy(world: World, path: str, old: bytes, new: bytes) -> None:
    """Put a version of the parcel pack into force in which one passage of a file is different."""
    house, ids = world.house, world.ids
    files = dict(read_pack_folder(PACK))
    assert old in files[path]
    files[path] = files[path].replace(old, new)
    with world.app.test_request_context(), house.database.transaction() as connection:
        made = house.engine.deploy(connection, files, actor=ids["analyst"], now=world.clock())
        house.engine.approve(connection, made.id, actor=ids["admin"], now=world.clock())


def test_a_case_does_not_stand_still_for_what_may_be_sent_at_any_time(small_world: World) -> None:
    asked = b"[messages.MSG_RECEIPT_SENT]"
    redeploy(small_world, "pack.toml", asked, asked + b"\nanytime = true")
    case = small_world.hand_in(small_world.customer())
    desk = small_world.signed_in("desk")

    small_world.complete(desk, small_world.task(desk, case), outcome="receipt")

    assert case not in desk.get("/inbox?tab=waiting").text
    assert case in desk.get("/cases").text and "等：补小票" not in desk.get("/cases").text
    assert "等：补小票" not in desk.get(f"/cases/{case}").text


def test_an_empty_inbox_leads_to_what_can_be_claimed(small_world: World) -> None:
    small_world.hand_in(small_world.customer())

    assert "可领取 1 件" in small_world.signed_in("desk").get("/inbox").text


def test_why_a_task_is_due_is_explained_line_by_line(small_world: World) -> None:
    case = small_world.hand_in(small_world.customer())
    lead = small_world.signed_in("lead")

    page = lead.get(f"/cases/{case}/limits").text
    answer = lead.get(f"/api/cases/{case}/deadlines").json

    assert "门店承诺" in page and "起算" in page
    assert any(line.endswith("到期") for row in answer for line in row["lines"])


def test_the_diagram_tells_where_the_case_stands(world: World) -> None:
    case = world.hand_in(world.customer())
    desk = world.signed_in("desk")

    [drawn] = desk.get(f"/api/cases/{case}/diagram").json
    states = {mark["element"]: mark["state"] for mark in drawn["tokens"]}

    assert states["s_handed"] == "finished"
    assert states["ut_check"] in ("active", "due_soon")
    assert desk.get(drawn["xml_url"]).data.startswith(b"<?xml")


def test_the_waiting_customer_stops_the_clock_and_the_page_says_so(world: World) -> None:
    case = world.hand_in(world.customer())
    desk = world.signed_in("desk")
    world.complete(desk, world.task(desk, case), outcome="receipt")
    world.clock.pass_(days=1)

    page = world.signed_in("lead").get(f"/cases/{case}/limits").text
    assert "等小票" in page and "暂停" in page


def test_refusals_are_pages_for_people_and_problems_for_scripts(small_world: World) -> None:
    page = small_world.browser().get("/inbox", headers={"Accept": "text/html"})
    problem = small_world.browser().get("/api/cases")

    assert (page.status_code, problem.status_code) == (401, 401)
    assert "/login?next=" in page.text and "<html" in page.text
    assert problem.mimetype == "application/problem+json" and problem.json["remedy"]


@pytest.mark.parametrize("far", ["-1", "0", "99999999", "1" + "0" * 20, "1" + "0" * 5000])
def test_a_page_beyond_every_list_is_no_error(small_world: World, far: str) -> None:
    desk = small_world.signed_in("desk")
    pages = [desk.get(f"/{what}?page={far}") for what in ("inbox", "cases")]
    problems = [desk.get(f"/api/{what}?page={far}") for what in ("tasks", "cases")]

    assert [page.status_code for page in pages] == [200, 200]
    assert [(problem.status_code, list(problem.json["errors"])) for problem in problems] == [(422, ["page"])] * 2


def test_an_unexpected_error_gives_a_reference_and_no_detail(
    small_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_more: object) -> None:
        raise RuntimeError("王小明 13800136021")

    monkeypatch.setattr("web.workbench.views.inbox_page", broken)
    answer = small_world.signed_in("desk").get("/inbox")

    assert answer.status_code == 500
    assert re.search(r"E-[0-9A-F]{6}", answer.text)
    assert "王小明" not in answer.text


def test_generic_rooms_know_no_electricity() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for room in GENERIC
        for path in (ROOT / room).rglob("*")
        if path.suffix in {".py", ".html"}
        for line in path.read_text("utf-8").splitlines()
        if ELECTRICITY.search(line)
    ]

    assert found == []


def test_an_installation_without_a_name_is_called_by_that_of_the_software(small_world: World) -> None:
    page = small_world.browser().get("/sunshine?class=LV", headers={"Accept": "text/html"}).text
    door = small_world.browser().get("/sign-in").text
    for text in (page, door):
        assert not re.search(r"<title>[^<]*-\s*</title>", text)
        assert 'aria-label=""' not in text
    assert "业扩</title>" in door
