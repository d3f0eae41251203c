"""Time limits and escalation steps as the decisions `time_limits` and `escalation` of a deployment give them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from engine.errors import CannotRun, UnknownDecision
from engine.ledger import Limit

DECISION: Final = "time_limits"
ESCALATION: Final = "escalation"
HUNDRED: Final = Decimal(100)
#: Percentages asked beside the limit's own warning percent when the decision lists none.
USUAL: Final = (HUNDRED, Decimal(150), Decimal(200))
#: Evaluating the escalation at this percent gives every step that can ever happen.
ALL_PERCENT: Final = Decimal(1_000_000)
DURATION: Final = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")

Decide = Callable[[str, Mapping[str, Any]], Any]

#: Answers of decisions by question; deployments never change and their ids never repeat.
_ANSWERS: Final[dict[tuple[object, ...], Any]] = {}
KEPT: Final = 20_000


@dataclass(frozen=True, slots=True)
class Place:
    """What chooses among the rows of the tables besides the step."""

    customer_class: str | None
    profile: str | None
    region: str


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the escalation: what happens at a percentage, and who is told."""

    name: str
    percent: Decimal
    #: owner, customer, or a role
    whom: str
    channel: str
    action: str

    @classmethod
    def of(cls, row: Mapping[str, Any], percent: Decimal) -> Step:
        """A step of the decision's answer; without a percentage of its own it belongs to the one asked for."""
        own = row.get("percent")
        words = [
            str(row.get(name) or default)
            for name, default in (("whom", "owner"), ("channel", ""), ("action", "notify"))
        ]
        return cls(str(row["step"]), percent if own is None else Decimal(own), *words)


@dataclass(frozen=True)
class Rules:
    """The time limits and escalation steps of one deployment.

    What a decision answers depends on nothing but its inputs, so answers are kept.
    """

    deployment_id: str
    decide: Decide

    def limit(self, key: str, place: Place) -> Limit | None:
        """The limit of a step; None if the deployment sets none."""
        asked = ("limit", self.deployment_id, key, place)
        if asked not in _ANSWERS:
            _keep(asked, self._limit(key, place))
        found: Limit | None = _ANSWERS[asked]
        return found

    def rungs(self, subject: str, key: str, stage: str, place: Place, limit: Limit) -> tuple[Decimal, ...]:
        """The percentages at which something may happen, rising; none if the escalation has nothing to say."""
        asked = ("rungs", self.deployment_id, subject, key, stage, place, limit.warn_percent)
        if asked not in _ANSWERS:
            _keep(asked, self._rungs(subject, key, stage, place, limit))
        found: tuple[Decimal, ...] = _ANSWERS[asked]
        return found

    def steps(self, subject: str, key: str, stage: str, place: Place, percent: Decimal) -> tuple[Step, ...]:
        """The escalation steps that are to have happened at a percentage, in the order of the decision."""
        facts = {"subject": subject, "key": key, "stage": stage, "class": place.customer_class, "region": place.region}
        try:
            found = self.decide(ESCALATION, {**facts, "percent": percent})
        except UnknownDecision:
            return ()
        rows = found if isinstance(found, list) else [found]
        return tuple(Step.of(row, percent) for row in rows if isinstance(row, Mapping) and row.get("step"))

    def _limit(self, key: str, place: Place) -> Limit | None:
        facts = {"class": place.customer_class, "profile": place.profile, "region": place.region}
        try:
            found = self.decide(DECISION, {**facts, "step": key})
        except UnknownDecision:
            return None
        if not isinstance(found, Mapping):
            return None
        days, clock = _days(key, found.get("days")), _clock(key, found.get("clock"))
        warn, told = Decimal(found.get("warn_pct") or 80), [str(found.get(name) or "") for name in ("source", "status")]
        limit = Limit(key, days, clock, warn, self.deployment_id, *told)
        return limit if limit.set else None

    def _rungs(self, subject: str, key: str, stage: str, place: Place, limit: Limit) -> tuple[Decimal, ...]:
        steps = self.steps(subject, key, stage, place, ALL_PERCENT)
        if steps:
            return tuple(sorted({step.percent for step in steps if step.percent != ALL_PERCENT} or {HUNDRED}))
        # A table may also name single percentages instead of "at least so many".
        usual = sorted({limit.warn_percent, *USUAL})
        return tuple(percent for percent in usual if self.steps(subject, key, stage, place, percent))


def next_rung(percents: Sequence[Decimal], reached: Decimal) -> Decimal | None:
    """The lowest percentage that is not reached yet."""
    return next((percent for percent in percents if percent > reached), None)


def _keep(asked: tuple[object, ...], answer: object) -> None:
    if len(_ANSWERS) >= KEPT:
        _ANSWERS.clear()
    _ANSWERS[asked] = answer


def _days(key: str, value: object) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, Decimal | int | float) or value < 0:
        raise CannotRun(DECISION, f"days of step {key!r} is {value!r}, not a number of working days.")
    return Decimal(str(value))


def _clock(key: str, value: object) -> timedelta | None:
    if value is None or value == "" or isinstance(value, timedelta):
        return value or None  # type: ignore[return-value]  # "" is no limit either
    match = DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None or not any(match.groups()):
        raise CannotRun(DECISION, f"clock of step {key!r} is {value!r}, not a duration such as PT30M.")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
