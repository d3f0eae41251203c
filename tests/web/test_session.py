"""Signing in, staying signed in, and being kept out."""

from __future__ import annotations

import time

import pytest

from tests.web.conftest import PASSWORD, World


def test_a_wrong_password_is_refused_without_telling_whether_the_account_exists(small_world: World) -> None:
    known = small_world.browser().post("/api/session", {"login": "desk", "password": "wrong"})
    unknown = small_world.browser().post("/api/session", {"login": "ghost", "password": "wrong"})

    assert (known.status_code, unknown.status_code) == (401, 401)
    assert known.json == unknown.json


def test_the_sixth_try_in_a_minute_waits_even_with_the_right_password(world: World) -> None:
    browser = world.browser()
    for _number in range(5):
        assert browser.post("/api/session", {"login": "desk", "password": "wrong"}).status_code == 401

    refused = browser.post("/api/session", {"login": "desk", "password": PASSWORD})
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60

    world.clock.pass_(seconds=61)
    assert browser.post("/api/session", {"login": "desk", "password": PASSWORD}).status_code == 200


def test_one_address_cannot_try_many_accounts(small_world: World) -> None:
    browser = small_world.browser()
    answers = [browser.post("/api/session", {"login": f"x{n}", "password": "wrong"}).status_code for n in range(21)]

    assert answers == [401] * 20 + [429]


def test_an_unsafe_request_without_the_token_is_refused(small_world: World) -> None:
    browser = small_world.signed_in("desk")

    bare = browser.client.post("/api/session/preferences", json={"preferences": {}})
    wrong = browser.client.post(
        "/api/session/preferences", json={"preferences": {}}, headers={"X-CSRF-Token": "x" * 32}
    )

    assert (bare.status_code, wrong.status_code) == (403, 403)


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_request_from_another_site_is_refused_even_with_the_token(
    small_world: World, headers: dict[str, str]
) -> None:
    browser = small_world.signed_in("desk")

    assert browser.post("/api/session/preferences", {"preferences": {}}, headers=headers).status_code == 403


def test_signing_out_ends_the_session_on_the_server(world: World) -> None:
    browser = world.signed_in("desk")
    cookie = browser.client.get_cookie("yekuo")
    assert cookie
    browser.post("/api/session/sign-out")

    thief = world.browser()
    thief.client.set_cookie("yekuo", cookie.value)
    assert thief.get("/api/session").json["signed_in"] is False


def test_a_session_ends_after_twelve_hours_whatever_happens(world: World) -> None:
    browser = world.signed_in("desk")
    world.clock.pass_(hours=12, seconds=1)

    assert browser.get("/inbox").status_code == 401


def test_disabling_an_account_ends_its_sessions_at_once(world: World) -> None:
    desk, admin = world.signed_in("desk"), world.signed_in("admin")
    assert desk.get("/inbox").status_code == 200

    assert admin.post(f"/api/users/{world.ids['desk']}", {"state": "left"}).status_code == 200
    assert desk.get("/inbox").status_code == 401
    assert world.browser().post("/api/session", {"login": "desk", "password": PASSWORD}).status_code == 401


def test_the_last_administrator_stays(small_world: World) -> None:
    first, second = small_world.signed_in("admin"), small_world.signed_in("admin2")
    assert first.post(f"/api/users/{small_world.ids['admin2']}", {"roles": []}).status_code == 200
    assert second.get("/admin/users").status_code == 401

    assert first.post(f"/api/users/{small_world.ids['admin']}", {"state": "left"}).status_code == 403


def test_a_body_that_is_no_json_is_told_in_the_readers_words(small_world: World) -> None:
    browser = small_world.browser()
    headers = {"X-CSRF-Token": browser.token()}
    answer = browser.client.post("/api/session", data='{"login":', content_type="application/json", headers=headers)

    assert answer.json["errors"] == {"body": ["收到的内容不是完整的 JSON。"]}


def test_roles_and_regions_that_do_not_exist_are_refused_by_field(small_world: World) -> None:
    admin = small_world.signed_in("admin")

    made = admin.post("/api/users", {"login": "odd", "name": "某人", "roles": ["NOPE", "DESK"], "regions": ["mars"]})
    changed = admin.post(f"/api/users/{small_world.ids['desk']}", {"roles": ["NOPE"]})

    assert (made.status_code, sorted(made.json["errors"])) == (422, ["regions", "roles"])
    assert "NOPE" in made.json["errors"]["roles"][0] and "north" in made.json["errors"]["regions"][0]
    assert (changed.status_code, list(changed.json["errors"])) == (422, ["roles"])
    assert admin.get("/api/users?q=odd").json == []


def test_a_new_account_changes_its_first_password_before_anything_else(small_world: World) -> None:
    admin = small_world.signed_in("admin")
    made = admin.post("/api/users", {"login": "fresh", "name": "新同事", "roles": ["DESK"], "regions": ["north"]})
    assert made.status_code == 201
    browser = small_world.browser()
    answer = browser.post("/api/session", {"login": "fresh", "password": made.json["password"]})
    assert answer.json["next"] == "/password"
    assert browser.get("/inbox").status_code == 403

    weak = browser.post("/api/session/password", {"current": made.json["password"], "password": "password1234"})
    assert weak.status_code == 422
    good = browser.post("/api/session/password", {"current": made.json["password"], "password": PASSWORD + "!"})
    assert good.status_code == 200
    assert browser.get("/inbox").status_code == 200


