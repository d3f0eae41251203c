"""The ledger of a deadline: segments in which the clock ran or stood, and the due moment as a pure function of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, Literal

from engine.calendar import Calendar

SegmentKind = Literal["running", "paused", "excluded"]
HUNDRED = Decimal(100)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of time of one kind; the last segment of an open ledger has no end."""

    start: datetime
    end: datetime | None
    #: running; paused: the clock waits for somebody else; excluded: taken out by a person with a reason
    kind: SegmentKind
    cause: str = ""
    actor: str = ""
    #: What keeps the clock standing, as (token or "manual", cause): it runs again when all of them are gone.
    holders: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit: whole or part working days, or clock time; nothing of both means no limit."""

    key: str
    working_days: Decimal | None = None
    clock: timedelta | None = None
    warn_percent: Decimal = Decimal(80)
    #: Id of the deployment whose decision gave the limit, or "manual".
    rule_version: str = ""
    source: str = ""
    #: verified | unverified, shown beside the source
    status: str = ""
    #: Number of the row of the table (from 1; 0 when no table gave it), and the profile under which it was asked.
    row: int = 0
    profile: str = ""

    @property
    def set(self) -> bool:
        """False if neither days nor clock time is given."""
        return self.working_days is not None or self.clock is not None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an explanation; `data` holds the same facts for programs."""

    kind: str
    zh: str
    en: str
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Due:
    """When a deadline ends; `moment` is None while the clock stands."""

    moment: datetime | None
    #: True if a day on the way is not yet confirmed by a published holiday notice.
    provisional: bool
    explanation: tuple[Line, ...]


Segments = tuple[Segment, ...]
#: The holder of a clock that a person stopped.
BY_HAND: Final = "manual"


def opened(now: datetime, actor: str = "") -> Segments:
    """A new ledger whose clock runs from now on."""
    return (Segment(now, None, "running", actor=actor),)


def paused(segments: Segments, holder: str, cause: str, *, now: datetime, actor: str = "") -> Segments:
    """The clock stands from now on because of the holder; a second holder joins the first."""
    last = segments[-1]
    if last.end is not None or holder in dict(last.holders):
        return segments
    return _turned(segments, _standing((*last.holders, (holder, cause)), now, actor))


def resumed(segments: Segments, holder: str, *, now: datetime, actor: str = "") -> Segments:
    """The holder lets go; the clock runs again if it was the last one."""
    last = segments[-1]
    if last.end is not None or holder not in dict(last.holders):
        return segments
    left = tuple(pair for pair in last.holders if pair[0] != holder)
    if left:
        return _turned(segments, _standing(left, now, actor))
    return _turned(segments, Segment(now, None, "running", actor=actor))


def closed(segments: Segments, *, now: datetime) -> Segments:
    """The ledger ends now."""
    last = segments[-1]
    return segments if last.end is not None else (*segments[:-1], replace(last, end=max(now, last.start)))


def is_paused(segments: Segments) -> bool:
    """True if the ledger is open and its clock stands."""
    return segments[-1].end is None and segments[-1].kind != "running"


def due(limit: Limit, segments: Segments, calendar: Calendar) -> Due:
    """The due moment of a limit and how it comes about."""
    moment = at_percent(limit, segments, calendar, HUNDRED)
    start = segments[0].start
    end = moment or max(segment.start for segment in segments)
    provisional = limit.working_days is not None and calendar.provisional(start, end)
    return Due(moment, provisional, tuple(_explain(limit, segments, calendar, moment, provisional)))


def at_percent(limit: Limit, segments: Segments, calendar: Calendar, percent: Decimal) -> datetime | None:
    """The moment (UTC) at which so many percent of the limit are used; None if the clock stands before that."""
    start = _first_run(segments)
    if start is None or not limit.set:
        return None
    left = _times(_budget(limit, start, calendar), percent / HUNDRED)
    for segment in _running(segments):
        if segment.end is None or left <= (span := _span(limit, segment.start, segment.end, calendar)):
            return _advance(limit, segment.start, left, calendar).astimezone(UTC)
        left -= span
    return None


