"""Blocks of random processes that show the other elements: tasks of machines, events of all kinds, calls, undoing."""

from __future__ import annotations

from tests.engine.spiff.blocks import Block, Drawing, Inside, Sequence

TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
CONDITION = "<conditionalEventDefinition><condition>{}</condition></conditionalEventDefinition>"


def message_of(drawing: Drawing) -> tuple[str, str]:
    """A new message and its event definition; likewise below."""
    name = drawing.message()
    return name, f'<messageEventDefinition messageRef="{name}"/>'


def signal_of(drawing: Drawing) -> tuple[str, str]:
    name = drawing.declared("signal", "SIG")
    return name, f'<signalEventDefinition signalRef="{name}"/>'


def error_of(drawing: Drawing) -> tuple[str, str]:
    name = drawing.declared("error", "ERR", 'errorCode="{id}"')
    return name, f'<errorEventDefinition errorRef="{name}"/>'


def escalation_of(drawing: Drawing) -> tuple[str, str]:
    name = drawing.declared("escalation", "ESC", 'escalationCode="{id}"')
    return name, f'<escalationEventDefinition escalationRef="{name}"/>'


class Passed(Block):
    """An element that a token passes at once; `number` says which."""

    def start(self) -> bool:
        return True

    def open(self) -> list[str]:
        return []

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        if self.number % 10 == 0:
            link = f'<linkEventDefinition name="{drawing.id("L")}"/>'
            thrown, caught = (drawing.node(f"intermediate{way}Event", link) for way in ("Throw", "Catch"))
            return thrown, caught
        id = self._element(drawing)
        return id, id

    def _element(self, drawing: Drawing) -> str:
        plain = {1: "task", 2: "manualTask", 3: "intermediateThrowEvent"}
        thrown = {4: message_of, 5: signal_of, 6: escalation_of}
        kind = self.number % 10
        if kind in plain:
            return drawing.node(plain[kind])
        if kind in thrown:
            return drawing.node("intermediateThrowEvent", thrown[kind](drawing)[1])
        if kind == 7:
            return drawing.node("sendTask", "", f'messageRef="{drawing.message()}"')
        if kind == 8:
            return drawing.node("businessRuleTask", "", f'c:decisionRef="d" c:resultVariable="{drawing.id("v")}"')
        return drawing.node("intermediateCatchEvent", CONDITION.format("true"))


class Waiting(Block):
    """An element that waits for a machine, a message, a signal or the clock; `number` says for which."""

    def start(self) -> bool:
        return False

    def open(self) -> list[str]:
        return [self.name]

    def complete(self, name: str) -> bool:
        return True

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        kind = self.number % 5
        if kind == 0:
            self.name = id = drawing.node("serviceTask", "", 'c:type="external" c:topic="work"')
        elif kind == 1:
            self.name = id = drawing.node("intermediateCatchEvent", TIMER)
        elif kind == 2:
            self.name = drawing.message()
            id = drawing.node("receiveTask", "", f'messageRef="{self.name}"')
        else:
            self.name, event = (message_of if kind == 3 else signal_of)(drawing)
            id = drawing.node("intermediateCatchEvent", event)
        return id, id


class Called(Sequence):
    """A process of its own that a call activity runs."""

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        outer, drawing.parts = drawing.parts, []
        entered, left = super().draw(drawing)
        drawing.flow(drawing.node("startEvent"), entered)
        drawing.flow(left, drawing.node("endEvent"))
        inner, drawing.parts = drawing.parts, outer
        name = drawing.id("called")
        drawing.processes.append(f'<process id="{name}" isExecutable="true">{"".join(inner)}</process>')
        passed = '<extensionElements><c:in variables="all"/></extensionElements>'
        id = drawing.node("callActivity", passed, f'calledElement="{name}"')
        return id, id


class Ended(Inside):
    """A sub-process with an end event of some kind; what that throws is caught at its border."""

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        self.event, caught = self._ending(drawing)
        self.tag = "transaction" if "cancel" in self.event else "subProcess"
        id, _ = super().draw(drawing)
        if not caught:
            return id, id
        out = drawing.node("exclusiveGateway")
        drawing.flow(drawing.node("boundaryEvent", self.event, f'attachedToRef="{id}"'), out)
        drawing.flow(id, out)
        return id, out

    def _ending(self, drawing: Drawing) -> tuple[str, bool]:
        silent = {0: "<terminateEventDefinition/>", 1: "<compensateEventDefinition/>"}
        thrown = {2: message_of, 3: signal_of, 4: error_of, 5: escalation_of}
        kind = self.number % 7
        if kind in silent:
            return silent[kind], False
        if kind in thrown:
            return thrown[kind](drawing)[1], kind in (4, 5)
        return "<cancelEventDefinition/>", True

    def close(self, drawing: Drawing, left: str) -> None:
        drawing.flow(left, drawing.node("endEvent", self.event))


class Signalled(Inside):
    """A sub-process that a signal interrupts."""

    def open(self) -> list[str]:
        return [*super().open(), self.signal]

    def complete(self, name: str) -> bool:
        return name == self.signal or super().complete(name)

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        id, _ = super().draw(drawing)
        self.signal, event = signal_of(drawing)
        out = drawing.node("exclusiveGateway")
        drawing.flow(drawing.node("boundaryEvent", event, f'attachedToRef="{id}"'), out)
        drawing.flow(id, out)
        return id, out


