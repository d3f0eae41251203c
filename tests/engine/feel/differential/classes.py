"""The classes of docs/feel-differences.md: how it is told that a difference from the browser's FEEL belongs to one.

Each takes the expression, our answer, and theirs: the value, or `CRASH` where feelin threw.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

CRASH = "feelin threw"
_NEGATIVE = re.compile(r", (m|-1)[,)]")
Belongs = Callable[[str, Any, Any], bool]

_COMPARES = re.compile(r" (<|<=|>|>=|=|!=) | between ")
_RANGE = re.compile(r"[\[(].+\.\..+[\])]")
_RELATION = re.compile(r"^(before|after|meets|overlaps|includes|during|starts|finishes)\(")
_NEGATIVE_POWER = re.compile(r"\*\* (m|-)")
_POSITION = re.compile(r"^(sublist|insert before|remove|substring)\(")


def _instance(source: str, ours: Any, theirs: Any) -> bool:
    return " instance of " in source and (theirs == CRASH or isinstance(theirs, bool))


def _infinite(source: str, ours: Any, theirs: Any) -> bool:
    """A power of zero that would be infinite, and what is calculated with it."""
    number = isinstance(theirs, (int, float)) and not isinstance(theirs, bool)
    return bool(_NEGATIVE_POWER.search(source)) and ours is None and number


def _null_logic(source: str, ours: Any, theirs: Any) -> bool:
    """Null among what is tested or compared: ours says null, feelin false."""
    over = source.startswith(("some ", "every ")) or " in " in source or "satisfies" in source
    return over and ours is None and theirs is False


def _kinds(source: str, ours: Any, theirs: Any) -> bool:
    return bool(_COMPARES.search(source)) and ours is None and (theirs == CRASH or isinstance(theirs, bool))


def _kinds_in_lists(source: str, ours: Any, theirs: Any) -> bool:
    loops = source.startswith("for ") and isinstance(ours, list) and isinstance(theirs, list)
    return (
        loops
        and bool(_COMPARES.search(source))
        and all(one == other or one is None for one, other in zip(ours, theirs, strict=True))
    )


def _turned(source: str, ours: Any, theirs: Any) -> bool:
    judged = ours in (None, False) and theirs is True
    ranges = (_RANGE.search(source) and " in " in source) or " between " in source
    return judged and bool(ranges) and not source.startswith(("some ", "every "))


def _range_functions(source: str, ours: Any, theirs: Any) -> bool:
    """Ranges that end before they begin, and ranges of one value."""
    return bool(_RELATION.match(source)) and isinstance(ours, (bool, type(None))) and ours is not theirs


def _tests(source: str, ours: Any, theirs: Any) -> bool:
    return " in (" in source and isinstance(ours, (bool, type(None))) and isinstance(theirs, bool)


def _lengths(source: str, ours: Any, theirs: Any) -> bool:
    return " = " in source and ours is False and (theirs is None or "[]" in source)


def _days(source: str, ours: Any, theirs: Any) -> bool:
    return bool(re.search(r" - .*\)\.days$", source)) and isinstance(theirs, (int, float))


def _fields(source: str, ours: Any, theirs: Any) -> bool:
    return bool(re.search(r"\.(days|hours|months|years)$", source)) and ours is None and theirs == 0


def _whole_months(source: str, ours: Any, theirs: Any) -> bool:
    return source.startswith("years and months duration(") and isinstance(ours, float) and theirs != CRASH


def _positions(source: str, ours: Any, theirs: Any) -> bool:
    return bool(_POSITION.match(source)) and (ours is None or bool(_NEGATIVE.search(source)))


def _empty_matches(source: str, ours: Any, theirs: Any) -> bool:
    return '"x*"' in source and source.startswith(("replace(", "split(")) and ours is None


def _groups(source: str, ours: Any, theirs: Any) -> bool:
    return (source.startswith("split(") and '"(a|b)"' in source) or (source.startswith("replace(") and "$" in source)


def _no_number(source: str, ours: Any, theirs: Any) -> bool:
    return source.startswith("number(") and ours is None


def _orders(source: str, ours: Any, theirs: Any) -> bool:
    if source.startswith("mode("):
        return sorted(ours) == sorted(theirs) and ours == sorted(ours)
    return source.startswith("median(") and isinstance(ours, float)


def _single_text(source: str, ours: Any, theirs: Any) -> bool:
    return source.startswith(("min(", "max(")) and isinstance(ours, str) and theirs is None


def _single_number(source: str, ours: Any, theirs: Any) -> bool:
    return source.startswith("number(") and isinstance(ours, float) and theirs is None


#: title of the section -> whether a difference belongs there; the first that says yes has it
CLASSES: dict[str, Belongs] = {
    "Types": _instance,
    "Durations between days": _days,
    "Fields that a duration has not": _fields,
    "Whole months": _whole_months,
    "Positions outside the list or text": _positions,
    "Patterns that match nothing": _empty_matches,
    "Groups of patterns": _groups,
    "Texts that are no number": _no_number,
    "Numbers that would be infinite": _infinite,
    "Lists of different lengths": _lengths,
    "Ranges that end before they begin": _turned,
    "Relations of ranges": _range_functions,
    "Null stays null": _null_logic,
    "Values of different kinds": _kinds,
    "Values of different kinds in a loop": _kinds_in_lists,
    "Truth values as tests": _tests,
    "Median and mode": _orders,
    "Smallest and largest text": _single_text,
    "Number of a number": _single_number,
}


def class_of(source: str, ours: Any, theirs: Any) -> str | None:
    """Return the title of the class that a difference belongs to, None for one of no class."""
    return next((title for title, belongs in CLASSES.items() if belongs(source, ours, theirs)), None)
