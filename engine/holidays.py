"""Days of the Chinese office year: from the published notices as far as they are known, provisional after that."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar

from engine.calendar import Calendar, DayKind

#: Statutory holidays on fixed days (Regulation on Public Holidays as revised in 2024): month, day, name.
FIXED = (
    (1, 1, "元旦"),
    (5, 1, "劳动节"),
    (5, 2, "劳动节"),
    (10, 1, "国庆节"),
    (10, 2, "国庆节"),
    (10, 3, "国庆节"),
)
#: First day of the lunar year, dragon boat and mid-autumn festival; the calendar of the sky is known before the notice.
LUNAR = {
    2027: ((2, 6), (6, 9), (9, 15)),
    2028: ((1, 26), (5, 28), (10, 3)),
    2029: ((2, 13), (6, 16), (9, 22)),
    2030: ((2, 3), (6, 5), (9, 12)),
    2031: ((1, 23), (6, 24), (10, 1)),
    2032: ((2, 11), (6, 12), (9, 19)),
    2033: ((1, 31), (6, 1), (9, 8)),
    2034: ((2, 19), (6, 20), (9, 27)),
    2035: ((2, 8), (6, 10), (9, 16)),
}
#: Chinese names of the holidays in the published data.
NAMES = {holiday.value: str(holiday.chinese) for holiday in chinese_calendar.Holiday}
DAY = timedelta(days=1)


def published(year: int) -> bool:
    """True if the holiday notice of the year is contained in the data."""
    try:
        chinese_calendar.is_workday(date(year, 12, 31))
    except NotImplementedError:
        return False
    return True


def year_days(year: int) -> dict[date, DayKind]:
    """Every day of a year: confirmed with make-up workdays (调休), or provisional with weekends and statutory days."""
    start = date(year, 1, 1)
    dates = [start + DAY * n for n in range((date(year + 1, 1, 1) - start).days)]
    if published(year):
        return {day: _published_day(day) for day in dates}
    names = _statutory(year)
    return {day: _provisional_day(day, names.get(day, "")) for day in dates}


def days_of(first_year: int, last_year: int) -> dict[date, DayKind]:
    """Every day from the first to the last year, both included."""
    return {day: kind for year in range(first_year, last_year + 1) for day, kind in year_days(year).items()}


@lru_cache(maxsize=1)
def built_in() -> Calendar:
    """The calendar that is used as long as none is activated: 2020 to 2035 without regions."""
    return Calendar(days_of(2020, 2035), version="built-in")


def _published_day(day: date) -> DayKind:
    on_holiday, name = chinese_calendar.get_holiday_detail(day)
    if on_holiday:
        return DayKind("rest", name=NAMES.get(name or "", ""))
    return DayKind("work", name=f"{NAMES.get(name, name)}调休上班" if name and day.weekday() > 4 else "")


def _provisional_day(day: date, name: str) -> DayKind:
    return DayKind("rest" if name or day.weekday() > 4 else "work", confirmed=False, name=name)


def _statutory(year: int) -> dict[date, str]:
    found = {date(year, month, day): name for month, day, name in FIXED}
    terms = chinese_calendar.get_solar_terms(date(year, 4, 3), date(year, 4, 6))
    found |= {day: "清明" for day, term in terms if term == "清明"}
    if year in LUNAR:
        spring, dragon, moon = (date(year, *pair) for pair in LUNAR[year])
        found |= {spring + DAY * n: "春节" for n in range(-1, 3)}
        found |= {dragon: "端午", moon: "中秋"}
    return found
