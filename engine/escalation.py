"""Escalation: when a deadline reaches a percentage, the steps of the decision `escalation` happen, each once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Connection, Row, select, update

from engine import history, jobs, ledger
from engine.calendars import Calendar, current
from engine.columns import state_is
from engine.deadline import Deadline, from_row, write
from engine.errors import EngineError
from engine.escalation_acts import Matter, act
from engine.feel import FeelError
from engine.history import Scene
from engine.models import deadline, escalation, task
from engine.profiles import rules_of
from engine.rows import insert_once, new_id
from engine.time_limits import Place, Rules, Step, next_rung
from engine.turn import lock

ACTOR: Final = "clock"
#: Topic of the jobs that tell people; several matters for one recipient are one job.
TOPIC: Final = "notify"
#: A step that happens so much after its moment was missed because nothing ran; its entries say so.
LATE: Final = timedelta(minutes=15)
#: A deadline whose decision fails is tried again after this.
AGAIN: Final = timedelta(hours=1)
#: Late steps are told together: when none has come for `QUIET`, at the latest after `GATHERING`.
QUIET: Final = timedelta(seconds=75)
GATHERING: Final = timedelta(minutes=10)


@dataclass
class Sweep:
    """One round of the clock over due steps."""

    connection: Connection
    now: datetime
    #: (recipient, action, channel, region, case if the recipient belongs to one, late) -> what to tell
    notices: dict[tuple[str, str, str, str, str, bool], list[Matter]] = field(default_factory=dict)
    taken: int = 0

    def instance(self, instance_id: str) -> None:
        """Take the due steps of one instance; nothing if somebody else works on it just now."""
        row = lock(self.connection, instance_id, skip=True)
        if row is None:
            return
        scene = Scene(row.id, row.deployment_id, row.business_key, row.region, row.rev, self.now, ACTOR)
        due = select(deadline).where(deadline.c.instance_id == instance_id, _due(self.now)).order_by(deadline.c.id)
        for found in [from_row(entry) for entry in self.connection.execute(due)]:
            try:
                with self.connection.begin_nested():
                    self._deadline(found, scene)
            except (EngineError, FeelError) as error:
                self._postpone(found, scene, error)

    def tell(self) -> None:
        """Write one job per recipient for everything that happened in this round.

        What comes late, as after an outage, is gathered over the rounds: one recipient gets one notice for all of it.
        """
        for (whom, action, channel, region, case, late), matters in sorted(self.notices.items(), key=itemgetter(0)):
            items = [matter.item() for matter in matters]
            variables = {"whom": whom, "action": action, "channel": channel, "region": region}
            cases = {matter.scene.business_key for matter in matters}
            more: dict[str, Any] = {"now": self.now, "actor": ACTOR}
            more["business_key"] = case or (cases.pop() if len(cases) == 1 and not late else "")
            if late:
                slot = int(self.now.timestamp() // GATHERING.total_seconds())
                until = datetime.fromtimestamp((slot + 1) * GATHERING.total_seconds(), UTC)
                key = f"escalation:late:{_digest(whom, region, case)}:{slot}"
                jobs.gather(self.connection, TOPIC, variables, items, key=key, quiet=QUIET, until=until, **more)
                continue
            keys = sorted(f"{matter.deadline.id}:{matter.step.name}" for matter in matters)
            key = f"escalation:{_digest(whom, action, channel, case, *keys)}"
            jobs.enqueue(self.connection, TOPIC, {**variables, "items": items}, key=key, **more)

    def _deadline(self, found: Deadline, scene: Scene) -> None:
        """Every percentage reached by now in its order, as missed ones are after an outage."""
        calendar = current(self.connection, found.region)
        after, matters = self._reached(found, scene, calendar)
        write(self.connection, [after.computed(calendar)])
        history.write(self.connection, [_entry(matter) for matter in matters])
        for matter in matters:
            act(self.connection, matter)
        self.taken += len(matters)
        for matter in matters:
            self._note(matter)

    def _reached(self, found: Deadline, scene: Scene, calendar: Calendar) -> tuple[Deadline, list[Matter]]:
        """The deadline with all percentages reached by now, and the steps that happen for the first time."""
        rules = rules_of(self.connection, scene.deployment_id)
        matters: list[Matter] = []
        tasks = self._tasks(found)
        element = tasks[0].element if found.subject == "task" and tasks else found.key
        while (rung := next_rung(found.rungs, found.reached)) is not None:
            moment = ledger.at_percent(found.limit, found.segments, calendar, rung)
            if moment is None or moment > self.now:
                break
            late = self.now - moment > LATE
            steps = self._fresh(rules, found, rung, late)
            matters += [Matter(found, scene, step, late, element, tasks) for step in steps]
            found = replace(found, reached=rung)
        return found, matters

    def _note(self, matter: Matter) -> None:
        for whom in matter.recipients:
            # Users and groups are the same in every case, a word such as `customer` means somebody else in each.
            case = "" if ":" in whom else matter.scene.business_key
            action, channel = ("", "") if matter.late else (matter.step.action, matter.step.channel)
            key = whom, action, channel, matter.scene.region, case, matter.late
            self.notices.setdefault(key, []).append(matter)

    def _fresh(self, rules: Rules, found: Deadline, rung: Decimal, late: bool) -> Iterator[Step]:
        """Steps that have not happened yet; the unique key decides."""
        place = Place(found.customer_class or None, None, found.region)
        for step in rules.steps(found.subject, found.key, found.stage, place, rung):
            told = {"action": step.action, "whom": step.whom, "channel": step.channel, "late": late}
            row = {"deadline_id": found.id, "step": step.name, "percent": rung, "at": self.now, "effect": told}
            if insert_once(self.connection, escalation, {"id": new_id(), **row}):
                yield step

    def _tasks(self, found: Deadline) -> tuple[Row[Any], ...]:
        """The open tasks that a deadline is about: its own, those of its stage, or all of the instance."""
        own = [task.c.instance_id == found.instance_id, state_is(task, "open")]
        if found.subject == "task":
            own.append(task.c.id == found.task_id)
        elif found.subject == "stage":
            own.append(task.c.stage == found.stage)
        return tuple(self.connection.execute(select(task).where(*own).order_by(task.c.created_at, task.c.id)))

    def _postpone(self, found: Deadline, scene: Scene, error: Exception) -> None:
        own = update(deadline).where(deadline.c.id == found.id)
        self.connection.execute(own.values(next_step_at=self.now + AGAIN))
        told = {"deadline": found.id, "key": found.key, "error": type(error).__name__}
        history.write(self.connection, [scene.entry("escalation_failed", found.key, **told)])


def sweep(connection: Connection, now: datetime, limit: int = 100) -> int:
    """Take the escalation steps that are due in up to `limit` deadlines; how many steps happened."""
    due = select(deadline.c.instance_id).where(_due(now)).order_by(deadline.c.next_step_at, deadline.c.id).limit(limit)
    round_ = Sweep(connection, now)
    for instance_id in dict.fromkeys(connection.scalars(due)):
        round_.instance(instance_id)
    round_.tell()
    return round_.taken


def _due(now: datetime) -> Any:
    return state_is(deadline, "open") & (deadline.c.next_step_at <= now)


def _digest(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def _entry(matter: Matter) -> dict[str, Any]:
    found, step = matter.deadline, matter.step
    told: dict[str, Any] = {"deadline": found.id, "key": found.key, "task": found.task_id, "late": matter.late}
    told |= {"step": step.name, "percent": str(step.percent), "whom": step.whom, "action": step.action}
    return matter.scene.entry("escalated", matter.element, **told)
