"""Reading files: what is understood, and how the rest is refused."""

from pathlib import Path

import pytest

from engine import spiff

MODELS = Path(__file__).parent / "models"


def parse(*names):
    return spiff.parse({f"{name}.bpmn": (MODELS / f"{name}.bpmn").read_bytes() for name in names})


def found(parsed, severity="error"):
    places = {}
    for problem in parsed.problems:
        if problem.severity == severity:
            places.setdefault(problem.element, []).append(problem)
    return places


#: Element of broken.bpmn -> words that its refusal must contain.
REFUSALS = {
    "start_two": "second start event",
    "nightly": "The timer reads rhythm",
    "complex": "complex gateway cannot be run",
    "anyhow": "ad-hoc sub-process cannot be run",
    "python": "Scripts in python are never run",
    "nowhere": "names no variable for its result",
    "java": "camunda:class calls code of another engine",
    "idle": "Nothing says what this task does",
    "undecided": "Nothing says what this task does",
    "uncalled": "does not say which process it calls",
    "listening": "camunda:taskListener runs code of another engine",
    "assigned": "too special to be converted",
    "twice": "is used 2 times",
    "defaulting": "does not leave it",
    "unknown_message": "the message 'no_message', which the file does not declare",
    "unknown_error": "the error 'no_error', which the file does not declare",
    "unattached": "hangs on 'nobody'",
    "silent_error": "always interrupt",
    "timeless": "says no time",
    "badtime": "is no ISO 8601 duration",
    "both": "several events at once",
    "to_nowhere": "has 0 targets",
    "dangling": "ends at 'missing'",
    "backwards": "leaves the end event",
    "into_start": "enters the startEvent",
    "unreadable": "line 1, column",
    "repeated": "Only activities can be repeated",
    "uncounted": "neither how often nor over which list",
}


@pytest.mark.parametrize(("element", "words"), REFUSALS.items())
def test_what_cannot_run_is_refused_by_name_with_advice(element, words):
    problems = found(parse("broken"))[element]
    assert any(words in problem.message_en for problem in problems), problems
    assert all(problem.file == "broken.bpmn" and problem.advice_en for problem in problems)


def test_all_problems_come_at_once_and_nothing_unexpected():
    parsed = parse("broken", "approve")
    assert set(found(parsed)) == set(REFUSALS)
    assert [definition.id for definition in parsed.definitions] == ["approve"], "the good file still parses"


def test_vendor_words_missing_flow_ids_and_plain_juel_are_understood(host):
    deployment = host("drawing")
    definition = deployment.definitions["drawing"]
    ask = definition.elements["ask"]
    assert (definition.name, definition.version_tag) == ("Drawing", "1.4")
    assert (ask.lane, ask.form_ref, ask.form_binding) == ("前台", "ask", "deployment")
    assert ask.properties == {"stage": "acceptance"}
    assert ask.attributes["candidateGroups"] == "ACCEPT"
    assert ("assignee", "clerk.name") in ask.expressions
    assert definition.elements["other"].attributes["candidateUsers"] == "li"
    assert ("condition flow_3", 'order.amount > 3 and kind = "new" and not(refused)') in definition.elements[
        "which"
    ].expressions


def test_what_is_only_drawn_gives_a_warning():
    assert "no data flows" in found(parse("drawing"), "warning")["archive"][0].message_en


def test_a_definition_tells_starts_and_messages():
    definition = parse("apply").definitions[0]
    assert definition.start_messages == {"MSG_APPLIED": "applied"}
    assert definition.has_none_start
    definition = parse("messages").definitions[0]
    assert definition.messages == {"MSG_PAID", "MSG_ASKED", "MSG_WITHDRAWN", "MSG_CONFIRMED"}
    assert definition.elements["wait"].attributes["message"] == "MSG_PAID"


def test_nested_elements_know_their_scope():
    definition = parse("inside").definitions[0]
    assert definition.elements["build"].scope == "works"
    assert definition.elements["works"].scope == "inside"
    assert definition.elements["build"].kind == "userTask"
    assert ("input step", '"works"') in definition.elements["works"].expressions


def test_the_same_process_in_two_files_is_refused():
    data = (MODELS / "apply.bpmn").read_bytes()
    found = spiff.parse({"a.bpmn": data, "b.bpmn": data}).problems
    problems = [problem for problem in found if problem.severity == "error"]
    assert [(problem.file, problem.element) for problem in problems] == [("b.bpmn", "apply")]
    assert "also defined in a.bpmn" in problems[0].message_en


