"""Runs cases by answering their tasks and waits as people would, on a clock of its own."""

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection

from bpmn import outlook
from bpmn.numbers import next_number
from bpmn.office_hours import ZONE, earlier, later
from bpmn.promises import Promises
from engine import ALL, Actor, Engine, documents, pack_of, queries
from engine.errors import NotAllowed
from engine.seals import Sealer
from forms import Form, sealed
from forms.sample import Sampler

__all__ = ["PAGE", "House", "Play", "Script", "earlier", "later"]

#: A case that needs more actions goes round in a circle.
_MOST_ACTIONS = 120
#: What time does to a case at one moment must come to an end after as many rounds.
_MOST_ROUNDS = 50

#: A page that every upload of a player consists of.
PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


class Script(Protocol):
    """What a player needs to know of a story."""

    @property
    def examples(self) -> Mapping[str, Callable[[random.Random, Mapping[str, Any], date], Any]]:
        """What people write into fields that have no chosen answer, by their label."""
        ...

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

    def leaves(self, element: str) -> bool:
        """Whether nobody gets round to a task of this element while everything else goes on."""
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
    #: Who did a step last, by element.
    _workers: dict[str, str] = field(default_factory=dict)

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
        if self.halted or not outlook.running(self.connection, self.number):
            self.settled_at = self.settled_at or now
            return False
        if self.actions > _MOST_ACTIONS:
            raise RuntimeError(f"Case {self.number} does not come to its halt; look at its history.")
        tasks = queries.tasks(self.connection, business_key=self.number, state="open")
        if not (self._send(tasks, now) or self._work(tasks, now)):
            return False
        self.actions += 1
        self._settle(now)
        return True

    def rest(self, since: datetime, until: datetime) -> None:
        """Let time go by: timers fire, escalations happen, jobs are tried again, each at its own moment."""
        moment = since
        while True:
            due = outlook.next_happening(self.connection, self.number)
            if due is None or due > until:
                return
            moment = max(moment, due)
            self._settle(moment)

    def open_elements(self) -> frozenset[str]:
        """Where the case waits for a person, a message or a job."""
        return outlook.open_elements(self.connection, self.number)

    # --- what people do --------------------------------------------------------------------------

    def _work(self, tasks: Sequence[queries.Task], now: datetime) -> bool:
        taken_up = [one for one in tasks if not self.script.leaves(one.element)]
        if not taken_up:
            return False
        task = min(taken_up, key=lambda one: (one.created_at, one.element))
        actor, rev = self._worker(task, now)
        seen = queries.variables(self.connection, task.instance_id, now=now, token=task.token)
        values = self._fill(task.deployment_id, task.form_ref, seen, actor, now)
        self.house.engine.complete(
            self.connection, task.id, values, rev=rev, request_id=f"play-{task.id}", actor=actor, now=now
        )
        return True

    def _worker(self, task: queries.Task, now: datetime) -> tuple[Actor, int]:
        """Somebody who may take the task and takes it, and the revision of the task then.

        Whoever did the step before does it again: else two drafts of a plan would leave nobody to review it.
        """
        able = [one for group in task.candidate_groups for one in self.house.people.get(group, ())]
        if task.assignee:
            able = [one for one in able if one.id == task.assignee]
        near = [one for one in able if one.regions is ALL or task.region in one.regions]
        chosen = self.rng.sample(near, len(near))
        for actor in sorted(chosen, key=lambda one: one.id != self._workers.get(task.element)):
            try:
                rev = self.house.engine.claim(self.connection, task.id, actor=actor, now=now)
            except NotAllowed:
                continue
            self._workers[task.element] = actor.id
            return actor, rev
        raise LookupError(f"Nobody may do {task.element} in {task.region}; add people with {task.candidate_groups}.")

    def _send(self, tasks: Sequence[queries.Task], now: datetime) -> bool:
        waits = queries.waits(self.connection, self.number)
        open_elements = frozenset({wait.element for wait in waits} | {task.element for task in tasks})
        wait = next((wait for wait in waits if self.script.prefers(wait.message, open_elements)), None)
        if wait is None:
            return False
        seen = queries.variables(self.connection, wait.instance_id, now=now, token=wait.token)
        message = pack_of(self.connection, wait.deployment_id).messages[wait.message]
        sender = self.house.people[message.roles[0]][0] if message.by == "staff" else self.house.customer
        values = self._fill(wait.deployment_id, message.form, seen, sender, now)
        self.house.engine.send(
            self.connection,
            wait.message,
            self.number,
            values,
            message_id=f"{self.number}-{self.actions}",
            actor=sender.id,
            now=now,
        )
        return True

    def _fill(
        self, deployment_id: str, form_ref: str, seen: Mapping[str, Any], actor: Actor, now: datetime
    ) -> dict[str, Any]:
        if not form_ref:
            return {}
        document = queries.form(self.connection, deployment_id, form_ref)
        chosen = self._chosen(form_ref, seen, now.astimezone(ZONE).date())
        seen = _named(document, seen)
        today, promises = now.astimezone(ZONE).date(), Promises()
        sampler = Sampler(self.rng, today, seen, promises.give, self.script.examples)
        answers = sampler.fill(document, self._with_papers(document, chosen, promises))
        clean = Form.load(document).validate(answers, context=seen, today=today)
        clean = promises.kept(clean, lambda component: self._upload(component, actor, now))
        documents.adopt(self.connection, list(clean.documents), self.number, actor=actor.id)
        return sealed(clean, self.connection, self.house.sealer, business_key=self.number, actor=actor.id, now=now)

    def _chosen(self, form_ref: str, seen: Mapping[str, Any], today: date) -> Mapping[str, Any]:
        visit = self._visits.get(form_ref, 0)
        self._visits[form_ref] = visit + 1
        if form_ref == self._application:
            return self.script.apply(self.rng)
        return self.script.answer(form_ref, visit, seen, today)

    def _with_papers(
        self, document: Mapping[str, Any], chosen: Mapping[str, Any], promises: Promises
    ) -> dict[str, Any]:
        """``True`` in place of an upload means: upload something."""
        pickers = {one["key"]: one for one in _components(document) if one.get("type") == "filepicker"}
        return {
            key: promises.give(pickers[key]) if key in pickers and value is True else value
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
        for _ in range(_MOST_ROUNDS):
            due = outlook.next_happening(self.connection, self.number)
            if due is None or due > now:
                break
            for instance_id in outlook.running(self.connection, self.number):
                self.house.engine.advance_instance(self.connection, instance_id, now)
            self.house.sweep(self.connection, now)
            for job in self.house.engine.due_jobs(self.connection, now):
                self.house.engine.run_job(lambda: nullcontext(self.connection), job, now)
        else:
            raise RuntimeError(f"Case {self.number} is never done with {now}; look at its timers and jobs.")
        if not self.halted and self.script.halts(self.open_elements(), self._visits):
            self.halted, self.settled_at = True, now


def _named(document: Mapping[str, Any], seen: Mapping[str, Any]) -> dict[str, Any]:
    """The variables whose names occur in a form: it copies what it is given, and a case has much more."""
    text = json.dumps(document, ensure_ascii=False)
    return {name: value for name, value in seen.items() if name in text}


def _components(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for component in document.get("components", ()):
        yield component
        yield from _components(component)
