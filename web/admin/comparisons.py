"""The page of comparisons: which cases are run how for a comparison, since when, by whom and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Connection

from bpmn import comparisons
from engine import queries
from web.packs import Pack, active_packs, said
from web.people import names


@dataclass(frozen=True, slots=True)
class Choice:
    """A pack for which a comparison can be begun, with what there is to choose."""

    id: str
    title: str
    variants: Mapping[str, str]
    regions: Mapping[str, str]
    kinds: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """A comparison in words."""

    id: str
    pack: str
    cases: str
    process: str
    reason: str
    begun: str
    begun_at: datetime
    ended: str
    ended_at: datetime | None


def choices(connection: Connection) -> tuple[Choice, ...]:
    """Active packs that can run a case in more than one way."""
    return tuple(_choice(pack) for pack in active_packs(connection) if len(pack.words.variants) > 1)


def rows(connection: Connection) -> tuple[ComparisonRow, ...]:
    """Running comparisons, then ended ones, the youngest first."""
    found = comparisons.comparisons(connection)
    people = names(connection, [name for comparison in found for name in (comparison.begun_by, comparison.ended_by)])
    packs = {pack.id: _choice(pack) for pack in active_packs(connection)}
    return tuple(_row(comparison, packs.get(comparison.pack), people) for comparison in found)


def _choice(pack: Pack) -> Choice:
    words = pack.words
    return Choice(pack.id, pack.title, _titles(words.variants), _titles(words.regions), _titles(words.kinds))


def _titles(labels: Mapping[str, queries.Label]) -> dict[str, str]:
    return {id: said(label.zh, label.en) for id, label in labels.items()}


def _row(comparison: comparisons.Comparison, pack: Choice | None, people: Mapping[str, str]) -> ComparisonRow:
    region = _named(comparison.region, pack.regions if pack else {}, _("全部区域"))
    kind = _named(comparison.kind, pack.kinds if pack else {}, _("全部类别"))
    return ComparisonRow(
        id=comparison.id,
        pack=pack.title if pack else comparison.pack,
        cases=f"{region} · {kind}",
        process=_named(comparison.process, pack.variants if pack else {}, ""),
        reason=comparison.reason,
        begun=people[comparison.begun_by],
        begun_at=comparison.begun_at,
        ended=people[comparison.ended_by] if comparison.ended_by else "",
        ended_at=comparison.ended_at,
    )


def _named(id: str, titles: Mapping[str, str], every: str) -> str:
    return titles.get(id, id) if id else every
