"""Messages that a case can take now, and their forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import queries
from forms import Form, FormErrors, sealed
from web.api.filling import Filling
from web.auth.person import Person
from web.context import now
from web.errors import TakenAlready
from web.packs import Message, pack_of
from web.seals import sealer
from web.wording import local


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


def take_from_partner(
    connection: Connection, business_key: str, name: str, data: Mapping[str, Any], partner: str
) -> dict[str, Any]:
    """Validated and sealed values of a partner's message, by the form that the pack of the case names for it.

    A message may come before the case waits for it; a message without a form carries nothing but its name.

    Raises:
        FormErrors: The data do not fit the form, or name files.
    """
    deployment_id, token, instance_id = _addressed(connection, business_key, name)
    message = pack_of(connection, deployment_id).messages[name]
    if not message.form:
        return {}
    moment = now()
    context = queries.variables(connection, instance_id, now=moment, token=token) if token else {}
    form = Form.load(queries.form(connection, deployment_id, message.form))
    clean = form.validate(data, context=context, today=local(moment).date())
    if clean.documents:
        raise FormErrors({"documents": [_("合作方的消息不能带文件。")]}, {})
    return sealed(clean, connection, sealer(), business_key=business_key, actor=f"partner:{partner}", now=moment)


def _addressed(connection: Connection, business_key: str, name: str) -> tuple[str, str, str]:
    """Deployment, waiting token and instance that a partner's message is for; no token when nothing waits yet."""
    for offer in offers(connection, business_key, by="partner"):
        if offer.message.name == name:
            return offer.deployment_id, offer.token, offer.instance_id
    for found in queries.instances(connection, business_key=business_key):
        if name in pack_of(connection, found.deployment_id).messages:
            return found.deployment_id, "", found.id
    raise TakenAlready(_("现在不需要这一步，可能已经办过。"), _("重新载入，看现在到哪一步。"))


def take(
    connection: Connection, offer: Offer, business_key: str, data: Mapping[str, Any], who: Person
) -> dict[str, Any]:
    """Validated and sealed values of a submission."""
    return filling_of(connection, offer, business_key, who).take(connection, data)
