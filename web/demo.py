"""The demonstration: invented people and about two hundred cases, made by running the process on a virtual past."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import click
from flask import Flask
from sqlalchemy import Connection, func, select, update

import bpmn.connection
from bpmn.connection.demonstration import PHONE
from bpmn.player import Play
from engine import ALL, Actor, metadata
from web.auth import passwords, users
from web.auth.codes import customer_of
from web.auth.models import user
from web.context import House, house
from web.demo_cases import Director, Plan, plans
from web.notify.models import notice
from web.packfiles import read_pack_folder

#: One password for all invented people; it exists in demonstrations only.
PASSWORD: Final = "yekuo-demo-2026"
#: Cases between two lines of progress in a log.
_EVERY: Final = 25
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
            fill(connection, parts)
    click.echo(_who())


def fill(connection: Connection, parts: House, most: int | None = None) -> list[Play]:
    """Make the people, put the pack into force and play its cases, at most ``most`` of each story."""
    now = parts.clock()
    people = _staff(connection, now - timedelta(days=400))
    begun = now - timedelta(days=300)
    deployed = parts.engine.deploy(
        connection, read_pack_folder(_PACK), actor=people["admin1"].id, now=begun, note="第一版"
    )
    parts.engine.approve(connection, deployed.id, actor=people["admin2"].id, now=begun)
    customer = Actor(customer_of(connection, PHONE))
    director = Director(connection, parts, _by_role(people.values()), customer, deployed.id)
    plays = [director.play(plan, now) for plan in _shown(plans(now, most))]
    # Nobody is told today of what happened in an invented past.
    connection.execute(update(notice).values(state="sent", sent_at=notice.c.created_at))
    return plays


def _shown(cases: Sequence[Plan]) -> Iterator[Plan]:
    """The cases, with progress on the way: a bar at a terminal, a line now and then in a log."""
    label = "演示案件 / cases of the demonstration"
    if sys.stdout.isatty():
        with click.progressbar(cases, label=label) as bar:
            yield from bar
        return
    for number, plan in enumerate(cases):
        if number % _EVERY == 0:
            click.echo(f"{label}: {number} / {len(cases)}")
        yield plan


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
