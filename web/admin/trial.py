"""The trial of a calendar draft: part by part, so that no request takes longer when more cases are open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine import calendar_drafts
from engine.deadline_changes import Move
from web.calendar_days import effect


@dataclass(frozen=True, slots=True)
class Trial:
    """How far the trial is, and what it has found so far."""

    done: int
    of: int
    moved: int
    late: int
    customers: int
    #: What the part that was looked at last would move.
    moves: tuple[Move, ...]
    #: Behind which deadline it goes on; empty when it is over.
    rest: str
    stopped: bool = False

    @property
    def running(self) -> bool:
        return bool(self.rest) and not self.stopped

    @property
    def so_far(self) -> dict[str, str | int]:
        """What the next request has to know."""
        figures = {"done": self.done, "of": self.of, "moved": self.moved, "late": self.late}
        return {**figures, "customers": self.customers, "after": self.rest}


def trial_of(connection: Connection, asked: Mapping[str, str], now: datetime) -> Trial:
    """The next part of the trial of the open draft; with `stop` what had been found until then."""
    done, of, moved, late, customers = (_count(asked, key) for key in ("done", "of", "moved", "late", "customers"))
    if asked.get("stop"):
        return Trial(done, of, moved, late, customers, (), asked.get("after", ""), stopped=True)
    part = effect(connection, calendar_drafts.current(connection), now, asked.get("after", ""))
    return Trial(
        done + part.examined,
        max(part.of, done + part.examined),
        moved + part.moved,
        late + part.late,
        customers + part.customers,
        part.moves,
        part.rest,
    )


def _count(asked: Mapping[str, str], key: str) -> int:
    found = asked.get(key, "")
    return int(found) if found.isascii() and found.isdigit() and len(found) < 12 else 0
