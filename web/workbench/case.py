"""The page of one case: where it stands, who has it, why it is due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import queries
from engine.damage import reason_of
from engine.people import keepers_of
from engine.supervision import orders_of_case
from web import diagram, handover, prediction, standing
from web.api.outside import Offer, offers
from web.asked import instances_of
from web.auth import masks, staffing, users
from web.auth.person import Person
from web.diagram import Drawn
from web.incidents import cause_of, step_name
from web.packs import pack_of, role_title
from web.people import name_of, names
from web.standing import LimitRow, Stage
from web.timing import ORDER, Why, of_tasks
from web.wording import Timing, day_text, lasting, plain_label
from web.workbench.inbox import Link
from web.workbench.peek import Fact, facts_of

_TABS: Final = (
    ("workbench.case", "总览"),
    ("workbench.case_limits", "时限"),
    ("workbench.case_documents", "材料"),
    ("workbench.case_results", "表单与结果"),
    ("workbench.case_notes", "往来"),
    ("workbench.case_record", "记录"),
)


@dataclass(frozen=True, slots=True)
class Chip:
    status: str
    text: str


@dataclass(frozen=True, slots=True)
class TaskRow:
    """Somebody's task in the case."""

    id: str
    name: str
    holder: str
    timing: Timing
    held: bool


@dataclass(frozen=True, slots=True)
class Failure:
    element: str
    text: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Who looks after the case in a role, and who could do it instead (only for those who may change it)."""

    role: str
    title: str
    name: str
    number: str
    phone: str
    receivers: tuple[handover.Candidate, ...]


@dataclass(frozen=True, slots=True)
class CaseFrame:
    """What stands on every page of a case."""

    key: str
    title: str
    party: str
    process: str
    version: int
    chips: tuple[Chip, ...]
    ending: str
    facts: tuple[Fact, ...]
    #: Who looks after the customer, and when it will be finished.
    outlook: tuple[Fact, ...]
    tabs: tuple[Link, ...]
    tasks: tuple[TaskRow, ...]
    #: Who looks after the case, by role.
    keepers: tuple[Kept, ...]
    open_tasks: int
    incidents: tuple[Failure, ...]
    can_end: bool
    can_write: bool
    can_remind: bool
    can_assign: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """What the first page of a case adds."""

    stages: tuple[Stage, ...]
    diagram: Drawn | None
    diagrams: tuple[Link, ...]
    waits: tuple[str, ...]
    why: Why | None


@dataclass(frozen=True, slots=True)
class SealedRow:
    """A sealed field with its label."""

    label: str
    seal: str
    text: str
    can_open: bool


def frame_of(connection: Connection, who: Person, business_key: str, endpoint: str, now: datetime) -> CaseFrame:
    """The frame; the caller has checked the scope, so there is at least one instance."""
    instances = list(instances_of(connection, business_key))
    first = instances[-1]
    running = any(row.state == "running" for row in instances)
    known = queries.definitions(connection, deployment_id=first.deployment_id, process_id=first.process_id)
    tasks = _tasks(connection, business_key, now)
    failures = failures_of(connection, who, instances, now)
    return CaseFrame(
        key=business_key,
        title=first.title,
        party=masks.parties(connection, masks.lens_of(connection, who), [business_key]).get(business_key, ""),
        process=known[0].name or first.process_id,
        version=known[0].version,
        chips=_chips(tasks, failures, sum(order.state == "open" for order in orders_of_case(connection, business_key))),
        ending="" if running else _ending(first),
        facts=facts_of(connection, first.id),
        outlook=_outlook(connection, first, now),
        tabs=_tabs(business_key, endpoint, len(queries.documents(connection, business_key))),
        tasks=tasks,
        keepers=_keepers(connection, first, running and who.may("assign"), now),
        open_tasks=len(tasks),
        incidents=failures,
        **_acts(who, running),
    )


def _keepers(connection: Connection, row: queries.Instance, may_change: bool, now: datetime) -> tuple[Kept, ...]:
    pack, kept = pack_of(connection, row.deployment_id), keepers_of(connection, row.business_key)
    return tuple(
        Kept(
            role,
            role_title([pack], role),
            name_of(user_id),
            users.account(connection, user_id).number,
            staffing.office_phone(connection, user_id),
            tuple(handover.colleagues(connection, role, row.region, user_id, now)) if may_change else (),
        )
        for role, user_id in sorted(kept.items())
    )


def _acts(who: Person, running: bool) -> dict[str, bool]:
    """What this person may do to the case."""
    return {
        "can_end": running and who.may("operate"),
        "can_remind": running and who.may("remind"),
        "can_assign": running and who.may("assign"),
        "can_write": who.may("write") or who.may("operate") or who.may("assign"),
    }


def _tabs(business_key: str, endpoint: str, documents: int) -> tuple[Link, ...]:
    address = {name: url_for(name, business_key=business_key) for name, _label in _TABS}
    counts = {"workbench.case_documents": documents}
    return tuple(Link(_(label), address[name], counts.get(name), name == endpoint) for name, label in _TABS)


def _outlook(connection: Connection, row: queries.Instance, now: datetime) -> tuple[Fact, ...]:
    role, lead = standing.lead_of(connection, row, now)
    pack = pack_of(connection, row.deployment_id)
    steps = prediction.of_case(connection, row, [key for key, _label in pack.stages], now)
    held = (Fact(role_title([pack], role), names(connection, [lead])[lead]),) if lead else ()
    return held + ((Fact(_("预计办结"), lasting(partial(day_text, steps[-1].at), now)),) if steps else ())


def failures_of(
    connection: Connection, who: Person, instances: Iterable[queries.Instance], now: datetime
) -> tuple[Failure, ...]:
    """What a machine could not do, a damaged state included; its technical text only for those who can repair it."""
    rows = [row for instance in instances for row in queries.incidents(connection, instance_id=instance.id)]
    plain = _("管理员已收到，会处理。")
    found = [Failure(step_name(connection, row), cause_of(row) if who.may("operate") else plain) for row in rows]
    return (*found, *damages_of(connection, who, instances, now))


def damages_of(
    connection: Connection, who: Person, instances: Iterable[queries.Instance], now: datetime
) -> list[Failure]:
    """The instances whose saved state cannot be read: nothing goes on there until it is repaired."""
    reasons = filter(None, (reason_of(connection, one, now) for one in instances))
    held = _("流程读不出来，先停在这里；已有的内容都还在。请告诉管理员。")
    return [Failure(_("流程状态"), reason if who.may("operate") else held) for reason in reasons]


def overview_of(connection: Connection, business_key: str, process_id: str, now: datetime) -> Overview:
    """Stages, diagram, waits and the reason of the nearest due moment."""
    drawn = diagram.of_case(connection, business_key, now)
    shown = diagram.chosen(drawn, process_id)
    limits = standing.limits(connection, business_key, now)
    nearest = next(iter(_open_stages(limits) or [row for row in limits if row.timing.status != "finished"]), None)
    address = url_for("workbench.case", business_key=business_key)
    return Overview(
        stages=tuple(standing.stages(connection, business_key, now)),
        diagram=shown,
        diagrams=tuple(Link(part.name, f"{address}?process={part.process_id}", None, part is shown) for part in drawn),
        waits=tuple(_("等：%(title)s", title=offer.message.title) for offer in _waits(connection, business_key)),
        why=nearest.why if nearest else None,
    )


def sealed_of(connection: Connection, who: Person, business_key: str) -> list[SealedRow]:
    """Sealed fields of the case as the reader may see them."""
    found = masks.of_case(connection, masks.lens_of(connection, who), business_key)
    labels = field_labels(connection, business_key)
    return [
        SealedRow(plain_label(labels.get(row.field, row.field)), row.seal, row.text, row.can_open)
        for row in found
        if row.text
    ]


def field_labels(connection: Connection, business_key: str) -> dict[str, str]:
    """Labels of form fields by key, from the forms of the case's deployment."""
    first = list(instances_of(connection, business_key))[-1]
    return standing.labels_of(connection, first.deployment_id, business_key)


