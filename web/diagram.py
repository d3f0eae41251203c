"""The live diagram of a case: which process is drawn, how its elements stand, and the same as a list of steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import Connection

from engine import queries
from web.people import names
from web.timing import due_text, of_tasks
from web.wording import Timing, moment_text

#: Kinds of history entries that belong to an element of a diagram.
_ON_THE_WAY = frozenset({"entered", "left", "passed"})


@dataclass(frozen=True, slots=True)
class Mark:
    """The state of one shape."""

    element: str
    #: A key of the status vocabulary; "future" ones are left out.
    state: str
    #: The badge above the shape: at most a name and a time.
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """One line of 步骤清单."""

    name: str
    state: str
    who: str
    when: str
    href: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """One process of a case."""

    process_id: str
    name: str
    xml_url: str
    tokens: tuple[Mark, ...]
    steps: tuple[Step, ...]
    #: Somebody or something is in it now.
    live: bool
    flows: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def of_case(connection: Connection, business_key: str, now: datetime) -> list[Drawn]:
    """The processes a case has been in, called parts included, in the order in which they began."""
    found: list[Drawn] = []
    for row in reversed(list(queries.instances(connection, business_key=business_key))):
        found += _of_instance(connection, row, now)
    return found


def chosen(drawn: Iterable[Drawn], process_id: str = "") -> Drawn | None:
    """The process to show: the one asked for, else the innermost that is live, else the last."""
    listed = list(drawn)
    wanted = [part for part in listed if part.process_id == process_id]
    live = [part for part in listed if part.live]
    return next(iter(wanted or live[-1:] or listed[-1:]), None)


def _of_instance(connection: Connection, row: queries.Instance, now: datetime) -> list[Drawn]:
    entries = [entry for entry in queries.history(connection, row.id) if entry.kind in _ON_THE_WAY and entry.element]
    tasks = queries.tasks(connection, instance_id=row.id)
    timings = of_tasks(connection, tasks, now)
    people = names(connection, [name for task in tasks for name in (task.assignee, task.closed_by)])
    active = queries.tokens(connection, row.id, now=now) if row.state == "running" else ()
    incidents = {incident.element for incident in queries.incidents(connection, instance_id=row.id)}
    made = []
    for process_id in dict.fromkeys(entry.process_id for entry in entries):
        definition = next(iter(queries.definitions(connection, deployment_id=row.deployment_id, process_id=process_id)), None)
        if definition is None:
            continue
        own = [entry for entry in entries if entry.process_id == process_id]
        here = {token.element for token in active if token.process_id == process_id}
        inside = [task for task in tasks if task.process_id == process_id]
        made.append(
            Drawn(
                process_id,
                definition.name or process_id,
                url_for("definitions.xml", definition_id=definition.id),
                tuple(_marks(own, here, inside, timings, people, incidents, now)),
                tuple(_steps(own, inside, timings, people, now)),
                bool(here),
            )
        )
    return made


def _marks(
    entries: Iterable[queries.Entry],
    active: set[str],
    tasks: Iterable[queries.Task],
    timings: Mapping[str, Timing],
    people: Mapping[str, str],
    incidents: set[str],
    now: datetime,
) -> Iterable[Mark]:
    open_tasks = {task.element: task for task in tasks if task.state == "open"}
    for element in dict.fromkeys(entry.element for entry in entries):
        if element in incidents:
            yield Mark(element, "incident", "")
        elif element in open_tasks:
            task = open_tasks[element]
            timing = timings[task.id]
            words = (people[task.assignee] if task.assignee else "", due_text(timing, now))
            state = "active" if timing.status == "on_time" else timing.status
            yield Mark(element, state, " · ".join(word for word in words if word))
        elif element in active:
            yield Mark(element, "active", "")
        else:
            yield Mark(element, "finished", "")


def _steps(
    entries: Iterable[queries.Entry],
    tasks: Iterable[queries.Task],
    timings: Mapping[str, Timing],
    people: Mapping[str, str],
    now: datetime,
) -> Iterable[Step]:
    """People's work only: events and gateways say nothing in a list."""
    for task in sorted(tasks, key=lambda task: task.created_at):
        timing = timings[task.id]
        closed = task.state != "open"
        who = people[task.closed_by if closed else task.assignee] if (task.closed_by or task.assignee) else ""
        when = moment_text(task.closed_at, now) if closed and task.closed_at else due_text(timing, now)
        state = "active" if timing.status == "on_time" else timing.status
        yield Step(task.name, state, who, when, url_for("workbench.task", task_id=task.id))
