"""What one event of a turn has withdrawn, the next one does not touch: rival messages and inline handlers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.handlers import Call
from engine.models import message, task
from tests.engine.core.house import PARCEL, House, deploy, files_of
from tests.engine.core.test_halting import HEAD, flow, user

MESSAGES = '<message id="M" name="m"/><message id="N" name="n"/>'


def waits_for(kind: str, id: str, of: str, more: str = "") -> str:
    return f'<{kind} id="{id}"{more}><messageEventDefinition messageRef="{of}"/></{kind}>'


def begin(house: House, body: str, **variables: object) -> None:
    """Deploy a process of this body and start it."""
    data = (
        f'{HEAD}{MESSAGES}<process id="rivals" isExecutable="true"><startEvent id="s"/>{body}</process></definitions>'
    )
    deploy(house, {**files_of(PARCEL), "rivals.bpmn": data.encode()})
    house.start("rivals", variables)


def keep(house: House, *names: str) -> None:
    """Messages come before anybody waits, one a second."""
    for number, name in enumerate(names):
        assert house.send(name, f"m-{number}").stored
        house.later(seconds=1)


def states(house: House) -> list[str]:
    return [row.state for row in sorted(house.rows(message), key=lambda row: row.message_id)]


def open_tasks(house: House) -> list[str]:
    return sorted(row.element for row in house.rows(task, state="open"))


GATEWAY = (
    f'{user("a")}<eventBasedGateway id="g"/>{waits_for("intermediateCatchEvent", "c1", "M")}'
    f"{waits_for('intermediateCatchEvent', 'c2', 'N')}{user('b')}{user('d')}{flow('s', 'a')}{flow('a', 'g')}"
    f"{flow('g', 'c1')}{flow('g', 'c2')}{flow('c1', 'b')}{flow('c2', 'd')}"
)


@pytest.mark.parametrize(("first", "second", "way"), [("m", "n", "b"), ("n", "m", "d")])
def test_of_two_messages_before_an_event_gateway_the_older_is_taken_and_the_other_kept(
    house: House, first: str, second: str, way: str
) -> None:
    keep(house, first, second)
    begin(house, GATEWAY)
    house.complete(house.task())
    assert (states(house), open_tasks(house)) == (["taken", "stored"], [way])


def test_of_two_messages_that_would_interrupt_a_task_one_is_taken(house: House) -> None:
    keep(house, "m", "n")
    host = ' attachedToRef="a"'
    bounds = waits_for("boundaryEvent", "b1", "M", host) + waits_for("boundaryEvent", "b2", "N", host)
    begin(house, f"{user('a')}{bounds}{user('b')}{flow('s', 'a')}{flow('b1', 'b')}{flow('b2', 'b')}")
    assert (states(house), open_tasks(house)) == (["taken", "stored"], ["b"])


def test_an_event_that_does_not_interrupt_takes_every_message_that_was_kept(house: House) -> None:
    keep(house, "m", "m", "m")
    house.now += timedelta(hours=2)
    bound = waits_for("boundaryEvent", "bd", "M", ' attachedToRef="a" cancelActivity="false"')
    begin(house, f"{user('a')}{bound}{user('b')}{flow('s', 'a')}{flow('bd', 'b')}")
    assert (states(house), open_tasks(house)) == (["taken"] * 3, ["a", "b", "b", "b"])


def inline(id: str, inside: str = "") -> str:
    return f'<serviceTask id="{id}" camunda:type="external" camunda:topic="in.{id}">{inside}</serviceTask>'


FORK = f'<parallelGateway id="g"/>{flow("s", "g")}{flow("g", "x")}{flow("g", "y")}{user("b")}'
END = '<endEvent id="e"><terminateEventDefinition/></endEvent>'
ONE_OF_THREE = (
    "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
    "<completionCondition>nrOfCompletedInstances = 1</completionCondition></multiInstanceLoopCharacteristics>"
)
SUB = (
    f'<subProcess id="sub"><startEvent id="ss"/><parallelGateway id="g"/>{inline("x")}{inline("y")}{flow("ss", "g")}'
    f'{flow("g", "x")}{flow("g", "y")}</subProcess><boundaryEvent id="bd" attachedToRef="sub">'
    "<conditionalEventDefinition><condition>amount = 50</condition></conditionalEventDefinition></boundaryEvent>"
)


@pytest.mark.parametrize(
    ("body", "tasks"),
    [
        (f"{FORK}{inline('x')}{inline('y')}{END}{flow('x', 'e')}{flow('y', 'b')}", []),
        (f"{inline('x', ONE_OF_THREE)}{user('b')}{flow('s', 'x')}{flow('x', 'b')}", ["b"]),
        (f"{SUB}{user('b')}{flow('s', 'sub')}{flow('bd', 'b')}", ["b"]),
        (f'{FORK}{inline("x")}<receiveTask id="y" messageRef="M"/>{END}{flow("x", "e")}{flow("y", "b")}', []),
    ],
    ids=["by an end", "by a completion condition", "by a condition", "beside a message"],
)
def test_an_inline_handler_whose_step_was_interrupted_is_not_called(house: House, body: str, tasks: list[str]) -> None:
    called: list[str] = []

    def note(call: Call) -> dict[str, object]:
        called.append(call.element)
        return {"amount": 50}

    for id in "xy":
        house.handlers.add(f"in.{id}", note, inline=True)
    keep(house, "m")
    begin(house, body, amount=0)
    assert (called, open_tasks(house), states(house)) == (["x"], tasks, ["stored"])
