"""What was filled in about a case: finished steps as they stood on completion, messages, application and rating."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import queries
from engine.damage import known_variables
from engine.submission import Submission, materials, sent, submissions
from forms import Row
from web import papers
from web.api import ratings
from web.api.applying import entry_in
from web.api.filling import ANSWERS, seal_ids
from web.asked import form_of, instances_of
from web.auth import masks
from web.auth.masks import Shown
from web.auth.person import Person
from web.packs import pack_of
from web.people import names
from web.wording import plain_label


@dataclass(frozen=True, slots=True)
class File:
    """A file that was handed in with the form."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """A heading, or a label with its value, or with its files."""

    kind: str
    label: str
    text: str
    #: Depth of nesting, 0 at the top.
    level: int
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """A form that was filled in: by staff in a step, or by the customer with a message, the application among them."""

    id: str
    #: Of the step; empty for what came from outside.
    task: str
    element: str
    form: str
    name: str
    who: str
    at: datetime
    lines: tuple[Line, ...]
    #: It is what the reader came for: it stands open.
    wanted: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The result as an answer of the API."""
        return {key: value for key, value in asdict(self).items() if key != "wanted"}


@dataclass(frozen=True, slots=True)
class _Filled:
    """A form with the values that stood in it, before it is put into words."""

    id: str
    task: str
    element: str
    deployment_id: str
    form: str
    name: str
    by: str
    at: datetime
    values: Mapping[str, Any]


def of_case(connection: Connection, who: Person, business_key: str, now: datetime) -> tuple[Result, ...]:
    """The filled-in forms of a case, the latest first; sealed values as the reader sees them.

    The application says what the case says now: what was corrected later stands in it.
    """
    filled = [
        *_steps(connection, business_key),
        *_messages(connection, business_key),
        *_application(connection, business_key, now),
        *_rating(connection, business_key),
    ]
    ids = [seal for one in filled for seal in seal_ids(one.values.values())]
    seals = masks.shown(connection, masks.lens_of(connection, who), ids)
    files = {row.id: row.name for row in papers.of_case(connection, business_key)}
    people = names(connection, [one.by for one in filled])
    found = [_result(connection, one, people, seals, files) for one in filled]
    return tuple(sorted(found, key=lambda result: result.at, reverse=True))


def for_task(connection: Connection, who: Person, task: queries.Task, now: datetime) -> tuple[Result, ...]:
    """The same for whoever does a task: what its pack names as its material comes first, the last of each."""
    wanted = materials(connection, task.deployment_id, task.process_id, task.element)
    found = [result for result in of_case(connection, who, task.business_key, now) if result.task != task.id]
    last = {id: result.id for id in wanted for result in reversed(found) if id in (result.element, result.form)}
    chosen = set(last.values())
    marked = [replace(result, wanted=result.id in chosen) for result in found]
    return tuple(sorted(marked, key=lambda result: not result.wanted))


def _steps(connection: Connection, business_key: str) -> Iterator[_Filled]:
    done = queries.tasks(connection, business_key=business_key, state="completed", limit=1_000)
    kept = submissions(connection, [task.id for task in done])
    for task in done:
        if task.form_ref and task.id in kept:
            place = (task.id, task.id, task.element, task.deployment_id, task.form_ref, task.name)
            yield _Filled(*place, task.closed_by, task.closed_at or task.created_at, _values(kept[task.id]))


def _messages(connection: Connection, business_key: str) -> Iterator[_Filled]:
    """What came from outside with a form of its own."""
    deployments = {one.id: one.deployment_id for one in instances_of(connection, business_key)}
    for one in sent(connection, business_key):
        deployment_id = deployments.get(one.instance_id)
        message = pack_of(connection, deployment_id).messages.get(one.name) if deployment_id else None
        if deployment_id and message is not None and message.form:
            yield _Filled(one.id, "", "", deployment_id, message.form, message.title, one.sender, one.at, one.data)


def _application(connection: Connection, business_key: str, now: datetime) -> Iterator[_Filled]:
    """The form with which the case began."""
    first = min(instances_of(connection, business_key), key=lambda one: one.started_at)
    entry = entry_in(connection, pack_of(connection, first.deployment_id))
    if entry.form:
        began = queries.history(connection, first.id, kinds=("started",))
        values = known_variables(connection, first.id, now=now)
        place = (first.id, "", "", first.deployment_id, entry.form, entry.title)
        yield _Filled(*place, began[0].actor if began else "", first.started_at, values)


def _rating(connection: Connection, business_key: str) -> Iterator[_Filled]:
    given = ratings.rating_of(connection, business_key)
    form, deployment_id = ratings.questionnaire(connection, business_key)
    if given is not None and form:
        place = ("rating", "", "", deployment_id, form, _("评价"))
        yield _Filled(*place, given.user_id, given.at, given.answers)


def _values(submission: Submission) -> dict[str, Any]:
    seen = {key: value for key, value in submission.seen.items() if key not in ANSWERS}
    return {**seen, **submission.data}


def _result(
    connection: Connection,
    filled: _Filled,
    people: Mapping[str, str],
    seals: Mapping[str, Shown],
    files: Mapping[str, str],
) -> Result:
    rows = form_of(connection, filled.deployment_id, filled.form).summary(filled.values)
    lines = tuple(_lines(rows, seals, files))
    who = people.get(filled.by, "")
    return Result(filled.id, filled.task, filled.element, filled.form, filled.name, who, filled.at, lines)


def _lines(rows: Iterable[Row], seals: Mapping[str, Shown], files: Mapping[str, str]) -> Iterator[Line]:
    for row in rows:
        label = plain_label(row.label)
        if row.kind == "sealed":
            found = seals.get(row.seal)
            yield Line("value", label, found.text if found else "", row.level)
        elif row.kind == "documents":
            named = tuple(File(id, files[id]) for id in row.documents if id in files)
            yield Line("documents", label, row.text, row.level, named)
        else:
            yield Line(row.kind, label, row.text, row.level)
