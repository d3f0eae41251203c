"""Listeners, correlation keys and times to live: what elements tell the world besides their own work."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from engine import spiff
from engine.spiff import effects

MODELS = Path(__file__).parent / "models"


def test_listeners_write_variables_and_tell_topics_in_order(run):
    process = run("heard")
    assert process.variables["log"] == ["begun", "entered"]
    process.complete("ask")
    assert process.variables["log"] == ["begun", "entered", "done", "left", "taken"]
    told = process.all(effects.Told)
    assert [(item.topic, item.element, item.event) for item in told] == [
        ("tell.create", "ask", "create"),
        ("tell.end", "heard", "end"),
    ]
    assert len({item.number for item in told}) == 2


def test_a_withdrawn_task_tells_its_delete_listener(run):
    process = run("heard")
    process.advance(hours=1)
    assert [item.topic for item in process.all(effects.Told)] == ["tell.create", "tell.delete", "tell.end"]


@pytest.mark.parametrize(
    ("listener", "words"),
    [
        ('<camunda:taskListener event="assignment" expression="= {}"/>', "'assignment', which is not heard"),
        ('<camunda:executionListener event="start" class="com.example.X"/>', "runs code of another engine"),
        ('<camunda:executionListener event="start" expression="${bean.go()}"/>', "runs code of another engine"),
        ('<camunda:executionListener event="start" expression="= 1 +"/>', "line 1"),
        ('<camunda:executionListener expression="= {}"/>', "listens to ''"),
    ],
)
def test_other_listeners_are_refused(listener, words):
    text = (MODELS / "heard.bpmn").read_text()
    known = '<camunda:taskListener event="create" expression="topic:tell.create"/>'
    problems = spiff.parse({"heard.bpmn": text.replace(known, listener).encode()}).problems
    assert any(words in problem.message_en and problem.element == "ask" for problem in problems), problems


def test_a_listener_without_context_only_warns(run):
    process = run("heard")
    text = (MODELS / "heard.bpmn").read_text().replace("= {log: [&quot;begun&quot;]}", "= 1")
    (definition,) = spiff.parse({"heard.bpmn": text.encode()}).definitions
    instance = spiff.Instance.start(definition, process.host, {"log": []})
    assert any(isinstance(effect, effects.Warned) for effect in instance.take_effects())


def test_messages_carry_key_time_to_live_and_payload(run):
    process = run("correlated", number=7, amount=2)
    assert process.only(effects.Thrown) == effects.Thrown(
        "order", "MSG_ORDER", {"amount": 2}, "order-7", timedelta(days=2)
    )
    opened = process.only(effects.WaitOpened)
    assert (opened.message, opened.key, opened.ttl, opened.kind) == ("MSG_REPLY", "7", timedelta(hours=1), "message")


def test_a_number_is_the_same_key_however_it_is_written(run):
    assert run("correlated", number=Decimal("7.0"), amount=2).only(effects.WaitOpened).key == "7"
    assert run("correlated", number=Decimal("7E+2"), amount=2).only(effects.WaitOpened).key == "700"


@pytest.mark.parametrize("number", [None, True, ["a"], ""])
def test_a_key_that_tells_nothing_apart_is_an_error(run, number):
    with pytest.raises(spiff.ExpressionFailed, match="correlationKey"):
        run("correlated", number=number, amount=1)
