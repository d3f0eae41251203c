"""The one way XML of a deployment is read: bounded in size, depth and width, without DOCTYPE, entities or network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from engine.errors import Problem, ProblemsFound

MAX_BYTES = 2 * 1024 * 1024
MAX_ELEMENTS = 20_000
MAX_ATTRIBUTES = 64
MAX_DEPTH = 100

_ADVICE = "Export the file again from the modeler, or split it into smaller processes joined by call activities."


class _Refused(Exception):
    """Signal inside this module: the stream broke a limit."""


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
            raise _Refused(f"it has more than {MAX_ELEMENTS} elements")
        if self.depth > MAX_DEPTH:
            raise _Refused(f"its elements are nested more than {MAX_DEPTH} deep")
        if len(attrib) + len(nsmap) > MAX_ATTRIBUTES:
            raise _Refused(f"<{etree.QName(tag).localname}> has more than {MAX_ATTRIBUTES} attributes")

    def end(self, tag: str) -> None:
        self.depth -= 1

    def doctype(self, name: str | None, public: str | None, system: str | None) -> None:
        raise _Refused("it has a DOCTYPE, which diagrams never need")

    def close(self) -> None:
        return None


def parse(data: bytes, file: str) -> etree._ElementTree:
    """Return the tree of an XML file; raise `ProblemsFound` when it is broken or breaks a limit."""
    if len(data) > MAX_BYTES:
        raise _refused(file, f"it is larger than {MAX_BYTES // 1024} KiB")
    try:
        etree.fromstring(data, _parser(target=_Limits()))
        tree = etree.ElementTree(etree.fromstring(data, _parser()))
    except _Refused as refused:
        raise _refused(file, str(refused)) from None
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _refused(file, f"it is not well-formed XML ({error})") from None
    if tree.docinfo.doctype:
        raise _refused(file, "it has a DOCTYPE, which diagrams never need")
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


def _refused(file: str, reason: str) -> ProblemsFound:
    return ProblemsFound([Problem(file, "", f"The file cannot be read: {reason}.", _ADVICE)])
