"""Runs cases by answering their tasks and waits as people would, on a clock of its own."""

import random
import tomllib
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bpmn.numbers import next_number
from engine import ALL, Actor, Engine, documents, queries
from engine.errors import SameActor
from engine.seals import Sealer
from forms import Form, sealed
from forms.sample import Sampler

ZONE = ZoneInfo("Asia/Shanghai")
OPENS, CLOSES = time(8, 30), time(17, 30)
#: How long a resting case is left alone before its timers are looked at again.
_REST_STEP = timedelta(hours=8)
#: A case that needs more actions goes round in a circle.
_MOST_ACTIONS = 120

#: A page that every upload of a player consists of.
PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


class Script(Protocol):
    """What a player needs to know of a story."""

    def halts(self, open_elements: frozenset[str], visits: Mapping[str, int]) -> bool:
        """Whether nobody acts any more; ``visits`` counts how often each form was filled."""
        ...

    def apply(self, rng: random.Random) -> Mapping[str, Any]:
        """Chosen answers to the application."""
        ...

    def answer(self, form: str, visit: int, values: Mapping[str, Any], today: date) -> Mapping[str, Any]:
        """Chosen answers to a later form that is filled for the ``visit``-th time (from 0)."""
        ...

    def prefers(self, message: str, open_elements: frozenset[str]) -> bool:
        """Whether the customer would send this message while these elements are open."""
        ...


@dataclass(frozen=True)
class House:
    """The parts a player works with; ``sweep`` acts on deadlines that came due."""

    engine: Engine
    sealer: Sealer
    folder: Path
    people: Mapping[str, Sequence[Actor]]
    customer: Actor
    sweep: Callable[[Connection, datetime], object]


