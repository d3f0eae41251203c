"""The whole site for the browser: database, web server, SMS gateway, and a clock that only tests move."""

from __future__ import annotations

import io
import json
import logging
import re
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs
from wsgiref.types import StartResponse, WSGIEnvironment
from zoneinfo import ZoneInfo

import structlog
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import Connection, update

from engine import queries
from tests.conftest import Templates
from tests.serving import served
from web.app import create_app
from web.auth import certificates, users
from web.auth.models import user
from web.auth.partners import signature
from web.clock import Clock
from web.config import Settings
from web.context import House
from web.observation import configure_logging
from web.packfiles import read_pack_folder

ROOT: Final = Path(__file__).resolve().parents[2]
CONNECTION: Final = ROOT / "bpmn" / "connection"
PARCEL: Final = ROOT / "tests" / "web" / "packs" / "parcel"
PASSWORD: Final = "Spring-rain-7-lanterns"
#: A Wednesday in office hours.
START: Final = datetime(2026, 11, 18, 1, 30, tzinfo=UTC)
PARTNER: Final = "bank"
_PARTNER_KEY: Final = bytes(range(64, 96))
ZONE: Final = ZoneInfo("Asia/Shanghai")
_OPENS, _CLOSES = time(8, 45), time(17, 0)
#: The clock of the site goes no further at once, so that deadlines meet their steps in order.
_STEP: Final = timedelta(hours=8)
#: Rounds in which everything that is due must have been done.
_ROUNDS: Final = 50

#: Names of the two people of each role; their logins are the role in small letters and a number.
CONNECTION_STAFF: Final[Mapping[str, Sequence[str]]] = {
    "ACCEPT": ("何静", "罗敏"),
    "CM": ("陈晓岚", "周立"),
    "SURVEY_DISPATCH": ("张雪", "杨帆"),
    "SURVEYOR": ("刘洋", "李志强"),
    "PLANNING": ("韩雪", "陈建军"),
    "OM": ("李志远", "王磊"),
    "GRID_DISPATCH": ("赵刚", "孙宇"),
    "DESIGN_REVIEW": ("周文", "吴迪"),
    "CONSTRUCTION": ("徐涛", "何勇"),
    "METERING": ("马丽", "朱军"),
    "FINANCE": ("胡敏", "林芳"),
    "LEGAL": ("高远", "罗静"),
    "INSPECTOR": ("吴强", "黄丽华"),
    "SUPERVISION": ("郑明", "谢芳"),
    "HEAD": ("王科", "李科"),
    "MANAGER": ("陈总", "何总"),
}
PARCEL_STAFF: Final[Mapping[str, Sequence[str]]] = {
    "DESK": ("窗口甲", "窗口乙"),
    "WAREHOUSE": ("库管员", "库管员乙"),
    "LEAD": ("店长", "副店长"),
}


class Gateway:
    """The operator that carries text messages: it takes what the site sends and keeps it by number."""

    def __init__(self) -> None:
        self.texts: list[tuple[str, str]] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        sent = parse_qs(environ["QUERY_STRING"])
        self.texts.append((sent["to"][0], sent["text"][0]))
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]


