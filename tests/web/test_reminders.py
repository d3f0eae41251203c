"""催办: asked by those who answer for the work, told to those who do it, written down, and not over and over."""

from __future__ import annotations

from typing import Any

from tests.web.conftest import World


def told(world: World) -> list[tuple[str, str]]:
    """Staff notices: login and text."""
    logins = {user_id: login for login, user_id in world.ids.items()}
    return [(logins[receiver], text) for receiver, text in world.notices() if receiver in logins]


def test_everybody_who_could_take_the_task_is_told_and_later_only_its_holder(world: World) -> None:
    case = world.hand_in(world.customer())
    desk, lead = world.signed_in("desk"), world.signed_in("lead")
    task = world.task(desk, case)

    asked = lead.post(f"/api/tasks/{task['id']}/remind")

    assert (asked.status_code, asked.json["told"]) == (200, 2), asked.text
    assert sorted(login for login, _text in told(world)) == ["desk", "desk2"]
    assert all(case in text and "验收包裹" in text and "王小明" not in text for _login, text in told(world))

    desk.post(f"/api/tasks/{task['id']}/claim")
    world.clock.pass_(hours=4)
    assert lead.post(f"/api/tasks/{task['id']}/remind").json["told"] == 1
    assert [login for login, _text in told(world)][2:] == ["desk"]


def test_within_four_hours_it_takes_a_reason(world: World) -> None:
    case = world.hand_in(world.customer())
    lead = world.signed_in("lead")
    address = f"/api/tasks/{world.task(world.signed_in('desk'), case)['id']}/remind"
    assert lead.post(address).status_code == 200
    world.clock.pass_(hours=3, minutes=59)

    again = lead.post(address)

    assert (again.status_code, list(again.json["errors"])) == (409, ["reason"])
    assert len(told(world)) == 2
    assert lead.post(address, {"reason": "客户来电"}).status_code == 200
    assert len(told(world)) == 4 and told(world)[-1][1].endswith("客户来电。")
    assert lead.post(address).status_code == 409
    world.clock.pass_(hours=4)
    assert lead.post(address).status_code == 200


def test_the_record_names_who_asked_and_why(small_world: World) -> None:
    case = small_world.hand_in(small_world.customer())
    lead = small_world.signed_in("lead")
    task = small_world.task(small_world.signed_in("desk"), case)
    lead.post(f"/api/tasks/{task['id']}/remind", {"reason": "明天停电检修"})

    [row] = [row for row in history(small_world) if row.kind == "reminded"]

    assert (row.actor, row.element, row.payload["reason"]) == (small_world.ids["lead"], "ut_check", "明天停电检修")


def history(world: World) -> list[Any]:
    table = world.house.database.flask.metadata.tables["history"]
    with world.app.app_context(), world.house.database.snapshot() as connection:
        return list(connection.execute(table.select()).all())


def test_only_those_with_the_right_ask_and_only_for_open_tasks_they_see(world: World) -> None:
    case = world.hand_in(world.customer())
    desk, lead = world.signed_in("desk"), world.signed_in("lead")
    task = world.task(desk, case)
    address = f"/api/tasks/{task['id']}/remind"

    assert desk.post(address).status_code == 403
    assert world.signed_in("admin").post(address).status_code == 403
    assert lead.post(f"/api/tasks/{'0' * 32}/remind").status_code == 404
    assert world.complete(desk, task, outcome="accept").status_code == 200
    assert lead.post(address).status_code == 409
    assert told(world) == []
