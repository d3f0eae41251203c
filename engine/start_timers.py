"""Timer start events: the active version of a pack begins instances when the clock says so.

Each waiting start is one job; when it comes due it writes the job that begins the instance and, in the same
transaction, the start that follows. So every occurrence happens once, however many nodes watch, and an instance that
cannot begin is an incident of its own and does not stop the clock. A clock that stood still makes up what was missed,
but only so much; then it stops as an incident. Activating a version cancels the starts of the one before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select, update

from engine import incidents, jobs
from engine.columns import state_is
from engine.command import Command
from engine.errors import CannotRun
from engine.feel import FeelError
from engine.library import Library
from engine.models import deployment, job
from engine.spiff import LOCAL, MOST_MISSED, Cycle, TooFarBehind
from engine.starting import Beginning, start

#: Topic of the job that waits for the next occurrence.
DUE: Final = "engine.start_timer.due"
#: Topic of the job that begins the instance of one occurrence.
BEGIN: Final = "engine.start_timer.begin"
CLOCK: Final = "clock"


@dataclass(frozen=True)
class _Start:
    """One start event of an activated version, at its next occurrence."""

    deployment_id: str
    process: str
    element: str
    #: When the version was activated: a version that comes back counts anew.
    armed: datetime
    cycle: Cycle
    #: How many missed occurrences were made up without a break.
    missed: int = 0

    @property
    def key(self) -> str:
        places = (self.deployment_id, self.process, self.element, self.armed.isoformat(), self.cycle.due.isoformat())
        return f"{_prefix(places[0])}{':'.join(places[1:])}"

    def content(self) -> dict[str, Any]:
        """The variables of its jobs."""
        cycle: dict[str, Any] = {"due": self.cycle.due.isoformat(), "step": self.cycle.step, "left": self.cycle.left}
        place = {"deployment": self.deployment_id, "process": self.process, "element": self.element}
        return {**place, "armed": self.armed.isoformat(), **cycle, "missed": self.missed}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> _Start:
        """What the variables of a job say."""
        left = None if told["left"] is None else int(told["left"])
        cycle = Cycle(datetime.fromisoformat(told["due"]), told["step"], left)
        armed = datetime.fromisoformat(told["armed"])
        # Starts that waited before this was counted say nothing of it.
        return cls(told["deployment"], told["process"], told["element"], armed, cycle, int(told.get("missed", 0)))


def arm(connection: Connection, shelf: Library, now: datetime) -> None:
    """Let the start events of a version that becomes active wait; a date that is past already never comes.

    Raises `CannotRun` when the text of a timer says no time.
    """
    for definition in shelf.definitions.values():
        for element in definition.start_timers:
            try:
                cycle = definition.first_start(element, now)
            except (ValueError, FeelError) as error:
                raise CannotRun(element, f"timer: {error}") from error
            if cycle is not None and cycle.due >= now:
                _wait(connection, _Start(shelf.deployment_id, definition.id, element, now, cycle), now)


def disarm(connection: Connection, deployment_ids: Iterable[str], now: datetime) -> None:
    """Withdraw the waiting starts of versions that are no longer active."""
    for id in deployment_ids:
        own = (job.c.topic == DUE, job.c.idempotency_key.startswith(_prefix(id), autoescape=True))
        found = update(job).where(state_is(job, "waiting"), *own)
        connection.execute(found.values(state="cancelled", closed_at=now))


def come_due(command: Command, told: Mapping[str, Any]) -> None:
    """Write down the instance to begin and the occurrence that follows; nothing for a version that was retired.

    Raises `TooFarBehind` when more occurrences were missed than are made up, unless somebody wants as many again.
    """
    own = _Start.of(told)
    if not _is_active(command, own):
        return
    following = own.cycle.next()
    missed = own.missed + 1 if following is not None and following.due <= command.now else 0
    if missed > MOST_MISSED:
        if not incidents.job_was_retried(command.connection, own.key):
            raise TooFarBehind(own.element, MOST_MISSED)
        missed = 1
    jobs.enqueue(
        command.connection,
        BEGIN,
        own.content(),
        key=f"{own.key}:begin",
        now=command.now,
        actor=CLOCK,
        business_key=_business_key(own),
    )
    if following is not None:
        _wait(command.connection, replace(own, cycle=following, missed=missed), command.now)


def pass_over(command: Command, told: Mapping[str, Any]) -> None:
    """Leave out the occurrences that were missed and wait for the one that comes next."""
    own = _Start.of(told)
    following = own.cycle.after(command.now)
    if following is not None and _is_active(command, own):
        _wait(command.connection, replace(own, cycle=following, missed=0), command.now)


def _is_active(command: Command, own: _Start) -> bool:
    state = select(deployment.c.state).where(deployment.c.id == own.deployment_id).with_for_update(read=True)
    return command.connection.scalar(state) == "active"


def begin(command: Command, told: Mapping[str, Any]) -> str:
    """Begin the instance of one occurrence, in the version that was active then; returns its id."""
    own = _Start.of(told)
    beginning = Beginning(own.process, {}, _business_key(own), timer=own.element, deployment_id=own.deployment_id)
    return start(command, beginning)


def _business_key(own: _Start) -> str:
    """Process and office time of the occurrence, as people would name the case."""
    return f"{own.process}-{own.cycle.due.astimezone(LOCAL):%Y%m%d-%H%M%S}"


def _wait(connection: Connection, own: _Start, now: datetime) -> None:
    jobs.enqueue(connection, DUE, own.content(), key=own.key, now=now, run_at=own.cycle.due, actor=CLOCK)


def _prefix(deployment_id: str) -> str:
    return f"start:{deployment_id}:"
