"""The circumstances of one command: which transaction, when, by whom, and what the engine knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.handlers import Handlers
from engine.rights import Actor


@dataclass(frozen=True)
class Command:
    """Handed to all that happens because of one call of the engine; the caller owns and commits the transaction."""

    connection: Connection
    now: datetime
    actor: Actor
    handlers: Handlers
    #: For whom the actor stands in; empty if for nobody.
    behalf: str = ""

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError(f"The moment {self.now} has no time zone. Pass an aware datetime in UTC.")

    @property
    def by(self) -> str:
        return self.actor.id
