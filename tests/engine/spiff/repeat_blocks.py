"""Blocks of random processes that repeat in every way of BPMN, and those that keep something in data objects."""

from __future__ import annotations

from tests.engine.spiff.blocks import Block, Drawing, Inside, Sequence, Task

MANY = '<multiInstanceLoopCharacteristics isSequential="{}" {}>{}</multiInstanceLoopCharacteristics>'

LOOP = "<standardLoopCharacteristics {}>{}</standardLoopCharacteristics>"


class Counted(Task):
    """Items of one task over a number or a list, one by one or at once, some of them ended early.

    The digits of `number` to the bases 4, 2, 3 and 4 say how many items there are, whether they come one by one,
    whether they are counted by a number, a list or a data object, and after how many items it is over.
    """

    def start(self) -> bool:
        self.total, rest = self.number % 4, self.number // 4
        self.single, rest = rest % 2 == 0, rest // 2
        self.source, self.enough = rest % 3, rest // 3 % 4
        self.done = 0
        return self.total == 0

    def open(self) -> list[str]:
        left = self.total - self.done
        return [self.name] * (min(left, 1) if self.single else left)

    def complete(self, name: str) -> bool:
        self.done += 1
        return self.done in (self.total, self.enough)

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        self.start()
        until = f"<completionCondition>nrOfCompletedInstances = {self.enough}</completionCondition>"
        until = until if self.enough else ""
        items, attributes = str([*range(self.total)]), ""
        before = None
        if self.source == 0:
            content = f"<loopCardinality>{self.total}</loopCardinality>"
        elif self.source == 1:
            content, attributes = "", f'c:collection="= {items}" c:elementVariable="item"'
        else:
            object, list = drawing.id("D"), drawing.id("v")
            drawing.parts.append(f'<dataObject id="{object}" name="{list}"/>')
            before = drawing.script(list, items)
            content = f'<loopDataInputRef>{object}</loopDataInputRef><inputDataItem id="{drawing.id("i")}"/>'
        many = MANY.format(str(self.single).lower(), attributes, content + until)
        self.name = drawing.node("userTask", many)
        if before is None:
            return self.name, self.name
        drawing.flow(before, self.name)
        return before, self.name


def loop_of(rounds: int, kind: int) -> str:
    """A standard loop of so many rounds: by its maximum, by a condition after each round, or before."""
    if rounds == 0:
        return LOOP.format('testBefore="true"', "<loopCondition>false</loopCondition>")
    limit, again = f'loopMaximum="{rounds}"', "<loopCondition>loopCounter &lt; {}</loopCondition>"
    return (
        LOOP.format(limit, ""),
        LOOP.format("", again.format(rounds - 1)),
        LOOP.format(f'{limit} testBefore="true"', "<loopCondition>true</loopCondition>"),
        LOOP.format('testBefore="1"', again.format(rounds)),
    )[kind]


class Looped(Task):
    """A task in a standard loop; `number` says how many rounds, and of which kind."""

    def start(self) -> bool:
        self.left = self.number % 4
        return self.left == 0

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        self.name = drawing.node("userTask", loop_of(self.number % 4, self.number // 4 % 4))
        return self.name, self.name


class Rounds(Inside):
    """A sub-process in a standard loop, or with items one by one."""

    def start(self) -> bool:
        self.left = self.number % 3 + 1
        return self._next(True)

    def _next(self, over: bool) -> bool:
        while over and self.left:
            self.left -= 1
            over = super().start()
        return over

    def complete(self, name: str) -> bool:
        return self._next(super().complete(name))

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        id, left = super().draw(drawing)
        rounds, kind = self.number % 3 + 1, self.number // 3 % 5
        many = MANY.format("1", f'c:collection="= {[*range(rounds)]}"', "")
        host = next(number for number, part in enumerate(drawing.parts) if f'id="{id}"' in part)
        content = many if kind == 4 else loop_of(rounds, kind)
        drawing.parts[host] = drawing.parts[host].removesuffix("</subProcess>") + content + "</subProcess>"
        return id, left


class Remembered(Block):
    """A choice by what a data object of a sub-process holds; outside of it nothing is known of it.

    `number` says what is written, and whether by the name of the variable or along a data association.
    """

    def start(self) -> bool:
        self.inside = Sequence([self.parts[self.number % 2]])
        return self.inside.start()

    def open(self) -> list[str]:
        return self.inside.open()

    def complete(self, name: str) -> bool:
        return self.inside.complete(name)

    def draw(self, drawing: Drawing) -> tuple[str, str]:
        object, shown, value = drawing.id("D"), drawing.id("R"), drawing.id("v")
        outer, drawing.parts = drawing.parts, []
        drawing.parts.append(f'<dataObject id="{object}" name="{value}"/>')
        drawing.parts.append(f'<dataObjectReference id="{shown}" dataObjectRef="{object}"/>')
        written = self._write(drawing, shown, value)
        split, join, end = drawing.id("g"), drawing.node("exclusiveGateway"), drawing.node("endEvent")
        drawing.flow(drawing.node("startEvent"), written)
        drawing.flow(written, split)
        ways = [part.draw(drawing) for part in self.parts[:2]]
        flows = [drawing.flow(split, ways[0][0]), drawing.flow(split, ways[1][0], f"{value} = 1")]
        drawing.parts.append(f'<exclusiveGateway id="{split}" default="{flows[0]}"/>')
        for _, left in ways:
            drawing.flow(left, join)
        drawing.flow(join, end)
        inner, drawing.parts = drawing.parts, outer
        id = drawing.node("subProcess", "".join(inner))
        return id, self._forgotten(drawing, id, value)

    def _write(self, drawing: Drawing, shown: str, value: str) -> str:
        if self.number // 2 % 2 == 0:
            return drawing.script(value, str(self.number % 2))
        out = drawing.id("o")
        along = (
            f"<dataOutputAssociation><sourceRef>{out}</sourceRef><targetRef>{shown}</targetRef></dataOutputAssociation>"
        )
        own = f'<ioSpecification><dataOutput id="{out}" name="{out}"/></ioSpecification>{along}'
        content = f"{own}<script>{self.number % 2}</script>"
        return drawing.node("scriptTask", content, f'scriptFormat="feel" c:resultVariable="{out}"')

    def _forgotten(self, drawing: Drawing, id: str, value: str) -> str:
        """Go on behind the sub-process only if its data object is unknown there."""
        check, out, task = drawing.id("g"), drawing.node("manualTask"), drawing.node("userTask")
        default = drawing.flow(check, task)
        drawing.parts.append(f'<exclusiveGateway id="{check}" default="{default}"/>')
        drawing.flow(id, check)
        drawing.flow(check, out, f"{value} = null")
        drawing.flow(task, out)
        return out
