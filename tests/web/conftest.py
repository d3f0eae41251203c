"""A house with the parcel pack, people of every role, and browsers for them, on both databases."""

from __future__ import annotations

import json
import re
import shutil
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.test import TestResponse

from tests.conftest import BOTH, Templates
from tests.postgres import Postgres
from tests.web.shapes import hold
from web.app import create_app
from web.assets import Assets
from web.auth import users
from web.config import Settings
from web.context import House
from web.packfiles import read_pack_folder

ROOT = Path(__file__).resolve().parents[2]
PACK = Path(__file__).parent / "packs" / "parcel"
PASSWORD = "Spring-rain-7-lanterns"
#: A Wednesday in office hours.
START = datetime(2026, 11, 18, 1, 30, tzinfo=UTC)

#: login -> (name, roles, regions)
STAFF: Mapping[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "admin": ("管理员甲", ("ADMIN",), ("*",)),
    "admin2": ("管理员乙", ("ADMIN",), ("*",)),
    "analyst": ("分析员", ("ANALYST",), ("*",)),
    "desk": ("窗口甲", ("DESK",), ("north",)),
    "desk2": ("窗口乙", ("DESK",), ("north",)),
    "southdesk": ("南店窗口", ("DESK",), ("south",)),
    "store": ("库管员", ("WAREHOUSE",), ("north",)),
    "lead": ("店长", ("LEAD",), ("*",)),
    "nobody": ("新人", (), ()),
}


class Compiled(BytecodeCache):
    """Templates are compiled once per session, not once per application."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


@dataclass
class Moment:
    """A clock that stands until it is moved."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Browser:
    """A client that carries the CSRF token of its page, as the islands do."""

    client: FlaskClient
    #: Of the page that is open; a change of identity makes a new one.
    page_token: str = ""

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, **more)

    def post(self, path: str, body: Mapping[str, Any] | None = None, **more: Any) -> TestResponse:
        headers = {"X-CSRF-Token": self.token(), "Accept": "application/json", **more.pop("headers", {})}
        answer = self.client.post(path, json=dict(body or {}), headers=headers, **more)
        if path.startswith("/api/session"):
            self.page_token = ""
        return answer

    def upload(self, path: str, data: Mapping[str, Any]) -> TestResponse:
        return self.client.post(
            path, data=dict(data), headers={"X-CSRF-Token": self.token(), "Accept": "application/json"}
        )

    def token(self) -> str:
        """The token of this browser; pages carry the same one in a meta tag."""
        if not self.page_token:
            self.page_token = self.client.get("/api/session").get_json()["csrf_token"]
        return self.page_token


