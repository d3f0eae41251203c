"""A limit behind a person's work: the work is kept once, the way on is an incident that can be retried."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine import Completed, errors
from engine.models import history, incident, instance, job, message, task
from tests.engine.core.house import BOSS, LI, PARCEL, House, check_whole, deploy, files_of

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn">'
)
STAGE = (
    "<extensionElements><camunda:properties>"
    '<camunda:property name="stage" value="intake"/></camunda:properties></extensionElements>'
)


def user(id: str, inside: str = "") -> str:
    return f'<userTask id="{id}" camunda:candidateGroups="DESK" camunda:formRef="check">{STAGE}{inside}</userTask>'


def flow(source: str, target: str, condition: str = "") -> str:
    text = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{text}</sequenceFlow>'


def circle(way_out: str) -> str:
    """A step that comes back to itself while `round`, which the checks cannot see: what it works out might end it."""
    script = "<script>round</script>"
    return (
        f'<scriptTask id="turn" scriptFormat="feel" camunda:resultVariable="turned" default="turn_{way_out}">{script}'
        f"</scriptTask>{flow('turn', 'turn', 'round = true')}{flow('turn', way_out)}"
    )


#: Behind the task: a circle while `round`, many items while `many`, calls without end while `deep`.
BODY = (
    f'<startEvent id="start"/>{user("work")}<exclusiveGateway id="gw" default="gw_after"/>{user("after")}'
    f'{circle("after")}<manualTask id="items"><multiInstanceLoopCharacteristics><loopCardinality>many'
    '</loopCardinality></multiInstanceLoopCharacteristics></manualTask><callActivity id="call" calledElement="limits">'
    '<extensionElements><camunda:in variables="all"/></extensionElements></callActivity>'
    f"{flow('start', 'work')}{flow('work', 'gw')}{flow('gw', 'turn', 'round = true')}"
    f"{flow('gw', 'items', 'many > 0')}{flow('gw', 'call', 'deep = true')}{flow('gw', 'after')}"
)
SECOND = (
    f'<startEvent id="begin"/><exclusiveGateway id="x" default="x_work"/>{user("work")}{circle("work")}'
    f"{flow('begin', 'x')}{flow('x', 'turn', 'round = true')}{flow('x', 'work')}"
)


def process(id: str, body: str) -> bytes:
    return f'{HEAD}<process id="{id}" isExecutable="true">{body}</process></definitions>'.encode()


@pytest.fixture
def limits(house: House) -> Iterator[House]:
    inner = BODY.replace(user("work"), '<manualTask id="work"/>')
    files = {
        "limits.bpmn": process("limits", inner),
        "work.bpmn": process("working", BODY),
        "second.bpmn": process("second", SECOND),
    }
    deploy(house, {**files_of(PARCEL), **files})
    yield house
    check_whole(house)


LIMITS = [
    ({"round": True}, "StepLimitExceeded"),
    ({"many": 1_001}, "TooManyItems"),
    ({"deep": True}, "CallTooDeep"),
]


@pytest.mark.parametrize(("data", "error"), LIMITS)
def test_work_before_a_limit_is_kept_and_the_way_on_is_an_incident(
    limits: House, data: dict[str, object], error: str
) -> None:
    limits.start("working")
    done = limits.complete(limits.task(), data)
    assert (done.halted, done.next_tasks, done.replayed) == (True, (), False)
    (closed,) = limits.rows(task)
    assert (closed.state, closed.closed_by) == ("completed", LI.id)
    (found,) = limits.rows(incident)
    assert (found.kind, found.error, found.state, found.element) == ("job", error, "open", "work")
    (waiting,) = limits.rows(job)
    assert (waiting.state, waiting.topic, waiting.id) == ("failed", "engine.continue", found.subject_id)
    kinds = [row.kind for row in limits.rows(history, instance_id=found.instance_id)]
    assert kinds.count("completed") == kinds.count("incident") == 1


@pytest.mark.parametrize(("data", "error"), LIMITS)
def test_an_administrator_corrects_the_variables_and_retries(
    limits: House, data: dict[str, object], error: str
) -> None:
    limits.start("working")
    limits.complete(limits.task(), data)
    (found,) = limits.rows(incident)
    with limits.transaction() as connection:
        limits.engine.retry(connection, found.id, actor=BOSS, now=limits.now)
    assert limits.work() == ["failed"], "nothing has changed yet"
    (again,) = limits.rows(incident, state="open")
    assert again.error == error
    with limits.transaction() as connection:
        calm = {"round": False, "many": 0, "deep": False}
        more = {"reason": "typed wrongly", "actor": BOSS, "now": limits.now}
        limits.engine.change_variables(connection, found.instance_id, calm, **more)
        limits.engine.retry(connection, again.id, actor=BOSS, now=limits.now)
    assert limits.work() == ["done"]
    assert limits.task().element == "after"
    assert limits.rows(incident, state="open") == []


def test_the_same_request_gets_the_same_answer_and_changes_nothing(limits: House) -> None:
    limits.start("working")
    row = limits.task()
    first = limits.complete(row, {"round": True})
    second = limits.complete(row, {"round": True})
    assert (second.halted, second.replayed) == (True, True)
    assert second.next_tasks == first.next_tasks
    assert len(limits.rows(incident)) == len(limits.rows(job)) == 1
    assert limits.instance().rev == 2


def test_of_several_who_hand_in_at_once_one_has_an_effect(limits: House) -> None:
    limits.start("working")
    row = limits.task()

    def hand_in(number: int) -> Completed | Exception:
        try:
            return limits.complete(row, {"round": True}, request_id=f"r{number}")
        except errors.EngineError as error:
            return error

    with ThreadPoolExecutor(4) as people:
        answers = list(people.map(hand_in, range(4)))
    assert sorted(type(answer).__name__ for answer in answers) == ["Completed", *["TaskAlreadyCompleted"] * 3]
    assert len(limits.rows(incident)) == len(limits.rows(job)) == 1


def test_an_application_is_kept_when_its_process_cannot_go_on(limits: House) -> None:
    id = limits.start("second", {"round": True})
    (found,) = limits.rows(incident)
    assert (found.instance_id, found.error, found.element) == (id, "StepLimitExceeded", "begin")
    with limits.transaction() as connection:
        more = {"reason": "typed wrongly", "actor": BOSS, "now": limits.now}
        limits.engine.change_variables(connection, id, {"round": False}, **more)
        limits.engine.retry(connection, found.id, actor=BOSS, now=limits.now)
    assert limits.work() == ["done"]
    assert limits.task().element == "work"


def test_what_an_inline_handler_wrote_before_the_limit_is_taken_back_and_done_again(limits: House) -> None:
    calls: list[str] = []

    def write(call):
        calls.append(call.idempotency_key)
        limits.engine.add_note(call.connection, "P-1", "written", actor="x", now=limits.now)
        return {}

    limits.handlers.add("notes.write", write, inline=True)
    service = '<serviceTask id="turn" camunda:type="external" camunda:topic="notes.write"/>'
    body = BODY.replace(circle("after"), service + flow("turn", "turn"))
    deploy(limits, {**files_of(PARCEL), "work.bpmn": process("working", body), "limits.bpmn": process("limits", BODY)})
    limits.start("working")
    done = limits.complete(limits.task(), {"round": True})
    assert done.halted
    assert len(calls) > 100
    with limits.transaction() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM note").scalar() == 0, "taken back with the circle"
    assert limits.rows(message) == []


def test_data_that_are_too_large_themselves_are_refused(limits: House, monkeypatch: pytest.MonkeyPatch) -> None:
    limits.start("working")
    monkeypatch.setattr("engine.turn.MAX_STATE", 400)
    with pytest.raises(errors.StateTooLarge):
        limits.complete(limits.task(), {"list": [f"{number:x}" for number in range(2_000)]})
    assert limits.task().state == "open"
    assert limits.rows(instance)[0].rev == 1
