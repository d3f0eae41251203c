"""Personal data on screens: masked by role, opened with a reason, never lost when a mask comes back."""

from __future__ import annotations

from sqlalchemy import text

from tests.web.conftest import World, request_id


def sealed(world: World, login: str, case: str) -> dict[str, dict[str, object]]:
    answer = world.signed_in(login).get(f"/api/cases/{case}")
    return {row["field"]: row for row in answer.json["sealed"]}


def test_each_role_sees_the_kinds_that_its_pack_names(world: World) -> None:
    customer = world.customer()
    case = world.hand_in(customer)

    desk, lead = sealed(world, "desk", case), sealed(world, "lead", case)

    assert (desk["phone"]["text"], desk["name"]["text"]) == ("13800136021", "王**")
    assert (lead["phone"]["text"], lead["name"]["text"]) == ("138****6021", "王**")
    own = {row["field"]: row["text"] for row in customer.get(f"/api/cases/{case}").json["sealed"]}
    assert own == {"name": "王小明", "phone": "13800136021"}


def test_opening_a_value_needs_the_right_and_leaves_its_reason_in_the_record(world: World) -> None:
    case = world.hand_in(world.customer())
    seal = sealed(world, "lead", case)["name"]["seal"]
    lead, desk = world.signed_in("lead"), world.signed_in("desk")

    assert desk.post(f"/api/cases/{case}/unmask", {"seal": seal, "reason": "好奇"}).status_code == 403
    assert lead.post(f"/api/cases/{case}/unmask", {"seal": seal, "reason": ""}).status_code == 422
    opened = lead.post(f"/api/cases/{case}/unmask", {"seal": seal, "reason": "联系客户"})

    assert opened.json["value"] == "王小明"
    record = lead.get(f"/cases/{case}/record").text
    assert "联系客户" in record and "店长" in record and "王小明" not in record


def test_a_mask_that_comes_back_unchanged_keeps_the_sealed_value(world: World) -> None:
    case = world.hand_in(world.customer())
    desk = world.signed_in("desk")
    world.complete(desk, world.task(desk, case), outcome="accept", account="6217000012345678")
    store, lead = world.signed_in("store"), world.signed_in("lead")
    world.complete(store, world.task(store, case), shelf="A-1")
    world.complete(lead, world.task(lead, case), outcome="return", reason="包装破了")

    again = world.task(desk, case)
    assert again["data"]["account"] == "6217********5678"
    done = world.complete(desk, again, outcome="accept", account=again["data"]["account"])

    assert done.status_code == 200, done.text
    seal = sealed(world, "lead", case)["account"]["seal"]
    opened = world.signed_in("lead").post(f"/api/cases/{case}/unmask", {"seal": seal, "reason": "核对收款信息"})
    assert opened.json["value"] == "6217000012345678"


def test_personal_data_stand_nowhere_in_plain_text(world: World) -> None:
    customer = world.customer()
    case = world.hand_in(customer)
    desk = world.signed_in("desk")
    task = world.task(desk, case)
    desk.post(f"/api/tasks/{task['id']}/claim")
    desk.post(f"/api/tasks/{task['id']}/draft", {"data": {"remark": "王小明来过电话 13800136021"}})
    desk.post(f"/api/cases/{case}/notes", {"text": "王小明说明天来"})

    found = []
    with world.app.app_context(), world.house.database.snapshot() as connection:
        for table in world.house.database.flask.metadata.sorted_tables:
            rows = connection.execute(text(f'SELECT * FROM "{table.name}"')).all()
            found += [table.name for row in rows if any(plain in repr(row) for plain in ("王小明", "13800136021"))]

    assert found == []


def test_a_draft_waits_for_its_author_on_any_device(world: World) -> None:
    case = world.hand_in(world.customer())
    desk = world.signed_in("desk")
    task = world.task(desk, case)
    desk.post(f"/api/tasks/{task['id']}/claim")
    desk.post(f"/api/tasks/{task['id']}/draft", {"data": {"remark": "包装完好"}})

    elsewhere = world.signed_in("desk")
    assert elsewhere.get(f"/api/tasks/{task['id']}/draft").json["data"] == {"remark": "包装完好"}
    assert "包装完好" in elsewhere.get(f"/tasks/{task['id']}").text


def test_the_start_form_keeps_a_draft_per_person(world: World) -> None:
    customer, other = world.customer(), world.customer("13900139000")
    assert customer.post("/api/cases/draft", {"data": {"weight": 5}}).status_code == 200

    assert customer.get("/api/cases/draft").json["data"] == {"weight": 5}
    assert other.get("/api/cases/draft").json["data"] is None


def test_applying_twice_with_one_request_gives_one_case(world: World) -> None:
    customer = world.customer()
    body = {
        "request_id": request_id(),
        "data": {
            "parcel_number": "20261118",
            "name": "王小明",
            "phone": "13800136021",
            "weight": 800,
            "region": "north",
        },
    }

    first, second = customer.post("/api/cases", body), customer.post("/api/cases", body)
    other = customer.post("/api/cases", {**body, "data": {**body["data"], "weight": 900}})

    assert first.json["case"] == second.json["case"]
    assert (first.json["replayed"], second.json["replayed"]) == (False, True)
    assert other.status_code == 409


def test_an_opened_value_on_a_page_is_masked_again_after_a_minute(small_world: World) -> None:
    case = small_world.hand_in(small_world.customer())
    seal = sealed(small_world, "lead", case)["name"]["seal"]
    lead = small_world.signed_in("lead")
    data = {"csrf_token": lead.token(), "seal": seal, "reason": "联系客户"}

    opened = lead.client.post(f"/api/cases/{case}/unmask", data=data, headers={"HX-Request": "true"})

    assert "王小明" in opened.text and "delay:60s" in opened.text
    address = f"/api/cases/{case}/sealed/{seal}"
    assert address in opened.text
    assert lead.get(address).text == "王**"
    assert lead.get(f"/api/cases/{case}/sealed/{'0' * 32}").status_code == 404


def test_what_staff_see_open_is_masked_on_paper(small_world: World) -> None:
    case = small_world.hand_in(small_world.customer())

    page = small_world.signed_in("desk").get(f"/cases/{case}").text
    results = small_world.signed_in("desk").get(f"/cases/{case}/results").text
    for words in (page, results):
        assert '<span class="screen-only">13800136021</span><span class="paper-only">138****6021</span>' in words
    assert small_world.signed_in("desk").get(f"/api/cases/{case}").json["sealed"][1]["text"] == "13800136021"
