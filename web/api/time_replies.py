"""Shapes of answers about the calendar, time limits and orders."""

from __future__ import annotations

from marshmallow import Schema, fields

from web.api.replies import Done, moment


class DayReply(Schema):
    region = fields.String(required=True)
    day = fields.Date(required=True)
    #: rest, work, am or pm; null where a region has no day of its own (any more).
    kind = fields.String(required=True, allow_none=True)
    confirmed = fields.Boolean(required=True)
    name = fields.String(required=True)


class DayChangeReply(DayReply):
    before = fields.String(required=True, allow_none=True)


class CalendarDraftReply(Schema):
    id = fields.String(required=True)
    rev = fields.Integer(required=True)
    state = fields.String(required=True)
    base = fields.String(required=True)
    author = fields.String(required=True)
    note = fields.String(required=True)
    answer = fields.String(required=True)
    changes = fields.List(fields.Nested(DayChangeReply), required=True)


class CalendarReply(Schema):
    version = fields.String(required=True)
    #: Days of the year and region that differ from the plain week.
    days = fields.List(fields.Nested(DayReply), required=True)
    provisional_from = fields.Date(required=True, allow_none=True)
    #: Open deadlines that have still to follow the version; null when all have.
    left = fields.Integer(required=True, allow_none=True)
    draft = fields.Nested(CalendarDraftReply, required=True, allow_none=True)


class DraftDone(Done):
    rev = fields.Integer(required=True)


class MoveReply(Schema):
    case = fields.String(required=True)
    key = fields.String(required=True)
    subject = fields.String(required=True)
    before = moment(required=True, allow_none=True)
    after = moment(required=True, allow_none=True)
    becomes_late = fields.Boolean(required=True)
    tells_customer = fields.Boolean(required=True)


class PreviewReply(Schema):
    moved = fields.Integer(required=True)
    late = fields.Integer(required=True)
    customers = fields.Integer(required=True)
    #: Deadlines of this part, of all that can move, and where the next part begins.
    examined = fields.Integer(required=True)
    of = fields.Integer(required=True)
    rest = fields.String(required=True)
    moves = fields.List(fields.Nested(MoveReply), required=True)


class NoticeReply(Schema):
    year = fields.Integer(required=True)
    days = fields.List(fields.Nested(DayReply), required=True)
    doubts = fields.List(fields.String(), required=True)


class LimitReply(Schema):
    step = fields.String(required=True)
    title = fields.String(required=True)
    customer_class = fields.String(required=True)
    days = fields.Decimal(required=True, allow_none=True)
    clock_minutes = fields.Decimal(required=True, allow_none=True)
    source = fields.String(required=True)
    status = fields.String(required=True)
    row = fields.Integer(required=True)
    ceiling_days = fields.Decimal(required=True, allow_none=True)
    above_ceiling = fields.Boolean(required=True)


class LimitsReply(Schema):
    region = fields.String(required=True)
    profile = fields.String(required=True)
    profiles = fields.List(fields.String(), required=True)
    limits = fields.List(fields.Nested(LimitReply), required=True)


class OrderReply(Schema):
    id = fields.String(required=True)
    case = fields.String(required=True)
    element = fields.String(required=True)
    whom = fields.String(required=True)
    text = fields.String(required=True)
    opened_at = moment(required=True)
    due_at = moment(required=True, allow_none=True)
    state = fields.String(required=True)
    answer = fields.String(required=True)
    answered_at = moment(required=True, allow_none=True)
