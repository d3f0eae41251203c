"""How much people have to do, and giving their tasks and cases to others."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from engine import queries
from web import handover, workload
from web.api import asked
from web.api import staffing_shapes as shapes
from web.api.room import Room, fragment_wanted
from web.api.task_lines import task_lines
from web.auth import scope, staffing
from web.auth.access import right, staff
from web.auth.person import signed_in_person
from web.context import engine, now
from web.database import command, read
from web.errors import Forbidden, Invalid, Missing
from web.packs import pack_of, role_title

blueprint = Room("workload", __name__, url_prefix="/api", description=__doc__)


@blueprint.get("/workload")
@blueprint.arguments(asked.WorkloadAsked, location="query")
@blueprint.response(200, shapes.PersonLoad(many=True))
@right("assign", "insight")
def listing(query: dict[str, Any]) -> list[dict[str, Any]]:
    """People of the caller's regions with what they hold."""
    rows = workload.rows(read(), signed_in_person(), workload.Filters(**query), now())
    return [_person(row) for row in rows]


@blueprint.get("/workload/<user_id>")
@blueprint.response(200, shapes.PersonHolds)
@right("assign", "insight")
def person(user_id: str) -> dict[str, Any]:
    """One person of the caller's regions with the tasks that they hold."""
    who, connection = signed_in_person(), read()
    row = next(iter(workload.rows(connection, who, workload.Filters(), now(), only=user_id)), None)
    if row is None:
        raise Missing(_("没有这个人，或不在您的范围内。"), _("从人员负荷里打开。"))
    return {**_person(row), "tasks": task_lines(connection, handover.held_by(connection, user_id))}


@blueprint.get("/tasks/<task_id>/candidates")
@blueprint.response(200, shapes.CandidateReply(many=True))
@staff
def candidates(task_id: str) -> list[dict[str, Any]]:
    """Who else could do a task, how busy they are, and what keeps those who could not."""
    who = signed_in_person()
    scope.check_task(read(), who, task_id)
    task = queries.task(read(), task_id)
    if not (who.may("assign") or scope.may_take(read(), who, task_id)):
        raise Forbidden(_("您没有做这件事的权限。"), _("请主管改派。"))
    return [_candidate(one) for one in handover.candidates(read(), task, now())]


@blueprint.post("/workload/reassign")
@blueprint.arguments(shapes.Reassign, location="json_or_form")
@blueprint.response(200, shapes.Reassigned)
@right("assign")
def reassign(body: dict[str, Any]) -> Any:
    """Give several tasks to somebody, each on its own: the answer says what became of every one."""
    who = signed_in_person()
    with command() as connection:
        for task_id in body["tasks"]:
            scope.check_task(connection, who, task_id)
        more = {"reason": body["reason"], "actor": scope.as_dispatcher(who), "now": now()}
        outcomes = handover.reassign_many(engine(), connection, body["tasks"], body["assignee"], **more)
    moved = sum(one.ok for one in outcomes)
    if fragment_wanted():
        return render_template("workbench/reassigned.html", outcomes=outcomes, moved=moved)
    message = ngettext("已转办 %(num)d 件", "已转办 %(num)d 件", moved)
    return {
        "ok": moved == len(outcomes),
        "moved": moved,
        "outcomes": [asdict(one) for one in outcomes],
        "message": message,
    }


@blueprint.post("/cases/<business_key>/keeper")
@blueprint.arguments(shapes.KeeperChange)
@blueprint.response(200, shapes.Moved)
@right("assign")
def change_keeper(body: dict[str, Any], business_key: str) -> dict[str, Any]:
    """Let somebody else look after a case from now on; the open tasks of the one before go with it."""
    who = signed_in_person()
    with command() as connection:
        scope.check_case(connection, who, business_key)
        first = list(queries.instances(connection, business_key=business_key))[-1]
        pack = pack_of(connection, first.deployment_id)
        receiver = staffing.actor(connection, body["assignee"], now())
        able = receiver is not None and body["role"] in receiver.groups and receiver.covers(first.region)
        if body["role"] not in pack.words.keepers or receiver is None or not able:
            text = _("从名单里选一位有这项职责、管这个区域的同事。")
            raise Invalid(_("不能转给这个人。"), text, {"assignee": [text]})
        more = {"reason": body["reason"], "actor": who.id, "now": now()}
        moved = engine().hand_case(connection, first.id, body["role"], receiver, **more)
    message = _("已更换%(role)s，随转 %(count)d 个任务", role=role_title([pack], body["role"]), count=moved)
    return {
        "ok": True,
        "moved": moved,
        "next": url_for("workbench.case", business_key=business_key),
        "message": message,
    }


def _person(row: workload.Row) -> dict[str, Any]:
    account = row.account
    return {
        **{name: getattr(account, name) for name in ("id", "name", "number", "department")},
        "roles": sorted(account.roles),
        "regions": sorted(account.regions),
        "teams": sorted(row.teams),
        **asdict(row.load),
        "cases": row.cases,
        "absent_until": row.absence.ends_at if row.absence else None,
        "deputy": row.deputy,
        "certificates": [asdict(one) for one in row.certificates],
    }


def _candidate(one: handover.Candidate) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in ("id", "name", "department", "in_team", "absent", "fit", "obstacle")}
    return {**plain, "open": one.load.open, "overdue": one.load.overdue}
