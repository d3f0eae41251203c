"""How tasks and deadlines stand now, in the words of the status vocabulary, and why they are due when they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Final

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import Connection, select

from engine import metadata
from engine.calendars import Calendar, current
from engine.deadlines import Deadline, due, from_row, used_percent
from engine.deadlines import Line as Explained
from engine.queries import Pack, Task
from web.packs import pack_of, said
from web.wording import Timing, Told, days_text, lasting, local, moment_text

_DEADLINE: Final = metadata.tables["deadline"]
_DEPLOYMENT: Final = metadata.tables["deployment"]
#: What stands before what in lists of different states.
ORDER: Final = ("incident", "overdue", "due_soon", "on_time", "active", "paused", "finished")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of 怎么算的."""

    text: str
    kind: str = ""
    last: bool = False


@dataclass(frozen=True, slots=True)
class Why:
    """How the due moment of one deadline came about."""

    title: str
    lines: tuple[Line, ...]
    sources: tuple[str, ...]


def worst(timings: Iterable[Timing]) -> str:
    """The most urgent status of several."""
    return min((timing.status for timing in timings), key=ORDER.index, default="on_time")


def of_tasks(connection: Connection, tasks: Iterable[Task], now: datetime) -> Mapping[str, Timing]:
    """Timing by task id; two statements whatever the number of tasks."""
    listed = list(tasks)
    rows = select(_DEADLINE).where(_DEADLINE.c.task_id.in_([task.id for task in listed]))
    deadlines = {row.task_id: from_row(row) for row in connection.execute(rows)}
    calendars = {region: current(connection, region) for region in {task.region for task in listed}}
    return {task.id: _of_task(task, deadlines.get(task.id), calendars[task.region], now) for task in listed}


def of_deadline(deadline: Deadline, calendar: Calendar, now: datetime) -> Timing:
    """Timing of one deadline."""
    if deadline.state == "closed":
        late = _late_days(deadline.due_at, deadline.closed_at or now, calendar)
        return Timing("finished", deadline.closed_at, days=late)
    if deadline.state == "paused":
        segment = deadline.segments[-1]
        waited = max(calendar.working_days(segment.start, now), Decimal(0))
        return Timing("paused", None, days=_tenth(waited), cause=cause_text(segment.cause))
    used = used_percent(deadline.limit, deadline.segments, calendar, now)
    return _running(deadline.due_at, calendar, now, used >= deadline.limit.warn_percent, deadline.provisional)


def cause_text(names: str) -> str:
    """For what the clock waits, in one phrase: of several ways on, the first is the usual one."""
    first = names.split("、")[0]
    if not first or first.startswith("等"):
        return first or _("已暂停")
    return _("等%(what)s", what=first)


@dataclass(frozen=True, slots=True)
class Rules:
    """The version whose table gave a limit, and what its pack calls profiles and documents."""

    version: int
    words: Pack


def rules_of(connection: Connection, deployments: Iterable[str]) -> dict[str, Rules]:
    """The versions whose tables gave limits, by deployment."""
    rows = select(_DEPLOYMENT.c.id, _DEPLOYMENT.c.version).where(_DEPLOYMENT.c.id.in_(set(deployments)))
    return {row.id: Rules(row.version, pack_of(connection, row.id).words) for row in connection.execute(rows)}


def explain(deadline: Deadline, calendar: Calendar, title: str, rules: Rules | None = None) -> Why:
    """The explanation of a deadline, ready to be shown; `rules` are those that gave the limit."""
    english = str(get_locale() or "zh").startswith("en")
    found = due(deadline.limit, deadline.segments, calendar).explanation
    texts = [(line.kind, _own_text(line, rules) or (line.en if english else line.zh)) for line in found]
    lines = tuple(Line(text, kind, last=kind == "due") for kind, text in texts if kind not in _SOURCES)
    return Why(title, lines, (*_rule_source(deadline, rules), *(text for kind, text in texts if kind in _SOURCES)))


def _rule_source(deadline: Deadline, rules: Rules | None) -> tuple[str, ...]:
    """规则：时限表 v6 第 14 行 · 企业承诺."""
    limit = deadline.limit
    if rules is None or not limit.row:
        return (_("时限由人改过"),) if deadline.prior else ()
    rule = _("规则：时限表 v%(version)d 第 %(row)d 行", version=rules.version, row=limit.row)
    profile = rules.words.profiles.get(limit.profile)
    name = said(profile.zh, profile.en) if profile else limit.profile
    return (f"{rule} · {name}" if name else rule,)


