"""Time limits as the deployment's decision `time_limits` gives them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from engine.errors import CannotRun, UnknownDecision
from engine.ledger import Limit

DECISION = "time_limits"
ESCALATION = "escalation"
#: Steps of escalation when the decision names no percent of its own; the first one is the limit's warning percent.
RUNGS = (Decimal(100), Decimal(150), Decimal(200))
#: Evaluating the escalation at this percent gives every step that can ever happen.
ALL_PERCENT = Decimal(1_000_000)
DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")

Decide = Callable[[str, Mapping[str, Any]], Any]


def limit_for(decide: Decide, key: str, inputs: Mapping[str, Any], version: str) -> Limit | None:
    """The limit of a step for the inputs class, profile and region; None if the deployment sets none."""
    try:
        found = decide(DECISION, {**inputs, "step": key})
    except UnknownDecision:
        return None
    if not isinstance(found, Mapping):
        return None
    limit = Limit(
        key,
        _days(key, found.get("days")),
        _clock(key, found.get("clock")),
        Decimal(found.get("warn_pct") or 80),
        version,
        str(found.get("source") or ""),
        str(found.get("status") or ""),
    )
    return limit if limit.set else None


def steps_at(decide: Decide, inputs: Mapping[str, Any], percent: Decimal) -> tuple[Mapping[str, Any], ...]:
    """The escalation steps for a percentage, in the order of the decision; none without the decision."""
    try:
        found = decide(ESCALATION, {**inputs, "percent": percent})
    except UnknownDecision:
        return ()
    steps = found if isinstance(found, list) else [found]
    return tuple(step for step in steps if isinstance(step, Mapping) and step.get("step"))


def rungs(decide: Decide, inputs: Mapping[str, Any], limit: Limit) -> tuple[Decimal, ...]:
    """The percentages at which something may happen, rising."""
    steps = steps_at(decide, inputs, ALL_PERCENT)
    named = {Decimal(step["percent"]) for step in steps if step.get("percent") is not None}
    return tuple(sorted(named | {limit.warn_percent, *RUNGS}))


def next_rung(percents: Sequence[Decimal], reached: Decimal) -> Decimal | None:
    """The lowest percentage that is not reached yet."""
    return next((percent for percent in percents if percent > reached), None)


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
