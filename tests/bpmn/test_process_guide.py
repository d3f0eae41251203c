"""The guide to the process names every step, message, end, topic and part, in both languages."""

from __future__ import annotations

import pytest

from tests.bpmn.pack import CAMUNDA, ROOT, diagrams, elements, manifest


@pytest.mark.parametrize("guide", ["process.md", "process.zh.md"])
def test_the_guide_leaves_nothing_out(guide: str) -> None:
    text = (ROOT / "docs" / guide).read_text()
    named = {element.attrib["id"] for _, element in elements("userTask", "receiveTask")} | set(manifest()["messages"])
    named |= {end.attrib["id"] for name, end in elements("endEvent") if end.attrib["id"].isupper()}
    named |= {task.attrib[f"{CAMUNDA}topic"] for _, task in elements("serviceTask")} | set(diagrams())
    assert sorted(name for name in named if name not in text) == []
