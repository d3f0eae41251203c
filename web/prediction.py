"""The predicted finish: now plus, for each stage still to come, the smaller of its limit and what it usually takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import median
from typing import Final

from sqlalchemy import Connection, select

from engine import metadata, profiles, queries
from engine.calendars import Calendar
from engine.calendars import current as calendar_of
from engine.deadlines import Deadline, from_row, used_percent
from web.asked import deadlines_of

_DEADLINE: Final = metadata.tables["deadline"]
#: Fewer finished stages than this say nothing about what is usual.
ENOUGH: Final = 5
#: Only the latest ones count, so that an improved process is predicted better soon.
LATEST: Final = 50


@dataclass(frozen=True)
class Step:
    """One stage of a prediction and where its number comes from."""

    stage: str
    days: Decimal
    at: datetime
    #: "due" its running deadline, "late" the next working day after it, "usual" the median of like cases, "limit" the
    #: promised days.
    basis: str
    #: How many finished cases stand behind a median.
    cases: int = 0


@dataclass(frozen=True)
class Kind:
    """What decides how long a case takes."""

    deployment_id: str
    customer_class: str
    region: str


def of_case(
    connection: Connection, instance: queries.Instance, order: Sequence[str], now: datetime
) -> tuple[Step, ...]:
    """The prediction of a running case over the stages of `order`; empty for one that has ended."""
    if instance.state != "running":
        return ()
    deadlines = deadlines_of(connection, instance.id)
    here = current_stage(connection, instance, deadlines, order)
    live = next((d for d in deadlines if d.subject == "stage" and d.key == here and d.state != "closed"), None)
    kind = Kind(instance.deployment_id, next((d.customer_class for d in deadlines), ""), instance.region)
    ahead = order[order.index(here) + 1 :]
    return predict(connection, kind, live, ahead, calendar_of(connection, instance.region), now)


def current_stage(
    connection: Connection, instance: queries.Instance, deadlines: Sequence[Deadline], order: Sequence[str]
) -> str:
    """The latest stage whose clock is not closed, else the stage of an open task, else the one after the last."""
    own = {d.key: d for d in deadlines if d.subject == "stage" and d.key in order}
    live = [key for key in order if key in own and own[key].state != "closed"]
    if live:
        return live[-1]
    tasks = [task.stage for task in queries.tasks(connection, instance_id=instance.id, state="open")]
    if any(stage in order for stage in tasks):
        return next(stage for stage in tasks if stage in order)
    past = [order.index(key) for key in own]
    return order[min(max(past) + 1, len(order) - 1)] if past else order[0]


def predict(
    connection: Connection,
    kind: Kind,
    current: Deadline | None,
    ahead: Sequence[str],
    calendar: Calendar,
    now: datetime,
) -> tuple[Step, ...]:
    """The end of the current stage and of each stage ahead; empty when the deployment promises no days."""
    steps: list[Step] = []
    at = now
    if current is not None:
        first = _present(current, calendar, now)
        at = first.at
        steps.append(first)
    for stage in ahead:
        found = _days(connection, kind, stage, calendar)
        if found is None:
            continue
        days, basis, cases = found
        at = calendar.add_working_days(at, days)
        steps.append(Step(stage, days, at, basis, cases))
    return tuple(steps)


def _present(current: Deadline, calendar: Calendar, now: datetime) -> Step:
    """The stage that runs: until its deadline; one that has missed it takes another working day, day after day."""
    at = current.if_resumed(calendar, now)
    if at is not None and at < now:
        return Step(current.stage, Decimal(1), calendar.add_working_days(now, Decimal(1)), "late")
    at = at or now
    return Step(current.stage, calendar.working_days(now, at), at, "due")


def _days(connection: Connection, kind: Kind, stage: str, calendar: Calendar) -> tuple[Decimal, str, int] | None:
    promised = promised_days(connection, kind, stage)
    usual, cases = _usual(connection, kind, stage, calendar)
    if usual is not None and (promised is None or usual < promised):
        return usual, "usual", cases
    return None if promised is None else (promised, "limit", 0)


def promised_days(connection: Connection, kind: Kind, stage: str) -> Decimal | None:
    """Working days that the profile in force gives a stage of this kind."""
    found = profiles.limit_in_force(connection, kind.deployment_id, stage, kind.customer_class, kind.region)
    return None if found is None else found.working_days


def _usual(connection: Connection, kind: Kind, stage: str, calendar: Calendar) -> tuple[Decimal | None, int]:
    """Median of the company's working days in the latest finished stages of this class and region."""
    own = (
        _DEADLINE.c.subject == "stage",
        _DEADLINE.c.key == stage,
        _DEADLINE.c["class"] == kind.customer_class,
        _DEADLINE.c.region == kind.region,
        _DEADLINE.c.state == "closed",
    )
    rows = connection.execute(select(_DEADLINE).where(*own).order_by(_DEADLINE.c.closed_at.desc()).limit(LATEST))
    used = [_used(from_row(row), calendar) for row in rows]
    if len(used) < ENOUGH:
        return None, len(used)
    return Decimal(median(used)).quantize(Decimal("0.1")), len(used)


def _used(deadline: Deadline, calendar: Calendar) -> Decimal:
    limit = deadline.limit.working_days or Decimal(0)
    end = deadline.closed_at or deadline.opened_at
    return limit * used_percent(deadline.limit, deadline.segments, calendar, end) / 100
