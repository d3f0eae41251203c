"""The panel beside the inbox: one task at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import get_locale
from sqlalchemy import Connection

from engine import queries
from engine.people import obstacles
from web import events
from web.answers import answer
from web.auth import masks, scope
from web.auth.person import Person
from web.events import Event
from web.guides import guide_of
from web.people import name_of
from web.timing import explain_task, of_tasks
from web.wording import Timing


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and a text."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Peek:
    """What the panel shows."""

    id: str
    key: str
    name: str
    process: str
    party: str
    title: str
    state: str
    timing: Timing
    #: The rule of the due moment in one line.
    why: str
    guide: tuple[str, ...]
    facts: tuple[Fact, ...]
    events: tuple[Event, ...]
    mine: bool
    #: Name of the absent person whose task it is; empty for one's own.
    standing: str
    #: Whoever looks after the case does not give it back to everybody.
    owned: bool
    takeable: bool
    #: What keeps the reader from taking it, and who may instead; empty for nothing.
    obstacle: str
    instead: str


def peek_of(connection: Connection, who: Person, task_id: str, now: datetime) -> Peek:
    """The panel of one task; the caller has checked the scope."""
    task = queries.task(connection, task_id)
    takeable = not who.suspended and scope.may_take(connection, who, task.id)
    obstacle, instead = obstacle_of(connection, who, task, takeable, now)
    return Peek(
        id=task.id,
        key=task.business_key,
        name=task.name,
        process=process_name(connection, task),
        party=masks.parties(connection, masks.lens_of(connection, who), [task.business_key]).get(task.business_key, ""),
        title=task.title,
        state=task.state,
        timing=of_tasks(connection, [task], now)[task.id],
        why=rule_of(connection, task),
        guide=guide_of(connection, task)[:4],
        facts=facts_of(connection, task.instance_id),
        events=tuple(events.of_case(connection, task.business_key, 200)[:4]),
        mine=task.assignee in scope.holders_of(who),
        standing=standing_for(task, who),
        owned=bool(task.owner) and task.owner == task.assignee,
        takeable=takeable,
        obstacle=obstacle,
        instead=instead,
    )


def rule_of(connection: Connection, task: queries.Task) -> str:
    """The rule of the due moment in one line, empty without a limit."""
    why = explain_task(connection, task)
    return why.lines[1].text if why and len(why.lines) > 1 else ""


def obstacle_of(
    connection: Connection, who: Person, task: queries.Task, takeable: bool, now: datetime
) -> tuple[str, str]:
    """Four eyes or a missing certificate, and the names of those who may do it instead."""
    if task.state != "open" or not takeable:
        return "", ""
    actor = who.actor()
    behalf = next((one.id for one in actor.stands_for if one.id == task.assignee), "")
    error = obstacles(connection, task, [actor], now, behalf)[actor.id]
    if error is None:
        return "", ""
    found = answer(error)
    return found.title, found.remedy


def standing_for(task: queries.Task, who: Person) -> str:
    """Name of the absent person for whom the reader would do the task; empty if for themselves."""
    actor = who.actor()
    absent = next((one for one in actor.stands_for if one.id == task.assignee), None)
    if absent is None and not task.assignee and task.state == "open" and not scope.own_candidate(actor, task):
        absent = next((one for one in actor.stands_for if scope.own_candidate(one, task)), None)
    return name_of(absent.id) if absent else ""


def facts_of(connection: Connection, instance_id: str) -> tuple[Fact, ...]:
    """Facts of the pack in the reader's language, empty ones left out."""
    english = str(get_locale() or "zh").startswith("en")
    found = queries.instance(connection, instance_id).facts
    return tuple(Fact(fact.label_en if english else fact.label, fact.text) for fact in found if fact.text)


def process_name(connection: Connection, task: queries.Task) -> str:
    """The name of the process that the task belongs to."""
    found = queries.definitions(connection, deployment_id=task.deployment_id, process_id=task.process_id)
    return found[0].name if found else task.process_id
