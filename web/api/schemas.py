"""Shapes of requests and answers; marshmallow checks them and OpenAPI shows them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from marshmallow import EXCLUDE, Schema, fields, pre_load, validate

from web.numbers import YEARS

REQUEST_ID: Final = validate.Regexp(r"^[A-Za-z0-9_-]{8,64}$")
SHORT: Final = validate.Length(max=200)
TEXT: Final = validate.Length(min=1, max=4000)
REASON: Final = validate.Length(min=2, max=500)


class Request(Schema):
    """Unknown members are ignored: pages may send more than a command needs (the CSRF token in a form)."""

    class Meta:
        unknown = EXCLUDE


class SignIn(Request):
    login = fields.String(required=True, validate=SHORT)
    password = fields.String(required=True, validate=SHORT)
    next = fields.String(load_default="")


class Password(Request):
    current = fields.String(required=True, validate=SHORT)
    password = fields.String(required=True, validate=SHORT)
    next = fields.String(load_default="")


class Proof(Request):
    password = fields.String(required=True, validate=SHORT)


class Phone(Request):
    phone = fields.String(required=True, validate=SHORT)


class PhoneCode(Phone):
    code = fields.String(required=True, validate=validate.Length(max=12))
    next = fields.String(load_default="")


class Preferences(Request):
    preferences = fields.Dict(keys=fields.String(validate=SHORT), required=True)


class Reason(Request):
    reason = fields.String(required=True, validate=REASON)


class Assign(Request):
    assignee = fields.String(required=True, validate=SHORT)
    reason = fields.String(load_default="", validate=validate.Length(max=500))


class Remind(Request):
    #: Needed when the last reminder is less than four hours old.
    reason = fields.String(load_default="", validate=validate.Length(max=500))


class Complete(Request):
    #: Revision of the task as it was opened; another one means that somebody else acted.
    rev = fields.Integer(required=True)
    #: Random per click: the same id again gets the first answer again.
    request_id = fields.String(required=True, validate=REQUEST_ID)
    data = fields.Dict(keys=fields.String(), required=True)


class Draft(Request):
    data = fields.Dict(keys=fields.String(), required=True)


class Apply(Request):
    process = fields.String(load_default="", validate=SHORT)
    request_id = fields.String(required=True, validate=REQUEST_ID)
    data = fields.Dict(keys=fields.String(), required=True)


class Send(Request):
    message = fields.String(required=True, validate=SHORT)
    request_id = fields.String(required=True, validate=REQUEST_ID)
    data = fields.Dict(keys=fields.String(), load_default=dict)


class PartnerMessage(Request):
    message = fields.String(required=True, validate=SHORT)
    message_id = fields.String(required=True, validate=validate.Length(min=8, max=100))
    case = fields.String(required=True, validate=SHORT)
    data = fields.Dict(keys=fields.String(), load_default=dict)


class Note(Request):
    text = fields.String(required=True, validate=TEXT)


class Rating(Request):
    #: By the form of GET.
    data = fields.Dict(keys=fields.String(), required=True)


class Unmask(Request):
    seal = fields.String(required=True, validate=SHORT)
    reason = fields.String(required=True, validate=REASON)


class Cancel(Reason):
    request_id = fields.String(load_default="", validate=SHORT)


class Comparison(Reason):
    pack = fields.String(required=True, validate=validate.Length(min=1, max=64))
    #: Region and kind of the cases; empty means each.
    region = fields.String(load_default="", validate=validate.Length(max=64))
    kind = fields.String(load_default="", validate=validate.Length(max=64))
    #: The process that runs these cases.
    process = fields.String(required=True, validate=validate.Length(min=1, max=64))


#: The end of a phone number, or of an identity number.
LAST_FOUR = re.compile(r"\d{3}[\dXx]")


class Progress(Request):
    number = fields.String(required=True, validate=SHORT)
    last_four = fields.String(required=True, validate=validate.Regexp(LAST_FOUR))


class Choices(Request):
    """Roles and regions as lists, or as ticked boxes of a page: `role:DESK=yes` beside `choices=yes`."""

    @pre_load
    def gather(self, data: Mapping[str, Any], **_more: Any) -> dict[str, Any]:
        given = {key: value for key, value in data.items() if ":" not in key}
        if "choices" in given:
            ticked = [key.partition(":") for key in data if ":" in key]
            given["roles"] = [name for kind, _colon, name in ticked if kind == "role"]
            given["regions"] = [name for kind, _colon, name in ticked if kind == "region"]
        return given


class User(Choices):
    login = fields.String(required=True, validate=validate.Regexp(r"^[A-Za-z][A-Za-z0-9._-]{1,63}$"))
    name = fields.String(required=True, validate=validate.Length(min=1, max=64))
    number = fields.String(load_default="", validate=validate.Length(max=32))
    department = fields.String(load_default="", validate=validate.Length(max=64))
    mail = fields.String(load_default="", validate=validate.Length(max=128))
    roles = fields.List(fields.String(validate=SHORT), load_default=list)
    regions = fields.List(fields.String(validate=SHORT), load_default=list)


class UserChange(Choices):
    name = fields.String(validate=validate.Length(min=1, max=64))
    number = fields.String(validate=validate.Length(max=32))
    department = fields.String(validate=validate.Length(max=64))
    mail = fields.String(validate=validate.Length(max=128))
    roles = fields.List(fields.String(validate=SHORT))
    regions = fields.List(fields.String(validate=SHORT))
    state = fields.String(validate=validate.OneOf(["active", "suspended", "left"]))
    reason = fields.String(load_default="", validate=validate.Length(max=500))
    #: To whom open tasks and cases go when somebody leaves or is suspended: an id, or "auto" for the least busy.
    hand_over_to = fields.String(load_default="", validate=SHORT)


class Upload(Request):
    """The form of an upload."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})
    type = fields.String(load_default="other", validate=validate.Length(max=64))
    upload = fields.String(metadata={"description": "A key of the sender's choice, for a file that comes in parts."})
    offset = fields.Integer(metadata={"description": "Where this part begins in the file."})
    total = fields.Integer(metadata={"description": "Bytes of the whole file."})


