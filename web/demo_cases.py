"""The cases of the demonstration: when each begins, who acts in it, and how its people spend their office hours."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, insert

import bpmn.connection
from bpmn.connection import Desk, Notice
from bpmn.connection.demonstration import OWNER, PHONE, STORIES, Story
from bpmn.player import House as Stage
from bpmn.player import Play, earlier, later
from engine import Actor, Engine, Handlers
from engine.escalation import sweep
from web.auth.models import party
from web.auth.staffing import PEOPLE
from web.context import House
from web.desk import make_desk
from web.notify import escalations, staffing

#: Office hours between two actions of one case.
_PACE: Final = (1.5, 3.5)
_SEED: Final = 20261120


@dataclass(frozen=True)
class Plan:
    """One case to be played."""

    story: Story
    begins: datetime
    #: Until then people act; from then on the case rests.
    acted_until: datetime
    #: Office hours before each action.
    gaps: tuple[float, ...]
    #: Whether it belongs to the invented customer who can sign in.
    owned: bool
    rng: random.Random


def plans(now: datetime, most: int | None = None) -> list[Plan]:
    """All cases in the order in which they begin, at most ``most`` of each story."""
    numbered = [(story, number) for story in STORIES for number in range(min(story.count, most or story.count))]
    made = (_plan(*one, now, random.Random(f"{_SEED}-{turn}")) for turn, one in enumerate(numbered))
    return sorted(made, key=lambda plan: plan.begins)


def _plan(story: Story, number: int, now: datetime, rng: random.Random) -> Plan:
    """Count back from now: the rest, then the gaps between the actions and the pauses."""
    days = story.rest if number == 0 or story.all_rest else 0
    resting = timedelta(days=days + story.spread * number)
    pace = rng.uniform(*_PACE)
    gaps = tuple(pace * rng.uniform(0.5, 1.5) for _ in range(story.steps))
    acted_until = earlier(now - resting, rng.uniform(0.2, 4))
    begins = earlier(acted_until, sum(gaps)) - timedelta(days=sum(story.pauses.values()))
    owned = story.owned and number == 0
    if owned:
        story = replace(story, application={**story.application, "name": OWNER, "phone": PHONE})
    return Plan(story, earlier(begins, 0), acted_until, gaps, owned, rng)


class Director:
    """Plays cases one after the other, each up to now."""

    def __init__(
        self,
        connection: Connection,
        parts: House,
        people: Mapping[str, Sequence[Actor]],
        customer: Actor,
        deployment_id: str,
    ) -> None:
        self._connection, self._deployment_id, self._customer = connection, deployment_id, customer
        self._broken = False
        desk = make_desk(parts.sealer, parts.settings.documents)
        engine = Engine(self._handlers(desk, parts), parts.engine.checks)
        self._stage = Stage(engine, parts.sealer, parts.settings.documents, people, customer, sweep)

    def _handlers(self, desk: Desk, parts: House) -> Handlers:
        handlers = Handlers(PEOPLE)

        def notify(connection: Connection, told: Notice) -> None:
            if self._broken and told.subject != "registered":
                raise ConnectionError("短信网关没有应答（演示用的故障）")
            desk.notify(connection, told)

        bpmn.connection.install(handlers, replace(desk, notify=notify))
        escalations.install(handlers, parts.sealer)
        staffing.install(handlers, parts.sealer)
        return handlers

    def play(self, plan: Plan, now: datetime) -> Play:
        """Play one case from its beginning to where it halts, and let it rest until now."""
        self._broken = plan.story.broken
        play = Play(self._stage, self._connection, plan.story, plan.rng)
        play.apply("intake", "MSG_APPLICATION_SUBMITTED", "application", self._deployment_id, plan.begins)
        moment = self._act(play, plan)
        play.rest(moment, now)
        if plan.owned:
            self._give(play.number, plan.begins)
        return play

    def _act(self, play: Play, plan: Plan) -> datetime:
        """Let people act until nobody does any more; the moment of the last act."""
        moment, gaps, paused = plan.begins, _endless(plan), set[str]()
        while play.settled_at is None:
            # A pause may end in the next one: what was not done in time leads to another wait.
            while element := min((play.open_elements() & plan.story.pauses.keys()) - paused, default=""):
                paused.add(element)
                play.rest(moment, moment + timedelta(days=plan.story.pauses[element]))
                moment += timedelta(days=plan.story.pauses[element])
            moment = min(later(moment, next(gaps)), max(moment, plan.acted_until))
            if not play.act(moment) and play.settled_at is None:
                break
        return moment

    def _give(self, number: str, moment: datetime) -> None:
        row: dict[str, Any] = {"business_key": number, "user_id": self._customer.id, "relation": "customer"}
        self._connection.execute(insert(party), {**row, "created_at": moment})


def _endless(plan: Plan) -> Iterator[float]:
    """The gaps of a plan, and more of the same kind when a case needs more actions than expected."""
    yield from plan.gaps
    while True:
        yield plan.rng.uniform(*_PACE)
