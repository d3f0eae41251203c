"""Timers in running processes."""

from datetime import UTC, datetime, timedelta

from engine.spiff import effects


def test_reminders_repeat_deadlines_tell_their_key_and_lapse_interrupts(run):
    process = run("timers", span="P5D")
    start = process.host.now
    assert process.timers == {
        "remind": start + timedelta(hours=1),
        "overdue": start + timedelta(days=2),
        "lapse": start + timedelta(days=5),
    }
    armed = {timer.element: timer for timer in process.all(effects.TimerArmed)}
    assert armed["overdue"].deadline == "plan"
    assert armed["remind"].deadline is None
    assert (armed["lapse"].interrupting, armed["remind"].interrupting) == (True, False)
    assert armed["lapse"].host == process.only(effects.TaskOpened).token
    process.advance(hours=1)
    assert process.tasks == ["plan", "reminded"]
    process.advance(hours=5)
    assert process.tasks == ["plan", "reminded", "reminded"], "R2 fires twice"
    assert "remind" not in process.timers
    process.advance(days=3)
    assert process.tasks == ["head", "plan", "reminded", "reminded"]
    process.advance(days=2)
    assert process.tasks == ["head", "reminded", "reminded"], "what the reminders opened outlives the plan"


def test_completing_the_task_disarms_its_timers_and_months_are_calendar_months(run):
    process = run("timers", span="P5D")
    process.host.now = datetime(2026, 1, 31, 2, tzinfo=UTC)
    process.complete("plan")
    assert process.timers == {"pause": datetime(2026, 2, 28, 2, tzinfo=UTC)}
    process.advance(days=28)
    assert process.ended


def test_timers_of_a_restored_instance_keep_their_cycle(run):
    process = run("aside", restoring=True)
    process.advance(days=3, hours=1)
    assert process.tasks == ["daily", "daily", "daily", "main"]
    assert process.timers["on_time"] == datetime(2026, 3, 6, 1, tzinfo=UTC)
