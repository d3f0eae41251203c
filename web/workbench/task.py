"""The page of one task: its form, and beside it what one needs to decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import queries
from engine.submission import submissions
from forms import Form
from web import handover
from web.api import drafts
from web.api.filling import Filling
from web.auth import masks, scope
from web.auth.person import Person
from web.guides import guide_of
from web.people import name_of
from web.timing import of_tasks
from web.wording import Timing, lasting, moment_text
from web.workbench.case import damages_of
from web.workbench.inbox import Link
from web.workbench.peek import obstacle_of, standing_for


@dataclass(frozen=True, slots=True)
class Place:
    """n of N in one's own list, and its neighbours."""

    number: int
    count: int
    before: str
    after: str


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
    #: Name of the absent person whose task it is; empty for one's own.
    standing: str
    takeable: bool
    #: What keeps this person from doing it, and who may instead; both empty if nothing does.
    obstacle: str
    instead: str
    #: Giving it to others needs a reason.
    reason_needed: bool
    owned: bool
    #: Why the process cannot be read now, for this person; empty if it can.
    damaged: str
    #: Why a closed task shows no form; empty otherwise.
    nothing: str
    form: Mapping[str, Any] | None
    data: Mapping[str, Any]
    variables: Mapping[str, Any]
    guide: tuple[str, ...]
    receivers: tuple[handover.Candidate, ...]
    #: Later steps for which somebody is named here, and who can be.
    namable: tuple[handover.Choice, ...]
    place: Place | None
    context: str
    context_tabs: tuple[Link, ...]


def task_page(connection: Connection, who: Person, task_id: str, context: str, now: datetime) -> TaskPage:
    """The page of a task; the caller has checked the scope."""
    task = queries.task(connection, task_id)
    people = _people(connection, who, task, now)
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
        guide=guide_of(connection, task),
        place=_place(connection, who, task, now),
        context=context,
        context_tabs=_context_tabs(task.id, context, len(queries.documents(connection, task.business_key))),
        **people,
        **_form(connection, who, task, people["mine"], now),
    )


def _people(connection: Connection, who: Person, task: queries.Task, now: datetime) -> dict[str, Any]:
    """Who has the task, what the reader may do with it, and to whom else it can go."""
    held = task.state == "open" and task.assignee in scope.holders_of(who) and not who.suspended
    takeable = not who.suspended and scope.may_take(connection, who, task.id)
    obstacle, instead = obstacle_of(connection, who, task, takeable, now)
    mine = held and not obstacle
    return {
        "suspended": who.state_reason if who.suspended else "",
        "held_by": _held_by(task, who),
        "mine": mine,
        "standing": standing_for(task, who),
        "takeable": takeable,
        "obstacle": obstacle,
        "instead": instead,
        "reason_needed": bool(task.owner) or task.assignee not in ("", who.id),
        "owned": bool(task.owner) and task.owner == task.assignee,
        "receivers": _receivers(connection, who, task, held, now),
        "namable": _namable(connection, task, mine, now),
    }


def _form(connection: Connection, who: Person, task: queries.Task, mine: bool, now: datetime) -> dict[str, Any]:
    """The form with what is known, and over it what this person has typed before; none over a damaged state."""
    instance = queries.instance(connection, task.instance_id)
    damaged = "".join(found.text for found in damages_of(connection, who, [instance], now))
    nothing = "" if task.state == "open" else _nothing(connection, task)
    if nothing or (damaged and task.state == "open"):
        return {"damaged": damaged, "nothing": nothing, "form": None, "data": {}, "variables": {}}
    filling = Filling.of_task(connection, task, who)
    draft = drafts.of_task(connection, task.id, who.id) if mine else None
    data = filling.typed_over(draft["data"] if draft else {})
    return {"damaged": "", "nothing": "", "form": filling.document, "data": data, "variables": filling.shown}


def _nothing(connection: Connection, task: queries.Task) -> str:
    """Why a closed task has nothing to show; empty if it has."""
    if task.state == "cancelled":
        return _("没有人提交过，所以没有内容。")
    if task.form_ref and not submissions(connection, [task.id]):
        return _("这一步办结得早，系统那时还不留存填写的内容；材料和记录都在。")
    return ""


def _held_by(task: queries.Task, who: Person) -> str:
    others = task.state == "open" and task.assignee not in ("", *scope.holders_of(who))
    return name_of(task.assignee) if others else ""


def gone(connection: Connection, who: Person, task_id: str, now: datetime) -> str:
    """Why a task is not this person's any more: who finished it and when, or that it went to others; empty if it is."""
    task = queries.task(connection, task_id)
    if task.state != "open":
        return _closed(task, now)
    return "" if task.assignee in scope.holders_of(who) else _("这个任务已经不在您手上。")


def _closed(task: queries.Task, now: datetime) -> str:
    if task.state == "open" or task.closed_at is None:
        return ""
    return lasting(partial(_closing, task, task.closed_at), now)


def _closing(task: queries.Task, closed_at: datetime, seen: datetime) -> str:
    at = moment_text(closed_at, seen)
    if task.state == "cancelled":
        return _("流程已收回这个任务：%(at)s。", at=at)
    done = _("%(who)s 已办结：%(at)s。", who=name_of(task.closed_by), at=at)
    return done + (_("代%(name)s办理。", name=name_of(task.closed_for)) if task.closed_for else "")


def _namable(connection: Connection, task: queries.Task, mine: bool, now: datetime) -> tuple[handover.Choice, ...]:
    """Only for whoever fills in the form now."""
    if not mine or not task.form_ref:
        return ()
    form = Form.load(queries.form(connection, task.deployment_id, task.form_ref))
    keys = {part.path[-1] for top in form.components for part in top.walk() if part.path}
    return tuple(handover.namable(connection, task, keys, now))


def _receivers(
    connection: Connection, who: Person, task: queries.Task, held: bool, now: datetime
) -> tuple[handover.Candidate, ...]:
    """Everybody else who has the role; only for its holder and for those who may assign."""
    if task.state != "open" or not (held or who.may("assign")):
        return ()
    return tuple(handover.candidates(connection, task, now))


def _place(connection: Connection, who: Person, task: queries.Task, now: datetime) -> Place | None:
    ids = [row.id for row in queries.inbox(connection, who.actor(), "mine", now=now, limit=200).tasks]
    if task.id not in ids:
        return None
    at = ids.index(task.id)
    return Place(at + 1, len(ids), ids[at - 1] if at else "", ids[at + 1] if at + 1 < len(ids) else "")


def _context_tabs(task_id: str, current: str, documents: int) -> tuple[Link, ...]:
    labels = (
        ("case", _("案情"), None),
        ("results", _("表单与结果"), None),
        ("documents", _("材料"), documents),
        ("record", _("记录"), None),
        ("guide", _("作业指导"), None),
    )
    return tuple(
        Link(label, url_for("workbench.task", task_id=task_id, context=key), count, key == current)
        for key, label, count in labels
    )
