"""Every shipped diagram opens in bpmn-js without a warning and comes out of it as the same XML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from lxml import etree
from playwright.sync_api import Browser, Page

from tests.browser import ROOT, opened

pytestmark = pytest.mark.e2e

NODE: Final = ROOT / "node_modules"
MODELER: Final = NODE / "bpmn-js" / "dist" / "bpmn-modeler.production.min.js"
#: The words of Camunda 7 with which the diagrams are extended.
CAMUNDA: Final = NODE / "camunda-bpmn-moddle" / "resources" / "camunda.json"
DIAGRAMS: Final = sorted((ROOT / "bpmn").rglob("*.bpmn"))
_PASS_THROUGH: Final = """async ([xml, camunda]) => {
    const container = document.body.appendChild(document.createElement("div"));
    container.style.cssText = "width: 1200px; height: 800px";
    const modeler = new BpmnJS({ container, moddleExtensions: { camunda } });
    const { warnings } = await modeler.importXML(xml);
    const { xml: written } = await modeler.saveXML({ format: true });
    modeler.destroy();
    container.remove();
    return { warnings: warnings.map(warning => warning.message), written };
}"""


@pytest.fixture(scope="module")
def modeler(browser: Browser) -> Iterator[Page]:
    """An empty page with bpmn-js and nothing of ours."""
    with opened(browser, viewport={"width": 1280, "height": 900}) as page:
        page.set_content("<!doctype html><title>bpmn-js</title>")
        page.add_script_tag(path=MODELER)
        yield page


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_a_diagram_passes_through_bpmn_js_unchanged(path: Path, modeler: Page) -> None:
    before = path.read_text("utf-8")

    passed = modeler.evaluate(_PASS_THROUGH, [before, json.loads(CAMUNDA.read_text("utf-8"))])

    assert passed["warnings"] == []
    assert meaning(passed["written"]) == meaning(before)


def test_the_comparison_sees_a_lost_limit(modeler: Page) -> None:
    """Without the words of Camunda a mistake in them would go unseen: the comparison looks at every attribute."""
    text = next(path for path in DIAGRAMS if path.stem == "standard").read_text("utf-8")

    assert meaning(text) != meaning(text.replace('name="limit"', 'name="limits"', 1))
    assert meaning(text) != meaning(text.replace("</bpmn:process>", "<!-- x --><bpmn:task id='t'/></bpmn:process>", 1))


def test_there_are_diagrams() -> None:
    assert len(DIAGRAMS) >= 9


def meaning(xml: str) -> Any:
    """What a diagram says: names with their namespaces, attributes in any order, text, children in their order.

    Layout of the text is nothing, and neither is who wrote the file: bpmn-js keeps both names of the exporter.
    """
    return _said(etree.fromstring(xml.encode(), etree.XMLParser(remove_comments=True)))


def _said(element: Any) -> Any:
    attributes = tuple(sorted((name, _number(value)) for name, value in element.attrib.items()))
    return element.tag, attributes, (element.text or "").strip(), tuple(_said(child) for child in element)


def _number(value: str) -> str | float:
    """Coordinates are the same with and without a decimal point."""
    try:
        return float(value)
    except ValueError:
        return value
