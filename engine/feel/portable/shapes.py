"""Of which shape a value is that an expression reads or makes, as far as its text and the fields of a form tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from engine.feel.values import Value, kind

#: ends the kind of a day, time or duration that a field of a form made: the browser passes it on as a text of its own
MADE: Final = " made"
#: binary and decimal numbers of so many digits stand for one another
DIGITS: Final = 15
_SPELLED: Final = re.compile(r"(\d{4}-\d\d-\d\d)?((?:(?<=\d)T)?\d\d:\d\d:\d\d)?")
_JSON: Final = frozenset({"string", "number", "boolean", "list", "context"})
_FAMILIES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("whole", "number", "computed"), "number"),
    **dict.fromkeys(("string", "text", "date text", "time text", "date and time text"), "string"),
    **dict.fromkeys(("time spelled", "date and time spelled"), "string"),
}


@dataclass(frozen=True)
class Shape:
    """What is known of a value that is not null.

    `kind` is "" where nothing is known. Numbers are `whole`, `number` (as entered, at most 15 digits) or `computed`
    (a fraction that binary and decimal arithmetic may round differently); texts are `string`, `text` (a variable that
    stands beside texts), or the `date text`, `time text` and `date and time text` of fields. `date made` and the like
    are only null or not.
    """

    kind: str = ""
    #: of lists
    item: Shape | None = None
    #: of contexts: what is known of the entries
    fields: Mapping[str, Shape] = field(default_factory=dict, hash=False)

    @property
    def family(self) -> str:
        """The kind of FEEL, empty when nothing is known."""
        return _FAMILIES.get(self.kind, self.kind)

    def of_item(self) -> Shape:
        """The shape of a list's items."""
        return self.item or UNKNOWN


UNKNOWN: Final = Shape()
NULL: Final = Shape("null")
BOOLEAN: Final = Shape("boolean")
WHOLE: Final = Shape("whole")
NUMBER: Final = Shape("number")
COMPUTED: Final = Shape("computed")
STRING: Final = Shape("string")
TEXT: Final = Shape("text")
LIST: Final = Shape("list")


def _number(value: Decimal) -> Shape:
    digits = value.normalize().as_tuple()
    if len(digits.digits) > DIGITS or abs(value.adjusted()) > DIGITS:
        return COMPUTED
    return WHOLE if value == value.to_integral_value() else NUMBER


def _moment(value: date) -> Shape:
    return Shape("date and time" if isinstance(value, datetime) else "date")


_OF: Final[Mapping[str, Callable[..., Shape]]] = {
    "number": _number,
    "string": lambda text: moment_text(text) or STRING,
    "boolean": lambda _: BOOLEAN,
    "null": lambda _: NULL,
    "date": _moment,
    "date and time": _moment,
}


def shape_of(value: Value) -> Shape:
    """The shape of a constant."""
    found = kind(value)
    return _OF[found](value) if found in _OF else Shape(found)


def moment_text(text: str) -> Shape | None:
    """The shape of a text that spells a day, a time or both, None for any other."""
    match = _SPELLED.fullmatch(text)
    if match is None or not text:
        return None
    return Shape(("date text", "date and time spelled")[bool(match[2])] if match[1] else "time spelled")


def joined(shapes: Iterable[Shape]) -> Shape:
    """The shape of what is of one of several shapes; kind `several` when their kinds differ."""
    known = [shape for shape in shapes if shape.kind != "null"]
    if not known:
        return NULL
    if len({shape.kind for shape in known}) == 1:
        return known[0]
    families = {shape.family for shape in known}
    if families == {"number"}:
        return COMPUTED if COMPUTED in known else NUMBER
    if families == {"string"}:
        return STRING
    return UNKNOWN if "" in families else Shape("several")


def same_family(left: Shape, right: Shape) -> bool:
    """Whether two shapes can be of one kind; what is not known comes from JSON, which has no days and durations."""
    families = {left.family, right.family} - {"null"}
    known = families - {""}
    return len(known) < 2 and "several" not in known and ("" not in families or known <= _JSON)
