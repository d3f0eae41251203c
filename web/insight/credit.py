"""The credit record for supervision and legal: entries, what happened to each, and what can be done now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Flask, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection

from bpmn.connection import CreditEntry, CreditEvent, credit_entries, credit_entry, credit_events
from engine import queries
from web.api.outside import Offer, staff_offers
from web.auth import masks
from web.auth.access import right
from web.auth.person import Person, signed_in_person
from web.context import now
from web.database import read
from web.errors import Missing
from web.papers import of_case as papers_of
from web.people import names
from web.wording import local

blueprint = Blueprint("credit", __name__)


@dataclass(frozen=True)
class Row:
    """One entry as the list shows it."""

    entry: CreditEntry
    party: str
    reason: str
    state: str
    #: Days until the last on which it counts; None once it is over.
    left: int | None


@dataclass(frozen=True)
class File:
    """One entry with all that belongs to it."""

    row: Row
    #: What happened to it, with a title.
    events: Sequence[tuple[CreditEvent, str]]
    #: Names of those who acted; the process itself has none.
    people: Mapping[str, str]
    evidence: Sequence[queries.Document]
    tasks: Sequence[queries.Task]
    #: What the reader may send to its case about it.
    offers: Sequence[Offer]


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/credit")
@right("credit")
def listing() -> str:
    """Entries, the newest first, by state."""
    chosen = request.args.get("state", "active")
    chosen = chosen if chosen in states() else "active"
    choices = [
        {"label": label, "href": url_for("credit.listing", state=state), "current": state == chosen}
        for state, label in states().items()
    ]
    return render_template("insight/credit.html", rows=rows(read(), signed_in_person(), chosen), choices=choices)


@blueprint.get("/credit/<entry_id>")
@right("credit")
def detail(entry_id: str) -> str:
    """One entry: reason, evidence, days, every event, and what can be done now."""
    return render_template("insight/credit_entry.html", file=file_of(read(), signed_in_person(), entry_id))


def rows(connection: Connection, who: Person, state: str) -> list[Row]:
    """The entries of a state (`all` for every one) as this reader may see them, the newest first."""
    return _rows(connection, who, credit_entries(connection, "" if state == "all" else state))


def file_of(connection: Connection, who: Person, entry_id: str) -> File:
    """Everything about one entry.

    Raises:
        Missing: There is no such entry.
    """
    entry = credit_entry(connection, entry_id)
    if entry is None:
        raise Missing(_("没有这条信用记录。"), _("从列表里重新打开。"))
    events = credit_events(connection, entry_id)
    (row,) = _rows(connection, who, [entry])
    return File(
        row=row,
        events=[(event, kinds().get(event.kind, event.kind)) for event in events],
        people=names(connection, [event.actor for event in events]),
        evidence=[paper for paper in papers_of(connection, entry.case_number) if paper.id in entry.evidence],
        tasks=queries.tasks(connection, instance_id=entry_id, state="open"),
        offers=[one for one in staff_offers(connection, entry.case_number, who) if one.instance_id == entry_id],
    )


def states() -> Mapping[str, str]:
    """What an entry can be, and all of them."""
    return {
        "active": _("有效"),
        "lifted": _("已撤销"),
        "repaired": _("已修复"),
        "expired": _("已失效"),
        "all": _("全部"),
    }


def kinds() -> Mapping[str, str]:
    """What can happen to an entry."""
    return {
        "entered": _("记入"),
        "kept": _("复核维持"),
        "lifted": _("复核撤销"),
        "refused": _("暂不修复"),
        "repaired": _("同意修复"),
        "expired": _("期满失效"),
    }


def reasons() -> Mapping[str, str]:
    """Why somebody was entered, in the words of the table `credit_rules`."""
    return {
        "supplement_overdue": _("承诺补交的材料逾期未补"),
        "false_forged": _("伪造、变造材料"),
        "false_not_own": _("冒用他人材料"),
        "false_concealed": _("隐瞒重要事实"),
        "false_not_repaired": _("核查后的整改逾期未改"),
    }


def _rows(connection: Connection, who: Person, found: tuple[CreditEntry, ...] | list[CreditEntry]) -> list[Row]:
    lens = masks.lens_of(connection, who)
    parties = masks.parties(connection, lens, [entry.case_number for entry in found])
    today = local(now()).date()
    return [_row(entry, parties.get(entry.case_number, ""), today) for entry in found]


def _row(entry: CreditEntry, party: str, today: date) -> Row:
    reason = reasons().get(entry.reason_code, _("其他失信行为"))
    left = (entry.until - today).days if entry.state == "active" else None
    return Row(entry, party, reason, states().get(entry.state, entry.state), left)
