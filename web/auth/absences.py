"""Absences: from when until when somebody is away, and who acts in their place. They end by themselves."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Connection, insert, or_, select, update

from web.auth import users
from web.auth.models import absence
from web.auth.person import ADMIN, ANALYST
from web.errors import Forbidden, Invalid, Missing
from web.wording import day_text, lasting

#: Roles of the house have no tasks of cases that a deputy could do.
_HOUSE: Final = frozenset({ADMIN, ANALYST})


@dataclass(frozen=True, slots=True)
class Absence:
    """One time of absence."""

    id: str
    user_id: str
    deputy_id: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    created_by: str

    @property
    def last_day(self) -> datetime:
        """The last moment of the absence, to be shown as a day."""
        return self.ends_at - timedelta(seconds=1)


def of_people(connection: Connection, ids: Collection[str], now: datetime) -> dict[str, Absence]:
    """Who of these people is absent now."""
    query = select(absence).where(absence.c.user_id.in_(list(ids)), absence.c.starts_at <= now, absence.c.ends_at > now)
    return {row.user_id: _absence(row) for row in connection.execute(query)}


def with_deputies(connection: Connection, ids: Collection[str], now: datetime) -> list[str]:
    """These people, and whoever stands in for those of them who are away: whom to tell."""
    away = of_people(connection, ids, now)
    return sorted({*ids, *(one.deputy_id for one in away.values())})


def to_come(connection: Connection, user_id: str, now: datetime) -> list[Absence]:
    """The absences of somebody that are not over, the first to begin first."""
    query = select(absence).where(absence.c.user_id == user_id, absence.c.ends_at > now)
    return [_absence(row) for row in connection.execute(query.order_by(absence.c.starts_at))]


def standing_in(connection: Connection, deputy_id: str, now: datetime) -> list[Absence]:
    """For whom somebody stands in or will."""
    query = select(absence).where(absence.c.deputy_id == deputy_id, absence.c.ends_at > now)
    return [_absence(row) for row in connection.execute(query.order_by(absence.c.starts_at))]


def deputies(connection: Connection, user_id: str) -> list[users.Account]:
    """Who could act for somebody: active staff who hold every role of theirs that has tasks, nearest first."""
    person = users.account(connection, user_id)
    needed = person.roles - _HOUSE
    if not needed:
        return []
    able = [one for one in users.holders(connection, needed, "") if needed <= one.roles and one.id != user_id]
    return sorted(able, key=lambda one: (not one.regions & (person.regions | {"*"}), one.department, one.name))


def enter(connection: Connection, user_id: str, values: Mapping[str, Any], by: str, now: datetime) -> str:
    """Write down an absence and return its id.

    Raises:
        Invalid: The times are in the wrong order or over, or the deputy cannot act: no such role, away as well,
            or standing in for somebody (chains and circles of deputies are refused).
    """
    starts, ends, deputy = values["starts_at"], values["ends_at"], values["deputy"]
    starts = max(starts, now)
    if ends <= starts:
        _refuse("ends_at", _("结束要在开始之后，也要在现在之后。"))
    if deputy not in {one.id for one in deputies(connection, user_id)}:
        _refuse("deputy", _("代理人要在用，并且有您的全部岗位。请选名单里的同事，或请管理员先给他加上岗位。"))
    _check_free(connection, user_id, deputy, starts, ends, now)
    row = {"id": uuid.uuid4().hex, "user_id": user_id, "deputy_id": deputy, "starts_at": starts, "ends_at": ends}
    connection.execute(insert(absence).values(**row, reason=values.get("reason", ""), created_by=by, created_at=now))
    return row["id"]


def end(connection: Connection, absence_id: str, user_id: str, now: datetime) -> None:
    """The person is back earlier, or does not go: the absence ends now."""
    own = (absence.c.id == absence_id, absence.c.user_id == user_id, absence.c.ends_at > now)
    if connection.execute(update(absence).where(*own).values(ends_at=now)).rowcount != 1:
        raise Missing(_("没有这次离岗，或已经结束。"), _("重新载入页面。"))


def _check_free(
    connection: Connection, user_id: str, deputy: str, starts: datetime, ends: datetime, now: datetime
) -> None:
    during = (absence.c.starts_at < ends, absence.c.ends_at > starts)
    people = (user_id, deputy)
    touched: ColumnElement[bool] = or_(absence.c.user_id.in_(people), absence.c.deputy_id == user_id)
    for row in connection.execute(select(absence).where(*during, touched)):
        span = span_text(_absence(row), now)
        if row.user_id == user_id:
            _refuse("starts_at", _("这段时间（%(span)s）已经登记过离岗，先结束那一次。", span=span))
        if row.deputy_id != user_id:
            _refuse("deputy", _("这位同事 %(span)s 也离岗，请另选一位。", span=span))
        name = users.account(connection, row.user_id).name
        _refuse("deputy", _("%(span)s 正由您代理%(name)s，代理不能再转代。先请另一位同事接手。", span=span, name=name))


def absence_of(connection: Connection, absence_id: str) -> Absence:
    """One absence, over or not; Missing if there is none."""
    row = connection.execute(select(absence).where(absence.c.id == absence_id)).one_or_none()
    if row is None:
        raise Missing(_("没有这次离岗，或已经结束。"), _("重新载入页面。"))
    return _absence(row)


def span_text(one: Absence, now: datetime) -> str:
    """From which day to which day somebody is away."""

    def span(seen: datetime) -> str:
        return _("%(first)s 至 %(last)s", first=day_text(one.starts_at, seen), last=day_text(one.last_day, seen))

    return lasting(span, now)


def check_may_enter(who_id: str, user_id: str, may_keep_users: bool) -> None:
    """People enter their own absence; administrators that of others.

    Raises:
        Forbidden: Neither.
    """
    if who_id != user_id and not may_keep_users:
        raise Forbidden(_("离岗由本人登记。"), _("本人不能登记时，请管理员登记。"))


def _refuse(field: str, text: str) -> None:
    raise Invalid(_("这样不能登记离岗。"), text, {field: [text]})


def _absence(row: Any) -> Absence:
    return Absence(**{name: getattr(row, name) for name in Absence.__annotations__})
