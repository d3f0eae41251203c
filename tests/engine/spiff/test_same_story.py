"""Random work on every model: restored before every step, an instance tells the same story as one that stays live."""

import random
from concurrent.futures import ThreadPoolExecutor
from copy import copy

import pytest

from engine import spiff
from engine.errors import EngineError
from tests.engine.spiff.driver import Driver

#: Model -> start variables that let every branch be reached.
STARTS = {
    "aside": {},
    "branches": {"log": []},
    "calls": {"lots": ["x", "y"]},
    "caller": {"kva": 10, "route": {"process": "called"}},
    "carry": {},
    "correlated": {"number": 7, "amount": 2},
    "deal": {"confirmed": False},
    "heard": {},
    "inclusive": {"a": True, "b": True, "again": True},
    "inside": {},
    "job": {"class": "LV"},
    "joint": {},
    "jump": {},
    "lots": {"lots": [1, 2, 3]},
    "messages": {"partner": "city"},
    "race": {},
    "retry": {"good": False},
    "reviews": {"reviewers": ["wang", "li", "zhao"], "needed": 2},
    "rounds": {"count": 2},
    "shout": {},
    "surplus": {},
    "timers": {"span": "P5D"},
    "transaction_many": {"orders": ["one", "two"]},
    "undo": {},
    "undo_many": {"rooms": ["a", "b"]},
    "watch": {"missing": []},
}
CALLED = {"calls": ("called_events",), "caller": ("called",)}
VALUES = {
    "a": [True, False],
    "again": [True, False],
    "bad": [True, False],
    "confirmed": [True, False],
    "false_document": [True, False],
    "good": [True, False],
    "how": ["error", "escalation", None],
    "missing": [[], ["deed"]],
}


def act(process, dice):
    """Do one random thing; what the process refuses is part of the story."""
    variables = {name: dice.choice(values) for name, values in VALUES.items() if dice.random() < 0.4}
    books = process.books
    choices = [
        *(("complete", entry.element) for book in ("tasks", "jobs") for entry in books[book].values()),
        *((wait.kind, wait.message) for wait in books["waits"].values()),
        ("advance", dice.choice([1, 25, 80])),
        ("signal", dice.choice(["stop", "fire", "end"])),
        ("set", ""),
    ]
    kind, what = dice.choice(choices)
    if kind == "advance":
        process.advance(hours=what)
    elif kind == "set":
        process.set(**variables)
    elif kind == "signal":
        process.signal(what)
    elif kind == "complete" and dice.random() < 0.1:
        process.fail(what, dice.choice(["E_ANY", "E_BAD", "REFUSED", "NOBODY"]))
    else:
        getattr(process, kind)(what, **variables)


def story(run, name, seed, restoring):
    """Return the effects of 25 random steps, or up to the first error."""
    dice = random.Random(seed)
    process = run(name, *CALLED.get(name, ()), restoring=restoring, **STARTS[name])
    for _ in range(25):
        if process.ended:
            break
        try:
            act(process, dice)
        except EngineError as error:
            return [*process.log, str(error)]
    return process.log


@pytest.mark.parametrize("name", STARTS)
def test_a_restored_instance_tells_the_same_story(run, name):
    for seed in range(6):
        assert story(run, name, seed, restoring=True) == story(run, name, seed, restoring=False), seed


def test_threads_share_definitions_without_disturbing_one_another(run):
    names = sorted(STARTS)
    alone = {name: story(run, name, 1, restoring=True) for name in names}
    shared = {name: FakeHostOf(run, name) for name in names}
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda name: (name, story(shared[name], name, 1, restoring=True)), names * 6))
    assert all(log == alone[name] for name, log in told)


class FakeHostOf:
    """Starts instances on the definitions of one model, each with a clock of its own."""

    def __init__(self, run, name):
        self.host = run(name, *CALLED.get(name, ()), **STARTS[name]).host

    def __call__(self, name, *called, restoring, **variables):
        host = copy(self.host)
        return Driver(host, spiff.Instance.start(host.definitions[name], host, variables), restoring)
