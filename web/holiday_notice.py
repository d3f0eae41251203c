"""The yearly holiday notice as text: the days it makes rest days or working days, and what looks wrong in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from flask_babel import gettext as _

from engine.calendars import DayChange, DayKind

#: A notice has two pages; more is not one.
LONGEST: Final = 20_000
#: A holiday with its make-up days never reached further than this.
MOST_DAYS: Final = 31
DAY: Final = timedelta(days=1)

_YEAR: Final = re.compile(r"(20\d\d)\s*年(?:部分)?节假日")
_NAME: Final = re.compile(r"[一二三四五六七八九十\d]+\s*[、.．]\s*([^：:。，\s]{2,10})\s*[：:]")
_DAY: Final = re.compile(
    r"(?:(?P<year>20\d\d)\s*年)?\s*(?:(?P<month>\d{1,2})\s*月)?\s*(?P<day>\d{1,2})\s*日(?P<more>\s*（[^）]*）|\s*\([^)]*\))?"
)
_VERB: Final = re.compile(r"放假|上班")
_COUNT: Final = re.compile(r"共\s*(\d{1,2})\s*天")
_WEEKDAY: Final = re.compile(r"(?:周|星期)([一二三四五六日天])")
_WEEKDAYS: Final = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Found:
    """One day that the notice names."""

    day: date
    #: rest | work
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class HolidayNotice:
    """What a text says; `doubts` are sentences for whoever compares it with the original."""

    year: int
    days: tuple[Found, ...]
    doubts: tuple[str, ...]

    def changes(self, region: str = "") -> tuple[DayChange, ...]:
        """Every day of the year as confirmed, weeks as usual where the notice says nothing."""
        named = {found.day: DayKind("rest" if found.kind == "rest" else "work", name=found.name) for found in self.days}
        start = date(self.year, 1, 1)
        whole = (start + DAY * n for n in range((date(self.year + 1, 1, 1) - start).days))
        usual = {day: DayKind("work" if day.weekday() < 5 else "rest") for day in whole}
        return tuple(DayChange(region, day, kind) for day, kind in sorted({**usual, **named}.items()))


def year_of(text: str) -> int | None:
    """The year that the title of a notice names."""
    found = _YEAR.search(text)
    return int(found.group(1)) if found else None


def read_notice(text: str, year: int) -> HolidayNotice:
    """The days that a notice for a year names."""
    days: dict[date, Found] = {}
    doubts: list[str] = []
    name = ""
    for line in re.split(r"[\n]", text[:LONGEST]):
        named = _NAME.search(line)
        name = named.group(1) if named else name
        for found in _line(line, year, name, doubts):
            other = days.setdefault(found.day, found)
            if other.kind != found.kind:
                doubts.append(_("%(day)s 既写放假又写上班。", day=found.day.isoformat()))
    return HolidayNotice(year, tuple(days[day] for day in sorted(days)), tuple(dict.fromkeys(doubts)))


def _line(line: str, year: int, name: str, doubts: list[str]) -> Iterator[Found]:
    """Days before a verb belong to it: 2 月 15 日至 23 日放假，2 月 14 日、2 月 28 日上班."""
    start = 0
    for verb in _VERB.finditer(line):
        part, start = line[start : verb.start()], verb.end()
        days = list(_days(part, year, doubts))
        rests = verb.group() == "放假"
        if rests:
            _check_count(line[verb.end() :], days, name, doubts)
        label = _holiday(name) if rests else f"{_holiday(name)}调休上班"
        yield from (Found(day, "rest" if rests else "work", label if name else "") for day in days)


def _holiday(name: str) -> str:
    return name.removesuffix("节") if name in ("清明节", "端午节", "中秋节") else name


def _check_count(rest: str, days: list[date], name: str, doubts: list[str]) -> None:
    """放假…，共 N 天: the number is compared with the days that were read."""
    told = _COUNT.search(rest.split("。")[0])
    if told and int(told.group(1)) != len(days):
        doubts.append(_("%(name)s：通知写共 %(told)s 天，读出 %(n)d 天。", name=name, told=told.group(1), n=len(days)))


def _days(text: str, year: int, doubts: list[str]) -> Iterator[date]:
    month: int | None = None
    last: tuple[date, int] | None = None
    for found in _DAY.finditer(text):
        month = int(found["month"]) if found["month"] else month
        if month is None:
            continue
        day = _date(int(found["year"] or year), month, int(found["day"]), doubts)
        if day is None:
            continue
        _check_weekday(day, found["more"] or "", doubts)
        if last is not None and "至" in text[last[1] : found.start()]:
            yield from _until(last[0], day, doubts)
        else:
            yield day
        last = day, found.end()


def _until(first: date, last: date, doubts: list[str]) -> Iterator[date]:
    """The days after the first up to the last; a range that runs backwards or for ever is no range."""
    if not first < last <= first + DAY * MOST_DAYS:
        doubts.append(_("从 %(first)s 至 %(last)s 读不通。", first=first.isoformat(), last=last.isoformat()))
        yield last
        return
    yield from (first + DAY * n for n in range(1, (last - first).days + 1))


def _date(year: int, month: int, day: int, doubts: list[str]) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        doubts.append(_("没有 %(year)d 年 %(month)d 月 %(day)d 日这一天。", year=year, month=month, day=day))
        return None


def _check_weekday(day: date, more: str, doubts: list[str]) -> None:
    told = _WEEKDAY.search(more)
    if told and _WEEKDAYS.index(told.group(1).replace("天", "日")) != day.weekday():
        real = _WEEKDAYS[day.weekday()]
        doubts.append(_("%(day)s 是周%(real)s，通知写周%(told)s。", day=day.isoformat(), real=real, told=told.group(1)))
