"""Many hands on one task, and locks that are held for a while: one act, clear answers, nothing doubled."""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Update, text, update
from sqlalchemy.exc import OperationalError

from engine import metadata
from engine.errors import StaleTask
from tests.web.conftest import Browser, World, request_id
from web.context import engine
from web.patience import TRIES

CLICKERS = 16


def rows(world: World, table: str, **where: str) -> int:
    """How many rows of a table have these values."""
    found = metadata.tables[table]
    query = found.select().where(*(found.c[name] == value for name, value in where.items()))
    with world.app.app_context(), world.house.database.snapshot() as connection:
        return len(connection.execute(query).all())


def test_sixteen_people_click_at_the_same_time_and_one_does_it(world: World) -> None:
    case = world.hand_in(world.customer())
    browsers = [world.signed_in(("desk", "desk2")[number % 2]) for number in range(CLICKERS)]
    task = world.task(browsers[0], case)
    for browser in browsers:
        browser.token()
    started = threading.Barrier(CLICKERS)

    def click(browser: Browser) -> tuple[int, dict[str, Any]]:
        started.wait()
        answer = world.complete(browser, task, outcome="accept")
        return answer.status_code, answer.json

    with ThreadPoolExecutor(CLICKERS) as pool:
        answers = list(pool.map(click, browsers))

    assert Counter(status for status, _body in answers) == {200: 1, 409: CLICKERS - 1}
    for body in (body for status, body in answers if status == 409):
        assert body["conflict"]["kind"] == "completed", body
        assert body["conflict"]["by"] in {"窗口甲", "窗口乙"}
        assert body["conflict"]["at"] == world.clock.now.isoformat()
    assert rows(world, "history", kind="completed") == 1
    assert rows(world, "task", state="completed") == 1
    assert rows(world, "task", element="ut_shelve") == 1


def test_the_same_click_from_sixteen_tabs_has_one_effect_and_one_answer(world: World) -> None:
    case = world.hand_in(world.customer())
    desk = world.signed_in("desk")
    task = world.task(desk, case)
    body = {"rev": task["rev"], "request_id": request_id(), "data": {"outcome": "accept"}}
    cookie = desk.client.get_cookie("yekuo")
    assert cookie

    def click(_number: int) -> tuple[int, bool]:
        tab = world.browser()
        tab.client.set_cookie("yekuo", cookie.value)
        tab.page_token = desk.token()
        answer = tab.post(f"/api/tasks/{task['id']}/complete", body)
        return answer.status_code, answer.json.get("replayed")

    with ThreadPoolExecutor(CLICKERS) as pool:
        answers = Counter(pool.map(click, range(CLICKERS)))

    assert answers == {(200, False): 1, (200, True): CLICKERS - 1}
    assert rows(world, "history", kind="completed") == 1


@contextmanager
def impatient(world: World) -> Iterator[None]:
    """The database gives up waiting for locks after a fifth of a second."""
    with world.app.app_context():
        pool = world.house.database.engine
        statement = "PRAGMA busy_timeout=200" if pool.dialect.name == "sqlite" else "SET lock_timeout=200"
        held = [pool.raw_connection() for _number in range(4)]
        for connection in held:
            connection.cursor().execute(statement)
            connection.commit()
        for connection in held:
            connection.close()
        yield


def test_a_lock_that_is_held_for_a_moment_is_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = world.hand_in(world.customer())
    desk = world.signed_in("desk")
    task = world.task(desk, case)
    tries: list[int] = []

    with impatient(world):
        holder = world.house.database.engine.connect()
        holder.execute(lock(task["id"]))

        def let_go(turn: int) -> None:
            tries.append(turn)
            holder.rollback()
            holder.close()

        monkeypatch.setattr("web.patience._rest", let_go)
        answer = desk.post(f"/api/tasks/{task['id']}/claim")

    assert (answer.status_code, tries) == (200, [1])
    assert rows(world, "history", kind="claimed") == 1


def lock(task_id: str) -> Update:
    """A statement that others must wait for on either database."""
    table = metadata.tables["task"]
    return update(table).where(table.c.id == task_id).values(priority=table.c.priority)


def test_a_lock_that_stays_is_told_after_the_last_try(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = world.hand_in(world.customer())
    desk = world.signed_in("desk")
    task = world.task(desk, case)
    tries: list[int] = []
    monkeypatch.setattr("web.patience._rest", tries.append)

    with impatient(world), world.house.database.engine.connect() as holder:
        holder.execute(lock(task["id"]))
        answer = desk.post(f"/api/tasks/{task['id']}/claim")
        holder.rollback()

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert tries == list(range(1, TRIES))
    assert desk.post(f"/api/tasks/{task['id']}/claim").status_code == 200


@pytest.mark.parametrize("kind", ["refusal", "fault"])
def test_what_is_no_lost_race_is_not_tried_again(
    small_world: World, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    case = small_world.hand_in(small_world.customer())
    desk = small_world.signed_in("desk")
    task = small_world.task(desk, case)
    calls: list[str] = []

    def refuse(connection: Connection, task_id: str, **_more: object) -> int:
        calls.append(task_id)
        if kind == "fault":
            connection.execute(text("SELECT * FROM no_such_table"))
        raise StaleTask(task_id, 7)

    with small_world.app.app_context():
        monkeypatch.setattr(engine(), "claim", refuse)
    answer = desk.post(f"/api/tasks/{task['id']}/claim")

    assert (answer.status_code, len(calls)) == (409 if kind == "refusal" else 500, 1)


def test_a_sign_in_that_is_done_again_counts_once(small_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.patience._rest", lambda _turn: None)
    lost = [True, True]

    def losing(_hashed: str) -> bool:
        if lost:
            lost.pop()
            raise OperationalError("", {}, locked())
        return False

    monkeypatch.setattr("web.auth.passwords.needs_rehash", losing)
    before = rows(small_world, "attempt")
    small_world.signed_in("desk")

    assert lost == [] and rows(small_world, "attempt") - before <= 2
    assert rows(small_world, "session") == 1


def locked() -> Exception:
    """What the driver of SQLite raises when somebody else writes."""
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return error
