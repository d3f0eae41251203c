"""Pages about people: their load, handing their tasks on, and one's own absence."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from web import handover, workload
from web.auth import absences
from web.auth.access import right, staff
from web.auth.person import ADMIN, ANALYST, signed_in_person
from web.context import now
from web.database import read
from web.errors import Missing
from web.packs import active_packs, region_title, role_title
from web.people import names
from web.timing import of_tasks
from web.workbench.inbox import region_choices

blueprint = Blueprint("people", __name__)


@blueprint.get("/workload")
@right("assign", "insight")
def listing() -> str:
    """Everybody in one's regions with what they hold."""
    words = {name: request.args.get(name, "")[:100] for name in ("region", "role", "department")}
    filters, who, packs = workload.Filters(**words), signed_in_person(), active_packs(read())
    roles = {role: role_title(packs, role) for pack in packs for role in pack.roles if role not in (ADMIN, ANALYST)}
    return render_template(
        "workbench/workload.html",
        rows=workload.rows(read(), who, filters, now()),
        filters=filters,
        regions=region_choices(who, packs),
        roles=roles,
        departments=workload.departments(read()),
        region_title=lambda region: region_title(packs, region),
    )


@blueprint.get("/workload/<user_id>")
@right("assign", "insight")
def person(user_id: str) -> str:
    """One person: what they hold, and to whom it could go."""
    who, connection = signed_in_person(), read()
    account = workload.visible(connection, who, user_id)
    if account is None:
        raise Missing(_("没有这个人，或不在您的范围内。"), _("从人员负荷里打开。"))
    tasks = handover.held_by(connection, user_id)
    row = next(iter(workload.rows(connection, who, workload.Filters(), now(), only=user_id)))
    receivers = handover.receivers(connection, tasks, user_id, now()) if who.may("assign") else []
    return render_template(
        "workbench/workload_person.html",
        row=row,
        account=account,
        tasks=tasks,
        timings=of_tasks(connection, tasks, now()),
        receivers=receivers,
        can_assign=who.may("assign"),
        titles={role: role_title(active_packs(connection), role) for role in account.roles},
    )


@blueprint.get("/absence")
@staff
def absence() -> str:
    """One's own absence and deputy; with `user`, that of somebody else for administrators."""
    who, connection = signed_in_person(), read()
    user_id = request.args.get("user") or who.id
    absences.check_may_enter(who.id, user_id, who.may("users"))
    planned = absences.to_come(connection, user_id, now())
    standing = absences.standing_in(connection, user_id, now())
    people = [id for one in (*planned, *standing) for id in (one.user_id, one.deputy_id)]
    return render_template(
        "workbench/absence.html",
        user_id=user_id,
        own=user_id == who.id,
        planned=planned,
        standing=standing,
        deputies=absences.deputies(connection, user_id),
        people=names(connection, [*people, user_id]),
    )
