"""The demonstration: invented people and about two hundred cases, made by running the process on a virtual past."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import click
from flask import Flask
from sqlalchemy import Connection, func, insert, select, update

import bpmn.connection
from bpmn.connection import Desk, Notice
from bpmn.connection.demonstration import STORIES, Story
from bpmn.player import House as Stage
from bpmn.player import Play, later
from engine import ALL, Actor, Engine, Handlers, metadata
from engine.escalation import sweep
from web.auth import passwords, users
from web.auth.codes import customer_of
from web.auth.models import party, user
from web.context import House, house
from web.desk import make_desk
from web.notify import escalations
from web.notify.models import notice
from web.packfiles import read_pack_folder

#: One password for all invented people; it exists in demonstrations only.
PASSWORD: Final = "yekuo-demo-2026"
#: Phone of the invented customer to whom the first cases belong.
PHONE: Final = "13800138000"
#: Cases of that customer, so that every page of the portal has something to show.
OWN_CASES: Final = 8
_SEED: Final = 20261120
_PACK: Final = Path(bpmn.connection.__file__).parent
_REGIONS: Final = ("binjiang", "chengdong", "kaifa")
_INSTANCE: Final = metadata.tables["instance"]

#: Login, name, roles, department, staff number; people of regions get one account per region and name.
_REGIONAL: Final[Sequence[tuple[str, str, Sequence[str], str]]] = (
    ("accept", "ACCEPT", ("何静", "罗敏", "孙佳"), "营销"),
    ("cm", "CM", ("陈晓岚", "周立", "王建国", "赵敏", "林海", "高洋"), "营销"),
    ("survey", "SURVEYOR", ("刘洋", "李志强", "徐明", "马文博", "胡海涛", "朱立"), "营销"),
    ("inspect", "INSPECTOR", ("吴强", "黄丽华", "郭明"), "营销"),
)
_CENTRAL: Final[Sequence[tuple[str, str, Sequence[str], str]]] = (
    ("dispatch", "SURVEY_DISPATCH", ("张雪", "杨帆"), "营销"),
    ("planning", "PLANNING", ("韩雪", "陈建军"), "规划"),
    ("om", "OM", ("李志远", "王磊"), "运检"),
    ("grid", "GRID_DISPATCH", ("赵刚", "孙宇"), "调度"),
    ("design", "DESIGN_REVIEW", ("周文", "吴迪"), "设计"),
    ("works", "CONSTRUCTION", ("徐涛", "何勇"), "施工"),
    ("meter", "METERING", ("马丽", "朱军"), "计量"),
    ("finance", "FINANCE", ("胡敏", "林芳"), "财务"),
    ("legal", "LEGAL", ("高远", "罗静"), "合规"),
    ("supervise", "SUPERVISION", ("郑明", "谢芳"), "监督"),
    ("head", "HEAD", ("王科", "李科"), "各部门"),
    ("manager", "MANAGER", ("陈总",), "公司"),
    ("analyst", "ANALYST", ("韩冰",), "数字化"),
    ("admin", "ADMIN", ("管理员甲", "管理员乙"), "数字化"),
)
#: Accounts that the start page of a demonstration names.
_SHOWN: Final = ("accept1", "cm1", "survey1", "planning1", "supervise1", "head1", "analyst1", "admin1")


@dataclass(frozen=True)
class Person:
    """One invented member of staff."""

    login: str
    name: str
    role: str
    department: str
    regions: tuple[str, ...]


def load(app: Flask) -> None:
    """Fill an empty installation; say who can sign in. A database that has cases is left alone."""
    parts: House = house()
    with app.test_request_context(), parts.database.transaction() as connection:
        if connection.scalar(select(func.count()).select_from(_INSTANCE)) == 0:
            _fill(connection, parts)
    click.echo(_who())


def _fill(connection: Connection, parts: House) -> None:
    now, rng = parts.clock(), random.Random(_SEED)
    people = _staff(connection, now - timedelta(days=400))
    begun = now - timedelta(days=300)
    deployed = parts.engine.deploy(
        connection, read_pack_folder(_PACK), actor=people["admin1"].id, now=begun, note="第一版"
    )
    parts.engine.approve(connection, deployed.id, actor=people["admin2"].id, now=begun)
    customer = Actor(customer_of(connection, PHONE))
    director = _Director(connection, parts, _by_role(people.values()), customer, deployed.id, now, rng)
    plays = [play for story in _shuffled(rng) for play in director.tell(story)]
    _own(connection, plays, customer.id, now)
    # Nobody is told today of what happened in an invented past.
    connection.execute(update(notice).values(state="sent", sent_at=notice.c.created_at))


def _shuffled(rng: random.Random) -> Iterable[Story]:
    """Stories in an order that mixes numbers and places, with progress shown."""
    stories = rng.sample(list(STORIES), len(STORIES))
    with click.progressbar(stories, label="Running the demonstration's cases") as shown:
        yield from shown


class _Director:
    """Plays each story as often as it says, ending close to now."""

    def __init__(
        self,
        connection: Connection,
        parts: House,
        people: Mapping[str, Sequence[Actor]],
        customer: Actor,
        deployment_id: str,
        now: datetime,
        rng: random.Random,
    ) -> None:
        self._connection, self._deployment_id = connection, deployment_id
        self._now, self._rng = now, rng
        self._broken = False
        desk = make_desk(parts.sealer, parts.settings.documents)
        engine = Engine(self._handlers(desk, parts), parts.engine.checks)
        self._stage = Stage(engine, parts.sealer, parts.settings.documents, people, customer, sweep)

    def _handlers(self, desk: Desk, parts: House) -> Handlers:
        handlers = Handlers()

        def notify(connection: Connection, told: Notice) -> None:
            if self._broken and told.subject != "registered":
                raise ConnectionError("短信网关没有应答（演示用的故障）")
            desk.notify(connection, told)

        bpmn.connection.install(handlers, replace(desk, notify=notify))
        escalations.install(handlers, parts.sealer)
        return handlers

    def tell(self, story: Story) -> list[Play]:
        """Play a story; the first case shows how many actions it takes, the others begin accordingly later."""
        self._broken = story.broken
        plays: list[Play] = []
        for number in range(story.count):
            actions = plays[0].actions if plays else 24
            resting = timedelta(days=story.rest if number == 0 or story.all_rest else 0)
            plays.append(self._play(story, actions, resting))
        return plays

    def _play(self, story: Story, actions: int, resting: timedelta) -> Play:
        hours = self._rng.uniform(1.5, 3.5)
        # An office day has about eight hours, a week five of them.
        took = timedelta(days=actions * hours / 8 * 7 / 5 + self._rng.uniform(0.3, 1.2))
        moment = later(self._now - resting - took, 0)
        play = Play(self._stage, self._connection, story, self._rng)
        play.apply("intake", "MSG_APPLICATION_SUBMITTED", "application", self._deployment_id, moment)
        while play.settled_at is None:
            moment = min(later(moment, hours * self._rng.uniform(0.5, 1.5)), max(moment, self._now - resting))
            if not play.act(moment) and play.settled_at is None:
                break
        play.rest(moment, self._now)
        return play


def _own(connection: Connection, plays: Sequence[Play], customer_id: str, now: datetime) -> None:
    """Some running cases belong to the invented customer who can sign in."""
    chosen = [play for play in plays if play.script.halts(frozenset(_CUSTOMER_TURNS), {})][:OWN_CASES]
    rows = [
        {"business_key": play.number, "user_id": customer_id, "relation": "customer", "created_at": now}
        for play in chosen
    ]
    connection.execute(insert(party), rows)


#: Places where it is the customer's turn.
_CUSTOMER_TURNS: Final = ("rt_documents", "on_confirmed", "rt_design", "rt_completion", "rt_contract", "ut_plan_draft")


def _staff(connection: Connection, now: datetime) -> dict[str, Any]:
    """Make all accounts; their actors by login."""
    hashed = passwords.hash_password(PASSWORD)
    actors: dict[str, Any] = {}
    for number, person in enumerate(_cast()):
        values = {
            "login": person.login,
            "name": person.name,
            "number": f"{3301:04d}{number:04d}",
            "department": person.department,
            "roles": [person.role],
            "regions": person.regions,
        }
        user_id = users.create(connection, values, now)
        connection.execute(update(user).where(user.c.id == user_id).values(password=hashed))
        regions = ALL if person.regions == ("*",) else frozenset(person.regions)
        actors[person.login] = Actor(user_id, frozenset({person.role}), regions)
    return actors


def _cast() -> Iterable[Person]:
    for login, role, names, department in _REGIONAL:
        for number, name in enumerate(names):
            yield Person(f"{login}{number + 1}", name, role, department, (_REGIONS[number % len(_REGIONS)],))
    for login, role, names, department in _CENTRAL:
        for number, name in enumerate(names):
            yield Person(f"{login}{number + 1}", name, role, department, ("*",))


def _by_role(actors: Iterable[Actor]) -> dict[str, list[Actor]]:
    found: dict[str, list[Actor]] = {}
    for actor in actors:
        for role in actor.groups:
            found.setdefault(role, []).append(actor)
    return found


def _who() -> str:
    shown = [person for person in _cast() if person.login in _SHOWN]
    lines = [f"  {person.login:<12}{person.name}  {person.role}" for person in shown]
    head = f"可以这样登录 / who can sign in (password {PASSWORD}):"
    customer = f"客户 / customer: {PHONE}，验证码显示在这里 / the code is printed here"
    return "\n".join((head, *lines, customer))
