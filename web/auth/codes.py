"""Signing in of customers: a one-time code sent to their phone."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from datetime import timedelta
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import Connection, Row, insert, select, update

from web.auth.models import one_time_code, user
from web.context import now, settings
from web.errors import Invalid
from web.notify.outbox import Notice, post
from web.seals import blind_index, seal_text, sealer

VALID: Final = timedelta(minutes=5)
TRIES: Final = 5
_DIGITS: Final = 6


def send_code(connection: Connection, phone: str) -> None:
    """Put a new code for this phone into the outbox; earlier ones end."""
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
    index, moment = blind_index(phone), now()
    code_id = uuid.uuid4().hex
    connection.execute(
        update(one_time_code)
        .where(one_time_code.c.phone_index == index, one_time_code.c.used_at.is_(None))
        .values(used_at=moment)
    )
    connection.execute(
        insert(one_time_code).values(
            id=code_id, phone_index=index, code=_digest(code_id, code), created_at=moment, expires_at=moment + VALID
        )
    )
    text = _("登录验证码 %(code)s，5 分钟内有效。不要告诉别人。", code=code)
    post(connection, Notice(key=f"code:{code_id}", channel="sms", receiver=phone, text=text), moment, sealer())


def check_code(connection: Connection, phone: str, code: str) -> bool:
    """Use up a code; a wrong try counts, the fifth ends it. The caller commits either way."""
    moment = now()
    query = (
        select(one_time_code)
        .where(
            one_time_code.c.phone_index == blind_index(phone),
            one_time_code.c.used_at.is_(None),
            one_time_code.c.expires_at > moment,
            one_time_code.c.tries < TRIES,
        )
        .order_by(one_time_code.c.created_at.desc())
        .limit(1)
        .with_for_update()
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return False
    good = hmac.compare_digest(row.code, _digest(row.id, code.strip()))
    values = {"used_at": moment} if good else {"tries": row.tries + 1}
    connection.execute(update(one_time_code).where(one_time_code.c.id == row.id).values(values))
    return good


def customer_of(connection: Connection, phone: str) -> str:
    """The id of the customer with this phone; made at the first time."""
    index = blind_index(phone)
    known: Row[tuple[str]] | None = connection.execute(
        select(user.c.id).where(user.c.phone_index == index)
    ).one_or_none()
    if known is not None:
        return known.id
    user_id = uuid.uuid4().hex
    row = {
        "id": user_id,
        "kind": "customer",
        "login": f"c-{user_id}",
        "phone": seal_text(phone, table="user", column="phone", row=user_id),
        "phone_index": index,
        "created_at": now(),
    }
    connection.execute(insert(user).values(row))
    return user_id


def checked_phone(text: str) -> str:
    """Digits of a mainland mobile number.

    Raises:
        Invalid: It is none.
    """
    phone = "".join(character for character in text if character.isdigit()).removeprefix("86")
    if len(phone) != 11 or not phone.startswith("1"):
        wrong = _("手机号应是 11 位数字，以 1 开头。")
        raise Invalid(_("手机号不对。"), wrong, {"phone": [wrong]})
    return phone


def _digest(code_id: str, code: str) -> str:
    key = settings().index_key
    return hmac.new(key, f"{code_id}:{code}".encode(), hashlib.sha256).hexdigest()