class PackUpload(Request):
    """The form of a deployment: one zip, or all files of a pack."""

    file = fields.Raw(metadata={"type": "string", "format": "binary"})
    files = fields.List(fields.Raw(metadata={"type": "string", "format": "binary"}))
    note = fields.String(load_default="", validate=validate.Length(max=500))


class Activation(Request):
    """For which new cases; nothing said means all of them, at once."""

    #: A list, or ticked boxes of a page: `region:north=yes`.
    regions = fields.List(fields.String(validate=SHORT), load_default=list)
    #: Percent.
    share = fields.Integer(load_default=100, validate=validate.Range(min=1, max=100))
    starts_on = fields.Date(load_default=None, allow_none=True)
    note = fields.String(load_default="", validate=validate.Length(max=500))

    @pre_load
    def gather(self, data: Mapping[str, Any], **_more: Any) -> dict[str, Any]:
        ticked = [key.removeprefix("region:") for key in data if key.startswith("region:")]
        given = {key: value for key, value in data.items() if ":" not in key and value != ""}
        return {**given, "regions": ticked} if ticked else given


class Against(Request):
    #: Id of the other version.
    against = fields.String(required=True, validate=SHORT)


class PackedFile(Request):
    path = fields.String(required=True, validate=validate.Length(min=1, max=500))


class CalendarDraft(Request):
    """The revision of the calendar's draft as the page showed it; another one means that somebody else acted."""

    rev = fields.Integer(required=True)


class CalendarDays(Request):
    rev = fields.Integer(required=True)
    days = fields.List(fields.Date(), load_default=list, validate=validate.Length(max=400))
    #: rest, work, am or pm; `week` is what the day of the week says, `base` takes a region's own day back.
    kind = fields.String(required=True, validate=validate.OneOf(("rest", "work", "am", "pm", "week", "base")))
    region = fields.String(load_default="", validate=SHORT)
    #: On what the change is based: a holiday, a decision of the company.
    name = fields.String(load_default="", validate=validate.Length(max=100))


class NoticeText(Request):
    text = fields.String(required=True, validate=validate.Length(min=1, max=20_000))
    #: Needed when the text has no title that names it.
    year = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=YEARS[0], max=YEARS[-1]))


class NoticeTaken(NoticeText):
    rev = fields.Integer(required=True)


class DraftNote(CalendarDraft):
    note = fields.String(required=True, validate=REASON)


class DraftAnswer(CalendarDraft):
    answer = fields.String(load_default="", validate=validate.Length(max=500))


class Extend(Reason):
    days = fields.Decimal(required=True, validate=validate.Range(min=0, max=400, min_inclusive=False))


class Profile(Reason):
    region = fields.String(load_default="", validate=SHORT)
    #: Empty to follow the whole company.
    profile = fields.String(load_default="", validate=SHORT)


class Order(Request):
    element = fields.String(load_default="", validate=SHORT)
    #: A role that has to answer.
    whom = fields.String(required=True, validate=SHORT)
    text = fields.String(required=True, validate=REASON)


class OrderAnswer(Request):
    text = fields.String(required=True, validate=TEXT)
