"""What an entry of the credit record means for its customer: no deferral, said where the papers are handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Connection, select

from bpmn.connection import CreditEntry, credit_entries
from web.auth.models import party
from web.auth.person import Person
from web.context import now
from web.insight.credit import reasons, states
from web.wording import local

#: Questions of the application that somebody with an entry is not asked.
REFUSED: Final = frozenset({"commitment_offered", "planning_compliant"})


def without_deferral(
    connection: Connection, document: Mapping[str, Any] | None, who: Person
) -> Mapping[str, Any] | None:
    """The application without the offer of a commitment if one of this customer's cases has an entry that counts.

    Only the customer's own cases are looked at: whether somebody else is in the record is nobody's business.
    """
    entry = _standing(connection, who)
    if document is None or entry is None:
        return document
    where = url_for("portal.case", number=entry.case_number)
    text = _(
        "您有一条有效期至 %(day)s 的信用记录，这次申请不适用容缺和告知承诺，请把材料一次交齐。"
        "如有异议或想提前修复，请到 [申请 %(number)s](%(where)s) 提出。",
        day=entry.until.isoformat(),
        number=entry.case_number,
        where=where,
    )
    return _replaced(document, {"type": "text", "id": "text_credit", "text": text})


@dataclass(frozen=True, slots=True)
class Entered:
    """What the customer of a case that was ended over its papers is told about the entry in the credit record."""

    reason: str
    #: How long it counts and what can be done about it, or how it ended.
    text: str


def entered(connection: Connection, number: str) -> Entered | None:
    """The youngest entry of a case; None without one."""
    found = next(iter(credit_entries(connection, "", [number])), None)
    if found is None:
        return None
    title = reasons().get(found.reason_code, _("其他失信行为"))
    days = {"until": found.until.isoformat(), "object": found.objection_until.isoformat()}
    if found.state != "active":
        told = _("信用记录已结束：%(state)s。", state=states().get(found.state, found.state))
    elif found.objection_until >= local(now()).date():
        told = _("已记入信用记录，有效期至 %(until)s。有异议请在 %(object)s 前提出。", **days)
    else:
        told = _(
            "已记入信用记录，有效期至 %(until)s，%(repair)s 起可以申请修复。",
            **days,
            repair=found.repair_from.isoformat(),
        )
    return Entered(title, f"{found.reason} {told}" if found.reason != title else told)


def _standing(connection: Connection, who: Person) -> CreditEntry | None:
    own = connection.scalars(select(party.c.business_key).where(party.c.user_id == who.id)).all()
    today = local(now()).date()
    found = credit_entries(connection, "active", own) if own else ()
    return next((entry for entry in found if entry.until >= today), None)


def _replaced(part: Mapping[str, Any], notice: Mapping[str, Any]) -> dict[str, Any]:
    """The same form with the notice in place of the offer of a commitment, and the other offers left out."""
    if "components" not in part:
        return dict(part)
    inner: list[Mapping[str, Any]] = []
    for one in part["components"]:
        if one.get("key") == "commitment_offered":
            inner.append({**notice, "layout": one.get("layout", {})})
        elif one.get("key") not in REFUSED:
            inner.append(_replaced(one, notice))
    return {**part, "components": inner}