class Conditioned(Inside):
    """A sub-process that is interrupted by a condition which comes true at its end."""

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        self.variable = drawing.id("v")
        before, out = drawing.script(self.variable, "false"), drawing.node("exclusiveGateway")
        id, _ = super().draw(drawing)
        event = CONDITION.format(f"{self.variable} = true")
        drawing.flow(drawing.node("boundaryEvent", event, f'attachedToRef="{id}"'), out)
        drawing.flow(before, id)
        drawing.flow(id, out)
        return before, out

    def close(self, drawing: Drawing, left: str) -> None:
        """A task that nobody can do: the condition comes first."""
        script, task, end = drawing.script(self.variable, "true"), drawing.node("userTask"), drawing.node("endEvent")
        drawing.flow(left, script)
        drawing.flow(script, task)
        drawing.flow(task, end)


class Relieved(Conditioned):
    """A sub-process whose event sub-process takes its place: by what comes from outside, or by its own end."""

    def start(self) -> bool:
        self.relieved = False
        return self._go(super().start())

    def _go(self, over: bool) -> bool:
        """A sub-process that throws at its end is not over then."""
        self.relieved = over and self.trigger == ""
        return over and not self.relieved

    def open(self) -> list[str]:
        if self.relieved:
            return [self.aside]
        return [*super().open(), *([self.trigger] if self.trigger else [])]

    def complete(self, name: str) -> bool:
        if self.relieved:
            return True
        if name == self.trigger:
            self.relieved = True
            return False
        return self._go(super().complete(name))

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        self.variable, start, self.aside = drawing.id("v"), drawing.id("s"), drawing.id("u")
        relief = drawing.id("es")
        self.trigger, self.event = self._event(drawing, relief)
        inside = f'<startEvent id="{start}">{self.event}</startEvent><userTask id="{self.aside}"/>'
        inside += f'<sequenceFlow id="{drawing.id("flow")}" sourceRef="{start}" targetRef="{self.aside}"/>'
        self.relief = f'<subProcess id="{relief}" triggeredByEvent="true">{inside}</subProcess>'
        before = drawing.script(self.variable, "false")
        id, left = Inside.draw(self, drawing)
        drawing.flow(before, id)
        return before, left

    def _event(self, drawing: Drawing, relief: str) -> tuple[str, str]:
        """What is told from outside, empty for what comes from within, and the event definition."""
        kind = self.number % 6
        if kind == 0:
            return relief, TIMER
        if kind in (1, 2):
            return (message_of if kind == 1 else signal_of)(drawing)
        if kind in (3, 4):
            return "", (error_of if kind == 3 else escalation_of)(drawing)[1]
        return "", CONDITION.format(f"{self.variable} = true")

    def close(self, drawing: Drawing, left: str) -> None:
        drawing.parts.append(self.relief)
        if self.number % 6 == 5:
            super().close(drawing, left)
        else:
            drawing.flow(left, drawing.node("endEvent", self.event if self.number % 6 in (3, 4) else ""))


class Undone(Block):
    """A task that is undone as soon as it is done: by a handler at its border, or within a sub-process around it."""

    def start(self) -> bool:
        self.at = 0
        return False

    def open(self) -> list[str]:
        return [self.names[self.at]]

    def complete(self, name: str) -> bool:
        self.at += 1
        return self.at == len(self.names)

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        outer, drawing.parts = drawing.parts, []
        activity = self._at_the_border(drawing) if self.number % 2 else self._within(drawing)
        undo = drawing.node("intermediateThrowEvent", f'<compensateEventDefinition activityRef="{activity}"/>')
        drawing.flow(drawing.node("startEvent"), activity)
        drawing.flow(activity, undo)
        drawing.flow(undo, drawing.node("endEvent"))
        inner, drawing.parts = drawing.parts, outer
        id = drawing.node("subProcess", "".join(inner))
        return id, id

    def _at_the_border(self, drawing: Drawing) -> str:
        task, handler = drawing.node("userTask"), drawing.node("userTask", "", 'isForCompensation="true"')
        border = drawing.node("boundaryEvent", "<compensateEventDefinition/>", f'attachedToRef="{task}"')
        tie = f'<association id="{drawing.id("a")}" associationDirection="One" sourceRef="{border}"'
        drawing.parts.append(f'{tie} targetRef="{handler}"/>')
        self.names = [task, handler]
        return task

    def _within(self, drawing: Drawing) -> str:
        task, handler, start = (drawing.id(letter) for letter in "uus")
        undoing = f'<startEvent id="{start}"><compensateEventDefinition/></startEvent><userTask id="{handler}"/>'
        undoing += f'<sequenceFlow id="{drawing.id("flow")}" sourceRef="{start}" targetRef="{handler}"/>'
        undoing = f'<subProcess id="{drawing.id("es")}" triggeredByEvent="true">{undoing}</subProcess>'
        self.names = [task, handler]
        return drawing.node("subProcess", f'<userTask id="{task}"/>{undoing}')
