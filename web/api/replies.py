"""Shapes of answers, as OpenAPI shows them; the tests hold every answer to its shape."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields


def many(shape: type[Schema]) -> fields.List:
    return fields.List(fields.Nested(shape))


def moment(**options: Any) -> fields.AwareDateTime:
    """ISO 8601 with offset."""
    return fields.AwareDateTime(**options)


class Problem(Schema):
    """A refusal (RFC 9457): the fact, and what to do next."""

    status = fields.Integer()
    title = fields.String(required=True)
    detail = fields.String()
    remedy = fields.String()
    #: Texts by field.
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    #: By which an administrator finds an unexpected failure in the logs.
    reference = fields.String()
    #: Who was faster and when, the present revision.
    conflict = fields.Dict(keys=fields.String())
    #: Findings about files: file, element, code, message, advice, severity.
    problems = fields.List(fields.Dict(keys=fields.String()))
    #: Seconds until the next try is welcome.
    wait = fields.Integer()


class Done(Schema):
    """Every command answers at least this."""

    ok = fields.Boolean(required=True)
    #: Where a page goes on to.
    next = fields.String()
    #: One line for people.
    message = fields.String()


class Made(Done):
    id = fields.String(required=True)


class Applied(Done):
    case = fields.String(required=True)
    replayed = fields.Boolean(required=True)


class CaseLine(Schema):
    case = fields.String(required=True)
    party = fields.String(required=True)
    title = fields.String(required=True)
    subtitle = fields.String(required=True)
    region = fields.String(required=True)
    state = fields.String(required=True)
    started_at = moment(required=True)


class CaseList(Schema):
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    cases = many(CaseLine)


class StageReply(Schema):
    key = fields.String(required=True)
    label = fields.String(required=True)
    state = fields.String(required=True)
    text = fields.String(required=True)
    percent = fields.Integer(required=True)
    current = fields.Boolean(required=True)


class TaskLine(Schema):
    """One task of a list; `GET /api/tasks/{id}` has its form."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    element = fields.String(required=True)
    case = fields.String(required=True)
    title = fields.String(required=True)
    region = fields.String(required=True)
    state = fields.String(required=True)
    rev = fields.Integer(required=True)
    assignee_name = fields.String(required=True)
    due_at = moment(required=True, allow_none=True)
    closed_at = moment(required=True, allow_none=True)


class TaskList(Schema):
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    tasks = many(TaskLine)


class ToldReply(Schema):
    """What the house told the caller."""

    subject = fields.String(required=True)
    text = fields.String(required=True)
    at = moment(required=True)
    case = fields.String(required=True, allow_none=True)


class Wanted(Schema):
    """A message that the case waits for."""

    message = fields.String(required=True)
    title = fields.String(required=True)


class FormReply(Schema):
    """A form-js document, and the values that are there already."""

    title = fields.String(required=True)
    form = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    data = fields.Dict(keys=fields.String(), required=True)


class SealedValue(Schema):
    seal = fields.String(required=True)
    field = fields.String(required=True)
    kind = fields.String(required=True)
    #: As the caller may see it.
    text = fields.String(required=True)
    open = fields.Boolean(required=True)


class CaseReply(Schema):
    case = fields.String(required=True)
    #: How it is run: routed, forced (by a comparison) and actual process; null before, and where there is one way only.
    variant = fields.Dict(keys=fields.String(), values=fields.String(), allow_none=True, required=True)
    stages = many(StageReply)
    tasks = many(TaskLine)
    #: What the customer may send.
    waits = many(Wanted)
    #: What the caller may send, or begin a process beside the case with.
    offers = many(Wanted)
    sealed = many(SealedValue)


class Unmasked(Schema):
    ok = fields.Boolean(required=True)
    value = fields.String(required=True)
    #: How long it may stay on the screen.
    seconds = fields.Integer(required=True)


class DraftReply(Schema):
    data = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    saved_at = moment(required=True, allow_none=True)


class DraftSaved(Done):
    saved_at = moment(required=True)


class DeadlineReply(Schema):
    id = fields.String(required=True)
    key = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.String(required=True)
    due_at = moment(required=True, allow_none=True)
    text = fields.String(required=True)
    provisional = fields.Boolean(required=True)
    #: The computation, line by line, and the rules it follows.
    lines = fields.List(fields.String())
    sources = fields.List(fields.String())


class MarkReply(Schema):
    element = fields.String(required=True)
    state = fields.String(required=True)
    text = fields.String(required=True)
    #: The same with the whole date, for paper.
    paper = fields.String(required=True)
    #: Page of the open task, or of what the finished one decided; empty for neither.
    href = fields.String(required=True)


