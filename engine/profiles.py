"""Which profile of the time limits is in force: data of the installation, per region, changed while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select

from engine import dmn
from engine.errors import CannotRun, EngineError
from engine.ledger import Limit
from engine.library import library
from engine.models import deployment, profile_choice
from engine.rows import new_id
from engine.time_limits import DECISION, Place, Rules, ceiling_of, exceeds


class UnknownProfile(EngineError):
    """No row of the time limits belongs to such a profile."""

    def __init__(self, profile: str, known: tuple[str, ...]) -> None:
        super().__init__(f"There is no profile {profile!r}. Choose one of {', '.join(known)}.")


@dataclass(frozen=True, slots=True)
class Choice:
    """Who put a profile in force in a region, since when and why."""

    #: Empty for every region without a choice of its own.
    region: str
    #: Empty in a region that follows the whole company, and while nobody has chosen.
    profile: str
    reason: str = ""
    actor: str = ""
    at: datetime | None = None


_NEWEST: Final = profile_choice.c.at.desc(), profile_choice.c.id.desc()


def in_force(connection: Connection, region: str) -> str:
    """The profile of a region, else that of the whole company; empty leaves the choice to the table itself."""
    rows = connection.execute(
        select(profile_choice.c.region, profile_choice.c.profile)
        .where(profile_choice.c.region.in_({region, ""}))
        .order_by(*_NEWEST)
    )
    newest: dict[str, str] = {}
    for row in rows:
        newest.setdefault(row.region, row.profile)
    return newest.get(region) or newest.get("", "")


def choices(connection: Connection) -> tuple[Choice, ...]:
    """Every choice there ever was, the newest first."""
    return tuple(
        Choice(row.region, row.profile, row.reason, row.actor, row.at)
        for row in connection.execute(select(profile_choice).order_by(*_NEWEST))
    )


def choose(
    connection: Connection,
    region: str,
    profile: str,
    *,
    known: tuple[str, ...],
    reason: str,
    actor: str,
    now: datetime,
) -> None:
    """Put a profile in force for deadlines that begin from now on; empty takes the region's own choice back."""
    if profile and profile not in known:
        raise UnknownProfile(profile, known)
    row = {"id": new_id(), "region": region, "profile": profile, "reason": reason.strip(), "actor": actor}
    connection.execute(insert(profile_choice).values(**row, at=_after_all(connection, now)))


def _after_all(connection: Connection, now: datetime) -> datetime:
    """Later than the newest choice: neither a clock that was set back nor the same moment hides what is decided now."""
    latest: datetime | None = connection.scalar(select(func.max(profile_choice.c.at)))
    return max(now, latest + timedelta(milliseconds=1)) if latest else now


def rules_of(connection: Connection, deployment_id: str) -> Rules:
    """Time limits and escalation of a deployment, outside a running process."""
    shelf = library(connection, deployment_id)

    def explain(ref: str, inputs: Mapping[str, Any]) -> dmn.Explanation:
        try:
            return shelf.decision(ref).explain(ref, inputs)
        except dmn.DmnError as error:
            raise CannotRun(ref, str(error)) from error

    return Rules(deployment_id, explain)


def limit_in_force(connection: Connection, deployment_id: str, step: str, class_: str, region: str) -> Limit | None:
    """What the table gives a step of a customer class in a region now; None without a limit."""
    place = Place(class_ or None, in_force(connection, region) or None, region)
    return rules_of(connection, deployment_id).limit(step, place)


def known_profiles(connection: Connection, deployment_id: str) -> tuple[str, ...]:
    """The profiles that the table of a deployment lists as allowed values of its column `profile`."""
    decisions = library(connection, deployment_id).decisions.get(DECISION)
    return () if decisions is None else tuple(map(str, decisions.values(DECISION, "profile")))


@dataclass(frozen=True, slots=True)
class Row:
    """What one step of one customer class is given in a region now, and what it should not exceed."""

    step: str
    #: The name of the activity or stage that has the limit; the step where none has it.
    title: str
    customer_class: str
    limit: Limit
    #: None where the table has no ceiling of its own for the step.
    ceiling: Limit | None

    @property
    def above(self) -> bool:
        return self.ceiling is not None and exceeds(self.limit, self.ceiling)


def table_in_force(connection: Connection, deployment_id: str, region: str) -> tuple[Row, ...]:
    """Every limit of a deployment as it is in force in a region, in the order of the table."""
    decisions = library(connection, deployment_id).decisions.get(DECISION)
    if decisions is None:
        return ()
    rules, profile = rules_of(connection, deployment_id), in_force(connection, region) or None
    named = titles(connection, deployment_id)
    steps, classes = (tuple(map(str, decisions.values(DECISION, name))) for name in ("step", "class"))
    found = []
    for step, class_ in product(steps, classes or (None,)):
        limit = rules.limit(step, Place(class_, profile, region))
        if limit is not None:
            above = ceiling_of(rules, step, class_, region)
            found.append(Row(step, named.get(step, step), class_ or "", limit, above))
    return tuple(found)


def version_of(connection: Connection, deployment_id: str) -> int:
    """The number of a version of a pack; 0 if there is none with that id."""
    return connection.scalar(select(deployment.c.version).where(deployment.c.id == deployment_id)) or 0


def sets_limits(connection: Connection, deployment_id: str) -> bool:
    """True if the deployment has a table of time limits."""
    return DECISION in library(connection, deployment_id).decisions


def titles(connection: Connection, deployment_id: str) -> dict[str, str]:
    """Names of elements by their id, and of what has a limit by its key; stages by theirs."""
    shelf = library(connection, deployment_id)
    elements = [element for found in shelf.definitions.values() for element in found.elements.values() if element.name]
    ids = {element.id: element.name for element in elements}
    keys = {key: element.name for element in elements if (key := element.properties.get("limit"))}
    return {**ids, **keys, **{key: label.zh for key, label in shelf.pack.stages.items()}}
