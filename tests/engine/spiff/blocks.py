"""Blocks of random processes: each can be drawn as BPMN, and knows by itself what is open and when it is over."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count, pairwise


class Drawing:
    """Collects elements and flows."""

    def __init__(self) -> None:
        self.numbers = count(1)
        self.parts: list[str] = []
        self.variables: dict[str, object] = {}
        #: What stands before the processes: messages, signals, errors.
        self.head: list[str] = []
        #: Called processes.
        self.processes: list[str] = []

    def id(self, kind: str) -> str:
        return f"{kind}{next(self.numbers)}"

    def node(self, tag: str, content: str = "", attributes: str = "") -> str:
        id = self.id(tag[0])
        self.parts.append(f'<{tag} id="{id}" {attributes}>{content}</{tag}>')
        return id

    def declared(self, tag: str, prefix: str, more: str = "") -> str:
        """Declare a message, signal, error or escalation whose id is its name and code; return it."""
        id = self.id(prefix)
        self.head.append(f'<{tag} id="{id}" name="{id}" {more.format(id=id)}/>')
        return id

    def message(self) -> str:
        return self.declared("message", "MSG")

    def script(self, name: str, text: str) -> str:
        """A script task that writes a variable."""
        return self.node("scriptTask", f"<script>{text}</script>", f'scriptFormat="feel" c:resultVariable="{name}"')

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
        begin = drawing.script(name, "0")
        again, step = drawing.node("exclusiveGateway"), drawing.script(name, f"{name} + 1")
        check, out = drawing.id("g"), drawing.node("manualTask")
        default = drawing.flow(check, again)
        drawing.parts.append(f'<exclusiveGateway id="{check}" default="{default}"/>')
        for source, target in ((begin, again), (again, entered), (left, step), (step, check)):
            drawing.flow(source, target)
        drawing.flow(check, out, f"{name} >= {self.number}")
        return begin, out


class Inside(Sequence):
    """A sub-process."""

    tag = "subProcess"

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        outer, drawing.parts = drawing.parts, []
        entered, left = super().draw(drawing)
        drawing.flow(drawing.node("startEvent"), entered)
        self.close(drawing, left)
        inner, drawing.parts = drawing.parts, outer
        id = drawing.node(self.tag, "".join(inner))
        return id, id

    def close(self, drawing: Drawing, left: str) -> None:
        """Draw what stands at the end of the sub-process."""
        drawing.flow(left, drawing.node("endEvent"))


class Guarded(Inside):
    """A sub-process that a message interrupts; beside its tasks it is open for that message."""

    def open(self) -> list[str]:
        return [*super().open(), self.message]

    def complete(self, name: str) -> bool:
        return name == self.message or super().complete(name)

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        id, _ = super().draw(drawing)
        self.message = drawing.message()
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
            name = drawing.message()
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
        self.message, self.aside, start = drawing.message(), drawing.id("u"), drawing.id("s")
        event = f'<messageEventDefinition messageRef="{self.message}"/>'
        inside = f'<startEvent id="{start}" isInterrupting="false">{event}</startEvent><userTask id="{self.aside}"/>'
        inside += f'<sequenceFlow id="{drawing.id("flow")}" sourceRef="{start}" targetRef="{self.aside}"/>'
        aside = f'<subProcess id="{drawing.id("es")}" triggeredByEvent="true">{inside}</subProcess>'
        id, left = super().draw(drawing)
        host = next(number for number, part in enumerate(drawing.parts) if f'id="{id}"' in part)
        drawing.parts[host] = drawing.parts[host].removesuffix("</subProcess>") + aside + "</subProcess>"
        return id, left