class StepReply(Schema):
    name = fields.String(required=True)
    state = fields.String(required=True)
    who = fields.String(required=True)
    when = fields.String(required=True)
    href = fields.String(required=True)


class DiagramReply(Schema):
    """One process of a case, and where its tokens are."""

    process_id = fields.String(required=True)
    name = fields.String(required=True)
    xml_url = fields.String(required=True)
    tokens = many(MarkReply)
    steps = many(StepReply)
    live = fields.Boolean(required=True)
    #: Ids of the sequence flows that were taken.
    flows = fields.List(fields.String())


class DocumentReply(Schema):
    id = fields.String(required=True)
    type = fields.String(required=True)
    name = fields.String(required=True)
    mime = fields.String(required=True)
    size = fields.Integer(required=True)
    sha256 = fields.String(required=True)
    state = fields.String(required=True)
    version = fields.Integer(required=True)
    uploaded_at = moment(required=True)


class PartTaken(Schema):
    ok = fields.Boolean(required=True)
    #: Bytes that are there; the next part begins here.
    offset = fields.Integer(required=True)


class Uploaded(Made):
    name = fields.String(required=True, allow_none=True)
    size = fields.Integer(required=True)


class SentReply(Done):
    #: False while it is kept for a wait to come.
    taken = fields.Boolean(required=True)
    replayed = fields.Boolean(required=True)


class Received(SentReply):
    stored = fields.Boolean(required=True)


class DeploymentReply(Schema):
    id = fields.String(required=True)
    pack = fields.String(required=True)
    version = fields.Integer(required=True)
    state = fields.String(required=True)
    note = fields.String(required=True)
    author = fields.String(required=True)
    created_at = moment(required=True)
    approved_by = fields.String(required=True)
    approved_at = moment(required=True, allow_none=True)


class CommentReply(Schema):
    text = fields.String(required=True)
    author = fields.String(required=True)
    at = moment(required=True)


class ActivationReply(Schema):
    deployment = fields.String(required=True)
    #: Empty for all.
    regions = fields.List(fields.String(), required=True)
    #: Percent of the new cases.
    share = fields.Integer(required=True)
    starts_at = moment(required=True)
    by = fields.String(required=True)
    at = moment(required=True)
    note = fields.String(required=True)
    ended_at = moment(required=True, allow_none=True)


class ChangeReply(Schema):
    file = fields.String(required=True)
    #: flow | limits | decisions | forms | letters | manifest | layout
    effect = fields.String(required=True)
    #: added | removed | changed | moved
    act = fields.String(required=True)
    element = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    field = fields.String(required=True)
    before = fields.String(required=True)
    after = fields.String(required=True)


CHANGE_FIELDS: Final = tuple(ChangeReply._declared_fields)


class IncidentReply(Schema):
    id = fields.String(required=True)
    case = fields.String(required=True)
    element = fields.String(required=True)
    error = fields.String(required=True)
    message = fields.String(required=True)
    since = moment(required=True)


class TaskReply(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    case = fields.String(required=True)
    state = fields.String(required=True)
    rev = fields.Integer(required=True)
    assignee = fields.String(required=True)
    assignee_name = fields.String(required=True)
    due_at = moment(required=True, allow_none=True)
    #: The form-js document, and the values that are there already.
    form = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    data = fields.Dict(keys=fields.String(), required=True)
    draft = fields.Nested(DraftReply, required=True, allow_none=True)


class Revised(Done):
    rev = fields.Integer(required=True)


class Told(Done):
    #: How many people got a notice.
    told = fields.Integer(required=True)


class Completion(Done):
    case = fields.String(required=True)
    next_tasks = fields.List(fields.String())
    replayed = fields.Boolean(required=True)


class Forecast(Schema):
    label = fields.String(required=True)
    basis = fields.String(required=True)
    days = fields.String(required=True)
    day = fields.String(required=True)


class ChargeReply(Schema):
    step = fields.String(required=True)
    stage = fields.String(required=True)
    team = fields.String(required=True)
    phone = fields.String(required=True)
    person = fields.String(required=True)


class ProgressReply(Schema):
    stages = many(StageReply)
    steps = many(ChargeReply)
    forecast = many(Forecast)


class FirstPassword(Done):
    #: Of a new account.
    id = fields.String()
    #: Shown this once.
    password = fields.String(required=True)


class DeadlineChanged(Done):
    due_at = moment(required=True, allow_none=True)


class WouldBe(Schema):
    #: Null while the clock stands still.
    due_at = moment(required=True, allow_none=True)
