"""Certificates of staff: kind, number, last valid day. Which tasks ask for which kind stands in the model."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from flask_babel import gettext as _
from sqlalchemy import Connection, delete, insert, select, update

from web.auth.models import certificate, user
from web.errors import Invalid, Missing
from web.packs import Pack, active_packs, said
from web.wording import local

State = Literal["valid", "expiring", "expired"]


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate of a person as it stands today."""

    id: str
    user_id: str
    kind: str
    title: str
    number: str
    valid_until: date
    state: State


def of_people(connection: Connection, ids: Collection[str], now: datetime) -> dict[str, list[Certificate]]:
    """The certificates of these people, of each kind the one that is valid longest."""
    query = select(certificate).where(certificate.c.user_id.in_(list(ids))).order_by(certificate.c.valid_until)
    packs = active_packs(connection)
    latest = {(row.user_id, row.kind): _certificate(row, packs, now) for row in connection.execute(query)}
    found: dict[str, list[Certificate]] = {}
    for (user_id, _kind), one in sorted(latest.items()):
        found.setdefault(user_id, []).append(one)
    return found


def all_of(connection: Connection, user_id: str, now: datetime) -> list[Certificate]:
    """Every certificate of a person, those that ran out included, the latest first."""
    query = select(certificate).where(certificate.c.user_id == user_id).order_by(certificate.c.valid_until.desc())
    packs = active_packs(connection)
    return [_certificate(row, packs, now) for row in connection.execute(query)]


def add(connection: Connection, user_id: str, values: Mapping[str, Any], by: str, now: datetime) -> str:
    """Write down a certificate of somebody and return its id.

    Raises:
        Missing: There is no such member of staff.
        Invalid: No active pack knows the kind, or the person has a certificate of this number.
    """
    if connection.scalar(select(user.c.id).where(user.c.id == user_id, user.c.kind == "staff")) is None:
        raise Missing(_("没有这个账号。"), _("从用户列表里打开。"))
    if values["kind"] not in kinds(connection):
        text = _("启用的流程包没有这一种资格。")
        raise Invalid(text, _("从名单里选。"), {"kind": [text]})
    same = (certificate.c.user_id == user_id, certificate.c.number == values["number"])
    if connection.scalar(select(certificate.c.id).where(*same, certificate.c.kind == values["kind"])):
        text = _("这个编号已经登记过；换证时先删旧的。")
        raise Invalid(_("证书重复。"), text, {"number": [text]})
    row = {key: values[key] for key in ("kind", "number", "valid_until")}
    row_id = uuid.uuid4().hex
    connection.execute(insert(certificate).values(**row, id=row_id, user_id=user_id, created_by=by, created_at=now))
    return row_id


def remove(connection: Connection, user_id: str, certificate_id: str) -> None:
    """Strike a certificate that was entered by mistake or withdrawn."""
    own = (certificate.c.id == certificate_id, certificate.c.user_id == user_id)
    if connection.execute(delete(certificate).where(*own)).rowcount != 1:
        raise Missing(_("没有这张证书。"), _("重新载入页面。"))


def kinds(connection: Connection) -> dict[str, str]:
    """Kinds that the active packs know, with their titles."""
    found = (one for pack in active_packs(connection) for one in pack.words.certificates.values())
    return {one.id: said(one.zh, one.en) for one in found}


def title_of(packs: Collection[Pack], kind: str) -> str:
    """What a kind is called; its word when no pack knows it."""
    found = (pack.words.certificates[kind] for pack in packs if kind in pack.words.certificates)
    return next((said(one.zh, one.en) for one in found), kind)


def expiring(connection: Connection, now: datetime) -> list[Certificate]:
    """Certificates whose holders must be told now that they run out; each is told once, see `told`."""
    packs, today = active_packs(connection), local(now).date()
    most = max((one.warn_days for pack in packs for one in pack.words.certificates.values()), default=0)
    due = (certificate.c.warned_at.is_(None), certificate.c.valid_until <= today + timedelta(days=most))
    active = select(user.c.id).where(user.c.state == "active")
    rows = connection.execute(select(certificate).where(*due, certificate.c.user_id.in_(active))).all()
    found = [_certificate(row, packs, now) for row in rows]
    newest = of_people(connection, {one.user_id for one in found}, now)
    # A certificate that was renewed already is nothing to warn of.
    return [one for one in found if one.state != "valid" and one in newest.get(one.user_id, ())]


def told(connection: Connection, ids: Collection[str], now: datetime) -> None:
    """Note that the holders have been told."""
    connection.execute(update(certificate).where(certificate.c.id.in_(list(ids))).values(warned_at=now))


def _certificate(row: Any, packs: Collection[Pack], now: datetime) -> Certificate:
    today = local(now).date()
    known = next((pack.words.certificates[row.kind] for pack in packs if row.kind in pack.words.certificates), None)
    soon = today + timedelta(days=known.warn_days if known else 0)
    state: State = "expired" if row.valid_until < today else "expiring" if row.valid_until <= soon else "valid"
    return Certificate(row.id, row.user_id, row.kind, title_of(packs, row.kind), row.number, row.valid_until, state)
