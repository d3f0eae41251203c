"""The house with the connection pack, served to a real browser, with a customer and somebody of every role."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pytest
from argon2 import PasswordHasher

from forms.sample import Sampler
from tests.conftest import Templates
from tests.serving import served
from tests.web.conftest import PASSWORD, Browser, Moment, World, request_id
from web.app import create_app
from web.auth import certificates, users
from web.clock import Clock
from web.config import Settings
from web.context import House
from web.packfiles import read_pack_folder

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "bpmn" / "connection"
FORMS = ROOT / "forms" / "connection"
#: A Wednesday in office hours.
START = datetime(2026, 11, 18, 1, 30, tzinfo=UTC)
ROLES = ("ACCEPT", "HEAD", "CM", "SURVEY_DISPATCH", "SURVEYOR", "PLANNING", "OM", "GRID_DISPATCH", "FINANCE", "LEGAL")
STAFF = {"author": ("韩雪", ("ANALYST",)), "approver": ("吴海涛", ("ADMIN",)), "clerk": ("陈晓岚", ROLES)}
#: A low-voltage business; the rest of the form is made up.
CHOSEN = {
    "business_type": "new",
    "customer_class": "LV",
    "kva": 80,
    "voltage": "0.38",
    "region": "binjiang",
    "coordinates": "120.1,30.2",
    "phone": "13800136021",
}


@dataclass
class Supply(World):
    """The supply company: what customers and staff do in these tests."""

    url: str = ""
    known: dict[str, Browser] = field(default_factory=dict)

    @cached_property
    def machine(self) -> Clock:
        """One clock for the file: it holds the lease of this database."""
        return Clock(self.app)

    def customer(self, phone: str = "13800136021") -> Browser:
        """Signed in once per phone; the clock moves on, for one address may ask for ten codes in ten minutes."""
        if phone not in self.known:
            self.clock.pass_(minutes=3)
            self.known[phone] = super().customer(phone)
        return self.known[phone]

    def work(self) -> None:
        """Let the machine do all that is due now."""
        with self.app.app_context():
            while self.machine.tick():
                pass

    def apply(self, customer: Browser) -> str:
        """Hand in an application with its papers and give its number."""

        def papers(component: Mapping[str, Any]) -> list[str]:
            kind = component.get("properties", {}).get("document", "other")
            file = (io.BytesIO(b"%PDF-1.4\n%%EOF"), f"{kind}.pdf")
            return [customer.upload("/api/documents", {"file": file, "type": kind}).json["id"]]

        sampler = Sampler(random.Random(7), date(2026, 11, 18), {}, papers)
        data = sampler.fill(json.loads((FORMS / "application.form").read_text("utf-8")), CHOSEN)
        answer = customer.post("/api/cases", {"request_id": request_id(), "data": data})
        assert answer.status_code == 201, answer.text
        return str(answer.json["case"])


@pytest.fixture(scope="module")
def supply(tmp_path_factory: pytest.TempPathFactory, templates: Templates) -> Iterator[Supply]:
    """The house on SQLite, served at `url`; one per file, because tests of pages change little."""
    home = tmp_path_factory.mktemp("supply")
    settings = Settings(
        home=home,
        database_url=templates.sqlite(home / "yekuo.sqlite"),
        url="http://127.0.0.1",
        site="临江供电",
        threads=2,
        secret_keys=("k" * 40,),
        seal_keys={"k1": bytes(range(32))},
        index_key=bytes(range(32, 64)),
    )
    clock = Moment(START)
    app = create_app(settings, clock=clock)
    ids = _people_and_pack(app.extensions["yekuo"], app, clock)
    with served(app) as url:
        yield Supply(app, clock, ids, url)
    with app.app_context():
        app.extensions["yekuo"].database.engine.dispose()


def _people_and_pack(house: House, app: Any, clock: Moment) -> dict[str, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("web.auth.passwords._HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        with app.test_request_context(), house.database.transaction() as connection:
            ids = {}
            for login, (name, roles) in STAFF.items():
                values = {"login": login, "name": name, "number": f"N-{login}", "roles": roles, "regions": ("*",)}
                ids[login] = users.create(connection, values, clock.now, PASSWORD)
            made = house.engine.deploy(connection, read_pack_folder(PACK), actor=ids["author"], now=clock.now)
            house.engine.approve(connection, made.id, actor=ids["approver"], now=clock.now)
            for kind in certificates.kinds(connection):
                paper = {"kind": kind, "number": f"{kind}-1", "valid_until": date(2099, 12, 31)}
                certificates.add(connection, ids["clerk"], paper, ids["approver"], clock.now)
    return ids


#: An acceptance that goes against the first look of the machine, with its reason.
ACCEPTED: Final[Mapping[str, Any]] = {
    "identity_checked": "yes",
    "duplicate_checked": "none",
    "credit_result": "good",
    "reason_code": "verified_with_customer",
    "overrule_reason": "已电话核对，材料与申请一致。",
}


def first_choice(form: object, key: str) -> str:
    """The first answer that a question of a form offers, whatever its words."""
    if isinstance(form, dict):
        if form.get("key") == key:
            return str(form["values"][0]["value"])
        return next((found for part in form.values() if (found := first_choice(part, key))), "")
    if isinstance(form, list):
        return next((found for part in form if (found := first_choice(part, key))), "")
    return ""
