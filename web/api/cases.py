"""Cases: applying, reading, notes, ratings, opening of masked values."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from flask import render_template, url_for
from flask_babel import gettext as _
from markupsafe import escape
from sqlalchemy import Connection

from engine import queries
from web import letters, record, results, rulings, standing
from web.api import asked, drafts, ratings, record_replies, replay, replies, schemas
from web.api.applying import apply_for, entry_of, filling_of
from web.api.outside import offers, staff_offers
from web.api.room import Room, fragment_wanted
from web.api.task_lines import open_lines
from web.auth import masks, scope
from web.auth.access import customer, right, signed_in, staff
from web.auth.person import Person, signed_in_person
from web.context import engine, house, now
from web.database import command, read
from web.errors import Forbidden, Missing
from web.seals import seal_text

#: How long an opened value stays on the screen.
SHOWN_SECONDS: Final = 60

blueprint = Room("cases", __name__, url_prefix="/api/cases", description=__doc__)


@blueprint.post("")
@blueprint.arguments(asked.ProcessAsked, location="query")
@blueprint.arguments(schemas.Apply)
@blueprint.response(201, replies.Applied)
@signed_in
def apply(query: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """Begin a case with the start form of a process (the entry of the active pack unless `process` names one)."""
    who = _applicant()
    process_id = body["process"] or query["process"]
    request_key = replay.key(body["request_id"], process_id, body["data"])
    with command() as connection:
        number, replayed = apply_for(connection, who, process_id, body["data"], request_key)
    target = url_for("workbench.case", business_key=number) if who.staff else _own_page(number)
    return {
        "ok": True,
        "case": number,
        "replayed": replayed,
        "next": target,
        "message": _("已提交，编号 %(n)s", n=number),
    }


@blueprint.get("")
@blueprint.arguments(asked.CasesAsked, location="query")
@blueprint.response(200, replies.CaseList)
@signed_in
def listing(query: dict[str, Any]) -> dict[str, Any]:
    """Cases that the caller may see, the youngest first."""
    who, connection = signed_in_person(), read()
    found = queries.instances(
        connection,
        text=query["q"],
        where=scope.visible(connection, who),
        page=query["page"],
        limit=50,
    )
    names = masks.parties(connection, masks.lens_of(connection, who), [row.business_key for row in found])
    return {"total": found.total, "page": found.page, "cases": [_line(row, names) for row in found]}


@blueprint.get("/<business_key>")
@blueprint.response(200, replies.CaseReply)
@signed_in
def show(business_key: str) -> dict[str, Any]:
    """One case: where it stands, what it waits for, its sealed values as the caller may see them."""
    who, connection = signed_in_person(), read()
    scope.check_case(connection, who, business_key)
    lens = masks.lens_of(connection, who)
    stages = standing.stages(connection, business_key, now())
    return {
        "case": business_key,
        "variant": _variant(connection, business_key),
        "stages": [stage.as_dict() for stage in stages],
        "tasks": open_lines(connection, business_key),
        "waits": [
            {"message": offer.message.name, "title": offer.message.title} for offer in offers(connection, business_key)
        ],
        "offers": [
            {"message": offer.message.name, "title": offer.message.title}
            for offer in staff_offers(connection, business_key, who)
        ],
        "sealed": [
            {"seal": value.seal, "field": value.field, "kind": value.kind, "text": value.text, "open": value.open}
            for value in masks.of_case(connection, lens, business_key)
        ],
    }


@blueprint.get("/form")
@blueprint.arguments(asked.ProcessAsked, location="query")
@blueprint.response(200, replies.FormReply)
@signed_in
def start_form(query: dict[str, Any]) -> dict[str, Any]:
    """The form with which a case begins; customers find theirs, with what applies to them, at /api/my/application."""
    entry = entry_of(read(), query["process"])
    filling = filling_of(read(), entry, signed_in_person())
    return {"title": entry.title, "form": filling.document, "data": filling.shown}


@blueprint.get("/<business_key>/record")
@blueprint.arguments(asked.RecordAsked, location="query")
@blueprint.response(200, record_replies.RecordReply)
@staff
def history(query: dict[str, Any], business_key: str) -> dict[str, Any]:
    """What happened in the case, the latest first."""
    scope.check_case(read(), signed_in_person(), business_key)
    found, total = record.matching(read(), business_key, record.RecordFilters(**query))
    return {"total": total, "events": [asdict(event) for event in found]}


@blueprint.get("/<business_key>/notes")
@blueprint.response(200, record_replies.LettersReply)
@staff
def correspondence(business_key: str) -> dict[str, Any]:
    """Remarks of colleagues, and what was sent to the customer."""
    scope.check_case(read(), signed_in_person(), business_key)
    return {"notes": letters.notes(read(), business_key), "sent": letters.sent(read(), business_key)}


@blueprint.get("/<business_key>/decisions")
@blueprint.response(200, record_replies.CaseRulings)
@staff
def decisions(business_key: str) -> dict[str, Any]:
    """What decisions answered in the case: the rows that fired, the values they were asked about, what they say."""
    connection = read()
    scope.check_case(connection, signed_in_person(), business_key)
    return {"decisions": [ruling.as_dict() for ruling in rulings.of_case(connection, business_key)]}


@blueprint.get("/<business_key>/results")
@blueprint.response(200, record_replies.CaseResults)
@staff
def finished(business_key: str) -> dict[str, Any]:
    """What the finished steps of the case decided, the latest first, sealed values as the caller may see them."""
    who, connection = signed_in_person(), read()
    scope.check_case(connection, who, business_key)
    return {"results": [result.as_dict() for result in results.of_case(connection, who, business_key, now())]}


@blueprint.post("/<business_key>/notes")
@blueprint.arguments(schemas.Note)
@blueprint.response(201, replies.Made)
@right("write", "operate", "assign")
def add_note(body: dict[str, Any], business_key: str) -> dict[str, Any]:
    """Write a remark for colleagues; customers do not see it."""
    who = signed_in_person()
    with command() as connection:
        scope.check_case(connection, who, business_key)
        text = seal_text(body["text"], table="note", column="text", row=business_key)
        note_id = engine().add_note(connection, business_key, text, actor=who.id, now=now())
    return {"ok": True, "id": note_id, "message": _("已记下")}


@blueprint.get("/<business_key>/rating")
@blueprint.response(200, replies.FormReply)
@customer
def rating_form(business_key: str) -> dict[str, Any]:
    """The questionnaire about the case."""
    who = signed_in_person()
    scope.check_case(read(), who, business_key)
    filling = ratings.filling_of(read(), business_key, who)
    return {"title": _("评价"), "form": filling.document, "data": {}}


@blueprint.post("/<business_key>/rating")
@blueprint.arguments(schemas.Rating)
@blueprint.response(201, replies.Done)
@customer
def rate(body: dict[str, Any], business_key: str) -> dict[str, Any]:
    """What the customer thinks, by the questionnaire of the case; once, when it has ended."""
    who = signed_in_person()
    with command() as connection:
        scope.check_case(connection, who, business_key)
        ratings.keep(connection, business_key, body["data"], who, now())
    return {"ok": True, "message": _("谢谢您的评价")}


@blueprint.post("/<business_key>/unmask")
@blueprint.arguments(schemas.Unmask, location="json_or_form")
@blueprint.response(200, replies.Unmasked)
@staff
def unmask(body: dict[str, Any], business_key: str) -> Any:
    """Open one masked value with a reason; who, what and why go into the record. htmx gets the bare text."""
    who = signed_in_person()
    with command() as connection:
        scope.check_case(connection, who, business_key)
        plain = masks.open_with_reason(connection, who, business_key, body["seal"], body["reason"], now())
    if fragment_wanted():
        return render_template("workbench/unmasked.html", key=business_key, seal=body["seal"], plain=plain)
    return {"ok": True, "value": plain, "seconds": SHOWN_SECONDS}


@blueprint.get("/<business_key>/sealed/<seal_id>")
@blueprint.raw("text/html")
@staff
def masked(business_key: str, seal_id: str) -> str:
    """One sealed value as the caller may see it: what takes the place of an opened value after a minute."""
    who = signed_in_person()
    scope.check_case(read(), who, business_key)
    found = masks.shown(read(), masks.lens_of(read(), who), [seal_id]).get(seal_id)
    if found is None or found.business_key != business_key:
        raise Missing(_("没有这个值。"), _("重新载入案件。"))
    return str(escape(found.text))


@blueprint.get("/draft")
@blueprint.arguments(asked.ProcessAsked, location="query")
@blueprint.response(200, replies.DraftReply)
@signed_in
def show_draft(query: dict[str, Any]) -> dict[str, Any]:
    """The begun application of the caller."""
    who = _applicant()
    process_id = entry_of(read(), query["process"]).process_id
    return drafts.of_form(read(), process_id, who.id) or {"data": None, "saved_at": None}


@blueprint.post("/draft")
@blueprint.arguments(asked.ProcessAsked, location="query")
@blueprint.arguments(schemas.Draft)
@blueprint.response(200, replies.DraftSaved)
@signed_in
def save_draft(query: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """Keep a begun application, encrypted, for the caller on any device."""
    who = _applicant()
    with command() as connection:
        process_id = entry_of(connection, query["process"]).process_id
        drafts.save_form(connection, process_id, who.id, body["data"])
    return {"ok": True, "saved_at": now()}


def _applicant() -> Person:
    who = signed_in_person()
    if who.only_case is not None:
        raise Forbidden(_("这样登录只能看一个申请。"), _("用手机验证码登录后再申请。"))
    if who.staff and not who.may("behalf"):
        raise Forbidden(_("您没有代客申请的权限。"), _("请客户自己申请，或请受理人员代办。"))
    return who


def _variant(connection: Connection, business_key: str) -> dict[str, str] | None:
    """How the case is run, as its pack keeps it."""
    found = (variant_of(connection, business_key) for variant_of in house().variants.values())
    return next((asdict(variant) for variant in found if variant is not None), None)


def _own_page(number: str) -> str:
    return f"/my/{number}"


def _line(row: queries.Instance, names: Any) -> dict[str, Any]:
    return {
        "case": row.business_key,
        "party": names.get(row.business_key, ""),
        "title": row.title,
        "subtitle": row.subtitle,
        "region": row.region,
        "state": row.state,
        "started_at": row.started_at,
    }
