"""Carrying instances over to another version, and moving steps."""

import pytest

from engine.errors import CannotRun
from engine.spiff import CannotMigrate, Instance, effects

RENAMES = {"carry": {"check": "verify", "build": "erect"}}


@pytest.fixture
def carry(run, host):
    """Carry a running instance of `carry` over to another model."""

    def over(process, name, renames=RENAMES):
        old, process.host = process.host, host(name)
        process.host.now = old.now
        process.instance = Instance.migrate(process.instance.save(), old.process, process.host, renames)
        process._after()
        return process

    return over


def test_a_renamed_step_goes_on_under_its_new_name(run, carry):
    process = run("carry")
    tokens = set(process.books["tasks"])
    carry(process, "carry_new")
    moved = {(effect.element, effect.token in tokens) for effect in process.all(effects.Moved)}
    assert moved == {("verify", True), ("erect", True)}
    assert set(process.books["tasks"]) == tokens, "open tasks stay open"
    check, build = sorted(tokens, key=lambda token: process.instance.index[token].task_spec.element, reverse=True)
    process.instance.complete(check)
    process._after()
    assert "second" in process.tasks, "the task that the new version puts behind"
    process.instance.complete(build)
    process._after()
    assert "erect" in process.tasks, "the second round of the sequential sub-process"


def test_waits_are_brought_in_line(run, carry):
    process = run("carry")
    due = process.timers["remind"]
    assert process.waits == ["MSG_WITHDRAW"]
    carry(process, "carry_new")
    assert process.waits == ["MSG_OBJECTED", "MSG_STOP"]
    assert process.timers == {"remind": due}
    process.message("MSG_STOP")
    assert process.tasks == ["close"]


def test_a_timer_that_has_fired_is_not_armed_again(run, carry):
    process = run("carry")
    process.advance(days=2)
    assert process.timers == {}
    carry(process, "carry_new")
    assert process.timers == {}


def test_tokens_at_a_join_follow_their_flow(run, carry):
    process = run("carry")
    process.complete("build")
    process.complete("build")
    carry(process, "carry_new")
    process.complete("check")
    process.complete("second")
    assert "MSG_PAYMENT" in process.waits


def test_a_renamed_message_is_waited_for_under_its_new_name(run, carry):
    process = run("carry")
    for task in ("build", "build", "check"):
        process.complete(task)
    assert process.waits == ["MSG_PAID"]
    carry(process, "carry_new")
    assert process.waits == ["MSG_PAYMENT", "MSG_STOP"]
    process.message("MSG_PAYMENT")
    assert process.ended


def test_every_obstacle_is_told_and_nothing_is_changed(run, carry):
    process = run("carry")
    saved = process.instance.save()
    with pytest.raises(CannotMigrate) as refused:
        carry(process, "carry_unfit")
    told = {problem.element: problem.message_en for problem in refused.value.problems}
    assert set(told) == {"check", "works"}
    assert "another kind" in told["works"] or "is gone" in told["works"]
    assert process.instance.save() == saved


def test_without_a_map_a_missing_step_is_refused(run, carry):
    with pytest.raises(CannotMigrate, match="no such element"):
        carry(run("carry"), "carry_new", {})


def test_a_step_can_be_moved_within_its_scope(run):
    process = run("carry")
    token = process._token("tasks", "check")
    process.instance.move(token, "paid")
    process._after()
    assert process.tasks == ["build"]
    assert process.waits == ["MSG_PAID"]
    assert [closed.reason for closed in process.all(effects.TaskClosed)] == ["cancelled"]


def test_a_step_cannot_be_moved_out_of_its_scope(run):
    process = run("carry")
    with pytest.raises(CannotRun, match="no element of the scope"):
        process.instance.move(process._token("tasks", "build"), "paid")


def test_moving_away_from_an_event_gateway_ends_all_its_waits(run):
    process = run("race")
    process.instance.move(next(iter(process.books["timers"])), "chase")
    process._after()
    assert process.tasks == ["chase"]
    assert process.waits == []
    assert process.timers == {}
