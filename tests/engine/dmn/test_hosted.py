"""What processes and decisions may ask their host: the time of the turn, and why a decision has no value."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import create_engine

from engine.binding import Versions
from engine.feel import Function
from engine.host import Host
from engine.library import build
from engine.spiff import LOCAL, Instance
from engine.spiff.effects import Warned

#: Past midnight in Shanghai, still yesterday in Greenwich.
NOW = datetime(2026, 11, 19, 16, 30, tzinfo=UTC)
PACK = b"""[pack]
id = "clock"
title = "\xe9\x92\x9f"
title_en = "Clock"
"""
DECISION = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="clock">
<decision id="{id}" name="{id}"><variable name="{id}"/>
<literalExpression><text>{text}</text></literalExpression></decision></definitions>"""
PROCESS = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="clock">
<process id="clock" isExecutable="true">
<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="script"/>
<scriptTask id="script" scriptFormat="feel" camunda:resultVariable="asked">
<script>[now(), today()]</script></scriptTask>
<sequenceFlow id="f2" sourceRef="script" targetRef="first"/>
<businessRuleTask id="first" camunda:decisionRef="due_day" camunda:resultVariable="day"/>
<sequenceFlow id="f3" sourceRef="first" targetRef="second"/>
<businessRuleTask id="second" camunda:decisionRef="doubtful" camunda:resultVariable="none"/>
<sequenceFlow id="f4" sourceRef="second" targetRef="end"/><endEvent id="end"/>
</process></definitions>"""
FILES = {
    "pack.toml": PACK,
    "clock.bpmn": PROCESS,
    "day.dmn": DECISION.format(id="due_day", text="add working days(today(), 5)").encode(),
    "doubt.dmn": DECISION.format(id="doubtful", text='1 + "a"').encode(),
}


def functions(_instance: Instance) -> dict[str, Function]:
    name = "add working days"
    return {name: Function(name, ("from", "n"), lambda start, n: [start, n])}


def run() -> tuple[dict[str, Any], list[Any]]:
    with create_engine("sqlite://").connect() as connection:
        host = Host(build("d-1", FILES), functions, Versions(connection, "", "", NOW))
        instance = Instance.start(host.process("clock"), host, {})
        return instance.variables, list(instance.take_effects())


def test_expressions_and_decisions_know_the_time_of_the_turn_in_the_zone_of_the_business() -> None:
    variables, _ = run()
    assert variables["asked"] == [NOW, date(2026, 11, 20)]
    assert variables["asked"][0].tzinfo == LOCAL
    assert variables["day"] == [date(2026, 11, 20), 5]


def test_a_decision_without_value_says_why_in_the_history() -> None:
    variables, effects = run()
    (warned,) = [effect for effect in effects if isinstance(effect, Warned)]
    assert variables["none"] is None
    assert warned.element == "second" and warned.message.startswith("doubtful: 数字和文字不能用“+”计算")
