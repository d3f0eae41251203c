"""Whether the names of steps fit the shapes in which they are drawn."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from engine import xml
from engine.checks.content import FINDINGS, Content
from engine.errors import ProblemsFound
from engine.findings import Act, Problem

#: As bpmn-js draws a name inside a shape: letters of 15 units (the larger of our views), lines of 1.2, a margin of 5.
LETTER: Final = 15.0
LINE: Final = 1.2 * LETTER
MARGIN: Final = 5.0
GRID: Final = 10
#: A name with more letters is to be shortened, whatever the shape.
LONGEST: Final = 100
#: A shape grows to this width first, then in height.
WIDEST: Final = 180
#: Mean width of a Latin letter, in letters of full width.
NARROW: Final = 0.56
#: Activities carry their name inside; those of events, gateways and flows stand beside and have room.
_NAMED: Final = frozenset(
    {
        "task", "manualTask", "userTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask",
        "callActivity",
    }
)  # fmt: skip
#: Diagrams whose shapes are kept: of the many of a pack one is drawn.
_KEPT: Final = 64
#: A size that nobody can read leaves room for everything.
_ENDLESS: Final = 1e6
_PIECES: Final = re.compile(r"[^\s\-]+-?|\s+|-")


def check_labels(content: Content) -> Iterator[Problem]:
    """Names that take more lines than their shape has."""
    for path in sorted({definition.file for definition in content.definitions}):
        shapes = _shapes(content.files[path], path)
        for definition in (found for found in content.definitions if found.file == path):
            for element in definition.elements.values():
                if element.kind in _NAMED and element.id in shapes and element.name != element.id:
                    width, height = shapes[element.id]
                    needed, room = lines(element.name, width - 2 * MARGIN), max(1, int(height // LINE))
                    if needed > room:
                        told = {"name": element.name, "lines": needed, "room": room}
                        yield FINDINGS.problem(
                            path, element.id, "label_too_wide", _enlarged(element.name, width, height), **told
                        )


def _enlarged(name: str, width: float, height: float) -> Act | None:
    """The shape made wider, then higher, until the name fits; in the steps of the editor's grid."""
    if len(name) > LONGEST:
        return None
    while lines(name, width - 2 * MARGIN) > height // LINE:
        width, height = (width + GRID, height) if width < WIDEST else (width, height + GRID)
    return Act("resize", "", f"{width:g}x{height:g}")


def lines(text: str, width: float) -> int:
    """How many lines a name takes: it breaks at spaces and hyphens, and inside what is wider than a whole line."""
    return sum(_lines(part, width) for part in text.splitlines())


def _lines(text: str, width: float) -> int:
    count, filled = 1, 0.0
    for piece in _PIECES.findall(text):
        size = measure(piece)
        if filled + size <= width:
            filled += size
        elif piece.isspace():
            count, filled = count + 1, 0.0
        elif _breaks(piece) or size > width:
            count, filled = count + _more(filled + size, width), _rest(filled + size, width)
        else:
            count, filled = count + 1, size
    return count


def measure(text: str) -> float:
    """Width of a text on one line."""
    return sum(LETTER if unicodedata.east_asian_width(letter) in "WF" else NARROW * LETTER for letter in text)


def _breaks(piece: str) -> bool:
    """Chinese breaks between any two letters."""
    return any(unicodedata.east_asian_width(letter) in "WF" for letter in piece)


def _more(size: float, width: float) -> int:
    """Lines beside the first; a letter that does not fit goes to the next line whole."""
    letters = max(1, int(width // LETTER))
    return math.ceil(size / (letters * LETTER)) - 1


def _rest(size: float, width: float) -> float:
    line = max(1, int(width // LETTER)) * LETTER
    return size % line or line


@lru_cache(_KEPT)
def _shapes(data: bytes, file: str) -> Mapping[str, tuple[float, float]]:
    """Element id -> width and height of its shape."""
    try:
        root = xml.plain(data, file)
    except ProblemsFound:
        return {}
    found: dict[str, tuple[float, float]] = {}
    for shape in (node for node in root.walk() if node.name == "BPMNShape"):
        bounds = shape.first("Bounds")
        if bounds is not None:
            found[shape.attributes.get("bpmnElement", "")] = (_size(bounds, "width"), _size(bounds, "height"))
    return found


def _size(bounds: xml.Plain, name: str) -> float:
    try:
        return float(bounds.attributes.get(name, ""))
    except ValueError:
        return _ENDLESS
