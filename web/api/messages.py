"""What comes to a case from outside: from customers on their pages, from partners by signed requests."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from web.api import replay, replies, schemas
from web.api.outside import filling_of, sendable, take, take_from_partner
from web.api.room import Room
from web.auth import partners, scope
from web.auth.access import partner, signed_in, staff
from web.auth.person import signed_in_person
from web.context import engine, now
from web.database import command, read
from web.errors import Missing

blueprint = Room("messages", __name__, url_prefix="/api", description=__doc__)


@blueprint.post("/cases/<business_key>/messages")
@blueprint.arguments(schemas.Send)
@blueprint.response(200, replies.SentReply)
@signed_in
def send(body: dict[str, Any], business_key: str) -> dict[str, Any]:
    """Send what the case waits for from its customer or from staff of a role, with the form of that message."""
    who = signed_in_person()
    message_key = replay.key(f"{who.id}/{body['request_id']}", business_key, body["message"], body["data"])
    with command() as connection:
        scope.check_case(connection, who, business_key)
        replay.queue_up(connection, business_key=business_key)
        if replay.sent(connection, message_key):
            return {"ok": True, "replayed": True, "taken": True}
        offer = sendable(connection, business_key, body["message"], who)
        values = take(connection, offer, business_key, body["data"], who)
        done = engine().send(
            connection, body["message"], business_key, values, message_id=message_key, actor=who.id, now=now()
        )
    return {"ok": True, "taken": done.taken, "replayed": False, "message": _("已提交")}


@blueprint.get("/cases/<business_key>/messages/<message>")
@blueprint.response(200, replies.FormReply)
@staff
def form(business_key: str, message: str) -> dict[str, Any]:
    """The form of a message that the caller may send to the case now."""
    who = signed_in_person()
    scope.check_case(read(), who, business_key)
    offer = sendable(read(), business_key, message, who)
    filling = filling_of(read(), offer, business_key, who)
    return {"title": offer.message.title, "form": filling.document, "data": filling.shown}


@blueprint.post("/messages")
@blueprint.arguments(schemas.PartnerMessage)
@blueprint.response(200, replies.Received)
@partner
def receive(body: dict[str, Any]) -> dict[str, Any]:
    """A message of a partner system, exactly once by its `message_id`; kept until the case waits for it."""
    name = partners.partner_id()
    with command() as connection:
        key = replay.key(f"{name}/{body['message_id']}", body["case"], body["message"], body["data"])
        known = scope.case_exists(connection, body["case"])
        if not known or not scope.partner_may(connection, body["case"], body["message"]):
            raise Missing(_("没有这个案件，或它不收这种消息。"), _("检查案件号和消息名。"))
        if replay.sent(connection, key):
            return {"ok": True, "taken": False, "stored": False, "replayed": True}
        values = take_from_partner(connection, body["case"], body["message"], body["data"], name)
        actor = f"partner:{name}"
        done = engine().send(connection, body["message"], body["case"], values, message_id=key, actor=actor, now=now())
    return {"ok": True, "taken": done.taken, "stored": done.stored, "replayed": done.replayed}
