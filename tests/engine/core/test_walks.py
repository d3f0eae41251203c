"""Random commands in random order, right and wrong ones: after each of them every case is whole."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from sqlalchemy import Row

from engine import EngineError
from engine.models import incident, instance, task
from tests.engine.core.house import BOSS, LI, WANG, House, check_whole

STEPS = 40


class Walk:
    """One random walk; `step` does one thing that may or may not be possible just now."""

    def __init__(self, house: House, seed: int) -> None:
        self._house = house
        self._dice = random.Random(seed)
        self._count = 0
        self._acts: list[Callable[[], object]] = [
            self.start, self.complete, self.complete, self.complete, self.claim, self.release, self.send, self.advance,
            self.work, self.cancel, self.change, self.repair,
        ]  # fmt: skip

    def step(self) -> str:
        act = self._dice.choice(self._acts)
        self._house.later(hours=self._dice.choice((0, 1, 30)))
        try:
            act()
        except EngineError as refused:
            return type(refused).__name__
        return act.__name__

    def start(self) -> None:
        self._count += 1
        request = f"s-{self._dice.randint(1, 6)}"
        chosen = self._dice.choice(("linear", "parcel_return"))
        self._house.start(chosen, {"weight": 1}, business_key=self._key(), request_id=request)

    def complete(self) -> None:
        row = self._task()
        data = {"outcome": "fine", "weight": self._dice.randint(1, 9)}
        self._house.complete(row, data, actor=self._dice.choice((LI, WANG, BOSS)), request_id=f"c-{row.id}-{row.rev}")

    def claim(self) -> None:
        task_id = str(self._task().id)
        with self._house.transaction() as connection:
            self._house.engine.claim(connection, task_id, actor=LI, now=self._house.now)

    def release(self) -> None:
        task_id = str(self._task().id)
        with self._house.transaction() as connection:
            self._house.engine.release(connection, task_id, actor=LI, now=self._house.now)

    def send(self) -> None:
        more = {"message_id": f"m-{self._dice.randint(1, 9)}", "actor": "p", "now": self._house.now}
        with self._house.transaction() as connection:
            self._house.engine.send(
                connection, self._dice.choice(("MSG_ARRIVED", "MSG_RETURN")), self._key(), {}, **more
            )

    def advance(self) -> None:
        with self._house.transaction() as connection:
            self._house.engine.advance(connection, self._house.now)

    def work(self) -> None:
        broken = self._dice.random() < 0.3
        self._house.rows_seen = not broken
        self._house.work()

    def cancel(self) -> None:
        instance_id = self._instance_id()
        with self._house.transaction() as connection:
            self._house.engine.cancel(connection, instance_id, reason="-", actor=BOSS, now=self._house.now)

    def change(self) -> None:
        more = {"reason": "-", "actor": BOSS, "now": self._house.now}
        instance_id, region = self._instance_id(), self._dice.choice(("east", "west"))
        with self._house.transaction() as connection:
            self._house.engine.change_variables(connection, instance_id, {"region": region}, **more)

    def repair(self) -> None:
        found = self._house.rows(incident, state="open")
        if found:
            chosen = self._dice.choice(found).id
            with self._house.transaction() as connection:
                if self._dice.random() < 0.5:
                    self._house.engine.retry(connection, chosen, actor=BOSS, now=self._house.now)
                else:
                    self._house.engine.skip(connection, chosen, reason="-", actor=BOSS, now=self._house.now)

    def _task(self) -> Row[tuple[object, ...]]:
        found = self._house.rows(task)
        if not found:
            self.start()
            found = self._house.rows(task)
        return self._dice.choice(sorted(found, key=lambda row: row.created_at)[-6:])

    def _instance_id(self) -> str:
        found = self._house.rows(instance)
        return str(self._dice.choice(found).id) if found else "none"

    def _key(self) -> str:
        return f"W-{self._dice.randint(1, 3)}"


@pytest.mark.parametrize("seed", range(4))
def test_every_case_is_whole_after_any_command(house: House, seed: int) -> None:
    walk = Walk(house, seed)

    def label(_call: object) -> None:
        if not house.rows_seen:
            raise ConnectionError

    house.handlers.add("parcel.label", label)
    told = []
    for _ in range(STEPS):
        told.append(walk.step())
        check_whole(house)
    assert len(set(told)) >= 6, "a walk that does nothing proves nothing"
