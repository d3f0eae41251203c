"""What the finished steps of a case decided: their forms with labels and values, as they stood on completion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine import queries
from engine.submission import Submission, materials, submissions
from forms import Row
from web import papers
from web.api.filling import ANSWERS, seal_ids
from web.asked import form_of
from web.auth import masks
from web.auth.masks import Shown
from web.auth.person import Person
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
    """One finished step."""

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


def of_case(connection: Connection, who: Person, business_key: str) -> tuple[Result, ...]:
    """The finished steps of a case that kept their form, the latest first; sealed values as the reader sees them."""
    done = queries.tasks(connection, business_key=business_key, state="completed", limit=1_000)
    kept = submissions(connection, [task.id for task in done])
    finished = [task for task in done if task.form_ref and task.id in kept]
    values = {task.id: _values(kept[task.id]) for task in finished}
    ids = [seal for given in values.values() for seal in seal_ids(given.values())]
    seals = masks.shown(connection, masks.lens_of(connection, who), ids)
    files = {row.id: row.name for row in papers.of_case(connection, business_key)}
    people = names(connection, [task.closed_by for task in finished])
    found = [_result(connection, task, values[task.id], people, seals, files) for task in finished]
    return tuple(sorted(found, key=lambda result: result.at, reverse=True))


def for_task(connection: Connection, who: Person, task: queries.Task) -> tuple[Result, ...]:
    """The same for whoever does a task: what its pack names as its material comes first, the last of each."""
    wanted = materials(connection, task.deployment_id, task.process_id, task.element)
    found = [result for result in of_case(connection, who, task.business_key) if result.task != task.id]
    last = {id: result.task for id in wanted for result in reversed(found) if id in (result.element, result.form)}
    chosen = set(last.values())
    marked = [replace(result, wanted=result.task in chosen) for result in found]
    return tuple(sorted(marked, key=lambda result: not result.wanted))


def _values(submission: Submission) -> dict[str, Any]:
    seen = {key: value for key, value in submission.seen.items() if key not in ANSWERS}
    return {**seen, **submission.data}


def _result(
    connection: Connection,
    task: queries.Task,
    values: Mapping[str, Any],
    people: Mapping[str, str],
    seals: Mapping[str, Shown],
    files: Mapping[str, str],
) -> Result:
    rows = form_of(connection, task.deployment_id, task.form_ref).summary(values)
    lines = tuple(_lines(rows, seals, files))
    at = task.closed_at or task.created_at
    return Result(task.id, task.element, task.form_ref, task.name, people.get(task.closed_by, ""), at, lines)


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
