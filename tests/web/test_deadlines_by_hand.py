"""Due dates change by hand with a reason, are taken back, and orders have to be answered: right, scope and record."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.web.conftest import Browser, World


def deadline(world: World, browser: Browser, case: str, key: str = "case") -> dict[str, Any]:
    rows = browser.get(f"/api/cases/{case}/deadlines").json
    return next(row for row in rows if row["key"] == key)


def change(browser: Browser, case: str, row: dict[str, Any], act: str, **body: Any) -> Any:
    return browser.post(f"/api/cases/{case}/deadlines/{row['id']}/{act}", {"reason": "台风停工", **body})


@pytest.fixture
def case(world: World) -> str:
    return world.hand_in(world.customer())


def test_a_limit_changes_with_a_reason_and_the_change_is_taken_back(world: World, case: str) -> None:
    lead = world.signed_in("lead")
    before = deadline(world, lead, case)
    answer = change(lead, case, before, "extend", days=12.5)
    assert answer.status_code == 200, answer.text
    after = deadline(world, lead, case)
    assert after["due_at"] > before["due_at"] and after["due_at"] == answer.json["due_at"]
    assert any("台风停工" in line for line in after["lines"])
    page = lead.get(f"/cases/{case}/limits").text
    assert "现在限 12.5 个工作日，" in page and 'value="12.5"' in page
    assert "人工改过" in page and "撤销改动" in page
    assert "改时限" in lead.get(f"/cases/{case}/record").text

    assert change(lead, case, after, "undo").status_code == 200
    assert deadline(world, lead, case)["due_at"] == before["due_at"]
    assert change(lead, case, after, "undo").status_code == 409


def test_a_clock_is_stopped_and_runs_again_later(world: World, case: str) -> None:
    lead = world.signed_in("lead")
    before = deadline(world, lead, case)
    assert change(lead, case, before, "exclude").json["due_at"] is None
    assert deadline(world, lead, case)["status"] == "paused"
    assert change(lead, case, before, "exclude").status_code == 409
    assert "，时钟停着。" in lead.get(f"/cases/{case}/limits").text
    world.clock.pass_(days=1)
    lead = world.signed_in("lead")
    assert change(lead, case, before, "resume").status_code == 200
    assert change(lead, case, before, "resume").status_code == 409
    moved = datetime.fromisoformat(deadline(world, lead, case)["due_at"])
    assert moved - datetime.fromisoformat(before["due_at"]) >= timedelta(hours=20)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"days": 0}, 422),
        ({"days": -1}, 422),
        ({"days": 500}, 422),
        ({"days": "x"}, 422),
        ({"days": 3, "reason": ""}, 422),
    ],
)
def test_wrong_changes_are_refused(world: World, case: str, body: dict[str, Any], status: int) -> None:
    lead = world.signed_in("lead")
    before = deadline(world, lead, case)
    assert change(lead, case, before, "extend", **body).status_code == status
    assert deadline(world, lead, case)["due_at"] == before["due_at"]


def test_the_right_and_the_case_are_checked(small_world: World) -> None:
    world = small_world
    customer = world.customer()
    case, other = (world.hand_in(customer, parcel_number=number) for number in ("20261118", "20261119"))
    lead = world.signed_in("lead")
    row = deadline(world, lead, case)
    assert change(world.signed_in("desk"), case, row, "extend", days=9).status_code == 403
    assert change(lead, other, row, "extend", days=9).status_code == 404
    assert change(lead, case, {"id": "none"}, "extend", days=9).status_code == 404


def test_the_effect_is_shown_before_it_is_done(small_world: World) -> None:
    case = small_world.hand_in(small_world.customer())
    lead = small_world.signed_in("lead")
    row = deadline(small_world, lead, case)
    shown = lead.get(f"/cases/{case}/limits/{row['id']}/preview?days=12").text
    assert shown.startswith("新的到期：")
    assert lead.get(f"/cases/{case}/limits/{row['id']}/preview?days=nan").text.startswith("填上天数")
    assert deadline(small_world, lead, case)["due_at"] == row["due_at"]


def test_an_order_is_seen_on_the_case_and_answered_once(world: World, case: str) -> None:
    lead = world.signed_in("lead")
    given = lead.post(f"/api/cases/{case}/supervision", {"whom": "DESK", "text": "说明为什么停了两天"})
    assert given.status_code == 201, given.text
    desk = world.signed_in("desk")
    (order,) = desk.get("/api/supervision").json
    assert (order["case"], order["text"], order["state"]) == (case, "说明为什么停了两天", "open")
    assert "说明为什么停了两天" in desk.get("/notices").text
    assert "1 个督办待答复" in lead.get(f"/cases/{case}").text
    assert world.signed_in("store").post(f"/api/supervision/{order['id']}/answer", {"text": "不归我"}).status_code in (
        403,
        404,
    )

    assert desk.post(f"/api/supervision/{order['id']}/answer", {"text": "明日办完"}).status_code == 200
    assert desk.post(f"/api/supervision/{order['id']}/answer", {"text": "再答"}).status_code == 409
    assert desk.get("/api/supervision").json == []
    page = lead.get(f"/cases/{case}/limits").text
    assert "明日办完" in page and "已答复或已结束的督办" in page
    (told,) = lead.get(f"/api/cases/{case}/supervision").json
    assert (told["state"], told["answer"]) == ("answered", "明日办完")


def test_orders_need_the_right_a_role_that_somebody_holds_and_a_running_case(small_world: World) -> None:
    world, body = small_world, {"whom": "DESK", "text": "请说明"}
    case = world.hand_in(world.customer())
    assert world.signed_in("desk").post(f"/api/cases/{case}/supervision", body).status_code == 403
    lead = world.signed_in("lead")
    assert lead.post(f"/api/cases/{case}/supervision", {**body, "whom": "NOBODY"}).status_code == 422
    assert lead.post("/api/cases/none/supervision", body).status_code == 404


def test_texts_of_orders_are_sealed(small_world: World) -> None:
    case = small_world.hand_in(small_world.customer())
    small_world.signed_in("lead").post(f"/api/cases/{case}/supervision", {"whom": "DESK", "text": "王小明来电催问"})
    table = small_world.house.database.flask.metadata.tables["supervision"]
    with small_world.app.app_context(), small_world.house.database.snapshot() as connection:
        (row,) = connection.execute(table.select())
    assert "王小明" not in str(row)


def test_a_profile_is_put_in_force_without_a_restart(small_world: World) -> None:
    admin = small_world.signed_in("admin")
    known = admin.get("/api/limits").json
    refused = admin.post("/api/limits/profile", {"profile": "moon", "reason": "试试"})
    assert refused.status_code == 422 and "moon" in refused.json["detail"]
    assert admin.post("/api/limits/profile", {"profile": "", "reason": "不变"}).status_code == 200
    assert admin.post("/api/limits/profile", {"profile": "", "region": "moon", "reason": "不变"}).status_code == 422
    assert (
        small_world.signed_in("lead").post("/api/limits/profile", {"profile": "", "reason": "x y"}).status_code == 403
    )
    assert known["limits"] and {"step", "title", "days"} <= known["limits"][0].keys()
    assert "时限规则" in admin.get("/admin/limits").text
