"""Notices about people: a team with nobody, a certificate that runs out, somebody who stands in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import Connection

from engine import Call, Handlers
from engine.people import STAFFING
from engine.seals import Sealer
from web.auth import certificates, teams, users
from web.auth.rights import rights_of
from web.notify.staff import post_staff
from web.notify.words import in_both
from web.packs import active_packs, region_title, role_title
from web.wording import local

#: Who gives tasks to others must know when a team cannot.
_RIGHT: Final = "assign"


def install(handlers: Handlers, sealer: Sealer, *, mail: bool = False) -> None:
    """Register the handler that tells of teams with nobody."""
    handlers.add(STAFFING, lambda call: _team_empty(call, sealer, mail))


def _team_empty(call: Call, sealer: Sealer, mail: bool) -> Mapping[str, Any]:
    """Once a day per team, role and region, however many cases come."""
    words, connection, packs = call.variables, call.connection, active_packs(call.connection)
    role, team, region = (str(words.get(key) or "") for key in ("role", "team", "region"))
    team_title = teams.title_of(connection, team)

    def said() -> tuple[str, str]:
        return _("班组没有人"), _(
            "班组「%(team)s」在%(region)s没有可派的%(role)s，任务已放给该区域全部%(role)s。请管理员补充班组成员或资格证书。",
            team=team_title,
            region=region_title(packs, region) if region else _("全部区域"),
            role=role_title(packs, role),
        )

    told = in_both(said)
    day = local(call.now).date().isoformat()
    for user_id in _with_right(connection, _RIGHT, region):
        key = f"staffing:{team}:{role}:{region}:{day}:{user_id}"
        post_staff(connection, told.to(key, user_id), call.now, sealer, mail=mail)
    return {}


def warn_of_certificates(connection: Connection, sealer: Sealer, now: datetime, *, mail: bool) -> int:
    """Tell holders whose certificates run out or have run out, and those who keep users; how many certificates."""
    found = certificates.expiring(connection, now)
    for one in found:
        words = in_both(partial(_certificate_words, one, users.account(connection, one.user_id).name))
        for user_id in {one.user_id, *_with_right(connection, "users", "")}:
            post_staff(connection, words.to(f"certificate:{one.id}:{user_id}", user_id), now, sealer, mail=mail)
    certificates.told(connection, [one.id for one in found], now)
    return len(found)


def _certificate_words(one: certificates.Certificate, name: str) -> tuple[str, str]:
    return _("资格证书快到期"), _(
        "%(name)s的%(kind)s（%(number)s）%(day)s 到期；到期后不能领取需要它的任务。请及时换证并请管理员登记。",
        name=name,
        kind=one.title,
        number=one.number,
        day=one.valid_until.isoformat(),
    )


def _with_right(connection: Connection, right: str, region: str) -> list[str]:
    """Active staff with the right who work for the region."""
    able = (one for one in users.accounts(connection, limit=users.MOST) if one.state == "active")
    return [one.id for one in able if one.covers(region) and right in rights_of(connection, one.roles)]
