"""The description of the API is whole: every route, what it takes, what it answers, and how it refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.web.conftest import PASSWORD, ROOT, World, request_id
from web.auth.access import access_of

Operation = Mapping[str, Any]
#: Commands whose address says all.
BARE = re.compile(r"/(claim|release|approve|retry|discard|sign-out|sign-out-others|password|remove|end)$")


@pytest.fixture
def spec(small_world: World) -> Mapping[str, Any]:
    found: Mapping[str, Any] = small_world.browser().get("/api/openapi.json").json
    return found


def operations(spec: Mapping[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                yield path, method, operation


def resolved(spec: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference stands for."""
    while "$ref" in node:
        kind, name = node["$ref"].split("/")[-2:]
        node = spec["components"][kind][name]
    return node


def test_every_route_is_described_and_nothing_else(small_world: World, spec: Mapping[str, Any]) -> None:
    offered = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in small_world.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/") and rule.rule != "/api/openapi.json"
    }

    assert offered == {(path, method) for path, method, _operation in operations(spec)}


def test_every_answer_has_a_named_shape(spec: Mapping[str, Any]) -> None:
    for path, method, operation in operations(spec):
        good = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
        assert good, (path, method)
        for answer in good:
            [(kind, content)] = answer["content"].items()
            shape = content["schema"]
            named = "$ref" in shape or "$ref" in shape.get("items", {})
            assert named if kind == "application/json" else shape["type"] == "string", (path, method, shape)


def test_every_command_says_what_it_takes(spec: Mapping[str, Any]) -> None:
    for path, method, operation in operations(spec):
        assert operation["summary"] or operation.get("description"), (path, method)
        body = operation.get("requestBody")
        if method == "post" and body is None:
            assert BARE.search(path), path
        for content in (body or {}).get("content", {}).values():
            assert "$ref" in content["schema"], (path, method)


