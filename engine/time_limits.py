"""Time limits and escalation steps as the decisions `time_limits` and `escalation` of a deployment give them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import product
from typing import Any, Final

from engine import dmn
from engine.errors import CannotRun, UnknownDecision
from engine.ledger import Limit

DECISION: Final = "time_limits"
ESCALATION: Final = "escalation"
HUNDRED: Final = Decimal(100)
#: Percentages asked beside the limit's own warning percent when the decision lists none.
USUAL: Final = (HUNDRED, Decimal(150), Decimal(200))
#: Where a row says nothing about when to warn.
_WARN: Final = Decimal(80)
#: Evaluating the escalation at this percent gives every step that can ever happen.
ALL_PERCENT: Final = Decimal(1_000_000)
#: The profile whose limits no other profile should exceed.
CEILING: Final = "ceiling"
#: Words of the column `whom` besides roles.
WHOM: Final = ("owner", "customer")
DURATION: Final = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")

Explain = Callable[[str, Mapping[str, Any]], dmn.Explanation]

#: Answers of decisions by question; deployments never change and their ids never repeat.
_ANSWERS: Final[dict[tuple[object, ...], Any]] = {}
KEPT: Final = 20_000


class LimitUnreadable(CannotRun):
    """A row of a table gives no limit or no step; `message` says why in Chinese, `message_en` in English."""

    def __init__(self, message: str, message_en: str, table: str = DECISION) -> None:
        super().__init__(table, message_en)
        self.message = message
        self.message_en = message_en


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
        own = _percent(ESCALATION, str(row["step"]), "percent", row.get("percent"))
        words = [
            str(row.get(name) or default)
            for name, default in (("whom", "owner"), ("channel", ""), ("action", "notify"))
        ]
        return cls(str(row["step"]), percent if own is None else own, *words)


@dataclass(frozen=True)
class Rules:
    """The time limits and escalation steps of one deployment.

    What a decision answers depends on nothing but its inputs, so answers are kept.
    """

    deployment_id: str
    explain: Explain

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
        asked = ("steps", self.deployment_id, subject, key, stage, place, percent)
        if asked not in _ANSWERS:
            _keep(asked, self._steps(subject, key, stage, place, percent))
        found: tuple[Step, ...] = _ANSWERS[asked]
        return found

    def _steps(self, subject: str, key: str, stage: str, place: Place, percent: Decimal) -> tuple[Step, ...]:
        facts = {"subject": subject, "key": key, "stage": stage, "class": place.customer_class, "region": place.region}
        try:
            found = self.explain(ESCALATION, {**facts, "percent": percent}).outputs
        except UnknownDecision:
            return ()
        rows = found if isinstance(found, list) else [found]
        return tuple(Step.of(row, percent) for row in rows if isinstance(row, Mapping) and row.get("step"))

    def _limit(self, key: str, place: Place) -> Limit | None:
        facts = {"class": place.customer_class, "profile": place.profile, "region": place.region}
        try:
            how = self.explain(DECISION, {**facts, "step": key})
        except UnknownDecision:
            return None
        found = how.outputs
        if not isinstance(found, Mapping):
            return None
        days, clock = _days(key, found.get("days")), _clock(key, found.get("clock"))
        warn = _percent(DECISION, key, "warn_pct", found.get("warn_pct")) or _WARN
        source, status = found.get("source"), found.get("status")
        told = str(source or ""), str(status or "")
        row = how.rules[0].number if how.rules else 0
        limit = Limit(key, days, clock, warn, self.deployment_id, *told, row, place.profile or "")
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


def ceiling_of(rules: Rules, key: str, class_: str | None, region: str) -> Limit | None:
    """The ceiling of a step; None where the table has none of its own and the usual row answers in its place."""
    found = rules.limit(key, Place(class_, CEILING, region))
    usual = rules.limit(key, Place(class_, None, region))
    return None if found is None or (usual is not None and usual.row == found.row) else found


def exceeds(limit: Limit, ceiling: Limit) -> bool:
    """True if a limit allows more time than its ceiling; working days and clock time are not compared."""
    if limit.working_days is not None and ceiling.working_days is not None:
        return limit.working_days > ceiling.working_days
    return limit.clock is not None and ceiling.clock is not None and limit.clock > ceiling.clock


def every_step(
    rules: Rules, decisions: dmn.Decisions, stages: Sequence[str], classes: Sequence[str | None]
) -> dict[str, Step]:
    """The steps of an escalation by name: of tasks, stages and cases, and of the limits that rows name."""
    keys = ("", *map(str, decisions.values(ESCALATION, "key")))
    asked = product(("case", "stage", "task"), keys, ("", *stages), classes)
    return {
        step.name: step
        for subject, key, stage, class_ in asked
        for step in rules.steps(subject, key, stage, Place(class_, None, ""), ALL_PERCENT)
    }


def _keep(asked: tuple[object, ...], answer: object) -> None:
    if len(_ANSWERS) >= KEPT:
        _ANSWERS.clear()
    _ANSWERS[asked] = answer


def _percent(table: str, row: str, column: str, value: object) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, Decimal | int | float):
        raise LimitUnreadable(
            f"“{row}”的 {column} 是 {value!r}，不是百分数。",
            f"{column} of {row!r} is {value!r}, not a percentage.",
            table,
        )
    return Decimal(str(value))


def _days(key: str, value: object) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, Decimal | int | float) or value < 0:
        raise LimitUnreadable(
            f"步骤“{key}”的 days 是 {value!r}，不是工作日数。",
            f"days of step {key!r} is {value!r}, not a number of working days.",
        )
    return Decimal(str(value))


def _clock(key: str, value: object) -> timedelta | None:
    if value is None or value == "":
        return None
    if isinstance(value, timedelta):
        return value or None
    match = DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None or not any(match.groups()):
        raise LimitUnreadable(
            f"步骤“{key}”的 clock 是 {value!r}，不是 PT30M 这样的时长。",
            f"clock of step {key!r} is {value!r}, not a duration such as PT30M.",
        )
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
