"""The wake-up: a memory-only scheduler that asks the tables every second what has come due.

The tables are the truth; this only asks. Each timer, job and notice is handled in a transaction of its own, so that a
failing one becomes an incident and the rest go on. With SQLite one process holds the leader row and the others rest;
with PostgreSQL every node works, because rows are claimed with SKIP LOCKED.
"""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy import Connection, insert, or_, select, update

from engine import LocalBackend, deadline_changes, documents, escalation, metadata, parts
from web import almanac
from web.auth import sessions, throttle
from web.context import House
from web.notify import channels, outbox, staffing

log = structlog.get_logger("yekuo.clock")

_LEADER: Final = metadata.tables["leader"]
_TICK_SECONDS: Final = 1
_SWEEP_SECONDS: Final = 30
_TIDY_SECONDS: Final = 600
#: Long enough for a slow tick, short enough that another node takes over within half a minute.
_LEASE: Final = timedelta(seconds=20)
_BATCH: Final = 100
#: Batches of escalation steps in one round: a storm must not keep the clock from everything else.
_STORM: Final = 20


class Clock:
    """Drives due timers, jobs, escalation steps and notices of one application."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._house: House = app.extensions["yekuo"]
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._channels = channels.channels(self._house.settings)
        self._backend = LocalBackend(self._house.database.transaction, self._house.engine.handlers, self._owner)
        self._scheduler = BackgroundScheduler(timezone="UTC")
        self._leads_until: datetime | None = None
        self._warned_on: date | None = None

    def start(self) -> None:
        """Begin to tick in a thread of this process."""
        for name, call, seconds in self._rounds():
            options: dict[str, Any] = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
            self._scheduler.add_job(self._safely(call), "interval", seconds=seconds, id=name, **options)
        self._scheduler.start()

    def stop(self) -> None:
        """Finish what is being done and stop."""
        self._scheduler.shutdown(wait=True)

    def tick(self) -> int:
        """Do what is due now: timers, messages, jobs, notices; how many things were done."""
        if not self.leads():
            return 0
        return self._timers() + self._messages() + self._jobs() + self._notices() + self.follow_calendar()

    def sweep(self) -> int:
        """Take the versions whose day has come, and due escalation steps: a bounded number of them at a time."""
        taken = 0
        if self.leads():
            with self._house.database.transaction() as connection:
                self._house.engine.settle(connection, self._house.clock())
        for _round in range(_STORM):
            if not self.leads():
                break
            with self._house.database.transaction() as connection:
                found = escalation.sweep(connection, self._house.clock(), _BATCH)
            taken += found
            if found < _BATCH:
                break
        return taken

    def follow_calendar(self) -> int:
        """Bring open deadlines to the calendar in force, some in each transaction; how many followed."""
        followed = 0
        while self.leads():
            with self._house.database.snapshot() as connection:
                if deadline_changes.left_behind(connection) is None:
                    break
            with self._house.database.transaction() as connection:
                by, moment = escalation.ACTOR, self._house.clock()
                followed += deadline_changes.recalculate(connection, actor=by, now=moment, limit=_BATCH)
        return followed

    def tidy(self) -> None:
        """Delete what no rule needs any more, warn of certificates that run out and of a missing holiday notice.

        Deleted are: ended sessions, old counts of rate limits, answers to old requests, files that no row names,
        uploads that were never completed.
        """
        if not self.leads():
            return
        house, now = self._house, self._house.clock()
        with house.database.transaction() as connection:
            sessions.sweep(connection, now)
            throttle.sweep(connection, now)
            house.engine.tidy(connection, now)
            staffing.warn_of_certificates(connection, house.sealer, now, mail=bool(house.settings.smtp_url))
        with house.database.snapshot() as connection:
            documents.sweep(connection, house.settings.documents, now=now)
            parts.sweep(house.settings.documents, now=now)
            guessed = almanac.guessed_from(connection, now)
        if guessed is not None:
            with house.database.transaction() as connection:
                almanac.tell(connection, guessed, now, house.sealer, mail=bool(house.settings.smtp_url))
        if guessed is not None and self._warned_on != now.date():
            self._warned_on = now.date()
            log.warning("calendar is guessed", first_day=guessed.isoformat(), remedy="load the holiday notice")

    def leads(self) -> bool:
        """True if this process drives the clock now. Every PostgreSQL node may: rows are claimed one by one."""
        if not self._house.settings.sqlite:
            return True
        now = self._house.clock()
        # Renewed at half time only: a write per second would wear the disk for nothing.
        if self._leads_until is None or self._leads_until - now < _LEASE / 2:
            with self._house.database.transaction() as connection:
                self._leads_until = now + _LEASE if _lead(connection, self._owner, now) else None
        return self._leads_until is not None

    def _rounds(self) -> tuple[tuple[str, Callable[[], object], int], ...]:
        return (
            ("tick", self.tick, _TICK_SECONDS),
            ("sweep", self.sweep, _SWEEP_SECONDS),
            ("tidy", self.tidy, _TIDY_SECONDS),
        )

    def _safely(self, call: Callable[[], object]) -> Callable[[], None]:
        """A failing round is logged and the next one comes: the clock must not stop because of one row."""

        def round_() -> None:
            try:
                with self._app.app_context():
                    call()
            except Exception:
                log.exception("clock round failed", round=call.__name__)

        return round_

    def _timers(self) -> int:
        house = self._house
        with house.database.snapshot() as connection:
            due = house.engine.due_instances(connection, house.clock(), _BATCH)
        for instance_id in due:
            with house.database.transaction() as connection:
                house.engine.advance_instance(connection, instance_id, house.clock())
        return len(due)

    def _messages(self) -> int:
        with self._house.database.transaction() as connection:
            return self._house.engine.deliver(connection, self._house.clock(), _BATCH)

    def _jobs(self) -> int:
        return self._backend.run_worker(self._house.clock(), _BATCH).done

    def _notices(self) -> int:
        house = self._house
        with house.database.transaction() as connection:
            claimed = outbox.claim(connection, house.clock(), house.sealer)
        for notice_id, notice in claimed:
            error = self._send(notice)
            with house.database.transaction() as connection:
                outbox.settle(connection, notice_id, house.clock(), error)
        return len(claimed)

    def _send(self, notice: outbox.Notice) -> str:
        """Outside every transaction; of foreign errors the kind is kept, never the text: it could hold the receiver."""
        try:
            self._channels[notice.channel].send(notice)
        except channels.NotDelivered as error:
            return str(error)
        except Exception as error:
            return type(error).__name__
        return ""


def _lead(connection: Connection, owner: str, now: datetime) -> bool:
    free = or_(_LEADER.c.owner == owner, _LEADER.c.until < now)
    mine = update(_LEADER).where(_LEADER.c.name == "clock", free)
    if connection.execute(mine.values(owner=owner, until=now + _LEASE, fence=_LEADER.c.fence + 1)).rowcount:
        return True
    if connection.execute(select(_LEADER.c.name).where(_LEADER.c.name == "clock")).first():
        return False
    connection.execute(insert(_LEADER).values(name="clock", owner=owner, until=now + _LEASE, fence=1))
    return True
