"""The list of cases that a person may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import queries
from web.auth import masks, scope
from web.auth.person import Person
from web.packs import active_packs, region_title
from web.timing import of_tasks, worst
from web.workbench.inbox import Choice

LIMIT: Final = 50


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


def cases_page(connection: Connection, who: Person, filters: Filters, now: datetime) -> CasesPage:
    """One page of cases, the youngest first."""
    packs = active_packs(connection)
    found = queries.instances(
        connection,
        text=filters.q,
        region=filters.region or None,
        state=filters.state or None,
        where=scope.visible(connection, who),
        page=filters.page,
        limit=LIMIT,
    )
    parties = masks.parties(connection, masks.lens_of(connection, who), [row.business_key for row in found])
    rows = tuple(
        Row(
            row.business_key,
            parties.get(row.business_key, ""),
            row.title,
            row.columns,
            region_title(packs, row.region),
            _status(connection, row, now),
            row.started_at,
        )
        for row in found
    )
    known = {region for pack in packs for region in pack.regions}
    return CasesPage(
        filters=filters,
        rows=rows,
        total=found.total,
        columns=packs[0].columns if packs else (),
        regions=tuple(Choice(key, region_title(packs, key)) for key in sorted(known) if who.everywhere or key in who.regions),
        states=(Choice("", _("全部状态")), Choice("running", _("在办")), Choice("ended", _("已办结")), Choice("cancelled", _("终止"))),
        more=_more(filters, found.total),
    )


def _status(connection: Connection, row: queries.Instance, now: datetime) -> str:
    if row.state != "running":
        return "finished"
    if queries.incidents(connection, instance_id=row.id):
        return "incident"
    tasks = queries.tasks(connection, instance_id=row.id, state="open")
    return worst(of_tasks(connection, tasks, now).values())


def _more(filters: Filters, total: int) -> str:
    if total <= filters.page * LIMIT:
        return ""
    words = {"q": filters.q, "region": filters.region, "state": filters.state, "page": filters.page + 1}
    return url_for("workbench.cases", **{key: value for key, value in words.items() if value})
