"""Where jobs are kept and who does them, as five methods: the one place that differs between installations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, func, select

from engine import jobs
from engine.handlers import Handlers
from engine.jobs import Transaction
from engine.models import job
from engine.work import Worker


@dataclass(frozen=True)
class Worked:
    """What one round of a worker did."""

    done: int = 0
    again: int = 0
    failed: int = 0
    dropped: int = 0
    busy: int = 0


@dataclass(frozen=True)
class Health:
    """Whether jobs keep moving."""

    #: How long the oldest due job has been waiting.
    oldest_due: timedelta
    #: Jobs whose worker fell silent before its lease was over.
    silent: int

    def is_well(self, limit: timedelta = timedelta(seconds=60)) -> bool:
        return self.oldest_due <= limit


class JobBackend(Protocol):
    """What the engine needs of a queue; the rows of table `job` stay the truth in every one."""

    def enqueue(
        self,
        connection: Connection,
        topic: str,
        variables: Mapping[str, Any],
        *,
        key: str,
        now: datetime,
        run_at: datetime | None = None,
    ) -> bool:
        """Write a job in the caller's transaction; False if the key is known."""

    def cancel(self, connection: Connection, key: str, now: datetime) -> bool:
        """Withdraw a job that has not begun."""

    def run_worker(self, now: datetime, limit: int = 100) -> Worked:
        """Do what is due now."""

    def health(self, now: datetime) -> Health:
        """Whether due jobs are being done."""

    def stats(self) -> Mapping[str, int]:
        """Number of jobs by state."""


@dataclass(frozen=True)
class LocalBackend:
    """Jobs done by this process in turn; several processes may do so at once, the lease keeps them apart."""

    transaction: Transaction
    handlers: Handlers
    owner: str = "worker"

    def enqueue(
        self,
        connection: Connection,
        topic: str,
        variables: Mapping[str, Any],
        *,
        key: str,
        now: datetime,
        run_at: datetime | None = None,
    ) -> bool:
        return jobs.enqueue(connection, topic, variables, key=key, now=now, run_at=run_at)

    def cancel(self, connection: Connection, key: str, now: datetime) -> bool:
        return jobs.cancel(connection, key, now)

    def run_worker(self, now: datetime, limit: int = 100) -> Worked:
        with self.transaction() as connection:
            due = jobs.due_jobs(connection, now, limit)
        worker = Worker(self.transaction, self.handlers, self.owner)
        outcomes = [worker.run(job_id, now) for job_id in due]
        return Worked(**{name: outcomes.count(name) for name in ("done", "again", "failed", "dropped", "busy")})

    def health(self, now: datetime) -> Health:
        waiting = select(func.min(job.c.next_at)).where(job.c.state == "waiting", job.c.next_at <= now)
        silent = select(func.count()).where(job.c.state == "running", job.c.lease_until <= now)
        with self.transaction() as connection:
            oldest = connection.scalar(waiting)
            return Health(timedelta() if oldest is None else now - oldest, connection.scalar(silent) or 0)

    def stats(self) -> Mapping[str, int]:
        with self.transaction() as connection:
            rows = connection.execute(select(job.c.state, func.count()).group_by(job.c.state))
            return {row[0]: row[1] for row in rows}
