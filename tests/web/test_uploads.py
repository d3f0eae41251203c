"""Uploads in parts: a cut connection costs one part, the same part twice counts once, caps hold, others see nothing."""

from __future__ import annotations

import io
from typing import Any

import pytest
from werkzeug.test import TestResponse

from engine.documents import MAX_BYTES
from tests.web.conftest import Browser, World

PDF = b"%PDF-1.4\n" + b"x" * 2_000 + b"\n%%EOF"


def send(browser: Browser, offset: int, data: bytes, total: int = len(PDF), **more: Any) -> TestResponse:
    file = (io.BytesIO(data), "房产证.pdf")
    return browser.upload(
        "/api/documents", {"file": file, "type": "id", "upload": "k1", "offset": offset, "total": total, **more}
    )


def test_a_connection_that_broke_goes_on_where_it_was(world: World) -> None:
    customer = world.customer()

    first = send(customer, 0, PDF[:900])
    again = send(customer, 0, PDF[:900])
    gap = send(customer, 1500, PDF[1500:])
    last = send(customer, 900, PDF[900:])

    assert [(one.status_code, one.json["offset"]) for one in (first, again, gap)] == [(202, 900)] * 3
    assert last.status_code == 201
    content = customer.get(f"/api/documents/{last.json['id']}")
    assert content.data == PDF
    repeated = send(customer, 900, PDF[900:])
    assert repeated.json["id"] == last.json["id"], "an answer that was lost is given again"


def test_parts_of_two_people_with_one_key_do_not_meet(small_world: World) -> None:
    send(small_world.customer(), 0, PDF[:900])

    assert send(small_world.customer("13900139000"), 900, PDF[900:]).json["offset"] == 0


def test_what_the_whole_file_is_decides(small_world: World) -> None:
    customer = small_world.customer()
    program = b"MZ" + b"x" * 100

    assert send(customer, 0, program[:50], total=len(program)).status_code == 202
    answer = send(customer, 50, program[50:], total=len(program))

    assert answer.status_code == 422
    assert answer.json["errors"]["file"]


def test_sizes_are_capped_before_a_byte_is_kept(small_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = small_world.customer()
    monkeypatch.setattr("engine.parts.MAX_PART", 1_000)

    assert send(customer, 0, PDF[:900], total=MAX_BYTES + 1).status_code == 413
    assert send(customer, 0, PDF).status_code == 422
    assert send(customer, -1, PDF).status_code == 422
    assert send(customer, 0, PDF, total="many").status_code == 422
    assert not (small_world.house.settings.documents / "parts").exists()


def test_too_many_begun_uploads_are_refused_with_what_to_do(small_world: World) -> None:
    customer = small_world.customer()

    answers = [send(customer, 0, PDF[:10], upload=f"k{number}").status_code for number in range(21)]

    assert answers == [202] * 20 + [429]
