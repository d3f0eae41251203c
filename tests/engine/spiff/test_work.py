"""Jobs, decisions, scripts and messages."""

from decimal import Decimal

import pytest

from engine.errors import UncaughtError
from engine.spiff import Instance, TokenGone, effects


def test_a_job_opens_with_mapped_inputs_and_its_result_is_mapped_out(run):
    process = run("job", **{"class": "LV"})
    job = process.only(effects.JobOpened)
    assert (job.topic, job.retries) == ("connection.register_case", "R5/PT5M")
    assert job.variables == {"kind": "new LV", "source": "counter"}
    process.complete("register", local=True, result={"number": "26-11-0187"})
    assert process.tasks == ["after"]
    assert process.variables["number"] == "26-11-0187"
    assert "result" not in process.variables
    assert "kind" not in process.variables


@pytest.mark.parametrize(("code", "task"), [("REFUSED", "repair"), ("SOMETHING", "ask")])
def test_a_failing_job_is_caught_by_its_code_before_any_code(run, code, task):
    process = run("job", **{"class": "LV"})
    process.fail("register", code, "no capacity")
    assert process.tasks == [task]
    assert process.books["jobs"] == {}
    if code == "REFUSED":
        assert process.variables["code"] == "REFUSED"
        assert process.variables["why"] == "no capacity"


def test_an_error_that_nobody_catches_is_raised(run):
    process = run("called")
    with pytest.raises(UncaughtError, match="ERR_OTHER"):
        process.fail("work", "ERR_OTHER")


def test_running_numbers_of_jobs_never_repeat(run):
    one, two = (run("job", **{"class": "LV"}).only(effects.JobOpened).loop for _ in range(2))
    assert one == two, "the same instance history gives the same key"
    assert isinstance(one, int)


def test_a_decision_gives_a_variable_mapped_as_asked(run, host):
    deployment = host("decide")
    deployment.decisions = {
        "routing": lambda variables: {"process": "standard", "kva": variables["kva"]},
        "one": lambda variables: {"days": Decimal(3)},
        "rows": lambda variables: [{"step": "a"}, {"step": "b"}],
    }
    instance = Instance.start(deployment.definitions["decide"], deployment, {"kva": 100, "decision": "one"})
    assert instance.variables["route"] == {"process": "standard", "kva": Decimal(100)}
    assert instance.variables["days"] == Decimal(3)
    assert instance.variables["steps"] == ["a", "b"]


def test_messages_are_thrown_awaited_and_ask_in_between(run):
    process = run("messages", partner="city")
    assert process.all(effects.Thrown) == [effects.Thrown("tell", "MSG_TOLD", {"to": "city"})]
    assert process.waits == ["MSG_ASKED", "MSG_PAID", "MSG_WITHDRAWN"]
    process.message("MSG_ASKED", question="when")
    process.message("MSG_ASKED")
    assert process.tasks == ["answer", "answer"]
    process.message("MSG_PAID", amount=3)
    assert process.waits == ["MSG_CONFIRMED"]
    assert process.variables["amount"] == Decimal(3)
    process.message("MSG_CONFIRMED")
    assert [thrown.message for thrown in process.all(effects.Thrown)][1:] == ["MSG_THANKS", "MSG_DONE"]
    process.complete("answer")
    process.complete("answer")
    assert process.ended


def test_an_interrupting_message_ends_the_wait(run):
    process = run("messages", partner="city")
    process.message("MSG_WITHDRAWN")
    assert process.ended
    assert process.instance.end_event == "withdrawn"


def test_a_message_for_a_wait_that_is_gone_is_refused(run):
    process = run("messages", partner="city")
    token = next(token for token, wait in process.books["waits"].items() if wait.message == "MSG_PAID")
    process.message("MSG_WITHDRAWN")
    with pytest.raises(TokenGone):
        process.instance.correlate(token)


def test_a_process_starts_by_message_or_plainly(run):
    assert run("apply", element="applied").tasks == ["check"]
    assert run("apply").tasks == ["look"]


def test_signals_reach_everything_that_waits_for_them(run):
    process = run("shout")
    process.complete("speak")
    assert process.tasks == ["pause", "run"]
    assert process.all(effects.Signalled) == [effects.Signalled("call", "fire")]
    process.complete("pause")
    assert process.tasks == ["rest"]


def test_the_first_event_behind_a_gateway_ends_the_others(run):
    process = run("race")
    process.advance(days=3)
    assert process.tasks == ["chase"]
    assert process.waits == []
    process.complete("chase")
    process.message("MSG_PAID")
    assert process.tasks == ["connect"]
    assert process.timers == {}


def test_a_signal_behind_the_gateway(run):
    process = run("race")
    process.signal("stop")
    assert process.ended
