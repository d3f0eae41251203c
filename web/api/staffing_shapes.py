"""Shapes of requests and answers about teams, certificates, absences and the load of people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from marshmallow import Schema, fields, pre_load, validate

from web.api.replies import Done, TaskLine, many, moment
from web.api.schemas import REASON, SHORT, Request
from web.wording import ZONE

_WORD = validate.Regexp(r"^[A-Za-z][A-Za-z0-9_]{1,63}$")
_IDS = validate.Length(min=1, max=200)


class Ticked(Request):
    """Lists, or the ticked boxes of a page: `task:1f…=yes` stands for an entry of the list of that name."""

    #: Name of a box -> name of its list.
    boxes: ClassVar[Mapping[str, str]] = {}

    @pre_load
    def gather(self, data: Mapping[str, Any], **_more: Any) -> dict[str, Any]:
        given = {key: value for key, value in data.items() if ":" not in key}
        for box, name in self.boxes.items():
            ticked = [key.partition(":")[2] for key in data if key.startswith(f"{box}:")]
            if ticked or "choices" in given:
                given[name] = ticked
        return given


class TeamChange(Ticked):
    boxes: ClassVar[Mapping[str, str]] = {"region": "regions", "member": "members"}

    title = fields.String(validate=validate.Length(min=1, max=64))
    phone = fields.String(validate=validate.Length(max=32))
    regions = fields.List(fields.String(validate=SHORT))
    members = fields.List(fields.String(validate=SHORT))


class TeamNew(TeamChange):
    id = fields.String(required=True, validate=_WORD)
    title = fields.String(required=True, validate=validate.Length(min=1, max=64))


class CertificateNew(Request):
    kind = fields.String(required=True, validate=SHORT)
    number = fields.String(required=True, validate=validate.Length(min=1, max=64))
    valid_until = fields.Date(required=True)


class AbsenceNew(Request):
    """Moments, or days as a page asks for them: `first_day` from its beginning, `last_day` to its end."""

    #: Whose absence; empty for the caller's own.
    user = fields.String(load_default="", validate=SHORT)
    deputy = fields.String(required=True, validate=SHORT)
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    reason = fields.String(load_default="", validate=validate.Length(max=200))

    @pre_load
    def days(self, data: Mapping[str, Any], **_more: Any) -> dict[str, Any]:
        given = dict(data)
        for day, name, add in (("first_day", "starts_at", 0), ("last_day", "ends_at", 1)):
            if given.get(day) and not given.get(name):
                given[name] = _midnight(str(given[day]), add)
        return given


def _midnight(day: str, add: int) -> str:
    """The beginning of a day in the business time zone; what is no day stays for the field to refuse."""
    try:
        found = datetime.fromisoformat(day[:10]).date() + timedelta(days=add)
    except (ValueError, OverflowError):
        return day
    return datetime.combine(found, time(), ZONE).isoformat()


class Reassign(Ticked):
    boxes: ClassVar[Mapping[str, str]] = {"task": "tasks"}

    tasks = fields.List(fields.String(validate=SHORT), required=True, validate=_IDS)
    #: Empty: the one of the team who has least to do, for each task.
    assignee = fields.String(load_default="", validate=SHORT)
    reason = fields.String(required=True, validate=REASON)


class KeeperChange(Request):
    role = fields.String(required=True, validate=SHORT)
    assignee = fields.String(required=True, validate=SHORT)
    reason = fields.String(required=True, validate=REASON)


class TeamReply(Schema):
    id = fields.String(required=True)
    title = fields.String(required=True)
    phone = fields.String(required=True)
    regions = fields.List(fields.String(), required=True)
    members = fields.List(fields.String(), required=True)


class CertificateReply(Schema):
    id = fields.String(required=True)
    user_id = fields.String(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    number = fields.String(required=True)
    valid_until = fields.Date(required=True)
    #: valid, expiring or expired
    state = fields.String(required=True)


class AbsenceReply(Schema):
    id = fields.String(required=True)
    user_id = fields.String(required=True)
    deputy_id = fields.String(required=True)
    starts_at = moment(required=True)
    ends_at = moment(required=True)
    reason = fields.String(required=True)
    created_by = fields.String(required=True)


class PersonLoad(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    number = fields.String(required=True)
    department = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)
    regions = fields.List(fields.String(), required=True)
    teams = fields.List(fields.String(), required=True)
    open = fields.Integer(required=True)
    due_soon = fields.Integer(required=True)
    overdue = fields.Integer(required=True)
    #: Open cases that the person looks after.
    cases = fields.Integer(required=True)
    absent_until = moment(required=True, allow_none=True)
    deputy = fields.String(required=True)
    certificates = many(CertificateReply)


class PersonHolds(PersonLoad):
    tasks = many(TaskLine)


class CandidateReply(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    department = fields.String(required=True)
    open = fields.Integer(required=True)
    overdue = fields.Integer(required=True)
    in_team = fields.Boolean(required=True)
    #: Until when the person is away; empty if here.
    absent = fields.String(required=True)
    fit = fields.Boolean(required=True)
    #: Why not, in words.
    obstacle = fields.String(required=True)


class OutcomeReply(Schema):
    task_id = fields.String(required=True)
    name = fields.String(required=True)
    case = fields.String(required=True)
    ok = fields.Boolean(required=True)
    text = fields.String(required=True)


class Reassigned(Done):
    moved = fields.Integer(required=True)
    outcomes = many(OutcomeReply)


class Moved(Done):
    moved = fields.Integer(required=True)
