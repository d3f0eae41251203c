"""Days of the calendar as pages and commands speak of them, and what a draft would do to running cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import calendar_drafts, calendars, deadline_changes
from engine.calendar_drafts import Draft
from engine.calendars import DayChange, DayKind
from engine.deadline_changes import Move
from web.errors import Invalid
from web.holiday_notice import HolidayNotice, read_notice, year_of
from web.packs import active_packs
from web.wording import ZONE

#: Word of a command -> what it makes of a day.
_KINDS: Final = {
    "rest": lambda name: DayKind("rest", name=name),
    "work": lambda name: DayKind("work", name=name),
    "am": lambda name: DayKind("work", "am", name=name),
    "pm": lambda name: DayKind("work", "pm", name=name),
}


#: Deadlines that one request looks at, so that it takes the same time however many are open.
PART: Final = 200


@dataclass(frozen=True)
class Effect:
    """What a draft would move among some open deadlines, those that become late first."""

    moves: tuple[Move, ...]
    #: How many deadlines were looked at, of how many, and behind which one it goes on; empty when that was all.
    examined: int = 0
    of: int = 0
    rest: str = ""

    @property
    def moved(self) -> int:
        return len(self.moves)

    @property
    def late(self) -> int:
        return sum(move.becomes_late for move in self.moves)

    @property
    def customers(self) -> int:
        """Cases whose customers were told another day."""
        return len({move.business_key for move in self.moves if move.tells_customer})


def changes_of(
    connection: Connection, word: str, days: Iterable[date], region: str, name: str
) -> tuple[DayChange, ...]:
    """What a command makes of days; in a year whose notice is not published they stay provisional."""
    draft = calendar_drafts.current(connection)
    shown = calendar_drafts.calendar_of(connection, draft, region) if draft else calendars.current(connection, region)
    kinds = {day: kind_of(word, day, region, name) for day in days}
    return tuple(
        DayChange(region, day, kind and replace(kind, confirmed=shown.kind(day).confirmed))
        for day, kind in kinds.items()
    )


def kind_of(word: str, day: date, region: str, name: str) -> DayKind | None:
    """The day that a command names; `week` is what the day of the week says, `base` a region's own day taken back."""
    if word == "base":
        if not region:
            text = _("只有片区的日子可以恢复成全公司的；全公司的请设为休息或上班。")
            raise Invalid(_("全公司没有可以恢复的上一级。"), text, {"kind": [text]})
        return None
    if word == "week":
        return DayKind("work" if day.weekday() < 5 else "rest")
    return _KINDS[word](name.strip())


def word_of(kind: DayKind | None) -> str | None:
    """The word of a command that makes such a day; None for no day of a region's own."""
    if kind is None:
        return None
    return kind.half or kind.kind


def noon(day: date) -> datetime:
    """The middle of a day in the business zone."""
    return datetime.combine(day, time(12), ZONE)


def check_region(connection: Connection, region: str) -> None:
    """Refuse a region that no active pack knows."""
    known = {key for pack in active_packs(connection) for key in pack.regions}
    if region and region not in known:
        text = _("从列表里选一个片区。")
        raise Invalid(_("没有这个片区。"), text, {"region": [text]})


def notice_of(text: str, year: int | None) -> HolidayNotice:
    """The days of a notice.

    Raises:
        Invalid: The year is not named, or no day was found.
    """
    chosen = year_of(text) or year
    if chosen is None:
        told = _("在通知标题里没有找到年份，请填上年份。")
        raise Invalid(_("不知道是哪一年的通知。"), told, {"year": [told]})
    found = read_notice(text, chosen)
    if not found.days:
        told = _("请贴上通知全文，例如“春节：2月15日至23日放假调休，共9天。2月14日（周六）上班。”")
        raise Invalid(_("没有读出放假或上班的日子。"), told, {"text": [told]})
    return found


def effect(connection: Connection, draft: Draft | None, now: datetime, after: str = "") -> Effect:
    """What the draft would move among the next `PART` open deadlines behind the id `after`; nothing without one."""
    changed = calendar_drafts.changes(connection, draft) if draft else ()
    moving = [change.day for change, before in changed if before is None or _differs(change.kind, before)]
    if draft is None or not moving:
        return Effect(())
    since = min(moving)
    part = deadline_changes.moves_under(
        connection,
        lambda region: calendar_drafts.calendar_of(connection, draft, region),
        now,
        since,
        after=after,
        limit=PART,
    )
    ordered = sorted(part.moves, key=lambda move: (not move.becomes_late, move.after is None, move.after))
    return Effect(tuple(ordered), part.examined, deadline_changes.movable(connection, since), part.rest)


def _differs(kind: DayKind | None, before: DayKind) -> bool:
    """True if the hours of a day change; a name or a confirmation moves nothing."""
    return kind is None or (kind.kind, kind.half) != (before.kind, before.half)
