"""Cron texts of timer cycles (Quartz order: seconds minutes hours day month weekday [year])."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.spiff.notes import FINDINGS

_MONTHS = {
    name: number
    for number, name in enumerate(
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"], 1
    )
}
_DAYS = {name: number for number, name in enumerate(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"], 1)}
_RANGES = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (1, 7))
#: Eight years hold every leap day, so a text without any hit in them never fires.
_HORIZON = timedelta(days=366 * 8)


def next_after(text: str, moment: datetime) -> datetime:
    """Return the first time after `moment` (in its own zone) that fits; raise `ValueError` if none ever does."""
    fields = text.upper().split()
    if len(fields) not in (6, 7):
        raise FINDINGS.doubt("no_cron", text=text)
    sets = [_field(part, index) for index, part in enumerate(fields[:6])]
    years = _numbers(fields[6], 1970, 2199, {}) if len(fields) == 7 else None
    day = (moment + timedelta(seconds=1)).replace(microsecond=0)
    while day - moment < _HORIZON:
        if _day_fits(day, sets, years):
            found = _time_on(day, sets)
            if found is not None:
                return found
        day = (day + timedelta(days=1)).replace(hour=0, minute=0, second=0)
    raise FINDINGS.doubt("cron_never", text=text)


def _day_fits(day: datetime, sets: list[frozenset[int]], years: frozenset[int] | None) -> bool:
    weekday = day.isoweekday() % 7 + 1
    return day.day in sets[3] and day.month in sets[4] and weekday in sets[5] and (years is None or day.year in years)


def _time_on(day: datetime, sets: list[frozenset[int]]) -> datetime | None:
    start = (day.hour, day.minute, day.second)
    for hour in sorted(sets[2]):
        for minute in sorted(sets[1]) if hour >= start[0] else ():
            for second in sorted(sets[0]) if (hour, minute) >= start[:2] else ():
                if (hour, minute, second) >= start:
                    return day.replace(hour=hour, minute=minute, second=second)
    return None


def _field(part: str, index: int) -> frozenset[int]:
    low, high = _RANGES[index]
    return _numbers(part, low, high, {4: _MONTHS, 5: _DAYS}.get(index, {}))


def _numbers(part: str, low: int, high: int, words: dict[str, int]) -> frozenset[int]:
    found: set[int] = set()
    for item in part.split(","):
        span, _, step = item.partition("/")
        first, last = _bounds(span, low, high, words)
        if step and "-" not in span:
            last = high
        if (step and not step.isdigit()) or not low <= first <= last <= high or step == "0":
            raise FINDINGS.doubt("cron_field", text=part)
        found.update(range(first, last + 1, int(step or 1)))
    return frozenset(found)


def _bounds(span: str, low: int, high: int, words: dict[str, int]) -> tuple[int, int]:
    if span in ("*", "?"):
        return low, high
    first, _, last = span.partition("-")
    try:
        start = words.get(first) or int(first)
        return start, (words.get(last) or int(last)) if last else start
    except ValueError:
        raise FINDINGS.doubt("cron_field", text=span) from None
