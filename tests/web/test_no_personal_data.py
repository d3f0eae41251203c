"""Who the customer is stands nowhere but in sealed values: not in a table, a file, a log, an address or a figure."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import zstandard
from werkzeug.test import TestResponse

import bpmn.connection
from bpmn.connection.demonstration import STORIES
from bpmn.player import PAGE
from engine import metadata, queries
from forms import Form
from forms.sample import Sampler
from tests.web.conftest import Browser, World, request_id
from web.auth import users
from web.clock import Clock
from web.packfiles import read_pack_folder
from web.wording import local

ZSTANDARD = b"\x28\xb5\x2f\xfd"
PHONE = "13912345678"
#: The customer of the parcel pack.
PERSON = {"name": "欧阳不具名", "phone": PHONE, "account": "6222020200112233445"}


@dataclass
class Trail:
    """Browsers that remember every address they were sent to or asked for."""

    world: World
    addresses: list[str] = field(default_factory=list)

    def post(self, browser: Browser, path: str, body: Mapping[str, Any], expected: int = 200) -> TestResponse:
        answer = browser.post(path, body)
        assert answer.status_code == expected, answer.text
        self._keep(path, answer)
        return answer

    def upload(self, browser: Browser, path: str, name: str, kind: str) -> str:
        stream = io.BytesIO(PAGE + name.encode())
        answer = browser.upload(path, {"file": (stream, name), "type": kind})
        assert answer.status_code == 201, answer.text
        self._keep(path, answer)
        return str(answer.json["id"])

    def read(self, browser: Browser, path: str) -> None:
        answer = browser.get(path)
        assert answer.status_code == 200, answer.text
        self._keep(path, answer)

    def _keep(self, path: str, answer: TestResponse) -> None:
        body = answer.json if answer.is_json else {}
        onward = str(body.get("next", "")) if isinstance(body, dict) else ""
        self.addresses += [path, answer.headers.get("Location", ""), onward]


def cells(world: World) -> Iterator[tuple[str, str]]:
    """Every value of every table as text, compressed ones unpacked, with its place."""
    with world.app.app_context(), world.house.database.snapshot() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(table.select()):
                yield from ((f"{table.name}.{name}", text_of(value)) for name, value in row._mapping.items())


def text_of(value: Any) -> str:
    if isinstance(value, bytes):
        plain = zstandard.ZstdDecompressor().decompress(value) if value.startswith(ZSTANDARD) else value
        return plain.decode("utf-8", "replace")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def stored_bytes(world: World) -> Iterator[tuple[str, bytes]]:
    """Every file of the installation: the embedded database with its log, and the documents."""
    for path in world.house.settings.home.rglob("*"):
        if path.is_file():
            yield path.name, path.read_bytes()


def found_in(text: str, secrets: Mapping[str, str]) -> set[str]:
    """Which secrets a text gives away, as they are or as JSON and addresses write them."""
    forms = {key: {value, json.dumps(value)[1:-1], quote(value)} for key, value in secrets.items()}
    return {key for key, faces in forms.items() if any(face in text for face in faces)}


def check(world: World, trail: Trail, secrets: Mapping[str, str], logged: str) -> None:
    leaks = {(place, key) for place, text in cells(world) for key in found_in(text, secrets)}
    leaks |= {
        (name, key)
        for name, data in stored_bytes(world)
        for key, value in secrets.items()
        if value.encode() in data or json.dumps(value)[1:-1].encode() in data
    }
    figures = world.browser().get("/metrics").text
    for place, text in (("log", logged), ("metrics", figures), ("addresses", "\n".join(trail.addresses))):
        leaks |= {(place, key) for key in found_in(text, secrets)}

    assert leaks == set()


def tick(world: World) -> None:
    with world.app.app_context():
        clock = Clock(world.app)
        clock.tick()
        clock.sweep()


def test_a_whole_return_leaves_no_trace_of_the_person(
    world: World, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    trail, customer = Trail(world), world.customer(PHONE)
    told = f"{PERSON['name']} {PHONE} {PERSON['account']}"
    data = {"parcel_number": "20261118", "weight": 800, "region": "north", **PERSON}
    trail.post(customer, "/api/cases/draft", {"data": data})
    wrong = {"request_id": request_id(), "data": {**data, "weight": "much"}}
    trail.post(customer, "/api/cases", wrong, 422)
    answer = trail.post(customer, "/api/cases", {"request_id": request_id(), "data": data}, 201)
    case = answer.json["case"]
    desk, lead = world.signed_in("desk"), world.signed_in("lead")
    task = world.task(desk, case)
    trail.post(desk, f"/api/tasks/{task['id']}/claim", {})
    trail.post(desk, f"/api/tasks/{task['id']}/draft", {"data": {"account": PERSON["account"], "remark": told}})
    trail.post(desk, f"/api/cases/{case}/notes", {"text": told}, 201)
    trail.post(lead, f"/api/tasks/{task['id']}/remind", {})
    task = desk.get(f"/api/tasks/{task['id']}").json
    body = {"rev": task["rev"], "request_id": request_id()}
    given = {"outcome": "receipt", "account": PERSON["account"]}
    trail.post(desk, f"/api/tasks/{task['id']}/complete", {**body, "data": given})
    paper = trail.upload(customer, f"/api/cases/{case}/documents", f"{PERSON['name']}的小票.pdf", "receipt")
    sent = {"message": "MSG_RECEIPT_SENT", "request_id": request_id(), "data": {"receipt": [paper]}}
    trail.post(customer, f"/api/cases/{case}/messages", sent)
    tick(world)
    store, checked = world.signed_in("store"), {"outcome": "accept", "account": PERSON["account"]}
    assert world.complete(desk, world.task(desk, case), **checked).status_code == 200
    assert world.complete(store, world.task(store, case), shelf="A-12").status_code == 200
    assert world.complete(lead, world.task(lead, case), outcome="agree").status_code == 200
    trail.post(customer, f"/api/cases/{case}/rating", {"data": {"satisfaction": "5", "rating_text": told}}, 201)
    tick(world)
    for path in (f"/cases/{case}", f"/cases/{case}/record", "/inbox", f"/cases?q={case}"):
        trail.read(lead, path)
    trail.read(customer, f"/my/{case}")
    [paper_row] = lead.get(f"/api/cases/{case}/documents").json
    assert paper_row["name"] == f"{PERSON['name']}的小票.pdf"

    logged = "".join(capfd.readouterr()) + caplog.text

    # The search sees what is there: the number of the parcel is no secret.
    assert "tasks.complete" in logged
    assert {"instance.blob", "instance.title"} <= {place for place, text in cells(world) if "20261118" in text}
    check(world, trail, PERSON, logged)


def application(connection: Any, deployment_id: str, today: Any) -> tuple[dict[str, Any], dict[str, str], list[str]]:
    """Answers of a high-voltage customer to the real form, those that are personal, and the papers to upload."""
    document = queries.form(connection, deployment_id, "application")
    story = next(story for story in STORIES if story.customer_class == "HV1")
    rng, wanted = random.Random(7), list[str]()
    chosen = {key: value for key, value in story.apply(rng).items() if not key.startswith("doc_")}
    chosen |= {"agent": True, "contact": "欧阳经办", "phone": PHONE, "agent_phone": "13987654321"}
    chosen |= {"name": "临江恒达无名制造有限公司", "agent_name": "慕容代办", "region": "binjiang"}
    chosen |= {
        "address": "滨江区创新大道 9987 号 3 幢",
        "email": "nobody.9987@mail.example",
        "coordinates": "120.198765,30.198765",
    }

    def paper(component: Mapping[str, Any]) -> list[str]:
        wanted.append(component["key"])
        return [component["key"]]

    answers = Sampler(rng, today, {}, paper).fill(document, chosen)
    parts = [part for top in Form.load(document).components for part in top.walk()]
    sensitive = {part.path[0]: str(answers.get(part.path[0], "")) for part in parts if part.sensitive}
    return answers, {key: value for key, value in sensitive.items() if len(value) > 2}, wanted


def test_an_application_for_power_leaves_no_trace_of_the_customer(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    house, trail = world.house, Trail(world)
    with world.app.test_request_context(), house.database.transaction() as connection:
        files = read_pack_folder(Path(bpmn.connection.__file__).parent)
        made = house.engine.deploy(connection, files, actor=world.ids["analyst"], now=world.clock())
        house.engine.approve(connection, made.id, actor=world.ids["admin"], now=world.clock())
        clerk = {"login": "accept1", "name": "何静", "number": "N-1", "roles": ["ACCEPT"], "regions": ["binjiang"]}
        users.create(connection, clerk, world.clock(), "Spring-rain-7-lanterns")
        answers, secrets, papers = application(connection, made.id, local(world.clock()).date())
    customer = world.customer(PHONE)
    for key in papers:
        answers[key] = [trail.upload(customer, "/api/documents", f"{secrets['name']}-{key}.pdf", key)]
    trail.post(customer, "/api/cases/draft?process=intake", {"data": answers})
    body = {"process": "intake", "request_id": request_id(), "data": answers}
    case = trail.post(customer, "/api/cases", body, 201).json["case"]
    tick(world)
    clerk_browser = world.signed_in("accept1")
    task = world.task(clerk_browser, case)
    trail.post(clerk_browser, f"/api/tasks/{task['id']}/claim", {})
    trail.post(clerk_browser, f"/api/tasks/{task['id']}/draft", {"data": {"remark": " ".join(secrets.values())}})
    trail.post(clerk_browser, f"/api/cases/{case}/notes", {"text": " ".join(secrets.values())}, 201)
    # The number of somebody who is named nowhere else, in a text that customers write freely.
    secrets["withdraw_text"] = "13611112222"
    told = {"withdraw_code": "other", "withdraw_text": "有事请打 13611112222 找我邻居", "withdraw_confirmed": True}
    sent = {"message": "MSG_WITHDRAW", "request_id": request_id(), "data": told}
    trail.post(customer, f"/api/cases/{case}/messages", sent)
    tick(world)
    for path in (f"/cases/{case}", f"/tasks/{task['id']}", f"/my/{case}"):
        browser = customer if path.startswith("/my") else clerk_browser
        answer = browser.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        trail.addresses += [path, answer.headers.get("Location", "")]

    assert {"name", "phone", "contact", "credit_code", "address", "agent_id_no"} <= secrets.keys()
    check(world, trail, secrets, "".join(capfd.readouterr()))
