"""The page of the calendar: a year of days with what the draft changes, and what that would do."""

from __future__ import annotations

import calendar as months
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import calendar_drafts, calendars, deadline_changes, queries
from engine.calendar_drafts import Draft
from engine.calendars import Calendar, DayChange, DayKind, Version
from engine.deadline_changes import Move
from web import almanac
from web.auth.person import Person
from web.calendar_days import word_of
from web.errors import Missing
from web.packs import active_packs, pack_of, region_title
from web.people import names
from web.wording import day_text, days_text, lasting, local, month_text, weekday

#: Years before and after the present one that can be chosen.
_BACK, _AHEAD = 1, 3
#: Moves shown beside the year.
EXAMPLES: Final = 4
#: What a draft changes, each day with what is in force.
Changed = tuple[tuple[DayChange, DayKind | None], ...]
Days = Mapping[tuple[str, date], DayKind]


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the year."""

    day: date
    #: work, rest, am or pm, as it would be with the draft.
    kind: str
    #: 休, 班, 上午 or 下午 written in the day; empty on a plain day.
    mark: str
    #: holiday, makeup, weekend, half or plain
    look: str
    changed: bool
    #: Why the day is as it is, for readers of the screen and the pointer.
    title: str


@dataclass(frozen=True, slots=True)
class Month:
    number: int
    name: str
    workdays: int
    #: Monday first; None outside the month.
    weeks: tuple[tuple[Cell | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One line of what the draft changes."""

    day: str
    region: str
    before: str
    after: str
    after_kind: str
    basis: str


@dataclass(frozen=True, slots=True)
class Year:
    year: int
    confirmed: bool
    current: bool


@dataclass(frozen=True)
class CalendarPage:
    """Everything the page of one year and region shows."""

    year: int
    region: str
    regions: Mapping[str, str]
    years: tuple[Year, ...]
    months: tuple[Month, ...]
    version: Version
    versions: tuple[Version, ...]
    draft: Draft | None
    changes: tuple[Change, ...]
    #: Days that the draft only confirms: too many to be told one by one.
    confirms: tuple[tuple[int, int], ...]
    #: Days of the region that differ from the country's.
    own: tuple[Change, ...]
    special: tuple[Cell, ...]
    provisional: bool
    #: The first guessed day whose notice should be loaded by now.
    alarm: date | None
    #: (open deadlines that have followed, all that had to); None when nothing is under way.
    progress: tuple[int, int] | None
    people: Mapping[str, str]
    may_change: bool
    may_switch: bool

    @property
    def rev(self) -> int:
        return self.draft.rev if self.draft else 0

    @property
    def next_number(self) -> int:
        return self.versions[0].number + 1


def calendar_page(connection: Connection, who: Person, year: int | None, region: str, now: datetime) -> CalendarPage:
    """The page for a year (this one if none is given) and a region ("" for the whole company)."""
    versions = calendars.versions(connection)
    active = _in_force(versions)
    draft, regions, chosen = calendar_drafts.current(connection), _regions(connection), year or local(now).year
    place = region if region in regions else ""
    shown = calendar_drafts.calendar_of(connection, draft, place) if draft else calendars.current(connection, place)
    changed = calendar_drafts.changes(connection, draft) if draft else ()
    by_month = _months(shown, chosen, {change.day for change, _before in changed if change.region in ("", place)})
    return CalendarPage(
        year=chosen,
        region=place,
        regions=regions,
        years=_years(shown, chosen, local(now).year),
        months=by_month,
        version=active,
        versions=versions,
        own=_own(calendars.days_of_version(connection, active.version), place, chosen, regions),
        special=tuple(cell for month in by_month for week in month.weeks for cell in week if cell and cell.mark),
        provisional=not _confirmed(shown, chosen),
        alarm=almanac.guessed_from(connection, now),
        progress=_progress(connection, active),
        people=names(connection, _people(draft, versions)),
        **_review(draft, changed, regions, who),
    )


def _in_force(versions: Sequence[Version]) -> Version:
    found = next((version for version in versions if version.state == "active"), None)
    if found is None:
        raise Missing(_("还没有日历。"), _("启动一次 `yekuo run` 或 `yekuo clock` 就会装入已公布的放假通知。"))
    return found


def _review(draft: Draft | None, changed: Changed, regions: Mapping[str, str], who: Person) -> dict[str, Any]:
    """What the draft changes, and what the reader may do with it."""
    return {
        "draft": draft,
        "changes": tuple(_told(change, before, regions) for change, before in changed if _moves(change, before)),
        "confirms": _confirms(changed),
        "may_change": draft is None or draft.state == "editing",
        "may_switch": draft is not None and draft.state == "submitted" and who.id not in draft.authors,
    }


def _regions(connection: Connection) -> dict[str, str]:
    packs = active_packs(connection)
    return {key: region_title(packs, key) for pack in packs for key in pack.regions}


def _people(draft: Draft | None, versions: tuple[Version, ...]) -> list[str]:
    drafted = [*draft.authors] if draft else []
    return [*drafted, *(name for version in versions for name in (version.created_by, version.activated_by))]


