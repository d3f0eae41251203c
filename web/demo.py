"""The demonstration: invented people and some three hundred cases, made by running the process on a virtual past."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final

import click
from flask import Flask
from sqlalchemy import Connection, func, insert, select, update

import bpmn.connection
from bpmn.comparisons import Scope, begin
from bpmn.connection.demonstration import COMPARED, PHONE
from bpmn.player import Play
from engine import Actor, metadata
from web.auth import absences, passwords, staffing, teams, users
from web.auth.codes import customer_of
from web.auth.models import certificate, user
from web.context import House, house
from web.demo_cases import Director, Plan, plans
from web.notify.models import notice
from web.packfiles import read_pack_folder
from web.wording import ZONE, local

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
    ("hvcm", "CM", ("顾伟", "沈洁", "唐明", "董芳", "程亮", "袁媛"), "营销"),
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
_CMS, _HV_CMS, _SURVEYORS = ([f"{word}{n}" for n in range(1, 7)] for word in ("cm", "hvcm", "survey"))
#: Word in the table of teams -> title, phone of the office, members.
_TEAMS: Final[Mapping[str, tuple[str, str, Sequence[str]]]] = {
    "district_station": ("台区供电站", "0527-8436 1001", (*_CMS, *_SURVEYORS)),
    "county_marketing": ("县公司营销班", "0527-8436 1002", (*_CMS, *_SURVEYORS[:3])),
    "city_marketing_hv": ("市公司营销高压班", "0527-8436 1003", (*_HV_CMS, *_SURVEYORS[3:])),
    "key_customer": ("重要客户班", "0527-8436 1004", (*_HV_CMS, *_SURVEYORS[:3])),
}
#: Role -> kind of certificate, number of days from now for which each of its people's is valid, in turn.
_CERTIFICATES: Final[Mapping[str, tuple[str, Sequence[int]]]] = {
    "SURVEYOR": ("survey", (400, 620, 300, 18, 510, 240)),
    "INSPECTOR": ("inspection", (350, 500, 260)),
}
#: Who is away at the end of the story, and who acts in their place.
_AWAY: Final = ("hvcm4", "hvcm1", "年休假")
#: Accounts that the start page of a demonstration names.
_SHOWN: Final = ("accept1", "hvcm1", "survey6", "planning1", "supervise1", "head1", "analyst1", "admin1")


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
    people = _staff(connection, now - timedelta(days=400), now)
    begun = now - timedelta(days=300)
    deployed = parts.engine.deploy(
        connection, read_pack_folder(_PACK), actor=people["admin1"].id, now=begun, note="第一版"
    )
    parts.engine.approve(connection, deployed.id, actor=people["admin2"].id, now=begun)
    for region, kind, process in COMPARED:
        begin(
            connection,
            Scope("connection", region, kind),
            process,
            reason="与滨江区的并行审批对比",
            actor=people["admin1"].id,
            now=begun,
        )
    customer = Actor(customer_of(connection, PHONE))
    director = Director(connection, parts, _by_role(people.values()), customer, deployed.id)
    plays = [director.play(plan, now) for plan in _shown(plans(now, most))]
    _send_away(connection, people, now)
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


def _send_away(connection: Connection, people: Mapping[str, Actor], now: datetime) -> None:
    absent, deputy, reason = _AWAY
    back = datetime.combine(local(now).date() + timedelta(days=5), time(), ZONE)
    values = {"deputy": people[deputy].id, "starts_at": now, "ends_at": back, "reason": reason}
    absences.enter(connection, people[absent].id, values, people[absent].id, now)


def _staff(connection: Connection, now: datetime, until: datetime) -> dict[str, Actor]:
    """Make all accounts with teams and certificates that hold at `until`; their actors by login."""
    hashed = passwords.hash_password(PASSWORD)
    ids: dict[str, str] = {}
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
        ids[person.login] = user_id
    _teams(connection, ids, now)
    _certify(connection, ids, now, until)
    return {login: actor for login, id in ids.items() if (actor := staffing.actor(connection, id, now)) is not None}


def _teams(connection: Connection, ids: Mapping[str, str], now: datetime) -> None:
    for word, (title, phone, logins) in _TEAMS.items():
        members = [ids[login] for login in logins]
        teams.create(
            connection, {"id": word, "title": title, "phone": phone, "regions": _REGIONS, "members": members}, now
        )


def _certify(connection: Connection, ids: Mapping[str, str], now: datetime, until: datetime) -> None:
    for person in _cast():
        kind, spans = _CERTIFICATES.get(person.role, ("", ()))
        if kind:
            number = int(person.login.removeprefix("survey").removeprefix("inspect")) - 1
            last = (until + timedelta(days=spans[number])).date()
            row = {"id": f"demo-{person.login}", "user_id": ids[person.login], "kind": kind, "valid_until": last}
            told = {"number": f"SQ-{kind[:2].upper()}-{1001 + number}", "created_by": ids["admin1"], "created_at": now}
            connection.execute(insert(certificate).values(**row, **told))


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
