"""How large a pattern becomes when its repetitions are written out: what making and using it costs."""

from __future__ import annotations

import re

from engine.feel import limits

_COUNT = re.compile(r"\{([0-9]*)(?:,([0-9]*))?\Z")
#: a repetition beyond this is refused anyway
_MOST = 1_000_000
#: places that a class of all of Unicode stands for
_WIDE = 2


class Meter:
    """Adds up the parts of a pattern in the order in which they are read."""

    def __init__(self, factor: int) -> None:
        #: what every part costs more, such as for letters of both cases
        self.factor = factor
        #: (cost, width) of the open groups so far, the whole pattern first
        self.open: list[tuple[int, int]] = [(0, 0)]
        #: (cost, width) of the part read last, which a repetition multiplies
        self.last = (0, 0)
        self.braces = ""

    def take(self, written: str, translated: str) -> None:
        """Read the next part: as it was written, and as the engine reads it."""
        if self.braces:
            self._count(written)
        elif written == "{":
            self.braces = written
        elif written == "(":
            self.open.append((0, 0))
        elif written == ")" and len(self.open) > 1:
            cost, width = self.open.pop()
            self._add(cost + limits.LETTER, width + 1)
        elif written not in "*+?|^$":
            self._add(*self._part(translated))

    def total(self) -> tuple[int, int]:
        """Return steps of making the pattern ready, and places where a character may stand."""
        cost, width = map(sum, zip(*self.open, strict=True))
        return min(cost, _MOST), max(1, min(width, _MOST))

    def _part(self, translated: str) -> tuple[int, int]:
        categories = translated.count("\\p") + translated.count("\\P")
        if categories:
            return self.factor * limits.CATEGORY * categories, _WIDE * categories
        if translated.startswith("["):
            return self.factor * (limits.CLASS + limits.LETTER * len(translated)), 1
        return self.factor * limits.LETTER, 1

    def _add(self, cost: int, width: int) -> None:
        self.last = (cost, width)
        self._grow(cost, width)

    def _grow(self, cost: int, width: int) -> None:
        before = self.open[-1]
        self.open[-1] = (min(before[0] + cost, _MOST), min(before[1] + width, _MOST))

    def _count(self, written: str) -> None:
        if written != "}":
            self.braces += written
            return
        found = _COUNT.match(self.braces)
        self.braces = ""
        if found:
            times = max(int(number[:7]) for number in (found[1] or "1", found[2] or "1")) - 1
            cost, width = self.last
            self._grow(cost * times, width * times)
            self.last = (min(cost * (times + 1), _MOST), min(width * (times + 1), _MOST))
