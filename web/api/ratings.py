"""What customers think of a case that has ended: the questionnaire that its pack names, answered once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection, insert, select

from engine import queries
from web.api.filling import Filling
from web.api.models import rating
from web.asked import instances_of
from web.auth.person import Person
from web.errors import Missing, TakenAlready, TooEarly
from web.packs import pack_of
from web.seals import open_text


@dataclass(frozen=True, slots=True)
class Rating:
    """The answers of a customer; free text in them is a reference to its seal."""

    at: datetime
    user_id: str
    answers: Mapping[str, Any]
    #: A remark from before there was a questionnaire.
    remark: str


def filling_of(connection: Connection, business_key: str, who: Person) -> Filling:
    """The questionnaire for a case, empty.

    Raises:
        Missing: Its pack has none.
    """
    ref, deployment_id = questionnaire(connection, business_key)
    if not ref:
        raise Missing(_("这类申请没有评价表。"), _("有意见请联系客户经理或打 95598。"))
    document = queries.form(connection, deployment_id, ref)
    return Filling.of(connection, deployment_id, document, {}, business_key, who)


def questionnaire(connection: Connection, business_key: str) -> tuple[str, str]:
    """Id of the form with which a case is rated, and its deployment: that of the process which began the case."""
    first = min(instances_of(connection, business_key), key=lambda one: one.started_at)
    return pack_of(connection, first.deployment_id).words.rating, first.deployment_id


def keep(connection: Connection, business_key: str, data: Mapping[str, Any], who: Person, now: datetime) -> None:
    """Keep the answers of a customer.

    Raises:
        TooEarly: The case still runs.
        TakenAlready: It has been rated.
        FormErrors: The answers do not fit the questionnaire.
    """
    if queries.instances(connection, business_key=business_key, state="running"):
        raise TooEarly(_("还在办理，办完以后再评价。"), _("办完时会通知您；现在有意见请联系客户经理或打 95598。"))
    if rating_of(connection, business_key):
        raise TakenAlready(_("这个申请已经评价过了。"), _("需要补充时请联系客户经理。"))
    values = filling_of(connection, business_key, who).take(connection, data)
    answers = {key: _plain(value) for key, value in values.items()}
    row = {"business_key": business_key, "answers": answers, "user_id": who.id, "at": now}
    connection.execute(insert(rating).values(row))


def rating_of(connection: Connection, business_key: str) -> Rating | None:
    """What the customer thought of the case; None while they have not said it."""
    row = connection.execute(select(rating).where(rating.c.business_key == business_key)).one_or_none()
    if row is None:
        return None
    remark = open_text(row.text, table="rating", column="text", row=business_key) if row.text else ""
    return Rating(row.at, row.user_id, row.answers, remark)


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value
