"""Makes models of other engines runnable here: what a conformance run supplies because it is not engine work.

Java delegates become jobs with the topic `nothing`, JUEL becomes FEEL where it is simple, connectors and listeners that
run code of another engine go, errors that a file uses without declaring them are declared.
"""

from __future__ import annotations

import re

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
#: Namespaces whose words mean the same as those of `camunda:`.
VENDORS = re.compile(r"operaton|camunda\.org|flowable|activiti|fluxnova")
DELEGATES = ("class", "delegateExpression", "expression")
WORK = ("serviceTask", "sendTask", "businessRuleTask")
DROPPED = ("connector", "field")
LISTENERS = ("executionListener", "taskListener")

_JUEL = re.compile(r"[$#]\{(.*?)\}", re.DOTALL)
_GETTER = re.compile(r"\bexecution\.(?:getVariable|hasVariable)\(\s*['\"](\w+)['\"]\s*\)")
_WORDS = (
    (re.compile(r"&&"), " and "),
    (re.compile(r"\|\|"), " or "),
    (re.compile(r"=="), " = "),
    (re.compile(r"\beq\b"), " = "),
    (re.compile(r"\bne\b"), " != "),
    (re.compile(r"\bgt\b"), " > "),
    (re.compile(r"\blt\b"), " < "),
    (re.compile(r"\bge\b"), " >= "),
    (re.compile(r"\ble\b"), " <= "),
    (re.compile(r"'([^']*)'"), r'"\1"'),
    (re.compile(r"\bnot\s+empty\s+([\w.]+)"), r'(\1 != null and \1 != "" and \1 != [])'),
    (re.compile(r"\bempty\s+([\w.]+)"), r'(\1 = null or \1 = "" or \1 = [])'),
    (re.compile(r"!(?!=)\s*([\w.]+|\([^()]*\))"), r"not(\1)"),
    (re.compile(r"\bnot\s+([\w.]+)(?!\s*\()"), r"not(\1)"),
    (re.compile(r"^([^?:]+)\?([^?:]+):([^?:]+)$"), r"if \1 then \2 else \3"),
)


def prepare(data: bytes) -> bytes:
    """Return a model of another engine so that it can be parsed here."""
    root = etree.fromstring(data)
    for node in root.iter(etree.Element):
        _rename(node)
    for node in list(root.iter(etree.Element)):
        if node.tag.startswith(f"{{{CAMUNDA}}}") and (_name(node) in DROPPED or _is_foreign_listener(node)):
            node.getparent().remove(node)
        else:
            _delegate(node)
            _translate(node)
    _declare_errors(root)
    return etree.tostring(root)


def feel(text: str) -> str:
    """Return a text with JUEL as FEEL: alone an expression, inside other text a concatenation."""
    parts = _JUEL.split(text.strip())
    if len(parts) == 1:
        return text
    texts = [part if number % 2 == 0 else _expression(part) for number, part in enumerate(parts)]
    if not any(texts[::2]):
        return "=" + texts[1]
    joined = (f'"{part}"' if number % 2 == 0 else f"string({part})" for number, part in enumerate(texts) if part)
    return "=" + " + ".join(joined)


def _expression(juel: str) -> str:
    text = _GETTER.sub(r"\1", juel.strip())
    for pattern, replacement in _WORDS:
        text = pattern.sub(replacement, text)
    return text


def _name(node: etree._Element) -> str:
    return etree.QName(node).localname


def _is_foreign_listener(node: etree._Element) -> bool:
    """Say whether a listener runs code that is not here: no FEEL, and no topic of a handler."""
    if _name(node) not in LISTENERS:
        return False
    script = node.find(f"{{{CAMUNDA}}}script")
    ours = node.get("expression", "").strip().startswith(("=", "topic:"))
    return not ours and (script is None or script.get("scriptFormat", "").lower() != "feel")


def _rename(node: etree._Element) -> None:
    namespace = etree.QName(node).namespace or ""
    if VENDORS.search(namespace):
        node.tag = f"{{{CAMUNDA}}}{_name(node)}"
    for key, value in list(node.attrib.items()):
        name = etree.QName(key)
        if name.namespace and VENDORS.search(name.namespace):
            del node.attrib[key]
            node.set(f"{{{CAMUNDA}}}{name.localname}", value)


def _delegate(node: etree._Element) -> None:
    """Let a call of Java code do nothing; an expression with a result becomes a script."""
    codes = [(name, node.attrib.pop(f"{{{CAMUNDA}}}{name}", None)) for name in DELEGATES]
    code = next((text for name, text in codes if text and name == "expression"), None)
    called = any(text for _, text in codes) or node.get(f"{{{CAMUNDA}}}type") in ("mail", "shell")
    if code and node.get(f"{{{CAMUNDA}}}resultVariable") and _name(node) == "serviceTask":
        node.tag = f"{{{BPMN}}}scriptTask"
        node.set("scriptFormat", "feel")
        etree.SubElement(node, f"{{{BPMN}}}script").text = feel(code)
    elif called and _name(node) in WORK:
        node.set(f"{{{CAMUNDA}}}topic", "nothing")


def _translate(node: etree._Element) -> None:
    for key, value in node.attrib.items():
        if "${" in value or "#{" in value:
            node.set(key, feel(value))
    if node.text and ("${" in node.text or "#{" in node.text):
        node.text = feel(node.text)


def _declare_errors(root: etree._Element) -> None:
    declared = {node.get("id") for node in root.iter(f"{{{BPMN}}}error")}
    used = {node.get("errorRef") for node in root.iter(f"{{{BPMN}}}errorEventDefinition")}
    for code in sorted(used - declared - {None}):
        error = etree.Element(f"{{{BPMN}}}error")
        error.set("id", code)
        error.set("errorCode", code)
        root.insert(0, error)
