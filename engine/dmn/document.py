"""Reads the XML of a decision file into plain nodes, refusing what could harm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from engine.dmn.errors import DmnError, DmnProblem

#: bytes of one file
LARGEST_FILE = 2 * 1024 * 1024
#: elements of one file
MOST_ELEMENTS = 20_000
#: nesting of elements
DEEPEST = 100
#: attributes of one element
MOST_ATTRIBUTES = 64
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


class _Refused(Exception):
    """The file breaks a limit: the fact and the advice."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


class _Builder:
    """A parser target that builds our nodes and counts as it goes, so that a large file is never held as a tree."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.count = 0
        #: open elements; None stands for one of a foreign namespace, whose content is skipped
        self.open: list[Node | None] = []
        self.texts: list[list[str]] = []

    def start(self, tag: str, attributes: Mapping[str, str], spaces: Mapping[str, str]) -> None:
        self.count += 1
        if self.count > MOST_ELEMENTS:
            raise _Refused(f"文件超过 {MOST_ELEMENTS} 个元素", "请拆成几个文件 (too many elements, split it)")
        if len(self.open) >= DEEPEST or len(attributes) > MOST_ATTRIBUTES:
            raise _Refused("元素嵌套太深或属性太多", "请简化文件 (nested too deeply, or too many attributes)")
        space, _, name = tag[1:].partition("}") if tag[:1] == "{" else ("", "", tag)
        parent = self.open[-1] if self.open else None
        known = space.startswith(_SPACES) and (parent is not None or not self.open)
        node = Node(name, dict(attributes)) if known else None
        if node is not None and parent is not None:
            parent.children.append(node)
        elif not self.open:
            self.root = node
        self.open.append(node)
        self.texts.append([])

    def data(self, text: str) -> None:
        if self.texts:
            self.texts[-1].append(text)

    def end(self, tag: str) -> None:
        node, texts = self.open.pop(), self.texts.pop()
        if node is not None:
            node.text = "".join(texts)

    def doctype(self, name: str | None, public: str | None, system: str | None) -> None:
        raise _Refused("文件含有 DOCTYPE", "请删除 DOCTYPE 声明 (DOCTYPE is not allowed)")

    def close(self) -> Node | None:
        return self.root


def read(data: bytes) -> Node:
    """Return the root of a decision file; raises DmnError when it is too large, unsafe or no DMN."""
    try:
        node = _parse(data)
    except _Refused as why:
        raise DmnError([DmnProblem("definitions", why.message, why.advice)]) from None
    return node


def _parse(data: bytes) -> Node:
    if len(data) > LARGEST_FILE:
        raise _Refused(f"文件有 {len(data)} 字节，超过 {LARGEST_FILE}", "请拆成几个文件 (file too large, split it)")
    target: Any = _Builder()
    parser = etree.XMLParser(target=target, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root: Node | None = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _Refused(f"XML 有错：{error}", "请用建模工具重新保存 (not well-formed XML)") from None
    if root is None or root.tag != "definitions":
        raise _Refused("文件不是 DMN 1.1 - 1.5", "请检查文件种类 (the root is no DMN definitions)")
    return root
