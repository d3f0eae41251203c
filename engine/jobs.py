"""Jobs: work for machines, written in the transaction that causes it and done afterwards under a lease."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, or_, select, update

from engine.columns import state_is
from engine.models import instance, job
from engine.retry import Retries
from engine.rows import insert_once, new_id
from engine.values import from_column, to_column

#: Opens a transaction that is committed when the block ends well.
Transaction = Callable[[], AbstractContextManager[Connection]]

LEASE: Final = timedelta(seconds=60)


@dataclass(frozen=True)
class Claimed:
    """A job under lease: this worker may do it until the lease ends, and only its fence counts."""

    id: str
    instance_id: str | None
    deployment_id: str
    token: str
    element: str
    topic: str
    business_key: str
    variables: Mapping[str, Any]
    idempotency_key: str
    attempt: int
    fence: int
    retries: Retries
    created_by: str
    created_for: str

    @property
    def last(self) -> bool:
        """True if no attempt is left after this one."""
        return self.attempt >= self.retries.attempts


def enqueue(
    connection: Connection,
    topic: str,
    variables: Mapping[str, Any],
    *,
    key: str,
    now: datetime,
    run_at: datetime | None = None,
    business_key: str = "",
    actor: str = "",
) -> bool:
    """Write a job outside a process; False if its idempotency key is known already."""
    row = {
        "id": new_id(),
        "topic": topic,
        "variables": to_column(variables),
        "idempotency_key": key,
        "state": "waiting",
        "next_at": run_at or now,
        "business_key": business_key,
        "created_at": now,
        "created_by": actor,
    }
    return insert_once(connection, job, row)


def gather(
    connection: Connection,
    topic: str,
    variables: Mapping[str, Any],
    items: Sequence[Any],
    *,
    key: str,
    now: datetime,
    quiet: timedelta,
    until: datetime,
    business_key: str = "",
    actor: str = "",
) -> None:
    """Add items to the job of this key that has not begun, else begin one.

    It runs when nothing has come for the time `quiet`, at the latest at `until`.
    """
    run_at = min(now + quiet, max(until, now))
    for number in count():
        own, told = f"{key}:{number}", {**variables, "items": list(items)}
        made = enqueue(connection, topic, told, key=own, now=now, run_at=run_at, business_key=business_key, actor=actor)
        if made or _add(connection, own, items, run_at):
            return


def _add(connection: Connection, key: str, items: Sequence[Any], run_at: datetime) -> bool:
    waiting = (job.c.idempotency_key == key, state_is(job, "waiting"), job.c.attempts == 0)
    row = connection.execute(select(job.c.id, job.c.variables).where(*waiting).with_for_update()).one_or_none()
    if row is None:
        return False
    known = from_column(row.variables)
    values = {"variables": to_column({**known, "items": [*known["items"], *items]}), "next_at": run_at}
    connection.execute(update(job).where(job.c.id == row.id).values(**values))
    return True


def cancel(connection: Connection, key: str, now: datetime) -> bool:
    """Withdraw a job that has not begun; False if it is running, over or unknown."""
    found = update(job).where(job.c.idempotency_key == key, state_is(job, "waiting"))
    return connection.execute(found.values(state="cancelled", closed_at=now)).rowcount == 1


def due_jobs(connection: Connection, now: datetime, limit: int = 100) -> tuple[str, ...]:
    """Ids of jobs that are due or whose worker has fallen silent, the longest waiting first."""
    found = select(job.c.id).where(_ready(now)).order_by(job.c.next_at, job.c.id).limit(limit)
    return tuple(connection.scalars(found))


def claim(connection: Connection, job_id: str, now: datetime, owner: str, lease: timedelta = LEASE) -> Claimed | None:
    """Take a job under lease; None if another worker has it or it is not due."""
    values = {
        "state": "running",
        "attempts": job.c.attempts + 1,
        "fence": job.c.fence + 1,
        "lease_owner": owner,
        "lease_until": now + lease,
    }
    taken = connection.execute(update(job).where(job.c.id == job_id, _ready(now)).values(**values))
    if taken.rowcount != 1:
        return None
    found = select(job, instance.c.deployment_id).outerjoin(instance, instance.c.id == job.c.instance_id)
    return _claimed(connection.execute(found.where(job.c.id == job_id)).one())


def extend(connection: Connection, claimed: Claimed, now: datetime, lease: timedelta = LEASE) -> bool:
    """Prolong a lease; False if it was lost."""
    own = (job.c.id == claimed.id, job.c.fence == claimed.fence, state_is(job, "running"))
    return connection.execute(update(job).where(*own).values(lease_until=now + lease)).rowcount == 1


def holds(connection: Connection, claimed: Claimed) -> bool:
    """True if the job still runs under this claim; the row stays locked until the transaction ends."""
    own = (job.c.id == claimed.id, job.c.fence == claimed.fence, state_is(job, "running"))
    return connection.scalar(select(job.c.id).where(*own).with_for_update()) is not None


def is_cancelled(connection: Connection, job_id: str) -> bool:
    """True if the process has withdrawn the job."""
    return connection.scalar(select(job.c.state).where(job.c.id == job_id)) == "cancelled"


def close(connection: Connection, claimed: Claimed, state: str, now: datetime, error: str = "") -> None:
    """End a job as done or failed."""
    values = {"state": state, "closed_at": now, "lease_owner": "", "lease_until": None, "error": error}
    connection.execute(update(job).where(job.c.id == claimed.id).values(**values))


def put_back(connection: Connection, claimed: Claimed, now: datetime, error: str) -> datetime:
    """Let a failed job wait for its next attempt, and return when that is."""
    next_at = now + claimed.retries.delay(claimed.attempt, claimed.idempotency_key)
    values = {"state": "waiting", "next_at": next_at, "lease_owner": "", "lease_until": None, "error": error}
    connection.execute(update(job).where(job.c.id == claimed.id).values(**values))
    return next_at


def reset(connection: Connection, job_id: str, now: datetime, variables: Mapping[str, Any] | None) -> bool:
    """Give a failed job all its attempts again, with other input if wanted; False if it is not failed."""
    values: dict[str, Any] = {"state": "waiting", "attempts": 0, "next_at": now, "closed_at": None, "error": ""}
    if variables is not None:
        values["variables"] = to_column(variables)
    return (
        connection.execute(update(job).where(job.c.id == job_id, job.c.state == "failed").values(**values)).rowcount
        == 1
    )


def _ready(now: datetime) -> Any:
    due = and_(state_is(job, "waiting"), job.c.next_at <= now)
    silent = and_(state_is(job, "running"), job.c.lease_until <= now)
    return or_(due, silent)


def _claimed(row: Row[Any]) -> Claimed:
    from_seconds = None if row.interval_seconds is None else timedelta(seconds=row.interval_seconds)
    return Claimed(
        row.id,
        row.instance_id,
        row.deployment_id or "",
        row.token,
        row.element,
        row.topic,
        row.business_key,
        row.variables,
        row.idempotency_key,
        row.attempts,
        row.fence,
        Retries(row.max_attempts, from_seconds),
        row.created_by,
        row.created_for,
    )
