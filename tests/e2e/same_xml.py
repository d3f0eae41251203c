"""What an XML file says, whatever tool wrote it down: two texts that say the same are equal here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree


def meaning(xml: str) -> list[str]:
    """A line per element in their order: depth, name with its namespace, attributes by name, text.

    Layout of the text and comments are nothing; coordinates are the same with and without a decimal point.
    """
    return list(_lines(etree.fromstring(xml.encode(), etree.XMLParser(remove_comments=True)), 0))


def _lines(element: Any, depth: int) -> Iterator[str]:
    attributes = [f"{name}={_number(value)!r}" for name, value in sorted(element.attrib.items())]
    yield " ".join([".." * depth, element.tag, *attributes, (element.text or "").strip()])
    for child in element:
        yield from _lines(child, depth + 1)


def _number(value: str) -> str | float:
    try:
        return float(value)
    except ValueError:
        return value
