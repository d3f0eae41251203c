"""The list of cases that a person may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Connection, true

from engine import metadata, queries
from web.auth import masks, scope
from web.auth.person import Person
from web.packs import Pack, active_packs, region_beside
from web.timing import of_tasks, worst
from web.waiting import title_of, waits_of
from web.wording import listed
from web.workbench.inbox import Choice, region_choices

LIMIT: Final = 50
_INSTANCE: Final = metadata.tables["instance"]
_TASK: Final = metadata.tables["task"]
_INCIDENT: Final = metadata.tables["incident"]


@dataclass(frozen=True, slots=True)
class Filters:
    """What stands in the address."""

    q: str = ""
    region: str = ""
    state: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """One case."""

    key: str
    party: str
    title: str
    columns: tuple[str, ...]
    region: str
    status: str
    #: What is done now, or for what the case stands still.
    present: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class CasesPage:
    """Everything the template says."""

    filters: Filters
    rows: tuple[Row, ...]
    total: int
    columns: tuple[str, ...]
    regions: tuple[Choice, ...]
    states: tuple[Choice, ...]
    more: str

    @property
    def filtered(self) -> bool:
        return bool(self.filters.q or self.filters.region or self.filters.state)

    @property
    def own_region(self) -> bool:
        """True unless a column of the pack says the region already."""
        return any(row.region for row in self.rows)


def cases_page(connection: Connection, who: Person, filters: Filters, now: datetime) -> CasesPage:
    """One page of cases, the youngest first."""
    packs = active_packs(connection)
    # Processes beside a case are seen on its page; a case is one row.
    entries = [pack.entry for pack in packs if pack.entry]
    own = _INSTANCE.c.process_id.in_(entries) if entries else true()
    found = queries.instances(
        connection,
        text=filters.q,
        region=filters.region or None,
        state=filters.state or None,
        where=scope.visible(connection, who) & own,
        page=filters.page,
        limit=LIMIT,
    )
    return CasesPage(
        filters=filters,
        rows=_rows(connection, who, found.instances, packs, now),
        total=found.total,
        columns=packs[0].columns if packs else (),
        regions=region_choices(who, packs),
        states=_states(),
        more=_more(filters, found.total),
    )


def _rows(
    connection: Connection, who: Person, found: Sequence[queries.Instance], packs: tuple[Pack, ...], now: datetime
) -> tuple[Row, ...]:
    parties = masks.parties(connection, masks.lens_of(connection, who), [row.business_key for row in found])
    running = [row for row in found if row.state == "running"]
    where = _TASK.c.instance_id.in_([row.id for row in running])
    tasks = queries.tasks(connection, state="open", where=where, limit=2_000)
    states = _statuses(connection, found, tasks, now)
    presents = _presents(connection, running, tasks)
    return tuple(
        Row(
            row.business_key,
            parties.get(row.business_key, ""),
            row.title,
            row.columns,
            region_beside(packs, row.region, row.columns),
            states[row.id],
            presents.get(row.id, ""),
            row.started_at,
        )
        for row in found
    )


def _states() -> tuple[Choice, ...]:
    return (
        Choice("", _("全部状态")),
        Choice("running", _("在办")),
        Choice("ended", _("已办结")),
        Choice("cancelled", _("终止")),
    )


def _presents(
    connection: Connection, running: Sequence[queries.Instance], tasks: Sequence[queries.Task]
) -> Mapping[str, str]:
    """The open steps of each running case, the first two by name; without any, for what the case waits."""
    waits = waits_of(connection, (row.business_key for row in running))
    found: dict[str, str] = {}
    for row in running:
        names = list(dict.fromkeys(task.name for task in tasks if task.instance_id == row.id))
        if len(names) > 2:
            found[row.id] = _("%(names)s 等 %(n)d 项", names=listed(names[:2]), n=len(names))
        elif names:
            found[row.id] = listed(names)
        elif wait := waits.get(row.business_key):
            found[row.id] = _("等：%(title)s", title=title_of(connection, wait))
    return found


def _statuses(
    connection: Connection, found: Sequence[queries.Instance], tasks: Sequence[queries.Task], now: datetime
) -> Mapping[str, str]:
    """Status by instance id: a few statements whatever the number of rows."""
    running = [row.id for row in found if row.state == "running"]
    failed = {row.instance_id for row in queries.incidents(connection, where=_INCIDENT.c.instance_id.in_(running))}
    timings = of_tasks(connection, tasks, now)
    states = {row.id: "finished" for row in found}
    for instance_id in running:
        own = [timings[task.id] for task in tasks if task.instance_id == instance_id]
        states[instance_id] = "incident" if instance_id in failed else worst(own)
    return states


def _more(filters: Filters, total: int) -> str:
    if total <= filters.page * LIMIT:
        return ""
    words: dict[str, Any] = {"q": filters.q, "region": filters.region, "state": filters.state, "page": filters.page + 1}
    return url_for("workbench.cases", **{key: value for key, value in words.items() if value})
