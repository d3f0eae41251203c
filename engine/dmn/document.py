"""Reads the XML of a decision file into plain nodes, refusing what could harm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lxml import etree

from engine.dmn.errors import FINDINGS, DmnError, problem
from engine.findings import Doubt, reason

#: Files that are kept read: those of a pack are asked again and again while somebody draws one of them.
KEPT = 64
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
            raise FINDINGS.doubt("too_many_elements", count=MOST_ELEMENTS)
        if len(self.open) >= DEEPEST or len(attributes) > MOST_ATTRIBUTES:
            raise FINDINGS.doubt("too_deep")
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
        raise FINDINGS.doubt("has_doctype")

    def close(self) -> Node | None:
        return self.root


@lru_cache(KEPT)
def read(data: bytes) -> Node:
    """Return the root of a decision file, not to be changed; raises DmnError when it is too large, unsafe or no DMN."""
    try:
        node = _parse(data)
    except Doubt as doubt:
        raise DmnError([problem("definitions", "dmn_unreadable", reason=reason(doubt))]) from None
    return node


def _parse(data: bytes) -> Node:
    if len(data) > LARGEST_FILE:
        raise FINDINGS.doubt("too_large", size=len(data), limit=LARGEST_FILE)
    target: Any = _Builder()
    parser = etree.XMLParser(target=target, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root: Node | None = etree.fromstring(data, parser)
    except Doubt:
        raise
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FINDINGS.doubt("not_xml", reason=error) from None
    if root is None or root.tag != "definitions":
        raise FINDINGS.doubt("no_dmn")
    return root