def test_changing_the_password_ends_other_sessions(world: World) -> None:
    here, there = world.signed_in("desk"), world.signed_in("desk")
    changed = here.post("/api/session/password", {"current": PASSWORD, "password": "Quiet-river-9-stones"})

    assert changed.status_code == 200
    assert here.get("/inbox").status_code == 200
    assert there.get("/inbox").status_code == 401


def test_a_code_works_once_and_five_wrong_tries_end_it(world: World) -> None:
    browser = world.browser()
    browser.post("/api/session/code", {"phone": "13800136021"})
    code = world.last_code()
    wrong = "000000" if code != "000000" else "111111"
    for _number in range(4):
        assert browser.post("/api/session/customer", {"phone": "13800136021", "code": wrong}).status_code == 422
    assert browser.post("/api/session/customer", {"phone": "13800136021", "code": code}).status_code == 200

    other = world.browser()
    assert other.post("/api/session/customer", {"phone": "13800136021", "code": code}).status_code == 422


def test_codes_for_one_phone_are_few(small_world: World) -> None:
    browser = small_world.browser()
    answers = [browser.post("/api/session/code", {"phone": "13800136021"}).status_code for _number in range(4)]

    assert answers == [200, 200, 200, 429]


def test_the_plain_form_signs_in_without_script(small_world: World) -> None:
    browser = small_world.browser()
    data = {"csrf_token": browser.token(), "login": "desk", "password": PASSWORD, "next": "/cases"}

    answer = browser.client.post("/api/session", data=data)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/cases")


def test_the_page_goes_on_only_within_this_site(small_world: World) -> None:
    browser = small_world.browser()
    for target in ("https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example"):
        answer = browser.post("/api/session", {"login": "desk", "password": PASSWORD, "next": target})
        assert answer.json["next"] == "/work"


def test_headers_keep_scripts_and_frames_of_others_out(small_world: World) -> None:
    headers = small_world.browser().get("/login").headers

    assert "script-src 'self';" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_polling_does_not_renew_an_idle_session(small_world: World) -> None:
    browser = small_world.signed_in("desk")

    assert "Set-Cookie" in browser.get("/inbox").headers
    assert "Set-Cookie" not in browser.get("/inbox?part=list", headers={"X-Live": "true"}).headers


def test_the_page_for_a_new_account_ticks_roles_and_shows_the_secret_once(small_world: World) -> None:
    admin = small_world.signed_in("admin")
    boxes = {"login": "ticked", "name": "新人乙", "choices": "yes", "role:DESK": "yes", "region:north": "yes"}
    data = {**boxes, "csrf_token": admin.token()}

    made = admin.client.post("/api/users", data=data, headers={"HX-Request": "true"})

    assert made.status_code == 201 and "只显示这一次" in made.text
    [account] = [row for row in admin.get("/api/users?q=ticked").json if row["login"] == "ticked"]
    assert (account["roles"], account["regions"]) == (["DESK"], ["north"])


def test_an_idle_browser_is_signed_out_after_half_an_hour_though_its_page_keeps_asking(
    small_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed, began = [0], int(time.time())
    monkeypatch.setattr("itsdangerous.timed.TimestampSigner.get_timestamp", lambda _signer: began + passed[0])
    browser = small_world.signed_in("desk")
    for minutes in (29, 58):
        passed[0] = minutes * 60
        assert browser.get("/inbox").status_code == 200

    passed[0] = 80 * 60
    assert browser.get("/inbox?part=list", headers={"X-Live": "true"}).status_code == 200
    passed[0] = (58 + 30) * 60 + 1

    assert browser.get("/inbox").status_code == 401


def test_a_person_sees_where_they_are_signed_in_and_ends_the_other_places(world: World) -> None:
    here, there, third = (world.signed_in("desk") for _place in range(3))
    stranger = world.signed_in("desk2")
    listed = here.get("/api/session/list").json

    assert len(listed) == 3 and [row["current"] for row in listed].count(True) == 1
    assert {row["address"] for row in listed} == {"127.0.0.1"}
    other = next(row["id"] for row in there.get("/api/session/list").json if row["current"])
    assert stranger.post(f"/api/session/list/{other}/sign-out").status_code == 404
    assert here.post(f"/api/session/list/{other}/sign-out").status_code == 200
    assert (there.get("/inbox").status_code, third.get("/inbox").status_code) == (401, 200)

    assert here.post("/api/session/sign-out-others").status_code == 200
    assert (here.get("/inbox").status_code, third.get("/inbox").status_code) == (200, 401)
    assert stranger.get("/inbox").status_code == 200
    assert [row["current"] for row in here.get("/api/session/list").json] == [True]
