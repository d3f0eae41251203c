"""What may stand behind the `?` of an address; OpenAPI shows it as parameters."""

from __future__ import annotations

from typing import Final

from marshmallow import EXCLUDE, Schema, fields, validate

from engine.deadline_changes import MOST_DAYS
from web.api.schemas import SHORT
from web.numbers import PAGES, YEARS
from web.record import KINDS

#: Kinds of inboxes: assigned to the caller, free for them, close to the limit, over it, done by them; and their last
#: task in each case that stands still for somebody outside.
INBOXES: Final = ("mine", "groups", "due_soon", "overdue", "done", "waiting")


class Query(Schema):
    """Unknown words are ignored: an address may have been shared with more."""

    class Meta:
        unknown = EXCLUDE


def text() -> fields.String:
    return fields.String(load_default="", validate=SHORT)


class Paged(Query):
    page = fields.Integer(load_default=1, validate=validate.Range(min=PAGES[0], max=PAGES[-1]))


class CasesAsked(Paged):
    #: Part of a number or title.
    q = text()


class TasksAsked(Paged):
    tab = fields.String(load_default="mine", validate=validate.OneOf(INBOXES))
    q = text()
    region = text()
    #: Id of the element.
    step = text()


class ProcessAsked(Query):
    #: Id of the process whose start form is meant; the entry of the active pack without it.
    process = text()


class PeopleAsked(Query):
    #: Part of a login, name or staff number.
    q = text()


class WorkloadAsked(Query):
    region = text()
    role = text()
    department = text()


class AbsencesAsked(Query):
    #: Id of another person, for administrators.
    user = text()


class CalendarAsked(Query):
    #: The present one without it.
    year = fields.Integer(load_default=None, validate=validate.Range(min=YEARS[0], max=YEARS[-1]))
    region = text()


class LimitsAsked(Query):
    #: The first active pack without it.
    pack = text()
    region = text()


class AfterAsked(Query):
    #: Where the part before it ended; empty for the first part.
    after = text()


class RecordAsked(Query):
    kind = fields.String(load_default="", validate=validate.OneOf(("", *KINDS)))
    #: Part of an event or of the name of who did it.
    q = text()
    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)


class DaysAsked(Query):
    days = fields.Decimal(required=True, validate=validate.Range(min=0, max=MOST_DAYS, min_inclusive=False))