def _years(shown: Calendar, chosen: int, present: int) -> tuple[Year, ...]:
    listed = sorted({chosen, *range(present - _BACK, present + _AHEAD + 1)})
    return tuple(Year(year, _confirmed(shown, year), year == chosen) for year in listed)


def _confirmed(shown: Calendar, year: int) -> bool:
    return all(shown.kind(date(year, month, 1)).confirmed for month in range(1, 13))


def _months(shown: Calendar, year: int, changed: set[date]) -> tuple[Month, ...]:
    return tuple(_month(shown, year, number, changed) for number in range(1, 13))


def _month(shown: Calendar, year: int, number: int, changed: set[date]) -> Month:
    weeks = tuple(
        tuple(_cell(shown, day, day in changed) if day.month == number else None for day in week)
        for week in months.Calendar().monthdatescalendar(year, number)
    )
    days = [cell.day for week in weeks for cell in week if cell]
    return Month(number, month_text(number), sum(shown.is_workday(day) for day in days), weeks)


def _cell(shown: Calendar, day: date, changed: bool) -> Cell:
    kind = shown.kind(day)
    weekend = day.weekday() > 4
    word = word_of(kind) or "work"
    look = {"am": "half", "pm": "half"}.get(word) or _look(word, weekend, kind.name)
    mark = {"holiday": _("休"), "makeup": _("班"), "half": _("上午") if word == "am" else _("下午")}.get(look, "")
    said = (day.isoformat(), weekday(day), kind_text(word), kind.name, "" if kind.confirmed else _("暂定"))
    return Cell(day, word, mark, look, changed, " ".join(part for part in said if part))


def _look(word: str, weekend: bool, name: str) -> str:
    if word == "rest":
        return "holiday" if not weekend or name else "weekend"
    return "makeup" if weekend else "plain"


def kind_text(word: str | None) -> str:
    """休息, 上班, 上午上班, 下午上班; nothing for a region's day that is not its own."""
    words = {"rest": _("休息"), "work": _("上班"), "am": _("只上上午"), "pm": _("只上下午")}
    return words.get(word or "", _("同全公司"))


def _moves(change: DayChange, before: DayKind | None) -> bool:
    """True for a change that people look at: another kind of day or another name, not only a confirmation."""
    kind = change.kind
    if kind is None or before is None:
        return True
    return (kind.kind, kind.half) != (before.kind, before.half) or (kind.name != before.name and not kind.confirmed)


def _told(change: DayChange, before: DayKind | None, regions: Mapping[str, str]) -> Change:
    word = word_of(change.kind)
    basis = change.kind.name if change.kind else ""
    day = f"{change.day:%Y-%m-%d} {weekday(change.day)}"
    old = kind_text(word_of(before)) if before else kind_text(None)
    return Change(day, regions.get(change.region, ""), old, kind_text(word), word or "", basis)


def _confirms(changed: Changed) -> tuple[tuple[int, int], ...]:
    """Year and number of days that the draft confirms."""
    counts: dict[int, int] = {}
    for change, before in changed:
        if change.kind and change.kind.confirmed and before and not before.confirmed:
            counts[change.day.year] = counts.get(change.day.year, 0) + 1
    return tuple(sorted(counts.items()))


def _own(days: Days, region: str, year: int, regions: Mapping[str, str]) -> tuple[Change, ...]:
    """Where the region puts its own days over the country's, each with what the country says."""
    mine = sorted(day for place, day in days if region and place == region and day.year == year)
    return tuple(_told(DayChange(region, day, days[region, day]), days.get(("", day)), regions) for day in mine)


def _progress(connection: Connection, active: Version) -> tuple[int, int] | None:
    left = deadline_changes.left_behind(connection)
    return None if left is None or active.behind is None else (max(active.behind - left, 0), active.behind)


@dataclass(frozen=True, slots=True)
class Moved:
    """One deadline that the draft moves, in words."""

    case: str
    what: str
    before: str
    after: str
    #: 晚 1 天, 早 1 天
    by: str
    late: bool
    tells: bool


def moved(connection: Connection, move: Move, now: datetime) -> Moved:
    """One move as the page tells it."""
    row = next(iter(queries.instances(connection, business_key=move.business_key)), None)
    stages = dict(pack_of(connection, row.deployment_id).stages) if row else {}
    what = _("全程") if move.subject == "case" else stages.get(move.key) or stages.get(move.stage) or move.key
    before, after = (lasting(partial(day_text, at), now) if at else "—" for at in (move.before, move.after))
    return Moved(
        move.business_key, what, before, after, _shift(move.before, move.after), move.becomes_late, move.tells_customer
    )


def _shift(before: datetime | None, after: datetime | None) -> str:
    if before is None or after is None:
        return ""
    days = (local(after).date() - local(before).date()).days
    if not days:
        hours = days_text(abs((after - before).total_seconds()) / 3600)
        return _("晚 %(n)s 小时", n=hours) if after > before else _("早 %(n)s 小时", n=hours)
    return _("晚 %(n)d 天", n=days) if days > 0 else _("早 %(n)d 天", n=-days)
