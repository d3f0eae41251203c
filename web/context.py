"""What every part of the web may ask of the running application: its settings, its clock, its engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import current_app

from engine import Engine
from engine.seals import Sealer
from web.config import Settings
from web.database import Database

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """The present moment; the only place that reads it."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class House:
    """The parts that `web.app` has put together."""

    settings: Settings
    clock: Clock
    engine: Engine
    sealer: Sealer
    database: Database
    #: How cases of public numbers are found, one per pack that gives such numbers.
    finders: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    #: How packs with several ways to run a case tell which one it is: (connection, number) -> routed, forced, actual.
    variants: Mapping[str, Callable[..., Any]] = field(default_factory=dict)


def house() -> House:
    found: House = current_app.extensions["yekuo"]
    return found


def settings() -> Settings:
    return house().settings


def engine() -> Engine:
    return house().engine


def now() -> datetime:
    """The moment of this request, aware and in UTC."""
    return house().clock()
