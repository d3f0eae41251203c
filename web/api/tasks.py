"""What people do with tasks."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Connection

from engine import Completed, errors, queries
from web import handover, waiting
from web.api import asked, drafts, replay, replies, schemas
from web.api.filling import Filling
from web.api.room import Room
from web.api.task_lines import task_lines
from web.auth import scope
from web.auth.access import right, staff
from web.auth.person import Person, signed_in_person
from web.context import engine, now
from web.database import command, read
from web.errors import Forbidden, Invalid
from web.notify import reminders
from web.people import name_of

blueprint = Room("tasks", __name__, url_prefix="/api/tasks", description=__doc__)


@blueprint.get("")
@blueprint.arguments(asked.TasksAsked, location="query")
@blueprint.response(200, replies.TaskList)
@staff
def listing(query: dict[str, Any]) -> dict[str, Any]:
    """The inbox of the caller, the most urgent first."""
    words = {"text": query["q"], "region": query["region"], "element": query["step"]}
    if query["tab"] == "waiting":
        found = waiting.matching(read(), signed_in_person(), words)
        return {"total": len(found), "page": 1, "tasks": task_lines(read(), found)}
    actor, page = signed_in_person().actor(), query["page"]
    listed = queries.inbox(read(), actor, query["tab"], now=now(), filters=words, page=page, limit=50)
    return {"total": listed.total, "page": page, "tasks": task_lines(read(), listed.tasks)}


@blueprint.get("/<task_id>")
@blueprint.response(200, replies.TaskReply)
@staff
def show(task_id: str) -> dict[str, Any]:
    """A task with its form and the values that are there already, masked as the reader may see them."""
    who = signed_in_person()
    scope.check_task(read(), who, task_id)
    task = queries.task(read(), task_id)
    filling = Filling.of_task(read(), task, who)
    return {
        "id": task.id,
        "name": task.name,
        "case": task.business_key,
        "state": task.state,
        "rev": task.rev,
        "assignee": task.assignee,
        "assignee_name": name_of(task.assignee) if task.assignee else "",
        "due_at": task.due_at,
        "form": filling.document,
        "data": filling.shown,
        "draft": drafts.of_task(read(), task.id, who.id),
    }


@blueprint.post("/<task_id>/claim")
@blueprint.response(200, replies.Revised)
@staff
def claim(task_id: str) -> dict[str, Any]:
    """Take a task; only its candidates can."""
    who = _worker()
    with command() as connection:
        scope.check_task(connection, who, task_id)
        rev = engine().claim(connection, task_id, actor=who.actor(), now=now())
    return {"ok": True, "rev": rev, "next": url_for("workbench.task", task_id=task_id), "message": _("已领取")}


@blueprint.post("/<task_id>/release")
@blueprint.response(200, replies.Revised)
@staff
def release(task_id: str) -> dict[str, Any]:
    """Give a task back to its candidates."""
    who = signed_in_person()
    with command() as connection:
        scope.check_task(connection, who, task_id)
        rev = engine().release(connection, task_id, actor=who.actor(), now=now())
    return {"ok": True, "rev": rev, "message": _("已退回可领取")}


@blueprint.post("/<task_id>/assign")
@blueprint.arguments(schemas.Assign)
@blueprint.response(200, replies.Revised)
@staff
def assign(body: dict[str, Any], task_id: str) -> dict[str, Any]:
    """Give a task to somebody who could take it: by its holder, or by somebody with the right to assign."""
    who = _worker()
    with command() as connection:
        scope.check_task(connection, who, task_id)
        task = queries.task(connection, task_id)
        reason = _reason_given(task, who, body["reason"])
        actor = who.actor() if not who.may("assign") else scope.as_dispatcher(who)
        more: dict[str, Any] = {"reason": reason, "actor": actor, "now": now()}
        receiver = handover.reassign(engine(), connection, task_id, body["assignee"], **more)
        rev = queries.task(connection, task_id).rev
    return {"ok": True, "rev": rev, "message": _("已转给%(name)s", name=name_of(receiver))}


@blueprint.post("/<task_id>/remind")
@blueprint.arguments(schemas.Remind)
@blueprint.response(200, replies.Told)
@right("remind")
def remind(body: dict[str, Any], task_id: str) -> dict[str, Any]:
    """Ask whoever is to do a task to hurry; within four hours of the last time only with a reason."""
    who = signed_in_person()
    with command() as connection:
        scope.check_task(connection, who, task_id)
        engine().remind(connection, task_id, reason=body["reason"], actor=who.id, now=now())
        told = reminders.tell(connection, queries.task(connection, task_id), body["reason"], now())
    return {"ok": True, "told": told, "message": ngettext("已提醒 %(num)d 人", "已提醒 %(num)d 人", told)}


@blueprint.post("/<task_id>/complete")
@blueprint.arguments(schemas.Complete)
@blueprint.response(200, replies.Completion)
@staff
def complete(body: dict[str, Any], task_id: str) -> dict[str, Any]:
    """Complete a task: the form of its deployment validates and seals, the engine takes the turn, all in one commit."""
    who = _worker()
    request_key = replay.key(body["request_id"], task_id, body["data"])
    with command() as connection:
        scope.check_task(connection, who, task_id)
        task = queries.task(connection, task_id)
        replay.queue_up(connection, instance_id=task.instance_id)
        before = replay.answered(connection, who.id, request_key)
        if before is not None:
            done = Completed(task.instance_id, tuple(before["next_tasks"]), True, before.get("halted", False))
        else:
            done = _complete(connection, who, task_id, body, request_key)
    return _after(who, task, done)


@blueprint.get("/<task_id>/draft")
@blueprint.response(200, replies.DraftReply)
@staff
def show_draft(task_id: str) -> dict[str, Any]:
    """What this person has typed into the task and not submitted."""
    who = signed_in_person()
    scope.check_task(read(), who, task_id)
    return drafts.of_task(read(), task_id, who.id) or {"data": None, "saved_at": None}


@blueprint.post("/<task_id>/draft")
@blueprint.arguments(schemas.Draft)
@blueprint.response(200, replies.DraftSaved)
@staff
def save_draft(body: dict[str, Any], task_id: str) -> dict[str, Any]:
    """Keep what is typed, encrypted, for this person on any device."""
    who = _worker()
    with command() as connection:
        scope.check_task(connection, who, task_id)
        drafts.save_task(connection, task_id, who, body["data"])
    return {"ok": True, "saved_at": now()}


def _worker() -> Person:
    """Whoever may take part in work at all; a suspended person reads only."""
    who = signed_in_person()
    if who.suspended:
        raise Forbidden(_("您现在不能办理任务：%(why)s。", why=who.state_reason), _("请联系主管。"))
    return who


def _reason_given(task: queries.Task, who: Person, reason: str) -> str:
    """A reason is needed for taking a task from somebody, and for a task of whoever looks after the case."""
    if not reason.strip() and (task.owner or task.assignee not in ("", who.id)):
        text = _("写明为什么转给别人，会记入记录。")
        raise Invalid(_("转办要写原因。"), text, {"reason": [text]})
    return reason


def _complete(connection: Connection, who: Person, task_id: str, body: dict[str, Any], request_key: str) -> Completed:
    """The task is read again: whoever held the case until now may have finished it."""
    task = queries.task(connection, task_id)
    if task.state != "open":
        raise errors.TaskAlreadyCompleted(task.id, task.closed_by, task.closed_at, task.state == "cancelled")
    values = Filling.of_task(connection, task, who).take(connection, body["data"])
    more = {"rev": body["rev"], "request_id": request_key, "actor": who.actor(), "now": now()}
    done = engine().complete(connection, task_id, values, **more)
    drafts.drop_task(connection, task_id, who.id)
    return done


def _after(who: Person, task: queries.Task, done: Completed) -> dict[str, Any]:
    """Where the page goes on: the next task of the same case that this person can do, else the inbox."""
    mine = [task_id for task_id in done.next_tasks if scope.may_take(read(), who, task_id)]
    target = url_for("workbench.task", task_id=mine[0]) if mine else url_for("workbench.inbox")
    message = _("已提交：%(name)s", name=task.name)
    if done.halted:
        message = _("已提交并保存：%(name)s。后面的流程走不下去，已交管理员处理。", name=task.name)
    return {
        "ok": True,
        "next": target,
        "next_tasks": mine,
        "case": task.business_key,
        "message": message,
        "replayed": done.replayed,
    }
