"""Deny by default: every address declares its callers, and the declarations hold for every kind of person."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.web.conftest import STAFF, Browser, World
from web.auth.access import Access, access_of
from web.auth.rights import HOUSE

#: What the roles of the parcel pack may do beyond being staff, as its pack.toml says.
PACK_RIGHTS = {
    "DESK": {"write", "behalf"},
    "WAREHOUSE": set(),
    "LEAD": {"assign", "write", "insight", "remind", "deadline", "supervise"},
}
PEOPLE = ("anonymous", "customer", "nobody", "desk", "store", "lead", "analyst", "admin")
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every address with one of its methods."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def filled(rule: Rule) -> str:
    """The address with arguments that exist nowhere."""
    return re.sub(r"<[^>]+>", "0" * 32, rule.rule)


def may(person: str, access: Access) -> bool:
    """What the declaration promises to this person."""
    if access.kind == "public":
        return True
    if access.kind == "partner" or person == "anonymous":
        return False
    staff = person != "customer"
    roles = STAFF[person][1] if staff else ()
    rights = set().union(*(PACK_RIGHTS.get(role, set()) | HOUSE.get(role, frozenset()) for role in roles))
    return {
        "signed_in": True,
        "staff": staff,
        "customer": not staff,
        "right": staff and bool(access.rights & rights),
    }[access.kind]


def test_every_address_declares_who_may_call_it(small_world: World) -> None:
    undeclared = [
        rule.rule for rule, _method in rules(small_world.app) if access_of(small_world.app, rule.endpoint) is None
    ]

    assert undeclared == []


def test_an_address_without_declaration_is_closed_to_everybody(small_world: World) -> None:
    small_world.app.add_url_rule("/forgotten", "forgotten", lambda: "secret")

    assert small_world.browser().get("/forgotten").status_code == 403
    assert small_world.signed_in("admin").get("/forgotten").status_code == 403


@pytest.mark.parametrize("person", PEOPLE)
def test_each_address_answers_exactly_its_callers(small_world: World, person: str) -> None:
    """A refusal at the door is 401 or 403; whoever is let in gets anything else, 404 for things that do not exist."""
    browser = browser_of(small_world, person)
    token = browser.token()
    wrong = []
    for rule, method in rules(small_world.app):
        if rule.endpoint in {"session.close", "session.open", "session.open_customer", "session.send_code", "static"}:
            continue
        access = access_of(small_world.app, rule.endpoint)
        assert access is not None
        headers = {"X-CSRF-Token": token, "Accept": "application/json"}
        more = {"json": {}} if method in UNSAFE else {}
        answer = browser.client.open(filled(rule), method=method, headers=headers, **more)
        refused = answer.status_code == 401 or (answer.status_code == 403 and "conflict" not in answer.text)
        if refused is may(person, access) and not inner_right(rule.endpoint, answer.status_code):
            wrong.append((method, rule.rule, person, answer.status_code, access.kind))

    assert wrong == []


def inner_right(endpoint: str, status: int) -> bool:
    """Commands open to everybody signed in that look for a right on what is asked, such as applying for others."""
    return status == 403 and endpoint in {
        "cases.apply", "cases.show_draft", "cases.save_draft", "workbench.apply", "deployments.approve",
        "messages.send",
    }  # fmt: skip


def browser_of(world: World, person: str) -> Browser:
    if person == "anonymous":
        return world.browser()
    return world.customer() if person == "customer" else world.signed_in(person)


def test_a_suspended_person_reads_and_cannot_claim(world: World) -> None:
    case = world.hand_in(world.customer())
    desk, admin = world.signed_in("desk"), world.signed_in("admin")
    task = world.task(desk, case)
    admin.post(f"/api/users/{world.ids['desk']}", {"state": "suspended", "reason": "证书过期"})
    desk = world.signed_in("desk")

    assert "证书过期" in desk.get(f"/tasks/{task['id']}").text
    assert desk.post(f"/api/tasks/{task['id']}/claim").status_code == 403


def test_a_case_of_another_region_does_not_exist(world: World) -> None:
    case = world.hand_in(world.customer(), region="north")
    task = world.task(world.signed_in("desk"), case)
    south = world.signed_in("southdesk")

    assert south.get(f"/cases/{case}").status_code == 404
    assert south.get(f"/tasks/{task['id']}").status_code == 404
    assert south.get(f"/api/cases/{case}").status_code == 404
    assert south.post(f"/api/tasks/{task['id']}/claim").status_code == 404
    assert south.get("/api/cases").json["total"] == 0
    assert case not in south.get("/cases").text


def test_a_role_that_sees_tasks_only_loses_the_case_with_the_task(world: World) -> None:
    case = world.hand_in(world.customer())
    store = world.signed_in("store")
    assert store.get(f"/cases/{case}").status_code == 404

    desk = world.signed_in("desk")
    world.complete(desk, world.task(desk, case), outcome="accept")
    assert store.get(f"/cases/{case}").status_code == 200


def test_a_customer_sees_their_own_cases_only(world: World) -> None:
    case = world.hand_in(world.customer("13800136021"))
    other = world.customer("13900139000")

    assert other.get(f"/api/cases/{case}").status_code == 404
    assert other.get("/api/cases").json["total"] == 0
    assert other.get(f"/cases/{case}").status_code == 403
    world.clock.pass_(minutes=1)
    own = world.customer("13800136021")
    assert own.get(f"/api/cases/{case}").status_code == 200
