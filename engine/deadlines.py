"""Deadlines follow the turns of their instance: opened, paused, resumed and closed by what the process does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final, Protocol

from sqlalchemy import Connection, Select, and_, bindparam, literal, select

from engine import dmn, ledger, profiles
from engine.calendar import Calendar
from engine.calendars import active_version, load
from engine.command import Command
from engine.deadline import Deadline, Subject, from_row, write
from engine.deadline_marks import follow_due
from engine.feel import Function
from engine.history import Scene
from engine.ledger import Due, Limit, Line, Segment, at_percent, due, used_percent
from engine.library import Library
from engine.models import LAST_MOMENT, deadline
from engine.properties import cause_of, clock_while_of
from engine.rows import new_id
from engine.spiff import Definition, Element, Instance
from engine.spiff.effects import Effect, Entered, Left, TaskClosed, TaskOpened, TimerArmed
from engine.time_limits import Place, Rules

__all__ = [
    "CASE_KEY",
    "Deadline",
    "Deadlines",
    "Due",
    "Limit",
    "Line",
    "Segment",
    "add_working_days",
    "at_percent",
    "due",
    "from_row",
    "used_percent",
    "working_days",
]

#: Process variables that choose the row of a limit besides the step; a pack without them leaves those columns empty.
CLASS_VARIABLE: Final = "customer_class"
PROFILE_VARIABLE: Final = "profile"
CASE_KEY: Final = "case"
#: Values of the property `clock` that stop the utility's deadlines.
STOPPING: Final = ("customer", "government")


class Deciding(Protocol):
    """Evaluates decisions of the instance's deployment, and knows the processes that run."""

    def explain(self, decision_ref: str, variables: Mapping[str, Any]) -> dmn.Explanation: ...

    def process(self, process_id: str) -> Definition: ...


class Projected(Protocol):
    """Rows of the turn that are not written yet, by token."""

    tasks: dict[str, dict[str, Any]]
    timers: dict[str, dict[str, Any]]


class Turn(Protocol):
    """What deadlines need to know of a turn."""

    command: Command
    scene: Scene
    library: Library

    @property
    def instance(self) -> Instance: ...

    @property
    def projection(self) -> Projected: ...

    def host(self) -> Deciding: ...


