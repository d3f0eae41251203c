"""Messages that a case can take now, and their forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import queries
from web.api.filling import Filling
from web.auth.person import Person
from web.context import now
from web.errors import TakenAlready
from web.packs import Message, pack_of


@dataclass(frozen=True, slots=True)
class Offer:
    """A message that somebody outside may send to a case now."""

    message: Message
    instance_id: str
    deployment_id: str
    #: Where the case waits: the form shows what is visible there.
    token: str


def offers(connection: Connection, business_key: str, by: str = "customer") -> tuple[Offer, ...]:
    """What the waits of a case ask of people outside, as the pack of each instance describes it."""
    found = []
    for wait in queries.waits(connection, business_key):
        message = pack_of(connection, wait.deployment_id).messages.get(wait.message)
        if message is not None and message.by == by:
            found.append(Offer(message, wait.instance_id, wait.deployment_id, wait.token))
    return tuple(dict.fromkeys(found))


def offered(connection: Connection, business_key: str, name: str, by: str) -> Offer:
    """The open offer of that name.

    Raises:
        TakenAlready: The case does not wait for it (any more).
    """
    found = next((offer for offer in offers(connection, business_key, by) if offer.message.name == name), None)
    if found is None:
        raise TakenAlready(_("现在不需要这一步，可能已经办过。"), _("重新载入，看现在到哪一步。"))
    return found


def filling_of(connection: Connection, offer: Offer, business_key: str, who: Person) -> Filling:
    """The form of an offer over the variables of its case."""
    document: Mapping[str, Any] | None = None
    if offer.message.form:
        document = queries.form(connection, offer.deployment_id, offer.message.form)
    variables = queries.variables(connection, offer.instance_id, now=now(), token=offer.token)
    return Filling.of(connection, document, variables, business_key, who)


def take(
    connection: Connection, offer: Offer, business_key: str, data: Mapping[str, Any], who: Person
) -> dict[str, Any]:
    """Validated and sealed values of a submission."""
    return filling_of(connection, offer, business_key, who).take(connection, data)
