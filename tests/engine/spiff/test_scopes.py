"""Sub-processes, call activities, errors that pass through them, event sub-processes."""

from decimal import Decimal

import pytest

from engine.errors import UncaughtError, UnknownProcess
from engine.spiff import CallTooDeep, effects


def test_a_sub_process_has_a_scope_of_its_own_and_maps_its_result_out(run):
    process = run("inside")
    assert process.tasks == ["build"]
    process.complete("build", step="built", meter=7)
    assert process.tasks == ["after"]
    assert process.variables["outcome"] == "built"
    assert process.variables["meter"] == Decimal(7)
    assert "step" not in process.variables


def test_parents_are_named_outermost_first(run):
    process = run("inside")
    works = next(effect for effect in process.all(effects.Entered) if effect.element == "works")
    build = next(effect for effect in process.all(effects.Entered) if effect.element == "build")
    assert works.parents == ()
    assert build.parents == (works.token,)


def test_an_interrupting_boundary_ends_the_whole_sub_process(run):
    process = run("inside")
    process.message("MSG_STOP")
    assert process.ended
    assert process.instance.end_event == "stopped"
    left = {effect.element: effect.reason for effect in process.all(effects.Left)}
    assert (left["build"], left["works"]) == ("cancelled", "cancelled")


def test_a_sub_process_without_start_and_end_begins_where_nothing_leads(run):
    process = run("open_ended")
    assert process.tasks == ["a", "b"]
    process.complete("a")
    process.complete("b")
    process.complete("c")
    assert process.tasks == ["after"]


def test_a_called_process_sees_only_what_is_passed(run):
    process = run("caller", "called", kva=10, secret="x", route={"process": "called"})
    token = next(iter(process.books["tasks"]))
    assert process.instance.variables_of(token) == {"size": Decimal(10), "double": Decimal(20)}
    process.complete("work", result="ok", other=1)
    assert process.tasks == ["after"]
    assert process.variables["answer"] == "ok"
    assert "other" not in process.variables


def test_a_called_process_hands_back_what_it_wrote_and_not_what_another_branch_has_changed_meanwhile(run):
    process = run("calls_beside", papers=1, survey=1)
    process.complete("beside", papers=2)
    process.complete("within", survey=2, plan=3)
    assert process.tasks == ["after"]
    assert process.variables == {"papers": Decimal(2), "survey": Decimal(2), "plan": Decimal(3)}


def test_a_variable_that_both_branches_write_has_the_value_of_the_last_one(run):
    process = run("calls_beside", papers=1)
    process.complete("beside", papers=2)
    process.complete("within", papers=1)
    assert process.variables == {"papers": Decimal(1)}


def test_an_error_end_passes_through_the_call(run):
    process = run("caller", "called", kva=10, route={"process": "called"})
    process.complete("work", false_document=True)
    assert process.tasks == ["investigate"]


def test_a_task_that_fails_inside_a_call_is_caught_outside(run):
    process = run("caller", "called", kva=10, route={"process": "called"})
    process.fail("work", "ERR_FALSE_DOCUMENT")
    assert process.tasks == ["investigate"]


def test_an_unknown_called_process_is_named(run):
    with pytest.raises(UnknownProcess, match="nowhere"):
        run("caller", "called", kva=10, route={"process": "nowhere"})


def test_calls_end_at_a_depth_of_twenty(run):
    with pytest.raises(CallTooDeep, match="20"):
        run("endless_call")


def test_an_uncaught_error_end_is_raised(run):
    process = run("called")
    with pytest.raises(UncaughtError, match="ERR_FALSE_DOCUMENT"):
        process.complete("work", false_document=True)


def test_event_sub_processes_wait_beside_the_scope(run):
    process = run("aside")
    process.message("MSG_ASK")
    process.message("MSG_ASK")
    process.signal("stop")
    assert process.tasks == ["answer", "answer", "hold", "main"]
    process.message("MSG_WITHDRAW")
    assert process.tasks == ["close"]
    assert process.waits == []
    process.complete("close")
    assert process.ended


def test_an_error_event_sub_process_interrupts(run):
    process = run("aside")
    process.complete("main", how="error")
    assert process.tasks == ["repair"]
    process.complete("repair")
    assert process.ended


def test_an_escalation_event_sub_process_runs_beside(run):
    process = run("aside")
    process.complete("main", how="escalation")
    assert process.tasks == ["inform"]
    process.complete("inform")
    assert process.ended


def test_waiting_event_sub_processes_do_not_hold_the_process_open(run):
    process = run("aside")
    process.complete("main")
    assert process.ended
    assert process.timers == {}


def test_conditional_events_notice_changes_and_fire_once_per_change(run):
    process = run("watch", missing=[])
    assert process.tasks == ["work"]
    process.set(missing=["id card"])
    process.set(missing=["id card", "deed"])
    assert process.tasks == ["chase", "work"]
    process.set(missing=[])
    process.set(missing=["deed"])
    assert process.tasks == ["chase", "chase", "work"]
    process.complete("work")
    assert not process.ended
    process.complete("chase")
    process.complete("chase", missing=[])
    assert process.ended


def test_an_event_sub_process_maps_its_inputs_and_outputs(run):
    process = run("mapped_event", subject="meters")
    process.message("MSG_ASK")
    assert process.all(effects.TaskOpened)[-1].assignee == "about meters"
    process.complete("reply", text="soon")
    assert process.variables["answer"] == "soon"
    assert "topic" not in process.variables


def test_a_step_asks_no_condition_whose_variables_it_left_alone(run):
    process = run("watched", width=20, missing=5)
    tokens = [effect.token for effect in process.all(effects.TaskOpened)]
    process.instance.complete(tokens[0], {"other": Decimal(1)})
    assert process.instance.items == 0
    process.instance.complete(tokens[1], {"missing": Decimal(4)})
    assert process.instance.items == 19, "one for each sub-process that was open when it was written"
