"""Random block-structured models and random work, against a reference that knows only blocks.

A block is started, names its open tasks, and is told when one is completed. The same block is drawn as BPMN.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, example, given, seed, settings
from hypothesis import strategies as st
from lxml import etree

from engine import spiff
from engine.spiff import effects, support
from engine.spiff.catching import event_node
from tests.engine.spiff.blocks import (
    Beside,
    Block,
    Chased,
    Choice,
    Drawing,
    Guarded,
    Inside,
    Items,
    Parallel,
    Race,
    Repeat,
    Sequence,
    Split,
    Task,
)
from tests.engine.spiff.driver import MONDAY, check
from tests.engine.spiff.event_blocks import (
    TIMER,
    Called,
    Conditioned,
    Ended,
    Passed,
    Relieved,
    Signalled,
    Undone,
    Waiting,
    message_of,
    signal_of,
)
from tests.engine.spiff.repeat_blocks import Counted, Looped, Remembered, Rounds


def blocks() -> st.SearchStrategy[Block]:
    leaf = st.one_of(
        st.builds(Task, number=st.sampled_from([1, 1, 1, 0, 3])),
        st.builds(Items, number=st.integers(2, 3)),
        st.builds(Passed, number=st.integers(0, 9)),
        st.builds(Waiting, number=st.integers(0, 4)),
        st.builds(Undone, number=st.integers(0, 1)),
        st.builds(Counted, number=st.integers(0, 95)),
        st.builds(Looped, number=st.integers(0, 15)),
    )
    part = st.recursive(leaf, _compound, max_leaves=9)
    few = st.lists(leaf, min_size=1, max_size=2)
    # Those of many kinds have a place of their own, or some kinds would be rare.
    kinds = st.builds(Ended, few, st.integers(0, 6)) | st.builds(Relieved, few, st.integers(0, 5))
    kinds |= st.builds(Remembered, st.lists(leaf, min_size=2, max_size=2), st.integers(0, 3))
    return st.builds(Sequence, st.lists(part | kinds, min_size=1, max_size=4))


def _compound(children: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    some = st.lists(children, min_size=1, max_size=3)
    branches = st.lists(children, min_size=2, max_size=3)
    return st.one_of(
        st.builds(Sequence, some),
        st.builds(Inside, some),
        st.builds(Guarded, some),
        st.builds(Chased, some),
        st.builds(Beside, some),
        st.builds(Race, branches),
        st.builds(Parallel, branches),
        st.builds(Choice, branches, st.integers(0, 7)),
        st.builds(Split, branches, st.integers(0, 7)),
        st.builds(Called, some),
        st.builds(Ended, some, st.integers(0, 6)),
        st.builds(Signalled, some),
        st.builds(Conditioned, some),
        st.builds(Relieved, some, st.integers(0, 5)),
        st.builds(Rounds, some, st.integers(0, 14)),
        st.builds(Remembered, st.lists(children, min_size=2, max_size=2), st.integers(0, 3)),
        st.builds(Repeat, st.lists(children, min_size=1, max_size=1), st.integers(1, 3)),
    )


#: How the process begins.
BEGINNINGS = st.sampled_from(["none", "none", "message", "signal", "timer"])


def model(block: Block, begin: str = "none") -> tuple[bytes, dict[str, object], str | None]:
    """Return a whole process around a block, its start variables and its start event, if that is no plain one."""
    drawing = Drawing()
    entered, left = block.draw(drawing)
    named = {"message": message_of, "signal": signal_of}
    event = named[begin](drawing)[1] if begin in named else TIMER if begin == "timer" else ""
    start = drawing.node("startEvent", event)
    drawing.flow(start, entered)
    drawing.flow(left, drawing.node("endEvent"))
    head = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    head += ' xmlns:c="http://camunda.org/schema/1.0/bpmn">' + "".join(drawing.head + drawing.processes)
    data = f'{head}<process id="p" isExecutable="true">{"".join(drawing.parts)}</process></definitions>'
    return data.encode(), drawing.variables, start if event else None


def open_tasks(instance: spiff.Instance, known: dict[str, str]) -> Iterator[str]:
    """Keep the open tasks and awaited messages by token."""
    for effect in instance.take_effects():
        if isinstance(effect, effects.TaskOpened):
            known[effect.token] = effect.element
        elif isinstance(effect, effects.WaitOpened):
            known[effect.token] = effect.message
        elif isinstance(effect, effects.TimerArmed | effects.JobOpened):
            known[effect.token] = effect.element
        elif isinstance(effect, effects.TaskClosed | effects.WaitClosed | effects.TimerDisarmed | effects.JobClosed):
            del known[effect.token]
    return iter(sorted(known.values()))


THOROUGH = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


@settings(max_examples=200, deadline=None, suppress_health_check=THOROUGH)
@example(Repeat([Parallel([Task(), Split([Task(), Task(number=0)], 0)])], 2), random.Random(0), "none")
@example(Ended([Sequence([Undone(number=0)])], 1), random.Random(0), "none")
@given(block=blocks(), picks=st.randoms(use_true_random=False), begin=BEGINNINGS)
def test_random_models_run_as_the_reference_says(block, picks, begin):
    follow(block, picks, begin)


def test_two_hundred_random_models_hold_every_supported_element_and_event():
    elements: Counter[str] = Counter()
    events: Counter[tuple[str, str]] = Counter()
    ways: Counter[str] = Counter()

    @seed(1)
    @settings(max_examples=200, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=THOROUGH)
    @given(block=blocks(), begin=BEGINNINGS)
    def tally(block, begin):
        parts = list(etree.fromstring(model(block, begin)[0]).iter())
        ways.update(word for part in parts for word in (local(part), *map(local_name, part.attrib)))
        nodes = [node for node in parts if local(node) in support.NODES]
        elements.update(map(local, nodes))
        events.update((place(node), kind(node)) for node in nodes if place(node) in support.EVENT_KINDS)

    tally()
    assert set(support.NODES) - set(elements) == set()
    assert {(where, what) for where, kinds in support.EVENT_KINDS.items() for what in kinds} - set(events) == set()
    assert REPETITIONS - set(ways) == set()


#: Words by which activities repeat and data is kept.
REPETITIONS = {
    "multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "loopCardinality", "loopDataInputRef",
    "collection", "completionCondition", "loopCondition", "loopMaximum", "testBefore", "dataObject",
    "dataObjectReference", "dataOutputAssociation",
}  # fmt: skip


def local(node: etree._Element) -> str:
    return etree.QName(node).localname


def local_name(attribute: str) -> str:
    return etree.QName(attribute).localname


def place(node: etree._Element) -> str:
    """Where an event stands, in the words of the table of events; the element itself otherwise."""
    around = node.getparent()
    if local(node) != "startEvent" or local(around) == "process":
        return local(node)
    return "eventSubProcessStart" if around.get("triggeredByEvent") else "subProcessStart"


def kind(node: etree._Element) -> str:
    return next((local(part).removesuffix("EventDefinition") for part in node if "EventDef" in part.tag), "none")


@pytest.mark.deep
@pytest.mark.timeout(1_200)
@settings(max_examples=5_000, deadline=None, suppress_health_check=THOROUGH)
@given(block=blocks(), picks=st.randoms(use_true_random=False), begin=BEGINNINGS)
def test_thousands_of_random_models_run_as_the_reference_says(block, picks, begin):
    follow(block, picks, begin)


def follow(block, picks, begin):
    """Run a block as the engine and as the reference, with one random act after another, until it is over."""
    data, variables, element = model(block, begin)
    parsed = spiff.parse({"p.bpmn": data})
    assert [problem for problem in parsed.problems if problem.severity == "error"] == []
    host = Host({definition.id: definition for definition in parsed.definitions})
    over = block.start()
    instance = spiff.Instance.start(host.process("p"), host, variables, element)
    known: dict[str, str] = {}
    used: Counter[str] = Counter()
    for _ in range(400):
        assert list(open_tasks(instance, known)) == sorted([] if over else block.open())
        assert instance.ended is over
        check(instance, {"open": known})
        if over:
            return
        token = picks.choice(sorted(choices(known, used)))
        used[known[token]] += 1
        over = block.complete(known[token])
        saved = instance.save()
        instance = spiff.Instance.restore(saved, host)
        assert instance.save() == saved
        act(instance, token)
    raise AssertionError("the model never ended")


def choices(known, used):
    """Leave out messages that came four times already, or a process that takes them for ever would never end."""
    fresh = [token for token, name in known.items() if not (name.startswith("MSG") and used[name] > 3)]
    return fresh or list(known)


def act(instance, token):
    """Complete the task or job, or let the message, signal or timer come."""
    node = instance.index[token].task_spec
    event = None if node.external else event_node(instance.index[token]).event
    if event is None:
        instance.complete(token)
    elif event.kind == "signal":
        instance.signal(event.name, {}, [token])
    else:
        {"message": instance.correlate, "timer": instance.fire}[event.kind](token)


class Host:
    """A host for the processes of one file; every decision answers with the same."""

    now = MONDAY

    def __init__(self, definitions: dict[str, spiff.Definition]) -> None:
        self.process = definitions.__getitem__

    def functions(self, instance):
        return {}

    def ruling(self, decision_ref, variables, process_id):
        return spiff.Ruling(decision_ref)
