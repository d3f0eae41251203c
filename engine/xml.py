"""The one way XML of a deployment is read: bounded in size, depth and width, without DOCTYPE, entities or network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from engine.errors import ProblemsFound
from engine.findings import FILES, Doubt, reason

MAX_BYTES = 2 * 1024 * 1024
MAX_ELEMENTS = 20_000
MAX_ATTRIBUTES = 64
MAX_DEPTH = 100


class _Limits:
    """A parser target that keeps nothing and stops at the first broken limit.

    Counting comes before building a tree: 18 MB of flat elements would cost 700 MB of memory.
    """

    def __init__(self) -> None:
        self.elements = 0
        self.depth = 0

    def start(self, tag: str, attrib: Mapping[str, str], nsmap: Mapping[str, str]) -> None:
        self.elements += 1
        self.depth += 1
        if self.elements > MAX_ELEMENTS:
            raise FILES.doubt("too_many_elements", count=MAX_ELEMENTS)
        if self.depth > MAX_DEPTH:
            raise FILES.doubt("too_deep", count=MAX_DEPTH)
        if len(attrib) + len(nsmap) > MAX_ATTRIBUTES:
            raise FILES.doubt("too_many_attributes", name=etree.QName(tag).localname, count=MAX_ATTRIBUTES)

    def end(self, tag: str) -> None:
        self.depth -= 1

    def doctype(self, name: str | None, public: str | None, system: str | None) -> None:
        raise FILES.doubt("has_doctype")

    def close(self) -> None:
        return None


def parse(data: bytes, file: str) -> etree._ElementTree:
    """Return the tree of an XML file; raise `ProblemsFound` when it is broken or breaks a limit."""
    if len(data) > MAX_BYTES:
        raise _refused(file, FILES.doubt("too_large", size=MAX_BYTES // 1024))
    try:
        etree.fromstring(data, _parser(target=_Limits()))
        tree = etree.ElementTree(etree.fromstring(data, _parser()))
    except Doubt as doubt:
        raise _refused(file, doubt) from None
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _refused(file, FILES.doubt("not_xml", reason=error)) from None
    if tree.docinfo.doctype:
        raise _refused(file, FILES.doubt("has_doctype"))
    return tree


@dataclass(frozen=True, slots=True)
class Plain:
    """An element as plain values, for comparing; `space` is its namespace, attribute names carry no namespace."""

    space: str
    name: str
    attributes: Mapping[str, str]
    text: str
    children: tuple[Plain, ...]

    def walk(self) -> Iterator[Plain]:
        """This element and everything inside it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def first(self, name: str) -> Plain | None:
        """The first child of that name."""
        return next((child for child in self.children if child.name == name), None)


def plain(data: bytes, file: str) -> Plain:
    """The content of an XML file without prefixes; raise `ProblemsFound` as `parse` does."""
    return _plain(parse(data, file).getroot())


def _plain(node: etree._Element) -> Plain:
    name = etree.QName(node)
    attributes = {etree.QName(str(key)).localname: str(value) for key, value in node.attrib.items()}
    children = tuple(_plain(child) for child in node if isinstance(child.tag, str))
    return Plain(name.namespace or "", name.localname, attributes, (node.text or "").strip(), children)


def _parser(**options: Any) -> etree.XMLParser:
    parser: etree.XMLParser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_pis=True,
        remove_comments=True,
        **options,
    )
    return parser


def _refused(file: str, doubt: Doubt) -> ProblemsFound:
    return ProblemsFound([FILES.problem(file, "", "xml_unreadable", reason=reason(doubt))])
