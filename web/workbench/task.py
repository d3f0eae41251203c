"""The page of one task: its form, and beside it what one needs to decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import queries
from web.api import drafts
from web.api.filling import Filling
from web.auth import masks, scope, users
from web.auth.person import Person
from web.guides import guide_of
from web.people import name_of
from web.timing import of_tasks
from web.wording import Timing, moment_text
from web.workbench.inbox import Link


@dataclass(frozen=True, slots=True)
class Place:
    """n of N in one's own list, and its neighbours."""

    number: int
    count: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody a task can be given to."""

    id: str
    name: str
    department: str
    open: int


@dataclass(frozen=True, slots=True)
class TaskPage:
    """Everything the template says."""

    id: str
    key: str
    name: str
    party: str
    state: str
    rev: int
    timing: Timing
    closed: str
    suspended: str
    held_by: str
    mine: bool
    takeable: bool
    form: Mapping[str, Any] | None
    data: Mapping[str, Any]
    variables: Mapping[str, Any]
    guide: tuple[str, ...]
    receivers: tuple[Receiver, ...]
    place: Place | None
    context: str
    context_tabs: tuple[Link, ...]


def task_page(connection: Connection, who: Person, task_id: str, context: str, now: datetime) -> TaskPage:
    """The page of a task; the caller has checked the scope."""
    task = queries.task(connection, task_id)
    mine = task.state == "open" and task.assignee == who.id and not who.suspended
    names = masks.parties(connection, masks.lens_of(connection, who), [task.business_key])
    return TaskPage(
        id=task.id,
        key=task.business_key,
        name=task.name,
        party=names.get(task.business_key, "") or task.title,
        state=task.state,
        rev=task.rev,
        timing=of_tasks(connection, [task], now)[task.id],
        closed=_closed(task, now),
        suspended=who.state_reason if who.suspended else "",
        held_by=_held_by(task, who),
        mine=mine,
        takeable=not who.suspended and scope.may_take(connection, who, task.id),
        guide=guide_of(connection, task),
        receivers=_receivers(connection, who, task, mine),
        place=_place(connection, who, task, now),
        context=context,
        context_tabs=_context_tabs(task.id, context, len(queries.documents(connection, task.business_key))),
        **_form(connection, who, task, mine),
    )


def _form(connection: Connection, who: Person, task: queries.Task, mine: bool) -> dict[str, Any]:
    """The form with what is known, and over it what this person has typed before."""
    filling = Filling.of_task(connection, task, who)
    draft = drafts.of_task(connection, task.id, who.id) if mine else None
    typed = draft["data"] if draft else {}
    return {"form": filling.document, "data": {**filling.own, **typed}, "variables": filling.shown}


def _held_by(task: queries.Task, who: Person) -> str:
    others = task.state == "open" and task.assignee not in ("", who.id)
    return name_of(task.assignee) if others else ""


def _closed(task: queries.Task, now: datetime) -> str:
    if task.state == "open" or task.closed_at is None:
        return ""
    at = moment_text(task.closed_at, now)
    if task.state == "cancelled":
        return _("流程已在 %(at)s 收回这个任务。", at=at)
    return _("%(who)s 已在 %(at)s 办结。", who=name_of(task.closed_by), at=at)


def _receivers(connection: Connection, who: Person, task: queries.Task, mine: bool) -> tuple[Receiver, ...]:
    """Everybody else who could do it; only for its holder and for those who may assign."""
    if task.state != "open" or not (mine or who.may("assign")):
        return ()
    candidates = users.holders(connection, task.candidate_groups, task.region)
    load = users.open_tasks(connection, [account.id for account in candidates])
    return tuple(
        Receiver(account.id, account.name, account.department, load.get(account.id, 0))
        for account in candidates
        if account.id not in (who.id if mine else "", task.assignee)
    )


def _place(connection: Connection, who: Person, task: queries.Task, now: datetime) -> Place | None:
    ids = [row.id for row in queries.inbox(connection, who.actor(), "mine", now=now, limit=200).tasks]
    if task.id not in ids:
        return None
    at = ids.index(task.id)
    return Place(at + 1, len(ids), ids[at - 1] if at else "", ids[at + 1] if at + 1 < len(ids) else "")


def _context_tabs(task_id: str, current: str, documents: int) -> tuple[Link, ...]:
    labels = (
        ("case", _("案情"), None),
        ("documents", _("材料"), documents),
        ("record", _("记录"), None),
        ("guide", _("作业指导"), None),
    )
    return tuple(
        Link(label, url_for("workbench.task", task_id=task_id, context=key), count, key == current)
        for key, label, count in labels
    )
