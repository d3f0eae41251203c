"""What comes from outside: customers' messages and files, partners' signed requests, public questions."""

from __future__ import annotations

import io
import json

from PIL import Image
from werkzeug.test import TestResponse

from tests.web.conftest import Browser, World, request_id
from web.auth.partners import signature


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    return out.getvalue()


def waiting_for_receipt(world: World) -> tuple[str, Browser]:
    customer = world.customer()
    case = world.hand_in(customer)
    desk = world.signed_in("desk")
    assert world.complete(desk, world.task(desk, case), outcome="receipt").status_code == 200
    return case, customer


def signed(world: World, body: dict[str, object], *, key: bytes = b"c" * 32, late: int = 0) -> TestResponse:
    data = json.dumps(body).encode()
    stamp = str(int(world.clock.now.timestamp()) - late)
    headers = {
        "X-Partner": "courier",
        "X-Timestamp": stamp,
        "X-Signature": signature(key, "POST", "/api/messages", stamp, data),
        "Content-Type": "application/json",
    }
    return world.app.test_client().post("/api/messages", data=data, headers=headers)


def test_a_customer_answers_with_a_file_and_the_case_goes_on(world: World) -> None:
    case, customer = waiting_for_receipt(world)
    waits = customer.get(f"/api/cases/{case}").json["waits"]
    assert waits == [{"message": "MSG_RECEIPT_SENT", "title": "补小票"}]
    file = customer.upload(
        f"/api/cases/{case}/documents", {"file": (io.BytesIO(picture()), "小票.jpg"), "type": "receipt"}
    )
    assert file.status_code == 201, file.text

    body = {"message": "MSG_RECEIPT_SENT", "request_id": request_id(), "data": {"receipt": [file.json["id"]]}}
    first, second = (customer.post(f"/api/cases/{case}/messages", body) for _number in range(2))

    assert (first.status_code, first.json["taken"], first.json["replayed"]) == (200, True, False)
    assert (second.status_code, second.json["replayed"]) == (200, True)
    desk = world.signed_in("desk")
    assert world.task(desk, case)["name"] == "验收包裹"
    document = desk.get(f"/api/documents/{file.json['id']}")
    assert document.headers["Content-Disposition"].startswith("attachment")
    assert document.data.startswith(b"\xff\xd8\xff")


def test_a_message_nobody_waits_for_is_a_conflict(world: World) -> None:
    customer = world.customer()
    case = world.hand_in(customer)

    body = {"message": "MSG_RECEIPT_SENT", "request_id": request_id(), "data": {}}
    assert customer.post(f"/api/cases/{case}/messages", body).status_code == 409


def test_a_file_of_another_case_cannot_be_named(world: World) -> None:
    case, customer = waiting_for_receipt(world)
    other = world.customer("13900139000")
    foreign = other.upload("/api/documents", {"file": (io.BytesIO(picture()), "x.jpg")}).json["id"]

    body = {"message": "MSG_RECEIPT_SENT", "request_id": request_id(), "data": {"receipt": [foreign]}}
    assert customer.post(f"/api/cases/{case}/messages", body).status_code == 422
    assert customer.get(f"/api/documents/{foreign}").status_code == 404


def test_uploads_say_why_they_are_refused(small_world: World) -> None:
    case, customer = waiting_for_receipt(small_world)
    url = f"/api/cases/{case}/documents"

    program = customer.upload(url, {"file": (io.BytesIO(b"MZ" + b"\0" * 100), "票.pdf")})
    empty = customer.upload(url, {"file": (io.BytesIO(b""), "票.pdf")})
    disguised = customer.upload(url, {"file": (io.BytesIO(picture()), "票.pdf")})
    missing = customer.upload(url, {})

    assert [answer.status_code for answer in (program, empty, disguised, missing)] == [422] * 4
    assert "不收这种文件" in program.json["title"]
    assert "空" in empty.json["title"]


def test_a_partner_speaks_by_signature_and_once_per_message(world: World) -> None:
    customer = world.customer()
    case = world.hand_in(customer)
    desk = world.signed_in("desk")
    world.complete(desk, world.task(desk, case), outcome="refuse")
    body: dict[str, object] = {"message": "MSG_COURIER_SCANNED", "message_id": "scan-00001", "case": case}

    assert signed(world, body, key=b"x" * 32).status_code == 401
    assert signed(world, body, late=301).status_code == 401
    first, second = signed(world, body), signed(world, body)

    assert (first.status_code, first.json["taken"], first.json["replayed"]) == (200, True, False), first.text
    assert second.json["replayed"] is True
    assert signed(world, {**body, "message": "MSG_RECEIPT_SENT", "message_id": "scan-00002"}).status_code == 404
    assert "已办结" in world.signed_in("lead").get(f"/cases/{case}").text


def test_progress_needs_number_and_digits_and_tells_no_customer_data(world: World) -> None:
    case = world.hand_in(world.customer())
    stranger = world.browser()

    wrong = stranger.post("/api/progress", {"number": case, "last_four": "0000"})
    assert stranger.post("/api/progress", {"number": case, "last_four": ""}).status_code == 422
    right = stranger.post("/api/progress", {"number": case, "last_four": "6021"})

    assert (wrong.status_code, right.status_code) == (404, 200)
    assert [stage["label"] for stage in right.json["stages"]] == ["验收", "入库", "退款"]
    assert "王" not in right.text and "138" not in right.text
    assert right.json["steps"] == [
        {"step": "验收包裹", "stage": "checking", "team": "退货窗口", "phone": "", "person": ""}
    ]


def test_progress_cannot_be_searched_through(small_world: World) -> None:
    stranger = small_world.browser()
    answers = [
        stranger.post("/api/progress", {"number": "26-11-0001", "last_four": f"{n:04d}"}).status_code for n in range(11)
    ]

    assert answers == [404] * 10 + [429]


def test_a_customer_rates_once_when_the_case_has_ended(world: World) -> None:
    customer = world.customer()
    case = world.hand_in(customer)

    early = customer.post(f"/api/cases/{case}/rating", {"data": {"satisfaction": "5"}})
    assert early.status_code == 409
    assert "办完以后再评价" in early.json["title"]

    admin = world.signed_in("admin")
    assert admin.post(f"/api/incidents/cases/{case}/cancel", {"reason": "重复"}).status_code == 200
    assert customer.get(f"/api/cases/{case}/rating").json["form"]["id"] == "rating"
    wrong = customer.post(f"/api/cases/{case}/rating", {"data": {"satisfaction": "9"}})
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["satisfaction"])
    given = {"data": {"satisfaction": "5", "rating_text": "很快"}}
    assert customer.post(f"/api/cases/{case}/rating", given).status_code == 201
    assert customer.post(f"/api/cases/{case}/rating", given).status_code == 409
    # Whoever works on the case reads it; what the customer wrote freely stays sealed for a role that does not see it.
    listed = world.signed_in("lead").get(f"/api/cases/{case}/results").json["results"]
    rated = next(one for one in listed if one["form"] == "rating")
    told = {line["label"]: line["text"] for line in rated["lines"]}
    assert told["您满意吗"] == "很满意"
    assert "很快" not in str(told)
