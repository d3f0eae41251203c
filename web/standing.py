"""Where a case stands: stages with used and allowed time, deadlines with their reasons, who is in charge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import Connection, select

from engine import metadata, queries, seals
from engine.calendars import Calendar, current
from engine.damage import known_variables
from engine.deadline_changes import BY_HAND
from engine.deadlines import Deadline, used_percent
from engine.people import keepers_of
from web.asked import deadlines_of, form_of, form_refs, history_of, instances_of
from web.packs import Pack, pack_of
from web.seals import sealer
from web.timing import Rules, Why, due_text, explain, of_deadline, of_tasks, rules_of, used_text, worst
from web.wording import Timing, Told, day_text, full_day, lasting, local, moment_text, span_text

_SEAL: Final = metadata.tables["seal"]
#: Finds a case by its public number: (connection, number, last four digits, opener of seals) -> has `.number`.
Finder = Callable[[Connection, str, str, Callable[[str], str]], Any]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the strip."""

    key: str
    label: str
    #: Key of the status vocabulary.
    state: str
    text: str
    percent: int
    current: bool

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One deadline of a case."""

    id: str
    key: str
    title: str
    subject: str
    timing: Timing
    why: Why
    provisional: bool
    #: open | paused | closed
    state: str
    #: How many limits were given by hand and can be taken back; whether the clock was stopped by hand.
    by_hand: int
    stopped_by_hand: bool
    #: The limit in force and when it ends, in words; its working days, None for clock time.
    in_force: str
    days: Decimal | None


def stages(connection: Connection, business_key: str, now: datetime) -> list[Stage]:
    """The stages of the pack in order, as far as the case has come."""
    instances = list(instances_of(connection, business_key))
    if not instances:
        return []
    pack = pack_of(connection, instances[-1].deployment_id)
    tasks = queries.tasks(connection, business_key=business_key)
    deadlines = [found for row in instances for found in deadlines_of(connection, row.id)]
    running = any(row.state == "running" for row in instances)
    return [_stage(connection, key, label, tasks, deadlines, running, now) for key, label in pack.stages]


def limits(connection: Connection, business_key: str, now: datetime) -> list[LimitRow]:
    """Every deadline of a case, open ones first, each with its explanation."""
    titled: list[tuple[Deadline, str]] = []
    for row in instances_of(connection, business_key):
        pack = pack_of(connection, row.deployment_id)
        names = _names(connection, row.id)
        own = [deadline for deadline in deadlines_of(connection, row.id) if deadline.limit.set]
        titled += [(deadline, _title(pack, deadline, names)) for deadline in own]
    rules = rules_of(connection, {deadline.limit.rule_version for deadline, _title in titled})
    calendars = {region: current(connection, region) for region in {deadline.region for deadline, _title in titled}}
    found = [
        _limit(deadline, title, calendars[deadline.region], rules.get(deadline.limit.rule_version), now)
        for deadline, title in titled
    ]
    return sorted(found, key=lambda row: (row.timing.status == "finished", row.timing.at is None, row.timing.at or now))


def lead_of(connection: Connection, row: queries.Instance, now: datetime) -> tuple[str, str]:
    """Role and id of whoever looks after the case.

    Where the pack names no such role: the last to hold a task of the role that leads the team.
    """
    kept = keepers_of(connection, row.business_key)
    keeper = next((role for role in pack_of(connection, row.deployment_id).words.keepers if role in kept), "")
    if keeper:
        return keeper, kept[keeper]
    team = known_variables(connection, row.id, now=now).get("team")
    role = str(team.get("lead") or "") if isinstance(team, Mapping) else ""
    tasks = queries.tasks(connection, business_key=row.business_key) if role else ()
    held = [task for task in tasks if role in task.candidate_groups and (task.assignee or task.closed_by)]
    last = max(held, key=lambda task: task.claimed_at or task.created_at, default=None)
    return role, last.assignee or last.closed_by if last else ""


def find_public(connection: Connection, finders: Mapping[str, Finder], number: str, last_four: str) -> str | None:
    """The case of a public number, whose tail nobody can guess.

    Only a pack without public numbers of its own is asked by the case number. Digits alone find nothing: they are
    compared with the phones of the one case that the number names.
    """

    def opened(seal_id: str) -> str:
        return seals.reveal(connection, sealer(), [seal_id]).get(seal_id, "")

    for finder in finders.values():
        found = finder(connection, number, last_four, opened)
        if found is not None:
            return str(found.number)
    rows = queries.instances(connection, business_key=number.strip())
    if any(pack_of(connection, row.deployment_id).id in finders for row in rows):
        return None
    phones = select(_SEAL.c.id).where(_SEAL.c.business_key == number.strip(), _SEAL.c.kind == "phone")
    matches = any(opened(seal_id).endswith(last_four) for seal_id in connection.scalars(phones).all())
    return number.strip() if matches else None


def _stage(
    connection: Connection,
    key: str,
    label: str,
    all_tasks: Iterable[queries.Task],
    all_deadlines: Iterable[Deadline],
    running: bool,
    now: datetime,
) -> Stage:
    tasks = [task for task in all_tasks if task.stage == key]
    timings = of_tasks(connection, tasks, now)
    open_timings = [timings[task.id] for task in tasks if task.state == "open"]
    own = [row for row in all_deadlines if row.stage == key and row.subject == "stage" and row.limit.set]
    # Limits of the customer's steps (to supply papers, say) run inside a stage; they are not how the stage stands.
    own = [row for row in own if row.key == key] or own
    live = [row for row in own if row.state != "closed"]
    percent, used = _used(connection, own, now)
    if open_timings or live:
        timings_now = [of_deadline(row, current(connection, row.region), now) for row in live] or open_timings
        return _present(key, label, timings_now, (percent, used), running, now)
    if tasks:
        ended = max((task.closed_at for task in tasks if task.closed_at), default=None)
        text = lasting(lambda seen: _ended(ended, used, seen), now)
        return Stage(key, label, "finished", text, 100, False)
    return Stage(key, label, "on_time", _("未到") if running else "", 0, False)


def _ended(ended: datetime | None, used: str, seen: datetime) -> str:
    day = _("%(day)s 办结", day=day_text(ended, seen)) if ended else ""
    return " · ".join(part for part in (day, used) if part)


def _present(key: str, label: str, timings: list[Timing], used: tuple[int, str], running: bool, now: datetime) -> Stage:
    status = worst(timings)
    first = next(found for found in timings if found.status == status)
    standing = Told(first.words()) if first.status == "paused" else _until(first, now)
    text = Told(*(" · ".join(filter(None, (used[1] or _("办理中"), part))) for part in (standing, standing.paper)))
    return Stage(key, label, "active" if status == "on_time" else status, text, used[0], running)


def _until(timing: Timing, now: datetime) -> Told:
    """Short enough for the strip: the hour only where it is today's, or past."""
    if timing.at is None:
        return Told("")
    ahead = timing.status in ("on_time", "due_soon") and local(timing.at).date() > local(now).date()
    if not ahead:
        return due_text(timing, now)
    return Told(*(_("%(moment)s 到期", moment=day) for day in (f"{local(timing.at):%m-%d}", full_day(timing.at))))


