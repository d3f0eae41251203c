"""By when the company has promised to finish an application, and why, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from engine.deadline_changes import BY_HAND
from engine.deadlines import Deadline, Segment
from web.timing import cause_text
from web.wording import local, long_day, working_days


@dataclass(frozen=True, slots=True)
class Promise:
    """One sentence, and the lines that stand behind it."""

    sentence: str
    lines: tuple[str, ...]


def promise_of(deadlines: Sequence[Deadline], now: datetime) -> Promise | None:
    """The promise for the whole application; None when nothing was promised or it is over."""
    found = next((row for row in deadlines if row.subject == "case" and row.state != "closed"), None)
    if found is None or found.limit.working_days is None:
        return None
    return Promise(_sentence(found, now), tuple(_lines(found, now)))


def _sentence(found: Deadline, now: datetime) -> str:
    if found.due_at is None:
        return _("现在不算我们的时间，继续办理时承诺的日子顺延")
    day = long_day(found.due_at, now)
    return (
        _("我们承诺的 %(day)s 已过，正在尽快办理", day=day)
        if found.due_at < now
        else _("我们承诺 %(day)s 前办完", day=day)
    )


def _lines(found: Deadline, now: datetime) -> Iterator[str]:
    days = working_days(found.limit.working_days or 0)
    start = long_day(found.segments[0].start, now)
    yield _("%(start)s 受理，次日起算 %(days)s；周末和节假日不算。", start=start, days=days)
    if found.limit.rule_version == BY_HAND:
        yield _("这个天数由公司按实际情况调整过。")
    yield from (_pause(segment, now) for segment in found.segments if segment.kind != "running")
    if found.provisional and found.due_at is not None:
        yield _("%(year)d 年的放假安排还没有公布，日子可能调整。", year=local(found.due_at).year)


def _pause(segment: Segment, now: datetime) -> str:
    what = _("公司停钟") if segment.kind == "excluded" else cause_text(segment.cause)
    since = long_day(segment.start, now)
    if segment.end is None:
        return _("%(since)s 起%(what)s，时间不算。", since=since, what=what)
    return _("%(since)s 至 %(until)s %(what)s，时间不算。", since=since, until=long_day(segment.end, now), what=what)
