"""Random block-structured models and random work, against a reference that knows only blocks.

A block is started, names its open tasks, and is told when one is completed. The same block is drawn as BPMN.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engine import spiff
from engine.spiff import effects
from engine.spiff.catching import event_node
from tests.engine.spiff.driver import MONDAY, check


class Drawing:
    """Collects elements and flows."""

    def __init__(self) -> None:
        self.numbers = count(1)
        self.parts: list[str] = []
        self.variables: dict[str, object] = {}
        self.messages: list[str] = []

    def id(self, kind: str) -> str:
        return f"{kind}{next(self.numbers)}"

    def node(self, tag: str, content: str = "", attributes: str = "") -> str:
        id = self.id(tag[0])
        self.parts.append(f'<{tag} id="{id}" {attributes}>{content}</{tag}>')
        return id

    def flow(self, source: str, target: str, condition: str = "") -> str:
        id = self.id("flow")
        text = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        self.parts.append(f'<sequenceFlow id="{id}" sourceRef="{source}" targetRef="{target}">{text}</sequenceFlow>')
        return id


@dataclass
class Block:
    """One block of the reference."""

    parts: list[Block] = field(default_factory=list)
    number: int = 1

    def start(self) -> bool:
        """Begin; return whether it is over at once."""
        raise NotImplementedError

    def open(self) -> list[str]:
        raise NotImplementedError

    def complete(self, name: str) -> bool:
        """Finish one open task of that name; return whether the block is over."""
        raise NotImplementedError

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        """Draw the block; return where it is entered and left."""
        raise NotImplementedError


class Task(Block):
    """One task, or several items of it one after another."""

    def start(self) -> bool:
        self.left = self.number
        return self.left == 0

    def open(self) -> list[str]:
        return [self.name] if self.left else []

    def complete(self, name: str) -> bool:
        self.left -= 1
        return self.left == 0

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        many = f"<loopCardinality>{self.number}</loopCardinality></multiInstanceLoopCharacteristics>"
        many = f'<multiInstanceLoopCharacteristics isSequential="true">{many}'
        self.name = drawing.node("userTask", many if self.number != 1 else "")
        return self.name, self.name


class Items(Task):
    """Several items of one task at once."""

    def open(self) -> list[str]:
        return [self.name] * self.left

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        many = f"<multiInstanceLoopCharacteristics><loopCardinality>{self.number}</loopCardinality>"
        self.name = drawing.node("userTask", f"{many}</multiInstanceLoopCharacteristics>")
        return self.name, self.name


class Sequence(Block):
    def start(self) -> bool:
        self.at = 0
        return self._go_on(self.parts[0].start())

    def _go_on(self, over: bool) -> bool:
        while over and self.at + 1 < len(self.parts):
            self.at += 1
            over = self.parts[self.at].start()
        return over

    def open(self) -> list[str]:
        return self.parts[self.at].open()

    def complete(self, name: str) -> bool:
        return self._go_on(self.parts[self.at].complete(name))

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        ends = [part.draw(drawing) for part in self.parts]
        for (_, left), (entered, _) in pairwise(ends):
            drawing.flow(left, entered)
        return ends[0][0], ends[-1][1]


class Split(Block):
    """Several branches between two gateways; the bits of `number` say which are taken, the last one is the default."""

    tag = "inclusiveGateway"

    def taken(self) -> list[Block]:
        chosen = [part for bit, part in enumerate(self.parts[:-1]) if self.number >> bit & 1]
        return chosen or self.parts[-1:]

    def start(self) -> bool:
        self.running = [part for part in self.taken() if not part.start()]
        return not self.running

    def open(self) -> list[str]:
        return [name for part in self.running for name in part.open()]

    def complete(self, name: str) -> bool:
        part = next(part for part in self.running if name in part.open())
        if part.complete(name):
            self.running = [other for other in self.running if other is not part]
        return not self.running

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        taken = [any(part is chosen for chosen in self.taken()) for part in self.parts]
        branches = [part.draw(drawing) for part in self.parts]
        split, join = drawing.id("g"), drawing.node(self.tag)
        *others, (last, _) = branches
        flows = [self._flow(drawing, split, entered, yes) for (entered, _), yes in zip(others, taken, strict=False)]
        flows.append(drawing.flow(split, last))
        default = f'default="{flows[-1]}"' if self.tag != "parallelGateway" else ""
        drawing.parts.append(f'<{self.tag} id="{split}" {default}/>')
        for _, left in branches:
            drawing.flow(left, join)
        return split, join

    def _flow(self, drawing: Drawing, split: str, entered: str, taken: bool) -> str:
        if self.tag == "parallelGateway":
            return drawing.flow(split, entered)
        name = drawing.id("v")
        drawing.variables[name] = taken
        return drawing.flow(split, entered, f"{name} = true")


class Parallel(Split):
    tag = "parallelGateway"

    def taken(self) -> list[Block]:
        return self.parts


class Choice(Split):
    tag = "exclusiveGateway"

    def taken(self) -> list[Block]:
        return [self.parts[self.number % len(self.parts)]]


class Repeat(Block):
    """A loop of flows that runs its part `number` times."""

    def start(self) -> bool:
        self.round = 0
        return self._go_on(True)

    def _go_on(self, over: bool) -> bool:
        while over and self.round < self.number:
            self.round += 1
            over = self.parts[0].start()
        return over

    def open(self) -> list[str]:
        return self.parts[0].open()

    def complete(self, name: str) -> bool:
        return self._go_on(self.parts[0].complete(name))

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        name = drawing.id("n")
        entered, left = self.parts[0].draw(drawing)
        begin = self._script(drawing, name, "0")
        again, step = drawing.node("exclusiveGateway"), self._script(drawing, name, f"{name} + 1")
        check, out = drawing.id("g"), drawing.node("manualTask")
        default = drawing.flow(check, again)
        drawing.parts.append(f'<exclusiveGateway id="{check}" default="{default}"/>')
        for source, target in ((begin, again), (again, entered), (left, step), (step, check)):
            drawing.flow(source, target)
        drawing.flow(check, out, f"{name} >= {self.number}")
        return begin, out

    def _script(self, drawing: Drawing, name: str, text: str) -> str:
        attributes = f'scriptFormat="feel" xmlns:c="http://camunda.org/schema/1.0/bpmn" c:resultVariable="{name}"'
        return drawing.node("scriptTask", f"<script>{text}</script>", attributes)


class Inside(Sequence):
    """A sub-process."""

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        outer, drawing.parts = drawing.parts, []
        entered, left = super().draw(drawing)
        drawing.flow(drawing.node("startEvent"), entered)
        drawing.flow(left, drawing.node("endEvent"))
        inner, drawing.parts = drawing.parts, outer
        id = drawing.node("subProcess", "".join(inner))
        return id, id


class Guarded(Inside):
    """A sub-process that a message interrupts; beside its tasks it is open for that message."""

    def open(self) -> list[str]:
        return [*super().open(), self.message]

    def complete(self, name: str) -> bool:
        return name == self.message or super().complete(name)

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        id, _ = super().draw(drawing)
        self.message = drawing.id("MSG")
        drawing.messages.append(self.message)
        event = f'<messageEventDefinition messageRef="{self.message}"/>'
        out = drawing.node("exclusiveGateway")
        drawing.flow(drawing.node("boundaryEvent", event, f'attachedToRef="{id}"'), out)
        drawing.flow(id, out)
        return id, out


class Chased(Inside):
    """A sub-process that a timer interrupts."""

    def open(self) -> list[str]:
        return [*super().open(), self.timer]

    def complete(self, name: str) -> bool:
        return name == self.timer or super().complete(name)

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        id, _ = super().draw(drawing)
        event = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
        self.timer = drawing.node("boundaryEvent", event, f'attachedToRef="{id}"')
        out = drawing.node("exclusiveGateway")
        drawing.flow(self.timer, out)
        drawing.flow(id, out)
        return id, out


class Race(Block):
    """An event-based gateway: messages of which the first one decides how it goes on."""

    def start(self) -> bool:
        self.chosen: Block | None = None
        return False

    def open(self) -> list[str]:
        return self.names if self.chosen is None else self.chosen.open()

    def complete(self, name: str) -> bool:
        if self.chosen is not None:
            return self.chosen.complete(name)
        self.chosen = self.parts[self.names.index(name)]
        return self.chosen.start()

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        gate, out = drawing.node("eventBasedGateway"), drawing.node("exclusiveGateway")
        self.names = []
        for part in self.parts:
            name = drawing.id("MSG")
            drawing.messages.append(name)
            self.names.append(name)
            caught = drawing.node("intermediateCatchEvent", f'<messageEventDefinition messageRef="{name}"/>')
            entered, left = part.draw(drawing)
            drawing.flow(gate, caught)
            drawing.flow(caught, entered)
            drawing.flow(left, out)
        return gate, out


class Beside(Inside):
    """A sub-process with an event sub-process that a message starts beside it, once for each message."""

    def start(self) -> bool:
        self.asides = 0
        self.over = super().start()
        return self.over

    def open(self) -> list[str]:
        inner = [] if self.over else super().open()
        return [*inner, self.message, *[self.aside] * self.asides]

    def complete(self, name: str) -> bool:
        if name == self.message:
            self.asides += 1
        elif name == self.aside:
            self.asides -= 1
        else:
            self.over = super().complete(name)
        return self.over and self.asides == 0

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        self.message, self.aside, start = drawing.id("MSG"), drawing.id("u"), drawing.id("s")
        drawing.messages.append(self.message)
        event = f'<messageEventDefinition messageRef="{self.message}"/>'
        inside = f'<startEvent id="{start}" isInterrupting="false">{event}</startEvent><userTask id="{self.aside}"/>'
        inside += f'<sequenceFlow id="{drawing.id("flow")}" sourceRef="{start}" targetRef="{self.aside}"/>'
        aside = f'<subProcess id="{drawing.id("es")}" triggeredByEvent="true">{inside}</subProcess>'
        id, left = super().draw(drawing)
        host = next(number for number, part in enumerate(drawing.parts) if f'id="{id}"' in part)
        drawing.parts[host] = drawing.parts[host].removesuffix("</subProcess>") + aside + "</subProcess>"
        return id, left


def blocks() -> st.SearchStrategy[Block]:
    leaf = st.builds(Task, number=st.sampled_from([1, 1, 1, 0, 3])) | st.builds(Items, number=st.integers(2, 3))
    return st.recursive(leaf, _compound, max_leaves=9)


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
        st.builds(Repeat, st.lists(children, min_size=1, max_size=1), st.integers(1, 3)),
    )


def model(block: Block) -> tuple[bytes, dict[str, object]]:
    """Return a whole process around a block, and its start variables."""
    drawing = Drawing()
    entered, left = block.draw(drawing)
    drawing.flow(drawing.node("startEvent"), entered)
    drawing.flow(left, drawing.node("endEvent"))
    body = "".join(drawing.parts)
    head = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">'
    head += "".join(f'<message id="{name}" name="{name}"/>' for name in drawing.messages)
    return f'{head}<process id="p" isExecutable="true">{body}</process></definitions>'.encode(), drawing.variables


def open_tasks(instance: spiff.Instance, known: dict[str, str]) -> Iterator[str]:
    """Keep the open tasks and awaited messages by token."""
    for effect in instance.take_effects():
        if isinstance(effect, effects.TaskOpened):
            known[effect.token] = effect.element
        elif isinstance(effect, effects.WaitOpened):
            known[effect.token] = effect.message
        elif isinstance(effect, effects.TimerArmed):
            known[effect.token] = effect.element
        elif isinstance(effect, effects.TaskClosed | effects.WaitClosed | effects.TimerDisarmed):
            del known[effect.token]
    return iter(sorted(known.values()))


THOROUGH = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


@settings(max_examples=200, deadline=None, suppress_health_check=THOROUGH)
@example(Repeat([Parallel([Task(), Split([Task(), Task(number=0)], 0)])], 2), random.Random(0))
@given(block=blocks(), picks=st.randoms(use_true_random=False))
def test_random_models_run_as_the_reference_says(block, picks):
    follow(block, picks)


@pytest.mark.deep
@settings(max_examples=5_000, deadline=None, suppress_health_check=THOROUGH)
@given(block=blocks(), picks=st.randoms(use_true_random=False))
def test_thousands_of_random_models_run_as_the_reference_says(block, picks):
    follow(block, picks)


def follow(block, picks):
    """Run a block as the engine and as the reference, with one random act after another, until it is over."""
    data, variables = model(block)
    parsed = spiff.parse({"p.bpmn": data})
    assert parsed.problems == []
    host = Host(parsed.definitions[0])
    over = block.start()
    instance = spiff.Instance.start(host.definition, host, variables)
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
    """Complete the task, or let the message or timer come."""
    node = instance.index[token].task_spec
    kind = "none" if node.external else event_node(instance.index[token]).event.kind
    {"none": instance.complete, "message": instance.correlate, "timer": instance.fire}[kind](token)


class Host:
    """A host for one process that needs nothing."""

    now = MONDAY

    def __init__(self, definition: spiff.Definition) -> None:
        self.definition = definition

    def functions(self, instance):
        return {}

    def process(self, process_id):
        return self.definition