@dataclass
class Play:
    """One case being played."""

    house: House
    connection: Connection
    script: Script
    rng: random.Random
    number: str = ""
    instance_id: str = ""
    actions: int = 0
    halted: bool = False
    #: When the case came to its halt or end; None while it is under way.
    settled_at: datetime | None = None
    _visits: dict[str, int] = field(default_factory=dict)
    _application: str = ""

    def apply(self, process: str, message: str, form: str, deployment_id: str, now: datetime) -> None:
        """Begin the case with its application."""
        self.number = next_number(self.connection, now)
        self._application = form
        values = self._fill(deployment_id, form, {}, self.house.customer, now)
        self.instance_id = self.house.engine.start(
            self.connection,
            process,
            values,
            business_key=self.number,
            actor=self.house.customer.id,
            now=now,
            request_id=f"apply-{self.number}",
            message=message,
            region=str(values.get("region", "")),
        )
        self._settle(now)

    def act(self, now: datetime) -> bool:
        """Do one thing that somebody can do now; False when the case has halted or ended."""
        self._settle(now)
        if self.halted or queries.instance(self.connection, self.instance_id).state != "running":
            self.settled_at = self.settled_at or now
            return False
        if self.actions > _MOST_ACTIONS:
            raise RuntimeError(f"Case {self.number} does not come to its halt; look at its history.")
        if not (self._send(now) or self._work(now)):
            return False
        self.actions += 1
        self._settle(now)
        return True

    def rest(self, since: datetime, until: datetime) -> None:
        """Let time go by: timers fire, escalations happen, jobs are tried again."""
        moment = since
        while moment < until:
            moment = min(moment + _REST_STEP, until)
            self._settle(moment)

    # --- what people do --------------------------------------------------------------------------

    def _work(self, now: datetime) -> bool:
        tasks = queries.tasks(self.connection, instance_id=self.instance_id, state="open")
        if not tasks:
            return False
        task = min(tasks, key=lambda one: (one.created_at, one.element))
        actor = self._worker(task, now)
        seen = queries.variables(self.connection, self.instance_id, now=now, token=task.token)
        values = self._fill(task.deployment_id, task.form_ref, seen, actor, now)
        rev = queries.task(self.connection, task.id).rev
        self.house.engine.complete(
            self.connection, task.id, values, rev=rev, request_id=f"play-{task.id}", actor=actor, now=now
        )
        return True

    def _worker(self, task: queries.Task, now: datetime) -> Actor:
        """Somebody who may take the task, who takes it."""
        able = [one for group in task.candidate_groups for one in self.house.people.get(group, ())]
        near = [one for one in able if one.regions is ALL or task.region in one.regions]
        for actor in self.rng.sample(near, len(near)):
            try:
                self.house.engine.claim(self.connection, task.id, actor=actor, now=now)
            except SameActor:
                continue
            return actor
        raise LookupError(f"Nobody may do {task.element} in {task.region}; add people with {task.candidate_groups}.")

    def _send(self, now: datetime) -> bool:
        waits = queries.waits(self.connection, self.number)
        tasks = queries.tasks(self.connection, instance_id=self.instance_id, state="open")
        open_elements = frozenset({wait.element for wait in waits} | {task.element for task in tasks})
        wanted = [wait for wait in waits if self.script.prefers(wait.message, open_elements)]
        if not wanted:
            return False
        wait = wanted[0]
        seen = queries.variables(self.connection, self.instance_id, now=now, token=wait.token)
        form = self._pack(wait.deployment_id)["messages"][wait.message]["form"]
        values = self._fill(wait.deployment_id, form, seen, self.house.customer, now)
        self.house.engine.send(
            self.connection,
            wait.message,
            self.number,
            values,
            message_id=f"{self.number}-{self.actions}",
            actor=self.house.customer.id,
            now=now,
        )
        return True

    def _fill(
        self, deployment_id: str, form_ref: str, seen: Mapping[str, Any], actor: Actor, now: datetime
    ) -> dict[str, Any]:
        if not form_ref:
            return {}
        document = queries.form(self.connection, deployment_id, form_ref)
        visit = self._visits.get(form_ref, 0)
        self._visits[form_ref] = visit + 1
        today = now.astimezone(ZONE).date()
        applying = form_ref == self._application
        chosen = self.script.apply(self.rng) if applying else self.script.answer(form_ref, visit, seen, today)
        sampler = Sampler(self.rng, today, seen, lambda component: [self._upload(component, actor, now)])
        answers = sampler.fill(document, self._with_papers(chosen, sampler))
        clean = Form.load(document).validate(answers, context=seen, today=today)
        documents.adopt(self.connection, list(clean.documents), self.number, actor=actor.id)
        return sealed(clean, self.connection, self.house.sealer, business_key=self.number, actor=actor.id, now=now)

    def _with_papers(self, chosen: Mapping[str, Any], sampler: Sampler) -> dict[str, Any]:
        """``True`` in place of an upload means: upload something."""
        return {
            key: sampler.papers({"key": key, "label": key}) if key.startswith("doc_") and value is True else value
            for key, value in chosen.items()
        }

    def _upload(self, component: Mapping[str, Any], actor: Actor, now: datetime) -> str:
        return documents.store(
            self.connection,
            self.house.sealer,
            self.house.folder,
            name=f"{component.get('label') or component['key']}.pdf",
            data=PAGE,
            type=str(component["key"]).removeprefix("doc_"),
            business_key=self.number,
            actor=actor.id,
            now=now,
        )

    # --- what time does --------------------------------------------------------------------------

    def _settle(self, now: datetime) -> None:
        self.house.engine.advance_instance(self.connection, self.instance_id, now)
        self.house.sweep(self.connection, now)
        for job in self.house.engine.due_jobs(self.connection, now):
            self.house.engine.run_job(lambda: nullcontext(self.connection), job, now)
        if not self.halted and self.script.halts(self._open_elements(now), self._visits):
            self.halted, self.settled_at = True, now

    def _open_elements(self, now: datetime) -> frozenset[str]:
        return frozenset(active.element for active in queries.tokens(self.connection, self.instance_id, now=now))

    def _pack(self, deployment_id: str) -> dict[str, Any]:
        return tomllib.loads(queries.file(self.connection, deployment_id, "pack.toml").decode())


def later(moment: datetime, hours: float) -> datetime:
    """The moment that many office hours later, weekends left out; holidays do not matter for a demonstration."""
    local = moment.astimezone(ZONE) + timedelta(hours=hours)
    while local.time() > CLOSES or local.time() < OPENS or local.weekday() > 4:
        if local.time() > CLOSES:
            over = local - datetime.combine(local.date(), CLOSES, ZONE)
            local = datetime.combine(local.date() + timedelta(days=1), OPENS, ZONE) + over % timedelta(hours=8)
        elif local.time() < OPENS:
            local = datetime.combine(local.date(), OPENS, ZONE) + timedelta(minutes=7)
        if local.weekday() > 4:
            local += timedelta(days=7 - local.weekday())
    return local.astimezone(moment.tzinfo)
