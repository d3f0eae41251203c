"""The papers of a case: what the checklist asks for, what is missing, what was given in an earlier case (R22, R23)."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bpmn.connection.letters import ZONE

#: A paper of a case as its process keeps it: type and id, and where it was given first if that was another case.
Given = Mapping[str, Any]
#: A row of the decision ``document_checklist``.
Wanted = Mapping[str, Any]


@dataclass(frozen=True)
class Earlier:
    """A paper that the same customer gave in another case."""

    kind: str
    id: str
    business_key: str
    given_at: datetime


def wanted(checklist: Iterable[Wanted] | None, stage: str = "acceptance") -> list[Wanted]:
    """Return the papers that one stage asks for."""
    return [row for row in checklist or () if row.get("stage") == stage]


def missing(checklist: Iterable[Wanted] | None, documents: Iterable[Given] | None) -> list[str]:
    """Return the types of papers for the acceptance that nobody has given, in the order of the checklist."""
    there = {paper.get("type") for paper in documents or ()}
    return [str(row["type"]) for row in wanted(checklist) if row["type"] not in there]


def reusable(rows: Iterable[Wanted], earlier: Iterable[Earlier], today: date) -> list[dict[str, Any]]:
    """Return the newest earlier paper for each row that can still be used.

    How many months a paper counts is the row's ``valid_months``; 0 means that every case needs a new one.
    """
    newest: dict[str, Earlier] = {}
    for paper in earlier:
        if paper.kind not in newest or newest[paper.kind].given_at < paper.given_at:
            newest[paper.kind] = paper
    found = ((newest[str(row["type"])], row) for row in rows if row["type"] in newest)
    offers = [_offer(paper, int(row.get("valid_months") or 0)) for paper, row in found]
    return [offer for offer in offers if date.fromisoformat(offer["valid_until"]) >= today]


def told(rows: Iterable[Wanted] | None, taken: Iterable[Given]) -> list[str]:
    """Return a sentence for each paper that was taken over: from which case, given when, good until when."""
    titles = {row["type"]: row["title"] for row in rows or ()}
    return [
        f"{titles.get(one['type'], one['type'])}沿用案件 {one['case']} 中 {one['given_on']} 交的一份，"
        f"可用到 {one['valid_until']}。"
        for one in taken
    ]


def _offer(paper: Earlier, months: int) -> dict[str, Any]:
    given = paper.given_at.astimezone(ZONE).date()
    until = _later(given, months) if months else date.min
    return {
        "type": paper.kind,
        "id": paper.id,
        "case": paper.business_key,
        "given_on": given.isoformat(),
        "valid_until": until.isoformat(),
    }


def _later(day: date, months: int) -> date:
    """The same day so many months later, the last day of the month where it has no such day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
