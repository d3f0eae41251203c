"""How late the machine is: the age of the oldest due timer and job, and incidents that wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select

from engine import metadata

_TIMER: Final = metadata.tables["timer"]
_JOB: Final = metadata.tables["job"]
_INCIDENT: Final = metadata.tables["incident"]
#: Beyond this age somebody should look.
LATE_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Pulse:
    timer_seconds: float
    job_seconds: float
    incidents: int

    @property
    def oldest_seconds(self) -> float:
        return max(self.timer_seconds, self.job_seconds)

    @property
    def healthy(self) -> bool:
        return self.oldest_seconds <= LATE_SECONDS


def pulse_of(connection: Connection, now: datetime) -> Pulse:
    """Read the three figures; each has a partial index of its own."""
    timers = select(func.min(_TIMER.c.due_at)).where(_TIMER.c.state == "waiting", _TIMER.c.due_at <= now)
    jobs = select(func.min(_JOB.c.next_at)).where(_JOB.c.state == "waiting", _JOB.c.next_at <= now)
    incidents = select(func.count()).select_from(_INCIDENT).where(_INCIDENT.c.state == "open")
    return Pulse(
        _age(connection.execute(timers).scalar(), now),
        _age(connection.execute(jobs).scalar(), now),
        connection.execute(incidents).scalar_one(),
    )


def _age(oldest: datetime | None, now: datetime) -> float:
    return (now - oldest).total_seconds() if oldest else 0.0
