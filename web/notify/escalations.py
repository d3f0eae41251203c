"""The handler of the topic `notify`: escalation steps become notices to the people they name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import Connection, select

from engine import Call, Handlers, metadata, seals
from engine.seals import Sealer
from web.auth import absences
from web.auth.models import team_member, user, user_region, user_role
from web.notify.outbox import Notice, post
from web.notify.staff import post_staff

TOPIC: Final = "notify"
_SEAL: Final = metadata.tables["seal"]


def install(handlers: Handlers, sealer: Sealer, *, mail: bool = False) -> None:
    """Register the handler with the keys of the installation; `mail` says that letters can be sent."""
    handlers.add(TOPIC, lambda call: _notify(call, sealer, mail))


def _notify(call: Call, sealer: Sealer, mail: bool) -> Mapping[str, Any]:
    """One notice per person for all matters of one round; the key of the job makes each go out once."""
    words, connection = call.variables, call.connection
    whom, items = str(words.get("whom", "")), list(words.get("items") or [])
    text = "\n".join(_sentence(item) for item in items)
    if whom == "customer":
        for receiver in _phones(connection, sealer, call.business_key):
            notice = Notice(f"{call.idempotency_key}:sms", "sms", receiver, text, _("办理进度"), call.business_key)
            post(connection, notice, call.now, sealer)
        return {}
    people = _people(connection, whom, str(words.get("region") or ""))
    for user_id in absences.with_deputies(connection, people, call.now):
        subject = _("有 %(count)d 件时限要注意", count=len(items))
        key = f"{call.idempotency_key}:{user_id}"
        told = Notice(key, "staff", user_id, text, subject, call.business_key or None)
        post_staff(connection, told, call.now, sealer, mail=mail)
    return {}


def _sentence(item: Mapping[str, Any]) -> str:
    """Numbers and percentages only; who the customer is stands in the case."""
    return _(
        "案件 %(case)s：%(step)s，已用 %(percent)s%%。",
        case=item.get("business_key", ""),
        step=item.get("element") or item.get("key", ""),
        percent=item.get("percent", ""),
    )


def _people(connection: Connection, identity: str, region: str) -> list[str]:
    """User ids behind "u:id", "g:ROLE" or "g:ROLE@team" (those of the region, and those of all regions)."""
    kind, _colon, name = identity.partition(":")
    if kind == "u":
        return [name]
    name, _mark, team = name.partition("@")
    here = select(user_region.c.user_id).where(user_region.c.region.in_([region, "*"]))
    query = (
        select(user.c.id)
        .join(user_role, user_role.c.user_id == user.c.id)
        .where(user_role.c.role == name, user.c.state == "active")
    )
    if team:
        query = query.where(user.c.id.in_(select(team_member.c.user_id).where(team_member.c.team_id == team)))
    return list(connection.scalars(query.where(user.c.id.in_(here)) if region else query))


def _phones(connection: Connection, sealer: Sealer, business_key: str) -> list[str]:
    """The customer's phone: the first one of the case."""
    query = select(_SEAL.c.id).where(_SEAL.c.business_key == business_key, _SEAL.c.kind == "phone")
    first = connection.scalar(query.order_by(_SEAL.c.created_at).limit(1))
    return list(seals.reveal(connection, sealer, [first]).values()) if first else []
