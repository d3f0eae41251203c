"""Notices leave the house through real servers: SMTP, an SMS gateway, a group channel; refused ones come again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from engine import metadata
from tests.web.conftest import World
from tests.web.gateways import free_port, mail_server, web_server
from web.auth.models import user
from web.clock import Clock
from web.notify.outbox import TRIES, Notice, post

PHONE = "13800136021"


def clock_with(world: World, **settings: Any) -> Clock:
    """A clock of this house with these channels set."""
    house = world.house
    world.app.extensions["yekuo"] = replace(house, settings=replace(house.settings, **settings))
    return Clock(world.app)


def tick(world: World, clock: Clock) -> int:
    with world.app.app_context():
        return clock.tick()


def put(world: World, new: Notice) -> None:
    with world.app.app_context(), world.house.database.transaction() as connection:
        post(connection, new, world.clock(), world.house.sealer)


def notices(world: World) -> list[Any]:
    table = metadata.tables["notice"]
    with world.app.app_context(), world.house.database.snapshot() as connection:
        return list(connection.execute(table.select().order_by(table.c.created_at, table.c.id)).all())


def letter(key: str = "one") -> Notice:
    return Notice(key, "mail", "desk@office.example", "验证码 123456，5 分钟内有效。", "验证码")


def test_a_one_time_code_and_a_notice_arrive_as_letters_once(world: World) -> None:
    with mail_server() as (address, box):
        clock = clock_with(world, smtp_url=address, mail_from="yekuo@office.example")
        put(world, letter())
        put(world, letter())
        put(world, replace(letter("two"), subject="", text="案件 26-11-0001 已受理。"))
        for _turn in range(3):
            tick(world, clock)

    assert [receivers for receivers, _letter in box.letters] == [["desk@office.example"]] * 2
    first, second = (found for _receivers, found in box.letters)
    assert (first["From"], first["Subject"]) == ("yekuo@office.example", "验证码")
    assert first.get_content().strip() == "验证码 123456，5 分钟内有效。"
    assert (second["Subject"], second.get_content().strip()) == ("通知", "案件 26-11-0001 已受理。")
    assert [row.state for row in notices(world)] == ["sent", "sent"]


def test_staff_with_an_office_mailbox_get_a_letter_beside_the_notice_on_their_screen(world: World) -> None:
    case = world.hand_in(world.customer())
    desk = world.signed_in("desk")
    task = world.task(desk, case)
    desk.post(f"/api/tasks/{task['id']}/claim")
    with world.app.app_context(), world.house.database.transaction() as connection:
        connection.execute(update(user).where(user.c.id == world.ids["desk"]).values(mail="desk@office.example"))
    with mail_server() as (address, box):
        clock = clock_with(world, smtp_url=address)
        assert world.signed_in("lead").post(f"/api/tasks/{task['id']}/remind").status_code == 200
        tick(world, clock)

    [(receivers, found)] = box.letters
    assert receivers == ["desk@office.example"]
    assert found["Subject"] == "催办：验收包裹" and case in found.get_content()
    assert "王小明" not in found.as_string() and PHONE not in found.as_string()


def exhaust(world: World, clock: Clock, tries: Callable[[], int]) -> list[timedelta]:
    """Let time pass until nothing is tried any more; the waits between the tries."""
    waits, last, passed = [], None, timedelta()
    for _step in range(2_000):
        before = tries()
        tick(world, clock)
        if tries() > before:
            waits.append(passed - last if last is not None else passed)
            last = passed
        if all(row.state == "failed" for row in notices(world)):
            return waits
        world.clock.pass_(seconds=2)
        passed += timedelta(seconds=2)
    raise AssertionError("it never gives up")


def test_a_server_that_refuses_is_tried_with_growing_waits_and_then_given_up(small_world: World) -> None:
    with mail_server() as (address, box):
        box.refusing = True
        clock = clock_with(small_world, smtp_url=address)
        put(small_world, letter())
        waits = exhaust(small_world, clock, lambda: box.tries)
        box.refusing = False
        small_world.clock.pass_(days=1)
        tick(small_world, clock)

    assert box.tries == TRIES == len(waits)
    assert waits[1:] == sorted(waits[1:]) and waits[-1] >= 10 * waits[1]
    assert box.letters == []
    [row] = notices(small_world)
    assert (row.state, row.tries, row.error) == ("failed", TRIES, "SMTPDataError")


def test_a_server_that_comes_back_gets_the_letter_once(world: World) -> None:
    port = free_port()
    clock = clock_with(world, smtp_url=f"smtp://127.0.0.1:{port}")
    put(world, letter())
    tick(world, clock)
    [row] = notices(world)
    assert (row.state, row.tries, row.error) == ("waiting", 1, "ConnectionRefusedError")

    with mail_server() as (address, box):
        clock = clock_with(world, smtp_url=address)
        tick(world, clock)
        assert box.letters == []
        world.clock.pass_(seconds=30)
        tick(world, clock)
        tick(world, Clock(world.app))

    assert len(box.letters) == 1
    assert [row.state for row in notices(world)] == ["sent"]


def test_a_letter_that_somebody_else_is_sending_is_left_to_them(world: World) -> None:
    clock = clock_with(world)
    put(world, letter())
    with mail_server() as (address, box):
        clock, other = clock_with(world, smtp_url=address), clock_with(world, smtp_url=address)
        deliver = other._channels["mail"].send

        def slowly(notice: Notice) -> None:
            tick(world, clock)
            deliver(notice)

        other._channels = {**other._channels, "mail": type("Slow", (), {"send": staticmethod(slowly)})()}
        with world.app.app_context():
            other._notices()

    assert len(box.letters) == 1


def test_the_code_of_a_customer_goes_to_the_sms_gateway(world: World) -> None:
    with web_server() as (host, board):
        clock = clock_with(world, sms_url=f"http://{host}/send?to={{to}}&text={{text}}")
        assert world.browser().post("/api/session/code", {"phone": PHONE}).status_code == 200
        board.status = 503
        tick(world, clock)
        assert [row.error for row in notices(world)] == ["the SMS gateway answered 503"]
        board.status = 200
        world.clock.pass_(seconds=30)
        tick(world, clock)
        tick(world, clock)

    assert [call["to"] for call in board.calls] == [PHONE, PHONE]
    assert f"验证码 {world.last_code()}，5 分钟内有效" in board.calls[1]["text"]
    assert [row.state for row in notices(world)] == ["sent"]


# The library imports all its plugins at the first address; one of them looks for a module that Python is giving up.
@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
def test_a_group_channel_hears_the_subject_and_nothing_else(world: World) -> None:
    with web_server() as (host, board):
        clock = clock_with(world, notify_urls=(f"json://{host}/",))
        put(world, Notice("s", "staff", world.ids["desk"], "案件 26-11-0001：逾期", "有 1 件时限要注意"))
        tick(world, clock)
        board.status = 500
        put(world, Notice("t", "staff", world.ids["desk"], "又一件"))
        tick(world, clock)

    assert [call["message"] for call in board.calls] == ["有 1 件时限要注意", "有新的待办，请登录查看。"]
    assert sorted((row.state, row.error) for row in notices(world)) == [
        ("sent", ""),
        ("waiting", "a group channel did not take the notice"),
    ]


def test_a_demonstration_prints_its_texts(small_world: World, capsys: pytest.CaptureFixture[str]) -> None:
    clock = clock_with(small_world, demonstration=True)
    small_world.browser().post("/api/session/code", {"phone": PHONE})
    tick(small_world, clock)

    assert f"[sms] {PHONE}: 登录验证码 {small_world.last_code()}" in capsys.readouterr().err


def test_without_a_channel_the_notice_stays_visible_and_says_what_to_set(small_world: World) -> None:
    clock = clock_with(small_world)
    small_world.browser().post("/api/session/code", {"phone": PHONE})
    tick(small_world, clock)

    [row] = notices(small_world)
    assert row.state == "waiting" and "YEKUO_SMS_URL" in row.error and PHONE not in row.error
