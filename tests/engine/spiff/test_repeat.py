"""Multi-instance, loops, compensation, transactions."""

from decimal import Decimal

import pytest

from engine.spiff import ExpressionFailed, effects


def test_parallel_items_each_have_their_own_variables(run):
    process = run("reviews", reviewers=["wang", "li", "zhao"], needed=3)
    tasks = process.all(effects.TaskOpened)
    assert [(task.assignee, task.loop) for task in tasks] == [("wang", 0), ("li", 1), ("zhao", 2)]
    for opinion in ("yes", "no", "later"):
        process.complete("review", opinion=opinion)
    assert process.tasks == ["after"]
    assert process.variables["opinions"] == ["yes", "no", "later"]
    assert "opinion" not in process.variables
    assert "nrOfInstances" not in process.variables


def test_the_completion_condition_ends_the_rest(run):
    process = run("reviews", reviewers=["wang", "li", "zhao"], needed=2)
    process.complete("review", opinion="yes")
    assert process.tasks == ["review", "review"]
    process.complete("review", opinion="no")
    assert process.tasks == ["after"]
    assert [closed.reason for closed in process.all(effects.TaskClosed)] == ["completed", "completed", "cancelled"]
    assert process.variables["opinions"] == ["yes", "no", None]


def test_an_empty_list_passes_at_once(run):
    assert run("reviews", reviewers=[], needed=1).tasks == ["after"]


def test_something_that_is_no_list_is_an_error(run):
    with pytest.raises(ExpressionFailed, match="is no list"):
        run("reviews", reviewers="wang", needed=1)


def test_sequential_sub_processes_run_one_after_another(run):
    process = run("rounds", count=3)
    for number in range(3):
        token = next(iter(process.books["tasks"]))
        assert process.instance.variables_of(token)["loopCounter"] == Decimal(number)
        process.complete("inspect")
    assert process.tasks == ["after"]


@pytest.mark.parametrize(("model", "variables"), [("rounds", {"count": 3}), ("lots", {"lots": ["a", "b", "c"]})])
def test_an_interrupted_multi_instance_leaves_nothing_behind(run, model, variables):
    process = run(model, **variables)
    process.complete("inspect")
    process.message("MSG_STOP")
    assert process.tasks == ["stopped"]
    process.restore()
    assert len(process.instance.index) == 2
    assert list(process.instance.scopes.table) == ["0"]


def test_a_loop_repeats_until_its_condition_or_maximum(run):
    process = run("retry", good=False)
    process.complete("try")
    process.complete("try", good=True)
    assert process.tasks == ["after"]
    process = run("retry", good=False)
    for _ in range(3):
        process.complete("try")
    assert process.tasks == ["after"]


def test_compensation_undoes_what_was_done_the_newest_first(run):
    process = run("undo")
    for task in ("book", "ship", "decide"):
        process.complete(task)
    assert process.tasks == ["cancel_booking", "fetch_back"]
    opened = [task.element for task in process.all(effects.TaskOpened)]
    assert opened[-2:] == ["fetch_back", "cancel_booking"]
    process.complete("fetch_back")
    assert process.tasks == ["cancel_booking"]
    process.complete("cancel_booking")
    assert process.tasks == ["after"]


def test_nothing_to_undo_goes_on_at_once(run):
    process = run("deal", confirmed=True)
    process.complete("reserve")
    process.complete("ask")
    assert process.tasks == ["after"]


def test_a_cancelled_transaction_is_undone_before_it_is_left(run):
    process = run("deal", confirmed=False)
    process.complete("reserve")
    process.complete("ask")
    assert process.tasks == ["release"]
    process.complete("release")
    assert process.tasks == ["sorry"]
    process.complete("sorry")
    assert process.ended
