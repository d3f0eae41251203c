"""Accounts of staff, for administrators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import Connection

from web import handover
from web.api import account_replies, asked, replies, schemas
from web.api.room import Room, fragment_wanted
from web.auth import absences, scope, sessions, users
from web.auth.access import right
from web.auth.person import EVERYWHERE, signed_in_person
from web.auth.rights import regions_there_are, roles_there_are
from web.context import engine, now
from web.database import command, read
from web.errors import Forbidden, Invalid
from web.wording import listed

blueprint = Room("users", __name__, url_prefix="/api/users", description=__doc__)


@blueprint.get("")
@blueprint.arguments(asked.PeopleAsked, location="query")
@blueprint.response(200, account_replies.UserReply(many=True))
@right("users")
def listing(query: dict[str, Any]) -> list[dict[str, Any]]:
    """Accounts by name."""
    return [_shown(account) for account in users.accounts(read(), search=query["q"])]


@blueprint.post("")
@blueprint.arguments(schemas.User, location="json_or_form")
@blueprint.response(201, replies.FirstPassword)
@right("users")
def add(body: dict[str, Any]) -> Any:
    """Make an account; the answer holds its first password, shown this once."""
    with command() as connection:
        _only_known(connection, body)
        user_id = users.create(connection, body, now())
        password = users.reset_password(connection, user_id)
    target = url_for("admin.user", user_id=user_id)
    if fragment_wanted():
        return render_template("admin/secret.html", login=body["login"], password=password, target=target)
    return {"ok": True, "id": user_id, "password": password, "next": target}


@blueprint.post("/<user_id>")
@blueprint.arguments(schemas.UserChange)
@blueprint.response(200, replies.Done)
@right("users")
def change(body: dict[str, Any], user_id: str) -> dict[str, Any]:
    """Change what is given; nobody changes their own roles."""
    if user_id == signed_in_person().id and ("roles" in body or "state" in body):
        raise Forbidden(_("自己的角色和状态要由另一位管理员改。"), _("请另一位管理员操作。"))
    with command() as connection:
        if body.get("state", "active") != "active":
            _hand_over(connection, user_id, body)
        _only_known(connection, body, users.account(connection, user_id))
        users.change(connection, user_id, body)
    return {"ok": True, "message": _("已保存")}


def _only_known(connection: Connection, body: Mapping[str, Any], before: users.Account | None = None) -> None:
    """Roles and regions that there are; what an account has of a retired pack may stay.

    Raises:
        Invalid: Some do not exist.
    """
    there = {"roles": roles_there_are(connection), "regions": {EVERYWHERE: "", **regions_there_are(connection)}}
    wrong: dict[str, list[str]] = {}
    for field, known in there.items():
        strange = set(body.get(field, ())) - known.keys() - (getattr(before, field) if before else frozenset())
        if strange:
            words = {"wrong": listed(sorted(strange)), "known": listed(known)}
            wrong[field] = [_("没有 %(wrong)s；有的是：%(known)s。", **words)]
    if wrong:
        raise Invalid(_("有的角色或区域不存在。"), _("从现有的里面选，什么都没有改。"), wrong)


def _hand_over(connection: Connection, user_id: str, body: dict[str, Any]) -> None:
    """Before somebody leaves or is suspended, everything of theirs goes to others.

    Raises:
        Invalid: Nobody was named though there is something to hand over, something can go to nobody, or the person
            stands in for somebody absent.
    """
    standing = absences.standing_in(connection, user_id, now())
    if standing:
        names = listed(users.account(connection, one.user_id).name for one in standing)
        raise Invalid(_("这个人正在代理%(names)s。", names=names), _("先给他们另选代理人，再改状态。"))
    held, kept = handover.belongings(connection, user_id)
    if not (held or kept):
        return
    if not body["hand_over_to"]:
        text = _("还有 %(tasks)d 个在办任务、%(cases)d 个负责的案件，先选交给谁。", tasks=held, cases=kept)
        raise Invalid(_("要先交接。"), text, {"hand_over_to": [text]})
    receiver = "" if body["hand_over_to"] == "auto" else body["hand_over_to"]
    reason = body.get("reason") or _("人员离岗交接")
    actor = scope.as_dispatcher(signed_in_person())
    outcomes = handover.leave(engine(), connection, handover.Leaving(user_id, receiver, reason, actor, now()))
    failed = [f"{one.case} {one.name}：{one.text}" for one in outcomes if not one.ok]
    if failed:
        raise Invalid(_("有 %(count)d 件没有人能接，什么都没有改。", count=len(failed)), " ".join(failed[:5]))


@blueprint.post("/<user_id>/password")
@blueprint.response(200, replies.FirstPassword)
@right("users")
def reset(user_id: str) -> Any:
    """A new first password, shown this once; every session of that person ends."""
    with command() as connection:
        password = users.reset_password(connection, user_id)
        login = users.account(connection, user_id).login
    if fragment_wanted():
        return render_template("admin/secret.html", login=login, password=password, target="")
    return {"ok": True, "password": password}


@blueprint.post("/<user_id>/sign-out")
@blueprint.response(200, replies.Done)
@right("users")
def sign_out(user_id: str) -> dict[str, Any]:
    """End every session of somebody."""
    with command() as connection:
        sessions.close_all(connection, user_id)
    return {"ok": True, "message": _("已全部退出")}


def _shown(account: users.Account) -> dict[str, Any]:
    return {**asdict(account), "roles": sorted(account.roles), "regions": sorted(account.regions)}
