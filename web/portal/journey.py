"""How far one application is: stages with dates, who works on it, what is asked, when it will be finished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import Connection

from bpmn.connection import case_of
from engine import queries
from engine.calendars import Calendar
from engine.calendars import current as calendar_of
from engine.deadlines import Deadline
from web import prediction, standing, timing
from web.packs import Pack, pack_of, role_title
from web.people import names
from web.portal import stages
from web.portal.asks import Ask, open_asks
from web.wording import Timing, days_text, local, moment_text


@dataclass(frozen=True)
class Stage:
    """One stage as the customer sees it; state is a key of the status vocabulary or `future`."""

    key: str
    title: str
    state: str
    #: Right of the title: when it was or will be finished.
    when: str = ""
    #: Below it: used and promised days, who works, what does not count.
    text: str = ""
    current: bool = False


@dataclass(frozen=True)
class Journey:
    """Everything the progress page says; nothing in it names the customer."""

    number: str
    public_number: str
    instance_id: str
    title: str
    headline: str
    running: bool
    stages: tuple[Stage, ...]
    asks: tuple[Ask, ...]
    #: Steps open now: (step, who).
    now_doing: tuple[tuple[str, str], ...]
    manager: str
    manager_role: str
    timing: Timing | None
    steps: tuple[prediction.Step, ...]

    @property
    def finish(self) -> datetime | None:
        """The predicted end of the last stage."""
        return self.steps[-1].at if self.steps and self.running else None

    @property
    def to_do(self) -> tuple[Ask, ...]:
        return tuple(ask for ask in self.asks if not ask.quiet)

    @property
    def quiet(self) -> tuple[Ask, ...]:
        return tuple(ask for ask in self.asks if ask.quiet)


def journey(connection: Connection, instance: queries.Instance, now: datetime) -> Journey:
    """The journey of a case by its entry instance."""
    deadlines = queries.deadlines(connection, instance.id)
    calendar = calendar_of(connection, instance.region)
    own = {d.key: d for d in deadlines if d.subject == "stage" and d.key in stages.STAGES}
    running = instance.state == "running"
    here = prediction.current_stage(connection, instance, deadlines, stages.STAGES) if running else ""
    steps = prediction.of_case(connection, instance, stages.STAGES, now)
    pack = pack_of(connection, instance.deployment_id)
    doing = _doing(connection, instance, pack)
    return Journey(
        number=instance.business_key,
        public_number=_public_number(connection, instance.business_key),
        instance_id=instance.id,
        title=instance.title,
        headline=stages.doing(here) if running else stages.ended(instance.end_event),
        running=running,
        stages=_stages(own, here, running, steps, calendar, now, doing),
        asks=_asks(connection, instance, deadlines, now),
        now_doing=doing,
        manager=_manager(connection, instance, now),
        manager_role=role_title([pack], "CM"),
        timing=timing.of_deadline(own[here], calendar, now) if here in own and own[here].state != "closed" else None,
        steps=steps,
    )


def _public_number(connection: Connection, business_key: str) -> str:
    record = case_of(connection, business_key)
    return record.public_number if record else business_key


def _asks(
    connection: Connection, instance: queries.Instance, deadlines: Sequence[Deadline], now: datetime
) -> tuple[Ask, ...]:
    if instance.state != "running":
        return ()
    variables = queries.variables(connection, instance.id, now=now)
    return open_asks(connection, instance.business_key, variables, deadlines)


def _manager(connection: Connection, instance: queries.Instance, now: datetime) -> str:
    _role, manager_id = standing.lead_of(connection, instance, now)
    return names(connection, [manager_id])[manager_id] if manager_id else ""


def _doing(connection: Connection, instance: queries.Instance, pack: Pack) -> tuple[tuple[str, str], ...]:
    tasks = queries.tasks(connection, business_key=instance.business_key, state="open")
    who = names(connection, [task.assignee for task in tasks if task.assignee])
    return tuple((task.name, _holder(task, who, pack)) for task in tasks)


def _holder(task: queries.Task, who: Mapping[str, str], pack: Pack) -> str:
    if task.assignee:
        return who[task.assignee]
    return role_title([pack], task.candidate_groups[0]) if task.candidate_groups else ""


def _stages(
    own: Mapping[str, Deadline],
    here: str,
    running: bool,
    steps: tuple[prediction.Step, ...],
    calendar: Calendar,
    now: datetime,
    doing: tuple[tuple[str, str], ...],
) -> tuple[Stage, ...]:
    found = []
    at = {step.stage: step.at for step in steps}
    for key in stages.STAGES:
        deadline = own.get(key)
        if running and key == here:
            found.append(_present(key, deadline, calendar, now, doing))
        elif deadline is not None and deadline.closed_at is not None:
            when = _("%(day)s 完成", day=f"{local(deadline.closed_at):%m-%d}")
            found.append(Stage(key, stages.title_of(key), "finished", when, timing.used_text(deadline, calendar, now)))
        else:
            when = _("预计 %(day)s", day=f"{local(at[key]):%m-%d}") if key in at else ""
            found.append(Stage(key, stages.title_of(key), "future", when, stages.whose_time(key)))
    return tuple(found)


def _present(
    key: str, deadline: Deadline | None, calendar: Calendar, now: datetime, doing: tuple[tuple[str, str], ...]
) -> Stage:
    work = _("；").join(_("%(step)s：%(who)s", step=step, who=who) if who else step for step, who in doing)
    if deadline is None:
        return Stage(key, stages.title_of(key), "active", "", work, current=True)
    stands = timing.of_deadline(deadline, calendar, now)
    used = timing.used_text(deadline, calendar, now)
    if stands.status == "overdue" and deadline.due_at is not None:
        moment = moment_text(deadline.due_at, now)
        used = _(
            "比承诺晚 %(days)s 天，原定 %(moment)s", days=days_text(max(stands.days, Decimal("0.1"))), moment=moment
        )
    text = _("。").join(part for part in (used, work) if part)
    return Stage(key, stages.title_of(key), stands.status, "", text, current=True)
