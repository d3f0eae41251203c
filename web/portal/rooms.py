"""The API of customers' pages: how far applications are, what they ask for, their forms, and the calculator."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import gettext as _
from marshmallow import Schema, fields, validate

from web.api.asked import Query
from web.api.ratings import rating_of
from web.api.replies import ChargeReply, FormReply, many, moment
from web.api.room import Room
from web.auth.access import customer, public
from web.auth.person import signed_in_person
from web.database import read
from web.errors import TakenAlready
from web.portal import capacity, own
from web.portal.asks import Ask
from web.portal.journey import Journey

mine = Room("applications", __name__, url_prefix="/api/my", description="The caller's own applications.")
calculator = Room("calculator", __name__, url_prefix="/api/capacity", description="How much capacity to ask for.")
_TEXTS: Final = fields.List(fields.String(validate=validate.Length(max=60)), load_default=list)


class AskReply(Schema):
    """Something the customer is asked (or may do, with `anytime`); answered by `POST /api/cases/{case}/messages`."""

    message = fields.String(required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    anytime = fields.Boolean(required=True)
    due_at = moment(required=True, allow_none=True)


class MyStage(Schema):
    key = fields.String(required=True)
    title = fields.String(required=True)
    #: A key of the status vocabulary, or `future`.
    state = fields.String(required=True)
    when = fields.String(required=True)
    text = fields.String(required=True)
    current = fields.Boolean(required=True)


class MyCaseLine(Schema):
    case = fields.String(required=True)
    #: With which progress is read without signing in.
    public_number = fields.String(required=True)
    title = fields.String(required=True)
    headline = fields.String(required=True)
    running = fields.Boolean(required=True)
    #: Predicted end; null for what has ended.
    finish = moment(required=True, allow_none=True)
    asks = many(AskReply)


class MyCase(MyCaseLine):
    stages = many(MyStage)
    steps = many(ChargeReply)
    manager = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    #: By when the company promised to be done, and the lines behind it.
    promise = fields.String(required=True)
    promise_lines = fields.List(fields.String(), required=True)
    late = fields.Boolean(required=True)
    rated_at = moment(required=True, allow_none=True)


class DevicesAsked(Query):
    """Row by row: the first name, count and power are those of the first device."""

    customer_class = fields.String(load_default="LV", data_key="class", validate=validate.OneOf(capacity.CLASSES))
    industry = fields.String(load_default="", validate=validate.Length(max=60))
    name = _TEXTS
    count = _TEXTS
    power = _TEXTS


class Industry(Schema):
    value = fields.String(required=True)
    label = fields.String(required=True)


class AdviceReply(Schema):
    """The recommended capacity with its calculation; null without devices."""

    recommended = fields.Decimal(required=True, allow_none=True)
    unit = fields.String(required=True)
    lines = fields.List(fields.String(), required=True)
    compared = fields.String(required=True)
    source = fields.String(required=True)
    status = fields.String(required=True)
    industries = many(Industry)


ROOMS: Final = (mine, calculator)


@mine.get("")
@mine.response(200, MyCaseLine(many=True))
@customer
def listing() -> list[dict[str, Any]]:
    """The caller's applications with what each asks for, the youngest first."""
    return [_line(journey) for journey in own.cases(read(), signed_in_person())]


@mine.get("/application")
@mine.response(200, FormReply)
@customer
def application() -> dict[str, Any]:
    """The form of a new application, handed in by `POST /api/cases`."""
    found = own.application(read(), signed_in_person())
    return {"title": found.entry.title, "form": found.schema, "data": dict(found.variables)}


@mine.get("/<number>")
@mine.response(200, MyCase)
@customer
def show(number: str) -> dict[str, Any]:
    """One application: stages, who works on it, what was promised, what it asks for."""
    found, rated = own.case(read(), signed_in_person(), number), rating_of(read(), number)
    stages = ("key", "title", "state", "when", "text", "current")
    return {
        **_line(found),
        "stages": [{name: getattr(stage, name) for name in stages} for stage in found.stages],
        "steps": [one.as_dict() for one in found.now_doing],
        "manager": {
            "name": found.manager,
            "role": found.manager_role,
            "number": found.manager_number,
            "phone": found.manager_phone,
        },
        "promise": found.promise.sentence if found.promise else "",
        "promise_lines": list(found.promise.lines) if found.promise else [],
        "late": found.late is not None,
        "rated_at": rated.at if rated else None,
    }


@mine.get("/<number>/steps/<message>")
@mine.response(200, FormReply)
@customer
def step(number: str, message: str) -> dict[str, Any]:
    """The form of something that an application asks now."""
    who = signed_in_person()
    ask = next((one for one in own.case(read(), who, number).asks if one.message == message), None)
    if ask is None:
        done = own.missed(read(), number, message)
        raise TakenAlready(
            _("这一步已经办过。") if done else _("现在还用不着这一步。"), _("重新载入，看现在到哪一步。")
        )
    filling = own.filling(read(), who, number, ask)
    return {"title": ask.title, "form": filling.document, "data": filling.shown}


@calculator.get("")
@calculator.arguments(DevicesAsked, location="query")
@calculator.response(200, AdviceReply)
@public
def advice(query: dict[str, Any]) -> dict[str, Any]:
    """The capacity that industry and devices ask for, worked out line by line."""
    rows = zip(query["name"], query["count"], query["power"], strict=False)
    devices = [{"name": name, "count": count, "power": power} for name, count, power in rows]
    found = capacity.advice(read(), {**query, "devices": devices})
    names = ("recommended", "unit", "lines", "compared", "source", "status")
    empty: dict[str, Any] = {"recommended": None, "lines": []}
    told = {name: found[name] if found else empty.get(name, "") for name in names}
    industries = [{"value": value, "label": label} for value, label in capacity.industries(read())]
    return {**told, "industries": industries}


def _line(found: Journey) -> dict[str, Any]:
    names = ("public_number", "title", "headline", "running", "finish")
    plain = {name: getattr(found, name) for name in names}
    return {"case": found.number, **plain, "asks": [_ask(one) for one in found.asks]}


def _ask(one: Ask) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("message", "title", "text", "anytime", "due_at")}
