"""Shapes of answers about what was decided in a case: by decisions, and by people in finished steps."""

from __future__ import annotations

from marshmallow import Schema, fields

from web.api.replies import many, moment


class RulingFact(Schema):
    label = fields.String(required=True)
    value = fields.String(required=True)
    #: What the row asks of an input; empty for an output.
    asked = fields.String(required=True)


class RulingRow(Schema):
    """A row that fired, counted from 1."""

    number = fields.Integer(required=True)
    inputs = many(RulingFact)
    outputs = many(RulingFact)


class RulingTable(Schema):
    id = fields.String(required=True)
    title = fields.String(required=True)
    rows = many(RulingRow)
    more = fields.Integer(required=True)
    value = fields.String(required=True)


class RulingReply(Schema):
    """What a decision answered at a step, by which rows, on which values."""

    name = fields.String(required=True)
    decision = fields.String(required=True)
    version = fields.Integer(required=True)
    at = moment(required=True)
    source = fields.String(required=True)
    tables = many(RulingTable)


class CaseRulings(Schema):
    decisions = many(RulingReply)


class ResultFile(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)


class ResultLine(Schema):
    """A heading, or a label with its value, or with its files."""

    kind = fields.String(required=True)
    label = fields.String(required=True)
    text = fields.String(required=True)
    level = fields.Integer(required=True)
    files = many(ResultFile)


class ResultReply(Schema):
    """A form that was filled in: of a finished step, or by the customer (then `task` and `element` are empty)."""

    id = fields.String(required=True)
    task = fields.String(required=True)
    element = fields.String(required=True)
    form = fields.String(required=True)
    name = fields.String(required=True)
    who = fields.String(required=True)
    at = moment(required=True)
    lines = many(ResultLine)


class CaseResults(Schema):
    results = many(ResultReply)


class EventReply(Schema):
    at = moment(required=True)
    text = fields.String(required=True)
    who = fields.String(required=True)
    icon = fields.String(required=True)
    #: Kind of the history entry.
    kind = fields.String(required=True)


class RecordReply(Schema):
    #: Of all events, also those that were not asked for.
    total = fields.Integer(required=True)
    events = many(EventReply)


class NoteReply(Schema):
    author = fields.String(required=True)
    at = moment(required=True)
    text = fields.String(required=True)


class SentLetter(Schema):
    channel = fields.String(required=True)
    at = moment(required=True)
    text = fields.String(required=True)
    state = fields.String(required=True)


class LettersReply(Schema):
    notes = many(NoteReply)
    sent = many(SentLetter)
