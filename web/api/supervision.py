"""Orders that have to be answered (督办): given by the escalation or by a person, answered once."""

from __future__ import annotations

from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _

from engine import queries, supervision
from engine.supervision import Order
from web.api import replies, schemas, time_replies
from web.api.room import Room
from web.auth import scope, users
from web.auth.access import right, staff
from web.auth.person import signed_in_person
from web.context import now, settings
from web.database import command, read
from web.errors import Invalid, TakenAlready
from web.notify.staff import post_staff
from web.notify.words import in_both
from web.seals import open_text, seal_text, sealer

blueprint = Room("supervision", __name__, url_prefix="/api", description=__doc__)
_TABLE: Final = "supervision"


@blueprint.get("/supervision")
@blueprint.response(200, time_replies.OrderReply(many=True))
@staff
def mine() -> list[dict[str, Any]]:
    """The open orders that the caller has to answer, the one that is due first at the head."""
    return [shown(order) for order in supervision.open_orders(read(), signed_in_person().actor())]


@blueprint.get("/cases/<business_key>/supervision")
@blueprint.response(200, time_replies.OrderReply(many=True))
@staff
def of_case(business_key: str) -> list[dict[str, Any]]:
    """Every order about a case."""
    scope.check_case(read(), signed_in_person(), business_key)
    return [shown(order) for order in supervision.orders_of_case(read(), business_key)]


@blueprint.post("/cases/<business_key>/supervision")
@blueprint.arguments(schemas.Order)
@blueprint.response(201, replies.Made)
@right("supervise")
def give(body: dict[str, Any], business_key: str) -> dict[str, Any]:
    """Order a role to answer for a case within the limit `supervision_answer`."""
    who = signed_in_person()
    with command() as connection:
        scope.check_case(connection, who, business_key)
        rows = [row for row in queries.instances(connection, business_key=business_key) if row.state == "running"]
        if not rows:
            raise TakenAlready(_("这个案件已经结束。"), _("已结束的案件不再督办。"))
        receivers = users.holders(connection, [body["whom"]], rows[0].region)
        if not receivers:
            text = _("从列表里选一个有人担任的角色。")
            raise Invalid(_("没有人担任这个角色。"), text, {"whom": [text]})
        sealed = seal_text(body["text"], table=_TABLE, column="text", row=business_key)
        more = {"whom": f"g:{body['whom']}", "element": body["element"], "text": sealed, "actor": who.id, "now": now()}
        order_id = supervision.order(connection, rows[0].id, **more)
        words = in_both(lambda: (_("督办"), _("案件 %(case)s：%(text)s", case=business_key, text=body["text"])))
        for account in receivers:
            told = words.to(f"order:{order_id}:{account.id}", account.id, business_key)
            post_staff(connection, told, now(), sealer(), mail=bool(settings().smtp_url))
    return {"ok": True, "id": order_id, "message": _("已开督办单")}


@blueprint.post("/supervision/<order_id>/answer")
@blueprint.arguments(schemas.OrderAnswer)
@blueprint.response(200, replies.Done)
@staff
def answer(body: dict[str, Any], order_id: str) -> dict[str, Any]:
    """Answer an order, once, by somebody it is meant for."""
    who = signed_in_person()
    with command() as connection:
        key = supervision.find(connection, order_id).business_key
        scope.check_case(connection, who, key)
        sealed = seal_text(body["text"], table=_TABLE, column="answer", row=key)
        supervision.answer(connection, order_id, sealed, actor=who.actor(), now=now())
    return {"ok": True, "message": _("已答复"), "next": url_for("workbench.case", business_key=key)}


def shown(order: Order) -> dict[str, Any]:
    """An order with its texts opened."""
    names = ("id", "element", "whom", "opened_at", "due_at", "state", "answered_at")
    return {
        **{name: getattr(order, name) for name in names},
        "case": order.business_key,
        "text": open_text(order.text, table=_TABLE, column="text", row=order.business_key) if order.text else "",
        "answer": open_text(order.answer, table=_TABLE, column="answer", row=order.business_key)
        if order.answer
        else "",
    }
