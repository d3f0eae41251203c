"""The API of the public rules and of the credit record: what their pages show, for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from marshmallow import Schema, fields, validate

from engine import queries
from web.api.asked import Query
from web.api.replies import TaskLine, Wanted, many, moment
from web.api.room import Room
from web.api.task_lines import task_lines
from web.auth.access import public, right
from web.auth.person import signed_in_person
from web.database import read
from web.insight import credit
from web.insight.sunshine import CLASSES, rules_of

sunshine = Room("public_rules", __name__, url_prefix="/api/sunshine", description="Limits, papers and fees for all.")
record = Room("credit_record", __name__, url_prefix="/api/credit", description="The credit record of customers.")


class RulesAsked(Query):
    customer_class = fields.String(load_default="LV", data_key="class", validate=validate.OneOf(CLASSES))


class PromiseReply(Schema):
    title = fields.String(required=True)
    who = fields.String(required=True)
    #: Working days of the utility.
    days = fields.Decimal(required=True)
    yours = fields.String(required=True)
    source = fields.String(required=True)
    verified = fields.Boolean(required=True)


class PaperReply(Schema):
    title = fields.String(required=True)
    #: May follow later against a signed commitment.
    later = fields.Boolean(required=True)


class FeeReply(Schema):
    title = fields.String(required=True)
    #: Yuan per unit; null where shares of the works decide.
    price = fields.Decimal(required=True, allow_none=True)
    unit = fields.String(required=True)
    basis = fields.String(required=True)
    since = fields.Date(required=True)
    verified = fields.Boolean(required=True)


class RulesReply(Schema):
    """The rules of one class of customer, from the tables of the version in use."""

    customer_class = fields.String(required=True)
    steps = many(PromiseReply)
    total = fields.Decimal(required=True, allow_none=True)
    papers = many(PaperReply)
    fees = many(FeeReply)
    version = fields.Integer(required=True)
    since = moment(required=True)


class EntriesAsked(Query):
    state = fields.String(
        load_default="active", validate=validate.OneOf(("active", "lifted", "repaired", "expired", "all"))
    )


class EntryLine(Schema):
    """One entry; the commands about it are messages of its case, and tasks."""

    id = fields.String(required=True)
    case = fields.String(required=True)
    #: As the caller may see it.
    party = fields.String(required=True)
    reason_code = fields.String(required=True)
    reason = fields.String(required=True)
    text = fields.String(required=True)
    state = fields.String(required=True)
    entered_at = moment(required=True)
    until = fields.Date(required=True)
    objection_until = fields.Date(required=True)
    repair_from = fields.Date(required=True)
    #: Days until the last on which it counts; null once it is over.
    left = fields.Integer(required=True, allow_none=True)


class EntryEvent(Schema):
    kind = fields.String(required=True)
    title = fields.String(required=True)
    at = moment(required=True)
    #: Empty for the process itself.
    who = fields.String(required=True)
    note = fields.String(required=True)


class Evidence(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)


class EntryReply(EntryLine):
    evidence = many(Evidence)
    events = many(EntryEvent)
    tasks = many(TaskLine)
    #: What the caller may send to the case about the entry.
    waits = many(Wanted)


ROOMS: Final = (sunshine, record)


@sunshine.get("")
@sunshine.arguments(RulesAsked, location="query")
@sunshine.response(200, RulesReply)
@public
def rules(query: dict[str, Any]) -> dict[str, Any]:
    """Limits, papers to bring and fees of one class of customer."""
    return asdict(rules_of(read(), query["customer_class"]))


@record.get("")
@record.arguments(EntriesAsked, location="query")
@record.response(200, EntryLine(many=True))
@right("credit")
def entries(query: dict[str, Any]) -> list[dict[str, Any]]:
    """Entries of one state, the newest first."""
    return [_line(row) for row in credit.rows(read(), signed_in_person(), query["state"])]


@record.get("/<entry_id>")
@record.response(200, EntryReply)
@right("credit")
def entry(entry_id: str) -> dict[str, Any]:
    """One entry: reason, evidence, what happened to it, and what can be done now.

    Objections and repairs begin with `POST /api/cases/{case}/messages`; the reviews that follow are tasks.
    """
    found = credit.file_of(read(), signed_in_person(), entry_id)
    return {
        **_line(found.row),
        "evidence": [{"id": paper.id, "name": paper.name} for paper in found.evidence],
        "events": [
            {"kind": one.kind, "title": title, "at": one.at, "who": found.people[one.actor], "note": one.note}
            for one, title in found.events
        ],
        "tasks": task_lines(read(), queries.tasks(read(), instance_id=entry_id, state="open")),
        "waits": [{"message": offer.message.name, "title": offer.message.title} for offer in found.offers],
    }


def _line(row: credit.Row) -> dict[str, Any]:
    plain = ("id", "reason_code", "state", "entered_at", "until", "objection_until", "repair_from")
    told = {"case": row.entry.case_number, "party": row.party, "reason": row.reason, "text": row.entry.reason}
    return {**{name: getattr(row.entry, name) for name in plain}, **told, "left": row.left}
