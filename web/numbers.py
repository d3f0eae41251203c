"""Whole numbers in an address: which page of a list, which year of the calendar, and how far each may go."""

from __future__ import annotations

from typing import Final

from werkzeug.datastructures import MultiDict

#: More pages than any list has; what the database counts in 64 bits is far above.
PAGES: Final = range(1, 100_001)
#: Years for which the office may have a calendar.
YEARS: Final = range(2000, 2101)


def number_of(words: MultiDict[str, str], name: str, within: range) -> int | None:
    """The number in an address; None if none is within the range: the page then shows its first view."""
    found = words.get(name, None, int)
    return found if found in within else None
