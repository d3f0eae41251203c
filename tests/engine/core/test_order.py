"""Variables that only later steps write are told where they are read; whatever may be there by then is not."""

from __future__ import annotations

import json

import pytest

from engine import Handlers
from engine.checks import check
from engine.findings import Problem
from tests.engine.core.house import files_of
from tests.engine.core.test_across_files import PACKS

_STAGE = (
    '<extensionElements><camunda:properties><camunda:property name="stage" value="lending"/></camunda:properties>'
    "</extensionElements>"
)
_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'targetNamespace="http://example.org/later"><process id="later" name="later" isExecutable="true">'
)
#: Reads what the task writes; what it writes itself nobody asks for.
READ = (
    '<scriptTask id="read" scriptFormat="feel" camunda:resultVariable="told"><script>return_note</script></scriptTask>'
)
WRITE = f'<userTask id="write" name="收回" camunda:candidateGroups="DESK" camunda:formRef="back">{_STAGE}</userTask>'


def form(id: str, **more: object) -> bytes:
    field = {"type": "textfield", "id": f"f_{id}", "key": "return_note", "label": "说明", **more}
    return json.dumps({"type": "default", "schemaVersion": 18, "id": id, "components": [field]}).encode()


def flows(*pairs: str) -> str:
    ends = [pair.split(" ") for pair in pairs]
    return "".join(
        f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"/>' for source, target in ends
    )


def told(inside: str, **more: bytes) -> list[Problem]:
    own = {f"forms/{name}.form": data for name, data in more.items()}
    files = {
        **files_of(PACKS / "right"),
        "forms/back.form": form("back"),
        **own,
        "later.bpmn": f"{_HEAD}{inside}</process></definitions>".encode(),
    }
    found = check(files, handlers=Handlers()).problems
    assert [one for one in found if one.severity == "error"] == []
    return [one for one in found if one.code == "variable_later"]


ENDS = '<startEvent id="s"/><endEvent id="e"/>'


def test_a_step_that_reads_what_only_a_later_one_writes_is_told_with_both() -> None:
    (found,) = told(ENDS + READ + WRITE + flows("s read", "read write", "write e"))
    assert (found.file, found.element, found.severity) == ("later.bpmn", "read", "warning")
    assert "“return_note”" in found.message and "“收回”" in found.message
    assert "only the later step '收回' writes" in found.message_en


def test_a_form_that_shows_what_a_later_one_asks_for_is_told_at_its_step() -> None:
    early = WRITE.replace('"write" name="收回"', '"show" name="出示"').replace('"back"', '"show"')
    show = form("show", readonly=True)
    (found,) = told(ENDS + early + WRITE + flows("s show", "show write", "write e"), show=show)
    assert found.element == "show"
    assert told(ENDS + early + WRITE + flows("s write", "write show", "show e"), show=show) == []


def test_a_sub_process_writes_before_what_follows_it_and_after_what_precedes_it() -> None:
    inside = f'<startEvent id="ss"/><endEvent id="se"/>{WRITE}{flows("ss write", "write se")}'
    sub = f'<subProcess id="sub">{inside}</subProcess>'
    (found,) = told(ENDS + READ + sub + flows("s read", "read sub", "sub e"))
    assert found.element == "read"
    assert told(ENDS + READ + sub + flows("s sub", "sub read", "read e")) == []


_FORK = '<parallelGateway id="p"/><parallelGateway id="j"/>'
_LOOP = '<exclusiveGateway id="x" default="x_e"/>'
_LATE = (
    '<boundaryEvent id="b" attachedToRef="write"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
    "</timerEventDefinition></boundaryEvent>"
)
_ASIDE = (
    '<subProcess id="aside" triggeredByEvent="true"><startEvent id="as"><timerEventDefinition><timeDuration>PT1H'
    f"</timeDuration></timerEventDefinition></startEvent>{READ}<endEvent id='ae'/>{flows('as read', 'read ae')}"
    "</subProcess>"
)


@pytest.mark.parametrize(
    "inside",
    [
        READ + WRITE + flows("s write", "write read", "read e"),
        READ + WRITE + _FORK + flows("s p", "p read", "p write", "read j", "write j", "j e"),
        READ + WRITE + _LOOP + flows("s read", "read write", "write x", "x read", "x e"),
        READ + WRITE + _LATE + flows("s write", "write e", "b read", "read e"),
        WRITE + _ASIDE + flows("s write", "write e"),
        READ + WRITE.replace('"back"', '"lend"') + flows("s read", "read write", "write e"),
    ],
    ids=["after", "beside", "in a loop", "when it is late", "whenever it comes", "not written there"],
)
def test_what_may_be_there_is_not_told(inside: str) -> None:
    files = {"back": form("back")} if '"back"' in inside else {}
    assert told(ENDS + inside, **files) == []


def test_a_handler_that_says_nothing_may_have_written_it_before() -> None:
    service = '<serviceTask id="svc" camunda:type="external" camunda:topic="moon"/>'
    inside = ENDS + service + READ + WRITE + flows("s svc", "svc read", "read write", "write e")
    assert told(inside) == []