def _own_text(line: Explained, rules: Rules | None) -> str:
    """What a line says here in other words than in the engine; empty for the engine's own."""
    if line.kind == "rule" and rules is not None:
        source = str(line.data.get("source") or "")
        document = document_text(source, rules.words)
        english = str(get_locale() or "zh").startswith("en")
        return (line.en if english else line.zh).replace(source, document) if document else ""
    return _calendar_text(line.data)


#: `P1 §2.1(3)`: a document, a section, and its paragraph.
_CITED: Final = re.compile(r"(\w+) §([\d.]+)(?:\((\d+)\))?")


def document_text(source: str, words: Pack) -> str:
    """《…》第 2.1 节(3) for what a table cites as `P1 §2.1(3)`; empty for plain words."""
    cited = _CITED.fullmatch(source)
    document = words.sources.get(cited.group(1)) if cited else None
    if cited is None or document is None:
        return ""
    paragraph = f"({cited.group(3)})" if cited.group(3) else ""
    return (
        _("%(document)s第 %(section)s 节", document=said(document.zh, document.en), section=cited.group(2)) + paragraph
    )


def _calendar_text(data: Mapping[str, object]) -> str:
    """The name of the calendar that comes with the software; others say their version themselves."""
    version = str(data.get("version") or "")
    if version == "built-in":
        return _("内置日历（国务院公布）")
    number, dash, _checksum = version.partition("-")
    return _("日历第 %(n)s 版", n=number) if dash and number.isdigit() else ""


#: Lines that say where a rule comes from stand below the days.
_SOURCES: Final = frozenset({"calendar"})


def used_text(deadline: Deadline, calendar: Calendar, now: datetime) -> str:
    """用 8 / 10 天."""
    if deadline.limit.working_days is None:
        return ""
    percent = used_percent(deadline.limit, deadline.segments, calendar, deadline.closed_at or now)
    used = deadline.limit.working_days * percent / 100
    return _("用 %(used)s / %(limit)s 天", used=days_text(_tenth(used)), limit=days_text(deadline.limit.working_days))


def due_text(timing: Timing, now: datetime) -> Told:
    """For places that hold only words."""
    if timing.at is None or timing.status == "paused":
        return Told(timing.words())
    return lasting(partial(moment_text, timing.at), now)


def _of_task(task: Task, deadline: Deadline | None, calendar: Calendar, now: datetime) -> Timing:
    if task.state != "open":
        return Timing("finished", task.closed_at, days=_late_days(task.due_at, task.closed_at or now, calendar))
    if deadline is not None and deadline.limit.set:
        return of_deadline(deadline, calendar, now)
    return _running(task.due_at, calendar, now, False, False)


def _running(at: datetime | None, calendar: Calendar, now: datetime, warned: bool, provisional: bool) -> Timing:
    if at is None:
        return Timing("on_time")
    if at < now:
        return Timing("overdue", at, days=_tenth(calendar.working_days(at, now)), provisional=provisional)
    today = local(at).date() == local(now).date()
    left = _tenth(calendar.working_days(now, at))
    minutes = int(calendar.office_minutes(now, at))
    return Timing("due_soon" if warned or today else "on_time", at, left, minutes, provisional=provisional)


def _late_days(due_at: datetime | None, ended: datetime, calendar: Calendar) -> Decimal:
    return _tenth(calendar.working_days(due_at, ended)) if due_at and due_at < ended else Decimal(0)


def _tenth(days: Decimal) -> Decimal:
    return days.quantize(Decimal("0.1"))


def explain_task(connection: Connection, task: Task) -> Why | None:
    """Why a task is due when it is; None without a limit."""
    row = connection.execute(select(_DEADLINE).where(_DEADLINE.c.task_id == task.id)).first()
    if row is None:
        return None
    deadline = from_row(row)
    rules = rules_of(connection, [deadline.limit.rule_version]).get(deadline.limit.rule_version)
    calendar = current(connection, deadline.region)
    return explain(deadline, calendar, task.name, rules) if deadline.limit.set else None