class Deadlines:
    """The open deadlines of one instance during one turn; read from the database at the first need."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._now = turn.command.now
        self._loaded = False
        self._open: dict[str, Deadline] = {}
        #: The open deadlines as they are in the database.
        self._before: dict[str, Deadline] = {}
        self._changed: dict[str, Deadline] = {}
        self._version: str | None = None
        #: Key -> what `due(key)` answered last, to tell how far from it a timer was set.
        self._answered: dict[str, datetime] = {}
        self._parents: dict[str, tuple[str, ...]] = {}
        self._profiles: dict[str, str] = {}

    # --- functions of FEEL -----------------------------------------------------------------------

    def functions(self, instance: Instance) -> Mapping[str, Function]:
        """`due(key)`, `add working days(from, n)` and `working days(from, to)` for expressions of the instance."""

        def calendar() -> Calendar:
            return self._calendar(self._region(instance.variables))

        made = (
            Function("due", ("key",), lambda key: self.due(str(key), instance.variables)),
            Function("add working days", ("from", "n"), lambda start, n: add_working_days(calendar(), start, n)),
            Function("working days", ("from", "to"), lambda start, end: working_days(calendar(), start, end)),
        )
        return {function.name: function for function in made}

    def due(self, key: str, variables: Mapping[str, Any]) -> datetime | None:
        """Due moment of the youngest open deadline with the key; of one that began now if there is none.

        While its clock stands, the moment it would have if the clock ran again now.
        """
        found = self._youngest(key)
        moment = found.if_resumed(self._calendar(found.region), self._now) if found else self._fresh(key, variables)
        if moment is not None:
            self._answered[key] = moment
        return moment

    def _fresh(self, key: str, variables: Mapping[str, Any]) -> datetime | None:
        limit = self._rules.limit(key, self._place(variables))
        if limit is None:
            return None
        return ledger.due(limit, ledger.opened(self._now), self._calendar(self._region(variables))).moment

    # --- following -------------------------------------------------------------------------------

    def follow(self, effects: Iterable[Effect]) -> None:
        """Take over effects in the order in which they happened, then write what changed."""
        found = list(effects)
        if self._turn.scene.rev == 1:
            key = self._turn.instance.definition.properties.get("limit", CASE_KEY)
            self._open_row("case", "", key, "", ())
        for effect in found:
            act = _ACTS.get(type(effect))
            if act is not None:
                act(self, effect)
        if self._turn.instance.ended:
            self._close_all()
        else:
            self._weigh_waits()
        self._set_tasks(found)
        self._set_timers(found)
        self._write()

    def _entered(self, effect: Entered) -> None:
        self._parents[effect.token] = effect.parents
        element = self._element(effect.process_id, effect.element)
        if element is None:
            return
        key, kind = element.properties.get("limit"), element.kind
        if key and kind != "userTask":
            self._open_row("stage", effect.token, key, element.properties.get("stage", ""), effect.parents)
        cause = cause_of(element)
        if element.properties.get("clock") in STOPPING and not clock_while_of(element):
            self._pause(effect.parents, effect.token, cause)
        self._pause_named(element.properties.get("pauses", ""), effect.token, cause)

    def _left(self, effect: Left) -> None:
        element = self._element(effect.process_id, effect.element)
        if element is not None and any(element.properties.get(word) for word in ("limit", "clock", "pauses")):
            self._close(effect.token)
            self._resume(effect.token)

    def _task_opened(self, effect: TaskOpened) -> None:
        parents = self._parents.get(effect.token, ())
        self._open_row("task", effect.token, effect.limit or effect.element, effect.stage or "", parents)
        if effect.clock in STOPPING:
            self._pause(parents, effect.token, effect.name or effect.element)

    def _task_closed(self, effect: TaskClosed) -> None:
        self._close(effect.token)
        self._resume(effect.token)

    def _weigh_waits(self) -> None:
        """The clock of a wait with `clock_while` stands as long as one of the named elements is open."""
        standing = self._turn.instance.standing()
        for process_id, id, token, parents in standing:
            element = self._element(process_id, id)
            named = clock_while_of(element)
            if element is None or not named:
                continue
            if element.properties.get("clock") in STOPPING and any(other in named for _, other, _, _ in standing):
                self._pause(parents, token, cause_of(element))
            else:
                self._resume(token)

    def _close_all(self) -> None:
        for found in tuple(self._rows().values()):
            self._put(found.closed(self._now))

    def _open_row(self, subject: Subject, token: str, key: str, stage: str, parents: tuple[str, ...]) -> None:
        place = self._place(self._turn.instance.variables)
        limit = self._rules.limit(key, place)
        if limit is None:
            return
        scene = self._turn.scene
        made = Deadline(
            id=new_id(),
            instance_id=scene.instance_id,
            subject=subject,
            token=token,
            task_id=str(self._turn.projection.tasks.get(token, {}).get("id", "")),
            key=key,
            stage=stage,
            customer_class=place.customer_class or "",
            region=place.region,
            limit=limit,
            segments=ledger.opened(self._now, scene.by),
            opened_at=self._now,
            parents=parents,
            rungs=self._rules.rungs(subject, key, stage, place, limit),
        )
        self._put(made.computed(self._calendar(made.region)))

    def _close(self, token: str) -> None:
        for found in tuple(self._rows().values()):
            if found.token == token:
                self._put(found.closed(self._now))

    def _pause(self, parents: tuple[str, ...], holder: str, cause: str) -> None:
        """The clock of the enclosing activities and of the case stands; other branches go on."""
        for found in tuple(self._rows().values()):
            if found.subject == "case" or found.token in parents:
                segments = ledger.paused(found.segments, holder, cause, now=self._now, actor=self._turn.scene.by)
                self._change(found, segments)

    def _pause_named(self, keys: str, holder: str, cause: str) -> None:
        """Deadlines of others that the property `pauses` names stand while an element is open."""
        named = {key.strip() for key in keys.split(",")} - {""}
        for found in tuple(self._rows().values()) if named else ():
            if found.key in named:
                segments = ledger.paused(found.segments, holder, cause, now=self._now, actor=self._turn.scene.by)
                self._change(found, segments)

    def _resume(self, holder: str) -> None:
        for found in tuple(self._rows().values()):
            self._change(found, ledger.resumed(found.segments, holder, now=self._now, actor=self._turn.scene.by))

    def _change(self, found: Deadline, segments: ledger.Segments) -> None:
        if segments != found.segments:
            self._put(replace(found, segments=segments).computed(self._calendar(found.region)))

    def _put(self, made: Deadline) -> None:
        self._changed[made.id] = made
        if made.closed_at is None:
            self._rows()[made.id] = made
        else:
            self._rows().pop(made.id, None)

    # --- rows of the projection ------------------------------------------------------------------

    def _set_tasks(self, effects: Iterable[Effect]) -> None:
        """Tasks without a due date of their own are due with their deadline."""
        by_token = {found.token: found for found in self._rows().values() if found.subject == "task"}
        for effect in (effect for effect in effects if isinstance(effect, TaskOpened)):
            row = self._turn.projection.tasks.get(effect.token)
            if row is not None and row["due_at"] is None and row["token"] in by_token:
                moment = by_token[row["token"]].due_at
                row.update(due_at=moment, order_at=moment or LAST_MOMENT)

    def _set_timers(self, effects: Iterable[Effect]) -> None:
        """Timers armed in this turn hang on the deadline that this turn may just have opened, paused or replaced."""
        for effect in (effect for effect in effects if isinstance(effect, TimerArmed)):
            row = self._turn.projection.timers.get(effect.token)
            if row is None or not row["deadline"] or row["deadline"] not in self._answered:
                continue
            found = self._of_timer(row["deadline"], row["host"])
            if found is not None:
                offset = row["due_at"] - self._answered[found.key]
                row["due_at"] = None if found.due_at is None else found.due_at + offset
                if found.due_at is None:
                    self._put(replace(found, offsets={**found.offsets, effect.token: offset}))

    # --- rows ------------------------------------------------------------------------------------

    def _write(self) -> None:
        connection = self._turn.command.connection
        for id, made in self._changed.items():
            before = self._before.get(id)
            if before is not None and made.closed_at is None:
                rivals = {other.token for other in self._rows().values() if other.key == made.key and other.id != id}
                self._changed[id] = self._open[id] = follow_due(connection, before, made, rivals)
        write(connection, self._changed.values())
        self._before, self._changed = dict(self._rows()), {}

    def _rows(self) -> dict[str, Deadline]:
        if not self._loaded:
            self._loaded = True
            self._version, self._open = _read(self._turn.command.connection, self._turn.scene.instance_id)
            self._before = dict(self._open)
        return self._open

    def _youngest(self, key: str) -> Deadline | None:
        found = [row for row in self._rows().values() if row.key == key]
        return max(found, key=lambda row: row.opened_at, default=None)

    def _of_timer(self, key: str, host: str) -> Deadline | None:
        own = (row for row in self._rows().values() if row.key == key and row.token == host and host)
        return next(own, None) or self._youngest(key)

    # --- rules -----------------------------------------------------------------------------------

    def _calendar(self, region: str) -> Calendar:
        self._rows()
        return load(self._turn.command.connection, self._version, region)

    def _region(self, variables: Mapping[str, Any]) -> str:
        region = variables.get("region")
        return region if isinstance(region, str) else self._turn.scene.region

    def _place(self, variables: Mapping[str, Any]) -> Place:
        customer_class, profile = (variables.get(name) for name in (CLASS_VARIABLE, PROFILE_VARIABLE))
        region = self._region(variables)
        return Place(
            customer_class if isinstance(customer_class, str) else None,
            profile if isinstance(profile, str) else self._profile(region),
            region,
        )

    def _profile(self, region: str) -> str | None:
        """The profile in force in a region, read once per turn; None leaves the choice to the table."""
        if region not in self._profiles:
            self._profiles[region] = profiles.in_force(self._turn.command.connection, region)
        return self._profiles[region] or None

    @property
    def _rules(self) -> Rules:
        shelf = self._turn.library
        return Rules(shelf.deployment_id, self._turn.host().explain)

    def _element(self, process_id: str, element: str) -> Element | None:
        return self._turn.host().process(process_id).elements.get(element)


_ACTS: Final[Mapping[type, Callable[[Deadlines, Any], None]]] = {
    Entered: Deadlines._entered,
    Left: Deadlines._left,
    TaskOpened: Deadlines._task_opened,
    TaskClosed: Deadlines._task_closed,
}


def add_working_days(calendar: Calendar, start: object, n: object) -> object:
    """A date or moment n working days later, of the same kind; null for anything else."""
    if not isinstance(start, date) or not isinstance(n, Decimal):
        return None
    if isinstance(start, datetime):
        return calendar.add_working_days(start, n)
    return calendar.add_working_days(datetime.combine(start, time.min), n).date()


def working_days(calendar: Calendar, start: object, end: object) -> object:
    """Working days between two dates or moments; a date means its end. Null for anything else."""
    if not isinstance(start, date) or not isinstance(end, date):
        return None
    first, last = (
        value if isinstance(value, datetime) else datetime.combine(value, time.max) for value in (start, end)
    )
    return calendar.working_days(first, last)


def _reading() -> Select[Any]:
    one = select(literal(1).label("one")).subquery()
    own = and_(deadline.c.instance_id == bindparam("b_instance"), deadline.c.state != "closed")
    return select(active_version().label("version"), deadline).select_from(one.outerjoin(deadline, own))


_READING: Final = _reading()


def _read(connection: Connection, instance_id: str) -> tuple[str | None, dict[str, Deadline]]:
    """The calendar version in force and the open deadlines of an instance, in one statement."""
    rows = connection.execute(_READING, {"b_instance": instance_id}).all()
    return rows[0].version, {row.id: from_row(row) for row in rows if row.id is not None}