def _used(connection: Connection, own: list[Deadline], now: datetime) -> tuple[int, str]:
    if not own:
        return 0, ""
    deadline = own[-1]
    calendar = current(connection, deadline.region)
    percent = used_percent(deadline.limit, deadline.segments, calendar, deadline.closed_at or now)
    return min(100, int(percent)), used_text(deadline, calendar, now)


def _limit(deadline: Deadline, title: str, calendar: Calendar, rules: Rules | None, now: datetime) -> LimitRow:
    timing = of_deadline(deadline, calendar, now)
    return LimitRow(
        id=deadline.id,
        key=deadline.key,
        title=title,
        subject=deadline.subject,
        timing=timing,
        why=explain(deadline, calendar, title, rules),
        provisional=deadline.provisional,
        state=deadline.state,
        by_hand=len(deadline.prior),
        stopped_by_hand=any(holder == BY_HAND for holder, _cause in deadline.segments[-1].holders),
        in_force=_in_force(deadline, now),
        days=deadline.limit.working_days,
    )


def _in_force(deadline: Deadline, now: datetime) -> str:
    span = span_text(deadline.limit.working_days, deadline.limit.clock)
    if deadline.due_at is None:
        return _("现在限 %(span)s，时钟停着。", span=span)
    return _("现在限 %(span)s，%(moment)s 到期。", span=span, moment=moment_text(deadline.due_at, now))


def _title(pack: Pack, deadline: Deadline, names: dict[str, str]) -> str:
    if deadline.subject == "case":
        return _("全程")
    labels = dict(pack.stages)
    return names.get(deadline.token) or labels.get(deadline.key) or labels.get(deadline.stage) or deadline.key


def _names(connection: Connection, instance_id: str) -> dict[str, str]:
    """Names of elements by the token that entered them."""
    return {entry.token: entry.name for entry in history_of(connection, instance_id) if entry.token and entry.name}


def labels_of(connection: Connection, deployment_id: str, business_key: str) -> dict[str, str]:
    """Labels of form fields by key, from the forms of a case: those of its messages and those of its tasks."""
    pack = pack_of(connection, deployment_id)
    refs = [message.form for message in pack.messages.values() if message.form]
    refs += sorted(form_refs(connection, business_key).values())
    forms = [form_of(connection, deployment_id, ref) for ref in dict.fromkeys(refs)]
    parts = (part for form in forms for top in form.components for part in top.walk())
    labels: dict[str, str] = {}
    for part in parts:
        # The first form that has a field names it: the application comes before the forms of single steps.
        if part.path and part.label:
            labels.setdefault(".".join(part.path), part.label)
    return labels
