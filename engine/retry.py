"""When a failed job is tried again."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

FIRST: Final = timedelta(seconds=1)
CAP: Final = timedelta(minutes=15)
ATTEMPTS: Final = 8
#: Part of a delay by which keys differ, so that jobs that failed together do not come back together.
JITTER: Final = 0.2

_CYCLE: Final = re.compile(r"R(?P<count>\d+)/P(?:(?P<d>\d+)D)?(?:T(?:(?P<h>\d+)H)?(?:(?P<m>\d+)M)?(?:(?P<s>\d+)S)?)?")


@dataclass(frozen=True)
class Retries:
    """How often a job is attempted, and how far apart."""

    attempts: int = ATTEMPTS
    #: A fixed pause; None for one that doubles.
    interval: timedelta | None = None

    def delay(self, attempt: int, key: str) -> timedelta:
        """The pause after the given attempt (from 1), always the same for the same key."""
        pause = self.interval if self.interval is not None else min(FIRST * 2 ** (attempt - 1), CAP)
        spread = int.from_bytes(hashlib.sha256(f"{key}#{attempt}".encode()).digest()[:4], "big") / 0xFFFFFFFF
        return min(pause * (1 - JITTER + 2 * JITTER * spread), max(CAP, pause))


def parse_retries(text: str | None) -> Retries:
    """The meaning of `camunda:failedJobRetryTimeCycle` such as R5/PT5M; the default without one.

    Raises ValueError for any other text.
    """
    if not text:
        return Retries()
    match = _CYCLE.fullmatch(text.strip())
    if match is None or int(match["count"]) < 1:
        raise ValueError(f"{text!r} is no cycle of retries. Write for example R5/PT5M.")
    parts = {name: int(match[name] or 0) for name in "dhms"}
    pause = timedelta(days=parts["d"], hours=parts["h"], minutes=parts["m"], seconds=parts["s"])
    return Retries(int(match["count"]), pause)
