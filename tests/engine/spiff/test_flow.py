"""Tasks and gateways."""

from datetime import timedelta
from decimal import Decimal

import pytest

from engine.spiff import NoFlowTaken, StepLimitExceeded, TokenGone, effects


def test_a_task_opens_with_everything_a_person_needs(run):
    process = run("approve", clerk="zhang", urgent=True)
    task = process.only(effects.TaskOpened)
    assert (task.element, task.name, task.scope_process) == ("check", "核对资料", "approve")
    assert task.assignee == "zhang"
    assert task.candidate_groups == ("ACCEPT", "HEAD")
    assert task.candidate_users == ("wang", "li")
    assert task.due == process.host.now + timedelta(days=2)
    assert task.follow_up == process.host.now + timedelta(days=1)
    assert (task.priority, task.form_ref) == (90, "check")
    assert (task.stage, task.limit, task.clock, task.loop) == ("acceptance", "check", "utility", None)


def test_completing_the_last_task_ends_the_process(run):
    process = run("approve", clerk=None, urgent=False)
    process.complete("check", outcome="complete")
    assert process.ended
    assert process.instance.end_event == "done"
    assert process.only(effects.Ended) == effects.Ended("done", "none", None)
    assert process.variables["outcome"] == "complete"


def test_effects_tell_the_story_in_order(run):
    process = run("approve", clerk=None, urgent=False)
    process.complete("check")
    story = [
        (type(effect).__name__, effect.element)
        for effect in process.log
        if isinstance(effect, effects.Entered | effects.Left)
    ]
    assert story == [
        ("Entered", "start"),
        ("Left", "start"),
        ("Entered", "check"),
        ("Left", "check"),
        ("Entered", "done"),
        ("Left", "done"),
    ]


def test_a_completed_task_cannot_be_completed_again(run):
    process = run("approve", clerk=None, urgent=False)
    token = next(iter(process.books["tasks"]))
    process.complete("check")
    with pytest.raises(TokenGone, match="reload"):
        process.instance.complete(token)


@pytest.mark.parametrize(("kva", "task"), [(400, "big"), (200, "middle"), (50, "small"), (None, "small")])
def test_an_exclusive_gateway_takes_the_first_true_flow_else_the_default(run, kva, task):
    assert run("choose", kva=kva).tasks == [task]


def test_no_true_flow_and_no_default_is_an_error_that_names_the_gateway(run):
    with pytest.raises(NoFlowTaken, match="size"):
        run("strict", kva=200)


def test_parallel_branches_see_one_another_and_join(run):
    process = run("branches", log=[])
    assert process.variables["log"] == ["left", "right"]
    process.complete("b")
    assert process.tasks == ["a"]
    process.complete("a")
    assert process.tasks == ["after"]
    process.complete("after")
    assert process.ended


def test_a_surplus_token_counts_for_the_next_round(run):
    process = run("surplus")
    process.complete("a")
    process.complete("b")
    assert process.tasks == ["c"]
    process.complete("c")
    assert process.tasks == ["after"]
    process.complete("after")
    assert not process.ended, "the second token of a and b still waits for c"
    assert [place.element for place in process.books["places"].values()] == ["join"]


@pytest.mark.parametrize("rounds", [1, 3])
def test_an_inclusive_join_waits_for_what_can_still_come(run, rounds):
    process = run("inclusive", a=True, b=True, again=True)
    for number in range(rounds):
        assert process.tasks == ["a", "b"]
        process.complete("a")
        assert process.tasks == ["b"]
        process.complete("b", again=number + 1 < rounds)
    assert process.ended


def test_an_inclusive_split_takes_the_default_when_nothing_holds(run):
    process = run("inclusive", a=False, b=None)
    assert process.tasks == ["none"]
    process.complete("none")
    assert process.ended


def test_conditions_and_a_default_leave_an_activity_too(run):
    assert run("implicit", restoring=False).tasks == ["ask"]
    for x, tasks in ((3, ["a", "b"]), (2, ["a"]), (0, ["none"])):
        process = run("implicit")
        process.complete("ask", x=x)
        assert process.tasks == tasks


def test_links_jump_and_terminate_ends_everything(run):
    process = run("jump")
    process.complete("first")
    assert process.tasks == ["second", "third"]
    process.complete("second")
    assert process.ended
    assert process.only(effects.Ended) == effects.Ended("end", "terminate", None)


def test_a_loop_without_waiting_is_stopped(run):
    with pytest.raises(StepLimitExceeded, match="10000 steps"):
        run("spin")


def test_a_loop_costs_no_state_however_long_it_runs(run):
    process = run("loop", restoring=False)
    sizes = []
    for _ in range(300):
        process.complete("work", remark="again")
        sizes.append((len(process.instance.index), len(process.instance.save())))
    assert sizes[-1][0] == sizes[0][0] == 2
    assert sizes[-1][1] <= sizes[0][1] + 8


def test_numbers_stay_decimal_through_saving(run):
    process = run("approve", clerk="zhang", urgent=False, kva=0.1, count=3)
    process.restore()
    assert process.variables["kva"] == Decimal("0.1")
    assert process.variables["count"] == Decimal(3)
    assert type(process.variables["count"]) is Decimal
