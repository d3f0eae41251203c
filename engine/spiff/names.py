"""XML names of BPMN and of the `camunda:` extensions, and short ways to walk a diagram."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"

#: Namespaces whose extension words mean the same as those of `camunda:`.
VENDORS = frozenset(
    {
        "http://operaton.org/schema/1.0/bpmn",
        "http://fluxnova.finos.org/schema/1.0/bpmn",
        "http://fluxnova.org/schema/1.0/bpmn",
        "http://flowable.org/bpmn",
        "http://activiti.org/bpmn",
        "http://activiti.com/modeler",
    }
)

#: Extension namespaces of engines whose words mean something else.
ENGINES = {
    "http://camunda.org/schema/zeebe/1.0": "Camunda 8",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "SpiffWorkflow",
}

XmlNode = etree._Element


def bpmn(local: str) -> str:
    """Return the full name of a BPMN element."""
    return f"{{{BPMN}}}{local}"


def camunda(local: str) -> str:
    """Return the full name of a `camunda:` element or attribute."""
    return f"{{{CAMUNDA}}}{local}"


def local(node: XmlNode) -> str:
    """Return the name of an element without its namespace."""
    return etree.QName(node).localname


def is_bpmn(node: XmlNode) -> bool:
    """Say whether an element belongs to BPMN itself (and is no diagram or vendor part)."""
    return isinstance(node.tag, str) and node.tag.startswith(f"{{{BPMN}}}")


def children(node: XmlNode, *names: str) -> list[XmlNode]:
    """Return the BPMN children with one of the local names, in file order."""
    wanted = {bpmn(name) for name in names}
    return [child for child in node if child.tag in wanted]


def child(node: XmlNode, name: str) -> XmlNode | None:
    """Return the first BPMN child of that local name."""
    return node.find(bpmn(name))


def text_of(node: XmlNode | None) -> str:
    """Return the stripped text of an element, empty when there is none."""
    return (node.text or "").strip() if node is not None else ""


def extensions(node: XmlNode, name: str) -> Iterator[XmlNode]:
    """Yield the `camunda:` elements of that name directly inside `extensionElements`."""
    for holder in node.findall(bpmn("extensionElements")):
        yield from holder.findall(camunda(name))


def flag(node: XmlNode, name: str, default: bool = False) -> bool:
    """Return an attribute that is true or false in a normalised tree."""
    return node.get(name, "true" if default else "false") == "true"


def extension(node: XmlNode, name: str) -> str | None:
    """Return a `camunda:` attribute of an element."""
    return node.get(camunda(name))
