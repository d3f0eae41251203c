"""How moments, spans and figures are said on a page: one way, in Chinese and in English."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from flask_babel import get_locale, gettext, ngettext
from markupsafe import Markup, escape

ZONE = ZoneInfo("Asia/Shanghai")


def local(moment: datetime) -> datetime:
    """The wall clock of the supply company."""
    return moment.astimezone(ZONE)


def weekday(day: date) -> str:
    """周一 … 周日."""
    names = (
        gettext("周一"), gettext("周二"), gettext("周三"), gettext("周四"),
        gettext("周五"), gettext("周六"), gettext("周日"),
    )  # fmt: skip
    return names[day.weekday()]


def month_text(number: int) -> str:
    """1 月; January."""
    if str(get_locale() or "zh").startswith("en"):
        return month_name[number]
    return f"{number} 月"


def clock_text(moment: datetime) -> str:
    """17:30."""
    return f"{local(moment):%H:%M}"


def day_text(moment: datetime | date, now: datetime) -> str:
    """今日, 昨, 11-24 周二 in this year, 2027-01-18 in another."""
    day = local(moment).date() if isinstance(moment, datetime) else moment
    today = local(now).date()
    if day == today:
        return gettext("今日")
    if (today - day).days == 1:
        return gettext("昨")
    if day.year != today.year:
        return day.isoformat()
    return f"{day:%m-%d} {weekday(day)}"


def moment_text(moment: datetime, now: datetime) -> str:
    """今日 17:30, 昨 17:30, 11-24 17:30, 2027-01-18 17:30."""
    day, today = local(moment).date(), local(now).date()
    if 0 <= (today - day).days <= 1:
        return f"{day_text(moment, now)} {clock_text(moment)}"
    pattern = "%m-%d %H:%M" if day.year == today.year else "%Y-%m-%d %H:%M"
    return f"{local(moment):{pattern}}"


class Told(str):
    """A text as the screen tells it; on paper, which is read on another day, another stands in its place."""

    #: With whole dates.
    paper: str

    def __new__(cls, told: str, paper: str = "") -> Told:
        """Of one text both are made."""
        made = super().__new__(cls, told)
        made.paper = paper or told
        return made

    def __html__(self) -> str:
        """Both, of which styles show one: Jinja asks for it."""
        if str(self) == self.paper:
            return str(escape(str(self)))
        both = Markup('<span class="screen-only">{}</span><span class="paper-only">{}</span>')
        return both.format(str(self), self.paper)


#: Seen from here every day is one of another year: texts say its whole date.
_LATER: Final = datetime(9999, 1, 1, tzinfo=UTC)


def lasting(say: Callable[[datetime], str], now: datetime) -> Told:
    """What is said now, and what of it lasts: `say` words a moment as seen from the one it is given."""
    return Told(say(now), say(_LATER))


def full_day(value: datetime | date) -> str:
    """2026-11-28, on paper."""
    return (local(value).date() if isinstance(value, datetime) else value).isoformat()


def full_moment(moment: datetime) -> str:
    """2026-11-28 17:30: what is read on another day, on paper or in a notice."""
    return f"{local(moment):%Y-%m-%d %H:%M}"


def long_day(moment: datetime | date, now: datetime) -> str:
    """12 月 1 日, 1 Dec; with the year when it is another one. For letters and customers."""
    day = local(moment).date() if isinstance(moment, datetime) else moment
    same = day.year == local(now).year
    if str(get_locale() or "zh").startswith("en"):
        return f"{day.day} {_MONTHS[day.month - 1]}" + ("" if same else f" {day.year}")
    return f"{day.month} 月 {day.day} 日" if same else f"{day.year} 年 {day.month} 月 {day.day} 日"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def number_text(value: Decimal | float) -> str:
    """2000, but 12,500: a comma from five digits on, no needless decimals."""
    figure = Decimal(str(value))
    text = f"{figure:,.3f}" if abs(figure) >= 10_000 else f"{figure:.3f}"
    return text.rstrip("0").rstrip(".")


def money_text(value: Decimal | float) -> str:
    """412,000.00."""
    return f"{Decimal(str(value)):,.2f}"


def days_text(value: Decimal | float) -> str:
    """0.6 or 12: working days with at most one decimal."""
    return f"{Decimal(str(value)):.1f}".removesuffix(".0")


def number_of(value: Decimal | float) -> int:
    """What chooses between singular and plural for a span that is said with `days_text`: 1, or anything else."""
    return 1 if days_text(value) == "1" else 2


def working_days(value: Decimal | float) -> str:
    """3 个工作日; 1 working day."""
    return ngettext("%(days)s 个工作日", "%(days)s 个工作日", number_of(value), days=days_text(value))


def span_text(days: Decimal | None, clock_time: timedelta | None) -> str:
    """3 个工作日, or 30 分钟 of clock time."""
    if days is not None:
        return working_days(days)
    minutes = int(clock_time.total_seconds() // 60) if clock_time else 0
    return ngettext("%(minutes)d 分钟", "%(minutes)d 分钟", minutes, minutes=minutes)


def hours_text(hours: Iterable[tuple[time, time]]) -> str:
    """8:30 至 12:00、14:30 至 18:00: when an office is open on a whole working day."""
    ends = ({"from": clock(opens), "to": clock(closes)} for opens, closes in hours)
    return listed(gettext("%(from)s 至 %(to)s", **pair) for pair in ends)


def clock(moment: time) -> str:
    """8:30."""
    return f"{moment.hour}:{moment.minute:02}"


def listed(parts: Iterable[str]) -> str:
    """甲、乙、丙; A, B, C."""
    return gettext("、").join(parts)


def size_text(size: int) -> str:
    """0.8 MB from a tenth of one on, else 312 kB: as the page says while a file is sent."""
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{max(1, round(size / 1000))} kB"


def plain_label(label: str) -> str:
    """The label of a field outside its form, where it does not matter that it may be left empty."""
    return label.replace("（选填）", "").strip()


@dataclass(frozen=True)
class Timing:
    """When something is due and how that stands, ready to be said.

    `days` counts working days: left, late or waited, as `status` says; `minutes` are office minutes left and
    are said in hours when less than one working day is left. `cause` is why the clock stands still.
    """

    status: str
    at: datetime | None = None
    days: Decimal = Decimal(0)
    minutes: int | None = None
    cause: str = ""
    provisional: bool = False

    def words(self) -> str:
        """超 0.6 天, 剩 3 小时, 等客户补件 2 天, 已办结."""
        return _WORDS[self.status](self)

    def sentence(self, now: datetime) -> str:
        """今日 17:30 到期 · 剩 3 小时."""
        if self.at is None or self.status not in ("on_time", "due_soon", "overdue"):
            return self.words()
        at, words = self.at, self.words()
        return lasting(lambda seen: gettext("%(moment)s 到期", moment=moment_text(at, seen)) + " · " + words, now)


def _left(timing: Timing) -> str:
    if timing.at is None and timing.minutes is None and not timing.days:
        return gettext("不限时")
    if timing.minutes is None or timing.days >= 1:
        return ngettext("剩 %(days)s 天", "剩 %(days)s 天", number_of(timing.days), days=days_text(timing.days))
    if timing.minutes < 60:
        return ngettext("剩 %(minutes)d 分钟", "剩 %(minutes)d 分钟", timing.minutes, minutes=timing.minutes)
    hours = timing.minutes // 60
    return ngettext("剩 %(hours)d 小时", "剩 %(hours)d 小时", hours, hours=hours)


def _late(timing: Timing) -> str:
    late = max(timing.days, Decimal("0.1"))
    return ngettext("超 %(days)s 天", "超 %(days)s 天", number_of(late), days=days_text(late))


def _waiting(timing: Timing) -> str:
    cause = timing.cause or gettext("已暂停")
    if not timing.days:
        return cause
    several = number_of(timing.days)
    return ngettext("%(cause)s %(days)s 天", "%(cause)s %(days)s 天", several, cause=cause, days=days_text(timing.days))


def _finished(timing: Timing) -> str:
    if timing.days:
        several = number_of(timing.days)
        return ngettext("已办结，曾超 %(days)s 天", "已办结，曾超 %(days)s 天", several, days=days_text(timing.days))
    return gettext("已办结")


_WORDS = {
    "on_time": _left,
    "active": _left,
    "due_soon": _left,
    "overdue": _late,
    "paused": _waiting,
    "finished": _finished,
    "incident": lambda timing: timing.cause or gettext("异常"),
}
