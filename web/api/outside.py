"""Messages that a case can take now, and their forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import queries
from forms import Form, FormErrors, sealed
from web.api.filling import Filling
from web.asked import instances_of
from web.auth.person import Person
from web.context import now
from web.errors import Forbidden, TakenAlready
from web.packs import Message, active_packs, pack_of, role_title
from web.seals import sealer
from web.wording import listed, local

#: What the form of a message finds beside the variables of its case: ids of the tasks that are open now, so that it can
#: refuse what does not fit them.
OPEN_STEPS: Final = "open_steps"


@dataclass(frozen=True, slots=True)
class Offer:
    """A message that a case takes now, or that begins a process beside it (then there is no token)."""

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


def staff_offers(connection: Connection, business_key: str, who: Person) -> tuple[Offer, ...]:
    """Messages that the roles of a person may send to a case now, or begin a process beside it with."""
    waiting = [offer for offer in offers(connection, business_key, "staff") if _may(who, offer.message)]
    return (*waiting, *_beginnings(connection, business_key, who))


def _beginnings(connection: Connection, business_key: str, who: Person) -> Iterator[Offer]:
    """Processes of the active pack of the case that this person may begin and that are not running for it."""
    found = list(queries.instances(connection, business_key=business_key))
    running = {one.process_id for one in found if one.state == "running"}
    own = {pack_of(connection, one.deployment_id).id for one in found}
    for pack in (pack for pack in active_packs(connection) if pack.id in own):
        for message in (one for one in pack.messages.values() if one.by == "staff" and _may(who, one)):
            started = _started_by(connection, pack.deployment_id, message.name)
            if started and started not in running:
                yield Offer(message, found[-1].id, pack.deployment_id, "")


def _started_by(connection: Connection, deployment_id: str, message: str) -> str:
    definitions = queries.definitions(connection, deployment_id=deployment_id)
    return next((one.process_id for one in definitions if message in one.start_messages), "")


def _may(who: Person, message: Message) -> bool:
    return who.staff and not who.suspended and not who.roles.isdisjoint(message.roles)


def sendable(connection: Connection, business_key: str, name: str, who: Person) -> Offer:
    """The open offer of that name which this person may take up: a customer's own, or one for their roles.

    Raises:
        Forbidden: It is for somebody else.
        TakenAlready: The case does not wait for it (any more).
    """
    own = next((one for one in staff_offers(connection, business_key, who) if one.message.name == name), None)
    if own is not None:
        return own
    _check_role(connection, business_key, name, who)
    if who.staff and not who.may("behalf"):
        raise Forbidden(_("只有客户本人能发这一条。"), _("客户可在自己的页面上办，或到窗口由受理人员代办。"))
    return offered(connection, business_key, name, by="customer")


def _check_role(connection: Connection, business_key: str, name: str, who: Person) -> None:
    """Tell a message of staff that others may send from one that is not wanted now.

    Raises:
        Forbidden: The packs of the case give it to other roles.
        TakenAlready: This person may send it, but not now.
    """
    packs = [pack_of(connection, one.deployment_id) for one in queries.instances(connection, business_key=business_key)]
    pack = next((one for one in packs if name in one.messages and one.messages[name].by == "staff"), None)
    if pack is None:
        return
    if not _may(who, pack.messages[name]):
        roles = listed(role_title([pack], role) for role in pack.messages[name].roles)
        raise Forbidden(_("这一条由%(roles)s发。", roles=roles), _("请他们在案件页上办。"))
    raise TakenAlready(_("现在不需要这一步，可能已经办过。"), _("重新载入，看现在到哪一步。"))


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
    known = queries.variables(connection, offer.instance_id, now=now(), token=offer.token)
    variables = {**known, OPEN_STEPS: _open_steps(connection, business_key)}
    return Filling.of(connection, offer.deployment_id, document, variables, business_key, who)


def _open_steps(connection: Connection, business_key: str) -> list[str]:
    tasks = queries.tasks(connection, business_key=business_key, state="open")
    return sorted({task.element for task in tasks})


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
    for found in instances_of(connection, business_key):
        if name in pack_of(connection, found.deployment_id).messages:
            return found.deployment_id, "", found.id
    raise TakenAlready(_("现在不需要这一步，可能已经办过。"), _("重新载入，看现在到哪一步。"))


def take(
    connection: Connection, offer: Offer, business_key: str, data: Mapping[str, Any], who: Person
) -> dict[str, Any]:
    """Validated and sealed values of a submission."""
    filling = filling_of(connection, offer, business_key, who)
    values = filling.take(connection, data)
    if offer.token:
        return values
    carried = pack_of(connection, offer.deployment_id).words.carries
    return {name: filling.variables[name] for name in carried if name in filling.variables} | values
