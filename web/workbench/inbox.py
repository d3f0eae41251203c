"""The inbox: tabs, filters, and rows grouped by how urgent they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Connection

from engine import queries
from web.api.applying import entries
from web.asked import counts_of
from web.auth import masks
from web.auth.person import Person
from web.packs import Pack, active_packs, region_beside, region_title
from web.people import name_of
from web.timing import of_tasks
from web.waiting import matching, waiting_timings
from web.wording import Timing
from web.workbench.peek import Peek, standing_for

LIMIT: Final = 50
#: The tab of cases that wait for somebody outside; the others are inboxes of the engine.
WAITING: Final = "waiting"
Kind = Literal["mine", "groups", "due_soon", "overdue", "done"]
#: Tab -> inbox of the engine.
TABS: Final[Mapping[str, Kind]] = {
    "mine": "mine",
    "groups": "groups",
    "due_soon": "due_soon",
    "overdue": "overdue",
    "done": "done",
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What stands in the address: shareable and kept by going back."""

    tab: str = "mine"
    q: str = ""
    region: str = ""
    step: str = ""
    page: int = 1

    def any(self) -> bool:
        return bool(self.q or self.region or self.step)

    def address(self, **changes: object) -> str:
        words: dict[str, Any] = {"tab": self.tab, "q": self.q, "region": self.region, "step": self.step, **changes}
        return url_for("workbench.inbox", **{key: value for key, value in words.items() if value})


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    href: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """One task of the list."""

    id: str
    key: str
    name: str
    party: str
    columns: tuple[str, ...]
    #: Empty where a column of the pack says it.
    region: str
    timing: Timing
    #: Name of the absent person whose task it is; empty for one's own.
    standing: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Group:
    status: str
    label: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Everything the template says."""

    tab: str
    filters: Filters
    tabs: tuple[Link, ...]
    regions: tuple[Choice, ...]
    steps: tuple[Choice, ...]
    columns: tuple[str, ...]
    groups: tuple[Group, ...]
    starts: tuple[Link, ...]
    here: str
    without_search: str
    more: str
    left: int
    empty: str
    empty_action: str | None
    empty_href: str | None
    peek: Peek | None = None

    @property
    def filtered(self) -> bool:
        return self.filters.any()

    @property
    def own_region(self) -> bool:
        """True unless a column of the pack says the region already."""
        return any(row.region for group in self.groups for row in group.rows)


def inbox_page(connection: Connection, who: Person, filters: Filters, now: datetime) -> InboxPage:
    """The inbox of one person."""
    packs = active_packs(connection)
    found = _found(connection, who, filters, now)
    counts = counts_of(connection, who.actor(), now)
    left = max(0, found.total - filters.page * LIMIT)
    return InboxPage(
        tab=filters.tab,
        filters=filters,
        tabs=_tabs(filters, counts),
        regions=region_choices(who, packs),
        steps=tuple({task.element: Choice(task.element, task.name) for task in found.tasks}.values()),
        columns=packs[0].columns if packs else (),
        groups=_groups(_rows(connection, who, found.tasks, packs, filters.tab, now), filters.tab),
        starts=_starts(connection, who),
        here=filters.address(page=filters.page if filters.page > 1 else "", part="list"),
        without_search=filters.address(q=""),
        more=filters.address(page=filters.page + 1) if left else "",
        left=left,
        **_nothing(filters, counts),
    )


def _found(connection: Connection, who: Person, filters: Filters, now: datetime) -> queries.Page:
    words = {"text": filters.q, "region": filters.region, "element": filters.step}
    if filters.tab == WAITING:
        tasks = tuple(matching(connection, who, words))
        return queries.Page(tasks, len(tasks), 1, len(tasks) or LIMIT)
    kind = TABS.get(filters.tab, "mine")
    return queries.inbox(connection, who.actor(), kind, now=now, filters=words, page=filters.page, limit=LIMIT)


def _timings(connection: Connection, tasks: Sequence[queries.Task], tab: str, now: datetime) -> Mapping[str, Timing]:
    if tab == WAITING:
        return waiting_timings(connection, tasks, now)
    return of_tasks(connection, tasks, now)


def _rows(
    connection: Connection, who: Person, tasks: Sequence[queries.Task], packs: tuple[Pack, ...], tab: str, now: datetime
) -> list[Row]:
    timings = _timings(connection, tasks, tab, now)
    names = masks.parties(connection, masks.lens_of(connection, who), [task.business_key for task in tasks])
    return [
        Row(
            task.id,
            task.business_key,
            task.name,
            names.get(task.business_key, "") or task.title,
            task.columns,
            region_beside(packs, task.region, task.columns),
            timings[task.id],
            standing_for(task, who) if tab != "done" else name_of(task.closed_for) if task.closed_for else "",
            task.closed_at if tab == "done" else None,
        )
        for task in tasks
    ]


def _groups(rows: list[Row], tab: str) -> tuple[Group, ...]:
    if tab == "done":
        return (Group("finished", "", tuple(rows)),) if rows else ()
    labels = {"overdue": _("超期"), "due_soon": _("今日到期或临期"), "on_time": _("之后"), "paused": _("时钟已暂停")}
    made = (Group(key, label, tuple(row for row in rows if row.timing.status == key)) for key, label in labels.items())
    return tuple(group for group in made if group.rows)


def _tabs(filters: Filters, counts: queries.Counts) -> tuple[Link, ...]:
    shown: tuple[tuple[str, str, int | None], ...] = (
        ("mine", _("我的"), counts.mine),
        ("groups", _("可领取"), counts.groups),
        (WAITING, _("等待中"), None),
        ("due_soon", _("临期"), counts.due_soon),
        ("overdue", _("超期"), counts.overdue),
        ("done", _("已办"), None),
    )
    return tuple(
        Link(label, url_for("workbench.inbox", tab=key), count, key == filters.tab) for key, label, count in shown
    )


def region_choices(who: Person, packs: tuple[Pack, ...]) -> tuple[Choice, ...]:
    """The regions this person may filter by."""
    known = {region for pack in packs for region in pack.regions}
    return tuple(Choice(key, region_title(packs, key)) for key in sorted(known) if who.everywhere or key in who.regions)


def _starts(connection: Connection, who: Person) -> tuple[Link, ...]:
    if not who.may("behalf"):
        return ()
    return tuple(
        Link(_("代客%(title)s", title=entry.title), url_for("workbench.apply", process=entry.process_id))
        for entry in entries(connection)
    )


def _nothing(filters: Filters, counts: queries.Counts) -> dict[str, Any]:
    """Why the list is empty, and the one next thing to do."""
    if filters.tab == "mine" and counts.groups:
        why = ngettext("现在没有要办的；可领取 %(num)d 件。", "现在没有要办的；可领取 %(num)d 件。", counts.groups)
        return {"empty": why, "empty_action": _("去看"), "empty_href": url_for("workbench.inbox", tab="groups")}
    mine = (_("看我的待办"), url_for("workbench.inbox"))
    cases = (_("看案件"), url_for("workbench.cases"))
    texts = {
        "groups": (_("没有可领取的任务，来了会自动出现。"), *mine),
        WAITING: (_("没有在等客户或外单位的案件。"), *cases),
        "overdue": (_("没有超期。"), *mine),
        "due_soon": (_("没有临期。"), *mine),
        "done": (_("还没有办结的任务。"), *mine),
    }
    why, action, href = texts.get(filters.tab, (_("现在没有要办的。"), *cases))
    return {"empty": why, "empty_action": action, "empty_href": href}
