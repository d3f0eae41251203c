"""Beginning a case: its number, its start form, its first instance, and who belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection, insert, select

from bpmn import next_number
from engine import metadata, queries
from web.api import drafts, replay
from web.api.filling import Filling
from web.auth import codes
from web.auth.models import party
from web.auth.person import Person
from web.context import engine, now
from web.errors import Missing
from web.packs import Pack, base_packs

_INSTANCE = metadata.tables["instance"]


@dataclass(frozen=True, slots=True)
class Entry:
    """How cases of a pack begin."""

    pack: Pack
    process_id: str
    #: Start message and its form; empty for a process that begins without one.
    message: str
    form: str
    title: str
    button: str


def entries(connection: Connection) -> tuple[Entry, ...]:
    """The entries of all active packs."""
    return tuple(entry_in(connection, pack) for pack in base_packs(connection) if pack.entry)


def entry_of(connection: Connection, process_id: str = "") -> Entry:
    """The entry with this process, or the only one.

    Raises:
        Missing: No active pack begins with it.
    """
    found = [entry for entry in entries(connection) if process_id in ("", entry.process_id)]
    if not found:
        raise Missing(_("现在没有可以申请的业务。"), _("请管理员先启用一个流程包。"))
    return found[0]


def filling_of(connection: Connection, entry: Entry, who: Person) -> Filling:
    """The start form, empty."""
    document: Mapping[str, Any] | None = None
    if entry.form:
        document = queries.form(connection, entry.pack.deployment_id, entry.form)
    return Filling.of(connection, entry.pack.deployment_id, document, {}, "", who)


def apply_for(
    connection: Connection, who: Person, process_id: str, data: Mapping[str, Any], request_key: str
) -> tuple[str, bool]:
    """Begin a case and return its number, and whether this request had done so before."""
    entry = entry_of(connection, process_id)
    # The number first: its counter lets one application pass at a time, so a repeated one finds the first.
    number = next_number(connection, now())
    before = replay.answered(connection, who.id, request_key)
    if before is not None:
        return _number_of(connection, before["instance_id"]), True
    filling = _for_case(filling_of(connection, entry, who), number)
    values = filling.take(connection, data)
    _begin(connection, who, entry, number, values, request_key)
    _belongs(connection, who, number, filling, data)
    drafts.drop_form(connection, entry.process_id, who.id)
    return number, False


def _begin(
    connection: Connection, who: Person, entry: Entry, number: str, values: Mapping[str, Any], request_key: str
) -> None:
    region = values.get("region")
    engine().start(
        connection,
        entry.process_id,
        values,
        business_key=number,
        actor=who.id,
        now=now(),
        request_id=request_key,
        message=entry.message or None,
        region=region if isinstance(region, str) else "",
    )


def _for_case(filling: Filling, number: str) -> Filling:
    return Filling(filling.form, filling.variables, filling.seals, number, filling.who)


def _belongs(connection: Connection, who: Person, number: str, filling: Filling, data: Mapping[str, Any]) -> None:
    """The applicant belongs to the case; where staff applied, the person with the phone that was given."""
    user_id = who.id
    if who.staff:
        phone = next((str(data[key]) for key in _phone_keys(filling) if data.get(key)), "")
        if not phone:
            return
        user_id = codes.customer_of(connection, codes.checked_phone(phone))
    row = {"business_key": number, "user_id": user_id, "relation": "customer", "created_at": now()}
    connection.execute(insert(party).values(row))


def _phone_keys(filling: Filling) -> list[str]:
    """Top-level fields of the start form that take a phone, the first one being the applicant's."""
    components = filling.form.components if filling.form else ()
    inner = (part for component in components for part in component.walk())
    return [part.path[0] for part in inner if part.sensitive == "phone" and len(part.path) == 1]


def _number_of(connection: Connection, instance_id: str) -> str:
    return str(connection.scalar(select(_INSTANCE.c.business_key).where(_INSTANCE.c.id == instance_id)))


def entry_in(connection: Connection, pack: Pack) -> Entry:
    """The start message that the pack names, else the first of the process."""
    definitions = queries.definitions(connection, deployment_id=pack.deployment_id, process_id=pack.entry)
    starts = definitions[0].start_messages if definitions else {}
    name = pack.words.start_message or next((name for name in starts if name in pack.messages), next(iter(starts), ""))
    message = pack.messages.get(name)
    if message is None:
        return Entry(pack, pack.entry, name, pack.words.start_form, pack.title, _("提交"))
    form = pack.words.start_form or message.form
    return Entry(pack, pack.entry, name, form, message.title, message.button)
