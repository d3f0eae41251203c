"""Addresses of the staff pages: each checks the scope, builds its page and renders it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from engine import deadline_changes, queries
from web import events, letters, results, rulings, standing
from web.api import drafts
from web.api.applying import entry_of, filling_of
from web.api.outside import filling_of as filling_of_offer
from web.api.outside import staff_offers
from web.auth import scope
from web.auth.access import right, staff
from web.auth.person import ANALYST, signed_in_person
from web.context import now
from web.database import read
from web.errors import Forbidden, Missing
from web.notify.shown import told_to
from web.numbers import PAGES, number_of
from web.record import filters_of
from web.timing import explain_task
from web.wording import moment_text
from web.workbench.case import frame_of, overview_of, sealed_of
from web.workbench.cases import Filters as CaseFilters
from web.workbench.cases import cases_page
from web.workbench.documents import document_groups
from web.workbench.inbox import TABS, WAITING, Filters, inbox_page
from web.workbench.orders import orders_for, orders_of, roles_to_order
from web.workbench.peek import facts_of, peek_of
from web.workbench.record import record_page
from web.workbench.task import gone, task_page

blueprint = Blueprint("workbench", __name__)

_CONTEXTS = ("case", "results", "documents", "record", "guide")


@blueprint.get("/work")
@staff
def home() -> Response:
    """The first page after signing in."""
    who = signed_in_person()
    if who.roles and who.roles <= {ANALYST} and "studio.packs" in _endpoints():
        return redirect(url_for("studio.packs"))
    return redirect(url_for("workbench.inbox"))


@blueprint.get("/inbox")
@staff
def inbox() -> str:
    """What next."""
    tab = request.args.get("tab", "mine")
    filters = Filters(
        tab=tab if tab in (*TABS, WAITING) else "mine",
        q=request.args.get("q", "").strip()[:100],
        region=request.args.get("region", ""),
        step=request.args.get("step", ""),
        page=number_of(request.args, "page", PAGES) or 1,
    )
    who = signed_in_person()
    page = inbox_page(read(), who, filters, now())
    if request.args.get("part") == "list":
        return render_template("workbench/inbox_list.html", page=page)
    first = page.groups[0].rows[0].id if page.groups else ""
    shown = replace(page, peek=peek_of(read(), who, first, now())) if first else page
    return render_template("workbench/inbox.html", page=shown)


@blueprint.get("/tasks/<task_id>/peek")
@staff
def peek(task_id: str) -> str:
    """The panel beside the inbox."""
    who = signed_in_person()
    scope.check_task(read(), who, task_id)
    return render_template("workbench/peek.html", peek=peek_of(read(), who, task_id, now()))


@blueprint.get("/tasks/<task_id>/state")
@staff
def task_state(task_id: str) -> str:
    """What has become of a task that somebody has open: asked again and again by its page."""
    who = signed_in_person()
    scope.check_task(read(), who, task_id)
    return render_template("workbench/task_state.html", gone=gone(read(), who, task_id, now()), task_id=task_id)


@blueprint.get("/tasks/<task_id>")
@staff
def task(task_id: str) -> str:
    """One task with its form."""
    who, connection, moment = signed_in_person(), read(), now()
    scope.check_task(connection, who, task_id)
    found = queries.task(connection, task_id)
    earlier = results.for_task(connection, who, found, moment)
    usual = "results" if any(result.wanted for result in earlier) else "case"
    context = request.args.get("context", usual)
    page = task_page(connection, who, task_id, context if context in _CONTEXTS else usual, moment)
    return render_template(
        "workbench/task.html",
        task=page,
        key=page.key,
        why=explain_task(connection, found),
        facts=facts_of(connection, found.instance_id),
        sealed=sealed_of(connection, who, page.key),
        documents=document_groups(connection, page.key, moment),
        results=earlier,
        rulings=rulings.of_case(connection, page.key) if context == "case" else (),
        events=events.of_case(connection, page.key, 50) if context == "record" else [],
    )


@blueprint.get("/cases")
@staff
def cases() -> str:
    """The cases in one's scope."""
    filters = CaseFilters(
        q=request.args.get("q", "").strip()[:100],
        region=request.args.get("region", ""),
        state=request.args.get("state", ""),
        page=number_of(request.args, "page", PAGES) or 1,
    )
    return render_template("workbench/cases.html", page=cases_page(read(), signed_in_person(), filters, now()))


@blueprint.get("/cases/<business_key>")
@staff
def case(business_key: str) -> str:
    """One case: stages, diagram, who has it, why it is due."""
    overview = overview_of(_scoped(business_key), business_key, request.args.get("process", ""), now())
    if request.args.get("part") == "live":
        return _page("case_live", business_key, overview=overview)
    return _page(
        "case",
        business_key,
        overview=overview,
        why=overview.why,
        facts=(),
        sealed=sealed_of(read(), signed_in_person(), business_key),
        documents=document_groups(read(), business_key, now()),
        rulings=rulings.of_case(read(), business_key),
        events=events.of_case(read(), business_key)[:10],
        offers=staff_offers(read(), business_key, signed_in_person()),
    )


