"""What happened in a case, narrowed by kind, words and days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection

from web import events
from web.events import Event
from web.wording import local

#: What the choice says -> kinds of entries.
KINDS: Final[Mapping[str, frozenset[str]]] = {
    "people": frozenset({"started", "claimed", "released", "assigned", "completed", "cancelled", "ended"}),
    "outside": frozenset({"message_taken"}),
    "rules": frozenset({"decided"}),
    "time": frozenset({"timer_fired", "escalated", "reminded"}),
    "repair": frozenset({"incident", "warned", "variables_changed", "unsealed"}),
}


@dataclass(frozen=True, slots=True)
class RecordFilters:
    """What stands in the address."""

    kind: str = ""
    q: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def any(self) -> bool:
        return bool(self.kind in KINDS or self.q or self.since or self.until)

    def fits(self, event: Event) -> bool:
        """True for an event that was asked for."""
        day = local(event.at).date()
        return (
            event.kind in KINDS.get(self.kind, {event.kind})
            and self.q in f"{event.text} {event.who}"
            and (self.since is None or day >= self.since)
            and (self.until is None or day <= self.until)
        )


def filters_of(words: Mapping[str, str]) -> RecordFilters:
    """Filters from the address; what is no day is left out."""
    text = words.get("q", "").strip()[:100]
    return RecordFilters(words.get("kind", ""), text, _day(words.get("since", "")), _day(words.get("until", "")))


def matching(connection: Connection, business_key: str, filters: RecordFilters) -> tuple[tuple[Event, ...], int]:
    """The events of a case that were asked for, the latest first, and how many there are in all."""
    found = events.of_case(connection, business_key, rules=True)
    return tuple(event for event in found if filters.fits(event)), len(found)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
