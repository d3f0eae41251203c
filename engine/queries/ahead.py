"""When a case will probably be finished, and from which steps that is computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any, Final

from sqlalchemy import Connection, select

from engine.calendar import Calendar
from engine.calendars import active_version, load
from engine.deadlines import CLASS_VARIABLE, PROFILE_VARIABLE, STOPPING
from engine.errors import InstanceNotFound
from engine.library import Library, library
from engine.models import instance as table
from engine.models import task as task_table
from engine.reading import live
from engine.spiff import Element, steps_ahead
from engine.time_limits import Place, Rules

#: Completed tasks of an element that are looked at; fewer than the second number say nothing.
_SAMPLE: Final = 50
_ENOUGH: Final = 5
_WITHIN: Final = timedelta(days=365)
#: Office minutes of a working day stand for one day of a limit.
_MINUTES_A_DAY: Final = 450


@dataclass(frozen=True)
class Step:
    """A task that probably still has to be done."""

    element: str
    name: str
    stage: str
    #: Working days it is counted with: the smaller of its limit and the median of what it took lately.
    days: Decimal
    #: "limit" or "median".
    basis: str


@dataclass(frozen=True)
class Prediction:
    """The probable end of an instance; waits for the customer and the government count as nothing."""

    moment: datetime
    days: Decimal
    steps: tuple[Step, ...]
    #: True if a year without a published calendar is touched.
    provisional: bool


def prediction(connection: Connection, instance_id: str, *, now: datetime) -> Prediction | None:
    """The prediction for a running instance, None for one that is over.

    Rule: now + the sum over the remaining tasks of min(limit, median); of parallel branches the longest counts.
    """
    row = connection.execute(select(table).where(table.c.id == instance_id)).one_or_none()
    if row is None:
        raise InstanceNotFound(instance_id)
    if row.state != "running":
        return None
    shelf, process = library(connection, row.deployment_id), live(connection, row, now)
    calendar = load(connection, connection.scalar(select(active_version())), row.region)
    clock = _Clock(shelf, process.variables, row.region)
    steps = steps_ahead(process, clock.weight)
    medians = _medians(connection, row, [step.id for step in steps], calendar, now)
    found = tuple(_step(step, clock.weight(step), medians.get(step.id)) for step in steps if clock.weight(step))
    days = sum((step.days for step in found), Decimal(0))
    end = calendar.add_working_days(now, days)
    return Prediction(end, days, found, calendar.provisional(now, end))


class _Clock:
    """Weights of elements by the limits of their deployment."""

    def __init__(self, shelf: Library, variables: Mapping[str, Any], region: str) -> None:
        self._rules = Rules(shelf.deployment_id, lambda ref, facts: shelf.decision(ref).evaluate(ref, facts))
        chosen = (variables.get(CLASS_VARIABLE), variables.get(PROFILE_VARIABLE))
        customer_class, profile = (value if isinstance(value, str) else None for value in chosen)
        self._place = Place(customer_class, profile, region)

    def weight(self, element: Element) -> Decimal:
        """Working days of a user task's limit; zero for all else and while others act."""
        if element.kind != "userTask" or element.properties.get("clock") in STOPPING:
            return Decimal(0)
        limit = self._rules.limit(element.properties.get("limit") or element.id, self._place)
        return limit.working_days or Decimal(0) if limit is not None else Decimal(0)


def _step(element: Element, limit: Decimal, usual: Decimal | None) -> Step:
    days, basis = (limit, "limit") if usual is None or usual >= limit else (usual, "median")
    return Step(element.id, element.name, element.properties.get("stage", ""), days, basis)


def _medians(
    connection: Connection, row: Any, elements: Iterable[str], calendar: Calendar, now: datetime
) -> dict[str, Decimal]:
    """What each element took lately in the region, in working days."""
    took: dict[str, list[Decimal]] = {}
    for element in set(elements):
        recent = (
            select(task_table.c.created_at, task_table.c.closed_at)
            .where(task_table.c.element == element, task_table.c.region == row.region)
            .where(task_table.c.state == "completed", task_table.c.closed_at > now - _WITHIN)
            .order_by(task_table.c.closed_at.desc())
            .limit(_SAMPLE)
        )
        found = connection.execute(recent).all()
        took[element] = [calendar.office_minutes(one.created_at, one.closed_at) for one in found]
    return {
        element: (median(minutes) / _MINUTES_A_DAY).quantize(Decimal("0.1"))
        for element, minutes in took.items()
        if len(minutes) >= _ENOUGH
    }
