"""What an entry of the credit record means for its customer: no deferral, said where the papers are handed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Connection, select

from bpmn.connection import CreditEntry, credit_entries
from web.auth.models import party
from web.auth.person import Person
from web.context import now
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
