"""The smallest edit of a right pack that each check finds, by its code.

`RIGHT` is the pack that is edited: nothing is found in it. An edit maps paths to their new content.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from engine.checks.files import MAX_BYTES, MAX_FILES, MAX_TOTAL
from tests.engine.core.house import PARCEL, files_of
from tests.engine.deadlines.conftest import PACK as REPAIR

Files = Mapping[str, bytes]

_STAGE: Final = (
    '<extensionElements><camunda:properties><camunda:property name="stage" value="intake"/></camunda:properties>'
    "</extensionElements>"
)
_DIAGRAM: Final = f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:own="http://example.org/own"
 targetNamespace="http://example.org/edit">
  <message id="m_word" name="MSG_WORD"/><signal id="s_sign" name="SIGN"/>
  <process id="edit" name="编辑" isExecutable="true">
    <startEvent id="begin"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="work"/>
    <userTask id="work" name="办理" camunda:candidateGroups="DESK" camunda:formRef="edit">{_STAGE}</userTask>
    <sequenceFlow id="f2" sourceRef="work" targetRef="done"/>
    <endEvent id="done"/>
  </process>
</definitions>"""
_FIELD: Final[Mapping[str, Any]] = {"id": "field_note", "type": "textfield", "key": "note", "label": "说明"}
_FORM: Final[Mapping[str, Any]] = {"id": "edit", "type": "default", "schemaVersion": 18, "components": [_FIELD]}
_TABLE: Final = """<decisionTable id="t" hitPolicy="UNIQUE">
      <input id="i" label="kva"><inputExpression typeRef="number"><text>kva</text></inputExpression></input>
      <output id="o" name="choose" typeRef="string"/>
      <rule id="r1"><inputEntry id="r1i"><text>&lt; 10</text></inputEntry>
        <outputEntry id="r1o"><text>"a"</text></outputEntry></rule>
      <rule id="r2"><inputEntry id="r2i"><text>&gt;= 10</text></inputEntry>
        <outputEntry id="r2o"><text>"b"</text></outputEntry></rule>
    </decisionTable>"""
_DECISION: Final = f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="edit_dmn" name="edit" namespace="http://example.org/e">
  <inputData id="in" name="kva"><variable name="kva" typeRef="number"/></inputData>
  <decision id="choose" name="choose"><variable name="choose" typeRef="string"/>
    <informationRequirement><requiredInput href="#in"/></informationRequirement>
    {_TABLE}
  </decision>
