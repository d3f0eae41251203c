"""How far one application is: stages with dates, who works on it, what is asked, when it will be finished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Connection, select

from bpmn.connection import case_of
from engine import queries
from engine.calendars import Calendar
from engine.calendars import current as calendar_of
from engine.damage import known_variables
from engine.deadlines import Deadline
from web import charge, prediction, standing, timing
from web.asked import deadlines_of
from web.auth import staffing
from web.auth.models import user
from web.charge import Charge
from web.packs import Pack, pack_of, role_title
from web.people import names
from web.portal import stages
from web.portal.asks import Ask, open_asks
from web.portal.lateness import Late, late
from web.portal.promise import Promise, promise_of
from web.wording import Timing, hours_text, local


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
    title: str
    headline: str
    running: bool
    #: Ended over its papers: false ones, or such as were promised and did not come.
    terminated: bool
    stages: tuple[Stage, ...]
    asks: tuple[Ask, ...]
    #: Steps open now, and with whom.
    now_doing: tuple[Charge, ...]
    #: The stage is past its promise, and why.
    late: Late | None
    #: Empty for readers who may not know names.
    manager: str
    manager_role: str
    #: Staff number and phone of the office of the manager.
    manager_number: str
    manager_phone: str
    #: When the office is open on working days, by the calendar of the region.
    manager_hours: str
    timing: Timing | None
    #: By when the whole application was promised, and why.
    promise: Promise | None
    steps: tuple[prediction.Step, ...]

    @property
    def finish(self) -> datetime | None:
        """The predicted end of the last stage."""
        return self.steps[-1].at if self.steps and self.running else None

    @property
    def to_do(self) -> tuple[Ask, ...]:
        return tuple(ask for ask in self.asks if not ask.anytime)

    @property
    def quiet(self) -> tuple[Ask, ...]:
        return tuple(ask for ask in self.asks if ask.anytime)


@dataclass(frozen=True)
class _Present:
    """The stage that is worked on now; its key is empty when the case has ended."""

    key: str
    deadline: Deadline | None
    timing: Timing | None
    late: Late | None
    doing: tuple[Charge, ...]


def journey(connection: Connection, instance: queries.Instance, now: datetime, *, public: bool = False) -> Journey:
    """The journey of a case by its entry instance; `public` tells of staff only what the pack opens to everybody."""
    deadlines = deadlines_of(connection, instance.id)
    own = {d.key: d for d in deadlines if d.subject == "stage" and d.key in stages.STAGES}
    steps = prediction.of_case(connection, instance, stages.STAGES, now)
    pack = pack_of(connection, instance.deployment_id)
    doing = charge.of_case(connection, instance.business_key, pack, pack.words.public_staff if public else "name")
    here = prediction.current_stage(connection, instance, deadlines, stages.STAGES) if _runs(instance) else ""
    present = _now_at(connection, instance, own.get(here), here, steps, doing, now)
    return Journey(
        number=instance.business_key,
        public_number=_public_number(connection, instance.business_key),
        title=instance.title,
        headline=stages.doing(here) if _runs(instance) else stages.ended(instance.end_event),
        running=_runs(instance),
        terminated=instance.end_event == stages.TERMINATED,
        stages=_stages(own, present, steps, calendar_of(connection, instance.region), now),
        asks=_asks(connection, instance, deadlines, now),
        now_doing=doing,
        late=present.late,
        **_manager(connection, instance, pack, public, now),
        timing=present.timing,
        promise=promise_of(deadlines, now),
        steps=steps,
    )


def _runs(instance: queries.Instance) -> bool:
    return instance.state == "running"


def _now_at(
    connection: Connection,
    instance: queries.Instance,
    deadline: Deadline | None,
    key: str,
    steps: tuple[prediction.Step, ...],
    doing: tuple[Charge, ...],
    now: datetime,
) -> _Present:
    if deadline is None or deadline.state == "closed":
        return _Present(key, deadline, None, None, doing)
    stands = timing.of_deadline(deadline, calendar_of(connection, instance.region), now)
    if stands.status != "overdue" or not steps:
        return _Present(key, deadline, stands, None, doing)
    found = late(connection, instance, key, (stands.days, steps[0].at), doing, now)
    return _Present(key, deadline, stands, found, doing)


def _public_number(connection: Connection, business_key: str) -> str:
    record = case_of(connection, business_key)
    return record.public_number if record else business_key


def _asks(
    connection: Connection, instance: queries.Instance, deadlines: Sequence[Deadline], now: datetime
) -> tuple[Ask, ...]:
    # After the end of a case a process beside it may still ask: a check afterwards, the credit record.
    variables = known_variables(connection, instance.id, now=now) if instance.state == "running" else {}
    return open_asks(connection, instance.business_key, variables, deadlines)


def _manager(
    connection: Connection, instance: queries.Instance, pack: Pack, public: bool, now: datetime
) -> dict[str, str]:
    """Who looks after the customer: name, role, staff number and the phone of the office; nothing for the public."""
    role, manager_id = ("", "") if public else standing.lead_of(connection, instance, now)
    number = select(user.c.number).where(user.c.id == manager_id)
    return {
        "manager": names(connection, [manager_id])[manager_id] if manager_id else "",
        "manager_role": role_title([pack], role) if role else "",
        "manager_number": connection.scalar(number) or "",
        "manager_phone": staffing.office_phone(connection, manager_id),
        "manager_hours": hours_text(calendar_of(connection, instance.region).hours),
    }


def _stages(
    own: Mapping[str, Deadline],
    present: _Present,
    steps: tuple[prediction.Step, ...],
    calendar: Calendar,
    now: datetime,
) -> tuple[Stage, ...]:
    found = []
    at = {step.stage: step.at for step in steps}
    for key in stages.STAGES:
        deadline = own.get(key)
        if key == present.key:
            found.append(_present(present, calendar, now))
        elif deadline is not None and deadline.closed_at is not None:
            when = _("%(day)s 完成", day=f"{local(deadline.closed_at):%m-%d}")
            found.append(Stage(key, stages.title_of(key), "finished", when, timing.used_text(deadline, calendar, now)))
        else:
            when = _("预计 %(day)s", day=f"{local(at[key]):%m-%d}") if key in at else ""
            found.append(Stage(key, stages.title_of(key), "future", when, stages.whose_time(key)))
    return tuple(found)


def _present(present: _Present, calendar: Calendar, now: datetime) -> Stage:
    told = [(one.step, one.who) for one in present.doing]
    work = _("；").join(_("%(step)s：%(who)s", step=step, who=who) if who else step for step, who in told)
    title = stages.title_of(present.key)
    if present.deadline is None:
        return Stage(present.key, title, "active", "", work, current=True)
    used = present.late.sentence(now) if present.late else timing.used_text(present.deadline, calendar, now)
    text = _("。").join(part for part in (used, work) if part)
    state = present.timing.status if present.timing else "active"
    return Stage(present.key, title, state, "", text, current=True)
