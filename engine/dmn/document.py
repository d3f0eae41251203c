"""Reads the XML of a decision file into plain nodes, refusing what could harm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.dmn.errors import DmnError, DmnProblem

#: bytes of one file
LARGEST_FILE = 2 * 1024 * 1024
#: elements of one file
MOST_ELEMENTS = 20_000
#: nesting of elements
DEEPEST = 100
_SPACES = ("http://www.omg.org/spec/DMN/", "https://www.omg.org/spec/DMN/")


@dataclass(slots=True)
class Node:
    """An element of DMN's own namespaces: local name, attributes, text and child elements."""

    tag: str
    attributes: Mapping[str, str]
    text: str = ""
    children: list[Node] = field(default_factory=list)

    def get(self, name: str) -> str:
        """Return an attribute, empty when absent."""
        return self.attributes.get(name, "")

    def all(self, *tags: str) -> Iterator[Node]:
        """Yield the children with one of these names."""
        return (child for child in self.children if child.tag in tags)

    def first(self, *tags: str) -> Node | None:
        """Return the first child with one of these names."""
        return next(self.all(*tags), None)

    def text_of(self, tag: str) -> str:
        """Return the text of a child, empty when absent."""
        child = self.first(tag)
        return child.text if child else ""


def read(data: bytes) -> Node:
    """Return the root of a decision file; raises DmnError when it is too large, unsafe or no DMN."""
    if len(data) > LARGEST_FILE:
        raise _refused(f"文件有 {len(data)} 字节，超过 {LARGEST_FILE}", "请拆成几个文件 (file too large, split it)")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _refused(f"XML 有错：{error.msg}", "请用建模工具重新保存 (not well-formed XML)") from None
    if root.getroottree().docinfo.doctype:
        raise _refused("文件含有 DOCTYPE", "请删除 DOCTYPE 声明 (DOCTYPE is not allowed)")
    if sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        raise _refused(f"文件超过 {MOST_ELEMENTS} 个元素", "请拆成几个文件 (too many elements, split it)")
    node = _node(root, 0)
    if node is None or node.tag != "definitions":
        raise _refused("文件不是 DMN 1.1 - 1.5", "请检查文件种类 (the root is no DMN definitions)")
    return node


def _refused(message: str, advice: str) -> DmnError:
    return DmnError([DmnProblem("definitions", message, advice)])


def _node(element: etree._Element, depth: int) -> Node | None:
    if not isinstance(element.tag, str) or depth > DEEPEST:
        return None
    name = etree.QName(element)
    if not (name.namespace or "").startswith(_SPACES):
        return None
    attributes = {str(key): str(value) for key, value in element.attrib.items()}
    found = Node(name.localname, attributes, str(element.text or ""))
    for child in element:
        inner = _node(child, depth + 1)
        if inner is not None:
            found.children.append(inner)
    return found