</definitions>"""

RIGHT: Final[Files] = {
    **files_of(PARCEL),
    "edit.bpmn": _DIAGRAM.encode(),
    "edit.dmn": _DECISION.encode(),
    "forms/edit.form": json.dumps(_FORM).encode(),
}


def _replaced(text: str, *pairs: tuple[str, str]) -> bytes:
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text.encode()


def drawn(*pairs: tuple[str, str]) -> Files:
    """The diagram with some texts replaced."""
    return {"edit.bpmn": _replaced(_DIAGRAM, *pairs)}


def beside(inside: str) -> Files:
    """The diagram with more in its process."""
    return drawn(("</process>", f"{inside}</process>"))


def on_work(inside: str) -> Files:
    """The diagram with more in its task."""
    return drawn(("</userTask>", f"{inside}</userTask>"))


def said(attribute: str) -> Files:
    """The diagram with one more attribute at its task."""
    return drawn(('<userTask id="work"', f'<userTask id="work" {attribute}'))


def field(**changes: Any) -> Files:
    """The form with another field."""
    return form(components=[{**_FIELD, **changes}])


def form(**changes: Any) -> Files:
    """The form with other words."""
    return {"forms/edit.form": json.dumps({**_FORM, **changes}).encode()}


def decided(*pairs: tuple[str, str]) -> Files:
    """The decision file with some texts replaced."""
    return {"edit.dmn": _replaced(_DECISION, *pairs)}


def typed(items: str, type: str = "T") -> Files:
    """The decision file with item definitions, one of which the input has."""
    return decided(
        ("<inputData", f"{items}<inputData"), ('name="kva" typeRef="number"', f'name="kva" typeRef="{type}"')
    )


def table(head: str, outputs: str, *rules: str) -> Files:
    """The decision with another table over `kva`; each rule is `test | output`, several outputs by more bars."""
    rows = []
    for n, rule in enumerate(rules):
        test, *given = (part.strip().replace("<", "&lt;") for part in rule.split("|"))
        cells = "".join(f'<outputEntry id="q{n}o{m}"><text>{one}</text></outputEntry>' for m, one in enumerate(given))
        rows.append(f'<rule id="q{n}"><inputEntry id="q{n}i"><text>{test}</text></inputEntry>{cells}</rule>')
    column = '<input id="i" label="kva"><inputExpression typeRef="number"><text>kva</text></inputExpression></input>'
    made = f'<decisionTable id="t" {head}>{column}{outputs}{"".join(rows)}</decisionTable>'
    return decided((_TABLE, made), ('<variable name="choose" typeRef="string"/>', ""))


def more(logic: str) -> Files:
    """The decision file with more elements."""
    return decided(("</definitions>", f"{logic}</definitions>"))


_ONE: Final = '<output id="o" name="choose"/>'
_TWO: Final = '<output id="o" name="a"/><output id="o2" name="b"/>'
_RANKED: Final = '<output id="o" name="choose"><outputValues><text>"a","b"</text></outputValues></output>'
_DEFAULT: Final = (
    '<output id="o" name="choose" typeRef="{}"><outputValues><text>{}</text></outputValues>'
    "<defaultOutputEntry><text>{}</text></defaultOutputEntry></output>"
)
_LITERAL: Final = "<literalExpression><text>{}</text></literalExpression>"
_IMPORT: Final = (
    '<import name="other" namespace="http://example.org/{}" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
)
_OTHER_FILE: Final = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="f" name="f" namespace="http://example.org/f">'
    f"{_IMPORT.format('f')}</definitions>"
)
_CHAIN: Final = "".join(f'<itemDefinition name="T{n}"><typeRef>T{n + 1}</typeRef></itemDefinition>' for n in range(900))
_WIDE: Final = 12
_MANY: Final = "".join(
    f'<input id="c{n}" label="c{n}"><inputExpression typeRef="number"><text>kva{n}</text></inputExpression></input>'
    for n in range(_WIDE)
)
_MANY_RULES: Final = (
    "".join(
        f'<rule id="m{row}">'
        + "".join(f"<inputEntry><text>not({row * (place + 3) % 11})</text></inputEntry>" for place in range(_WIDE))
        + f'<outputEntry><text>"{row}"</text></outputEntry></rule>'
        for row in range(1, 120)
    )
    + '<rule id="rest">'
    + "<inputEntry><text>-</text></inputEntry>" * _WIDE
    + '<outputEntry><text>"0"</text></outputEntry></rule>'
)
_EVENT_SUB: Final = (
    '<subProcess id="aside" triggeredByEvent="true"><startEvent id="as" {}>{}</startEvent>'
    '<sequenceFlow id="af" sourceRef="as" targetRef="ae"/><endEvent id="ae"/></subProcess>'
)
_GATEWAY: Final = (
    '<eventBasedGateway id="gw" {0}/><sequenceFlow id="g1" sourceRef="gw" targetRef="c1"/>'
    '<sequenceFlow id="g2" sourceRef="gw" targetRef="c2"/>{1}'
)
_CATCH: Final = (
    '<intermediateCatchEvent id="c1"><messageEventDefinition messageRef="m_word"/></intermediateCatchEvent>'
    '<intermediateCatchEvent id="c2"><signalEventDefinition signalRef="s_sign"/></intermediateCatchEvent>'
)
_MIXED: Final = '<receiveTask id="c2" name="r" messageRef="m_other"/>'
_OTHER: Final = ('<message id="m_word"', '<message id="m_other" name="MSG_OTHER"/><message id="m_word"')
_UNDO: Final = '<boundaryEvent id="undo" attachedToRef="work"><compensateEventDefinition/></boundaryEvent>'
_UNDOERS: Final = "".join(
    f'<serviceTask id="u{n}" isForCompensation="true" camunda:type="external" camunda:topic="t"/>'
    f'<association id="a{n}" sourceRef="undo" targetRef="u{n}"/>'
    for n in (1, 2)
)
_MULTI: Final = "<multiInstanceLoopCharacteristics {}>{}</multiInstanceLoopCharacteristics>"
_RULE: Final = '<businessRuleTask id="rule" name="r" camunda:decisionRef="choose" {}/>'
_TRANSACTION: Final = (
    '<transaction id="deal" {}><startEvent id="ds"/><sequenceFlow id="df" sourceRef="ds" targetRef="de"/>'
    '<endEvent id="de">{}</endEvent></transaction>'
)
_CYCLE: Final = (
    '<intermediateCatchEvent id="when"><timerEventDefinition>{}</timerEventDefinition></intermediateCatchEvent>'
)

EDITS: Final[Mapping[str, Files]] = {
    # --- files
    "too_many_files": {f"f{n}.json": b"{}" for n in range(MAX_FILES)},
    "too_large_together": {f"f{n}.docx": b" " * MAX_BYTES[".docx"] for n in range(MAX_TOTAL // MAX_BYTES[".docx"] + 1)},
    "path_not_plain": {"../edit.dmn": b""},
    "file_too_large": {"large.json": b" " * (MAX_BYTES[".json"] + 1)},
    "decision_twice": {"again.dmn": _DECISION.encode()},
    # --- forms
    "no_form": form(components="none"),
    "type_unknown": form(type="wizard"),
    "component_without_id": field(id=""),
    "component_id_twice": form(components=[_FIELD, {**_FIELD, "key": "other"}]),
    "key_twice": form(components=[_FIELD, {**_FIELD, "id": "other"}]),
    "component_unknown": field(type="hologram"),
    "key_missing": field(key=""),
    "key_no_name": field(key="a b"),
    "rule_no_feel": field(conditional={"hide": "=1 +"}),
    "rule_asks_now": field(conditional={"hide": "=date(note) < now()"}),
    "rule_answers_differ": field(conditional={"hide": '=note = 1 and note < "2"'}),
    "rule_without_sign": field(conditional={"hide": "note"}),
    "expression_empty": field(type="expression"),
    "pattern_refused": field(validate={"pattern": "(?=a)b"}),
    "phone_validation": field(validate={"validationType": "phone"}),
    "format_unknown": field(properties={"format": "passport"}),
    "format_unchecked": field(key="meter", properties={"format": "meter_no"}),
    "no_options": field(type="select"),
    "option_twice": field(type="radio", values=[{"value": 1, "label": "a"}, {"value": 1, "label": "b"}]),
    "sensitive_unknown": field(properties={"sensitive": "shoe_size"}),
    "cannot_be_sealed": field(type="number", properties={"sensitive": "id_no"}),
    "not_sealed": field(key="contact_phone"),
    "topic_unserved": beside('<serviceTask id="s" camunda:type="external" camunda:topic="parcel.lable"/>'),
    # --- decisions
    "dmn_unreadable": {"edit.dmn": b"<definitions"},
    "cell_unreadable": decided(("&lt; 10", "&lt; ((")),
    "values_unreadable": typed(
        '<itemDefinition name="T"><typeRef>number</typeRef><allowedValues><text>((</text></allowedValues>'
        "</itemDefinition>"
    ),
    "variable_undeclared": decided(("<text>kva</text>", "<text>kvar</text>")),
    "overlap": decided(("&gt;= 10", "&gt;= 5")),
    "gap": decided(("&gt;= 10", "&gt;= 11")),
    "row_matches_nothing": decided(("&lt; 10", "]10..10[")),
    "row_taken": table('hitPolicy="FIRST"', _ONE, '- | "a"', '< 5 | "b"'),
    "row_outranked": table('hitPolicy="PRIORITY"', _RANKED, '- | "a"', '< 5 | "b"'),
    "table_too_large": decided(
        (_TABLE, f'<decisionTable id="t" hitPolicy="FIRST">{_MANY}{_ONE}{_MANY_RULES}</decisionTable>')
    ),
    "cell_type": decided(("&lt; 10", '"a"')),
    "cell_answers_nothing": decided(("&lt; 10", "contains(?, &quot;a&quot;)")),
    "column_kind": decided(('<inputExpression typeRef="number">', '<inputExpression typeRef="string">')),
    "literal_senseless": table('hitPolicy="FIRST"', _ONE, '- | @"2026-02-30"'),
    "kinds_apart": table('hitPolicy="FIRST"', _ONE, '- | "a" + 1'),
    "output_empty": table('hitPolicy="FIRST"', _ONE, "- | "),
    "result_kind": table('hitPolicy="FIRST"', '<output id="o" name="o" typeRef="string"/>', "- | kva"),
    "decision_kind": decided(
        ('<variable name="choose" typeRef="string"/>', '<variable name="choose" typeRef="boolean"/>')
    ),
    "entry_undeclared": decided(
        ('name="kva" typeRef="number"', 'name="kva" typeRef="Parts"'),
        (
            "<inputData",
            '<itemDefinition name="Parts"><itemComponent name="a"><typeRef>number</typeRef></itemComponent>'
            "</itemDefinition><inputData",
        ),
        ("<text>kva</text>", "<text>kva.b</text>"),
    ),
    "default_type": table('hitPolicy="FIRST"', _DEFAULT.format("number", 1, '"c"'), "- | 1"),
    "default_not_allowed": table('hitPolicy="FIRST"', _DEFAULT.format("string", '"a"', '"c"'), '- | "a"'),
    "output_not_allowed": table('hitPolicy="UNIQUE"', _RANKED, '< 5 | "c"', '>= 5 | "b"'),
    "priority_without_values": table('hitPolicy="PRIORITY"', _ONE, '- | "a"'),
    "aggregation_of_kind": table('hitPolicy="COLLECT" aggregation="SUM"', _ONE, '- | "a"'),
    "aggregation_of_several": table('hitPolicy="COLLECT" aggregation="SUM"', _TWO, "- | 1 | 2"),
    "aggregation_unknown": table('hitPolicy="COLLECT" aggregation="MEAN"', _ONE, "- | 1"),
    "hit_policy_unknown": table('hitPolicy="LAST"', _ONE, "- | 1"),
    "outputs_unnamed": table('hitPolicy="UNIQUE"', '<output id="o"/><output id="o2"/>', "- | 1 | 2"),
    "cells_missing": table('hitPolicy="UNIQUE"', _TWO, "- | 1"),
    "zones_mixed": decided(
        ('name="kva" typeRef="number"', 'name="kva" typeRef="time"'),
        ('<inputExpression typeRef="number">', '<inputExpression typeRef="time">'),
        ("&lt; 10", '&lt; @"10:00:00+08:00"'),
        ("&gt;= 10", '&gt;= @"10:00:00"'),
    ),
    "circular": decided(('<requiredInput href="#in"/>', '<requiredDecision href="#choose"/>')),
    "type_too_long": typed(_CHAIN, "T0"),
    "type_circular": typed('<itemDefinition name="T"><typeRef>T</typeRef></itemDefinition>'),
    "name_twice": more(f'<decision id="again" name="choose">{_LITERAL.format(1)}</decision>'),
    "logic_missing": more('<decision id="bare" name="bare"/>'),
    "service_circular": more(
        '<decisionService id="serve" name="serve"><outputDecision href="#asks"/></decisionService>'
        f'<decision id="asks" name="asks"><knowledgeRequirement><requiredKnowledge href="#serve"/>'
        f"</knowledgeRequirement>{_LITERAL.format('serve()')}</decision>"
    ),
    "requirement_undrawn": more(f'<decision id="asks" name="asks">{_LITERAL.format("choose")}</decision>'),
    "import_missing": more(_IMPORT.format("gone")),
    "import_circular": {**more(_IMPORT.format("f")), "other.dmn": _OTHER_FILE.encode()},
    "language_unknown": decided(('name="edit" namespace', 'name="edit" expressionLanguage="javascript" namespace')),
    "id_twice": more(f'<decision id="choose" name="other">{_LITERAL.format(1)}</decision>'),
    "requirement_missing": decided(('href="#in"', 'href="#gone"')),
    "reference_missing": more(
        '<decisionService id="serve" name="serve"><outputDecision href="#gone"/></decisionService>'
    ),
    # --- diagrams: what they name and say
    "expression_word": drawn(
        ('targetRef="done"/>', 'targetRef="done"><conditionExpression>${if == 1}</conditionExpression></sequenceFlow>')
    ),
    "language_foreign": drawn(
        (
            'targetRef="done"/>',
            'targetRef="done"><conditionExpression language="javascript">a</conditionExpression></sequenceFlow>',
        )
    ),
    "file_language": drawn((" targetNamespace=", ' expressionLanguage="https://groovy-lang.org" targetNamespace=')),
    "condition_ignored": beside(
        '<parallelGateway id="gw"/><sequenceFlow id="g1" sourceRef="gw" targetRef="done">'
        "<conditionExpression>true</conditionExpression></sequenceFlow>"
    ),
    "flag_unreadable": said('isForCompensation="perhaps"'),
    "start_quantity": said('startQuantity="2"'),
    "completion_quantity": said('completionQuantity="2"'),
    "attribute_form_key": said('camunda:formKey="embedded:app:forms/f.html"'),
    "attribute_initiator": drawn(('<startEvent id="begin"', '<startEvent id="begin" camunda:initiator="who"')),
    "attribute_unread": said('camunda:shoe="42"'),
    "extension_of_another": on_work("<extensionElements><zeebe:userTask/></extensionElements>"),
    "extension_unread": on_work("<extensionElements><own:colour/></extensionElements>"),
    "owner_names_nobody": on_work("<potentialOwner/>"),
    "owner_of_no_task": beside('<manualTask id="by_hand"><performer/></manualTask>'),
    "passing_without_target": beside(
        '<callActivity id="call" calledElement="parcel_return"><extensionElements><camunda:in source="parcel"/>'
        "</extensionElements></callActivity>"
    ),
    "call_unsaid": beside('<callActivity id="call"/>'),
    "script_without_result": beside('<scriptTask id="s" scriptFormat="feel"><script>1</script></scriptTask>'),
    "result_not_kept": beside(_RULE.format("")),
    "result_mapping_unknown": beside(_RULE.format('camunda:resultVariable="r" camunda:mapDecisionResult="all"')),
    "binding_latest": beside(_RULE.format('camunda:resultVariable="r" camunda:decisionRefBinding="latest"')),
    "binding_unknown": beside(_RULE.format('camunda:resultVariable="r" camunda:decisionRefBinding="version"')),
    "message_with_code": drawn(
        (
            '<endEvent id="done"/>',
            '<endEvent id="done"><messageEventDefinition messageRef="m_word" camunda:class="a.B"/></endEvent>',
        )
    ),
    "correlation_unread": drawn(("<message", '<correlationProperty id="cp"/><message')),
    # --- diagrams: what stands where
    "store_only_drawn": beside('<dataStoreReference id="store"/>'),
    "choreography": beside('<choreographyTask id="dance"/>'),
    "flow_leaves_end": beside('<sequenceFlow id="f3" sourceRef="done" targetRef="work"/>'),
    "flow_enters_event": beside('<sequenceFlow id="f3" sourceRef="work" targetRef="begin"/>'),
    "flow_leaves_compensation": beside(_UNDO + '<sequenceFlow id="f3" sourceRef="undo" targetRef="done"/>'),
    "link_without_source": beside(
        '<intermediateCatchEvent id="link"><linkEventDefinition name="there"/></intermediateCatchEvent>'
    ),
    "repeated_no_activity": drawn(
        (
            '<endEvent id="done"/>',
            f'<endEvent id="done">{_MULTI.format("", "<loopCardinality>2</loopCardinality>")}</endEvent>',
        )
    ),
    "always_interrupts": beside(_EVENT_SUB.format('isInterrupting="false"', "<errorEventDefinition/>")),
    "compensation_unconnected": beside(_UNDO),
    "several_handlers": beside(_UNDO + _UNDOERS),
    "several_events": beside(
        '<intermediateCatchEvent id="two"><messageEventDefinition messageRef="m_word"/>'
        '<signalEventDefinition signalRef="s_sign"/></intermediateCatchEvent>'
    ),
    "several_results": drawn(
        (
            '<endEvent id="done"/>',
            '<endEvent id="done"><messageEventDefinition messageRef="m_word"/>'
            '<signalEventDefinition signalRef="s_sign"/></endEvent>',
        )
    ),
    "direction_wrong": beside(
        '<exclusiveGateway id="gw" gatewayDirection="Converging"/>'
        '<sequenceFlow id="g1" sourceRef="gw" targetRef="done"/><sequenceFlow id="g2" sourceRef="gw" targetRef="work"/>'
    ),
    "cancelled_nowhere": beside(_TRANSACTION.format("", "<cancelEventDefinition/>")),
    "transaction_method": beside(_TRANSACTION.format('method="##Image"', "")),
    # --- diagrams: event-based gateways
    "event_gateway_mixed": drawn(
        _OTHER,
        ("</process>", _GATEWAY.format("", _CATCH.split('<intermediateCatchEvent id="c2"')[0] + _MIXED) + "</process>"),
    ),
    "boundary_behind_event_gateway": drawn(
        _OTHER,
        (
            "</process>",
            _GATEWAY.format("", _CATCH.split('<intermediateCatchEvent id="c2"')[0] + _MIXED)
            + '<boundaryEvent id="late" attachedToRef="c2"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
            "</timerEventDefinition></boundaryEvent></process>",
        ),
    ),
    "event_gateway_parallel": beside(_GATEWAY.format('eventGatewayType="Parallel" instantiate="true"', _CATCH)),
    "event_gateway_async": beside(_GATEWAY.format('camunda:asyncAfter="true"', _CATCH)),
    "begins_behind_a_flow": beside(
        _GATEWAY.format('instantiate="true"', _CATCH) + '<sequenceFlow id="g0" sourceRef="work" targetRef="gw"/>'
    ),
    "begins_by_no_message": beside(
        _GATEWAY.format('instantiate="true"', _CATCH).replace(
            '<signalEventDefinition signalRef="s_sign"/>',
            "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>",
        )
    ),
    # --- diagrams: times and repetitions
    "timer_never": beside(_CYCLE.format("<timeCycle>R0/PT1H</timeCycle>")),
    "timer_twice": beside(_CYCLE.format("<timeDuration>PT1H</timeDuration><timeCycle>R3/PT1H</timeCycle>")),
    "instances_behavior": on_work(_MULTI.format('behavior="None"', "<loopCardinality>2</loopCardinality>")),
    "instances_unsaid": on_work(_MULTI.format("", "")),
    "instances_counted_twice": on_work(
        _MULTI.format('camunda:collection="parcels"', "<loopCardinality>2</loopCardinality>")
    ),
    "correlation_fixed": beside(
        '<boundaryEvent id="came" attachedToRef="work"><extensionElements><camunda:properties><camunda:property '
        'name="correlationKey" value="number"/></camunda:properties></extensionElements><messageEventDefinition '
        'messageRef="m_word"/></boundaryEvent><sequenceFlow id="f3" sourceRef="came" targetRef="done"/>'
    ),
    "date_unreadable": said('camunda:dueDate="tomorrow"'),
    "instances_of_two": on_work(
        _MULTI.format('camunda:collection="parcels"', "<loopDataInputRef>others</loopDataInputRef>")
    ),
    "part_twice": on_work(_MULTI.format("", "<loopCardinality>2</loopCardinality>" * 2)),
    "cardinality_no_count": on_work(_MULTI.format("", "<loopCardinality>-2</loopCardinality>")),
    "repeated_twice": on_work(
        "<standardLoopCharacteristics><loopCondition>true</loopCondition></standardLoopCharacteristics>"
        + _MULTI.format("", "<loopCardinality>2</loopCardinality>")
    ),
    "loop_maximum_unreadable": on_work(
        '<standardLoopCharacteristics loopMaximum="often"><loopCondition>true</loopCondition>'
        "</standardLoopCharacteristics>"
    ),
}


#: The pack with time limits and an escalation, and the smallest edits of its tables.
TIMED: Final[Files] = files_of(REPAIR)


def timed(path: str, *pairs: tuple[str, str]) -> Files:
    return {path: _replaced(TIMED[path].decode(), *pairs)}


_LIMIT_1: Final = 'id="time_limits_r3_{}"><text>{}</text>'
_ENDLESS: Final = "string(count(for n in 1..99999999 return n))"
_STEP_3: Final = 'id="escalation_r3_{}"><text>{}</text>'
TIMED_EDITS: Final[Mapping[str, Files]] = {
    "limits_unreadable": timed("time_limits.dmn", (_LIMIT_1.format("o0", 2), _LIMIT_1.format("o0", -2))),
    "limit_without_source": timed(
        "time_limits.dmn", (_LIMIT_1.format("o3", '"Rule 2"'), _LIMIT_1.format("o3", "null"))
    ),
    "escalation_unreadable": timed(
        "escalation.dmn", (_STEP_3.format("o0", '"late_head"'), _STEP_3.format("o0", _ENDLESS))
    ),
    "escalation_role": timed("escalation.dmn", (_STEP_3.format("o2", '"HEAD"'), _STEP_3.format("o2", '"NOBODY"'))),
    "escalation_customer": timed(
        "escalation.dmn",
        (_STEP_3.format("o2", '"HEAD"'), _STEP_3.format("o2", '"customer"')),
        (_STEP_3.format("o4", '"notify"'), _STEP_3.format("o4", '"supervise"')),
    ),
    "escalation_percent": timed("escalation.dmn", (_STEP_3.format("o1", 100), _STEP_3.format("o1", 0))),
    "escalation_gap": timed(
        "escalation.dmn",
        ('id="escalation_r1_i0"><text>"task"</text>', 'id="escalation_r1_i0"><text>"case"</text>'),
        ('id="escalation_r2_i0"><text>"task"</text>', 'id="escalation_r2_i0"><text>"case"</text>'),
        ('id="escalation_r3_i0"><text>"task"</text>', 'id="escalation_r3_i0"><text>"case"</text>'),
    ),
}
#: A percentage that is no number.
STEP_SOON: Final = timed("escalation.dmn", (_STEP_3.format("o1", 100), _STEP_3.format("o1", '"soon"')))
WARN_SOON: Final = timed("time_limits.dmn", (_LIMIT_1.format("o2", 80), _LIMIT_1.format("o2", '"soon"')))