def test_other_files_of_a_pack_are_left_alone():
    parsed = spiff.parse({"pack.toml": b"[pack]", "check.form": b"{}"})
    assert (parsed.definitions, parsed.problems) == ([], [])


@pytest.mark.parametrize("data", [b"", b"<a", b"<a/>", "<bpmn/>".encode("utf-16"), b"\x00\xff"])
def test_a_file_that_is_no_diagram_is_one_problem(data):
    problems = spiff.parse({"x.bpmn": data}).problems
    assert [(problem.file, problem.severity) for problem in problems] == [("x.bpmn", "error")]


def test_a_long_chain_parses_and_runs_without_recursion(host):
    count = 1500
    nodes = "".join(f'<manualTask id="t{number}"/>' for number in range(count))
    flows = "".join(f'<sequenceFlow sourceRef="t{n}" targetRef="t{n + 1}"/>' for n in range(count - 1))
    text = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" isExecutable="true">'
        f'<startEvent id="s"/><sequenceFlow sourceRef="s" targetRef="t0"/>{nodes}{flows}<endEvent id="e"/>'
        f'<sequenceFlow sourceRef="t{count - 1}" targetRef="e"/></process></definitions>'
    )
    parsed = spiff.parse({"chain.bpmn": text.encode()})
    assert parsed.problems == []
    assert spiff.Instance.start(parsed.definitions[0], host("apply"), {}).ended


@pytest.mark.parametrize(
    ("element", "severity", "words"),
    [
        ("foreign", "error", "executionListener"),
        ("start", "warning", "camunda:initiator"),
        ("job", "error", "made for Camunda 8"),
        ("odd", "warning", "extension colour is not read"),
        ("owned", "error", "potentialOwner"),
        ("form", "warning", "camunda:formKey"),
        ("start", "warning", "camunda:colour is not read"),
        ("thrown", "error", "goes to the outbox by itself"),
        ("groovy", "error", "expressions in groovy are never run"),
        ("idle", "warning", "does not count"),
    ],
)
def test_no_extension_is_passed_over_in_silence(element, severity, words):
    problems = found(parse("foreign"), severity)
    assert any(words in problem.message_en for problem in problems[element])


NAMED_AS_A_WORD = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="t"><process id="p" isExecutable="true">
<startEvent id="s"/><exclusiveGateway id="g" default="no"/><endEvent id="a"/><endEvent id="b"/>
<sequenceFlow id="f" sourceRef="s" targetRef="g"/><sequenceFlow id="no" sourceRef="g" targetRef="b"/>
<sequenceFlow id="yes" sourceRef="g" targetRef="a">
<conditionExpression xsi:type="tFormalExpression">${some &gt; 3}</conditionExpression></sequenceFlow>
</process></definitions>"""


def test_a_variable_named_like_a_word_of_feel_is_told_by_its_name_in_both_languages() -> None:
    (found,) = [one for one in spiff.parse({"p.bpmn": NAMED_AS_A_WORD}).problems if one.code == "expression_word"]

    assert found.message_en == "condition: the variable 'some' in '${some > 3}' is a word of FEEL itself."
    assert "变量名“some”" in found.message


def test_a_file_that_nobody_changed_is_not_read_again_and_every_change_counts():
    files = {name: (MODELS / name).read_bytes() for name in ("broken.bpmn", "apply.bpmn")}
    first, again = spiff.parse(files), spiff.parse({name: bytes(bytearray(data)) for name, data in files.items()})
    assert all(one is other for one, other in zip(first.definitions, again.definitions, strict=True))
    assert again.problems == first.problems
    elsewhere = spiff.parse({"other.bpmn": files["broken.bpmn"]})
    assert {problem.file for problem in elsewhere.problems} == {"other.bpmn"}
    changed = spiff.parse(files | {"apply.bpmn": b"<no/>"})
    assert "no_bpmn" in {problem.code for problem in changed.problems}


def test_what_one_reading_tells_of_two_files_is_not_told_by_the_next_of_one():
    data = (MODELS / "broken.bpmn").read_bytes()
    twice = spiff.parse({"a.bpmn": data, "b.bpmn": data})
    assert "process_defined_twice" in {problem.code for problem in twice.problems}
    assert "process_defined_twice" not in {problem.code for problem in spiff.parse({"b.bpmn": data}).problems}