def _tasks(connection: Connection, business_key: str, now: datetime) -> tuple[TaskRow, ...]:
    found = queries.tasks(connection, business_key=business_key, state="open")
    timings = of_tasks(connection, found, now)
    people = names(connection, [task.assignee for task in found])
    rows = [
        TaskRow(
            task.id, task.name, people[held] if (held := task.assignee) else _("待领取"), timings[task.id], bool(held)
        )
        for task in found
    ]
    return tuple(sorted(rows, key=lambda row: ORDER.index(row.timing.status)))


def _chips(tasks: tuple[TaskRow, ...], failures: tuple[Failure, ...], orders: int) -> tuple[Chip, ...]:
    counts = Counter(row.timing.status for row in tasks)
    words = {
        "overdue": _("%(n)d 个任务超期", n=counts["overdue"]),
        "due_soon": _("%(n)d 个今日到期或临期", n=counts["due_soon"]),
        "paused": _("%(n)d 个已暂停", n=counts["paused"]),
    }
    failed = (Chip("incident", _("%(n)d 处异常", n=len(failures))),) if failures else ()
    ordered = (Chip("overdue", _("%(n)d 个督办待答复", n=orders)),) if orders else ()
    return failed + ordered + tuple(Chip(status, text) for status, text in words.items() if counts[status])


def _ending(row: queries.Instance) -> str:
    return _("终止") if row.state == "cancelled" else _("已办结")


def _open_stages(limits: list[LimitRow]) -> list[LimitRow]:
    return [row for row in limits if row.subject == "stage" and row.timing.status != "finished"]


def _waits(connection: Connection, business_key: str) -> list[Offer]:
    """What the case stands still for; what may come at any time is not among it."""
    open_to = (*offers(connection, business_key, "customer"), *offers(connection, business_key, "partner"))
    return [offer for offer in open_to if not offer.message.anytime]
