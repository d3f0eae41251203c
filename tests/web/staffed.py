"""The parcel pack with a team, a keeper, a certificate and four eyes, in a house with people for them."""

from __future__ import annotations

from typing import Any

from tests.web.conftest import PACK, Browser, World
from web.packfiles import read_pack_folder

#: Texts of the plain pack -> what makes it ask for people.
PACK_TEXTS = {
    'department = "门店"\ncases = "region"': 'department = "门店"\nkeeper = true\nteam = \'"front"\'\ncases = "region"',
    "[regions]": '[certificates]\nlift = { zh = "叉车证", en = "Forklift licence", warn_days = 10 }\n\n[regions]',
}
STORING = '<camunda:property name="stage" value="storing"/>'
REFUNDING = '<camunda:property name="stage" value="refunding"/>'
DIAGRAM_TEXTS = {
    STORING: STORING + '<camunda:property name="certificate" value="lift"/>',
    REFUNDING: REFUNDING + '<camunda:property name="four_eyes" value="ut_check"/>',
}


def rich_pack() -> dict[str, bytes]:
    """The files of the pack."""
    files = dict(read_pack_folder(PACK))
    for name, texts in (("pack.toml", PACK_TEXTS), ("parcel_return.bpmn", DIAGRAM_TEXTS)):
        text = files[name].decode()
        for plain, rich in texts.items():
            assert plain in text
            text = text.replace(plain, rich, 1)
        files[name] = text.encode()
    return files


def staffed(world: World) -> World:
    """The rich pack in force, and the front desk of the north as its team."""
    with world.app.test_request_context(), world.house.database.transaction() as connection:
        more = {"now": world.clock()}
        made = world.house.engine.deploy(connection, rich_pack(), actor=world.ids["analyst"], **more)
        world.house.engine.approve(connection, made.id, actor=world.ids["admin"], **more)
    make_team(world, "desk", "desk2")
    return world


def make_team(world: World, *logins: str) -> None:
    """The team "front" of the north with these members."""
    body = {"id": "front", "title": "前台班", "phone": "0527-1", "regions": ["north"], "members": ids(world, *logins)}
    answer = world.signed_in("admin").post("/api/teams", body)
    assert answer.status_code == 201, answer.text


def ids(world: World, *logins: str) -> list[str]:
    return [world.ids[login] for login in logins]


def certify(world: World, login: str, until: str, number: str = "L-1") -> Any:
    body = {"kind": "lift", "number": number, "valid_until": until}
    return world.signed_in("admin").post(f"/api/users/{world.ids[login]}/certificates", body)


def away(browser: Browser, deputy: str, first: str, last: str, **more: str) -> Any:
    return browser.post("/api/absences", {"deputy": deputy, "first_day": first, "last_day": last, **more})


def keeper_and_other(world: World, case: str) -> tuple[Browser, Browser, str]:
    """Browsers of whoever looks after the case and of the other one of the team, and the login of the first."""
    for one, other in (("desk", "desk2"), ("desk2", "desk")):
        browser = world.signed_in(one)
        if case in browser.get("/inbox").text:
            return browser, world.signed_in(other), one
    raise AssertionError(f"nobody of the team has {case}")


def handed_in(world: World, **changes: Any) -> str:
    """The number of a new case; the desk of the region hands it in for the customer."""
    login = "southdesk" if changes.get("region") == "south" else "desk"
    return world.hand_in(world.signed_in(login), **changes)
