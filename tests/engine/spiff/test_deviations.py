"""Small models named by what they show: where other engines or the library deviate, and what they do right.

Each has a case in the format of the public corpora; the state is saved and restored before every step.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine import spiff
from engine.spiff import TokenGone, effects
from tests.conformance.bpmn import run_case

FOLDER = Path(__file__).parent / "deviations"
CASES: list[dict[str, Any]] = json.loads((FOLDER / "cases.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_model_runs_as_its_name_says(case):
    run_case(case, FOLDER)


@pytest.mark.parametrize("case", [case for case in CASES if "says" in case], ids=lambda case: case["id"])
def test_what_is_said_of_the_model_names_the_element_and_nothing_else(case):
    problems = spiff.parse({case["path"]: (FOLDER / case["path"]).read_bytes()}).problems
    assert {problem.element: problem.code for problem in problems} == case["says"]
    assert len(problems) == len(case["says"]), problems


def test_every_model_has_a_case():
    assert {case["path"] for case in CASES} == {path.name for path in FOLDER.glob("*.bpmn")}


def definition(name, host):
    """Parse one of the models and let the host know it."""
    (found,) = spiff.parse({f"{name}.bpmn": (FOLDER / f"{name}.bpmn").read_bytes()}).definitions
    host.definitions[found.id] = found
    return found


def open_now(instance):
    return sorted(effect.element for effect in instance.take_effects() if isinstance(effect, effects.TaskOpened))


def test_a_message_begins_a_process_behind_its_event_gateway(host):
    world = host("apply")
    gate = definition("an_event_gateway_begins_a_process", world)
    assert gate.start_messages == {"M": "r", "N": "r2"}
    assert not gate.has_none_start
    instance = spiff.Instance.start(gate, world, {}, "r2")
    assert open_now(instance) == ["b"]
    restored = spiff.Instance.restore(instance.save(), world)
    assert [token.task_spec.element for token in restored.task_tree.children] == ["b"], "nothing waits for M"


def test_a_message_begins_a_process_at_its_receive_task(host):
    world = host("apply")
    receive = definition("a_receive_task_begins_a_process", world)
    assert receive.start_messages == {"M": "r"}
    assert open_now(spiff.Instance.start(receive, world, {}, "r")) == ["a"]


def test_each_start_event_begins_its_own_way(host):
    world = host("apply")
    several = definition("several_starts_begin_one_at_a_time", world)
    assert (several.start_messages, several.start_signals, several.has_none_start) == ({"M": "m"}, {"go": "g"}, True)
    for element, task in ((None, "a"), ("m", "b"), ("g", "b")):
        assert open_now(spiff.Instance.start(several, world, {}, element)) == [task]


def test_a_held_step_is_withdrawn_with_its_job(host):
    world = host("apply")
    held = definition("asynchronous_steps_come_after_a_job", world)
    instance = spiff.Instance.start(held, world, {})
    (opened,) = (effect for effect in instance.take_effects() if isinstance(effect, effects.JobOpened))
    assert (opened.element, opened.topic) == ("a", spiff.CONTINUE)
    instance = spiff.Instance.restore(instance.save(), world)
    instance.cancel()
    assert instance.take_effects() == [effects.JobClosed(opened.token, "cancelled")]
    assert instance.ended


def test_a_task_before_and_after_its_job_keeps_its_story(host):
    world = host("apply")
    instance = spiff.Instance.start(definition("asynchronous_steps_come_after_a_job", world), world, {})
    for _ in range(2):
        job = next(effect for effect in instance.take_effects() if isinstance(effect, effects.JobOpened))
        instance = spiff.Instance.restore(instance.save(), world)
        instance.complete(job.token)
        story = instance.take_effects()
        task = next((effect for effect in story if isinstance(effect, effects.TaskOpened)), None)
        if task is not None:
            instance.effects = []
            instance.complete(task.token)
    kinds = [type(effect).__name__ for effect in story]
    assert kinds == ["JobClosed", "JobOpened"], "behind a, the repeated step waits for a job of its own first"


def test_a_timer_that_never_comes_cannot_be_fired_and_is_told(host):
    world = host("apply")
    instance = spiff.Instance.start(definition("a_cycle_of_no_occurrence_never_comes", world), world, {})
    found = instance.take_effects()
    (told,) = (effect for effect in found if isinstance(effect, effects.Warned))
    assert (told.element, told.message) == ("b", "timer: 'R0/PT1H' never comes.")
    assert not any(isinstance(effect, effects.TimerArmed) for effect in found)
    (waiting,) = (token.id for token in instance.index.values() if token.task_spec.element == "b")
    with pytest.raises(TokenGone):
        instance.fire(waiting)
    with pytest.raises(TokenGone):
        instance.pass_over(waiting)