def test_refusals_are_told_with_their_shape(small_world: World, spec: Mapping[str, Any]) -> None:
    app = small_world.app
    kinds = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower()): access_of(app, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    for path, method, operation in operations(spec):
        told = set(operation["responses"])
        access = kinds[path, method]
        assert access is not None
        assert access.kind == "public" or {"401", "403"} <= told, (path, method)
        assert "{" not in path or "404" in told, (path, method)
        assert method != "post" or {"403", "409", "503"} <= told, (path, method)
        assert "requestBody" not in operation or "422" in told, (path, method)
        for status in told - {"200", "201", "202"}:
            content = resolved(spec, operation["responses"][status])["content"]
            assert content == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def test_counted_commands_tell_that_they_may_be_refused_for_a_while(spec: Mapping[str, Any]) -> None:
    told = {path for path, _method, operation in operations(spec) if "429" in operation["responses"]}

    assert {"/api/session", "/api/session/code", "/api/session/customer", "/api/progress", "/api/documents"} <= told


def test_answers_and_refusals_fit_their_shape(small_world: World) -> None:
    """The hook of `shaped` in conftest holds every answer of every test to its shape; here one of each kind."""
    world = small_world
    case = world.hand_in(world.customer())
    desk, lead = world.signed_in("desk"), world.signed_in("lead")
    task = world.task(desk, case)
    seen = [lead.get(path).status_code for path in (
        "/api/cases", f"/api/cases/{case}", f"/api/cases/{case}/deadlines", f"/api/cases/{case}/diagram",
        f"/api/cases/{case}/documents", "/api/session", "/api/session/list",
    )]  # fmt: skip
    refused = desk.post(f"/api/tasks/{task['id']}/complete", {"rev": 99, "request_id": request_id(), "data": {}})

    assert set(seen) == {200}
    assert refused.status_code in (409, 422) and refused.mimetype == "application/problem+json"


def test_fragments_for_pages_are_html_and_not_json(small_world: World) -> None:
    admin = small_world.signed_in("admin")
    data = {"login": "fresh2", "name": "新人丙", "csrf_token": admin.token()}

    made = admin.client.post("/api/users", data=data, headers={"HX-Request": "true"})

    assert (made.status_code, made.mimetype) == (201, "text/html")
    assert made.text.lstrip().startswith("<")


def test_a_clerk_finds_claims_and_completes_a_task_by_the_api_alone(small_world: World) -> None:
    case = small_world.hand_in(small_world.customer())
    client = small_world.app.test_client()

    def carried() -> dict[str, str]:
        return {"X-CSRF-Token": client.get("/api/session").json["csrf_token"]}

    opened = client.post("/api/session", json={"login": "desk", "password": PASSWORD}, headers=carried())
    assert opened.status_code == 200 and client.get("/api/session").json["signed_in"] is True
    (line,) = client.get("/api/tasks?tab=groups").json["tasks"]
    assert line["case"] == case
    assert client.get(f"/api/cases/{case}").json["tasks"] == [line]
    assert client.get("/api/tasks?tab=groups&q=99-99-9999").json == {"total": 0, "page": 1, "tasks": []}

    assert client.post(f"/api/tasks/{line['id']}/claim", headers=carried()).status_code == 200
    (mine,) = client.get("/api/tasks").json["tasks"]
    assert mine["assignee_name"] == client.get("/api/session").json["name"]
    answer = {"rev": mine["rev"], "request_id": request_id(), "data": {"outcome": "receipt"}}
    done = client.post(f"/api/tasks/{mine['id']}/complete", json=answer, headers=carried())
    assert done.status_code == 200, done.text
    assert [row["id"] for row in client.get("/api/tasks?tab=done").json["tasks"]] == [mine["id"]]
    assert client.get("/api/notices").status_code == 200
    assert client.get("/api/tasks?tab=everything").status_code == 422


def test_the_description_says_what_every_request_carries(small_world: World, spec: Mapping[str, Any]) -> None:
    schemes = spec["components"]["securitySchemes"]
    assert {schemes[name]["name"] for name in ("csrf", "partner", "signature")} == {
        "X-CSRF-Token", "X-Partner", "X-Signature",
    }  # fmt: skip
    app = small_world.app
    kinds = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule): rule.endpoint for rule in app.url_map.iter_rules()}
    for path, method, operation in operations(spec):
        access = access_of(app, kinds[path])
        assert access is not None
        carried = {name for one in operation.get("security", []) for name in one}
        assert ("csrf" in carried) is (method == "post" and access.kind != "partner"), (path, method)
    asked = {parameter["name"] for parameter in spec["paths"]["/api/tasks"]["get"]["parameters"]}
    assert asked == {"tab", "q", "region", "step", "page"}


#: Page -> the operations that tell what it shows. Pages that only ask (to sign in, for a first password) have none.
PAGES: Mapping[str, tuple[str, ...]] = {
    "admin.calendar_effect": ("calendar.preview",),
    "admin.calendar_progress": ("calendar.show",),
    "admin.calendars": ("calendar.show",),
    "admin.compare": ("deployments.changes", "definitions.xml"),
    "admin.comparison_list": ("comparisons.listing",),
    "admin.deployment": ("deployments.listing", "deployments.changes", "deployments.comments"),
    "admin.deployments": ("deployments.listing",),
    "admin.incidents": ("operations.listing",),
    "admin.limits": ("limits.show",),
    "admin.new_user": ("users.add",),
    "admin.user": ("users.listing", "staffing.list_certificates", "staffing.list_absences", "workload.person"),
    "admin.user_list": ("users.listing",),
    "auth.login_page": ("session.open",),
    "auth.password_page": ("session.change_password",),
    "capacity.tool": ("calculator.advice",),
    "credit.detail": ("credit_record.entry",),
    "credit.listing": ("credit_record.entries",),
    "insight.sunshine": ("public_rules.rules",),
    "people.absence": ("staffing.list_absences",),
    "people.listing": ("workload.listing",),
    "people.person": ("workload.person",),
    "portal.apply": ("applications.application", "cases.show_draft"),
    "portal.case": ("applications.show",),
    "portal.home": ("applications.listing",),
    "portal.papers": ("documents.listing",),
    "portal.progress": ("progress.show",),
    "portal.rating": ("cases.rating_form",),
    "portal.sign_in": ("session.send_code", "session.open_customer"),
    "portal.step": ("applications.step",),
    "studio.edit": ("workspaces.file", "workspaces.words", "workspaces.uses"),
    "studio.packs": ("workspaces.listing",),
    "studio.workspace": ("workspaces.show",),
    "teams.listing": ("staffing.list_teams",),
    "teams.new": ("staffing.add_team",),
    "teams.one": ("staffing.list_teams",),
    "workbench.apply": ("cases.start_form", "cases.show_draft"),
    "workbench.case": ("cases.show", "deadlines.listing", "cases.decisions", "cases.history"),
    "workbench.case_documents": ("documents.listing",),
    "workbench.case_limits": ("deadlines.listing", "supervision.of_case"),
    "workbench.case_notes": ("cases.correspondence",),
    "workbench.case_record": ("cases.history",),
    "workbench.case_results": ("cases.finished",),
    "workbench.cases": ("cases.listing",),
    "workbench.home": (),
    "workbench.inbox": ("tasks.listing",),
    "workbench.limit_preview": ("deadlines.preview",),
    "workbench.notices": ("notices.listing", "supervision.mine"),
    "workbench.peek": ("tasks.show",),
    "workbench.send": ("messages.form",),
    "workbench.task_state": ("tasks.show",),
    "workbench.task": ("tasks.show", "cases.finished", "documents.listing"),
}


