"""What belongs to the reader: their applications, the form of a new one, and the steps that each asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import queries
from web.api.applying import Entry, entries, filling_of
from web.api.filling import Filling
from web.auth import scope
from web.auth.person import Person
from web.context import now
from web.errors import Missing
from web.packs import active_packs, pack_of
from web.portal import credit, reuse
from web.portal.asks import Ask
from web.portal.journey import Journey, journey

#: The message that begins a case; its form is the application.
APPLICATION = "MSG_APPLICATION_SUBMITTED"
#: Applications that run, and that have ended, in a list.
MOST_RUNNING, MOST_ENDED = 200, 20
#: So long after it was handed in, going back to the form of an application leads to the application.
JUST_NOW = timedelta(minutes=30)


@dataclass(frozen=True)
class Application:
    """The form of a new application for one customer."""

    entry: Entry
    #: The form-js document; None where the pack has none.
    schema: Mapping[str, Any] | None
    variables: Mapping[str, Any]


def application(connection: Connection, who: Person) -> Application:
    """The application as this customer may fill it: without what the credit record forbids, with papers given before.

    Raises:
        Missing: No pack that takes applications is active.
    """
    entry = next((entry for entry in entries(connection) if entry.message == APPLICATION), None)
    if entry is None:
        raise Missing(_("现在还不能在网上申请。"), _("请到营业厅办理，或稍后再来。"))
    filling = filling_of(connection, entry, who)
    schema = credit.without_deferral(connection, filling.document, who)
    schema = reuse.with_offers(connection, schema, entry.pack.deployment_id, who)
    return Application(entry, schema, filling.shown)


def case(connection: Connection, who: Person, number: str) -> Journey:
    """The case if it exists for this reader, by the oldest of its instances, the entry process.

    Raises:
        Missing: It does not.
    """
    scope.check_case(connection, who, number)
    found = min(queries.instances(connection, business_key=number), key=lambda one: one.started_at)
    return journey(connection, found, now())


def cases(connection: Connection, who: Person) -> tuple[Journey, ...]:
    """The reader's applications: all that run, the latest of those that have ended; the youngest first."""
    mine = scope.visible(connection, who)
    listed = [
        one
        for entry in {pack.entry for pack in active_packs(connection)}
        for state, most in (("running", MOST_RUNNING), ("ended", MOST_ENDED))
        for one in queries.instances(connection, process_id=entry, state=state, where=mine, limit=most)
    ]
    listed.sort(key=lambda one: (one.started_at, one.id), reverse=True)
    return tuple(journey(connection, one, now()) for one in listed)


def just_sent(connection: Connection, who: Person, now: datetime) -> str:
    """Number of the application that this person handed in a short while ago; empty without one."""
    mine = scope.visible(connection, who)
    entries_of = {pack.entry for pack in active_packs(connection)}
    found = [one for id in entries_of for one in queries.instances(connection, process_id=id, where=mine, limit=1)]
    youngest = max(found, key=lambda one: one.started_at, default=None)
    return youngest.business_key if youngest and now - youngest.started_at < JUST_NOW else ""


def missed(connection: Connection, number: str, message: str) -> bool:
    """True if the case took this message before, False if it may still ask for it.

    Raises:
        Missing: None of its packs asks customers for such a message.
    """
    instances = list(queries.instances(connection, business_key=number))
    known = [pack_of(connection, one.deployment_id).messages.get(message) for one in instances]
    if not any(one is not None and one.by == "customer" for one in known):
        raise Missing(_("没有这一步。"), _("从申请的页面上打开要办的事。"))
    entries = (entry for one in instances for entry in queries.history(connection, one.id, kinds=("message_taken",)))
    return any(entry.payload.get("message") == message for entry in entries)


def filling(connection: Connection, who: Person, number: str, ask: Ask) -> Filling:
    """The form of a step over what the wait for it sees.

    Raises:
        StateUnreadable: The case has to be repaired first.
    """
    variables = queries.variables(connection, ask.instance_id, now=now(), token=ask.token)
    document = queries.form(connection, ask.deployment_id, ask.form)
    return Filling.of(connection, ask.deployment_id, document, variables, number, who)