@dataclass
class Site:
    """A running installation and what tests do with it beside the browser."""

    app: Flask
    url: str
    home: Path
    gateway: Gateway
    log: io.StringIO
    moment: datetime = START
    _clock: Clock = field(init=False)

    def now(self) -> datetime:
        return self.moment

    def start(self) -> None:
        self._clock = Clock(self.app)

    @property
    def house(self) -> House:
        found: House = self.app.extensions["yekuo"]
        return found

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self.app.app_context(), self.house.database.snapshot() as connection:
            yield connection

    # --- time --------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Let the clock do everything that is due at this moment."""
        for _ in range(_ROUNDS):
            with self.app.test_request_context():
                if self._clock.tick() + self._clock.sweep() == 0:
                    return
        raise AssertionError("The clock finds something due again and again.")

    def pass_time(self, **span: float) -> None:
        """Move the clock on; what comes due on the way is done on the way."""
        self.pass_until(self.moment + timedelta(**span))

    def pass_until(self, until: datetime) -> None:
        while self.moment < until:
            self.moment = min(self.moment + _STEP, until)
            self.settle()

    def work_hours(self, hours: float) -> None:
        """Move the clock on, to the next morning in the office when the day is over."""
        local = (self.moment + timedelta(hours=hours)).astimezone(ZONE)
        if local.time() > _CLOSES:
            local = datetime.combine(local.date() + timedelta(days=1), _OPENS, ZONE)
        while local.weekday() > 4:
            local += timedelta(days=1)
        self.pass_until(local.astimezone(UTC))

    # --- what machines outside do ------------------------------------------------------------------

    def last_code(self, phone: str) -> str:
        """The sign-in code that this phone got last."""
        self.settle()
        codes: list[str] = [
            code for to, text in self.gateway.texts if to == phone for code in re.findall(r"\b\d{6}\b", text)
        ]
        return codes[-1]

    def send_as_partner(self, case: str, message: str, message_id: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """A signed message of the bank, over the network as it would send it."""
        path = "/api/messages"
        body = json.dumps({"case": case, "message": message, "message_id": message_id, "data": data}).encode()
        stamp = str(int(self.moment.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "X-Partner": PARTNER,
            "X-Timestamp": stamp,
            "X-Signature": signature(_PARTNER_KEY, "POST", path, stamp, body),
        }
        with urllib.request.urlopen(urllib.request.Request(self.url + path, body, headers), timeout=10) as answer:
            found: dict[str, Any] = json.loads(answer.read())
        return found

    # --- what tests ask of the tables --------------------------------------------------------------

    def instance(self, case: str) -> queries.Instance:
        """The entry instance of a case."""
        with self.reading() as connection:
            found: queries.Instance = min(
                queries.instances(connection, business_key=case), key=lambda one: one.started_at
            )
        return found

    def open_tasks(self, case: str) -> set[str]:
        """Elements of the case's open tasks."""
        with self.reading() as connection:
            return {task.element for task in queries.tasks(connection, business_key=case, state="open")}


@contextmanager
def site(home: Path, templates: Templates, pack: Path, staff: Mapping[str, Sequence[str]]) -> Iterator[Site]:
    """A running site with one approved pack and two people of every role of it."""
    log, gateway = io.StringIO(), Gateway()
    with _logging_into(log), served(gateway) as gateway_url:
        settings = _settings(home, templates.sqlite(home / "yekuo.sqlite"), f"{gateway_url}/?to={{to}}&text={{text}}")
        # The clock is the site's own, which exists only after the application.
        made: list[Site] = []
        app = create_app(settings, clock=lambda: made[0].now() if made else START)
        with served(app) as url:
            made.append(Site(app, url, home, gateway, log))
            _populate(app, pack, staff)
            made[0].start()
            yield made[0]
        with app.app_context():
            app.extensions["yekuo"].database.engine.dispose()


def _settings(home: Path, database_url: str, sms_url: str) -> Settings:
    return Settings(
        home=home,
        database_url=database_url,
        threads=4,
        secret_keys=("k" * 40,),
        seal_keys={"k1": bytes(range(32))},
        index_key=bytes(range(32, 64)),
        partner_keys={PARTNER: _PARTNER_KEY},
        sms_url=sms_url,
    )


def _populate(app: Flask, pack: Path, staff: Mapping[str, Sequence[str]]) -> None:
    house: House = app.extensions["yekuo"]
    # The real algorithm with the smallest cost: its work factor is not what these tests look at.
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with app.test_request_context(), house.database.transaction() as connection:
        ids = {}
        for role, names in {**staff, "ANALYST": ("韩冰", "李蕾"), "ADMIN": ("管理员甲",)}.items():
            for number, name in enumerate(names, 1):
                login = f"{role.lower()}{number}"
                values = {"login": login, "name": name, "number": f"N-{login}", "roles": (role,), "regions": ("*",)}
                ids[login] = users.create(connection, values, START)
        connection.execute(update(user).values(password=hashed))
        made = house.engine.deploy(connection, read_pack_folder(pack), actor=ids["analyst1"], now=START)
        house.engine.approve(connection, made.id, actor=ids["admin1"], now=START)
        for kind in certificates.kinds(connection):
            for login, user_id in ids.items():
                paper = {"kind": kind, "number": f"{kind}-{login}", "valid_until": START.date() + timedelta(days=900)}
                certificates.add(connection, user_id, paper, ids["admin1"], START)


@contextmanager
def _logging_into(stream: io.StringIO) -> Iterator[None]:
    """The log as an installation writes it, kept to be searched; the log of pytest comes back afterwards."""
    root, known = logging.getLogger(), structlog.get_config()
    handlers, level = list(root.handlers), root.level
    for handler in handlers:
        root.removeHandler(handler)  # else it would be closed
    with redirect_stderr(stream):
        configure_logging("INFO")
    try:
        yield
    finally:
        for handler in list(root.handlers):
            root.removeHandler(handler)
        for handler in handlers:
            root.addHandler(handler)
        root.setLevel(level)
        structlog.configure(**known)
