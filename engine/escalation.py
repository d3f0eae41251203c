"""Escalation: when a deadline reaches a percentage, the steps of the decision `escalation` happen, each once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, Row, select, update

from engine import dmn, history, jobs, ledger
from engine.calendars import current
from engine.columns import state_is
from engine.deadline import Deadline, from_row, write
from engine.errors import CannotRun, EngineError
from engine.feel import FeelError
from engine.history import Scene
from engine.library import library
from engine.models import deadline, escalation, task
from engine.rights import members
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
OWNER: Final = "owner"


@dataclass(frozen=True)
class Matter:
    """One step of one deadline that has just happened."""

    deadline: Deadline
    scene: Scene
    step: Step
    late: bool
    element: str

    def item(self) -> dict[str, Any]:
        """The facts for a notice; references only."""
        found = self.deadline
        due = found.due_at.isoformat() if found.due_at else None
        return {
            "deadline": found.id,
            "business_key": self.scene.business_key,
            "instance_id": found.instance_id,
            "task_id": found.task_id,
            "element": self.element,
            "key": found.key,
            "stage": found.stage,
            "step": self.step.name,
            "percent": self.step.percent,
            "due": due,
            "late": self.late,
        }


@dataclass
class Sweep:
    """One round of the clock over due steps."""

    connection: Connection
    now: datetime
    #: (recipient, action, channel, region, case if the recipient belongs to one) -> what to tell
    notices: dict[tuple[str, str, str, str, str], list[Matter]] = field(default_factory=dict)
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
        """Write one job per recipient for everything that happened in this round."""
        for (whom, action, channel, region, case), matters in self.notices.items():
            items = [matter.item() for matter in matters]
            keys = sorted(f"{matter.deadline.id}:{matter.step.name}" for matter in matters)
            digest = hashlib.sha256("|".join((whom, action, channel, case, *keys)).encode()).hexdigest()
            cases = {matter.scene.business_key for matter in matters}
            variables = {"whom": whom, "action": action, "channel": channel, "region": region, "items": items}
            jobs.enqueue(
                self.connection,
                TOPIC,
                variables,
                key=f"escalation:{digest}",
                now=self.now,
                business_key=cases.pop() if len(cases) == 1 else "",
                actor=ACTOR,
            )

    def _deadline(self, found: Deadline, scene: Scene) -> None:
        """Every percentage reached by now in its order, as missed ones are after an outage."""
        rules = Rules(scene.deployment_id, self._decide(scene.deployment_id))
        calendar = current(self.connection, found.region)
        matters: list[Matter] = []
        element, owners = self._element(found)
        while (rung := next_rung(found.rungs, found.reached)) is not None:
            moment = ledger.at_percent(found.limit, found.segments, calendar, rung)
            if moment is None or moment > self.now:
                break
            late = self.now - moment > LATE
            matters += [Matter(found, scene, step, late, element) for step in self._fresh(rules, found, rung, late)]
            found = replace(found, reached=rung)
        write(self.connection, [found.computed(calendar)])
        history.write(self.connection, [_entry(matter) for matter in matters])
        self.taken += len(matters)
        for matter in matters:
            for whom in owners if matter.step.whom == OWNER else [_recipient(matter.step.whom)]:
                # Users and groups are the same in every case, a word such as `customer` means somebody else in each.
                case = "" if ":" in whom else scene.business_key
                key = whom, matter.step.action, matter.step.channel, scene.region, case
                self.notices.setdefault(key, []).append(matter)

    def _fresh(self, rules: Rules, found: Deadline, rung: Decimal, late: bool) -> Iterator[Step]:
        """Steps that have not happened yet; the unique key decides."""
        place = Place(found.customer_class or None, None, found.region)
        for step in rules.steps(found.subject, found.key, found.stage, place, rung):
            told = {"action": step.action, "whom": step.whom, "channel": step.channel, "late": late}
            row = {"deadline_id": found.id, "step": step.name, "percent": rung, "at": self.now, "effect": told}
            if insert_once(self.connection, escalation, {"id": new_id(), **row}):
                yield step

    def _element(self, found: Deadline) -> tuple[str, list[str]]:
        """The element of a task's deadline (else its key), and who owns it: holder or candidates of its open tasks."""
        own = (task.c.instance_id == found.instance_id, state_is(task, "open"))
        rows = self.connection.execute(select(task).where(*own).order_by(task.c.created_at, task.c.id)).all()
        if found.subject == "task":
            mine = [row for row in rows if row.id == found.task_id]
            return (mine[0].element if mine else found.key), _owners(mine)
        return found.key, _owners(row for row in rows if found.subject == "case" or row.stage == found.stage)

    def _decide(self, deployment_id: str) -> Any:
        shelf = library(self.connection, deployment_id)

        def decide(ref: str, inputs: Mapping[str, Any]) -> Any:
            try:
                return shelf.decision(ref).evaluate(ref, inputs)
            except dmn.DmnError as error:
                raise CannotRun(ref, str(error)) from error

        return decide

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


def _owners(rows: Iterable[Row[Any]]) -> list[str]:
    found = [[f"u:{row.assignee}"] if row.assignee else sorted(members(row.audience)) for row in rows]
    return list(dict.fromkeys(identity for identities in found for identity in identities))


def _recipient(word: str) -> str:
    """A role is an identity like the candidates of tasks; `customer` stands for itself."""
    return f"g:{word}" if word.isupper() else word


def _entry(matter: Matter) -> dict[str, Any]:
    found, step = matter.deadline, matter.step
    told: dict[str, Any] = {"deadline": found.id, "key": found.key, "task": found.task_id, "late": matter.late}
    told |= {"step": step.name, "percent": str(step.percent), "whom": step.whom, "action": step.action}
    return matter.scene.entry("escalated", matter.element, **told)