def test_whatever_a_page_shows_or_does_the_api_does_too(small_world: World) -> None:
    rules = {rule.endpoint: rule for rule in small_world.app.url_map.iter_rules()}
    pages = {name for name, rule in rules.items() if not rule.rule.startswith(("/api/", "/static/"))}
    machines = {"observation.healthz", "observation.metrics"}
    posted = {name for name in pages if "POST" in (rules[name].methods or ())}

    assert pages - machines - posted == set(PAGES)
    # Progress is posted to its page as well, for browsers without script; /api/progress tells the same.
    assert posted == {"portal.find_progress"}
    for page, operations_ in PAGES.items():
        assert all(rules[name].rule.startswith("/api/") for name in operations_), page
    actions = re.compile(r"""(?:action|formaction|hx-post)="\{\{ url_for\('([\w.]+)'""")
    for template in sorted((ROOT / "web" / "templates").rglob("*.html")):
        for tag in re.findall(r"<(?:form|button)[^>]*>", template.read_text("utf-8")):
            if 'method="post"' in tag or "formaction" in tag:
                assert all(rules[name].rule.startswith("/api/") for name in actions.findall(tag) if name not in posted)


def test_the_rest_of_a_case_is_read_by_the_api(small_world: World) -> None:
    world = small_world
    case = world.hand_in(world.customer())
    desk, lead = world.signed_in("desk"), world.signed_in("lead")
    desk.post(f"/api/cases/{case}/notes", {"text": "客户周三下午在家"})

    assert desk.get("/api/cases/form").json["form"]["id"] == "hand_in"
    record = desk.get(f"/api/cases/{case}/record?kind=people").json
    assert record["total"] >= len(record["events"]) > 0
    assert desk.get(f"/api/cases/{case}/record?q=没有这个词").json["events"] == []
    assert desk.get(f"/api/cases/{case}/notes").json["notes"][0]["text"] == "客户周三下午在家"
    assert world.signed_in("southdesk").get(f"/api/cases/{case}/notes").status_code == 404
    deadline = next(one["id"] for one in lead.get(f"/api/cases/{case}/deadlines").json if one["due_at"])
    would = lead.get(f"/api/cases/{case}/deadlines/{deadline}/preview?days=20").json["due_at"]
    assert would > max(one["due_at"] for one in lead.get(f"/api/cases/{case}/deadlines").json if one["id"] == deadline)
    assert lead.get(f"/api/cases/{case}/deadlines/{deadline}/preview?days=0").status_code == 422
    assert desk.get("/api/tasks?tab=waiting").json == {"total": 0, "page": 1, "tasks": []}
    person = lead.get(f"/api/workload/{world.ids['desk']}").json
    assert person["name"] == "窗口甲" and person["tasks"] == []
    assert lead.get("/api/workload/nobody").status_code == 404
    assert [one["message"] for one in lead.get(f"/api/cases/{case}").json["offers"]] == []
    assert desk.get(f"/api/cases/{case}/messages/MSG_NOPE").status_code in (403, 409)
