"""Combinations: many calls with events inside, joins with boundaries, compensation of many."""

import pytest

from engine.errors import NotFound
from engine.spiff import Instance, effects


@pytest.fixture
def calls(run):
    process = run("calls", "called_events", lots=["x", "y"])
    assert process.waits == ["MSG_ANSWER", "MSG_ANSWER", "MSG_STOP"]
    return process


def test_each_call_of_many_has_its_own_events(calls):
    calls.message("MSG_ANSWER", reply=1)
    assert calls.tasks == ["judge"]
    assert calls.waits == ["MSG_ANSWER", "MSG_STOP"]
    token = next(iter(calls.books["tasks"]))
    assert calls.instance.variables_of(token)["lot"] == "x"


def test_an_escalation_inside_a_call_is_heard_outside_and_the_call_goes_on(calls):
    calls.advance(days=1)
    assert calls.tasks == ["chase", "chase", "head", "head"]


def test_an_error_of_one_call_interrupts_all(calls):
    calls.message("MSG_ANSWER")
    calls.complete("judge", bad=True)
    assert calls.tasks == ["repair"]
    assert calls.waits == ["MSG_STOP"]
    assert calls.timers == {}


def test_an_interrupting_event_sub_process_ends_the_calls(calls):
    calls.message("MSG_STOP")
    assert calls.tasks == ["close"]
    assert calls.waits == []
    calls.restore()
    assert list(calls.instance.subprocesses) == [calls.instance.task_tree.children[0].id]


def test_all_calls_done_goes_on(calls):
    for _ in range(2):
        calls.message("MSG_ANSWER")
        calls.complete("judge")
    assert calls.tasks == ["after"]


def test_parents_of_a_called_task_are_the_call_and_nothing_else(calls):
    calls.message("MSG_ANSWER")
    judge = next(effect for effect in calls.all(effects.Entered) if effect.element == "judge")
    (parent,) = judge.parents
    assert calls.instance.index[parent].task_spec.element == "part"
    assert judge.process_id == "called_events"


def test_an_inclusive_join_waits_for_what_a_boundary_may_send(run):
    process = run("joint")
    process.complete("b")
    assert process.tasks == ["a"]
    process.advance(hours=1)
    assert process.tasks == ["a", "extra"]
    process.complete("a")
    assert process.tasks == ["extra"]
    process.complete("extra")
    assert process.tasks == ["after"]


def test_an_inclusive_join_goes_on_when_the_boundary_can_no_longer_fire(run):
    process = run("joint")
    process.complete("b")
    process.complete("a")
    assert process.tasks == ["after"]


def test_every_item_of_a_multi_instance_is_undone_with_its_own_variables(run):
    process = run("transaction_many", orders=["one", "two"])
    process.complete("reserve")
    process.complete("reserve")
    process.complete("decide")
    opened = [task for task in process.all(effects.TaskOpened) if task.element == "release"]
    assert sorted(task.assignee for task in opened) == ["one", "two"]
    process.complete("release")
    process.complete("release")
    assert process.ended


def test_every_item_of_a_task_is_undone_with_its_own_variables(run):
    process = run("undo_many", rooms=["a", "b", "c"])
    for _ in range(3):
        process.complete("book")
    process.complete("decide")
    opened = [task.assignee for task in process.all(effects.TaskOpened) if task.element == "release"]
    assert opened == ["c", "b", "a"]
    for _ in range(3):
        process.complete("release")
    assert process.ended


@pytest.mark.parametrize("command", ["complete", "correlate", "fire"])
def test_commands_fit_only_what_waits_for_them(calls, command):
    instance = calls.instance
    part = next(place.token for place in calls.books["places"].values() if place.element == "part")
    for token in (instance.task_tree.id, part, "nobody"):
        with pytest.raises(NotFound):
            getattr(instance, command)(token)


def test_a_task_may_escalate(run):
    process = run("aside")
    token = next(iter(process.books["tasks"]))
    assert process.instance.escalate(token, "X_LATE")
    process._after()
    assert process.tasks == ["inform", "main"]


def test_cancelling_closes_everything_and_ends(calls):
    calls.restore()
    calls.instance.cancel()
    calls._after()
    assert calls.ended
    restored = Instance.restore(calls.instance.save(), calls.host)
    assert restored.ended
    assert len(restored.index) == 1