def used_percent(limit: Limit, segments: Segments, calendar: Calendar, now: datetime) -> Decimal:
    """How much of the limit is used, in percent with two places; 0 without a limit."""
    start = _first_run(segments)
    if start is None or not limit.set:
        return Decimal(0)
    spans = (
        _span(limit, run.start, min(run.end or now, now), calendar) for run in _running(segments) if run.start < now
    )
    budget = max(_budget(limit, start, calendar), MICROSECOND)
    used = Decimal(sum(spans, timedelta()) // MICROSECOND) / Decimal(budget // MICROSECOND)
    return (used * HUNDRED).quantize(Decimal("0.01"))


def stood(segments: Segments, now: datetime) -> timedelta:
    """Clock time for which the ledger stood up to now, the difference between gross and utility time."""
    spans = ((segment.end or now) - segment.start for segment in segments if segment.kind != "running")
    return sum(spans, timedelta())


def _standing(holders: tuple[tuple[str, str], ...], now: datetime, actor: str) -> Segment:
    """A stretch in which the clock stands: taken out by hand as long as a hand is among what keeps it standing."""
    kind: SegmentKind = "excluded" if BY_HAND in dict(holders) else "paused"
    causes = dict.fromkeys(cause for _, cause in holders if cause)
    return Segment(now, None, kind, "、".join(causes), actor, holders)


def _turned(segments: Segments, following: Segment) -> Segments:
    """The ledger with its last segment ended where the following begins; segments without length disappear."""
    last = segments[-1]
    moment = max(following.start, last.start)
    kept = segments[:-1] if moment == last.start else (*segments[:-1], replace(last, end=moment))
    return (*kept, replace(following, start=moment))


def _running(segments: Sequence[Segment]) -> Iterator[Segment]:
    return (segment for segment in segments if segment.kind == "running")


def _first_run(segments: Sequence[Segment]) -> datetime | None:
    return next((segment.start for segment in _running(segments)), None)


def _budget(limit: Limit, start: datetime, calendar: Calendar) -> timedelta:
    """Time the limit allows: clock time, or the office time up to the closing of its last day."""
    if limit.clock is not None:
        return limit.clock
    return calendar.office_time(start, calendar.add_working_days(start, limit.working_days or Decimal(0)))


def _span(limit: Limit, start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    return end - start if limit.clock is not None else calendar.office_time(start, end)


def _advance(limit: Limit, start: datetime, amount: timedelta, calendar: Calendar) -> datetime:
    return start + amount if limit.clock is not None else calendar.add_office_time(start, amount)


def _times(span: timedelta, factor: Decimal) -> timedelta:
    return timedelta(microseconds=int((Decimal(span // MICROSECOND) * factor).to_integral_value()))


def _explain(
    limit: Limit, segments: Segments, calendar: Calendar, moment: datetime | None, provisional: bool
) -> Iterator[Line]:
    start = segments[0].start
    yield Line("start", f"{_when(start, calendar)} 起算", f"starts {_when(start, calendar)}", {"at": start.isoformat()})
    yield _rule_line(limit)
    end = moment or start
    if limit.working_days is not None:
        for day, kind in calendar.exceptions(start, end):
            yield _day_line(day.isoformat(), kind.kind, kind.half, kind.name)
    for segment in segments:
        if segment.kind != "running":
            yield _pause_line(segment, calendar)
    if limit.working_days is not None:
        version = calendar.version
        yield Line("calendar", f"日历版本 {version}", f"calendar version {version}", {"version": version})
    if provisional:
        yield Line(
            "provisional", "暂定：途中有日期尚无放假通知", "provisional: no holiday notice yet for a day on the way"
        )
    if moment is not None:
        yield Line(
            "due", f"{_when(moment, calendar)} 到期", f"due {_when(moment, calendar)}", {"at": moment.isoformat()}
        )


def _rule_line(limit: Limit) -> Line:
    data: dict[str, object]
    if limit.clock is not None:
        minutes = int(limit.clock.total_seconds() // 60)
        zh, en = f"限 {minutes} 分钟（自然时间）", f"limit {minutes} minutes of clock time"
    else:
        days = "day" if limit.working_days == 1 else "days"
        zh, en = f"限 {limit.working_days} 个工作日", f"limit {limit.working_days} working {days}"
    mark_zh, mark_en = ("（未核实）", " (unverified)") if limit.status == "unverified" else ("", "")
    source = limit.source or limit.key
    data = {"key": limit.key, "source": limit.source, "version": limit.rule_version, "status": limit.status}
    data |= {"row": limit.row, "profile": limit.profile}
    return Line("rule", f"{zh}，依据：{source}{mark_zh}", f"{en}, source: {source}{mark_en}", data)


def _day_line(day: str, kind: str, half: str, name: str) -> Line:
    words = {
        ("rest", ""): ("不上班", "day off"),
        ("work", ""): ("上班", "worked"),
        ("work", "am"): ("只上上午", "morning only"),
        ("work", "pm"): ("只上下午", "afternoon only"),
    }
    zh, en = words[kind, half if kind == "work" else ""]
    label_zh, label_en = (f"（{name}）", f" ({name})") if name else ("", "")
    return Line(
        "day", f"{day} {zh}{label_zh}", f"{day} {en}{label_en}", {"day": day, "kind": kind, "half": half, "name": name}
    )


def _pause_line(segment: Segment, calendar: Calendar) -> Line:
    zh_kind, en_kind = ("暂停", "paused") if segment.kind == "paused" else ("不计时", "excluded")
    since, until = _when(segment.start, calendar), _when(segment.end, calendar) if segment.end else ""
    cause = segment.cause or segment.actor
    zh = f"{zh_kind} {since} 至 {until or '现在'}：{cause}"
    en = f"{en_kind} {since} until {until or 'now'}: {cause}"
    end = segment.end.isoformat() if segment.end else None
    return Line(segment.kind, zh, en, {"from": segment.start.isoformat(), "to": end, "cause": segment.cause})


def _when(moment: datetime, calendar: Calendar) -> str:
    return calendar.local(moment).strftime("%Y-%m-%d %H:%M")
