"""What the applicant gave in an earlier application need not be given again: told before anything is uploaded (R22)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import Connection, select

from bpmn.connection import Earlier, case_of, reusable_papers
from engine import seals
from web.auth.models import party
from web.auth.person import Person
from web.context import now
from web.desk import earlier_papers
from web.insight.sunshine import all_papers
from web.seals import sealer
from web.wording import local

#: So many of the last characters of an identity tell an applicant's firms and people apart; the rest stays sealed.
_TAIL: Final = 4
#: The identity that was typed on the first page, the surest first, as the registration picks it.
_TYPED: Final = (
    'if customer_class != "RES" and credit_code != null and credit_code != "" then credit_code '
    'else if id_no != null and id_no != "" then id_no else if other_id_no != null then other_id_no else ""'
)
_UPLOAD: Final = "doc_"

Offer = Mapping[str, Any]


def with_offers(
    connection: Connection, document: Mapping[str, Any] | None, deployment_id: str, who: Person
) -> Mapping[str, Any] | None:
    """The application with a hint at each paper that this customer gave before and that still counts.

    It shows only while the identity on the form is that of the earlier case: one person applies for several firms.
    Only the customer's own cases are looked at.
    """
    given = _given(connection, who)
    if document is None or not given:
        return document
    today, rows = local(now()).date(), all_papers(connection, deployment_id)
    found = [(tail, offer) for tail, papers in given.items() for offer in reusable_papers(rows, papers, today)]
    offers: dict[str, list[tuple[str, Offer]]] = defaultdict(list)
    for tail, offer in found:
        offers[_UPLOAD + str(offer["type"])].append((tail, offer))
    return _told(document, offers)


def _given(connection: Connection, who: Person) -> dict[str, list[Earlier]]:
    """The papers of the customer's cases by the last characters of the applicant's identity."""
    keys = connection.scalars(select(party.c.business_key).where(party.c.user_id == who.id)).all()
    records = (case_of(connection, key) for key in keys)
    cases = [case for case in records if case is not None and case.identity_seal]
    plain = seals.reveal(connection, sealer(), [case.identity_seal for case in cases])
    tails = {case.number: plain.get(case.identity_seal, "")[-_TAIL:] for case in cases}
    found: dict[str, list[Earlier]] = defaultdict(list)
    for paper in earlier_papers(connection, [number for number, tail in tails.items() if tail.isalnum()]):
        found[tails[paper.business_key]].append(paper)
    return found


def _told(part: Mapping[str, Any], offers: Mapping[str, Sequence[tuple[str, Offer]]]) -> dict[str, Any]:
    if "components" in part:
        return {**part, "components": [_told(one, offers) for one in part["components"]]}
    found = offers.get(str(part.get("key")), ())
    return {**part, "description": _described(str(part.get("description") or ""), found)} if found else dict(part)


def _described(usual: str, offers: Sequence[tuple[str, Offer]]) -> str:
    """The hint of a paper: whichever offer fits the identity that was typed, else what it usually says."""
    fits = [f'ends with({_TYPED}, "{tail}")' for tail, _offer in offers]
    said = [f"{{{{#if {fit}}}}}{_sentence(offer)}{{{{/if}}}}" for fit, (_tail, offer) in zip(fits, offers, strict=True)]
    return "".join([*said, f"{{{{#if not({' or '.join(fits)})}}}}{usual}{{{{/if}}}}"])


def _sentence(offer: Offer) -> str:
    return _(
        "申请 %(number)s 里交过，可用到 %(until)s，不用再交。要换新的再上传。",
        number=offer["case"],
        until=offer["valid_until"],
    )
