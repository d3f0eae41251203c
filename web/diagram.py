"""The live diagram of a case: which process is drawn, how its elements stand, and the same as a list of steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

from flask import url_for
from sqlalchemy import Connection

from engine import queries
from web.asked import history_of, instances_of
from web.people import names
from web.timing import due_text, of_tasks
from web.wording import Timing, lasting, moment_text

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
    #: Where a click on the shape leads: to the open task, or to what the finished one decided; empty for nowhere.
    href: str = ""
    #: The badge on paper, with the whole date.
    paper: str = ""


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
    for row in reversed(list(instances_of(connection, business_key))):
        found += _of_instance(connection, row, now)
    return found


def chosen(drawn: Iterable[Drawn], process_id: str = "") -> Drawn | None:
    """The process to show: the one asked for, else the innermost that is live, else the last."""
    listed = list(drawn)
    wanted = [part for part in listed if part.process_id == process_id]
    live = [part for part in listed if part.live]
    return next(iter(wanted or live[-1:] or listed[-1:]), None)


#: A version of a process: deployment and process id.
_Place: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Trail:
    """What one instance has left, read once for all its processes."""

    entries: tuple[queries.Entry, ...]
    tasks: tuple[queries.Task, ...]
    timings: Mapping[str, Timing]
    people: Mapping[str, str]
    #: Deployment, process and element.
    active: frozenset[tuple[str, str, str]]
    incidents: frozenset[str]

    def within(self, place: _Place) -> _Trail:
        """The same for one version of one process."""
        return replace(
            self,
            entries=tuple(entry for entry in self.entries if _place(entry) == place),
            tasks=tuple(task for task in self.tasks if _place(task) == place),
            active=frozenset(active for active in self.active if active[:2] == place),
        )


def _of_instance(connection: Connection, row: queries.Instance, now: datetime) -> list[Drawn]:
    trail = _trail(connection, row, now)
    begun = dict.fromkeys(_place(entry) for entry in trail.entries)
    versions = {deployment_id for deployment_id, _process in begun} | {row.deployment_id}
    found = (known for id in versions for known in queries.definitions(connection, deployment_id=id))
    known = {_place(definition): definition for definition in found}
    return [_drawn(known[place], trail.within(place), now) for place in begun if place in known]


def _place(found: queries.Entry | queries.Task | queries.Definition) -> _Place:
    return found.deployment_id, found.process_id


def _trail(connection: Connection, row: queries.Instance, now: datetime) -> _Trail:
    tasks = queries.tasks(connection, instance_id=row.id)
    active = queries.tokens(connection, row.id, now=now) if row.state == "running" else ()
    history = history_of(connection, row.id)
    return _Trail(
        entries=tuple(entry for entry in history if entry.kind in _ON_THE_WAY and entry.element),
        tasks=tasks,
        timings=of_tasks(connection, tasks, now),
        people=names(connection, [name for task in tasks for name in (task.assignee, task.closed_by)]),
        active=frozenset((token.deployment_id, token.process_id, token.element) for token in active),
        incidents=frozenset(incident.element for incident in queries.incidents(connection, instance_id=row.id)),
    )


def _drawn(definition: queries.Definition, trail: _Trail, now: datetime) -> Drawn:
    return Drawn(
        definition.process_id,
        definition.name or definition.process_id,
        url_for("definitions.xml", definition_id=definition.id),
        tuple(_marks(trail, now)),
        tuple(_steps(trail, now)),
        bool(trail.active),
    )


def _marks(trail: _Trail, now: datetime) -> Iterable[Mark]:
    open_tasks = {task.element: task for task in trail.tasks if task.state == "open"}
    closed = sorted((task for task in trail.tasks if task.closed_at), key=lambda task: task.created_at)
    done = {task.element: task for task in closed if task.state == "completed"}
    active = {element for _deployment, _process, element in trail.active}
    for element in dict.fromkeys(entry.element for entry in trail.entries):
        if element in trail.incidents:
            yield Mark(element, "incident", "")
        elif element in open_tasks:
            yield _task_mark(open_tasks[element], trail, now)
        else:
            state = "active" if element in active else "finished"
            yield Mark(element, state, "", _decided(done[element]) if element in done else "")


def _task_mark(task: queries.Task, trail: _Trail, now: datetime) -> Mark:
    timing = trail.timings[task.id]
    who, due = trail.people[task.assignee] if task.assignee else "", due_text(timing, now)
    text, paper = (" · ".join(filter(None, (who, word))) for word in (due, due.paper))
    return Mark(task.element, _state(timing), text, url_for("workbench.task", task_id=task.id), paper)


def _decided(task: queries.Task) -> str:
    return url_for("workbench.case_results", business_key=task.business_key, step=task.id, _anchor=f"step-{task.id}")


def _steps(trail: _Trail, now: datetime) -> Iterable[Step]:
    """People's work only: events and gateways say nothing in a list."""
    for task in sorted(trail.tasks, key=lambda task: task.created_at):
        timing = trail.timings[task.id]
        actor = task.assignee if task.state == "open" else task.closed_by
        when = lasting(partial(moment_text, task.closed_at), now) if task.closed_at else due_text(timing, now)
        href = url_for("workbench.task", task_id=task.id)
        yield Step(task.name, _state(timing), trail.people[actor] if actor else "", when, href)


def _state(timing: Timing) -> str:
    return "active" if timing.status == "on_time" else timing.status