@dataclass
class World:
    """The application under test and what tests do with it again and again."""

    app: Flask
    clock: Moment
    ids: dict[str, str]

    @property
    def house(self) -> House:
        found: House = self.app.extensions["yekuo"]
        return found

    def browser(self) -> Browser:
        return Browser(self.app.test_client())

    def signed_in(self, login: str) -> Browser:
        browser = self.browser()
        answer = browser.post("/api/session", {"login": login, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return browser

    def customer(self, phone: str = "13800136021") -> Browser:
        browser = self.browser()
        assert browser.post("/api/session/code", {"phone": phone}).status_code == 200
        code = self.last_code(phone)
        answer = browser.post("/api/session/customer", {"phone": phone, "code": code})
        assert answer.status_code == 200, answer.text
        return browser

    def last_code(self, phone: str = "13800136021") -> str:
        """The code that this phone got last."""
        codes = [
            code for receiver, text in self.notices() if receiver == phone for code in re.findall(r"\b\d{6}\b", text)
        ]
        return codes[-1]

    def notices(self) -> list[tuple[str, str]]:
        """Receiver and text of every notice in the outbox, as they would arrive."""
        table = self.house.database.flask.metadata.tables["notice"]
        with self.app.app_context(), self.house.database.snapshot() as connection:
            rows = connection.execute(table.select().order_by(table.c.created_at, table.c.id)).all()
        return [
            (
                self._opened(row, "receiver") if row.channel not in ("staff", "inbox") else row.receiver,
                self._opened(row, "text"),
            )
            for row in rows
        ]

    def _opened(self, row: Any, column: str) -> str:
        return self.house.sealer.open(getattr(row, column), table="notice", column=column, row=row.id)

    def hand_in(self, browser: Browser, **changes: Any) -> str:
        """Begin a parcel return and give its number."""
        data = {"parcel_number": "20261118", "name": "王小明", "phone": "13800136021", "weight": 800, "region": "north"}
        answer = browser.post("/api/cases", {"request_id": request_id(), "data": {**data, **changes}})
        assert answer.status_code == 201, answer.text
        return str(answer.json["case"])

    def task(self, browser: Browser, case: str) -> dict[str, Any]:
        """The open task of a case that this person holds or can take, found in their inbox."""
        pages = [browser.get(f"/inbox?tab={tab}&q={case}").text for tab in ("mine", "groups")]
        found = re.search(r'data-key="([0-9a-f]{32})"', "".join(pages))
        assert found, pages[0]
        answer = browser.get(f"/api/tasks/{found.group(1)}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json)

    def complete(self, browser: Browser, task: Mapping[str, Any], **data: Any) -> TestResponse:
        body = {"rev": task["rev"], "request_id": request_id(), "data": data}
        return browser.post(f"/api/tasks/{task['id']}/complete", body)


def request_id() -> str:
    return uuid.uuid4().hex


@pytest.fixture(scope="session")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Assets:
    """A front end that is built as far as templates ask: every entry exists and is empty."""
    folder = tmp_path_factory.mktemp("dist")
    sources = (ROOT / "web" / "frontend" / "src").rglob("entries/*.ts")
    chunks = {f"src/entries/{path.name}": {"file": f"{path.stem}.js", "isEntry": True, "css": []} for path in sources}
    (folder / ".vite").mkdir()
    (folder / ".vite" / "manifest.json").write_text(json.dumps(chunks))
    return Assets(folder)


def settings_for(url: str, home: Path) -> Settings:
    return Settings(
        home=home,
        database_url=url,
        url="http://localhost",
        threads=2,
        secret_keys=("k" * 40,),
        seal_keys={"k1": bytes(range(32))},
        index_key=bytes(range(32, 64)),
        partner_keys={"courier": b"c" * 32},
    )


def populate(app: Flask, moment: datetime) -> dict[str, str]:
    """The people of STAFF, and the parcel pack approved by another person than its author."""
    house: House = app.extensions["yekuo"]
    ids = {}
    with app.test_request_context(), house.database.transaction() as connection:
        for login, (name, roles, regions) in STAFF.items():
            values = {"login": login, "name": name, "number": f"N-{login}", "roles": roles, "regions": regions}
            ids[login] = users.create(connection, values, moment, PASSWORD)
        made = house.engine.deploy(connection, read_pack_folder(PACK), actor=ids["analyst"], now=moment)
        house.engine.approve(connection, made.id, actor=ids["admin"], now=moment)
    with app.app_context():
        house.database.engine.dispose()
    return ids


class Seeds:
    """Populated databases, made once per kind and copied for each test."""

    def __init__(self, templates: Templates, assets: Assets, folder: Path) -> None:
        self._templates, self._assets, self._folder = templates, assets, folder
        self._ids: dict[str, dict[str, str]] = {}
        self._postgres = ""

    def sqlite(self, target: Path) -> tuple[str, dict[str, str]]:
        seed = self._folder / "seed.sqlite"
        if "sqlite" not in self._ids:
            self._ids["sqlite"] = self._populated(self._templates.sqlite(seed))
        shutil.copyfile(seed, target)
        return f"sqlite:///{target}", self._ids["sqlite"]

    def postgres(self, server: Postgres) -> tuple[str, dict[str, str]]:
        if not self._postgres:
            name = self._templates.postgres(server)
            self._ids["postgres"] = self._populated(server.url(name))
            self._postgres = name
        return server.create(self._postgres), self._ids["postgres"]

    def _populated(self, url: str) -> dict[str, str]:
        return populate(create_app(settings_for(url, self._folder), clock=Moment(), assets=self._assets), START)


@pytest.fixture(scope="session")
def seeds(templates: Templates, assets: Assets, tmp_path_factory: pytest.TempPathFactory) -> Seeds:
    return Seeds(templates, assets, tmp_path_factory.mktemp("seeds"))


@pytest.fixture(params=BOTH)
def world(
    request: pytest.FixtureRequest, tmp_path: Path, seeds: Seeds, assets: Assets, quick_passwords: None
) -> Iterator[World]:
    """The house on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        url, ids = seeds.sqlite(tmp_path / "yekuo.sqlite")
        yield from opened(url, tmp_path, ids, assets)
        return
    server: Postgres = request.getfixturevalue("postgres")
    name, ids = seeds.postgres(server)
    yield from opened(server.url(name), tmp_path, ids, assets)
    server.drop(name)


@pytest.fixture
def small_world(tmp_path: Path, seeds: Seeds, assets: Assets, quick_passwords: None) -> Iterator[World]:
    """The house on SQLite alone, for questions that no database answers."""
    url, ids = seeds.sqlite(tmp_path / "yekuo.sqlite")
    yield from opened(url, tmp_path, ids, assets)


def opened(url: str, home: Path, ids: dict[str, str], assets: Assets) -> Iterator[World]:
    clock = Moment()
    app = create_app(settings_for(url, home), clock=clock, assets=assets)
    app.jinja_env.bytecode_cache = COMPILED
    hold(app)
    yield World(app, clock, dict(ids))
    with app.app_context():
        app.extensions["yekuo"].database.engine.dispose()


@pytest.fixture
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real algorithm with the smallest cost: every sign-in would take a sixth of a second otherwise."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("web.auth.passwords._HASHER", quick)
    monkeypatch.setattr("web.auth.passwords._NOBODY", quick.hash("nobody"))