@blueprint.get("/cases/<business_key>/send/<message>")
@staff
def send(business_key: str, message: str) -> str:
    """The form of a message that this person may send to the case, or begin a process beside it with."""
    connection, who = _scoped(business_key), signed_in_person()
    offer = next((one for one in staff_offers(connection, business_key, who) if one.message.name == message), None)
    if offer is None:
        raise Missing(_("现在不需要这一步，可能已经办过。"), _("回到案件，看现在到哪一步。"))
    filling = filling_of_offer(connection, offer, business_key, who)
    return _page("case_send", business_key, offer=offer, form=filling.document, data=filling.shown)


@blueprint.get("/cases/<business_key>/limits")
@staff
def case_limits(business_key: str) -> str:
    """Every deadline with its reasons, what may be done to it by hand, and the orders about the case."""
    who, connection = signed_in_person(), _scoped(business_key)
    return _page(
        "case_limits",
        business_key,
        limits=standing.limits(connection, business_key, now()),
        may_change=who.may("deadline"),
        orders=orders_of(connection, who, business_key, now()),
        order_roles=(roles := roles_to_order(connection, who, business_key)),
        may_order=bool(roles),
    )


@blueprint.get("/cases/<business_key>/limits/<deadline_id>/preview")
@right("deadline")
def limit_preview(business_key: str, deadline_id: str) -> str:
    """The due moment that a deadline would have with another number of working days."""
    if deadline_changes.case_of(_scoped(business_key), deadline_id) != business_key:
        raise Missing(_("这个案件没有这个时限。"), _("从案件的「时限」里打开。"))
    days = request.args.get("days", 0.0, float)
    if not 0 < days <= deadline_changes.MOST_DAYS:
        return _("填上天数，这里显示新的到期时间。")
    at = deadline_changes.would_be(read(), deadline_id, Decimal(str(days))).due_at
    return _("新的到期：%(moment)s", moment=moment_text(at, now())) if at else _("时钟停着，恢复后按新的天数算。")


@blueprint.get("/cases/<business_key>/documents")
@staff
def case_documents(business_key: str) -> str:
    """Every file."""
    return _page("case_documents", business_key, documents=document_groups(_scoped(business_key), business_key, now()))


@blueprint.get("/cases/<business_key>/results")
@staff
def case_results(business_key: str) -> str:
    """What each finished step decided; `step` stands open."""
    found = results.of_case(_scoped(business_key), signed_in_person(), business_key, now())
    return _page("case_results", business_key, results=found, opened=request.args.get("step", ""))


@blueprint.get("/cases/<business_key>/notes")
@staff
def case_notes(business_key: str) -> str:
    """Remarks of colleagues and what was sent to the customer."""
    connection = _scoped(business_key)
    return _page("case_notes", business_key, notes=letters.notes(connection, business_key),
                 notices=letters.sent(connection, business_key))  # fmt: skip


@blueprint.get("/cases/<business_key>/record")
@staff
def case_record(business_key: str) -> str:
    """Everything that happened."""
    return _page(
        "case_record", business_key, record=record_page(_scoped(business_key), business_key, filters_of(request.args))
    )


@blueprint.get("/notices")
@staff
def notices() -> str:
    """What the house told this person."""
    who = signed_in_person()
    return render_template(
        "workbench/notices.html", notices=told_to(read(), who.id), orders=orders_for(read(), who, now())
    )


@blueprint.get("/apply")
@staff
def apply() -> str:
    """Apply for a customer who is at the counter."""
    who = signed_in_person()
    if not who.may("behalf"):
        raise Forbidden(_("您没有代客申请的权限。"), _("请客户自己申请，或请受理人员代办。"))
    entry = entry_of(read(), request.args.get("process", ""))
    draft = drafts.of_form(read(), entry.process_id, who.id)
    filling = filling_of(read(), entry, who)
    page = {
        "title": _("代客%(title)s", title=entry.title),
        "process": entry.process_id,
        "form": filling.document,
        "variables": filling.shown,
        "data": draft["data"] if draft else {},
        "button": entry.button,
    }
    return render_template("workbench/apply.html", page=page)


def _scoped(business_key: str) -> Connection:
    """The snapshot of this request, once the case is known to be in scope."""
    scope.check_case(read(), signed_in_person(), business_key)
    return read()


def _page(template: str, business_key: str, **more: Any) -> str:
    who = signed_in_person()
    frame = frame_of(read(), who, business_key, request.endpoint or "", now())
    return render_template(f"workbench/{template}.html", case=frame, key=business_key, **more)


def _endpoints() -> Collection[str]:
    return current_app.view_functions.keys()
