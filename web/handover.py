"""Handing tasks to others: who can take one, how busy and how qualified they are, and doing it for many at once.

This is the door for everybody who gives tasks to others: pages, escalation steps, and the leaving of a colleague.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection, Row, literal_column, select

from engine import Actor, Engine, errors, metadata, queries
from engine.damage import known_variables
from engine.people import Load, NamedStep, least_busy, named_steps, obstacles, open_cases, workload
from web.auth import absences, certificates, staffing, users
from web.errors import Invalid
from web.packs import active_packs, role_title
from web.people import name_of
from web.wording import day_text, listed

_KEEPER = metadata.tables["keeper"]
#: Counting all open tasks needs no moment; any will do.
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_TASK = metadata.tables["task"]
_INSTANCE = metadata.tables["instance"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who has the role of a task and works for its region."""

    id: str
    name: str
    number: str
    department: str
    load: Load
    #: In the team to which the task belongs.
    in_team: bool
    #: Until when they are away; empty if they are here.
    absent: str
    #: Certificates in words, the doubtful ones only.
    certificates: str
    #: What keeps them from taking it, in words for whoever chooses; empty if nothing does.
    obstacle: str

    @property
    def fit(self) -> bool:
        return not self.obstacle


@dataclass(frozen=True, slots=True)
class Choice:
    """A later step for which a task names somebody by staff number."""

    step: str
    field: str
    people: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one task."""

    task_id: str
    name: str
    case: str
    ok: bool
    #: Who has it now, or why nothing changed.
    text: str


def candidates(connection: Connection, task: queries.Task, now: datetime) -> list[Candidate]:
    """Everybody with the role in the region but the holder: the team before others, then who has least to do."""
    able = users.holders(connection, task.candidate_groups, task.region)
    able += [one for name in task.candidate_users for one in users.accounts(connection, only=name)]
    people = {one.id: one for one in able if one.id != task.assignee and one.state == "active"}
    workers = staffing.actors(connection, list(people), now)
    hindered = obstacles(connection, task, workers, now)
    reasons = {id: refusal(connection, error, now) for id, error in hindered.items() if error is not None}
    near = frozenset(team for _role, team in task.candidate_teams)
    found = _described(connection, workers, people, near, reasons, now)
    return sorted(found, key=lambda one: (not one.fit, not one.in_team, bool(one.absent), one.load.open, one.name))


def _described(
    connection: Connection,
    workers: Sequence[Actor],
    people: Mapping[str, users.Account],
    near: frozenset[str],
    reasons: Mapping[str, str],
    now: datetime,
) -> list[Candidate]:
    """People with their load, absence and certificates; `near` are the teams that go first."""
    loads, away = workload(connection, people, now), absences.of_people(connection, people, now)
    papers = certificates.of_people(connection, people, now)

    def described(one: Actor, account: users.Account) -> Candidate:
        named = (one.id, account.name, account.number, account.department)
        absent = day_text(away[one.id].last_day, now) if one.id in away else ""
        words = (absent, doubtful(papers.get(one.id, ()), now), reasons.get(one.id, ""))
        return Candidate(*named, loads.get(one.id, Load()), bool(one.teams & near), *words)

    return [described(one, people[one.id]) for one in workers if one.id in people]


def colleagues(connection: Connection, role: str, region: str, but: str, now: datetime) -> list[Candidate]:
    """Holders of a role in a region except one person, those of their teams first: to look after a case."""
    able = staffing.PEOPLE.people(connection, role, region, "", now)
    workers = [one for one in able if one.id != but]
    near = frozenset[str]().union(*(one.teams for one in able if one.id == but))
    people = {one.id: one for one in users.holders(connection, [role], region)}
    found = _described(connection, workers, people, near, {}, now)
    return sorted(found, key=lambda one: (not one.in_team, bool(one.absent), one.load.open, one.name))


def namable(connection: Connection, task: queries.Task, fields: Collection[str], now: datetime) -> list[Choice]:
    """The steps for which this task names somebody in one of its fields, and who can be named."""
    variables = known_variables(connection, task.instance_id, now=now, token=task.token)
    steps = named_steps(connection, task.deployment_id, task.process_id, variables)
    return [
        Choice(step.name, step.variable, tuple(candidates(connection, _as_task(task, step), now)))
        for step in steps
        if step.variable in fields
    ]


def _as_task(task: queries.Task, step: NamedStep) -> queries.Task:
    """The step as if it were open and free already."""
    free = replace(task, element=step.element, name=step.name, assignee="", candidate_users=())
    return replace(free, candidate_groups=step.roles, candidate_teams=step.teams)


def doubtful(papers: Iterable[certificates.Certificate], now: datetime) -> str:
    """Certificates that have run out or soon will, in words."""
    words = {"expired": _("%(kind)s已过期"), "expiring": _("%(kind)s %(day)s 到期")}
    return listed(
        words[one.state] % {"kind": one.title, "day": day_text(one.valid_until, now)}
        for one in papers
        if one.state in words
    )


def best(connection: Connection, task: queries.Task, now: datetime) -> Candidate | None:
    """To whom a task goes when nobody chooses: the first who can take it and is here; None if there is nobody."""
    return next((one for one in candidates(connection, task, now) if one.fit and not one.absent), None)


def reassign(
    engine: Engine,
    connection: Connection,
    task_id: str,
    receiver_id: str,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> str:
    """Hand one task to somebody who may do it (the best one if no receiver is named); their id.

    Raises:
        Invalid: The receiver has not the role, does not work for the region, or there is nobody at all.
        OwnWork, NotQualified: Four eyes or a certificate keep the receiver from it.
    """
    task = queries.task(connection, task_id)
    if not receiver_id:
        chosen = best(connection, task, now)
        if chosen is None:
            raise Invalid(_("没有别人可以接这个任务。"), _("请管理员补充班组成员、岗位或资格证书。"))
        receiver_id = chosen.id
    receiver = receiver_of(connection, task, receiver_id, now)
    engine.assign(connection, task_id, receiver, reason=reason, actor=actor, now=now)
    return receiver_id


def receiver_of(connection: Connection, task: queries.Task, user_id: str, now: datetime) -> Actor:
    """The receiver as the engine knows them, if they have a role of the task and work for its region."""
    found = staffing.actor(connection, user_id, now)
    named = user_id in task.candidate_users
    able = found is not None and found.covers(task.region) and found.groups & set(task.candidate_groups)
    if found is None or not (able or named):
        text = _("从名单里选一位有这项职责、管这个区域的同事。")
        raise Invalid(_("不能转给这个人。"), text, {"assignee": [text]})
    return found


def reassign_many(
    engine: Engine,
    connection: Connection,
    task_ids: Sequence[str],
    receiver_id: str,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> list[Outcome]:
    """Hand tasks on one by one; those that cannot go stay where they are and say why."""
    return [_attempt(engine, connection, task_id, receiver_id, reason, actor, now) for task_id in sorted(set(task_ids))]


def _attempt(
    engine: Engine, connection: Connection, task_id: str, receiver_id: str, reason: str, actor: Actor, now: datetime
) -> Outcome:
    task = queries.task(connection, task_id)
    try:
        with connection.begin_nested():
            taken = reassign(engine, connection, task_id, receiver_id, reason=reason, actor=actor, now=now)
    except Invalid as error:
        return Outcome(task.id, task.name, task.business_key, False, f"{error.title}{error.remedy}")
    except errors.TaskAlreadyCompleted:
        return Outcome(task.id, task.name, task.business_key, False, _("已经办结或收回，不用再转。"))
    except errors.NotAllowed as error:
        return Outcome(task.id, task.name, task.business_key, False, refusal(connection, error, now))
    return Outcome(task.id, task.name, task.business_key, True, name_of(taken))


@dataclass(frozen=True, slots=True)
class Leaving:
    """Why and by whom everything of somebody is handed over, and to whom; no receiver means the least busy."""

    user_id: str
    receiver_id: str
    reason: str
    actor: Actor
    now: datetime


def leave(engine: Engine, connection: Connection, leaving: Leaving) -> list[Outcome]:
    """Hand over everything of somebody who leaves: the cases they look after, then the tasks they hold.

    Without a receiver each case and task goes to the least busy of its team. What nobody can take is told.
    """
    kept = select(_KEEPER).where(_KEEPER.c.user_id == leaving.user_id, _KEEPER.c.closed_at.is_(None))
    told = [_case(engine, connection, row, leaving) for row in connection.execute(kept).all()]
    held = [task.id for task in held_by(connection, leaving.user_id)]
    more: dict[str, Any] = {"reason": leaving.reason, "actor": leaving.actor, "now": leaving.now}
    return told + reassign_many(engine, connection, held, leaving.receiver_id, **more)


def held_by(connection: Connection, user_id: str) -> tuple[queries.Task, ...]:
    """The open tasks that somebody holds, the first to be due first."""
    held = (_TASK.c.assignee == user_id) & (_TASK.c.assignee != literal_column("''"))
    return queries.tasks(connection, where=held & (_TASK.c.state == literal_column("'open'")), limit=1_000)


def belongings(connection: Connection, user_id: str) -> tuple[int, int]:
    """How many open tasks somebody holds, and how many open cases they look after."""
    load = workload(connection, [user_id], _ANY_TIME).get(user_id, Load())
    return load.open, open_cases(connection, [user_id]).get(user_id, 0)


def receivers(connection: Connection, tasks: Sequence[queries.Task], user_id: str, now: datetime) -> list[Candidate]:
    """Who could take some of these tasks of somebody; what keeps one from a task is said when it is tried."""
    found: dict[str, Candidate] = {}
    kinds = {(task.candidate_groups, task.candidate_users, task.region, task.candidate_teams): task for task in tasks}
    for task in kinds.values():
        for one in candidates(connection, task, now):
            if one.id != user_id and (one.id not in found or not found[one.id].fit):
                found[one.id] = one
    return sorted(found.values(), key=lambda one: (bool(one.absent), one.load.open, one.name))


def _case(engine: Engine, connection: Connection, kept: Row[Any], leaving: Leaving) -> Outcome:
    """Let somebody else of the role look after a case."""
    query = select(_INSTANCE.c.id, _INSTANCE.c.region).where(_INSTANCE.c.business_key == kept.business_key)
    place = connection.execute(query.order_by(_INSTANCE.c.started_at).limit(1)).one()
    team = "" if leaving.receiver_id else kept.team
    able = staffing.PEOPLE.people(connection, kept.role, place.region, team, leaving.now)
    left = [one for one in able if one.id != leaving.user_id and leaving.receiver_id in ("", one.id)]
    chosen, title = least_busy(connection, left), role_title(active_packs(connection), kept.role)
    if chosen is None:
        return Outcome("", title, kept.business_key, False, _("没有同岗位、管这个区域的同事可以接。"))
    more: dict[str, Any] = {"reason": leaving.reason, "actor": leaving.actor, "now": leaving.now}
    engine.hand_case(connection, place.id, kept.role, chosen, **more)
    return Outcome("", title, kept.business_key, True, name_of(chosen.id))


def refusal(connection: Connection, error: errors.NotAllowed, now: datetime) -> str:
    """Why somebody may not do a task, in words that speak of them by name."""
    if isinstance(error, errors.OwnWork):
        return _("「%(step)s」由%(name)s办理，不能由同一人审核。", step=error.done, name=name_of(error.by))
    if isinstance(error, errors.NotQualified):
        kind = certificates.title_of(active_packs(connection), error.kind)
        if error.until is None:
            return _("%(name)s没有登记%(kind)s。", name=name_of(error.actor), kind=kind)
        day = day_text(error.until, now)
        return _("%(name)s的%(kind)s已于 %(day)s 到期。", name=name_of(error.actor), kind=kind, day=day)
    return _("这一步不归%(name)s办。", name=name_of(error.actor))


def others(connection: Connection, task_id: str, now: datetime, most: int = 3) -> str:
    """Names of those who may do a task instead, the fittest first; empty if there is nobody."""
    found = candidates(connection, queries.task(connection, task_id), now)
    return listed([one.name for one in found if one.fit and not one.absent][:most])
